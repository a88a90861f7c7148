// SPDX-License-Identifier: GPL-2.0-or-later
// What the journal holds of one job: enough to say, after its process died at any moment, what was
// meant, how far it came, and what is needed to take it back.
//
// A step is written down as begun before its first call and as done after its last, so at most one step
// is in doubt; whether that one did its work is told by a fresh look (remains.h).
#pragma once

#include "engine/model/claims.h"

#define JOURNAL_FORMAT 1

// The image that NOW wrote to on one disk when the job began.
typedef struct JournalDisk {
    char *target;
    char *image;
} JournalDisk;

typedef struct JournalEntry {
    char *id;       // also the name of its file; see journal_id_is_valid()
    char *user;     // who ran it, for people
    gint64 pid;     // of the process that ran it, for people; whether it lives is told by the lock
    gint64 began;   // seconds since 1970
    char *uri;      // as asked for; NULL: libvirt's default
    char *hostname; // the host's own name, so that two addresses of one host are known as one
    Plan *plan;     // whole, with every name minted
    Claims *claims;
    // The guest before the first step.
    int domain_id;    // -1: off
    char *current;    // its current snapshot; NULL: none
    GPtrArray *disks; // of JournalDisk
    GPtrArray *saved; // of char *: snapshots whose records lie beside the entry, in files 1, 2, ...;
                      // file 0 is the guest's definition. Empty: nothing was saved.
    unsigned begun;   // steps that were begun
    unsigned done;    // steps that are known to be done: begun, or one less
    int started_id;   // the guest's process that a STEP_START_PAUSED made; -1: none
    bool torn;        // a merge of it began and has to begin again: what its snapshot froze may be partly overwritten
    bool abandoned;   // not written down: a block job has stood still for so long that nobody will end it
    char *outcome;    // how it ended ("done", "failed", ...); NULL: it did not, or something is left of it
    char *story;      // with it; NULL: nothing to tell
} JournalEntry;

// An entry for a plan that is about to run. Everything else is to be filled in.
JournalEntry *journal_entry_new(const Plan *plan);
void journal_entry_free(JournalEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalEntry, journal_entry_free)

// Takes over from the look that the job starts from: the guest before it, and what the plan claims.
void journal_entry_begin(JournalEntry *entry, const Picture *before, const Host *host);

void journal_entry_add_disk(JournalEntry *entry, const char *target, const char *image);

// The number of the file that holds the record of a snapshot as it was; 0: it was not saved.
unsigned journal_entry_saved(const JournalEntry *entry, const char *snapshot);

// Is it a name that this program gives to entries? Digits, letters of ASCII and '-', not too long.
bool journal_id_is_valid(const char *id);

// Something in the journal's folder.
typedef struct JournalFound {
    char *id;
    char *path;          // for people
    JournalEntry *entry; // NULL: it cannot be read, see `fault`
    bool running;        // a process holds it
    char *fault;         // a sentence: why it is not believed; NULL: it is
} JournalFound;

JournalFound *journal_found_new(const char *id);
void journal_found_free(JournalFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalFound, journal_found_free)
