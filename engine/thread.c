// SPDX-License-Identifier: GPL-2.0-or-later
// Threads without signals, and a condition that waits by the monotonic clock.

#include "engine/thread.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

// Returns an error number, or 0.
static int begin(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *data)
{
    sigset_t all, before;
    int error;

    // A new thread inherits the mask, so it never runs with signals open.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(thread, attr, run, data);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static void check(int error)
{
    if (error)
        g_error("cannot start a thread: %s", g_strerror(error));
}

void thread_start(pthread_t *thread, void *(*run)(void *), void *data)
{
    check(begin(thread, NULL, run, data));
}

bool thread_try(pthread_t *thread, void *(*run)(void *), void *data)
{
    return begin(thread, NULL, run, data) == 0;
}

static int begin_detached(void *(*run)(void *), void *data)
{
    pthread_attr_t attr;
    pthread_t thread;
    int error;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    error = begin(&thread, &attr, run, data);
    pthread_attr_destroy(&attr);
    return error;
}

void thread_start_detached(void *(*run)(void *), void *data)
{
    check(begin_detached(run, data));
}

bool thread_try_detached(void *(*run)(void *), void *data)
{
    return begin_detached(run, data) == 0;
}

void thread_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

gint64 thread_clock(void)
{
    return g_get_monotonic_time() / 1000;
}

bool thread_wait(pthread_cond_t *cond, pthread_mutex_t *lock, gint64 deadline)
{
    struct timespec until = {.tv_sec = deadline / 1000, .tv_nsec = (deadline % 1000) * 1000000};

    if (deadline == 0) {
        pthread_cond_wait(cond, lock);
        return true;
    }
    return pthread_cond_timedwait(cond, lock, &until) != ETIMEDOUT;
}
