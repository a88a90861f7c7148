// SPDX-License-Identifier: GPL-2.0-or-later
// The first row: program, host, guest and its state; at the right what changes how far it may be
// trusted: old, read-only, busy.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/format.h"
#include "tui/text.h"

#include <string.h>

// "14:02" today, else with its date.
static char *clock_text(const App *app, gint64 when)
{
    g_autofree char *full = format_time(when);
    g_autofree char *today = format_time(app->wall);
    bool same_day = strlen(full) > 11 && strncmp(full, today, 11) == 0;

    return g_strdup(same_day ? full + 11 : full);
}

static char *link_mark(const App *app, const AppHost *host)
{
    g_autofree char *since = NULL;

    switch (host->link) {
    case LINK_CONNECTING:
        return g_strdup("connecting...");
    case LINK_UP:
        return NULL;
    case LINK_LOST:
        since = clock_text(app, host->lost_at);
        return g_strdup_printf(_("OLD since %s: connection lost"), since);
    case LINK_DOWN:
        return g_strdup("NOT CONNECTED");
    }
    return NULL;
}

static char *marks(const App *app)
{
    const AppHost *host = app_host(app);
    const AppGuest *guest = app_guest(app);
    g_autofree char *link = host ? link_mark(app, host) : NULL;
    GString *text = g_string_new(NULL);

    if (app->read_only || (host && host->host && host->host->read_only))
        g_string_append(text, _("READ-ONLY "));
    if (link)
        g_string_append_printf(text, " %s ", link);
    else if (guest && guest->incomplete && guest->picture && guest->picture->details)
        g_string_append(text, _(" OLD: guest busy "));
    else if (guest && guest->picture && guest->picture->unread)
        g_string_append_printf(text, _(" READING %u of %u "), guest->picture->snapshots->len - guest->picture->unread,
                               guest->picture->snapshots->len);
    else if (guest && guest->awaited && !app_job_of(app, host, guest->uuid)) // whose end is awaited with its picture
        g_string_append(text, _(" READING "));
    return g_string_free(text, FALSE);
}

void title_draw(const App *app, Rect area)
{
    const AppHost *host = app_host(app);
    const AppGuest *guest = app_guest(app);
    g_autofree char *right = marks(app);
    Rect left = area;
    int col;

    canvas_fill(area, ROLE_TITLE);
    left.cols = MAX(0, area.cols - text_width(right) - (right[0] ? 1 : 0));
    col = 1 + canvas_text(left, 0, 1, ROLE_TITLE, "virt-snap");
    if (host)
        col += 2 + canvas_text(left, 0, col + 2, ROLE_TITLE, app_host_name(host));
    if (guest) {
        col += 2 + canvas_text(left, 0, col + 2, ROLE_TITLE, guest->name);
        canvas_text(left, 0, col + 2, ROLE_TITLE, domain_state_word(guest->state));
    }
    canvas_text(area, 0, left.cols, ROLE_TITLE, right);
}
