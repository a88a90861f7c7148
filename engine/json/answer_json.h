// SPDX-License-Identifier: GPL-2.0-or-later
// Answers as JSON: what `list`, `show`, `check` and `apply` print with --json.
//
// Every answer is one object that begins with "format". Names, descriptions and paths stand in it
// as libvirt gave them, escaped; sizes are bytes, times seconds since 1970, and null is "unknown"
// or "none". Results are owned by the caller and end in a newline.
#pragma once

#include "engine/model/host.h"
#include "engine/model/picture.h"

#define ANSWER_FORMAT 1

// One guest of a list.
typedef struct GuestAnswer {
    const char *uuid;
    const char *name;
    DomainState state;
    bool persistent;
    int snapshots; // -1: not counted
} GuestAnswer;

// One host of a list.
typedef struct HostAnswer {
    const char *uri;     // as asked for, or as libvirt resolved it
    const Host *host;    // NULL: no connection
    const char *failure; // a sentence; NULL: none
    GArray *guests;      // of GuestAnswer; NULL: none known
} HostAnswer;

// One guest and where it is.
typedef struct PictureAnswer {
    const char *uri;
    const Picture *picture;
    GPtrArray *cut_off; // of const char *: jobs of the journal that were cut off on it; NULL: none
} PictureAnswer;

// How a job ended.
typedef struct OutcomeAnswer {
    const char *uri;
    const char *uuid;
    const char *guest;
    const char *title;
    const char *outcome; // "done", "failed", "refused", "changed", "cancelled"
    const char *story;
    const char *failure; // a sentence; NULL: none
} OutcomeAnswer;

char *json_write_hosts(const HostAnswer *hosts, gsize n);

// A guest with its whole tree, in the order in which trees are drawn, and NOW.
char *json_write_tree(const char *uri, const Picture *picture);

// One state: its disks with their chains, base first. `snapshot` NULL: NOW.
char *json_write_state(const char *uri, const Picture *picture, const Snapshot *snapshot);

// The problems of several guests, gravest first in each.
char *json_write_problems(const PictureAnswer *pictures, gsize n);

char *json_write_outcome(const OutcomeAnswer *outcome);
