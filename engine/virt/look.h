// SPDX-License-Identifier: GPL-2.0-or-later
// Looking at one guest: everything that libvirt tells, as a Picture.
//
// Before anything that could wait for a job on the guest, libvirt is asked whether one runs
// (virDomainGetControlInfo answers at once even then). If so, only the state is read, and the new
// picture shares the old one's snapshots, with details = false and a sentence why.
#pragma once

#include "engine/model/picture.h"
#include "engine/virt/storage.h"

typedef enum LookDepth {
    LOOK_WHOLE,
    LOOK_STATE, // a job of ours holds the guest: its state only
    LOOK_REACH, // what all its states reach, and no more: for the plans of other guests
} LookDepth;

// Somebody who watches a look that may take long. Called from several threads, one at a time.
typedef struct LookWatch {
    void *data;
    bool shows; // what is there on the way; else so_far() gets no picture
    // How far it is: a picture that names the snapshots, with details = false and those that are not read yet `unread`;
    // takes the reference. NULL where the old picture is still better. False: the look is wanted no more.
    bool (*so_far)(void *data, Picture *picture);
    // Which snapshots are wanted before the others, names in that order; to be freed with g_strfreev(). NULL: nothing
    // has changed since `number`, which it renews.
    char **(*first)(void *data, unsigned *number);
} LookWatch;

// What to look at, and what is known of it.
typedef struct Look {
    const char *uuid;
    LookDepth depth;
    const Picture *old;      // the last one, or NULL: shown again while the guest is busy, and what did not change
                             // since is taken from it,
    bool afresh;             // unless all is to be read again
    GHashTable *suspects;    // names (keys) of snapshots that an act of ours may have changed; NULL: none
    const LookWatch *watch;  // NULL: nobody
} Look;

// Is it worth it to find out the shape of the tree before its records are read?
static inline bool look_shows(const Look *look)
{
    return look->watch && look->watch->shows;
}

// Looks at a guest. `digest` (may be NULL) gets what a poll finds as long as nobody changes a snapshot, NULL without
// details; the caller frees it. NULL and `failure` only when the guest is gone or the line broke; whatever else cannot
// be read is named in the picture's `incomplete`.
Picture *look_picture(Connection *connection, Storage *storage, const Look *look, char **digest, Failure **failure);
