// SPDX-License-Identifier: GPL-2.0-or-later
// Threads of the engine, and waiting with a deadline.
//
// POSIX threads rather than GLib's: GLib is not built with ThreadSanitizer, which would therefore
// report races that are none. Any thread may call.
#pragma once

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>

// Starts a thread that no signal ever reaches: those belong to the front end. Ends the program when
// the system has no thread to give, as GLib does when there is no memory.
void thread_start(pthread_t *thread, void *(*run)(void *), void *data);

// The same for a thread that can be done without. False: the system has none to give.
bool thread_try(pthread_t *thread, void *(*run)(void *), void *data);

// The same two for a thread that nobody joins.
void thread_start_detached(void *(*run)(void *), void *data);
bool thread_try_detached(void *(*run)(void *), void *data);

// A condition whose deadlines are those of thread_clock().
void thread_cond_init(pthread_cond_t *cond);

// Milliseconds on a clock that never jumps.
gint64 thread_clock(void);

// Waits for the condition, with `lock` held, until `deadline` (as thread_clock() counts; 0: for
// ever). False when the deadline has passed.
bool thread_wait(pthread_cond_t *cond, pthread_mutex_t *lock, gint64 deadline);
