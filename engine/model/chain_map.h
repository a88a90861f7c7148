// SPDX-License-Identifier: GPL-2.0-or-later
// Where each image lies in the chains that NOW or a snapshot reads.
//
// Chains may be thousands of layers deep, and all snapshots are compared with them: each chain is walked once.
#pragma once

#include "engine/model/picture.h"

typedef struct ChainMap {
    const Picture *picture;
    const Snapshot *of;    // whose disks; NULL: those of NOW
    GHashTable *by_target; // what was walked; NULL: nothing yet
} ChainMap;

void chain_map_clear(ChainMap *map);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChainMap, chain_map_clear)

// The place of the image (NULL: none) in the chain of that disk: 1 for the topmost; 0: it is not there, as far as the
// chain is known.
guint chain_map_place(ChainMap *map, const char *target, const char *image);

// The image at a place from 1 to that of another one.
const char *chain_map_image(ChainMap *map, const char *target, guint place);
