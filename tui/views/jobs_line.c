// SPDX-License-Identifier: GPL-2.0-or-later
// The rows of running jobs: what runs, how far, how fast, since when; and what a merge forbids.

#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/format.h"

#define BAR_COLS 10

// "41%  118M/s  0:12  finishing": what is known, and nothing else.
char *job_numbers(const App *app, const AppJob *job)
{
    GString *text = g_string_new(NULL);
    const Progress *progress = &job->progress;
    double fraction = job_fraction(job);
    g_autofree char *elapsed = format_duration(job_elapsed(app, job));

    if (!job->running) {
        g_string_append_printf(text, "took %s", elapsed);
        return g_string_free(text, FALSE);
    }
    if (fraction >= 0)
        g_string_append_printf(text, "%3d%%  ", (int) (fraction * 100));
    if (progress->total > 0 && progress->elapsed_ms >= 1000 && !progress->finishing) {
        g_autofree char *rate =
            format_size((gint64) ((double) progress->done * 1000 / (double) progress->elapsed_ms));

        g_string_append_printf(text, "%s/s  ", rate);
    }
    g_string_append(text, elapsed);
    if (progress->finishing)
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
        col += canvas_printf(area, row, col, ROLE_JOB, "step %u of %u", job->step + 1, job->steps) + 2;
    if (job_fraction(job) >= 0 && area.cols >= 70 && col + BAR_COLS < area.cols) {
        canvas_bar(area, row, col, BAR_COLS, job_fraction(job));
        col += BAR_COLS + 1;
    }
    canvas_text(area, row, col, ROLE_JOB, numbers);
}

void jobs_line_draw(const App *app, Rect area)
{
    const char *bound = NULL; // a guest that a merge binds
    unsigned left = app_jobs_running(app);
    int row = 0;

    for (guint i = 0; i < app->jobs->len && row < area.rows; i++) {
        const AppJob *job = app->jobs->pdata[i];

        if (!job->running)
            continue;
        if (row == area.rows - 1 && left > 1 && area.rows > 1) {
            canvas_printf(area, row++, 1, ROLE_JOB, "and %u more: J", left);
            return;
        }
        draw_job(app, job, area, row++);
        left--;
        if (job->merges)
            bound = job->guest;
    }
    if (bound && row < area.rows)
        canvas_printf(area, row, 1, ROLE_WARNING,
                      "%s can't be shut down, suspended or migrated until the merge ends.", bound);
}
