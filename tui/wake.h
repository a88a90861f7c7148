// SPDX-License-Identifier: GPL-2.0-or-later
// What wakes the front end beside messages: bytes on stdin, and the signals of a terminal (another size,
// stop, go on). One file descriptor for all, so that nothing is missed between two polls. For term.c only.
#pragma once

#include <stdbool.h>

typedef enum WakeSignal {
    WAKE_RESIZED,   // SIGWINCH
    WAKE_STOP,      // SIGTSTP: somebody asks us to stop
    WAKE_CONTINUED, // SIGCONT: somebody had stopped us
    WAKE_N,
} WakeSignal;

// Catches the signals. False: errno says why.
bool wake_start(void);
void wake_stop(void); // the signals do what they did before

// To poll for reading; -1 before wake_start().
int wake_fd(void);

// Forgets that the descriptor was woken by a signal. Before wake_take().
void wake_drain(void);

// Did that signal come since it was last asked for?
bool wake_take(WakeSignal signal);

// Asks for one as if it had come.
void wake_ask(WakeSignal signal);

// Stdin is at its end: it no longer wakes.
void wake_forget_input(void);

// Stops the process group as Ctrl-Z does and returns when it goes on. False: it did not stop.
bool wake_suspend_group(void);
