// SPDX-License-Identifier: GPL-2.0-or-later
// Signals as something to wait for, while dying at once would do harm: a job runs, or the terminal
// does not echo. Elsewhere the command line leaves signals as they are.
#pragma once

#include <signal.h>
#include <stdbool.h>

typedef struct CliSignals {
    int fd;       // readable when a signal came; -1: none can be waited for
    sigset_t old; // the mask to go back to
} CliSignals;

// Blocks SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGPIPE for this thread. Threads started meanwhile
// inherit that.
void cli_signals_hold(CliSignals *signals);

// The next signal that came, or 0. Does not wait.
int cli_signals_next(const CliSignals *signals);

// Lets signals act again; one that came and was not taken acts now.
void cli_signals_release(CliSignals *signals);
