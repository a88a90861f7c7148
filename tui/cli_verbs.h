// SPDX-License-Identifier: GPL-2.0-or-later
// The verbs of the command line. Each runs from options to exit status, and prints on the way.
#pragma once

#include "tui/cli.h"
#include "tui/cli_host.h"
#include "tui/cli_options.h"
#include "tui/cli_print.h"
#include "tui/settings.h"

int cli_list(const CliOptions *options, const CliPaper *paper);
int cli_show(const CliOptions *options, const CliPaper *paper);
int cli_check(const CliOptions *options, const CliPaper *paper);
int cli_plan(const CliOptions *options, const CliPaper *paper);
int cli_jobs(const CliOptions *options, const CliPaper *paper);
int cli_apply(const CliOptions *options, const CliPaper *paper);
int cli_config(const CliOptions *options, const CliPaper *paper);
int cli_themes(const CliOptions *options, const CliPaper *paper);

// The settings with what the environment and the command line say; what is wrong in their file, to stderr.
Settings *cli_settings(const CliOptions *options);
void cli_tell_faults(const Settings *settings, const CliPaper *paper);

// Looks at the guest called `wanted` (name or uuid), on whichever of the hosts it is. NULL after an
// error on stderr; *status gets the exit status.
Picture *cli_look_at(const GPtrArray *hosts, const char *wanted, CliHost **where, int *status);

// Asks the engine for a plan and waits for it: a PLAN message with a plan. NULL after an error.
Message *cli_make_plan(CliHost *host, const Wish *wish);

// Runs a plan to its end, telling how far it is on stderr. Returns the exit status.
int cli_run_job(CliHost *host, const Plan *plan);

// The same for what is left of a job of the journal; `shown` is what was found and told. `whole` is its plan.
int cli_run_rest(CliHost *host, const Plan *whole, const char *id, bool undo, bool lose_now, const Remains *shown);

// Asks whether to do it: "yes", or, where data is given up (`typed` not NULL), that word. EXIT_DONE: yes. Else what
// the program ends with, and it was said why.
int cli_confirm(const CliOptions *options, const char *typed, const CliPaper *paper);

// Prints one state as `show` does; `snapshot` NULL: NOW.
void cli_put_state(const CliPaper *paper, const Picture *picture, const Snapshot *snapshot);

// Words for what a snapshot holds ("external"), with or without memory ("disk-only"), and in which
// state of the guest it was taken. Borrowed from the snapshot, or static.
const char *cli_kind_text(const Snapshot *snapshot);
const char *cli_memory_text(const Snapshot *snapshot);
const char *cli_state_text(const Snapshot *snapshot);

// "a, b, c and 4 more"; "" for none. The caller frees it.
char *cli_join_names(const GPtrArray *names);
