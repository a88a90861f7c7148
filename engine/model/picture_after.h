// SPDX-License-Identifier: GPL-2.0-or-later
// The picture that a fresh look would give once a plan was carried out: for plans that go on from there.
//
// Only of plans that create, delete and discard: they add no disk. Sizes are forecast. What is made of it is
// tried against the laws from the first picture again, so a fault here makes a plan refused, never harmful.
#pragma once

#include "engine/model/plan.h"

// `plan` was made from `before` and stands: it knows its `afterwards`. The caller owns the picture.
Picture *picture_after(const Picture *before, const Plan *plan);
