// SPDX-License-Identifier: GPL-2.0-or-later
// Discarding a branch: the snapshots from the leaves down, and the images that nobody else reaches.

#include "engine/model/rules.h"

void rules_discard(Planning *p)
{
    plan_refuse(p->plan, "not built", "Discarding is not built yet.");
}
