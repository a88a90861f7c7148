// SPDX-License-Identifier: GPL-2.0-or-later
// The command line: the engine without a screen, for scripts, tests and people who read a plan
// twice.
//
// Answers go to stdout, everything else to stderr. Human output is cleaned of control characters
// whether it goes to a terminal or a pipe; JSON carries names verbatim, escaped. Front end's thread
// only; main.c calls these three, nobody else.
#pragma once

#include <stdbool.h>
#include <stdio.h>

typedef enum ExitStatus {
    EXIT_DONE = 0,      // done, or: the plan is possible
    EXIT_FAILED = 1,    // also: no such guest or snapshot
    EXIT_USAGE = 2,     // also: not built yet
    EXIT_REFUSED = 3,   // before anything was touched
    EXIT_CHANGED = 4,   // the guest changed since the plan
    EXIT_CANCELLED = 5, // by the operator
    EXIT_NO_HOST = 6,   // cannot connect
} ExitStatus;

// Is there a verb among the arguments, or is this a call of the terminal interface?
// The first word that is neither an option nor its value decides; what stands behind "--" is no
// verb.
bool cli_wants(int argc, char **argv);

// Runs the verb and returns the exit status. Also answers `VERB --help` and `VERB --version`.
int cli_main(int argc, char **argv);

// How to call virt-snap: for --help (stdout).
void cli_usage(FILE *out);
