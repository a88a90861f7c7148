// SPDX-License-Identifier: GPL-2.0-or-later
// What a plan claims while it runs: the images it changes and those it builds on, and whose records it can change.
#pragma once

#include "engine/model/plan.h"

typedef struct Claims {
    GPtrArray *changes; // of char *: images and files that are written, made or removed
    GPtrArray *uses;    // of char *: images that something stands on, or will
} Claims;

Claims *claims_new(void);
void claims_free(Claims *claims);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claims, claims_free)

// What the plan claims, seen from the picture it starts from. Besides what its steps name, it uses every image below
// what they name, and all that NOW stands on.
Claims *claims_make(const Plan *plan, const Picture *picture);

// An image that one of the two changes and the other changes or uses, borrowed from them; NULL: they do not meet.
const char *claims_clash(const Claims *a, const Claims *b);

// The snapshots (of char *, owned by the caller) whose records the plan can change: its subjects, the current one,
// parents and children of both, and every record that names an image that is changed.
GPtrArray *claims_records(const Plan *plan, const Claims *claims, const Picture *picture);
