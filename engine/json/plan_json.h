// SPDX-License-Identifier: GPL-2.0-or-later
// Plans as text: what `virt-snap plan --json` prints and `virt-snap apply` reads.
//
// A plan file is foreign text, even when we wrote it: it is read only as a wish and as the plan
// that its reader agreed to. What runs is always a plan made anew from a fresh look, and only when
// it is equal to this one (law 5). Hence the reader is strict and knows no defaults: each member is
// there, has the right type and is believable, or the file is refused with a JsonFault and a
// sentence. The fields are described in docs/design.md, section 5.
#pragma once

#include "engine/json/json_guard.h"
#include "engine/model/plan.h"

// The plan as JSON. `uri` is where its guest lives; NULL: the wish's. The caller frees the text.
char *json_write_plan(const Plan *plan, const char *uri);

// Reads a plan; wish->uri is set from the file. NULL and an error (JSON_FAULT) if it is not fit:
// too big, not JSON, of another format version, incomplete, edited. `length` in bytes.
Plan *json_read_plan(const char *text, gsize length, GError **error);
