// SPDX-License-Identifier: GPL-2.0-or-later
// The event loop's thread. It lives until the process ends.

#include "engine/virt/loop.h"

#include "engine/thread.h"
#include "engine/virt/libvirt.h"

// So long the loop's thread rests after a turn that began shorter ago than this.
#define REST_MS 2

// How many turns a caller of loop_turn() still waits for. Guarded by `turning`: libvirt hands the
// pointer to the loop's thread under a lock of GLib's, which ThreadSanitizer does not see.
typedef struct Turn {
    int left;
} Turn;

static pthread_mutex_t turning = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;

// libvirt prints errors to stderr by default, which would tear the screen.
static void ignore_error(void *data, virErrorPtr error)
{
    (void) data;
    (void) error;
}

// Each call wakes the loop several times: its socket leaves the loop and comes back, the keepalive's timer is set anew.
// libvirt's loop does it all at once for the last of those that came while it rested, at half the processor time of a
// client that makes thousands of calls. What it tells of itself is as much later.
static void rest(gint64 turn_begun)
{
    if (thread_clock() - turn_begun < REST_MS)
        g_usleep(REST_MS * 1000);
}

static void *run_loop(void *data)
{
    (void) data;
    for (;;) {
        gint64 begun = thread_clock();

        // It fails only for reasons that a moment may cure (poll out of memory); do not spin on it.
        if (virEventRunDefaultImpl() < 0)
            g_usleep(100000);
        rest(begun);
    }
    return NULL;
}

static void start_once(void)
{
    virSetErrorFunc(NULL, ignore_error);
    // The same for what the library logs: "4" is errors only, and nobody reads them there. Whoever
    // debugs libvirt sets the variable himself.
    g_setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", FALSE);
    if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0)
        g_error("cannot start libvirt's event loop: %s", virGetLastErrorMessage());
    thread_start_detached(run_loop, NULL);
}

void loop_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, start_once);
}

static void on_turn(int timer, void *data)
{
    Turn *turn = data;

    pthread_mutex_lock(&turning);
    if (--turn->left == 0) {
        virEventRemoveTimeout(timer);
        pthread_cond_broadcast(&turned);
    }
    pthread_mutex_unlock(&turning);
}

void loop_turn(void)
{
    // Twice: what became due before our timer may be dispatched behind it in the same turn.
    Turn turn;
    int timer;

    pthread_mutex_lock(&turning);
    turn.left = 2;
    timer = virEventAddTimeout(0, on_turn, &turn, NULL);
    while (timer >= 0 && turn.left > 0)
        pthread_cond_wait(&turned, &turning);
    pthread_mutex_unlock(&turning);
}
