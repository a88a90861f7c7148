// SPDX-License-Identifier: GPL-2.0-or-later
// One host of the command line: an engine, and what it has said so far.
//
// Waiting here is the only place where the command line reads messages, but for running jobs
// (cli_job.c). Questions of libvirt are answered on the way, notices go to stderr.
#pragma once

#include "engine/engine.h"
#include "tui/cli_options.h"
#include "tui/cli_print.h"

typedef struct CliHost {
    const CliPaper *paper;
    Engine *engine;
    char *asked;       // the URI as given; NULL: libvirt's default
    Host *host;        // NULL: not connected
    GPtrArray *guests; // of Guest, by name; NULL: not listed
    Failure *failure;  // why there is no connection, or why it broke
    bool stopped;
    gint64 noticed_at; // g_get_monotonic_time() of the last notice; 0: none
    Failure *notice;   // that notice
} CliHost;

// Starts the engines of all hosts that the options name; at least one. Free with
// g_ptr_array_unref().
GPtrArray *cli_hosts_start(const CliOptions *options, const CliPaper *paper);

// Starts one; connecting goes on behind.
CliHost *cli_host_start(const char *uri, const CliOptions *options, const CliPaper *paper);

// Stops the engine and waits for its end.
void cli_host_free(CliHost *host);

// Waits until the guests are listed. False: no connection, and the reason is in `failure`.
bool cli_host_listed(CliHost *host);

// Waits, but not for ever, until the snapshots of all guests are counted.
void cli_host_counted(CliHost *host);

// The next message of the engine that is not of these kinds: CONNECTED, LOST, HOST, ASK, NOTICE,
// STOPPED, which are taken over here. NULL: `until` (g_get_monotonic_time(); -1: never) has passed,
// or one of those kinds came, which the caller may want to look at.
Message *cli_host_next(CliHost *host, gint64 until);

// The same without waiting: takes over what has come. NULL: nothing waits, or as above.
Message *cli_host_take(CliHost *host, bool *empty);

// Reads guests anew: that one, or all (NULL). Pictures (of Picture *) of the guests that could be
// read, in the order of the list; what could not be read was said on stderr. Never NULL.
GPtrArray *cli_host_look(CliHost *host, const char *uuid);

// The URI for answers: as given, else as libvirt resolved it. Never NULL.
const char *cli_host_uri(const CliHost *host);

// Says on stderr why there is no connection.
void cli_host_complain(const CliHost *host);

// The guest called `wanted` (name or uuid) on one of the hosts (of CliHost *); its host in *where.
// NULL after an error on stderr; *status gets the exit status.
const Guest *cli_find_guest(const GPtrArray *hosts, const char *wanted, CliHost **where,
                            int *status);

// Says that there is no such snapshot, and which names are near.
void cli_no_snapshot(const CliPaper *paper, const Picture *picture, const char *wanted);
