// SPDX-License-Identifier: GPL-2.0-or-later
// Many calls, each about one snapshot, over one line or two. Included by engine/virt/*.c only.
//
// Whoever has a hand free takes what is next. The second line (helper.h) may break, fall silent or know less than the
// first: nothing waits for it, and what it could not find out the first one asks again.
#pragma once

#include "engine/virt/helper.h"
#include "engine/virt/libvirt.h"

// What is to be found out. A place is one in the list of handles.
typedef struct Errand {
    void *data;
    guint n; // places, at most
    // The next place; false: there is none any more. Never at the same time as deliver() or itself.
    bool (*take)(void *data, guint *place);
    // The call, in several threads at once. `sure`: another line would have told the same.
    void *(*ask)(LvSnapshot *handle, bool *sure);
    // Takes what ask() returned; once for each place, whoever asked.
    void (*deliver)(void *data, guint place, void *result);
    // Frees what ask() returned, if nobody wants it.
    void (*drop)(void *result);
} Errand;

// Returns when all is delivered. `handles` are those of `connection`; `helper` may be NULL.
void errand_run(Connection *connection, Helper *helper, const GPtrArray *handles, const Errand *errand);

// ---- for the second line ----------------------------------------------------------------------

// An errand that is under way; it may end before those who help with it.
typedef struct Shared Shared;

Shared *shared_ref(Shared *shared);
void shared_unref(Shared *shared);

// Helps until nothing is left, or something could not be found out; false then. `handles`: name -> LvSnapshot.
bool errand_help(Shared *shared, Connection *connection, GHashTable *handles);
