// SPDX-License-Identifier: GPL-2.0-or-later
// Problems: what is wrong, or could not be seen, in a picture. Found by looking only.
#pragma once

#include "engine/model/reach.h"

typedef enum ProblemKind {
    PROBLEM_MISSING_IMAGE,     // an image that a state reaches is not there
    PROBLEM_UNKNOWN_CHAIN,     // a chain could not be followed to its base
    PROBLEM_CONFLICT,          // sources disagree about an image
    PROBLEM_CURRENT_MISMATCH,  // INV-1
    PROBLEM_NO_CURRENT,        // snapshots, but none is current (H3, H4)
    PROBLEM_ORPHAN,            // parent missing
    PROBLEM_CYCLE,             // its own ancestor
    PROBLEM_INTERRUPTED_DELETE, // <snapshotDeleteInProgress/>
    PROBLEM_MERGED_BY_HAND,    // the chain lacks a layer that the records name, and it is there still (H40)
    PROBLEM_SHARED_FROZEN,     // two snapshots froze the same image (H72, H73)
    PROBLEM_LIVE_DIFFERS,      // live and inactive definitions name different images (H38)
    PROBLEM_MANAGED_SAVE,      // a managed save stands beside external snapshots (H35)
    PROBLEM_WRITTEN_FROZEN,    // NOW writes to an image that another state reads (law 3)
    PROBLEM_NO_DEFINITION,     // a record without <domain>: cannot be reverted to
    PROBLEM_IDLE_LAYERS,       // a long chain, with layers in it that nobody holds
} ProblemKind;

typedef struct Problem {
    ProblemKind kind;
    char *snapshot;     // NULL: about the guest as a whole
    const char *target; // disk; NULL; shared_text.h
    const char *image;  // NULL; shared_text.h
    char *text;         // for problem_text()
} Problem;

void problem_free(Problem *problem);

// Sentences: what, why it matters, what next. The caller frees it.
char *problem_text(const Problem *problem);

// All problems of a picture, gravest first. The caller frees the array (of Problem *).
GPtrArray *picture_problems(const Picture *picture);

// The same for who has the picture's Reach.
GPtrArray *picture_find_problems(const Picture *picture, const Reach *reach);

const char *problem_word(ProblemKind kind); // "current-mismatch", ...
bool problem_parse(const char *word, ProblemKind *kind);

// Does `plan repair` know what to do about it, if perhaps only once a person has said what took place? For all others
// the sentence says what to do by hand.
bool problem_is_repairable(ProblemKind kind);

// The words after "virt-snap" that plan its repair, names quoted; NULL where that is not repairable. The caller
// frees it.
char *problem_repair(const Problem *problem, const char *guest);

// True if the array has a problem about this snapshot. `name` NULL: about the guest or NOW.
bool problems_about(const GPtrArray *problems, const char *name);
