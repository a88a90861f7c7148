// SPDX-License-Identifier: GPL-2.0-or-later
// A merge of a guest that is off needs a QEMU: the steps before and behind it.
#pragma once

#include "engine/model/plan.h"

// Adds the step that starts the guest of the plan's wish with its CPUs stopped.
void paused_add_start(Plan *plan);

// Adds the one that stops it again.
void paused_add_stop(Plan *plan);
