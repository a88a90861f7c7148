// SPDX-License-Identifier: GPL-2.0-or-later
// One job: looks afresh, plans again, compares, runs the steps, undoes what can be undone.
#pragma once

#include "engine/model/plan.h"
#include "engine/private.h"

struct Job {
    Engine *engine;
    guint64 number;
    Plan *plan;
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
};

Job *job_new(Engine *engine, guint64 number, const Plan *plan);
void job_free(Job *job);

// The job's life, for thread_start(). Ends by handing the job to a reader.
void *job_run(void *job);

// News of the job, without what is special to the kind. The caller fills that in and sends it.
Message *job_news(const Job *job, MessageKind kind);
