// SPDX-License-Identifier: GPL-2.0-or-later
// A second connection that helps to read the snapshots of one guest, where the line is slow: a daemon serves five calls
// of one client at once, and no more.
//
// It is opened beside the work and without a question to anybody, helps as soon as it is there, and goes with the work.
// Whatever hinders it is no matter: the first connection does it all, and says what is wrong with the host.
#pragma once

#include "engine/virt/connect.h"

typedef struct Helper Helper;
typedef struct Shared Shared; // errand.h

// Begins to open one for about `calls` calls over `first` about the guest `uuid`. NULL: it would not be worth it, or
// somebody might be asked for a password, or there are enough of them.
Helper *helper_begin(Connection *first, const char *uuid, guint calls);

// The errand to help with from now on; NULL: none. Does not wait. `helper` may be NULL.
void helper_send(Helper *helper, Shared *shared);

// Lets it go; it ends by itself when its last call has ended. NULL is nothing.
void helper_end(Helper *helper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Helper, helper_end)

// Waits up to `ms` milliseconds until those that were let go have closed their connections, before the process ends.
void helper_await_all(gint64 ms);
