// SPDX-License-Identifier: GPL-2.0-or-later
// The journal: one file per job that runs or was cut off, in $XDG_STATE_HOME/virt-snap (~/.local/state/virt-snap).
//
// An entry is replaced whole (temporary file, fsync, rename, fsync of the folder), so it is there as it was or as it
// is, whatever happens. The process that runs the job holds a flock on it, which ends with the process; so no lock
// can go stale. Beside it lie the XMLs as they were, with the guest's secrets: all of it 0600, in a folder of 0700.
// What is in the folder is believed only if it is a plain file of this user that nobody else can write, and fits
// together (json/journal_json.h).
//
// Any engine thread may call; each Hold belongs to one thread at a time. Files are small and local, but fsync may
// take a while: never a front end's thread, but for that of the command line.
#pragma once

#include "engine/message.h"
#include "engine/model/journal_entry.h"

// An entry that this process holds.
typedef struct Hold Hold;

// What stands in the way of a job.
typedef struct Clash {
    char *why; // a sentence
    bool ours; // a job of this process: it will end
} Clash;

// Writes the entry, whose id and writer are filled in, and holds it. NULL and `failure`, or, where a job that runs
// claims the same guest or images, NULL and clash->why; the caller frees that.
Hold *journal_begin(JournalEntry *entry, Clash *clash, Failure **failure);

// Holds an entry that nobody holds, and reads it.
Hold *journal_take(const char *id, JournalEntry **entry, Failure **failure);

// Writes the entry anew.
bool journal_write(Hold *hold, const JournalEntry *entry, Failure **failure);

// Puts the text of an XML as number `number` beside the entry.
bool journal_save(Hold *hold, unsigned number, const char *xml, Failure **failure);

// Reads it again; the caller frees it.
char *journal_saved(const char *id, unsigned number, Failure **failure);

// The path of such a file, or with number -1 of the entry itself, for people. The caller frees it.
char *journal_path(const char *id, int number);

// Lets go of the entry: it stays, for somebody to come back to, or goes with all that lies beside it.
void journal_leave(Hold *hold);
void journal_close(Hold *hold);

// The same, but what lies beside it stays, with the entry as ID.done: no job any more, but a list of what that is.
void journal_keep(Hold *hold);

// The same for an entry that nobody holds.
bool journal_forget(const char *id, Failure **failure);

// All entries (of JournalFound), oldest first; an empty list where there is no journal. With `set_aside` those that
// cannot be believed are renamed, so that they are reported once; entries of later versions stay.
GPtrArray *journal_list(bool set_aside, Failure **failure);

// One of them. Never NULL.
JournalFound *journal_read(const char *id);
