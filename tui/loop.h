// SPDX-License-Identifier: GPL-2.0-or-later
// The loop of the terminal interface: waits for keys, engines and signals, draws, and at the end sees running
// jobs to their end without a screen. Front end's thread; the only one that polls.
#pragma once

#include "tui/app.h"

// Holds SIGHUP, SIGTERM and SIGINT back, so that they are read in the loop. To be called before any
// engine is started, since threads inherit the mask. Returns a descriptor for the other two.
int loop_hold_signals(void);

// Runs until the operator leaves, the terminal is gone, or a signal asks for the end.
void loop_run(App *app, int signals);

// After the terminal was given back: stops the engines and waits for running jobs. Those that were asked to stop are
// waited for in the foreground, and stdout is told how they ended; others go on in the background (tui/parent.h),
// and the journal keeps it. True if all of them ended well. What hangs without a job is left behind after a moment.
bool loop_finish(App *app, int signals);
