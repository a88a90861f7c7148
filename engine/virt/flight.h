// SPDX-License-Identifier: GPL-2.0-or-later
// Several calls in flight on one connection, for reads of which each is short and all are many.
//
// A daemon serves five calls of one client at once (max_client_requests in its configuration) and stops listening to
// a client that has more under way, so all flights of a connection share the few threads it has to lend. A flight
// that gets none makes its calls one after another: slower, never wrong.
#pragma once

#include "engine/virt/connect.h"

// One of the calls; several threads are in it at once, each with another `index`.
typedef void (*FlightCall)(void *data, guint index);

// Makes the calls 0 to `n` - 1, begun in that order; returns when all have ended.
void flight_run(Connection *connection, guint n, FlightCall call, void *data);
