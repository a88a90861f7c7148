// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of a job that was cut off: what became of it, and what finishing or undoing it will do.
//
// Whole sentences, one after the other, in the operator's language. What is true is decided in remains.c.
#pragma once

#include "engine/model/remains.h"

// What undoing does.
typedef enum RemainsUndo {
    UNDO_NOT,           // it cannot be taken back
    UNDO_LAYERS,        // steps of our own are taken back
    UNDO_STORED_LAYERS, // these, and the guest is transient again
    UNDO_STORED,        // the guest is transient again
    UNDO_OVERLAYS,      // a failed snapshot's overlays are merged down
    UNDO_STOP,          // the guest that was started paused is stopped
    UNDO_NOTHING,       // what is done stays
} RemainsUndo;

// How the guest stands that was started paused for a merge.
typedef enum RemainsStands {
    STANDS_AS_EVER,
    STANDS_LEFTOVER, // paused, and libvirt, which started it, has forgotten it
    STANDS_PAUSED,
    STANDS_RESUMED, // or started anew by somebody
} RemainsStands;

// Adds a sentence behind those that are there. The format is translated.
void remains_add_sentence(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);

// `created`: the snapshot that was taken and stays; NULL: none. Each result is freed by the caller; NULL for UNDO_NOT.
char *remains_say_undo(RemainsUndo way, const char *created);

// `half`: some disks are merged already.
char *remains_say_finish(const JournalEntry *entry, const Remains *remains, bool half);

// `merge`: the delete that was torn, where remains->torn. `written`: NOW may have written to what it was given.
char *remains_say_part(const JournalEntry *entry, const Remains *remains, const Step *merge, RemainsStands stands,
                       bool written);

// `step`: what libvirt most likely works on; NULL: not known. `waits`: its block job may have nobody who ends it.
char *remains_say_busy(const char *guest, const Step *step, bool waits);

// `why`: why the guest could not be read; NULL: not known.
char *remains_say_unseen(const JournalEntry *entry, const char *why);

char *remains_say_changed(const JournalEntry *entry, unsigned done, const Step *changed);
