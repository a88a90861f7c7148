// SPDX-License-Identifier: GPL-2.0-or-later
// Watching over a guest that a job started paused for a merge: is it still ours to stop?
//
// libvirt holds no job on it before and after the merge, so anybody may resume it, and our stop
// would then be a power cut. It is watched on the connection of the job itself: if that line
// breaks, the job stops nothing any more. Included by engine/virt/*.c only; the job's thread calls.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Guard Guard;

// Begins to watch, before the guest is started. NULL: it cannot be watched (libvirt's last error).
Guard *guard_new(Connection *connection, LvDomain *domain);
void guard_free(Guard *guard);

// The same for a guest that an earlier process of virt-snap started paused: `id` is that of the guest's process. What
// happened to it in between nobody heard: that it was resumed is told by the time that its processors have used.
Guard *guard_take(Connection *connection, LvDomain *domain, int id);

// The guest was started: remembers which process that is. False, with libvirt's error: nobody told.
bool guard_remember(Guard *guard);

// The process that it remembers; -1: none.
int guard_id(const Guard *guard);

// NULL: it is still paused, the same process, and was never resumed. Else why it is not ours to
// stop, words that follow a colon. `unreached`: the daemon did not tell.
const char *guard_why_not_ours(Guard *guard, bool *unreached);
