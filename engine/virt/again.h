// SPDX-License-Identifier: GPL-2.0-or-later
// A picture of a guest that cannot be looked at now: the new state over the old facts.
#pragma once

#include "engine/model/picture.h"

// Makes a picture without details from `domain` (taken over) and what `old` (NULL: nothing) knew:
// its definitions, images and snapshots. `why` is a sentence.
Picture *picture_again(Domain *domain, const Picture *old, const char *why);
