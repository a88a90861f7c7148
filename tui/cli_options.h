// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a command line, read into values. Pure: asks no host, prints nothing.
//
// Options may stand before or behind the verb, until "--". They cannot be shortened: a consent such
// as --lose-now must be typed in full.
#pragma once

#include "engine/model/wish.h"

typedef enum CliVerb {
    CLI_NONE, // no verb: the terminal interface
    CLI_LIST,
    CLI_SHOW,
    CLI_CHECK,
    CLI_PLAN,
    CLI_APPLY,
    CLI_CONFIG,
    CLI_THEMES,
    CLI_JOBS,
} CliVerb;

typedef enum CliJobs {
    CLI_JOBS_LIST,
    CLI_JOBS_SHOW,
    CLI_JOBS_RESUME,
    CLI_JOBS_UNDO,
    CLI_JOBS_FORGET,
} CliJobs;

typedef struct CliOptions {
    CliVerb verb;
    GPtrArray *uris; // of char *; empty: libvirt's default
    bool keep_xml; // of the settings
    bool read_only;
    bool json;
    bool names; // list: names only
    bool ascii;
    bool demo;
    bool yes;
    bool help;
    bool version;
    char *theme;    // config: as if the screen were started with it; themes: the one to show
    char *domain;   // list, show, check: name or uuid; NULL: none given
    char *snapshot; // show
    CliJobs jobs;   // jobs: what about them
    char *job;      // jobs: which one; NULL: none given
    bool lose_now;  // jobs resume
    char *file;     // apply: the plan; "-" is stdin
    Wish *wish;     // plan; uuid and uri are not known yet
} CliOptions;

// Reads the arguments. NULL and a sentence in `error` if they make no sense.
CliOptions *cli_options_parse(int argc, char **argv, char **error);
void cli_options_free(CliOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliOptions, cli_options_free)

// The verb among the arguments, however wrong the rest may be.
CliVerb cli_options_verb(int argc, char **argv);
