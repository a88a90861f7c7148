// SPDX-License-Identifier: GPL-2.0-or-later
// What a plan foresaw against what is found afterwards.
#pragma once

#include "engine/model/world.h"

// Adds a sentence to `deviations` (of char *) for each difference: snapshots and their records, the current one, what
// NOW and the next start write to, and what the guest's images stand on. What could not be seen is no difference.
void deviations_find(const World *foreseen, const Picture *found, GPtrArray *deviations);
