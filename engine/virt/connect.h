// SPDX-License-Identifier: GPL-2.0-or-later
// A connection to a host: opened with authentication, kept alive, closed in the right order.
//
// Any engine thread may use a connection, several at once; opening may block for minutes. The last
// unref closes it and must not happen in a libvirt callback.
#pragma once

#include "engine/message.h"

typedef struct Connection Connection;

// Asks the operator. Takes `credentials` (of Credential); returns one answer for each, to be freed
// with g_strfreev(), or NULL when it was declined. Called in the thread that opens.
typedef char **(*ConnectAsk)(void *data, GPtrArray *credentials);

// Opens a connection. NULL and `failure` when that fails.
Connection *connection_open(const char *uri, bool read_only, ConnectAsk ask, void *data,
                            Failure **failure);

Connection *connection_ref(Connection *connection);
void connection_unref(Connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_unref)

// Everything that is to be known about the host; a new Host. `uri` is what was asked for. NULL and
// `failure` when a fact without which nothing works cannot be read.
Host *connection_host(Connection *connection, const char *uri, bool read_only, Failure **failure);

// False once the line is broken. Asks nothing of the daemon.
bool connection_alive(const Connection *connection);

// True for the test driver on a file: its guests exist in this connection only, so jobs must use
// it.
bool connection_is_private(const Connection *connection);

// Microseconds that a short call took at best when the host was asked what it is; 0: not asked yet.
gint64 connection_trip(Connection *connection);

// What the host called itself then; the caller frees it. NULL: not asked yet, or not told.
char *connection_hostname(Connection *connection);

// Was nobody asked for anything when it was opened, and would nobody be if it was opened again?
bool connection_asks_nobody(const Connection *connection);

// What opens another one like it: its URI, resolved (borrowed; NULL: libvirt's own choice), and whether for reading.
const char *connection_uri(const Connection *connection);
bool connection_is_read_only(const Connection *connection);

// Threads a connection lends to those that have many calls to make; see flight.h.
#define CONNECTION_HANDS 4

// Lends as many of `wanted` as are free, maybe none; they come back through connection_take_hands().
unsigned connection_lend_hands(Connection *connection, unsigned wanted);
void connection_take_hands(Connection *connection, unsigned hands);
