// SPDX-License-Identifier: GPL-2.0-or-later
// The jobs of one host: which run, which wait, and how each ends.
//
// At most JOBS_RUNNING run at once, one per guest; others wait in the order in which they came.
// Each running job has a thread (engine/job.c). When that has done, a reader looks at the guest and
// calls jobs_end(), which says JOB_ENDED: once and last, after the picture.
#pragma once

#include "engine/engine.h"
#include "engine/journal.h"
#include "engine/virt/connect.h"

#define JOBS_RUNNING 3

typedef struct Jobs Jobs;
typedef struct Job Job;

Jobs *jobs_new(Engine *engine);
void jobs_free(Jobs *jobs);

// Takes a copy of the plan; runs it as soon as its turn comes. Returns the job's number.
guint64 jobs_add(Jobs *jobs, const Plan *plan);

// The same for the rest of a job of the journal (engine/job.h). Takes over the entry and the hold; copies `shown`.
guint64 jobs_take_up(Jobs *jobs, JournalEntry *entry, Hold *hold, bool undo, bool lose_now, const Remains *shown);

// Waits a moment, at most until a job has ended: another one stands in the way of `job`. False: it was cancelled.
bool jobs_wait(Jobs *jobs, Job *job);

// Cancels a job: withdrawn if it waits, aborted or stopped before its next step if it runs.
void jobs_cancel(Jobs *jobs, guint64 number);

// A reader has looked at the guest of a job that has done: `picture` (NULL: it could not).
void jobs_end(Jobs *jobs, guint64 number, const Picture *picture);

// Withdraws what waits, unless nobody hears of it any more (engine_leave()), and returns when nothing runs any more. No
// job is started afterwards.
void jobs_finish(Jobs *jobs);

// The jobs' connection, opened when it is first needed or broken; a new reference.
Connection *jobs_connection(Jobs *jobs, Failure **failure);
