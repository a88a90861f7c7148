// SPDX-License-Identifier: GPL-2.0-or-later
// Repairing records that contradict the images.

#include "engine/model/rules.h"

void rules_repair(Planning *p)
{
    plan_refuse(p->plan, "not built", "Repairing records is not built yet.");
}
