// SPDX-License-Identifier: GPL-2.0-or-later
// The rows of running jobs: what runs, how far, how fast, since when; and what a merge forbids.

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/format.h"

#define BAR_COLS 10

// Where libvirt is on the disk, or how much of it is done and how fast: what is known, and nothing else.
static void add_measured(GString *text, const AppJob *job)
{
    gint64 speed = job_speed(job);
    int percent = (int) (job_fraction(job) * 100);

    if (job->progress.total == 0)
        return;
    if (job_tells_position(job)) {
        if (!job->progress.finishing)
            g_string_append_printf(text, _("at %d%% of the disk  "), percent);
        return;
    }
    g_string_append_printf(text, "%3d%%  ", percent);
    if (speed >= 0 && !job->progress.finishing) {
        g_autofree char *rate = size_short(speed);

        g_string_append_printf(text, "%s/s  ", rate);
    }
}

// "41%  118M/s  0:12  finishing"
char *job_numbers(const App *app, const AppJob *job)
{
    GString *text = g_string_new(NULL);
    g_autofree char *elapsed = format_duration(job_elapsed(app, job));

    if (!job->running) {
        g_string_append_printf(text, _("took %s"), elapsed);
        return g_string_free(text, FALSE);
    }
    if (job->waiting) {
        g_string_append_printf(text, _("waits for its turn  %s"), elapsed);
        return g_string_free(text, FALSE);
    }
    add_measured(text, job);
    g_string_append(text, elapsed);
    if (job->progress.finishing)
        g_string_append(text, "  finishing");
    else if (job->cancel_asked)
        g_string_append(text, "  cancelling");
    return g_string_free(text, FALSE);
}

static void draw_job(const App *app, const AppJob *job, Rect area, int row)
{
    g_autofree char *numbers = job_numbers(app, job);
    int col = 1 + canvas_text(area, row, 1, ROLE_JOB, job->brief) + 2;

    if (job->steps > 1)
        col += canvas_printf(area, row, col, ROLE_JOB, _("step %u of %u"), job->step + 1, job->steps) + 2;
    if (job_fraction(job) >= 0 && !job_tells_position(job) && area.cols >= 70 && col + BAR_COLS < area.cols) {
        canvas_bar(area, row, col, BAR_COLS, job_fraction(job));
        col += BAR_COLS + 1;
    }
    canvas_text(area, row, col, ROLE_JOB, numbers);
}

// The job on a row; NULL: that row says how many more there are, or is empty.
static const AppJob *job_at(const App *app, int rows, int row)
{
    unsigned running = app_jobs_running(app);
    unsigned last = running; // the first that is not shown

    if (running > (unsigned) rows)
        last = rows > 1 ? (unsigned) rows - 1 : 1;
    for (guint i = 0, n = 0; i < app->jobs->len; i++) {
        const AppJob *job = app->jobs->pdata[i];

        if (job->running && n++ == (unsigned) row)
            return n <= last ? job : NULL;
    }
    return NULL;
}

bool jobs_line_shows(const App *app, const AppJob *job)
{
    int rows = app->layout.jobs.rows;

    for (int row = 0; row < rows; row++)
        if (job_at(app, rows, row) == job)
            return true;
    return false;
}

void jobs_line_draw(const App *app, Rect area)
{
    const AppJob *job;
    const AppJob *bound = NULL; // of a guest that a merge binds; one that must not be touched goes first
    g_autofree char *jobs = keymap_key(&app->keymap, ACTION_JOBS);
    unsigned left = app_jobs_running(app);
    int row = 0;

    for (; (job = job_at(app, area.rows, row)); row++, left--) {
        draw_job(app, job, area, row);
        if (job->merges && !(bound && bound->paused))
            bound = job;
    }
    if (left > 0)
        canvas_printf(area, row, 1, ROLE_JOB, _("and %u more: %s"), left, jobs);
    else if (bound && bound->paused)
        canvas_printf(area, row, 1, ROLE_WARNING, _("%s: paused to merge its disks, don't resume or stop it"), bound->guest);
    else if (bound)
        canvas_printf(area, row, 1, ROLE_WARNING, _("%s: no shutdown, suspend or migration until then"), bound->guest);
}
