// SPDX-License-Identifier: GPL-2.0-or-later
// The cheap reads: the list of guests, counts, and the poll. None needs a job on a guest, so they
// answer while a guest is busy.
#pragma once

#include "engine/virt/connect.h"

// All guests (of Guest) with their states, in three calls whatever their number. NULL and
// `failure`.
GPtrArray *guests_read(Connection *connection, Failure **failure);

// How many snapshots a guest has; one call. -1 and `failure`.
int guests_count(Connection *connection, const char *uuid, Failure **failure);

// How many snapshots a guest has, and the name of its current one (NULL: none); two calls. False: they cannot be read.
// The caller frees the name.
bool guests_glance(Connection *connection, const char *uuid, int *count, char **current);

// The poll, two calls: the digest of the snapshots' names and the current one's. NULL and
// `failure`. The caller frees it. `count` gets their number.
char *guests_poll(Connection *connection, const char *uuid, int *count, Failure **failure);
