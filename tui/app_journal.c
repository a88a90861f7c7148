// SPDX-License-Identifier: GPL-2.0-or-later
// What the journal tells beside our own jobs: those of other processes of this user, those that were cut off, and
// those that ended while nobody watched. Asked for at the start and while the jobs page is open; the first host's
// engine reads it, so that the screen waits for no disk.

#include "tui/app_parts.h"

#include "engine/model/tongue.h"

#include <unistd.h>

#define READ_AGAIN_MS 2000

Engine *app_filer(const App *app)
{
    return ((const AppHost *) app->hosts->pdata[0])->engine;
}

void app_read_journal(App *app)
{
    app->journal_at = app->mono;
    app->journal_again = app->journal_asked;
    if (!app->journal_asked)
        (void) engine_list_journal(app_filer(app));
    app->journal_asked = true;
}

void app_rehost_journal(App *app, const AppHost *host)
{
    if (!app->journal_asked || host != app->hosts->pdata[0])
        return;
    app->journal_asked = false;
    app_read_journal(app);
}

static bool is_others(const JournalFound *found)
{
    return found->entry && !found->entry->outcome && !(found->running && found->entry->pid == getpid());
}

const JournalFound *app_journal_next(const App *app, guint *index)
{
    while (app->journal && *index < app->journal->len) {
        const JournalFound *found = app->journal->pdata[(*index)++];

        if (is_others(found))
            return found;
    }
    return NULL;
}

const JournalFound *app_journal_of(const App *app, const AppGuest *guest)
{
    guint i = 0;
    const JournalFound *found = app_journal_next(app, &i);

    while (found && !(found->running && g_strcmp0(found->entry->plan->wish->uuid, guest->uuid) == 0))
        found = app_journal_next(app, &i);
    return found;
}

const JournalFound *app_cut_off(const App *app, const AppGuest *guest)
{
    guint i = 0;

    for (const JournalFound *found; (found = app_journal_next(app, &i));)
        if (!found->running && g_strcmp0(found->entry->plan->wish->uuid, guest->uuid) == 0)
            return found;
    return NULL;
}

void app_forget_cut_off(App *app, const char *id)
{
    for (guint i = app->journal ? app->journal->len : 0; i > 0; i--)
        if (g_strcmp0(((const JournalFound *) app->journal->pdata[i - 1])->id, id) == 0)
            g_ptr_array_remove_index(app->journal, i - 1);
}

gint64 app_journal_deadline(const App *app)
{
    return app->page == &view_jobs ? app->journal_at + READ_AGAIN_MS : -1;
}

void app_settle_journal(App *app)
{
    gint64 due = app_journal_deadline(app);

    if (due >= 0 && app->mono >= due)
        app_read_journal(app);
}

// ---- at the start -----------------------------------------------------------------------------

// How a job ended that nobody heard. Told once: its entry goes.
static void tell_end(App *app, const JournalFound *found)
{
    const JournalEntry *entry = found->entry;
    bool good = g_strcmp0(entry->outcome, "done") == 0;
    g_autofree char *what = g_strdup_printf(_("%s: %s while nobody watched. %s"), entry->plan->title, entry->outcome,
                                            entry->story ? entry->story : "");
    g_autoptr(Failure) told = failure_new(what, NULL, 0, NULL);

    app_log(app, entry->plan->wish->domain, !good, told);
    engine_drop(app_filer(app), found->id);
}

static void tell_cut_off(App *app, const JournalFound *found)
{
    const JournalEntry *entry = found->entry;
    g_autofree char *what = g_strdup_printf(_("%s was cut off after %u of %u steps."), entry->plan->title, entry->done,
                                            entry->plan->steps->len);
    g_autofree char *key = keymap_key(&app->keymap, ACTION_REPAIR);
    g_autofree char *advice = g_strdup_printf(_("%s on that guest tells what can be done about it, and so does virt-snap "
                                                "jobs show %s."), key, found->id);
    g_autoptr(Failure) told = failure_new(what, NULL, 0, advice);

    app_log(app, entry->plan->wish->domain, true, told);
}

static void tell_journal(App *app)
{
    app->journal_told = true;
    for (guint i = 0; i < app->journal->len; i++) {
        const JournalFound *found = app->journal->pdata[i];
        g_autoptr(Failure) fault = found->fault ? failure_new(found->fault, NULL, 0, NULL) : NULL;

        if (fault)
            app_log(app, NULL, true, fault);
        else if (!found->running && found->entry->outcome)
            tell_end(app, found);
        else if (!found->running)
            tell_cut_off(app, found);
    }
}

void app_tell_journal(App *app)
{
    app->journal_told = false;
    app_read_journal(app);
}

void app_take_journal(App *app, Message *message)
{
    const Failure *failure = message->journal.failure;

    app->journal_asked = false;
    if (app->journal_again)
        app_read_journal(app);
    if (failure && !app->journal_failed)
        app_log(app, NULL, true, failure);
    app->journal_failed = failure != NULL;
    if (failure)
        return;
    g_clear_pointer(&app->journal, g_ptr_array_unref);
    app->journal = g_steal_pointer(&message->journal.found);
    if (!app->journal_told)
        tell_journal(app);
}
