// SPDX-License-Identifier: GPL-2.0-or-later
// Reading all records of one guest, several at once, in the order of need. Included by engine/virt/*.c only.
//
// What is known already is not read again (model/reread.h). With a watcher the tree is shown as soon as names and
// parents are there, and again while its records arrive: those that are on screen first.
#pragma once

#include "engine/virt/look.h"
#include "engine/virt/records.h"

typedef struct Reading {
    Connection *connection;
    const Look *look;
    const Domain *domain; // for the pictures on the way; nobody changes it any more
} Reading;

// The snapshots, in no order. Those that went meanwhile are left out, one that cannot be read is there by name only,
// and `incomplete` (if NULL before) gets a sentence. If the watcher broke it off, the rest is unread.
GPtrArray *reading_run(const Reading *reading, const Records *records, char **incomplete);
