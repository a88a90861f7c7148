// SPDX-License-Identifier: GPL-2.0-or-later
// States and the images they reach.
//
// A state is something somebody may want back: each snapshot, and NOW. It holds one node per disk: an
// image's active content, or a tag inside it. A state reaches its own nodes and everything below.
#pragma once

#include "engine/model/picture.h"

typedef struct StateNode {
    const char *target; // disk
    const char *image;
    const char *tag; // internal snapshot inside the image; NULL: its active content
} StateNode;

// Appends the nodes (of StateNode) of a snapshot, or with NULL those of NOW, in the order of its disks. Strings are
// borrowed from the picture.
void state_nodes(const Picture *picture, const Snapshot *snapshot, GArray *nodes);

typedef struct State {
    const Snapshot *snapshot; // NULL: NOW
    const StateNode *nodes;
    guint n_nodes;
} State;

typedef struct Reach Reach;

// Builds the table for one guest. Strings are borrowed from the picture, which must outlive it.
// Cost: linear in snapshots, disks and images.
Reach *reach_new(const Picture *picture);
void reach_free(Reach *reach);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reach, reach_free)

// All states, NOW last. Owned by the table.
const GPtrArray *reach_states(const Reach *reach);

// The states (const State *) that reach `image`, itself or from above. The caller frees the array.
GPtrArray *reach_of(const Reach *reach, const char *image);

// The states that read `image` itself as their top node (as active content or by a tag inside it).
GPtrArray *reach_direct(const Reach *reach, const char *image);

// The images (const char *) whose backing image is `image`, as far as known. Caller frees the array.
GPtrArray *reach_overlays(const Reach *reach, const char *image);

// A name for messages: the snapshot's, or "NOW".
const char *state_name(const State *state);

// What other guests of the host hold, for plans that write or remove an image.
typedef struct Neighbours Neighbours;

Neighbours *neighbours_new(void);
void neighbours_free(Neighbours *neighbours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Neighbours, neighbours_free)

// Adds every image that any state of another guest reaches, from both its definitions and its
// snapshots. A chain of it that could not be followed to its end is remembered as unseen.
void neighbours_add(Neighbours *neighbours, const Picture *picture);

// Remembers by which names the guest that the plan is about knows its images, as far as those are links. Another guest
// may know a file by another name; then nothing tells them apart but what both lead to. To be called once all other
// guests were added.
void neighbours_tell_own(Neighbours *neighbours, const Images *images);

// The pictures that were added (of Picture *). Owned by the neighbours.
const GPtrArray *neighbours_pictures(const Neighbours *neighbours);

// Remembers the file `path`, which no guest names, and the image it stands on.
void neighbours_add_stray(Neighbours *neighbours, const char *path, const char *backing);

// A file that no guest names and that stands on `image`, or NULL.
const char *neighbours_stray(const Neighbours *neighbours, const char *image);

// Remembers that nothing of a guest could be read: it might hold any image. `why` is a sentence.
void neighbours_add_unseen(Neighbours *neighbours, const char *guest, const char *why);

// The name of another guest that reaches `image`, or NULL.
const char *neighbours_holder(const Neighbours *neighbours, const char *image);

// Could a guest or chain that was not seen whole hold `image`? A sentence about it, or NULL. A chain
// whose end is unknown counts where it lies in the same folder as `image` (law 6: same storage); so does a file that is
// known by more than one name.
const char *neighbours_unseen(const Neighbours *neighbours, const char *image);
