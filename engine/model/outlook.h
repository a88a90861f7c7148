// SPDX-License-Identifier: GPL-2.0-or-later
// What can be said of an act on a snapshot before it is planned: cheap enough to be asked for every frame.
//
// The true answer is a plan. This one promises only what the plan will keep (tests/unit/test_property.c): where a
// problem that is known, or the shape of the tree, may speak against the act, it leaves the answer to the plan.
#pragma once

#include "engine/model/findings.h"
#include "engine/model/host.h"

// What becomes of a snapshot that is deleted.
typedef enum DeleteOutlook {
    DELETE_TAKES_OUT, // it lies inside the images, and is taken out of them
    DELETE_MERGES,    // what was written after it goes down into what it froze
    DELETE_REMOVES,   // nothing is based on it: it goes with all that only it holds
    DELETE_SHARED,    // several states are based on it
    DELETE_ASIDE,     // NOW does not stand on it
    DELETE_UNABLE,    // this libvirt merges nothing
    DELETE_TROUBLED,  // a problem may speak against it
    DELETE_OPEN,      // only the plan can tell
} DeleteOutlook;

// What becomes of a wish to go back to it.
typedef enum RevertOutlook {
    REVERT_ASKS,     // what shall become of NOW is all there is to ask
    REVERT_TROUBLED, // a problem may speak against it
    REVERT_OPEN,     // only the plan can tell
} RevertOutlook;

// `findings` are those of the picture. `*trouble` becomes the one that may speak against the act, the gravest of them
// and borrowed, or NULL.
DeleteOutlook outlook_delete(const Picture *picture, const Findings *findings, const Host *host,
                             const Snapshot *snapshot, const Problem **trouble);
RevertOutlook outlook_revert(const Picture *picture, const Findings *findings, const Host *host,
                             const Snapshot *snapshot, const Problem **trouble);
