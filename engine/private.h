// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of an engine, for engine/*.c only.
//
//   keeper   one thread: connects, notices a broken line, asks the roster what is due
//   readers  three threads: take from the work list, look, send what they saw
//   jobs     a thread and a sampler per running job, on a connection of their own
//
// They share the roster, the work list and the channel, each of which locks for itself.
#pragma once

#include "engine/channel.h"
#include "engine/engine.h"
#include "engine/jobs.h"
#include "engine/keeper.h"
#include "engine/roster.h"
#include "engine/worklist.h"

struct Engine {
    EngineFlags flags;
    Channel *channel;
    Worklist *work;
    Roster *roster;
    Keeper *keeper;
    Jobs *jobs;
    atomic_bool unattended;      // nobody hears how jobs end: the journal remembers it
    atomic_uint_fast64_t ticket; // of the last plan or text that was asked for
};
