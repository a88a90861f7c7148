// SPDX-License-Identifier: GPL-2.0-or-later
// A wish: what an operator asks for, with every choice made and every name minted.
//
// Wishes come from dialogs, the command line and plan files. The rules turn a wish and a picture
// into a plan; the same wish and an equal picture give an equal plan.
#pragma once

#include "engine/model/snapshot.h"

typedef enum Verb {
    VERB_CREATE,
    VERB_DELETE, // the merge: later data stays
    VERB_REVERT,
    VERB_DISCARD, // a branch: its data is lost
    VERB_REPAIR,  // records that contradict the images
} Verb;

typedef enum NowChoice {
    NOW_KEEP, // NOW becomes a snapshot first
    NOW_LOSE, // given up by choice
} NowChoice;

typedef enum AfterChoice {
    AFTER_AS_SAVED,
    AFTER_RUNNING,
    AFTER_PAUSED,
    AFTER_OFF,
} AfterChoice;

// A choice about one disk of a snapshot to be created.
typedef struct DiskWish {
    char *target;
    bool include;
    char *path; // overlay; NULL: to be minted
    // Revert, where it is composed: the new layers on the frozen image; NULL: to be minted.
    char *base; // what the new branch freezes (not made where the snapshot has no children)
    char *top;  // what NOW will write to
} DiskWish;

typedef struct Wish {
    Verb verb;
    char *uri;
    char *uuid;   // guest
    char *domain; // its name, for people
    char *snapshot; // create: the new name (NULL: to be minted); else the subject
    GPtrArray *others; // of char *: further subjects, in any order; delete and discard

    // create
    SnapshotKind kind; // KIND_NONE: the kind in use, else external where possible
    bool memory;
    char *memory_file;
    bool quiesce;
    char *description;
    GPtrArray *disks; // of DiskWish; disks not named follow their definition

    // revert
    NowChoice now;
    char *keep_name; // the snapshot that keeps NOW (of a delete too); NULL: to be minted
    char *branch_name; // composed: the record of the new branch, a part of its files' names; NULL: to be minted
    AfterChoice after;
    bool reset_nvram;
    bool force; // consents to losing the RAM of a running NOW, or to a crash-consistent state

    bool discard_children; // afterwards all other descendants of the snapshot are discarded

    // delete
    bool metadata_only;
    bool keep_now; // a snapshot of NOW is taken first, `keep_name`: NOW is based on that then

    // discard; where NOW stands on the branch, `now` and `force` are as for a revert
    bool children_only; // the snapshot itself stays

    // repair
    char *problem; // its word; NULL: all that can be repaired

    // all verbs: no other host writes to these images, although their storage is shared
    bool storage_exclusive;
} Wish;

Wish *wish_new(Verb verb, const char *uuid, const char *domain, const char *snapshot);
Wish *wish_copy(const Wish *wish);
void wish_free(Wish *wish);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wish, wish_free)

// Adds a subject, unless it is one already.
void wish_add_subject(Wish *wish, const char *snapshot);

// "s1", "s1 and s2" or "s1, s2 and 3 more": in the operator's language, or in English for what is recorded and compared.
// NULL without a subject; the caller frees it.
char *wish_subjects(const Wish *wish);
char *wish_subjects_recorded(const Wish *wish);

// The choice for a disk, made (included, path to be minted) if it is not there yet. Owned by the wish.
DiskWish *wish_disk(Wish *wish, const char *target);

// The choice for a disk, or NULL if none was made.
const DiskWish *wish_find_disk(const Wish *wish, const char *target);

// The wish as the words after "virt-snap", for people and routes; without names that were minted for it. The caller
// frees it.
char *wish_command(const Wish *wish);

// "create", "delete", "revert", "discard", "repair".
const char *verb_word(Verb verb);
bool verb_parse(const char *word, Verb *verb);
