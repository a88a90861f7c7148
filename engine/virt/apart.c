// SPDX-License-Identifier: GPL-2.0-or-later
// Sessions for what is forked by others: libvirt offers no hook, fork() does. Any engine thread may enter.

#include "engine/virt/apart.h"

#include <pthread.h>
#include <unistd.h>

static _Thread_local bool wanted;

// In the child, which has the forking thread's storage.
static void leave_session(void)
{
    if (wanted)
        (void) setsid(); // fails for a leader of its group only, which a child is not yet
}

static void hook(void)
{
    (void) pthread_atfork(NULL, NULL, leave_session); // no memory for it: the child stays where it was
}

void apart_set(bool apart)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, hook);
    wanted = apart;
}
