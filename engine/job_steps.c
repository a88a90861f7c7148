// SPDX-License-Identifier: GPL-2.0-or-later
// Running steps one after the other, each written down before and after.

#include "engine/job_steps.h"

#include "engine/job_between.h"
#include "engine/model/naming.h"
#include "engine/model/tongue.h"
#include "engine/sampler.h"

static void say_step(Job *job, unsigned step, StepState state, const Failure *failure)
{
    Message *message = job_news(job, MSG_JOB_STEP);

    message->job.step = step;
    message->job.step_state = state;
    message->job.failure = failure_copy(failure);
    channel_send(job->engine->channel, message);
}

void job_sample(Job *job, Act *act, unsigned step)
{
    Message *message = job_news(job, MSG_JOB_PROGRESS);

    message->job.step = MIN(step, job->plan->steps->len - 1);
    act_sample(act, job->plan->steps->pdata[message->job.step], &message->job.progress);
    channel_send(job->engine->channel, message);
}

// ---- one step ---------------------------------------------------------------------------------

static void take_note(Job *job, Act *act)
{
    g_autofree char *note = act_take_note(act);

    if (!note)
        return;
    job_tell(job, note);
    job->noted = true;
}

static Failure *act_watched(Job *job, Act *act, unsigned index, bool *aborted)
{
    Sampler *sampler = sampler_start(job, act, index);
    Failure *failure = act_step(act, job->plan->steps->pdata[index]);

    *aborted = sampler_stop(sampler);
    return failure;
}

// Runs one step. False: it failed, or was aborted, or the line broke.
static bool run_step(Job *job, Connection *connection, Act *act, unsigned index)
{
    const Step *step = g_ptr_array_index(job->plan->steps, index);
    Failure *failure = NULL;
    bool aborted = false;

    if (!job_mark_begun(job, connection, index, &failure)) {
        job_fail(job, JOB_FAILED, failure);
        return false;
    }
    job->begun = true;
    say_step(job, index, STEP_RUNNING, NULL);
    if (step->kind == STEP_REVERT)
        g_usleep((gulong) name_pause(job->before->images, g_get_real_time() / G_USEC_PER_SEC));
    failure = act_watched(job, act, index, &aborted);
    say_step(job, index, failure ? STEP_FAILED : STEP_DONE, failure);
    take_note(job, act);
    if (!failure) {
        job->done = index + 1;
        job_mark_done(job, index, act_started_id(act));
        return true;
    }
    if (step->kind == STEP_COMMIT && job->entry && job->way == JOB_ANEW)
        job->entry->torn = act_has_copied(act);
    if (aborted && act_was_aborted(failure)) {
        job->outcome = JOB_CANCELLED;
        job_tell(job, "It was cancelled; libvirt took back what it had begun.");
        failure_free(failure);
    } else {
        job->lost = !connection_alive(connection);
        job_fail(job, JOB_FAILED, failure);
    }
    return false;
}

// ---- the way back -----------------------------------------------------------------------------

// A guest that was started paused for a merge is stopped again whatever happened to the merge.
static void stop_started(Job *job, Act *act)
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
            job_tell(job, "It is still there, paused: do not resume it, stop it by hand.");
        job->stands |= failure != NULL;
        failure_free(failure);
        take_note(job, act);
    }
}

// A composed revert that did not come to its switch leaves nothing behind, nor do corrected records; a snapshot that
// was taken on the way stays, and a merge is one for good.
static void undo_composed(Job *job, Act *act)
{
    bool whole = false;
    g_autofree char *sentence = act_undo(act, &whole);
    unsigned done = 0;

    job_tell(job, sentence);
    for (unsigned i = 0; i < job->done; i++) {
        const Step *step = g_ptr_array_index(job->plan->steps, i);
        g_autofree char *kept = g_strdup_printf(_("Snapshot %s stays."), step->subject);

        if (step->kind == STEP_CREATE)
            job_tell(job, kept);
        if (step->kind == STEP_CREATE || step->kind == STEP_DELETE || step->kind == STEP_MERGE_LAYERS ||
            step->kind == STEP_MERGE_NOW)
            done = i + 1;
    }
    if (whole)
        job->done = done;
    job->left |= !whole;
}

void job_take_back(Job *job, Act *act)
{
    bool stops = act_has_started(act);

    job->outcome = JOB_DONE;
    if (stops)
        stop_started(job, act);
    if (act_can_undo(act))
        undo_composed(job, act);
    else if (!stops)
        job_tell(job, "There was nothing to take back; what was done stays.");
    if (job->left || job->stands)
        job->outcome = JOB_FAILED;
}

// ---- all of them ------------------------------------------------------------------------------

// Between these steps the guest is not left.
static bool may_stop_before(const Step *step)
{
    switch (step->kind) {
    case STEP_STOP_STARTED: // an undo already
    case STEP_POWER_OFF:
    case STEP_POWER_ON:
    case STEP_RESTORE:
    case STEP_REMOVE_FILES:
    case STEP_RELEASE:
    case STEP_REBASE:
        return false;
    case STEP_CREATE:
    case STEP_START_PAUSED:
    case STEP_DELETE:
    case STEP_REVERT:
    case STEP_MAKE_LAYERS:
    case STEP_RECORD:
    case STEP_DEFINE:
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
    case STEP_MAKE_CURRENT:
    case STEP_PERSIST:
    case STEP_COMMIT:
    case STEP_MERGE_LAYERS:
    case STEP_MERGE_NOW:
        break;
    }
    return true;
}

// What was merged damages the snapshot until its record is gone, or is named by records until these follow.
static bool stop_wanted(Job *job)
{
    if (!atomic_load(&job->cancelled) || (job->entry && job->entry->torn) ||
        remains_must_follow(job->plan, job->done, false))
        return false;
    job->outcome = JOB_CANCELLED;
    job_tell(job, job->done ? _("It was stopped between two steps; what was done by then stays.")
                            : _("It was stopped before its first step; nothing was touched."));
    return true;
}

void job_run_steps(Job *job, Connection *connection, Act *act)
{
    for (unsigned i = job->done; i < job->plan->steps->len; i++) {
        const Step *step = g_ptr_array_index(job->plan->steps, i);

        if ((may_stop_before(step) && stop_wanted(job)) || !job_still_fits(job, connection, act, i) ||
            !run_step(job, connection, act, i))
            break;
    }
    if (job->lost && job->hold)
        return; // nothing can be taken back over this line
    if (act_has_started(act))
        stop_started(job, act);
    if (job->done < job->plan->steps->len && act_can_undo(act))
        undo_composed(job, act);
    else if (job->outcome == JOB_CHANGED)
        job->left = true;
}

// ---- after a process that was cut off ---------------------------------------------------------

static GHashTable *read_records(const JournalEntry *entry, Failure **failure)
{
    GHashTable *records = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

    for (guint i = 0; i < entry->saved->len && !*failure; i++) {
        char *text = journal_saved(entry->id, i + 1, failure);

        if (text)
            g_hash_table_insert(records, entry->saved->pdata[i], text);
    }
    return records;
}

bool job_adopt(Job *job, Act *act, const Remains *remains, Failure **failure)
{
    const JournalEntry *entry = job->entry;
    g_autoptr(GHashTable) records = read_records(entry, failure);
    g_autofree char *definition = entry->saved->len && !*failure ? journal_saved(entry->id, 0, failure) : NULL;
    Past past = {
        .entry = entry,
        .done = remains->done,
        .traced = remains->done + (remains->next != TRACE_NONE),
        .stored = remains_is_stored(entry, remains),
        .definition = definition,
        .records = records,
    };

    if (!*failure)
        *failure = act_adopt(act, &past);
    return *failure == NULL;
}
