// SPDX-License-Identifier: GPL-2.0-or-later
// The audit page: what this user has done with virt-snap, newest first, also from other terminals and by scripts.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/format.h"
#include "tui/text.h"

#define SHOWN 500

// Columns of an act's first line: when, how it ended, who, what.
enum { COL_OUTCOME = 18, COL_USER = 29, COL_TITLE = 39 };

static char *title(const App *app)
{
    return app->audit ? g_strdup_printf(_("Audit log (%u)"), app->audit->len) : g_strdup(_("Audit log"));
}

static Role outcome_role(const AuditRecord *record)
{
    return g_strcmp0(record->outcome, "done") == 0        ? ROLE_GOOD
           : g_strcmp0(record->outcome, "cancelled") == 0 ? ROLE_WARNING
                                                          : ROLE_PROBLEM;
}

// What was done stands in its column, or where that is too narrow on lines of its own.
static void add_title(Lines *lines, const char *title, int col)
{
    if (col + text_width(title) <= lines_width(lines))
        lines_put(lines, col, ROLE_TEXT, title);
    else
        lines_add(lines, 2, ROLE_TEXT, title);
}

// The first digits of a fingerprint tell plans apart; whole it stands in the file.
static void add_where(Lines *lines, const AuditRecord *record)
{
    const char *guest = record->guest ? record->guest : "?", *uri = record->uri ? record->uri : "?";
    const char *plan = record->fingerprint ? record->fingerprint : "?";

    if (record->code)
        lines_printf(lines, 2, ROLE_DIM, "%s on %s, plan %.12s, libvirt's code %d", guest, uri, plan, record->code);
    else
        lines_printf(lines, 2, ROLE_DIM, "%s on %s, plan %.12s", guest, uri, plan);
}

static void add_record(Lines *lines, const AuditRecord *record)
{
    g_autofree char *when = format_time(record->time);
    int end;

    lines_begin(lines);
    lines_put(lines, 0, ROLE_DIM, when);
    lines_put(lines, COL_OUTCOME, outcome_role(record), record->outcome ? _(record->outcome) : "?");
    end = lines_put(lines, COL_USER, ROLE_TEXT, record->user ? record->user : "?");
    add_title(lines, record->title ? record->title : "?", MAX(COL_TITLE, end + 2));
    add_where(lines, record);
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
            lines_add(lines, 0, ROLE_DIM, _("The audit log is being read."));
        return;
    }
    if (app->audit->len == 0)
        lines_add(lines, 0, ROLE_DIM, _("Nothing was done with virt-snap by this user yet."));
    for (guint i = 0; i < MIN(app->audit->len, SHOWN); i++)
        add_record(lines, app->audit->pdata[app->audit->len - 1 - i]);
    add_end(app, lines);
}

const View view_audit = {
    .context = CONTEXT_PAGE,
    .title = title,
    .build = build,
};
