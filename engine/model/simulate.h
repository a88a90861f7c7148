// SPDX-License-Identifier: GPL-2.0-or-later
// What each step of a plan does to a world, by what this version of libvirt does, not by what the plan
// says: the laws then judge the outcome, and the files that the plan names are compared with those
// that really were written and removed.
//
// Sources: qemuSnapshotDiscardExternal, qemuSnapshotRevertExternalFinish, qemuSnapshotCreate* of 9.0.0,
// 10.0.0 and 11.3.0, and what was tried on 9.0.0, 11.3.0 and 12.8.0.
#pragma once

#include "engine/model/plan.h"
#include "engine/model/world.h"

// Applies one step. False when it cannot be applied as planned: `fault` gets a sentence, owned by the
// caller; the world is then half changed and good for nothing.
bool simulate_step(World *world, const Host *host, const Step *step, char **fault);
