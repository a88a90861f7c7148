// SPDX-License-Identifier: GPL-2.0-or-later
// What follows from a picture and takes a while to find out when the tree is big: who reaches which image, what is
// wrong, what NOW holds, and of what shape it is.
//
// The thread that made the picture finds it, so that the one that draws need not.
#pragma once

#include "engine/model/problem.h"
#include "engine/model/reach.h"

typedef struct Findings {
    Reach *reach;
    GPtrArray *problems;  // of Problem; none while some snapshots are unread
    GHashTable *troubled; // names (keys) of the snapshots that problems are about; "": of the guest, or NOW
    gint64 now_bytes;     // see picture_now_bytes(); SIZE_UNKNOWN while some are unread
    bool memory;          // some snapshot holds memory
    SnapshotKind kind;    // see picture_kind()
    bool branches;        // some snapshot has several children
    GHashTable *everywhere; // targets of the disks that every snapshot covers
} Findings;

// Finds all of it, unless that was done, and keeps it with the picture. By one thread, before others have the picture,
// or by the only one that asks.
const Findings *picture_examine(Picture *picture);

// Called by picture_unref().
void findings_free(Findings *findings);
