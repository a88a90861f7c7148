// SPDX-License-Identifier: GPL-2.0-or-later
// Watching a connection: what libvirt tells by itself.
//
// libvirt has no snapshot events; lifecycle and block-job events only hint that a guest is stale.
// Callbacks run in the event loop's thread and must only mark things.
#pragma once

#include "engine/virt/connect.h"

typedef enum WatchEvent {
    WATCH_LIFECYCLE, // a guest was defined, started, stopped, suspended, resumed, ...
    WATCH_BLOCK_JOB, // a block job of a guest changed
    WATCH_CLOSED,    // the line broke; `detail` says how
} WatchEvent;

// `uuid` is NULL for WATCH_CLOSED.
typedef void (*WatchNotice)(void *data, WatchEvent event, const char *uuid, const char *detail);

typedef struct Watch Watch;

// Starts watching. The connection must outlive it.
Watch *watch_new(Connection *connection, WatchNotice notice, void *data);

// Stops watching. When it returns, no callback runs or will run.
void watch_free(Watch *watch);

// Does this host tell of changed states at all?
bool watch_has_lifecycle(const Watch *watch);
