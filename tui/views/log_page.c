// SPDX-License-Identifier: GPL-2.0-or-later
// The log page: what we did, what libvirt said, what to do; newest first.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/format.h"

static char *title(const App *app)
{
    return g_strdup_printf(_("Log (%u)"), app->log->len);
}

static void add_entry(Lines *lines, const LogEntry *entry)
{
    const Failure *failure = entry->failure;
    g_autofree char *when = format_time(entry->when);
    g_autofree char *head = g_strdup_printf("%s%s%s", when, entry->guest ? "  " : "",
                                            entry->guest ? entry->guest : "");

    lines_gap(lines);
    lines_add(lines, 0, ROLE_DIM, head);
    lines_item(lines, entry->error ? "!" : " ", entry->error ? ROLE_PROBLEM : ROLE_TEXT, failure->what);
    if (failure->said && failure->code)
        lines_printf(lines, 2, ROLE_TEXT, "libvirt said: %s (code %d)", failure->said, failure->code);
    else if (failure->said)
        lines_add(lines, 2, ROLE_TEXT, failure->said);
    if (failure->advice)
        lines_printf(lines, 2, ROLE_TEXT, "What to do: %s", failure->advice);
}

static void build(const App *app, Lines *lines)
{
    if (app->log->len == 0)
        lines_add(lines, 0, ROLE_DIM, _("Nothing to report since virt-snap was started."));
    for (guint i = app->log->len; i > 0; i--)
        add_entry(lines, app->log->pdata[i - 1]);
}

const View view_log = {
    .context = CONTEXT_PAGE,
    .title = title,
    .build = build,
};
