// SPDX-License-Identifier: GPL-2.0-or-later
// What is left over when states go: the files that they needed and nobody else does (law 1).
//
// It borrows a world on which the steps of a plan are tried one after the other. States that are about to go offer
// the files they stand on; what no other state, configuration or record of the guest needs afterwards may be removed,
// if no other guest needs it either, which is for the caller to check (rules_check_neighbours).
// A base image stays: only what a snapshot, a revert or this plan made is ever taken.
#pragma once

#include "engine/model/plan.h"

typedef struct Leftover Leftover;

// `going` (const Snapshot *): all that the plan gives up, in the end. The picture must outlive it, and so must `home`,
// where the world is borrowed from until it is freed (world_borrow).
Leftover *leftover_new(World **home, const Picture *picture, const Neighbours *neighbours, const GPtrArray *going);
void leftover_free(Leftover *leftover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Leftover, leftover_free)

// Offers the files of a snapshot, or of NOW (NULL) as it is after the steps tried, before the step that ends it.
void leftover_offer(Leftover *leftover, const Snapshot *snapshot);

// Tries a step. False, and a sentence in `fault` that the caller frees, when it cannot be applied.
bool leftover_try(Leftover *leftover, const Host *host, const Step *step, char **fault);

// Will nobody need the image once all that goes is gone?
bool leftover_is_doomed(Leftover *leftover, const char *image);

// Adds what is left over now to a STEP_REMOVE_FILES: a disk for each image, the one NOW or a later snapshot wrote
// before the one below it, and at most one memory file. False: nothing is. What was added is not offered again.
bool leftover_collect(Leftover *leftover, Step *step);

// Why an offered file stays although nobody needs it.
typedef enum LeftoverReason {
    LEFT_BASE,   // no record says that a snapshot or revert made it
    LEFT_DEVICE, // it is no plain file
    LEFT_UNSEEN, // whether it is there could not be seen
    LEFT_CUT,    // it lies beside an image that is missing and may have stood on it
} LeftoverReason;

typedef void (*LeftoverStays)(const char *path, LeftoverReason reason, gpointer data);

// Tells what was offered, is needed by nobody, and stays all the same.
void leftover_tell(Leftover *leftover, LeftoverStays stays, gpointer data);
