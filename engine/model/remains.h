// SPDX-License-Identifier: GPL-2.0-or-later
// What is left of a job that was cut off: which of its steps did their work, and which ways lead on.
//
// Decided by comparing a fresh picture with what each step would have left. The journal knows all but at most one
// step for sure, and that one is told by its traces.
#pragma once

#include "engine/model/journal_entry.h"

// What a picture shows of a step.
typedef enum Trace {
    TRACE_NONE,
    TRACE_PART,
    TRACE_ALL,
    TRACE_UNKNOWN, // it looks the same before and after
} Trace;

typedef enum RemainsKind {
    REMAINS_NOTHING, // nothing was touched
    REMAINS_ALL,     // the whole plan was carried out
    REMAINS_BUSY,    // libvirt still works on it, or on something else of this guest
    REMAINS_PART,    // some steps are done, others are not
    REMAINS_CHANGED, // somebody changed since what it had done
    REMAINS_UNSEEN,  // the guest could not be read whole: nothing is told from a part of it
} RemainsKind;

typedef struct Remains {
    RemainsKind kind;
    unsigned done; // steps that did their work
    int started_id; // the guest's process that the plan, or libvirt for it, started paused; -1: none
    bool leftover;  // it was libvirt, which has forgotten it: it is to be stopped first (H17)
    bool waits;     // BUSY: its block job has copied all, and may have nobody who ends it
    bool restarts;  // the guest is off, and is started paused once more for the merges that are left
    bool torn;      // a merge has begun and is not done: there is no way back
    Trace next;    // what the step after them left, if it was begun
    char *story;   // sentences: what was found
    char *finish;  // a sentence: what finishing does; NULL: it cannot be finished
    char *undo;    // a sentence: what undoing does; NULL: it cannot be taken back
    bool stays;    // undoing takes nothing back: it only ends the job
    bool unwinds;  // undoing takes steps, which remains_rest() gives
    bool loses_now; // finishing gives up what NOW wrote since it was kept
} Remains;

// `picture` lists the folders in which the plan makes or removes files, as far as anybody can.
Remains *remains_find(const JournalEntry *entry, const Picture *picture);
Remains *remains_copy(const Remains *remains); // NULL gives NULL
void remains_free(Remains *remains);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Remains, remains_free)

// Are its steps those that merge down the overlays of a snapshot that failed? To leave them half done would leave NOW
// on overlays, or libvirt without a current snapshot.
bool remains_takes_back(const JournalEntry *entry);

// What step `index` of the entry's plan left in the picture.
Trace remains_trace(const JournalEntry *entry, unsigned index, const Picture *picture);

// Has the plan stored a transient guest, and not taken that back?
bool remains_is_stored(const JournalEntry *entry, const Remains *remains);

// Do records follow, among the first `n` steps, a merge that the snapshot's delete is to finish? Then it took place.
bool remains_follows(const Plan *plan, unsigned n, const char *snapshot);

// Of the first `done` steps one has merged layers (`part`: so has the next one, in part), and records that tell the
// chain have still to follow it.
bool remains_must_follow(const Plan *plan, unsigned done, bool part);

// A snapshot that a step of the plan was to take and of which only the overlays are there, NOW writing to them.
// Sentences that say so and what to do; NULL: it is not so. The caller frees them.
char *remains_tell_unrecorded(const Plan *plan, const Step *step, const Picture *picture);

// Does the step merge images, so that what its snapshot froze is written into?
bool remains_merges(const Step *step);

// Does it merge layers that no snapshot holds? Cut off, it costs nobody anything and can be gone on with.
bool remains_merges_layers(const Step *step);

// Does NOW of the picture write to `image` on this disk, or stand on it?
bool remains_now_reaches(const Picture *picture, const char *target, const char *image);

// Is the file there? By the image's own presence, else by the list of its folder; PRESENCE_UNKNOWN: nobody could say.
Presence remains_presence(const Picture *picture, const char *file);

// The steps that are left, as a plan that was tried against the laws: refused where they are not lawful any more.
// `lose_now`: the operator gives up what NOW wrote since. Only where `remains->finish`; where undoing takes steps
// (`unwinds`) they are those.
Plan *remains_rest(const Remains *remains, const JournalEntry *entry, const Picture *picture,
                   const Neighbours *neighbours, const Host *host, bool lose_now);

// Puts the steps of `rest` in the place of those that follow the first `done`: where a merge was carried out on some
// disks only, finishing takes steps that the plan did not have. So does undoing that takes steps.
void remains_replan(Plan *plan, unsigned done, const Plan *rest);

const char *remains_kind_word(RemainsKind kind); // "nothing", "all", "busy", "part", "changed", "unseen"
