// SPDX-License-Identifier: GPL-2.0-or-later
// The guest list: name, state, number of snapshots, marks. Grouped by host if there are several.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/canvas.h"

#include <string.h>

#define STATE_COLS 8
#define SHORT_STATE_COLS 4
#define COUNT_COLS 4
#define MARK_COLS 2
#define NARROW 26 // below: short words for states

static char *title(const App *app)
{
    guint guests = 0, listed = 0;

    for (guint i = 0; i < app->hosts->len; i++)
        guests += ((const AppHost *) app->hosts->pdata[i])->guests->len;
    for (guint i = 0; i < app->guest_rows->len; i++)
        listed += g_array_index(app->guest_rows, GuestRow, i).guest != NULL;
    if (app->guest_filter)
        return g_strdup_printf(_("Guests (%u of %u), only: %s"), listed, guests, query_text(app->guest_filter));
    return guests > 0 ? g_strdup_printf(_("Guests (%u)"), guests) : g_strdup(_("Guests"));
}

static Role state_role(DomainState state)
{
    switch (state) {
    case DOMAIN_RUNNING:
    case DOMAIN_BLOCKED:
        return ROLE_RUNNING;
    case DOMAIN_PAUSED:
    case DOMAIN_SUSPENDED:
    case DOMAIN_SHUTDOWN:
        return ROLE_PAUSED;
    case DOMAIN_CRASHED:
        return ROLE_PROBLEM;
    case DOMAIN_NOSTATE:
    case DOMAIN_OFF:
        return ROLE_OFF;
    }
    return ROLE_TEXT;
}

static const char *short_word(DomainState state)
{
    switch (state) {
    case DOMAIN_RUNNING:
    case DOMAIN_BLOCKED:
        return "run";
    case DOMAIN_PAUSED:
        return "pau";
    case DOMAIN_SUSPENDED:
        return "sus";
    case DOMAIN_SHUTDOWN:
        return "end";
    case DOMAIN_CRASHED:
        return "cra";
    case DOMAIN_OFF:
        return "off";
    case DOMAIN_NOSTATE:
        return "?";
    }
    return "?";
}

static void draw_marks(const App *app, const AppGuest *guest, Rect area, int row, int col)
{
    if (app_job_of(app, guest->host, guest->uuid))
        canvas_text(area, row, col, ROLE_JOB, "J");
    if (guest->problems && guest->problems->len > 0)
        canvas_text(area, row, col + 1, ROLE_PROBLEM, "!");
}

static void draw_guest(const App *app, const AppGuest *guest, Rect area, int row)
{
    bool narrow = area.cols < NARROW;
    int state_cols = narrow ? SHORT_STATE_COLS : STATE_COLS;
    int marks = area.cols - MARK_COLS;
    int count = marks - COUNT_COLS;
    int state = count - state_cols;
    int indent = app->hosts->len > 1 ? 1 : 0;

    canvas_field(area, row, indent, MAX(1, state - indent - 1), ROLE_TEXT, guest->name);
    canvas_field(area, row, state, state_cols - 1, state_role(guest->state),
                 narrow ? short_word(guest->state) : domain_state_word(guest->state));
    if (guest->snapshots >= 0)
        canvas_printf(area, row, count, guest->snapshots > 0 ? ROLE_TEXT : ROLE_DIM, "%3d", guest->snapshots);
    else
        canvas_text(area, row, count, ROLE_UNKNOWN, "  ?");
    draw_marks(app, guest, area, row, marks);
}

static const char *link_word(Link link)
{
    static const char *const words[] = {
        [LINK_CONNECTING] = "connecting...",
        [LINK_UP] = "",
        [LINK_LOST] = "OLD",
        [LINK_DOWN] = "NOT CONNECTED",
    };

    return words[link];
}

static void draw_heading(const AppHost *host, Rect area, int row)
{
    const char *word = link_word(host->link);
    int width = (int) strlen(word);

    canvas_field(area, row, 0, area.cols - width - 1, ROLE_HEADING, app_host_name(host));
    canvas_text(area, row, area.cols - width, host->link == LINK_CONNECTING ? ROLE_DIM : ROLE_PROBLEM, word);
}

// What stands where no guest can be listed.
static void draw_empty(const App *app, Rect area)
{
    const AppHost *host = app_host(app);
    g_autofree char *key = keymap_key(&app->keymap, ACTION_CONNECT);

    if (!host)
        return;
    if (host->link == LINK_CONNECTING)
        canvas_text(area, 0, 1, ROLE_DIM, _("connecting..."));
    else if (host->link != LINK_UP)
        canvas_printf(area, 0, 1, ROLE_PROBLEM, _("not connected: %s"), key);
    else
        canvas_text(area, 0, 1, ROLE_DIM, app->guest_filter ? _("no guest matches; Esc shows all") : host->listed ? _("no guests here") : "reading...");
}

static void draw(const App *app, Rect area, bool focus)
{
    for (int i = 0; i < area.rows && app->guests.top + i < (int) app->guest_rows->len; i++) {
        int at = app->guests.top + i;
        const GuestRow *entry = &g_array_index(app->guest_rows, GuestRow, at);
        Rect line = {area.row + i, area.col, 1, area.cols};

        if (entry->guest)
            draw_guest(app, entry->guest, area, i);
        else
            draw_heading(entry->host, area, i);
        if (entry->host->link == LINK_LOST)
            canvas_highlight(line, ROLE_STALE);
        if (at == app->guests.cursor) {
            canvas_highlight(line, focus ? ROLE_SELECTED : ROLE_SELECTED_AWAY);
            if (focus)
                canvas_cursor(area, i, 0, false);
        }
    }
    if (app->guest_rows->len == 0)
        draw_empty(app, area);
}

static bool act(App *app, Action action)
{
    int height = rect_inside(app->layout.panes[PANE_GUESTS]).rows;
    const AppGuest *before = app_guest(app);

    if (app_move_list(&app->guests, action, (int) app->guest_rows->len, height)) {
        if (app_guest(app) != before)
            app->texts[PANE_DETAILS].top = app->texts[PANE_DISKS].top = 0;
        return true;
    }
    if (action == ACTION_OPEN && app_guest(app)) {
        app->focus = PANE_TREE;
        app_note_opened(app, app_guest(app));
        return true;
    }
    return false;
}

const View view_guests = {
    .context = CONTEXT_GUESTS,
    .title = title,
    .draw = draw,
    .act = act,
};
