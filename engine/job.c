// SPDX-License-Identifier: GPL-2.0-or-later
// A job's thread: from the second look to its end, also where the line breaks on the way.

#include "engine/job.h"

#include "engine/job_steps.h"
#include "engine/model/claims.h"
#include "engine/model/tongue.h"
#include "engine/model/world.h"
#include "engine/planner.h"
#include "engine/thread.h"
#include "engine/virt/act.h"

#include <string.h>

#define LOOK_AGAIN_MS 500             // while libvirt is at work
#define ABANDONED_MS  20000           // a merge that has copied all is ended by libvirt within 3 s (3.9 GiB, 9.0)
#define CONNECT_MS    1000            // between tries
#define PATIENCE_MS   (5 * 60 * 1000) // so long a host may be away in the middle of a job
#define LOSSES        5               // so often the line may break

Job *job_new(Engine *engine, guint64 number, const Plan *plan)
{
    Job *job = g_new0(Job, 1);

    job->engine = engine;
    job->number = number;
    job->plan = plan_copy(plan);
    job->story = g_string_new(NULL);
    atomic_init(&job->cancelled, false);
    return job;
}

Job *job_new_from(Engine *engine, guint64 number, JournalEntry *entry, Hold *hold, JobWay way, const Remains *shown)
{
    Job *job = job_new(engine, number, entry->plan);

    job->entry = entry;
    job->hold = hold;
    job->way = way;
    job->shown = remains_copy(shown);
    job->left = true; // until it was taken up
    return job;
}

void job_free(Job *job)
{
    if (!job)
        return;
    journal_leave(job->hold);
    journal_entry_free(job->entry);
    remains_free(job->shown);
    plan_free(job->plan);
    picture_unref(job->before);
    failure_free(job->failure);
    g_string_free(job->story, TRUE);
    g_free(job);
}

Message *job_news(const Job *job, MessageKind kind)
{
    Message *message = message_new(kind);

    message->job.job = job->number;
    message->job.uuid = g_strdup(job->plan->wish->uuid);
    message->job.title = g_strdup(job->plan->title);
    message->job.steps = job->plan->steps->len;
    if (kind == MSG_JOB_STARTED || kind == MSG_JOB_QUEUED)
        message->job.plan = plan_copy(job->plan);
    return message;
}

void job_tell(Job *job, const char *sentence)
{
    if (job->story->len)
        g_string_append_c(job->story, ' ');
    g_string_append(job->story, _(sentence));
}

void job_fail(Job *job, JobOutcome outcome, Failure *failure)
{
    job->outcome = outcome;
    if (!job->failure)
        job->failure = failure;
    else
        failure_free(failure);
}

// ---- the second look --------------------------------------------------------------------------

static void refuse(Job *job, const Plan *fresh)
{
    const Reason *reason = fresh->reasons->len ? g_ptr_array_index(fresh->reasons, 0) : NULL;

    job->outcome = JOB_REFUSED;
    job_tell(job, "Nothing was touched.");
    if (reason)
        job_tell(job, reason->text);
}

// The next plan must not be made from what this one believed, or it would end here again.
static void tell_change(Job *job, const Plan *now)
{
    roster_look_again(job->engine->roster, job->plan->wish->uuid, true, NULL);
    if (now->verdict != VERDICT_OK) {
        refuse(job, now);
        return;
    }
    job->outcome = JOB_CHANGED;
    job_tell(job, "The guest changed since the plan was shown. Nothing was touched; look again.");
}

static void take_before(Job *job, const Picture *picture)
{
    picture_unref(job->before);
    job->before = picture_ref(picture);
}

// Is the plan, made again from a fresh look, still the one that was shown? (law 5)
static bool still_holds(Job *job, Connection *connection)
{
    g_auto(Planned) planned = {0};

    planner_plan(job->engine, connection, job->plan->wish, true, &planned);
    if (!planned.plan) {
        job_fail(job, JOB_FAILED, g_steal_pointer(&planned.failure));
        job_tell(job, "The guest could not be looked at, so nothing was touched.");
        return false;
    }
    take_before(job, planned.picture);
    if (planned.plan->verdict != VERDICT_OK || !plan_equal(planned.plan, job->plan)) {
        tell_change(job, planned.plan);
        return false;
    }
    g_clear_pointer(&job->plan->afterwards, world_unref); // of the picture that is true now
    job->plan->afterwards = planned.plan->afterwards ? world_ref(planned.plan->afterwards) : NULL;
    return true;
}

// From here on the guest is ours: others read its state only, and later the records that this job may have changed.
static void hold_guest(Job *job)
{
    const char *uuid = job->plan->wish->uuid;
    g_autoptr(Claims) claims = claims_make(job->plan, job->before);
    g_autoptr(GPtrArray) names = claims_records(job->plan, claims, job->before);

    roster_set_job(job->engine->roster, uuid, job->before);
    roster_suspect(job->engine->roster, uuid, names);
}

static Act *open_act(const Job *job, Connection *connection, Failure **failure)
{
    return act_new(connection, job->plan->wish->uuid, job->entry ? job->entry->id : NULL, failure);
}

static void run_anew(Job *job, Connection *connection)
{
    Failure *failure = NULL;
    g_autoptr(Act) act = NULL;
    bool again = true;

    while (again)
        if (!still_holds(job, connection) || (!job_begin_entry(job, connection, &again) && !again))
            return;
    hold_guest(job);
    act = open_act(job, connection, &failure);
    if (act)
        job_run_steps(job, connection, act);
    else
        job_fail(job, JOB_FAILED, failure);
}

// ---- taking up what was cut off ---------------------------------------------------------------

static bool is_cancelled(Job *job)
{
    if (!atomic_load(&job->cancelled))
        return false;
    job->outcome = JOB_CANCELLED;
    job_tell(job, "What libvirt has begun it brings to an end by itself; nothing else was done.");
    return true;
}

// Looks until libvirt is at work no more, or has stood still for so long that nobody is. False: it could not be looked
// at, or was cancelled.
static bool examine(Job *job, Connection *connection, Act *act, Examined *examined)
{
    unsigned waited = 0;

    job->entry->abandoned = false;
    planner_examine(job->engine, connection, job->entry, job->lose_now, examined);
    while (examined->remains && examined->remains->kind == REMAINS_BUSY) {
        if (is_cancelled(job))
            return false;
        waited = examined->remains->waits ? waited + 1 : 0;
        job->entry->abandoned = waited > ABANDONED_MS / LOOK_AGAIN_MS;
        job_sample(job, act, examined->remains->done);
        g_usleep(LOOK_AGAIN_MS * 1000);
        examined_clear(examined);
        planner_examine(job->engine, connection, job->entry, job->lose_now, examined);
    }
    if (examined->failure)
        job_fail(job, JOB_FAILED, g_steal_pointer(&examined->failure));
    return !job->failure || job->lost;
}

// Law 5 for what is left: it is done as it was shown, or not at all.
static bool is_as_shown(Job *job, const Remains *found)
{
    const Remains *shown = job->shown;

    if (!shown || shown->kind == REMAINS_BUSY ||
        (shown->kind == found->kind && shown->done == found->done && shown->next == found->next))
        return true;
    job->outcome = JOB_CHANGED;
    job_tell(job, "The guest changed since it was looked at. Nothing was touched; look again.");
    return false;
}

static void end_with(Job *job, JobOutcome outcome, const Remains *found)
{
    job->outcome = outcome;
    job->left = outcome != JOB_DONE;
    job_tell(job, found->story);
}

// All that is to be done of it, if it is lawful still.
static bool may_go_on(Job *job, const Examined *examined)
{
    const Plan *rest = examined->rest;

    if (job->way == JOB_UNDO && !examined->remains->unwinds) {
        if (!examined->remains->undo)
            end_with(job, JOB_REFUSED, examined->remains);
        return examined->remains->undo != NULL;
    }
    if (rest && rest->verdict == VERDICT_OK)
        return true;
    end_with(job, JOB_REFUSED, examined->remains);
    for (guint i = 0; rest && i < rest->reasons->len; i++)
        job_tell(job, ((const Reason *) rest->reasons->pdata[i])->text);
    return false;
}

// Are these the steps that were planned? Files that are made or removed already are no others: an undo knows them all.
static bool is_planned(const Job *job, const Plan *rest)
{
    const GPtrArray *planned = job->entry->plan->steps;
    const Step *first = rest->steps->pdata[0];

    return job->entry->done + rest->steps->len == planned->len && !remains_merges_layers(first) &&
           first->kind == ((const Step *) planned->pdata[job->entry->done])->kind;
}

static void rename_plan(Plan *plan, const Plan *rest)
{
    g_free(plan->title);
    plan->title = g_strdup(rest->title);
}

// What is left may take other steps than those that were planned.
static void adopt_rest(Job *job, const Plan *rest)
{
    unsigned done = job->entry->done;
    bool takes_up = job->entry->begun > done && ((const Step *) rest->steps->pdata[0])->kind == STEP_MERGE_NOW;

    if (is_planned(job, rest))
        return;
    remains_replan(job->plan, done, rest); // in its place: others hold the plan by its wish
    remains_replan(job->entry->plan, done, rest);
    if (job->way == JOB_UNDO) {
        rename_plan(job->plan, rest);
        rename_plan(job->entry->plan, rest);
        job->way = JOB_FINISH; // of those steps, if the line breaks
    }
    job->entry->begun = done + takes_up; // a merge that waits at its end is nobody else's
    channel_send(job->engine->channel, job_news(job, MSG_JOB_STARTED)); // with the new steps
}

static void go_on(Job *job, Connection *connection, Act *act, const Examined *examined)
{
    bool takes_back = job->way == JOB_UNDO && !examined->remains->unwinds;
    Failure *failure = NULL;

    if (!may_go_on(job, examined))
        return;
    job->done = job->entry->done = examined->remains->done;
    job->entry->begun = MAX(job->entry->begun, job->entry->done);
    job->entry->started_id = examined->remains->started_id;
    job->entry->torn |= examined->remains->torn;
    if (!takes_back)
        adopt_rest(job, examined->rest);
    if (!job_adopt(job, act, examined->remains, &failure)) {
        job_fail(job, JOB_FAILED, failure);
        return;
    }
    hold_guest(job);
    job->left = job->stands = false;
    if (takes_back)
        job_take_back(job, act);
    else
        job_run_steps(job, connection, act);
}

static void take_up(Job *job, Connection *connection)
{
    Failure *failure = NULL;
    g_autoptr(Act) act = open_act(job, connection, &failure);
    g_auto(Examined) examined = {0};

    if (!act) {
        job_fail(job, JOB_FAILED, failure);
        return;
    }
    act_clear_left(act);
    if (!examine(job, connection, act, &examined) || !is_as_shown(job, examined.remains))
        return;
    take_before(job, examined.picture);
    switch (examined.remains->kind) {
    case REMAINS_NOTHING:
    case REMAINS_ALL:
        end_with(job, JOB_DONE, examined.remains);
        break;
    case REMAINS_CHANGED:
    case REMAINS_UNSEEN:
        end_with(job, JOB_REFUSED, examined.remains);
        break;
    case REMAINS_BUSY:
        break; // waited for
    case REMAINS_PART:
        go_on(job, connection, act, &examined);
        break;
    }
}

// ---- a line that broke ------------------------------------------------------------------------

// libvirt drops a client that is silent, a daemon is restarted, a network goes: the host comes back, or not.
static Connection *connect_again(Job *job)
{
    gint64 until = thread_clock() + PATIENCE_MS;
    Connection *connection = NULL;

    while (!connection && thread_clock() < until && !atomic_load(&job->cancelled)) {
        g_autoptr(Failure) failure = NULL;

        connection = jobs_connection(job->engine->jobs, &failure);
        if (!connection)
            g_usleep(CONNECT_MS * 1000);
    }
    return connection;
}

// The step that was cut off did its work after all, and what follows costs nothing that was not agreed to.
static bool was_done(const Job *job, const Examined *examined)
{
    const Remains *found = examined->remains;

    return found->kind == REMAINS_ALL ||
           (found->kind == REMAINS_PART && found->done > job->entry->done && examined->rest &&
            examined->rest->verdict == VERDICT_OK);
}

// What was cut off in the middle takes back nothing and costs nothing where it is done to its end.
static bool goes_on(const Job *job, const Examined *examined)
{
    const Remains *found = examined->remains;
    const Step *step = found->done < job->plan->steps->len ? job->plan->steps->pdata[found->done] : NULL;

    if (!step || found->kind != REMAINS_PART || found->done != job->entry->done)
        return false;
    return (step->kind == STEP_REMOVE_FILES || remains_merges_layers(step)) && examined->rest &&
           examined->rest->verdict == VERDICT_OK;
}

static void find_out(Job *job)
{
    g_autoptr(Connection) connection = connect_again(job);
    Failure *failure = NULL;
    g_autoptr(Act) act = connection ? open_act(job, connection, &failure) : NULL;
    g_auto(Examined) examined = {0};
    bool whole;

    job->left = true;
    if (!act) {
        failure_free(failure);
        job->lost = false;
        job_tell(job, "What became of it is not known: the guest could not be reached again.");
        return;
    }
    if (!examine(job, connection, act, &examined) || !examined.remains)
        return;
    job->lost = false;
    whole = was_done(job, &examined);
    if (!whole && !goes_on(job, &examined)) {
        job->left = examined.remains->kind != REMAINS_NOTHING;
        job_tell(job, examined.remains->story);
        return;
    }
    g_clear_pointer(&job->failure, failure_free);
    job->outcome = JOB_DONE;
    if (whole)
        job_tell(job, "The line to the host broke meanwhile; libvirt did the step all the same.");
    else
        job_tell(job, "The line to the host broke in the middle of a step; the rest of it was done then.");
    job->done = examined.remains->done;
    job->left = false;
    if (examined.remains->kind == REMAINS_PART)
        go_on(job, connection, act, &examined);
}

void *job_run(void *data)
{
    Job *job = data;
    Engine *engine = job->engine;
    Failure *failure = NULL;
    g_autoptr(Connection) connection = NULL;

    channel_send(engine->channel, job_news(job, MSG_JOB_STARTED));
    connection = jobs_connection(engine->jobs, &failure);
    if (!connection) {
        job_fail(job, JOB_FAILED, failure);
        job_tell(job, "Nothing was touched.");
    } else if (job->way == JOB_ANEW) {
        run_anew(job, connection);
    } else {
        take_up(job, connection);
    }
    for (int i = 0; job->lost && job->hold && i < LOSSES; i++)
        find_out(job);
    worklist_add_job_end(engine->work, job->number, job->plan->wish->uuid);
    return NULL;
}
