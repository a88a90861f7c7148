// SPDX-License-Identifier: GPL-2.0-or-later
// Parts that several answers have in common. Private to this room.
#pragma once

#include "engine/json/json_out.h"
#include "engine/model/picture.h"

// Begins an answer about one guest: format, uri, guest. Ended by answer_finish().
JsonOut *answer_begin(const char *uri, const Domain *domain);
char *answer_finish(JsonOut *out);

void answer_guest(JsonOut *out, const char *name, const Domain *domain);

// Name, time, state, kind, memory, description of a snapshot, as members of the open object.
void answer_snapshot(JsonOut *out, const Snapshot *snapshot);

// A list of the guest's problems; `snapshot` limits it to those about one (NULL with `all` false:
// about the guest or NOW).
void answer_problems(JsonOut *out, const Picture *picture, bool all, const char *snapshot);
