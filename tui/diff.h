// SPDX-License-Identifier: GPL-2.0-or-later
// The difference of two texts, line by line. No drawing inside.
#pragma once

#include <glib.h>

typedef enum DiffKind {
    DIFF_SAME,
    DIFF_REMOVED, // only in the first
    DIFF_ADDED,   // only in the second
    DIFF_SKIPPED, // `line` is NULL: some that are the same, away from every difference
} DiffKind;

typedef struct DiffLine {
    DiffKind kind;
    const char *line; // borrowed from the arrays
} DiffLine;

// The lines of both in one order, with as few differences as there can be; of what is the same only `context`
// lines around each difference. Where both differ in more lines than it is worth to compare pairwise (about
// 2,000 each), all of the one and then all of the other. Equal texts give no line. The caller frees the array
// (of DiffLine); the strings are those of `a` and `b`.
GArray *diff_lines(const char *const *a, const char *const *b, guint context);
