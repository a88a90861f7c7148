// SPDX-License-Identifier: GPL-2.0-or-later
// Readers: threads that take work from the list, look, and send what they saw. Only they send
// DOMAIN, so what the screen shows of a guest always comes in the order in which it was seen.
#pragma once

#include "engine/engine.h"

// The daemon serves five calls of a client at once; jobs have a connection of their own.
#define READERS 3

// A reader's life, for thread_start(): until the work list is closed.
void *reader_run(void *engine);
