// SPDX-License-Identifier: GPL-2.0-or-later
// Planning: a fresh look at a guest, and where a plan could harm them at its neighbours, then the
// rules. The same function serves the dialog's plan and the job's second look, so both see alike.
#pragma once

#include "engine/engine.h"
#include "engine/virt/connect.h"

typedef struct Planned {
    Plan *plan;       // NULL: the look failed
    Picture *picture; // the look it was made from; NULL: it failed
    Failure *failure; // NULL unless it failed
} Planned;

void planned_clear(Planned *planned);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Planned, planned_clear)

// Plans `wish` over `connection`. Blocks while it reads, never on a job of a guest: a busy guest
// makes a refused plan, a busy neighbour one that says so, a job of ours on the guest a failure.
void planner_plan(Engine *engine, Connection *connection, const Wish *wish, Planned *planned);
