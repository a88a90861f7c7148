// SPDX-License-Identifier: GPL-2.0-or-later
// The audit page: what this user has done with virt-snap, newest first, also from other terminals and by scripts.

#include "tui/app_parts.h"
#include "tui/format.h"

#define SHOWN 500

static char *title(const App *app)
{
    return app->audit ? g_strdup_printf("Audit log (%u)", app->audit->len) : g_strdup("Audit log");
}

static Role outcome_role(const AuditRecord *record)
{
    return g_strcmp0(record->outcome, "done") == 0        ? ROLE_GOOD
           : g_strcmp0(record->outcome, "cancelled") == 0 ? ROLE_WARNING
                                                          : ROLE_PROBLEM;
}

static void add_record(Lines *lines, const AuditRecord *record)
{
    g_autofree char *when = format_time(record->time);
    g_autofree char *code = record->code ? g_strdup_printf(", libvirt's code %d", record->code) : g_strdup("");

    lines_begin(lines);
    lines_put(lines, 0, outcome_role(record), record->outcome ? record->outcome : "?");
    lines_put(lines, 11, ROLE_TEXT, record->title ? record->title : "?");
    lines_printf(lines, 2, ROLE_DIM, "%s, %s on %s, plan %s%s", when, record->user ? record->user : "?",
                 record->uri ? record->uri : "?", record->fingerprint ? record->fingerprint : "?", code);
}

static void add_end(const App *app, Lines *lines)
{
    if (app->audit->len > SHOWN)
        lines_printf(lines, 0, ROLE_DIM, "%u older ones are in audit.log beside the journal.",
                     app->audit->len - SHOWN);
    if (app->audit_unread)
        lines_printf(lines, 0, ROLE_WARNING, "%u lines of audit.log could not be read: somebody else changed them.",
                     app->audit_unread);
}

static void build(const App *app, Lines *lines)
{
    if (app->audit_failure) {
        g_autofree char *text = failure_text(app->audit_failure);

        lines_item(lines, "!", ROLE_PROBLEM, text);
    }
    if (!app->audit) {
        if (!app->audit_failure)
            lines_add(lines, 0, ROLE_DIM, "The audit log is being read.");
        return;
    }
    if (app->audit->len == 0)
        lines_add(lines, 0, ROLE_DIM, "Nothing was done with virt-snap by this user yet.");
    for (guint i = 0; i < MIN(app->audit->len, SHOWN); i++)
        add_record(lines, app->audit->pdata[app->audit->len - 1 - i]);
    add_end(app, lines);
}

const View view_audit = {
    .context = CONTEXT_PAGE,
    .title = title,
    .build = build,
};
