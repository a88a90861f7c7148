// SPDX-License-Identifier: GPL-2.0-or-later
// The jobs page: running and ended jobs, newest first, the selected one with its steps and outcome.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/format.h"

static char *title(const App *app)
{
    return g_strdup_printf(_("Jobs (%u running)"), app_jobs_running(app));
}

static const char *job_word(const AppJob *job)
{
    return job->waiting && job->running ? _("waiting") : job->running ? _("running") : _(job_outcome_word(job->outcome));
}

static Role job_role(const AppJob *job)
{
    if (job->running)
        return ROLE_JOB;
    return job->outcome == JOB_DONE ? ROLE_GOOD : job->outcome == JOB_CANCELLED ? ROLE_WARNING : ROLE_PROBLEM;
}

// What is known of step `i` of a job.
static const char *step_word(const AppJob *job, unsigned i)
{
    if (i < job->step || (!job->running && job->outcome == JOB_DONE))
        return _("done");
    if (i > job->step)
        return job->running ? _("to do") : _("not begun");
    if (job->waiting)
        return _("to do");
    if (job->running)
        return job->step_state == STEP_DONE ? _("done") : job->step_state == STEP_FAILED ? _("failed") : _("running");
    return job->step_state == STEP_DONE ? _("done") : _("failed");
}

static void add_steps(Lines *lines, const AppJob *job)
{
    for (guint i = 0; job->plan && i < job->plan->steps->len; i++) {
        const Step *step = job->plan->steps->pdata[i];

        lines_printf(lines, 4, ROLE_TEXT, "%u %s: %s", i + 1, step_word(job, i), step->effect);
    }
}

static void add_outcome(Lines *lines, const AppJob *job)
{
    const Failure *failure = job->failure;

    if (job->story)
        lines_add(lines, 4, ROLE_TEXT, job->story);
    if (!failure)
        return;
    lines_add(lines, 4, ROLE_PROBLEM, failure->what);
    if (failure->said && failure->code)
        lines_printf(lines, 4, ROLE_TEXT, "libvirt said: %s (code %d)", failure->said, failure->code);
    else if (failure->said)
        lines_add(lines, 4, ROLE_TEXT, failure->said);
    if (failure->advice)
        lines_printf(lines, 4, ROLE_TEXT, "What to do: %s", failure->advice);
}

static void add_job(const App *app, Lines *lines, const AppJob *job, bool selected)
{
    g_autofree char *when = format_time(job->started_at);
    g_autofree char *numbers = job_numbers(app, job);
    g_autofree char *key = keymap_key(&app->keymap, ACTION_CANCEL_JOB);

    lines_begin(lines);
    lines_put(lines, 0, ROLE_KEY, selected ? ">" : " ");
    lines_put(lines, 2, job_role(job), job_word(job));
    lines_put(lines, 12, ROLE_TEXT, job->title ? job->title : job->brief);
    if (lines_room(lines) > 20)
        lines_put_right(lines, ROLE_DIM, when);
    if (!selected)
        return;
    lines_add(lines, 4, job_role(job), numbers);
    if (job->running && job->paused)
        lines_printf(lines, 4, ROLE_WARNING, "%s stands paused until it ends, since only QEMU can merge its disks. Nobody "
                     "may resume it, or it writes under a snapshot, nor stop it, or the merge breaks off.", job->guest);
    else if (job->running && job->merges)
        lines_printf(lines, 4, ROLE_WARNING, "%s can't be shut down, suspended or migrated until it ends.",
                     job->guest);
    if (job->running)
        lines_printf(lines, 4, ROLE_DIM, job_can_cancel(job) ? N_("%s asks to cancel it.") : N_("It can't be cancelled."), key);
    add_steps(lines, job);
    add_outcome(lines, job);
}

// ---- of others --------------------------------------------------------------------------------

// The guest of a job of another process, where it is on one of our hosts.
static const AppGuest *guest_of(const App *app, const JournalEntry *entry)
{
    const AppGuest *guest = NULL;

    for (guint i = 0; i < app->hosts->len && !guest; i++)
        guest = app_find_guest(app->hosts->pdata[i], entry->plan->wish->uuid);
    return guest;
}

static void add_progress(Lines *lines, const AppGuest *guest)
{
    for (guint i = 0; guest && guest->work && i < guest->work->len; i++) {
        g_autofree char *text = guest_work_text(guest->work->pdata[i]);

        lines_add(lines, 4, ROLE_JOB, text);
    }
}

// A job of another process of this user, or one that was cut off.
static void add_found(const App *app, Lines *lines, const JournalFound *found)
{
    const JournalEntry *entry = found->entry;

    lines_begin(lines);
    lines_put(lines, 2, found->running ? ROLE_JOB : ROLE_PROBLEM, found->running ? _("running") : _("cut off"));
    lines_put(lines, 12, ROLE_TEXT, entry->plan->title);
    if (found->running) {
        lines_printf(lines, 4, ROLE_DIM, "%u of %u steps done, by %s, process %d", entry->done,
                     entry->plan->steps->len, entry->user, (int) entry->pid);
        add_progress(lines, guest_of(app, entry));
    } else {
        lines_printf(lines, 4, ROLE_TEXT, "%u of %u steps done. What to do: virt-snap jobs show %s", entry->done,
                     entry->plan->steps->len, found->id);
    }
}

// Do other programs do something to its disks?
static bool is_foreign(const App *app, const AppGuest *guest)
{
    return guest->work && !app_job_of(app, guest->host, guest->uuid) && !app_journal_of(app, guest);
}

static void add_foreign(Lines *lines, const AppGuest *guest)
{
    lines_begin(lines);
    lines_put(lines, 2, ROLE_JOB, _("running"));
    lines_put(lines, 12, ROLE_TEXT, guest->name);
    add_progress(lines, guest);
    lines_add(lines, 4, ROLE_DIM, _("By another program. Until it ends, virt-snap changes nothing on this guest."));
}

// With the first of them comes the heading.
static void begin_other(Lines *lines, guint *others)
{
    if ((*others)++ > 0)
        return;
    lines_gap(lines);
    lines_add(lines, 0, ROLE_HEADING, _("Of others, and cut off"));
}

static void add_others(const App *app, Lines *lines)
{
    guint i = 0, others = 0;

    for (const JournalFound *found; (found = app_journal_next(app, &i));) {
        begin_other(lines, &others);
        add_found(app, lines, found);
    }
    for (guint h = 0; h < app->hosts->len; h++) {
        const GPtrArray *guests = ((const AppHost *) app->hosts->pdata[h])->guests;

        for (guint g = 0; g < guests->len; g++) {
            if (!is_foreign(app, guests->pdata[g]))
                continue;
            begin_other(lines, &others);
            add_foreign(lines, guests->pdata[g]);
        }
    }
}

static void build(const App *app, Lines *lines)
{
    if (app->jobs->len == 0)
        lines_add(lines, 0, ROLE_DIM, _("No job ran since virt-snap was started."));
    for (guint i = 0; i < app->jobs->len; i++)
        add_job(app, lines, app->jobs->pdata[app->jobs->len - 1 - i], (int) i == app->jobs_cursor);
    add_others(app, lines);
}

static bool act(App *app, Action action)
{
    int last = MAX(0, (int) app->jobs->len - 1);

    if (action == ACTION_UP || action == ACTION_DOWN) {
        app->jobs_cursor = CLAMP(app->jobs_cursor + (action == ACTION_UP ? -1 : 1), 0, last);
        app->page_text.top = MAX(0, app->jobs_cursor - 3); // one row per job above the selected one
        return true;
    }
    if (action == ACTION_TOP || action == ACTION_BOTTOM) {
        app->jobs_cursor = action == ACTION_TOP ? 0 : last;
        app->page_text.top = MAX(0, app->jobs_cursor - 3);
        return true;
    }
    return false;
}

const View view_jobs = {
    .context = CONTEXT_PAGE,
    .title = title,
    .build = build,
    .act = act,
};
