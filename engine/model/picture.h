// SPDX-License-Identifier: GPL-2.0-or-later
// A picture: all that is known of one guest at one moment. Immutable, shared by reference.
//
// Readers of the engine make pictures, the front end draws them, the rules plan from them. A new
// picture shares the snapshots that did not change with the old one.
#pragma once

#include "engine/model/domain.h"
#include "engine/model/image.h"
#include "engine/model/snapshot.h"
#include "engine/model/tree.h"

typedef struct Picture {
    RefCount refs;
    Domain *domain;
    GPtrArray *snapshots; // of Snapshot *, by time, then name
    char *current;        // libvirt's current snapshot; NULL: none
    Images *images;       // every image named by the guest, its snapshots, and below those
    Tree *tree;
    gint64 seen;      // when it was read: microseconds since 1970
    guint unread;     // snapshots of which only name and parent are known
    bool details;     // false: the snapshots could not be read (guest busy), or not all yet; see `incomplete`
    char *incomplete; // a sentence: what could not be read and why; NULL: everything was read
    struct Findings *findings; // what follows from all this (findings.h); NULL: nobody found it out yet
} Picture;

// Builds a picture and its tree. Takes ownership of `domain`, of `images` and of the array
// `snapshots` (of Snapshot *, with snapshot_unref as its free function), which it sorts.
Picture *picture_new(Domain *domain, GPtrArray *snapshots, const char *current, Images *images);
Picture *picture_ref(const Picture *picture);
void picture_unref(Picture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Picture, picture_unref)

// Takes over into `images` what a definition tells: each disk's image and, where the XML carries it,
// the chain below. TOLD_BY_LIVE for a live definition, TOLD_BY_RECORD for any other.
void images_tell_definition(Images *images, const Definition *definition, ImageSource by);

// Takes over what a snapshot's record implies: each overlay it names stands on the image it froze.
// Its memory file gets an entry too, so that whoever looks can say whether it is there.
void images_tell_snapshot(Images *images, const Snapshot *snapshot);

const Snapshot *picture_snapshot(const Picture *picture, const char *name);

// The current snapshot, or NULL.
const Snapshot *picture_current(const Picture *picture);

// What NOW writes to on this disk, or NULL (no such disk, empty drive, definition unreadable).
const char *picture_now(const Picture *picture, const char *target);

// INV-1: does NOW write, on every disk the current snapshot covers, to where that snapshot's record
// says? `why` (may be NULL) gets a sentence when not; the caller frees it. True without a current
// snapshot: then there is nothing to contradict (see PROBLEM_NO_CURRENT).
bool picture_current_matches(const Picture *picture, char **why);

// A fingerprint of the names and the current one: equal digests mean nobody added, removed or moved
// a snapshot. `names` is a NULL-terminated list in any order; caller frees.
char *picture_digest(const char *const *names, const char *current);

// The first name that a NULL-terminated list holds twice; NULL: none. Names are what snapshots are known by, so a list
// that repeats one is not believed.
const char *picture_repeated_name(const char *const *names);

// Bytes that NOW holds and no snapshot does: allocation of the images only NOW writes to.
// SIZE_UNKNOWN if any of them is unknown.
gint64 picture_now_bytes(const Picture *picture);

// Does a snapshot's record name the image: in a definition that it stores, or as what was written after it?
bool picture_records(const Picture *picture, const char *image);

// Which kind of snapshot the tree holds: KIND_NONE without snapshots, KIND_MIXED if both (INV-11).
SnapshotKind picture_kind(const Picture *picture);

// The deepest backing chain that NOW uses, in layers; 0 when nothing is known.
unsigned picture_depth(const Picture *picture);

// Can those of the disks that it writes be followed to their bases? Else that is the least that it can be.
bool picture_depth_is_known(const Picture *picture);
