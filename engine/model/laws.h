// SPDX-License-Identifier: GPL-2.0-or-later
// The laws: a plan is tried on a world step by step, and after each step everything that somebody may
// want back must still read what it read, and nothing that could be started may write into it.
#pragma once

#include "engine/model/plan.h"

// Tries the plan and refuses it, naming the law, where one would be broken. Plans that are refused
// already, and hosts whose driver moves no images, are left alone. True if the plan stands: the world
// after its last step is then in `plan->afterwards`. It is borrowed from `home` (world_borrow), and comes back only
// from a plan that is refused.
bool laws_judge(Plan *plan, World **home, const Picture *picture, const Neighbours *neighbours, const Host *host);

// The same for the rest of a plan that was cut off: `whole` is the plan as it was judged when it began, of which the
// first `done` steps were carried out. Files that it made or named count as made or named still.
bool laws_judge_rest(Plan *rest, const Plan *whole, unsigned done, const Picture *picture,
                     const Neighbours *neighbours, const Host *host);
