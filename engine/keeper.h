// SPDX-License-Identifier: GPL-2.0-or-later
// The keeper of the connection: has it opened, notices when it breaks, has it opened again after a
// pause, and while it stands puts on the work list what is due. It owns the engine's life: STOPPED
// comes from it.
#pragma once

#include "engine/engine.h"
#include "engine/virt/connect.h"

typedef struct Keeper Keeper;

// Starts the keeper's and the readers' threads. `engine` is complete but for its keeper, which this
// sets.
void keeper_start(Engine *engine, const char *uri);

// Ends everything: jobs first, then readers and connections, then STOPPED.
void keeper_stop(Keeper *keeper);

// Was the end asked for?
bool keeper_is_stopping(Keeper *keeper);

// Waits for that end and frees the keeper.
void keeper_join(Keeper *keeper);

// The present connection, a new reference; NULL: none.
Connection *keeper_connection(Keeper *keeper);

// The same, and waits up to `ms` milliseconds for one if the engine is trying to connect.
Connection *keeper_await(Keeper *keeper, gint64 ms);

// The host as last seen, a new reference; NULL: never connected.
Host *keeper_host(Keeper *keeper);

// A second connection for jobs, opened with the answers that opened the first.
Connection *keeper_open_second(Keeper *keeper, Failure **failure);

// A call on `connection` failed: if the line is broken, reconnecting begins. Returns whether it is.
bool keeper_check(Keeper *keeper, Connection *connection, const Failure *failure);

// Something may be due now.
void keeper_wake(Keeper *keeper);

// Tries to connect at once instead of after the pause.
void keeper_reconnect(Keeper *keeper);

// The operator's answers to an ASK (NULL: declined).
void keeper_answer(Keeper *keeper, guint64 ticket, const char *const *answers);
