// SPDX-License-Identifier: GPL-2.0-or-later
// The whole frame: title, panes or page, notice, jobs, keys, and the dialogs on top of it all.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/text.h"
#include "tui/views/dialog_layout.h"

const View *const view_panes[PANE_N] = {
    [PANE_GUESTS] = &view_guests,
    [PANE_TREE] = &view_tree,
    [PANE_DETAILS] = &view_details,
    [PANE_DISKS] = &view_disks,
};

Rect page_area(const App *app)
{
    const Layout *layout = &app->layout;
    int top = layout->title.row + layout->title.rows;
    int bottom = layout->jobs.rows > 0 ? MIN(layout->jobs.row, layout->notice.row) : layout->notice.row;

    return (Rect) {.row = top, .col = 0, .rows = bottom - top, .cols = app->cols};
}

static void draw_framed(const App *app, const View *view, const AppText *text, Rect area, bool focus)
{
    g_autofree char *title = view->draw || !text->title ? view->title(app) : g_strdup(text->title);
    Rect inside = rect_inside(area);
    Role border = focus ? ROLE_BORDER_FOCUS : ROLE_BORDER;

    canvas_box(area, border, ROLE_HEADING, title);
    if (view->draw) {
        view->draw(app, inside, focus);
        return;
    }
    if (!text->lines)
        return;
    text_draw(text->lines, text->top, inside, ROLE_TEXT);
    if (text->found > text->top && text->found - text->top <= inside.rows)
        canvas_highlight((Rect) {inside.row + text->found - 1 - text->top, inside.col, 1, inside.cols},
                         ROLE_SELECTED);
    text_draw_position(text->top, inside.rows, lines_count(text->lines), area, border);
    if (focus)
        canvas_cursor(inside, 0, 0, false);
}

static void draw_panes(const App *app)
{
    const AppHost *host = app_host(app);

    for (int i = 0; i < PANE_N; i++) {
        Rect area = app->layout.panes[i];

        if (rect_empty(area))
            continue;
        draw_framed(app, view_panes[i], &app->texts[i], area, app->focus == (Pane) i);
        if ((i == PANE_DETAILS || i == PANE_DISKS) && host && host->link == LINK_LOST)
            canvas_highlight(rect_inside(area), ROLE_STALE);
    }
}

// Does a dialog stand on the row of the notice? What it left of it would be no word.
static bool dialog_covers_notice(const App *app)
{
    const Dialog *dialog = dialog_top(app);
    g_autoptr(DialogLayout) layout = dialog ? dialog_layout(app, dialog) : NULL;
    int row = app->layout.notice.row;

    return layout && layout->area.row <= row && row < layout->area.row + layout->area.rows;
}

// Does the dialog about a host say why it is not connected? Then the row below need not.
static bool dialog_tells_notice(const App *app)
{
    const Dialog *dialog = dialog_top(app);

    return dialog && dialog->view == &connect_dialog && dialog->host->failure && app->notice_stays;
}

static void draw_prompt(const App *app)
{
    const Prompt *prompt = &app->prompt;
    const char *label = prompt->kind == PROMPT_FILTER ? "only: " : prompt->kind == PROMPT_FIND ? "/" : ":";
    Rect area = app->layout.notice;
    int cursor;
    gsize from;

    canvas_field(area, 0, 0, area.cols, ROLE_FIELD, label);
    area.col += text_width(label);
    area.cols -= text_width(label);
    from = entry_window(&prompt->entry, area.cols, &cursor);
    canvas_text(area, 0, 0, ROLE_FIELD, prompt->entry.text->str + from);
    canvas_cursor(area, 0, cursor, true);
}

static void draw_notice(const App *app)
{
    g_autofree char *key = keymap_key(&app->keymap, ACTION_LOG);
    g_autofree char *whole = g_strdup_printf(_("%s: whole text"), key);
    Role role = app->notice_error ? ROLE_NOTICE_ERROR : ROLE_NOTICE;
    Rect area = app->layout.notice;

    if (!app->notice || dialog_tells_notice(app) || dialog_covers_notice(app))
        return;
    canvas_field(area, 0, 0, area.cols, role, "");
    if (app_notice_is_cut(app) && (app_contexts(app) & action_contexts(ACTION_LOG)) != 0) {
        area.cols -= text_width(whole) + 2;
        canvas_text(app->layout.notice, 0, area.cols + 1, role, whole);
    }
    canvas_printf(area, 0, 0, role, " %s%s", app->notice_error ? "! " : "", app->notice);
}

// A key of the last row: what it costs in columns and how much it is missed.
typedef struct KeyHint {
    Action action;
    char *key;
    bool possible;
    int width;
    int worth;
} KeyHint;

static int worth_of(Action action)
{
    switch ((int) action) {
    case ACTION_HELP:
        return 4;
    case ACTION_CREATE:
    case ACTION_REVERT:
    case ACTION_DELETE:
    case ACTION_DISCARD:
        return 3;
    case ACTION_QUIT:
        return 2;
    case ACTION_NEXT_PANE:
        return 0;
    default:
        return 1;
    }
}

static void hint_clear(gpointer hint)
{
    g_free(((KeyHint *) hint)->key);
}

static KeyHint hint_of(const App *app, Action action)
{
    KeyHint hint = {.action = action, .possible = true, .worth = worth_of(action)};
    g_autofree char *fault = NULL;

    hint.key = keymap_key(&app->keymap, action);
    if (hint.worth == 3 && !app->page && app->dialogs->len == 0)
        fault = app_act_fault(app, action);
    hint.possible = fault == NULL;
    hint.width = text_width(hint.key) + 1 + text_width(action_label(action)) + (fault ? 4 : 2);
    return hint;
}

// Is there something to change where the focus is?
static bool on_choice(const App *app)
{
    const FormItem *item = form_focused(dialog_top(app)->form);

    return item && (item->kind == FORM_CHOICE || item->kind == FORM_TOGGLE);
}

// The keys of the contexts that hold now; where they are too many, the least missed are left out.
static GArray *hints_for(const App *app, int room)
{
    GArray *hints = g_array_new(FALSE, FALSE, sizeof(KeyHint));
    unsigned contexts = app_contexts(app);
    int width = 0;

    g_array_set_clear_func(hints, hint_clear);
    for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
        if ((action_contexts(action) & contexts) != 0 && action_label(action)[0] != '\0' &&
            (action != ACTION_TOGGLE || on_choice(app))) {
            KeyHint hint = hint_of(app, (Action) action);

            g_array_append_val(hints, hint);
            width += hint.width;
        }
    }
    for (int worth = 0; worth < 5 && width > room; worth++) {
        for (guint i = hints->len; i > 0 && width > room; i--) {
            const KeyHint *hint = &g_array_index(hints, KeyHint, i - 1);

            if (hint->worth == worth) {
                width -= hint->width;
                g_array_remove_index(hints, i - 1);
            }
        }
    }
    return hints;
}

static int key_width(const char *key, const char *label)
{
    return text_width(key) + text_width(label) + 3;
}

static int draw_key(Rect area, int col, const char *key, const char *label)
{
    canvas_text(area, 0, col + canvas_text(area, 0, col, ROLE_KEY, key) + 1, ROLE_KEY_LABEL, label);
    return col + key_width(key, label);
}

static bool has_more(const App *app, const Dialog *dialog)
{
    return lines_count(dialog->body) > dialog_body_area(app, dialog).rows;
}

// What else helps in a dialog: seeing the rest of the text, and the way out.
static void draw_dialog_keys(const App *app, const Dialog *dialog, Rect area, int col)
{
    if (has_more(app, dialog))
        col = draw_key(area, col, "PageDown", _("more"));
    draw_key(area, col, "Esc", _("leave"));
}

// The room of these: they are never cut.
static int dialog_keys_width(const App *app, const Dialog *dialog)
{
    return key_width("Esc", _("leave")) + (has_more(app, dialog) ? key_width("PageDown", _("more")) : 0);
}

// Acts that are not possible now stand in brackets; their keys say why.
static void draw_act_keys(const App *app, Rect area)
{
    const Dialog *dialog = dialog_top(app);
    g_autoptr(GArray) hints = hints_for(app, area.cols + 1 - (dialog ? dialog_keys_width(app, dialog) : 0));
    int col = 1;

    for (guint i = 0; i < hints->len; i++) {
        const KeyHint *hint = &g_array_index(hints, KeyHint, i);
        const char *label = action_label(hint->action);

        if (hint->possible)
            draw_key(area, col, hint->key, label);
        else
            canvas_printf(area, 0, col, ROLE_DIM, "(%s %s)", hint->key, label);
        col += hint->width;
    }
    if (app->page && !dialog)
        draw_key(area, col, "Esc", _("back"));
    if (dialog)
        draw_dialog_keys(app, dialog, area, col);
}

static const char *offer_at(const Prompt *prompt, guint i)
{
    return (const char *) prompt->offers->pdata[i] + prompt->offers_from;
}

// The first that is shown, so that the chosen one is.
static guint first_offer(const Prompt *prompt, int cols)
{
    int used = 0;
    guint first = 0;

    for (guint i = 0; (int) i <= prompt->chosen; i++) {
        used += text_width(offer_at(prompt, i)) + 2;
        if (used > cols) {
            first = i;
            used = text_width(offer_at(prompt, i)) + 2;
        }
    }
    return first;
}

// What the typed line may become; the only action with its sentence.
static void draw_commands(const App *app, Rect area)
{
    const Prompt *prompt = &app->prompt;
    guint count = prompt->offers->len;
    int col = 1;

    if (count == 1 && prompt->offers_from == 0) {
        draw_key(area, 1, prompt->offers->pdata[0], action_help(action_find(prompt->offers->pdata[0])));
        return;
    }
    for (guint i = first_offer(prompt, area.cols - 1); i < count && col < area.cols; i++) {
        Role role = (int) i == prompt->chosen ? ROLE_SELECTED : ROLE_KEY_LABEL;

        col += canvas_text(area, 0, col, role, offer_at(prompt, i)) + 2;
    }
    if (count == 0 && prompt->offers_from == 0)
        canvas_text(area, 0, 1, ROLE_WARNING, _("There is no such action here."));
}

// The words that are understood, or what is wrong with those that are typed.
static void draw_prompt_keys(const Prompt *prompt, Rect area)
{
    int col;

    if (prompt->fault) {
        canvas_printf(area, 0, 1, ROLE_WARNING, "%s", prompt->fault);
        return;
    }
    col = draw_key(area, 1, "Enter", _("keep"));
    col = draw_key(area, col, "Esc", _("as before"));
    canvas_text(area, 0, col, ROLE_DIM, _("TEXT is:ext is:ram is:problem older:7d -WORD"));
}

static void draw_keys(const App *app)
{
    Rect area = app->layout.keys;

    if (app->prompt.kind != PROMPT_NONE && !dialog_top(app)) {
        if (app->prompt.kind == PROMPT_COMMAND && !app->prompt.fault)
            draw_commands(app, area);
        else
            draw_prompt_keys(&app->prompt, area);
        return;
    }
    draw_act_keys(app, area);
}

static void draw_too_small(const App *app)
{
    Rect all = {.rows = app->rows, .cols = app->cols};
    g_autofree char *key = keymap_key(&app->keymap, ACTION_QUIT);
    g_autofree char *text =
        g_strdup_printf(_("virt-snap needs %d columns and %d rows; this terminal has %d and %d. Enlarge it, or press %s."),
                        LAYOUT_MIN_COLS, LAYOUT_MIN_ROWS, app->cols, app->rows, key);
    g_autoptr(Lines) lines = lines_new(app->cols);

    lines_add(lines, 0, ROLE_WARNING, text);
    text_draw(lines, 0, all, ROLE_TEXT);
}

void screen_draw(const App *app)
{
    canvas_begin();
    if (app->layout.too_small) {
        draw_too_small(app);
        canvas_end();
        return;
    }
    title_draw(app, app->layout.title);
    if (app->page)
        draw_framed(app, app->page, &app->page_text, page_area(app), true);
    else
        draw_panes(app);
    if (app->prompt.kind != PROMPT_NONE)
        draw_prompt(app);
    else
        draw_notice(app);
    jobs_line_draw(app, app->layout.jobs);
    draw_keys(app);
    if (dialog_top(app)) // one at a time: what lies below it would only confuse
        dialog_draw(app, dialog_top(app));
    canvas_end();
}
