// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log as the page shows it: read anew each time the page is opened.

#include "tui/app_parts.h"

void app_clear_audit(App *app)
{
    g_clear_pointer(&app->audit, g_ptr_array_unref);
    g_clear_pointer(&app->audit_failure, failure_free);
    app->audit_unread = 0;
}

void app_read_audit(App *app)
{
    app->audit_ticket = engine_read_audit(app_filer(app));
}

void app_take_audit(App *app, Message *message)
{
    if (message->audit.ticket != app->audit_ticket)
        return;
    app_clear_audit(app);
    app->audit = g_steal_pointer(&message->audit.records);
    app->audit_failure = g_steal_pointer(&message->audit.failure);
    app->audit_unread = message->audit.unread;
}
