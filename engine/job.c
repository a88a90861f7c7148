// SPDX-License-Identifier: GPL-2.0-or-later
// A job's thread.

#include "engine/job.h"

#include "engine/model/naming.h"
#include "engine/planner.h"
#include "engine/sampler.h"
#include "engine/virt/act.h"

#include <string.h>

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

void job_free(Job *job)
{
    if (!job)
        return;
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
    return message;
}

static void say_started(Job *job)
{
    Message *message = job_news(job, MSG_JOB_STARTED);

    message->job.plan = plan_copy(job->plan);
    channel_send(job->engine->channel, message);
}

static void say_step(Job *job, unsigned step, StepState state, const Failure *failure)
{
    Message *message = job_news(job, MSG_JOB_STEP);

    message->job.step = step;
    message->job.step_state = state;
    message->job.failure = failure_copy(failure);
    channel_send(job->engine->channel, message);
}

static void tell(Job *job, const char *sentence)
{
    if (job->story->len)
        g_string_append_c(job->story, ' ');
    g_string_append(job->story, sentence);
}

static void fail(Job *job, JobOutcome outcome, Failure *failure)
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
    tell(job, "Nothing was touched.");
    if (reason)
        tell(job, reason->text);
}

// Is the plan, made again from a fresh look, still the one that was shown? (law 5)
static bool still_holds(Job *job, Connection *connection)
{
    g_auto(Planned) planned = {0};

    planner_plan(job->engine, connection, job->plan->wish, &planned);
    if (!planned.plan) {
        fail(job, JOB_FAILED, g_steal_pointer(&planned.failure));
        tell(job, "The guest could not be looked at, so nothing was touched.");
        return false;
    }
    job->before = picture_ref(planned.picture);
    if (planned.plan->verdict != VERDICT_OK) {
        refuse(job, planned.plan);
        return false;
    }
    if (!plan_equal(planned.plan, job->plan)) {
        job->outcome = JOB_CHANGED;
        tell(job, "The guest changed since the plan was shown. Nothing was touched; look again.");
        return false;
    }
    return true;
}

// ---- the steps --------------------------------------------------------------------------------

static void take_note(Job *job, Act *act)
{
    g_autofree char *note = act_take_note(act);

    if (note)
        tell(job, note);
}

// Runs one step. False: it failed, or was aborted.
static bool run_step(Job *job, Act *act, unsigned index)
{
    const Step *step = g_ptr_array_index(job->plan->steps, index);
    Failure *failure;
    Sampler *sampler;
    bool aborted;

    job->begun = true;
    say_step(job, index, STEP_RUNNING, NULL);
    if (step->kind == STEP_REVERT)
        g_usleep((gulong) name_pause(job->before->images, g_get_real_time() / G_USEC_PER_SEC));
    sampler = sampler_start(job, act, index);
    failure = act_step(act, step);
    aborted = sampler_stop(sampler);
    say_step(job, index, failure ? STEP_FAILED : STEP_DONE, failure);
    take_note(job, act);
    if (!failure) {
        job->done = index + 1;
        return true;
    }
    if (aborted && act_was_aborted(failure)) {
        job->outcome = JOB_CANCELLED;
        tell(job, "It was cancelled; libvirt took back what it had begun.");
        failure_free(failure);
    } else {
        fail(job, JOB_FAILED, failure);
    }
    return false;
}

// A guest that was started paused for a merge is stopped again whatever happened to the merge.
static void undo(Job *job, Act *act)
{
    for (unsigned i = job->done; i < job->plan->steps->len && act_has_started(act); i++) {
        const Step *step = g_ptr_array_index(job->plan->steps, i);
        Failure *failure;

        if (step->kind != STEP_STOP_STARTED)
            continue;
        say_step(job, i, STEP_RUNNING, NULL);
        failure = act_step(act, step);
        say_step(job, i, failure ? STEP_FAILED : STEP_DONE, failure);
        if (failure)
            tell(job, "It is still there, paused: do not resume it, stop it by hand.");
        failure_free(failure);
        take_note(job, act);
    }
}

// A composed revert that did not come to its switch leaves nothing behind, nor do corrected records; a snapshot that
// was taken on the way stays, and a merge is one for good.
static void take_back(Job *job, Act *act)
{
    bool whole = false;
    g_autofree char *sentence = act_undo(act, &whole);
    unsigned done = 0;

    tell(job, sentence);
    for (unsigned i = 0; i < job->done; i++) {
        const Step *step = g_ptr_array_index(job->plan->steps, i);
        g_autofree char *kept = g_strdup_printf("Snapshot %s stays.", step->subject);

        if (step->kind == STEP_CREATE)
            tell(job, kept);
        if (step->kind == STEP_CREATE || step->kind == STEP_DELETE)
            done = i + 1;
    }
    if (whole)
        job->done = done;
}

// Between these steps the guest is not left.
static bool may_stop_before(const Step *step)
{
    switch (step->kind) {
    case STEP_STOP_STARTED: // an undo already
    case STEP_POWER_OFF:
    case STEP_POWER_ON:
    case STEP_RESTORE:
    case STEP_REMOVE_FILES:
        return false;
    case STEP_CREATE:
    case STEP_START_PAUSED:
    case STEP_DELETE:
    case STEP_REVERT:
    case STEP_MAKE_LAYERS:
    case STEP_RECORD:
    case STEP_DEFINE:
    case STEP_RENEW:
    case STEP_MAKE_CURRENT:
        break;
    }
    return true;
}

static bool stop_wanted(Job *job)
{
    if (!atomic_load(&job->cancelled))
        return false;
    job->outcome = JOB_CANCELLED;
    tell(job, job->done ? "It was stopped between two steps; what was done by then stays."
                        : "It was stopped before its first step; nothing was touched.");
    return true;
}

static void run_steps(Job *job, Connection *connection)
{
    Failure *failure = NULL;
    g_autoptr(Act) act = act_new(connection, job->plan->wish->uuid, &failure);

    if (!act) {
        fail(job, JOB_FAILED, failure);
        return;
    }
    for (unsigned i = 0; i < job->plan->steps->len; i++) {
        const Step *step = g_ptr_array_index(job->plan->steps, i);

        if ((may_stop_before(step) && stop_wanted(job)) || !run_step(job, act, i))
            break;
    }
    if (act_has_started(act))
        undo(job, act);
    if (job->done < job->plan->steps->len && act_can_undo(act))
        take_back(job, act);
}

void *job_run(void *data)
{
    Job *job = data;
    Engine *engine = job->engine;
    Failure *failure = NULL;
    g_autoptr(Connection) connection = NULL;

    say_started(job);
    connection = jobs_connection(engine->jobs, &failure);
    if (!connection) {
        fail(job, JOB_FAILED, failure);
        tell(job, "Nothing was touched.");
    } else if (still_holds(job, connection)) {
        roster_set_job(engine->roster, job->plan->wish->uuid, job->before);
        run_steps(job, connection);
    }
    worklist_add_job_end(engine->work, job->number, job->plan->wish->uuid);
    return NULL;
}
