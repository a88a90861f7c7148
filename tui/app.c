// SPDX-License-Identifier: GPL-2.0-or-later
// The App: made, told the time and the size, prepared for painting, freed.

#include "tui/app_parts.h"

#include <string.h>

static void engine_gone(gpointer engine)
{
    engine_free(engine);
}

App *app_new(const AppOptions *options)
{
    App *app = g_new0(App, 1);
    static const char *const by_default[] = {NULL, NULL};
    const char *const *uris = options->uris && options->uris[0] ? options->uris : by_default;

    app->read_only = options->read_only;
    app->keep_xml = options->keep_xml;
    app->poll_ms = options->poll_ms;
    keymap_init(&app->keymap);
    if (options->keymap)
        app->keymap = *options->keymap;
    app->demo = g_strdup(options->demo);
    app->wanted = g_strdup(options->domain);
    app->hosts = g_ptr_array_new_with_free_func(host_entry_free);
    app->leaving = g_ptr_array_new_with_free_func(engine_gone);
    app->guest_rows = g_array_new(FALSE, FALSE, sizeof(GuestRow));
    app->dialogs = g_ptr_array_new_with_free_func(dialog_free);
    app->jobs = g_ptr_array_new_with_free_func(job_entry_free);
    app->log = g_ptr_array_new_with_free_func(log_entry_free);
    app->recent = g_ptr_array_new_with_free_func(recent_free);
    app_load_recent(app, options->recent);
    app->copy_file = g_strdup(options->copy);
    app->theme_name = g_strdup(options->theme ? options->theme : "default");
    app->themes = options->themes ? options->themes : theme_shelf_new(app->theme_name);
    app->journal_told = true; // until app_tell_journal()
    app->rows = 24;
    app->cols = 80;
    do
        g_ptr_array_add(app->hosts, host_entry_new(app, *uris));
    while (*uris && *++uris);
    app_rebuild_rows(app);
    return app;
}

static void text_clear(AppText *text)
{
    lines_free(text->lines);
    g_free(text->title);
}

void app_free(App *app)
{
    if (!app)
        return;
    g_ptr_array_unref(app->dialogs);
    g_ptr_array_unref(app->hosts);
    g_ptr_array_unref(app->leaving);
    g_array_unref(app->guest_rows);
    for (int i = 0; i < PANE_N; i++)
        text_clear(&app->texts[i]);
    text_clear(&app->page_text);
    g_ptr_array_unref(app->jobs);
    g_ptr_array_unref(app->log);
    if (app->journal)
        g_ptr_array_unref(app->journal);
    app_clear_audit(app);
    app_clear_xml(app);
    app_prompt_close(app);
    entry_memory_clear(&app->memory);
    g_free(app->sought);
    query_free(app->guest_filter);
    g_ptr_array_unref(app->recent);
    g_free(app->recent_file);
    g_free(app->clipboard);
    g_free(app->copied);
    g_free(app->copy_file);
    g_free(app->demo);
    g_free(app->wanted);
    theme_shelf_free(app->themes);
    g_free(app->theme_name);
    theme_free(app->theme);
    g_free(app->notice);
    g_free(app);
}

void app_clock(App *app, gint64 wall, gint64 mono)
{
    app->wall = wall;
    app->mono = mono;
}

void app_resize(App *app, int rows, int cols)
{
    app->rows = rows;
    app->cols = cols;
}

AppHost *app_host(const App *app)
{
    if (app->guests.cursor >= (int) app->guest_rows->len)
        return app->hosts->len > 0 ? app->hosts->pdata[0] : NULL;
    return g_array_index(app->guest_rows, GuestRow, app->guests.cursor).host;
}

AppGuest *app_guest(const App *app)
{
    if (app->guests.cursor >= (int) app->guest_rows->len)
        return NULL;
    return g_array_index(app->guest_rows, GuestRow, app->guests.cursor).guest;
}

unsigned app_place(const App *app)
{
    return app->page ? app->page->context : CONTEXT_MAIN | view_panes[app->focus]->context;
}

unsigned app_contexts(const App *app)
{
    const Dialog *dialog = dialog_top(app);

    if (dialog) {
        const FormItem *item = form_focused(dialog->form);

        return item && item->kind == FORM_FIELD ? CONTEXT_FIELD : CONTEXT_DIALOG;
    }
    return app->prompt.kind != PROMPT_NONE ? CONTEXT_FIELD : app_place(app);
}

// Rows for running jobs, and one that says what a merge forbids.
static int job_rows(const App *app)
{
    int rows = 0;
    bool merges = false;

    for (guint i = 0; i < app->jobs->len; i++) {
        const AppJob *job = app->jobs->pdata[i];

        if (job->running) {
            rows++;
            merges |= job->merges;
        }
    }
    return MIN(3, rows + merges);
}

static void rebuild_text(const App *app, AppText *text, const View *view, Rect inside)
{
    text_clear(text);
    text->title = view->title(app);
    text->lines = lines_new(inside.cols);
    view->build(app, text->lines);
    text->top = CLAMP(text->top, 0, MAX(0, lines_count(text->lines) - inside.rows));
}

// While the cursor moves on, what stands beside it stays as it is: on a slow line that is most of the bytes.
static bool may_wait(const App *app, const AppText *text, Rect inside)
{
    return app->moving && text->lines && lines_width(text->lines) == inside.cols;
}

static void settle_panes(App *app)
{
    AppGuest *guest = app_guest(app);

    list_fit(&app->guests, (int) app->guest_rows->len,
             rect_inside(app->layout.panes[PANE_GUESTS]).rows);
    if (guest && guest->rows)
        list_fit(&guest->list, tree_rows_count(guest->rows),
                 rect_inside(app->layout.panes[PANE_TREE]).rows);
    for (int i = 0; i < PANE_N; i++) {
        Rect inside = rect_inside(app->layout.panes[i]);

        if (view_panes[i]->build && !rect_empty(app->layout.panes[i]) && !may_wait(app, &app->texts[i], inside))
            rebuild_text(app, &app->texts[i], view_panes[i], inside);
    }
}

void app_settle(App *app)
{
    app_settle_journal(app);
    app->layout = layout_make(app->rows, app->cols, app->focus, job_rows(app));
    app->moving &= app->mono - app->moved_at < REST_MS;
    settle_panes(app);
    if (app->page)
        rebuild_text(app, &app->page_text, app->page, rect_inside(page_area(app)));
    for (guint i = 0; i < app->dialogs->len; i++)
        app_rebuild_dialog(app, app->dialogs->pdata[i]);
    app_watch(app);
}

// -1: never.
static gint64 sooner(gint64 a, gint64 b)
{
    return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

gint64 app_deadline(const App *app)
{
    gint64 next = sooner(app_journal_deadline(app), app->moving ? app->moved_at + REST_MS : -1);

    for (guint i = 0; i < app->jobs->len; i++) {
        const AppJob *job = app->jobs->pdata[i];
        gint64 due;

        if (!job->running)
            continue;
        due = app->mono + 1000 - job_elapsed(app, job) % 1000;
        next = next < 0 ? due : MIN(next, due);
    }
    return next;
}

void app_quit(App *app)
{
    if (app_jobs_running(app) > 0)
        open_quit_dialog(app);
    else
        app->leave = true;
}

void app_drain_leaving(App *app)
{
    for (guint i = 0; i < app->leaving->len;) {
        Engine *engine = app->leaving->pdata[i];
        g_autoptr(Message) message = engine_next(engine);

        if (message && message->kind == MSG_STOPPED)
            g_ptr_array_remove_index(app->leaving, i);
        else if (!message)
            i++;
    }
}
