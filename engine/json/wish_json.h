// SPDX-License-Identifier: GPL-2.0-or-later
// The wish inside a plan file, and what may be believed of names and paths. Private to this room.
#pragma once

#include "engine/json/json_out.h"
#include "engine/model/wish.h"

void wish_write(JsonOut *out, const char *name, const Wish *wish);

// Reads a wish that has no guest yet; NULL after a fault.
Wish *wish_read(JsonIn *in, JsonNode *node);

// Checks of one value; a fault names the member `name`. NULL values pass.
void check_line(JsonIn *in, const char *name, const char *text);  // one line, no control characters
void check_prose(JsonIn *in, const char *name, const char *text); // may have several lines
void check_new_name(JsonIn *in, const char *name, const char *text); // fit for a new snapshot
void check_path(JsonIn *in, const char *name, const char *path);     // absolute, no ".."
void check_image(JsonIn *in, const char *name, const char *image);   // a path, or "protocol:name"
