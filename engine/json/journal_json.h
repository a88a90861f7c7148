// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of the journal as text.
//
// An entry is read as strictly as a plan file: nothing in it is believed that does not fit together, since what it
// says is carried out after a crash. Times are seconds since 1970.
#pragma once

#include "engine/json/json_guard.h"
#include "engine/model/remains.h"

// The caller frees the text.
char *json_write_journal(const JournalEntry *entry);

// Reads the entry whose file is named by `id`. NULL and an error (JSON_FAULT) if it is not fit; JSON_FAULT_FORMAT:
// another version of this program wrote it.
JournalEntry *json_read_journal(const char *text, gsize length, const char *id, GError **error);

// One entry for `jobs list` and `jobs show`, and what a look told about it.
typedef struct JobAnswer {
    const JournalFound *found;
    const Remains *remains; // NULL: nobody looked
    const char *failure;    // a sentence: why nobody could; NULL
} JobAnswer;

char *json_write_jobs(const JobAnswer *jobs, gsize n);
