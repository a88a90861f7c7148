// SPDX-License-Identifier: GPL-2.0-or-later
// From a route of a refused plan to the wish it stands for.
#pragma once

#include "engine/model/plan.h"

// The wish of route `index`, which the caller frees; NULL: it is not a plan for the same guest.
Wish *plan_route_wish(const Plan *plan, guint index);
