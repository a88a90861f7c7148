// SPDX-License-Identifier: GPL-2.0-or-later
// Guests for the tests of views: what trees and chains look like, good and bad.
#pragma once

#include "engine/model/picture.h"

// The moment at which all tests look: 2026-11-21 14:32 UTC.
#define PICTURES_NOW 1795271520

typedef enum PictureName {
    PICTURE_CHAIN,    // web-01: runs, four external snapshots in a row
    PICTURE_BRANCHES, // api-staging: runs, a tree that grew by trying out
    PICTURE_INTERNAL, // win11: paused, internal ones with memory
    PICTURE_MISSING,  // mail-archive: off, an image is gone
    PICTURE_MISMATCH, // wiki: NOW writes elsewhere than the current snapshot says
    PICTURE_DISKS,    // db-primary: runs, several disks, one left out
    PICTURE_DEEP,     // metrics: 30 in a row
    PICTURE_EMPTY,    // new-guest: no disk, no snapshot
    PICTURE_HOSTILE,  // names that try to harm the terminal
    PICTURE_N,
} PictureName;

Picture *picture_made(PictureName name);
