// SPDX-License-Identifier: GPL-2.0-or-later
// What writing and finding entries share, for engine/journal*.c only.
#pragma once

#include "engine/journal.h"

// The file of an entry; the caller frees the name.
char *journal_name(const char *id);

// Closes what is open, and forgets it (-1).
void journal_close_fd(int *fd);

// Opens the folder and locks it for this moment: both are to be closed. False and `failure`.
bool journal_enter(int *folder, int *lock, Failure **failure);

typedef enum Grip {
    GRIP_FREE, // nobody held it; now we do, as far as was asked for
    GRIP_RUNNING,
    GRIP_NONE, // it is not there, or cannot be opened: see the fault
} Grip;

// Opens the entry `name` and tries its lock with an `operation` of flock(2); `fd` is to be closed. An entry is replaced
// by its holder at any time: then again. GRIP_NONE: `fault` may tell why; the caller frees it.
Grip journal_grip(int folder, const char *name, int operation, int *fd, char **fault);

// What an open entry says. NULL and `fault`, where it is not believed; `later`: it is of a later version.
JournalEntry *journal_entry_of(int fd, const char *id, bool *later, char **fault);

// The names of all files in the folder, sorted (of char *).
GPtrArray *journal_files(void);

// All entries (of JournalFound), oldest first; with `aside` as for journal_list(). With the folder locked.
GPtrArray *journal_find_all(int folder, bool aside);
