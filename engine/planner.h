// SPDX-License-Identifier: GPL-2.0-or-later
// Planning: a fresh look at a guest, and where a plan could harm them at its neighbours, then the
// rules. The same function serves the dialog's plan and the job's second look, so both see alike.
#pragma once

#include "engine/engine.h"
#include "engine/model/remains.h"
#include "engine/virt/connect.h"

typedef struct Planned {
    Plan *plan;       // NULL: the look failed
    Picture *picture; // the look it was made from; NULL: it failed
    Failure *failure; // NULL unless it failed
} Planned;

void planned_clear(Planned *planned);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Planned, planned_clear)

// What a look tells about a job that was cut off.
typedef struct Examined {
    Picture *picture; // NULL: the look failed
    Remains *remains; // NULL: the same
    Plan *rest;       // what finishing would do; NULL: it cannot be finished, or libvirt is still at work
    Failure *failure; // NULL unless it failed
} Examined;

void examined_clear(Examined *examined);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Examined, examined_clear)

// Looks at the guest of `entry` and at its neighbours. `lose_now` as remains_rest() takes it.
void planner_examine(Engine *engine, Connection *connection, const JournalEntry *entry, bool lose_now,
                     Examined *examined);

// Plans `wish` over `connection`. Blocks while it reads, never on a job of a guest: a busy guest
// makes a refused plan, a busy neighbour one that says so, a job of ours on the guest a failure.
//
// Records are read again where the wish, or what others did since, can have touched them, and taken from the last
// picture otherwise: over a slow line thousands take minutes. Who acts by the plan asks for all of them (`whole`).
void planner_plan(Engine *engine, Connection *connection, const Wish *wish, bool whole, Planned *planned);
