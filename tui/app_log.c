// SPDX-License-Identifier: GPL-2.0-or-later
// The notice row and the log. A notice is one sentence, its point first, because the row is short; the log
// keeps what we did, what libvirt said and what to do, for the log page. Failures stay in the notice row
// until the operator leaves them.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#include <string.h>

#define LOG_LIMIT 1000
#define NOTICE_MS 2000

void log_entry_free(gpointer data)
{
    LogEntry *entry = data;

    g_free(entry->guest);
    failure_free(entry->failure);
    g_free(entry);
}

void app_notice(App *app, bool error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_free(app->notice);
    app->notice = g_strdup_vprintf(_(format), args);
    va_end(args);
    app->notice_error = error;
    app->notice_stays = app->notice_logged = false;
    app->notice_at = app->mono;
}

void app_clear_notice(App *app)
{
    if (app->notice && !app->notice_stays && app->mono - app->notice_at >= NOTICE_MS)
        g_clear_pointer(&app->notice, g_free);
}

static void add_entry(App *app, const char *guest, bool error, const Failure *failure)
{
    LogEntry *entry = g_new0(LogEntry, 1);

    entry->when = app->wall;
    entry->error = error;
    entry->guest = g_strdup(guest);
    entry->failure = failure_copy(failure);
    g_ptr_array_add(app->log, entry);
    if (app->log->len > LOG_LIMIT)
        g_ptr_array_remove_index(app->log, 0);
}

void app_log_as(App *app, const char *guest, bool error, const Failure *failure, const char *notice)
{
    add_entry(app, guest, error, failure);
    app_notice(app, error, "%s", notice);
    app->notice_stays = error;
    app->notice_logged = true;
}

// Length of a sentence without its full stop.
static int open_length(const char *sentence)
{
    gsize length = strlen(sentence);

    return (int) (length - (length > 0 && sentence[length - 1] == '.'));
}

void app_log(App *app, const char *guest, bool error, const Failure *failure)
{
    g_autofree char *notice = NULL;

    if (error && failure->said)
        notice = g_strdup_printf("%s (%.*s)", failure->said, open_length(failure->what), failure->what);
    app_log_as(app, guest, error, failure, notice ? notice : failure->what);
}

bool app_notice_is_cut(const App *app)
{
    return app->notice && text_width(app->notice) > app->cols - (app->notice_error ? 3 : 1);
}

void app_log_notice(App *app)
{
    g_autoptr(Failure) told = NULL;

    if (!app_notice_is_cut(app) || app->notice_logged)
        return;
    told = failure_new(app->notice, NULL, 0, NULL);
    add_entry(app, NULL, app->notice_error, told);
}
