// SPDX-License-Identifier: GPL-2.0-or-later
// What the readers of one host have to do: a list ordered by urgency, without duplicates.
//
// Any thread adds; reader threads take. Looking at a guest twice is merged into one look as long as
// nobody has begun it, and two readers never look at the same guest at once, so that an older look
// cannot overtake a newer one on its way to the screen.
#pragma once

#include "engine/model/remains.h"
#include "engine/model/wish.h"

// In order of urgency.
typedef enum WorkKind {
    WORK_JOB_END,   // job: look at its guest, then say that it ended
    WORK_PLAN,      // ticket, wish or entry: plan and answer
    WORK_TEXT,      // ticket, uuid, snapshot: read libvirt's XML and answer
    WORK_JOURNAL,   // ticket: read the journal and answer
    WORK_FORGET,    // entry: remove it from the journal
    WORK_TAKE_UP,   // entry, undo, shown: finish a job of the journal, or take it back
    WORK_AUDIT,     // ticket: read the audit log and answer
    WORK_KEEP,      // ticket, path, text: write a file and answer
    WORK_GUESTS,    // the list of guests
    WORK_LOOK_OPEN, // uuid: the whole guest, which is open on screen
    WORK_POLL,      // uuid: did somebody change its snapshots?
    WORK_LOOK,      // uuid: the whole guest
    WORK_COUNT,     // count the snapshots of guests that nobody looks at
} WorkKind;

typedef struct Work Work;
struct Work {
    WorkKind kind;
    char *uuid;     // the guest it is about; NULL: the host
    Wish *wish;     // PLAN; NULL: of an entry
    char *entry;    // PLAN: the job of the journal whose rest is planned; FORGET
    bool lose_now;  // with it
    bool undo;      // TAKE_UP
    Remains *shown; // with it: what the operator saw
    char *snapshot; // TEXT; NULL: the guest itself
    char *path, *text; // KEEP
    guint64 number; // JOB_END: the job; else the ticket
    gint64 taken_at; // as thread_clock() counts
    Work *next;
};

typedef struct Worklist Worklist;

Worklist *worklist_new(void);
void worklist_free(Worklist *list);

// Adds work about `uuid` (NULL: the host). Merged with the same work if that still waits.
void worklist_add(Worklist *list, WorkKind kind, const char *uuid);

// Asks for a plan.
void worklist_add_plan(Worklist *list, guint64 ticket, const Wish *wish);

// Asks for what is left of a job of the journal.
void worklist_add_entry(Worklist *list, guint64 ticket, const char *entry, bool lose_now);

// Asks for libvirt's XML of a snapshot; NULL: of the guest.
void worklist_add_text(Worklist *list, guint64 ticket, const char *uuid, const char *snapshot);

// Asks for work on our own files: one of the kinds JOURNAL and AUDIT; FORGET; KEEP.
void worklist_add_reading(Worklist *list, WorkKind kind, guint64 ticket);
void worklist_add_take_up(Worklist *list, const char *entry, bool undo, const Remains *shown);
void worklist_add_forget(Worklist *list, const char *entry);
void worklist_add_keep(Worklist *list, guint64 ticket, const char *path, const char *text);

// Is it one of these? They are done one at a time in the order in which they came, and none is dropped.
bool worklist_is_filing(WorkKind kind);

// Hands over the end of a job on `uuid`.
void worklist_add_job_end(Worklist *list, guint64 job, const char *uuid);

// Waits for work. NULL once the list is closed and no file waits. What was taken goes back through worklist_done().
Work *worklist_take(Worklist *list);

// The work is done: frees it and lets others at its guest.
void worklist_done(Worklist *list, Work *work);

// How long the oldest question that costs a host nothing (the list, a poll) has been waiting for its answer, in
// milliseconds; 0: none is. Its readers hang in libvirt, which drops a silent line late or never (H80).
gint64 worklist_silence(Worklist *list);

// Ends all waiting in worklist_take(); what still waits is dropped, but for work on our own files.
void worklist_close(Worklist *list);
