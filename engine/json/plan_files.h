// SPDX-License-Identifier: GPL-2.0-or-later
// Which files a plan touches, gathered from its steps. Private to this room.
#pragma once

#include "engine/model/plan.h"

// Each file once, in the order of the steps (const char *, borrowed). The caller frees the array.
GPtrArray *plan_files_written(const Plan *plan);
GPtrArray *plan_files_removed(const Plan *plan);
