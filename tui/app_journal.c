// SPDX-License-Identifier: GPL-2.0-or-later
// What the journal tells beside our own jobs: those of other processes of this user, those that were cut off, and
// those that ended while nobody watched. Read at the start and while the jobs page is open.

#include "tui/app_parts.h"

#include <unistd.h>

#define READ_AGAIN_MS 2000

void app_read_journal(App *app)
{
    g_autoptr(Failure) failure = NULL;
    GPtrArray *found = engine_journal(true, &failure);

    app->journal_at = app->mono;
    if (!found) {
        app_log(app, NULL, true, failure);
        return;
    }
    g_clear_pointer(&app->journal, g_ptr_array_unref);
    app->journal = found;
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
    g_autofree char *what = g_strdup_printf("%s: %s while nobody watched. %s", entry->plan->title, entry->outcome,
                                            entry->story ? entry->story : "");
    g_autoptr(Failure) told = failure_new(what, NULL, 0, NULL);
    g_autoptr(Failure) failure = NULL;

    app_log(app, entry->plan->wish->domain, !good, told);
    if (!engine_forget(found->id, &failure))
        app_log(app, NULL, true, failure);
}

static void tell_cut_off(App *app, const JournalFound *found)
{
    const JournalEntry *entry = found->entry;
    g_autofree char *what = g_strdup_printf("%s was cut off after %u of %u steps.", entry->plan->title, entry->done,
                                            entry->plan->steps->len);
    g_autofree char *advice = g_strdup_printf("virt-snap jobs show %s tells what can be done about it.", found->id);
    g_autoptr(Failure) told = failure_new(what, NULL, 0, advice);

    app_log(app, entry->plan->wish->domain, true, told);
}

void app_tell_journal(App *app)
{
    app_read_journal(app);
    for (guint i = 0; app->journal && i < app->journal->len; i++) {
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
