// SPDX-License-Identifier: GPL-2.0-or-later
// What NOW holds, in a word: an image that was just made takes room before anything is written to it.
#pragma once

#include "engine/model/picture.h"

// Has nothing been written to any disk since the last snapshot, as far as sizes tell? False where they
// are unknown, where NOW writes to an image that a snapshot froze, and without snapshots. `bytes`: picture_now_bytes().
bool now_is_fresh(const Picture *picture, gint64 bytes);
