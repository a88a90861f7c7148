// SPDX-License-Identifier: GPL-2.0-or-later
// All that a world says, in words: two of the same text are the same for whoever asks.
#pragma once

#include "engine/model/world.h"

char *dump_world(const World *world); // the caller frees it
