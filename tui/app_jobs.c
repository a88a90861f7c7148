// SPDX-License-Identifier: GPL-2.0-or-later
// Jobs as heard from the engines: running and ended ones, what their progress means, and what the
// operator is told when one ends.

#include "tui/app_parts.h"

#include "engine/model/tongue.h"

#include <string.h>

#define SPEED_MS 5000 // what a speed is the average of

void job_entry_free(gpointer data)
{
    AppJob *job = data;

    g_free(job->uuid);
    g_free(job->guest);
    g_free(job->title);
    g_free(job->brief);
    plan_free(job->plan);
    failure_free(job->failure);
    g_free(job->story);
    g_free(job);
}

static AppJob *find_job(const App *app, const AppHost *host, guint64 id)
{
    for (guint i = app->jobs->len; i > 0; i--) {
        AppJob *job = app->jobs->pdata[i - 1];

        if (job->host == host && job->id == id)
            return job;
    }
    return NULL;
}

AppJob *app_job_of(const App *app, const AppHost *host, const char *uuid)
{
    for (guint i = 0; i < app->jobs->len; i++) {
        AppJob *job = app->jobs->pdata[i];

        if (job->running && job->host == host && g_strcmp0(job->uuid, uuid) == 0)
            return job;
    }
    return NULL;
}

unsigned app_jobs_running(const App *app)
{
    unsigned running = 0;

    for (guint i = 0; i < app->jobs->len; i++)
        running += ((const AppJob *) app->jobs->pdata[i])->running;
    return running;
}

gint64 job_elapsed(const App *app, const AppJob *job)
{
    return (job->running ? app->mono : job->ended) - job->started;
}

double job_fraction(const AppJob *job)
{
    if (job->progress.total == 0)
        return -1;
    return MIN(1.0, (double) job->progress.done / (double) job->progress.total);
}

// The step that runs, as planned; NULL: not known.
static const Step *running_step(const AppJob *job)
{
    return job->plan && job->step < job->plan->steps->len ? job->plan->steps->pdata[job->step] : NULL;
}

bool job_can_cancel(const AppJob *job)
{
    const Step *step = running_step(job);

    return job->running && (job->waiting || !step || step->cancellable || job->step + 1 < job->plan->steps->len);
}

// Bytes that the running step merges at most; SIZE_UNKNOWN, also where it merges nothing.
static gint64 bytes_to_merge(const AppJob *job)
{
    const Step *step = running_step(job);
    gint64 sum = 0;
    bool merges = false;

    for (guint i = 0; step && i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (!disk->merges)
            continue;
        if (disk->bytes == SIZE_UNKNOWN)
            return SIZE_UNKNOWN;
        merges = true;
        sum += disk->bytes;
    }
    return merges ? sum : SIZE_UNKNOWN;
}

// For a merge below NOW libvirt counts the whole disk, of which the layer holds a part: it stands still
// where there is data and leaps over what is empty, so neither share nor speed say when it will end.
bool job_tells_position(const AppJob *job)
{
    gint64 bytes = bytes_to_merge(job);

    return bytes != SIZE_UNKNOWN && job->progress.total / 2 > (guint64) bytes;
}

static void restart_samples(AppJob *job)
{
    job->samples[0] = (JobSample) {0};
    job->sampled = 1;
}

// Adds a sample and drops those that are no longer needed: one of SPEED_MS ago stays.
static void add_sample(AppJob *job)
{
    JobSample sample = {job->progress.elapsed_ms, job->progress.done};
    const JobSample *last = &job->samples[job->sampled - 1];

    if (sample.done < last->done || sample.elapsed_ms < last->elapsed_ms)
        restart_samples(job);
    while (job->sampled == JOB_SAMPLES ||
           (job->sampled > 1 && job->samples[1].elapsed_ms <= sample.elapsed_ms - SPEED_MS)) {
        job->sampled--;
        memmove(job->samples, job->samples + 1, job->sampled * sizeof job->samples[0]);
    }
    job->samples[job->sampled++] = sample;
}

gint64 job_speed(const AppJob *job)
{
    const JobSample *first = &job->samples[0];
    const JobSample *last = &job->samples[job->sampled - 1];
    gint64 span = last->elapsed_ms - first->elapsed_ms;

    if (job->progress.total == 0 || span < 1000)
        return -1;
    return (gint64) ((double) (last->done - first->done) * 1000 / (double) span);
}

// Does a plan merge one image into another? Then the guest is bound until it ends.
static bool plan_merges(const Plan *plan)
{
    for (guint i = 0; plan && i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        for (guint d = 0; d < step->disks->len; d++)
            if (((const StepDisk *) step->disks->pdata[d])->merges)
                return true;
    }
    return false;
}

// "merge s1 of web01"
static char *brief_of_verb(const AppJob *job, const char *subjects)
{
    switch (job->plan->wish->verb) {
    case VERB_CREATE:
        return g_strdup_printf(_("create %s of %s"), subjects, job->guest);
    case VERB_REVERT:
        return g_strdup_printf(_("revert to %s of %s"), subjects, job->guest);
    case VERB_DISCARD:
        return g_strdup_printf(_("discard %s of %s"), subjects, job->guest);
    case VERB_REPAIR:
        return g_strdup_printf(_("repair %s of %s"), subjects, job->guest);
    case VERB_DELETE:
        break;
    }
    return g_strdup_printf(job->merges ? _("merge %s of %s") : _("delete %s of %s"), subjects, job->guest);
}

// What runs, in one row.
static char *brief_of(const AppJob *job)
{
    const Wish *wish = job->plan ? job->plan->wish : NULL;
    g_autofree char *subjects = NULL;

    if (!wish || !wish->snapshot)
        return g_strdup(job->title ? job->title : _("job"));
    subjects = wish_subjects(wish);
    return brief_of_verb(job, subjects);
}

static AppJob *start_job(App *app, AppHost *host, JobNews *news)
{
    AppJob *job = g_new0(AppJob, 1);
    const AppGuest *guest = app_find_guest(host, news->uuid);

    job->host = host;
    job->id = news->job;
    job->uuid = g_strdup(news->uuid);
    job->title = g_strdup(news->title);
    job->plan = g_steal_pointer(&news->plan);
    job->guest = g_strdup(guest ? guest->name : job->plan ? job->plan->wish->domain : "?");
    job->merges = plan_merges(job->plan);
    job->paused = job->merges && g_strcmp0(job->plan->after, "off") == 0;
    job->brief = brief_of(job);
    job->running = true;
    restart_samples(job);
    job->steps = news->steps ? news->steps : job->plan ? job->plan->steps->len : 0;
    job->started = app->mono;
    job->started_at = app->wall;
    g_ptr_array_add(app->jobs, job);
    return job;
}

static void end_job(App *app, AppJob *job, JobNews *news)
{
    bool good = news->outcome == JOB_DONE || news->outcome == JOB_CANCELLED;
    g_autoptr(Failure) told = NULL;

    job->running = false;
    job->ended = app->mono;
    job->outcome = news->outcome;
    job->failure = g_steal_pointer(&news->failure);
    job->story = g_steal_pointer(&news->story);
    if (job->failure) {
        told = failure_copy(job->failure);
        if (job->story) {
            g_free(told->what);
            told->what = g_strdup_printf("%s %s", job->failure->what, job->story);
        }
    } else {
        g_autofree char *what = g_strdup_printf("%s: %s. %s", job->title ? job->title : job->brief,
                                                job_outcome_word(job->outcome), job->story ? job->story : "");

        told = failure_new(g_strchomp(what), NULL, 0, NULL);
    }
    app_log(app, job->guest, !good, told);
    if (!good)
        app_read_journal(app); // something may be left of it
    if (!good && app->dialogs->len == 0)
        open_message_dialog(app, job->title ? job->title : job->brief, told);
}

// The steps that finish a job may be others than those it had.
static void take_plan(AppJob *job, JobNews *news)
{
    if (!news->plan)
        return;
    plan_free(job->plan);
    job->plan = g_steal_pointer(&news->plan);
    job->steps = job->plan->steps->len;
    g_free(job->title); // the steps that take a job back have one of their own
    job->title = g_strdup(news->title);
}

void app_take_job(App *app, AppHost *host, MessageKind kind, JobNews *news)
{
    AppJob *job = find_job(app, host, news->job);

    if (!job)
        job = start_job(app, host, news); // normally by JOB_STARTED
    if (kind == MSG_JOB_QUEUED || kind == MSG_JOB_STARTED) {
        job->waiting = kind == MSG_JOB_QUEUED;
        job->started = app->mono;
        job->started_at = app->wall;
        take_plan(job, news);
    }
    if (kind == MSG_JOB_ENDED) {
        end_job(app, job, news);
        return;
    }
    if (kind == MSG_JOB_STEP) {
        job->step = news->step;
        job->step_state = news->step_state;
        if (news->step_state == STEP_RUNNING) {
            job->progress = (Progress) {0};
            restart_samples(job);
        }
    }
    if (kind == MSG_JOB_PROGRESS) {
        job->step = news->step;
        job->progress = news->progress;
        add_sample(job);
        job->progress_at = app->mono;
    }
}
