// SPDX-License-Identifier: GPL-2.0-or-later
// The notice row and the log. A notice is one sentence; the log keeps what we did, what libvirt said
// and what to do, for the log page. Failures stay in the notice row until the operator leaves them.

#include "tui/app_parts.h"

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
    app->notice = g_strdup_vprintf(format, args);
    va_end(args);
    app->notice_error = error;
    app->notice_stays = false;
    app->notice_at = app->mono;
}

void app_clear_notice(App *app)
{
    if (app->notice && !app->notice_stays && app->mono - app->notice_at >= NOTICE_MS)
        g_clear_pointer(&app->notice, g_free);
}

void app_log(App *app, const char *guest, bool error, const Failure *failure)
{
    LogEntry *entry = g_new0(LogEntry, 1);

    entry->when = app->wall;
    entry->error = error;
    entry->guest = g_strdup(guest);
    entry->failure = failure_copy(failure);
    g_ptr_array_add(app->log, entry);
    if (app->log->len > LOG_LIMIT)
        g_ptr_array_remove_index(app->log, 0);
    if (error && failure->said) { // one row: "What failed: what was said"
        gsize length = strlen(failure->what);

        length -= length > 0 && failure->what[length - 1] == '.';
        app_notice(app, true, "%.*s: %s", (int) length, failure->what, failure->said);
    } else {
        app_notice(app, error, "%s", failure->what);
    }
    app->notice_stays = error;
}
