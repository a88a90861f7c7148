// SPDX-License-Identifier: GPL-2.0-or-later
// The world after a plan's last step as text: where NOW and the next start write, every record, every image.
// What was simulated is written here, so that somebody else can compare it with what is found.
#pragma once

#include "engine/json/json_out.h"
#include "engine/model/world.h"

// Worlds of more snapshots are not written: the plan has to stay small enough to be read back.
#define WORLD_JSON_SNAPSHOTS 1000

// Writes member `name`: of the guest only, not of its neighbours. `world` NULL, or too big: null.
//
// An image with "named_by_libvirt" has no name yet; its path stands for it wherever it is mentioned.
void world_write(JsonOut *out, const char *name, const World *world);
