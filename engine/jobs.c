// SPDX-License-Identifier: GPL-2.0-or-later
// The list of jobs, and whose turn it is.

#include "engine/jobs.h"

#include "engine/job.h"
#include "engine/model/tongue.h"
#include "engine/outcome.h"
#include "engine/thread.h"

#include <string.h>

#define WAIT_MS 500 // a job of another engine of this process ends unheard

struct Jobs {
    Engine *engine;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    Job *first; // oldest first; running and waiting ones
    guint64 last;
    bool finishing;
    pthread_mutex_t opening; // for `connection`: opening may take long
    Connection *connection;
};

Jobs *jobs_new(Engine *engine)
{
    Jobs *jobs = g_new0(Jobs, 1);

    jobs->engine = engine;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_mutex_init(&jobs->opening, NULL);
    thread_cond_init(&jobs->changed);
    return jobs;
}

void jobs_free(Jobs *jobs)
{
    if (!jobs)
        return;
    connection_unref(jobs->connection);
    pthread_mutex_destroy(&jobs->lock);
    pthread_mutex_destroy(&jobs->opening);
    pthread_cond_destroy(&jobs->changed);
    g_free(jobs);
}

// ---- whose turn it is (all with the lock held) ------------------------------------------------

static Job **find(Jobs *jobs, guint64 number)
{
    Job **link = &jobs->first;

    while (*link && (*link)->number != number)
        link = &(*link)->next;
    return link;
}

static bool guest_is_taken(const Jobs *jobs, const char *uuid)
{
    for (const Job *job = jobs->first; job; job = job->next)
        if (job->running && strcmp(job->plan->wish->uuid, uuid) == 0)
            return true;
    return false;
}

static unsigned count_running(const Jobs *jobs)
{
    unsigned n = 0;

    for (const Job *job = jobs->first; job; job = job->next)
        n += job->running;
    return n;
}

static void start_due(Jobs *jobs)
{
    for (Job *job = jobs->first; job && count_running(jobs) < JOBS_RUNNING; job = job->next) {
        if (job->running || guest_is_taken(jobs, job->plan->wish->uuid))
            continue;
        job->running = true;
        thread_start(&job->thread, job_run, job);
    }
}

static void say_ended(Job *job)
{
    Message *message = job_news(job, MSG_JOB_ENDED);

    message->job.outcome = job->outcome;
    message->job.failure = g_steal_pointer(&job->failure);
    message->job.story = g_strdup(job->story->str);
    channel_send(job->engine->channel, message);
}

static void withdraw(Jobs *jobs, Job **link)
{
    Job *job = *link;

    *link = job->next;
    job->outcome = JOB_CANCELLED;
    g_string_assign(job->story, _("It was withdrawn before it began; nothing was touched."));
    say_ended(job);
    job_free(job);
    pthread_cond_broadcast(&jobs->changed);
}

// ---- for the front door and the readers -------------------------------------------------------

// Takes a job, which it owns from then on.
static guint64 add(Jobs *jobs, Job *job)
{
    Job **link;
    guint64 number;

    pthread_mutex_lock(&jobs->lock);
    number = job->number = ++jobs->last;
    link = find(jobs, number); // the end of the list
    *link = job;
    if (jobs->finishing)
        withdraw(jobs, link);
    else
        start_due(jobs);
    if (*link == job && !job->running)
        channel_send(jobs->engine->channel, job_news(job, MSG_JOB_QUEUED));
    pthread_mutex_unlock(&jobs->lock);
    return number;
}

guint64 jobs_add(Jobs *jobs, const Plan *plan)
{
    return add(jobs, job_new(jobs->engine, 0, plan));
}

guint64 jobs_take_up(Jobs *jobs, JournalEntry *entry, Hold *hold, bool undo, bool lose_now, const Remains *shown)
{
    Job *job = job_new_from(jobs->engine, 0, entry, hold, undo ? JOB_UNDO : JOB_FINISH, shown);

    job->lose_now = lose_now;
    return add(jobs, job);
}

bool jobs_wait(Jobs *jobs, Job *job)
{
    bool cancelled;

    pthread_mutex_lock(&jobs->lock);
    (void) thread_wait(&jobs->changed, &jobs->lock, thread_clock() + WAIT_MS);
    cancelled = atomic_load(&job->cancelled);
    pthread_mutex_unlock(&jobs->lock);
    if (cancelled) {
        job->outcome = JOB_CANCELLED;
        job_tell(job, "It was stopped while it waited for another job; nothing was touched.");
    }
    return !cancelled;
}

void jobs_cancel(Jobs *jobs, guint64 number)
{
    Job **link;

    pthread_mutex_lock(&jobs->lock);
    link = find(jobs, number);
    if (*link && (*link)->running)
        atomic_store(&(*link)->cancelled, true);
    else if (*link)
        withdraw(jobs, link);
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->lock);
}

void jobs_end(Jobs *jobs, guint64 number, const Picture *picture)
{
    Job **link;
    Job *job;

    pthread_mutex_lock(&jobs->lock);
    job = *find(jobs, number);
    pthread_mutex_unlock(&jobs->lock);
    // Only this call takes a running job off the list, so it stays valid without the lock.
    pthread_join(job->thread, NULL);
    outcome_compare(job, picture);
    job_settle(job, picture);

    pthread_mutex_lock(&jobs->lock);
    say_ended(job);
    for (link = &jobs->first; *link != job; link = &(*link)->next)
        ;
    *link = job->next;
    job_free(job);
    start_due(jobs);
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->lock);
}

static Job **find_waiting(Jobs *jobs)
{
    Job **link = &jobs->first;

    while (*link && (*link)->running)
        link = &(*link)->next;
    return link;
}

void jobs_finish(Jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    jobs->finishing = true;
    // Where nobody is there any more, what was agreed to is carried out.
    for (Job **link = find_waiting(jobs); *link && !atomic_load(&jobs->engine->unattended);
         link = find_waiting(jobs))
        withdraw(jobs, link);
    while (jobs->first)
        thread_wait(&jobs->changed, &jobs->lock, 0);
    pthread_mutex_unlock(&jobs->lock);

    pthread_mutex_lock(&jobs->opening);
    g_clear_pointer(&jobs->connection, connection_unref);
    pthread_mutex_unlock(&jobs->opening);
}

Connection *jobs_connection(Jobs *jobs, Failure **failure)
{
    Connection *connection = NULL;

    pthread_mutex_lock(&jobs->opening);
    if (jobs->connection && !connection_alive(jobs->connection))
        g_clear_pointer(&jobs->connection, connection_unref);
    if (!jobs->connection)
        jobs->connection = keeper_open_second(jobs->engine->keeper, failure);
    if (jobs->connection)
        connection = connection_ref(jobs->connection);
    pthread_mutex_unlock(&jobs->opening);
    return connection;
}
