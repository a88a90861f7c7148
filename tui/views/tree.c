// SPDX-License-Identifier: GPL-2.0-or-later
// The snapshot tree: guide lines, a mark for each row (root, node, NOW), and what one must know of a
// snapshot before choosing it: when, which kind, with memory or not, whether something is wrong.

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/format.h"
#include "tui/text.h"

#include <string.h>

#define GUIDE_COLS 2
#define WIDE_COLS 56   // from here on there is room for times instead of dates
#define NARROW_COLS 30 // below: ages instead of dates, numbers without words

static char *title(const App *app)
{
    const AppGuest *guest = app_guest(app);

    if (!guest)
        return g_strdup(_("Snapshots"));
    if (guest->filter)
        return g_strdup_printf(_("%s, only: %s"), guest->name, query_text(guest->filter));
    if (guest_acts_on_marks(guest))
        return g_strdup_printf(_("%s, %u marked"), guest->name, g_hash_table_size(guest->marked));
    return g_strdup_printf(_("Snapshots of %s"), guest->name);
}

// Guide lines before a row; returns the column of its mark. Trees deeper than the room lose the
// left side of their guides.
static int draw_guides(const TreeRows *rows, int index, Rect area, int at, int room)
{
    static const Glyph glyphs[] = {
        [GUIDE_LINE] = GLYPH_VLINE,
        [GUIDE_TEE] = GLYPH_TEE,
        [GUIDE_CORNER] = GLYPH_CORNER,
    };
    unsigned depth = tree_rows_get(rows, index)->depth;
    unsigned shown = MIN(depth, (unsigned) room / GUIDE_COLS);

    for (unsigned i = 0; i < shown; i++) {
        TreeGuide guide = tree_rows_guide(rows, index, depth - shown + i);
        int col = (int) i * GUIDE_COLS;

        if (guide == GUIDE_BLANK)
            continue;
        canvas_glyph(area, at, col, ROLE_GUIDE, glyphs[guide]);
        if (guide != GUIDE_LINE)
            canvas_glyph(area, at, col + 1, ROLE_GUIDE, GLYPH_HLINE);
    }
    return (int) shown * GUIDE_COLS;
}

static const char *kind_word(const Snapshot *snapshot)
{
    switch (snapshot_kind(snapshot)) {
    case KIND_NONE:
        return "none";
    case KIND_INTERNAL:
        return "int";
    case KIND_EXTERNAL:
        return "ext";
    case KIND_MIXED:
        return "mix";
    }
    return "";
}

static Role kind_role(const Snapshot *snapshot)
{
    SnapshotKind kind = snapshot_kind(snapshot);

    return kind == KIND_NONE ? ROLE_DIM : kind == KIND_INTERNAL ? ROLE_INTERNAL : ROLE_EXTERNAL;
}

// The age in at most 4 columns; "now" is kept for NOW.
static char *short_age(gint64 then, gint64 now)
{
    g_autofree char *age = format_age_short(then, now);

    return strcmp(age, "now") == 0 ? g_strdup("<1m") : g_steal_pointer(&age);
}

static char *when_text(const App *app, const Snapshot *snapshot, int cols)
{
    if (cols >= WIDE_COLS)
        return format_time(snapshot->created);
    if (cols < NARROW_COLS)
        return short_age(snapshot->created, app->wall);
    return format_date(snapshot->created, app->wall);
}

// Date, kind, memory and problem, from the right edge; returns the column where they begin.
static int draw_facts(const App *app, const AppGuest *guest, const Snapshot *snapshot, Rect area, int at)
{
    g_autofree char *when = NULL;
    int col = area.cols - 1;

    if (snapshot->unread) {
        canvas_text(area, at, col - 4, ROLE_DIM, "...");
        return col - 5;
    }
    when = when_text(app, snapshot, area.cols);
    if (guest_is_troubled(guest, snapshot->name))
        canvas_text(area, at, col, ROLE_PROBLEM, "!");
    if (guest->has_memory) { // no column for what no row has
        col -= 4;
        if (snapshot->memory != MEMORY_NO)
            canvas_text(area, at, col, kind_role(snapshot), "RAM");
    }
    col -= 4;
    canvas_text(area, at, col, kind_role(snapshot), kind_word(snapshot));
    col -= text_width(when) + 1;
    canvas_text(area, at, col, ROLE_DIM, when);
    return col;
}

// What NOW holds, in as many words as fit in `room` columns: the guides before it stay what they are.
static char *now_text(const AppGuest *guest, int room)
{
    gint64 bytes = guest->now_bytes;
    g_autofree char *size = size_short(bytes);
    g_autofree char *words = g_strdup_printf(_("%s in no snapshot"), size);
    g_autofree char *fewer = g_strdup_printf(_("%s unsaved"), size);
    const char *text = bytes == SIZE_UNKNOWN ? _("size unknown") : guest->now_fresh ? _("nothing yet") : words;

    if (guest->picture->snapshots->len == 0 || guest->picture->unread)
        return g_strdup("");
    if (text == words && text_width(text) > room)
        text = fewer;
    return g_strdup(text_width(text) <= room ? text : size);
}

// `col`: where the row's mark stands.
static int draw_now_facts(const AppGuest *guest, Rect area, int at, int col)
{
    g_autofree char *text = now_text(guest, area.cols - 2 - col - 6);
    int start = area.cols - 2 - text_width(text);

    canvas_text(area, at, start, ROLE_NOW, text);
    if (guest_is_troubled(guest, NULL))
        canvas_text(area, at, area.cols - 1, ROLE_PROBLEM, "!");
    return start;
}

// Columns for guide lines: the same for all rows of a tree, so that they meet.
static int guide_room(const App *app, const AppGuest *guest, int cols)
{
    const Snapshot *oldest = guest->picture->snapshots->len ? guest->picture->snapshots->pdata[0] : NULL;
    g_autofree char *when = oldest ? when_text(app, oldest, cols) : g_strdup(""); // dates of older years are longer
    int facts = 1 + (guest->has_memory ? 4 : 0) + 4 + MAX(4, text_width(when)) + 1;

    return MAX(0, cols - facts - 8);
}

static void draw_name(const AppGuest *guest, const TreeRow *row, Rect area, int at, int col, int end)
{
    const Snapshot *snapshot = row->node->snapshot;
    Rect room = {area.row, area.col, area.rows, MAX(0, end - 1)};
    bool root = snapshot && !row->node->parent->snapshot;
    Role role = row->away ? ROLE_DIM : snapshot ? ROLE_TEXT : ROLE_NOW;
    bool marked = snapshot && g_hash_table_contains(guest->marked, snapshot->name);

    canvas_text(area, at, col, snapshot ? ROLE_GUIDE : ROLE_NOW,
                !snapshot ? "@" : row->folded ? "+" : root ? "*" : "o");
    if (marked)
        canvas_text(area, at, col, ROLE_KEY, "m");
    col += 2;
    col += canvas_text(room, at, col, role, snapshot ? snapshot->name : "NOW");
    if (row->node->fault != TREE_SOUND)
        canvas_text(room, at, col + 1, ROLE_PROBLEM,
                    row->node->fault == TREE_ORPHAN ? _("parent missing") : _("loop"));
    else if (row->folded)
        canvas_printf(room, at, col + 1, ROLE_DIM, "+%u", row->hidden);
}

static void draw_row(const App *app, const AppGuest *guest, int index, Rect area, int at)
{
    const TreeRow *row = tree_rows_get(guest->rows, index);
    const Snapshot *snapshot = row->node->snapshot;
    int col = draw_guides(guest->rows, index, area, at, guide_room(app, guest, area.cols));
    int end = snapshot ? draw_facts(app, guest, snapshot, area, at) : draw_now_facts(guest, area, at, col);

    draw_name(guest, row, area, at, col, end);
}

// What stands where there is no tree yet: how far the connection or the reading is.
static void draw_waiting(const App *app, Rect area)
{
    const AppHost *host = app_host(app);
    g_autoptr(Lines) lines = lines_new(area.cols);
    g_autofree char *what = host && host->host ? host_describe(host->host) : NULL;
    g_autofree char *key = keymap_key(&app->keymap, ACTION_CONNECT);

    if (!host)
        return;
    if (host->link == LINK_CONNECTING)
        lines_printf(lines, 0, ROLE_DIM, "Connecting to %s...", app_host_uri(host));
    else if (host->link != LINK_UP)
        lines_printf(lines, 0, ROLE_PROBLEM, "Not connected to %s. %s connects again.", app_host_uri(host), key);
    else if (app_guest(app))
        lines_add(lines, 0, ROLE_DIM, _("reading..."));
    else
        lines_printf(lines, 0, ROLE_DIM, P_("%s, %s: %u guest.", "%s, %s: %u guests.", host->guests->len),
                     app_host_uri(host), what, host->guests->len);
    text_draw(lines, 0, area, ROLE_TEXT);
}

static void draw_no_match(Rect area)
{
    g_autoptr(GPtrArray) lines = text_wrap(_("no snapshot matches; Esc shows all"), MAX(area.cols, 1));

    for (guint i = 0; i < lines->len && (int) i < area.rows; i++)
        canvas_text(area, (int) i, 0, ROLE_DIM, lines->pdata[i]);
}

static void draw(const App *app, Rect area, bool focus)
{
    const AppGuest *guest = app_guest(app);
    int count;

    if (!guest || !guest->rows) {
        draw_waiting(app, area);
        return;
    }
    count = tree_rows_count(guest->rows);
    for (int i = 0; i < area.rows && guest->list.top + i < count; i++) {
        Rect line = {area.row + i, area.col, 1, area.cols};

        draw_row(app, guest, guest->list.top + i, area, i);
        if (guest->host->link == LINK_LOST)
            canvas_highlight(line, ROLE_STALE);
        if (guest->list.top + i != guest->list.cursor)
            continue;
        canvas_highlight(line, focus ? ROLE_SELECTED : ROLE_SELECTED_AWAY);
        if (focus)
            canvas_cursor(area, i, 0, false);
    }
    if (count == 0 && guest->filter)
        draw_no_match(area);
    if (count < area.rows && guest->incomplete && !guest->picture->details)
        canvas_text(area, count, 0, ROLE_UNKNOWN, guest->incomplete);
    else
        text_draw_position(guest->list.top, area.rows, count,
                           app->layout.panes[PANE_TREE], focus ? ROLE_BORDER_FOCUS : ROLE_BORDER);
}

static bool is_jump(Action action)
{
    return action == ACTION_GO_PARENT || action == ACTION_GO_ROOT || action == ACTION_NEXT_SIBLING ||
           action == ACTION_PREVIOUS_SIBLING;
}

// What can be done with them.
static void tell_marks(App *app, const AppGuest *guest)
{
    g_autofree char *delete = keymap_key(&app->keymap, ACTION_DELETE);
    g_autofree char *discard = keymap_key(&app->keymap, ACTION_DISCARD);
    g_autofree char *compare = keymap_key(&app->keymap, ACTION_DIFF);
    unsigned count = g_hash_table_size(guest->marked);

    if (guest_acts_on_marks(guest))
        app_notice(app, false, P_("%u marked: %s deletes it, %s discards it and what is below.",
                                  "%u marked: %s deletes them, %s discards them and what is below.", count), count,
                   delete, discard);
    else if (count == 1)
        app_notice(app, false, "1 marked: %s compares the selected state with it.", compare);
}

static bool mark(App *app, AppGuest *guest)
{
    if (!guest->selected)
        app_notice(app, true, "NOW is not a snapshot: it can't be marked.");
    else if (!g_hash_table_remove(guest->marked, guest->selected))
        g_hash_table_add(guest->marked, g_strdup(guest->selected));
    if (guest->selected)
        tell_marks(app, guest);
    return true;
}

static bool act(App *app, Action action)
{
    AppGuest *guest = app_guest(app);
    int height = rect_inside(app->layout.panes[PANE_TREE]).rows;

    if (action == ACTION_OPEN) {
        app->focus = PANE_DETAILS;
        return true;
    }
    if (!guest || !guest->rows)
        return false;
    if (action == ACTION_FOLD || action == ACTION_UNFOLD)
        guest_fold(guest, action == ACTION_FOLD);
    else if (action == ACTION_GO_NOW)
        guest_reveal(guest, tree_now(guest->picture->tree));
    else if (action == ACTION_FOLD_ALL || action == ACTION_UNFOLD_ALL)
        guest_fold_all(guest, action == ACTION_FOLD_ALL);
    else if (action == ACTION_MARK)
        return mark(app, guest);
    else if (action == ACTION_UNMARK_ALL)
        g_hash_table_remove_all(guest->marked);
    else if (is_jump(action))
        return guest_jump(guest, action);
    else if (app_move_list(&guest->list, action, tree_rows_count(guest->rows), height))
        guest_select_row(guest);
    else
        return false;
    app->texts[PANE_DETAILS].top = app->texts[PANE_DISKS].top = 0;
    return true;
}

const View view_tree = {
    .context = CONTEXT_TREE,
    .title = title,
    .draw = draw,
    .act = act,
};
