// SPDX-License-Identifier: GPL-2.0-or-later
// What a plan gives up, as data: each reader says it in the operator's language.
//
// In English the same words are a part of the plan's fingerprint, and what plan files hold: those never change.
#pragma once

#include <glib.h>

typedef enum LossKind {
    LOSS_NOW,           // NOW, based on no snapshot
    LOSS_NOW_SINCE,     // NOW: what was written since the snapshot was taken
    LOSS_SNAPSHOT,      // a snapshot
    LOSS_SNAPSHOT_DATA, // a snapshot whose data nobody else holds
    LOSS_POINT,         // a snapshot whose data stays: nobody can go back to it
    LOSS_OTHER,         // from a plan file, in words that this program does not use
} LossKind;

typedef struct Loss {
    LossKind kind;
    char *name; // the snapshot; LOSS_NOW: NULL; LOSS_OTHER: all words
} Loss;

Loss *loss_new(LossKind kind, const char *name);
void loss_free(Loss *loss);

// What the words of a plan file mean.
Loss *loss_parse(const char *words);

// The words that stand in plan files and fingerprints. The caller frees them.
char *loss_words(const Loss *loss);

// For a list of what is lost: "snapshot s1"; and as a line of its own: "Given up: snapshot s1". The caller frees them.
char *loss_item(const Loss *loss);
char *loss_line(const Loss *loss);
