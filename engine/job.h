// SPDX-License-Identifier: GPL-2.0-or-later
// One job: looks afresh, plans again, compares, runs the steps, undoes what can be undone. Or takes up a job of the
// journal that was cut off.
#pragma once

#include "engine/journal.h"
#include "engine/model/plan.h"
#include "engine/private.h"

typedef enum JobWay {
    JOB_ANEW,
    JOB_FINISH, // do what is left of a job that was cut off
    JOB_UNDO,   // take back what it had done
} JobWay;

struct Job {
    Engine *engine;
    guint64 number;
    Plan *plan;
    JobWay way;
    bool lose_now;  // FINISH: what NOW wrote since is given up
    Remains *shown; // FINISH, UNDO: what the operator saw; it has to be the same still
    Job *next; // jobs.c
    bool running;
    pthread_t thread;
    atomic_bool cancelled;

    // Written by the job's thread, read by a reader after the job was handed over.
    Picture *before; // the fresh look; NULL: none
    JobOutcome outcome;
    Failure *failure; // NULL: all went well
    GString *story;
    bool begun;    // a step was begun
    unsigned done; // steps that are done
    JournalEntry *entry; // NULL: no step could begin yet, or the guest lives in this process only
    Hold *hold;          // with it
    bool lost; // the line broke in the middle of a step: what became of it is to be found out
    bool noted; // a step told of something that is not as planned
    bool left; // something is left of it that somebody has to come back to
    bool stands; // the guest that was started paused could not be stopped: the same, whatever else is left
};

Job *job_new(Engine *engine, guint64 number, const Plan *plan);

// A job that goes on with an entry of the journal. Takes over the entry and the hold on it; copies `shown`.
Job *job_new_from(Engine *engine, guint64 number, JournalEntry *entry, Hold *hold, JobWay way, const Remains *shown);

// Lets go of its entry, which stays in the journal unless job_settle() removed it.
void job_free(Job *job);

// The job's life, for thread_start(). Ends by handing the job to a reader.
void *job_run(void *job);

// After the last look (NULL: the guest could not be seen): the entry is removed, or kept with a word about it in the
// story; the act is written to the audit log.
void job_settle(Job *job, const Picture *after);

// News of the job, without what is special to the kind. The caller fills that in and sends it.
Message *job_news(const Job *job, MessageKind kind);

// ---- for engine/job*.c ------------------------------------------------------------------------

// Adds a sentence to the story, translated; one that was formatted is translated already.
void job_tell(Job *job, const char *sentence);

// Sets the outcome; the first failure stays. Takes `failure`.
void job_fail(Job *job, JobOutcome outcome, Failure *failure);

// Writes the entry and saves the texts that are needed to take the plan back. False: it did not begin, and the story
// says why. With `*again` another job of this process stood in the way, and has been waited for.
bool job_begin_entry(Job *job, Connection *connection, bool *again);

// Notes in the journal that a step begins, and saves once more what it replaces; false and `failure` if that cannot
// be written.
bool job_mark_begun(Job *job, Connection *connection, unsigned step, Failure **failure);

// Notes that it is done; `started_id` is the process of a guest that is started paused, or -1.
void job_mark_done(Job *job, unsigned step, int started_id);
