// SPDX-License-Identifier: GPL-2.0-or-later
// A plan inside another text, and which files it names. Private to this room.
#pragma once

#include "engine/json/json_out.h"
#include "engine/model/plan.h"

// The plan as the member `name` (NULL: as an element, or the root). `uri` as json_write_plan() takes it.
void plan_write(JsonOut *out, const char *name, const Plan *plan, const char *uri);

// Reads a plan; NULL after a fault.
Plan *plan_read(JsonIn *in, JsonNode *node);

// Every file once, in the order of the steps. The caller frees the array, not its elements.
GPtrArray *plan_files_written(const Plan *plan);
GPtrArray *plan_files_removed(const Plan *plan);
