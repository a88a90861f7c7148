// SPDX-License-Identifier: GPL-2.0-or-later
// The images of a guest, disk by disk, from the base images to what NOW writes, for people to read: as
// they lie, and as a plan will leave them. Nothing is decided here; the laws look at the world itself.
#pragma once

#include "engine/model/plan.h"

typedef struct ChainImage {
    char *path;
    bool base;         // it stands on no other that is known
    unsigned depth;    // forks between it and its base image
    bool forked;       // one of several that stand on the same image
    bool last;         // the last of them
    bool live;         // NOW writes to it
    bool missing;
    bool unknown;      // what it stands on could not be learnt
    bool made;         // by the plan
    bool unnamed;      // ... and libvirt will choose its name
    bool rewritten;    // by the plan: something is merged into it, or it goes back to a tag
    GPtrArray *frozen; // of char *: snapshots that hold its content
    GPtrArray *tags;   // of char *: snapshots inside it
    GPtrArray *after;  // of char *: snapshots whose records name it as written after them
    unsigned reached;  // snapshots that read its content, itself or from above
    bool reached_now;  // so does NOW
} ChainImage;

// The images of one disk in the order of their tree, base first; what NOW writes comes last of its siblings.
typedef struct Chain {
    char *target;
    GPtrArray *images; // of ChainImage
} Chain;

// The disks that NOW writes to first, then those only snapshots have. The caller frees the array (of Chain *).
// Cost: linear in snapshots, disks and images, but for the sorting of siblings.
GPtrArray *picture_chains(const Picture *picture, const Reach *reach);

// The same as a plan will leave them; images that it removes are in `before` only, which are the chains of
// the picture that it was made from. `now`: that picture's definition. NULL where it cannot be told: the plan
// is refused, or the host moves no images. The caller frees the array.
GPtrArray *plan_chains(const Plan *plan, const GPtrArray *before, const Definition *now);

// The chain of a disk, or NULL; the image at a path in it, or NULL. `chains` may be NULL.
const Chain *chains_find(const GPtrArray *chains, const char *target);
const ChainImage *chain_image(const Chain *chain, const char *path);
