// SPDX-License-Identifier: GPL-2.0-or-later
// Small dialogs: a failure told whole, quitting, cancelling a job.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

enum { BUTTON_FIRST, BUTTON_SECOND, BUTTON_THIRD };

// ---- what went wrong: what we did, what libvirt said, what to do

static void message_build(const App *app, const Dialog *dialog, Lines *lines)
{
    const Failure *failure = dialog->failure;

    (void) app;
    lines_add(lines, 0, ROLE_DIALOG, failure->what);
    if (failure->said) {
        lines_gap(lines);
        lines_printf(lines, 0, ROLE_PROBLEM, failure->code ? N_("libvirt said: %s (code %d)") : "%s",
                     failure->said, failure->code);
    }
    if (failure->advice) {
        lines_gap(lines);
        lines_printf(lines, 0, ROLE_DIALOG, "What to do: %s", failure->advice);
    }
}

static void message_press(App *app, Dialog *dialog, int id)
{
    dialog_close(app, dialog);
    if (id == BUTTON_SECOND) {
        app->page = &view_log;
        app->page_text.top = 0;
    }
}

static const DialogView message_dialog = {
    .cols = 70,
    .build = message_build,
    .press = message_press,
};

void open_message_dialog(App *app, const char *title, const Failure *failure)
{
    Dialog *dialog = dialog_open(app, &message_dialog, title);

    dialog->failure = failure_copy(failure);
    form_add_button(dialog->form, BUTTON_FIRST, _("Close"));
    form_add_button(dialog->form, BUTTON_SECOND, _("Log"));
}

// ---- quitting

static void quit_build(const App *app, const Dialog *dialog, Lines *lines)
{
    (void) dialog;
    if (app_jobs_running(app) == 0) {
        lines_add(lines, 0, ROLE_DIALOG, _("No job runs, so nothing is broken off."));
        return;
    }
    for (guint i = 0; i < app->jobs->len; i++) {
        const AppJob *job = app->jobs->pdata[i];

        if (job->running)
            lines_item(lines, "J", ROLE_JOB, job->brief);
    }
    lines_gap(lines);
    lines_add(lines, 0, ROLE_DIALOG,
              _("In the background all of this goes on to its end, without a screen and without a question; your shell "
              "is free meanwhile. virt-snap jobs shows it, and the next start tells how it ended. Stopping leaves as "
              "well: the present step ends, and no further one is begun."));
}

static void cancel_all(App *app)
{
    for (guint i = 0; i < app->jobs->len; i++) {
        AppJob *job = app->jobs->pdata[i];

        if (job->running)
            engine_cancel(job->host->engine, job->id);
    }
}

static void quit_press(App *app, Dialog *dialog, int id)
{
    dialog_close(app, dialog);
    app->stopping = id == BUTTON_THIRD;
    if (app->stopping)
        cancel_all(app);
    app->leave = id != BUTTON_FIRST;
}

// A job may end, and another begin, while it is asked.
static void quit_change(App *app, Dialog *dialog)
{
    bool runs = app_jobs_running(app) > 0;
    FormItem *leave = form_item(dialog->form, BUTTON_SECOND);

    g_free(leave->label);
    leave->label = g_strdup(runs ? _("To the background") : _("Quit"));
    form_item(dialog->form, BUTTON_THIRD)->hidden = !runs;
    g_free(dialog->form->title);
    dialog->form->title = g_strdup(runs ? _("A job still runs") : _("Quit virt-snap?"));
}

static const DialogView quit_dialog = {
    .cols = 64,
    .build = quit_build,
    .change = quit_change,
    .press = quit_press,
};

void open_quit_dialog(App *app)
{
    Dialog *dialog;

    dialog = dialog_find(app, &quit_dialog, 0);
    if (dialog) { // asked for a second time
        if (app_jobs_running(app) == 0 && app->mono - dialog->opened >= GUARD_MS)
            app->leave = true;
        return;
    }
    dialog = dialog_open(app, &quit_dialog, "");
    form_add_button(dialog->form, BUTTON_FIRST, _("Stay"));
    form_add_button(dialog->form, BUTTON_SECOND, "");
    form_add_button(dialog->form, BUTTON_THIRD, _("Stop after this step"));
    quit_change(app, dialog);
}

// ---- cancelling a job

static AppJob *job_of(const App *app, const Dialog *dialog)
{
    for (guint i = 0; i < app->jobs->len; i++) {
        AppJob *job = app->jobs->pdata[i];

        if (job->host == dialog->host && job->id == dialog->ticket)
            return job;
    }
    return NULL;
}

static void cancel_build(const App *app, const Dialog *dialog, Lines *lines)
{
    const AppJob *job = job_of(app, dialog);
    const Step *step = job && job->plan && job->step < job->plan->steps->len
                           ? job->plan->steps->pdata[job->step] : NULL;

    if (!job || !job->running)
        lines_add(lines, 0, ROLE_DIALOG, _("It has ended meanwhile."));
    else if (!job_can_cancel(job))
        lines_add(lines, 0, ROLE_DIALOG,
                  job->steps > 1 ? _("The running step is the last one and can't be cancelled: it ends by itself.")
                                 : _("It can't be cancelled: it ends by itself."));
    else if (step && step->cancellable)
        lines_add(lines, 0, ROLE_DIALOG, _("The running step can be cancelled. Steps that ended before it stay done."));
    else
        lines_add(lines, 0, ROLE_DIALOG,
                  _("The running step can't be cancelled. It is finished, and no further step is begun."));
}

// Offers what is possible as long as it is.
static void cancel_change(App *app, Dialog *dialog)
{
    const AppJob *job = job_of(app, dialog);
    bool possible = job && job_can_cancel(job);
    FormItem *first = form_item(dialog->form, BUTTON_FIRST);

    g_free(first->label);
    first->label = g_strdup(possible ? _("Let it run") : _("Close"));
    form_item(dialog->form, BUTTON_SECOND)->hidden = !possible;
}

static void cancel_press(App *app, Dialog *dialog, int id)
{
    AppJob *job = job_of(app, dialog);

    if (id == BUTTON_SECOND && job && job_can_cancel(job)) {
        engine_cancel(job->host->engine, job->id);
        job->cancel_asked = true;
        app_notice(app, false, "Cancelling: %s.", job->brief);
    }
    dialog_close(app, dialog);
}

static const DialogView cancel_dialog = {
    .cols = 64,
    .build = cancel_build,
    .change = cancel_change,
    .press = cancel_press,
};

void open_cancel_dialog(App *app, const AppJob *job)
{
    g_autofree char *title = g_strdup_printf(_("Cancel: %s"), job->brief);
    Dialog *dialog = dialog_open(app, &cancel_dialog, title);

    dialog->host = job->host;
    dialog->ticket = job->id;
    form_add_button(dialog->form, BUTTON_FIRST, _("Let it run"));
    form_add_button(dialog->form, BUTTON_SECOND, _("Cancel the job"));
    cancel_change(app, dialog);
}
