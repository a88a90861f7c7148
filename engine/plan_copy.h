// SPDX-License-Identifier: GPL-2.0-or-later
// A deep copy of a plan: the dialog keeps its own, the job runs another.
#pragma once

#include "engine/model/plan.h"

Plan *engine_plan_copy(const Plan *plan);
