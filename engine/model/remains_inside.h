// SPDX-License-Identifier: GPL-2.0-or-later
// What engine/model/remains*.c share.
#pragma once

#include "engine/model/remains.h"

// ---- the steps of the plan (remains_steps.c) --------------------------------------------------

const Step *remains_step(const JournalEntry *entry, unsigned index); // NULL: there are not so many

// The last step of that kind among the first `n`; NULL: none.
const Step *remains_find_step(const JournalEntry *entry, unsigned n, StepKind kind);

// Among the first `n` steps, was the guest that one of them started paused stopped again?
bool remains_stopped_again(const JournalEntry *entry, unsigned n);

// The first delete that is still to be done; NULL: none is.
const Step *remains_next_delete(const JournalEntry *entry, unsigned done);

// qemu-img has begun to copy, and the record of the snapshot is there still. The index of that step, or -1.
int remains_find_commit(const JournalEntry *entry, const Remains *r);

// ---- overlays that no snapshot records (remains_unrecorded.c) ---------------------------------

// The overlays of a snapshot are in use, and libvirt has not recorded it. To take it once more is no way on, nor is to
// leave it so.
bool remains_is_unrecorded(const JournalEntry *entry, const Remains *r);

// Of such a one: can NOW be taken off the overlays? And the steps that do it, in the place of all that `rest` has.
bool remains_can_unwind(const JournalEntry *entry, const Remains *r, const Picture *picture);
void remains_unwind(Plan *rest, const JournalEntry *entry, const Remains *r, const Picture *picture);

// ---- the ways on (remains_ways.c) -------------------------------------------------------------

// Is the guest in the process that a step of the plan started paused, and still paused?
bool remains_stands_paused(const Remains *r, const Picture *picture);

// Of a guest that is off: what it was given is as it was made. It may have been started there and stopped again.
bool remains_is_unwritten(const Picture *picture, const Step *define);

// The snapshot whose delete comes next and has some disks behind it; NULL: none.
const Snapshot *remains_find_half(const JournalEntry *entry, const Remains *r, const Picture *picture);

// Set r->undo, r->stays and r->unwinds; r->finish and r->loses_now.
void remains_find_undo(const JournalEntry *entry, const Picture *picture, Remains *r);
void remains_find_finish(const JournalEntry *entry, const Picture *picture, Remains *r);
