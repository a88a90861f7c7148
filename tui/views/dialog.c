// SPDX-License-Identifier: GPL-2.0-or-later
// Draws any dialog: a frame, the text above, the form below it. On a small screen the text scrolls,
// and of the form that part is shown where the focus is.

#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/text.h"

#include <string.h>

#define LABEL_COLS 11
#define BODY_MIN 3 // rows of text kept where the form wants everything

static int button_width(const FormItem *item)
{
    return text_width(item->label) + 4;
}

// The hint of a field in lines, as it stands below it.
static GPtrArray *hint_lines(const FormItem *item, int cols)
{
    g_autofree char *clean = text_clean(item->hint, false);

    return text_wrap(clean, MAX(1, cols - LABEL_COLS));
}

// Rows an item takes, where it begins a row of its own.
static int item_rows(const FormItem *item, int cols)
{
    g_autoptr(GPtrArray) hint = item->kind == FORM_FIELD && item->hint ? hint_lines(item, cols) : NULL;

    return 1 + (hint ? (int) hint->len : 0);
}

// Where an item of a form stands.
typedef struct Place {
    int row, col;
} Place;

// The place of each item within the form; returns how many rows there are. Buttons stand side by side as
// far as they fit, in a form that is stacked one below the other.
static int place_items(const Form *form, int cols, Place *places)
{
    bool above = false; // something stands above the buttons
    int next = 0, buttons = -1, col = 0;

    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];

        places[i] = (Place) {.row = next};
        if (item->hidden)
            continue;
        if (item->kind != FORM_BUTTON) {
            next += item_rows(item, cols);
            above = true;
            continue;
        }
        if (buttons < 0 && above)
            next++; // a gap before the buttons
        if (buttons < 0 || form->stacked || col + button_width(item) > cols) {
            buttons = next++;
            col = 0;
        }
        places[i] = (Place) {buttons, col};
        col += button_width(item) + 2;
    }
    return next;
}

int dialog_form_rows(const Dialog *dialog, int cols)
{
    g_autofree Place *places = g_new0(Place, dialog->form->items->len + 1);

    return place_items(dialog->form, cols, places);
}

Rect dialog_area(const App *app, const Dialog *dialog)
{
    int cols = layout_dialog(app->rows, app->cols, 3, dialog->view->cols).cols - 4;
    int body = dialog->body ? lines_count(dialog->body) : 0;
    int rows = body + (body > 0) + dialog_form_rows(dialog, cols) + 2;

    return layout_dialog(app->rows, app->cols, rows, dialog->view->cols);
}

// Frame and margin off, the room for text and form together.
static Rect content_area(Rect area)
{
    return (Rect) {area.row + 1, area.col + 2, MAX(0, area.rows - 2), MAX(0, area.cols - 4)};
}

Rect dialog_body_area(const App *app, const Dialog *dialog)
{
    Rect area = content_area(dialog_area(app, dialog));
    int form = dialog_form_rows(dialog, area.cols);
    int body = dialog->body ? lines_count(dialog->body) : 0;
    int room = area.rows - form - 1;

    if (room < MIN(body, BODY_MIN))
        room = MIN(MIN(body, BODY_MIN), area.rows - 2);
    area.rows = CLAMP(room, 0, body);
    return area;
}

static void draw_hint(const FormItem *item, Rect area, int row)
{
    g_autoptr(GPtrArray) lines = item->hint ? hint_lines(item, area.cols) : NULL;

    for (guint i = 0; lines && i < lines->len; i++)
        canvas_text(area, row + (int) i, LABEL_COLS, item->hint_role, lines->pdata[i]);
}

// A field: the part of its text around the cursor.
static void draw_field(const FormItem *item, Rect area, int row, bool focus)
{
    Rect room = {area.row, area.col + LABEL_COLS, area.rows, MAX(1, area.cols - LABEL_COLS)};
    g_autofree char *stars = g_strnfill((gsize) g_utf8_strlen(item->entry.text->str, -1), '*');
    g_autofree char *clean = text_clean(item->entry.text->str, false);
    const char *shown = item->secret ? stars : clean;
    glong chars = g_utf8_strlen(item->entry.text->str, (gssize) item->entry.cursor);
    g_autofree char *before = g_utf8_substring(shown, 0, chars);

    canvas_text(area, row, 0, ROLE_HEADING, item->label);
    while (text_width(before) >= room.cols) { // scroll by characters until the cursor is in sight
        memmove(before, g_utf8_next_char(before), strlen(g_utf8_next_char(before)) + 1);
        shown = g_utf8_next_char(shown);
    }
    canvas_field(room, row, 0, room.cols, ROLE_FIELD, shown);
    if (focus)
        canvas_cursor(room, row, text_width(before), true);
    draw_hint(item, area, row + 1);
}

static void draw_value(const FormItem *item, Rect area, int row, bool focus)
{
    Role role = item->disabled ? ROLE_DIM : focus ? ROLE_BUTTON_FOCUS : ROLE_DIALOG;
    int col;

    if (item->kind == FORM_TOGGLE) {
        col = canvas_printf(area, row, 0, role, "[%c] %s", item->value ? 'x' : ' ', item->label);
    } else {
        canvas_text(area, row, 0, ROLE_HEADING, item->label);
        col = LABEL_COLS +
              canvas_printf(area, row, LABEL_COLS, role, "< %s >", item->values[item->value]);
    }
    if (item->hint)
        canvas_text(area, row, col + 2, item->hint_role, item->hint);
    if (focus)
        canvas_cursor(area, row, item->kind == FORM_TOGGLE ? 1 : LABEL_COLS, false);
}

static void draw_button(const FormItem *item, Rect area, int row, int col, bool focus)
{
    Role role = item->disabled ? ROLE_DIM : focus ? ROLE_BUTTON_FOCUS
                : item->danger ? ROLE_DANGER : ROLE_BUTTON;

    if (focus)
        canvas_cursor(area, row, col, false);
    canvas_printf(area, row, col, role, item->disabled ? "( %s )" : focus ? "[>%s<]" : "[ %s ]",
                         item->label);
}

// The first row of the form that is shown, so that the focus is in sight.
static int first_row(const Form *form, int count, const Place *places, int rows)
{
    int focused = form->focus >= 0 ? places[form->focus].row + 1 : 0;

    return count > rows ? CLAMP(focused - rows + 1, 0, count - rows) : 0;
}

static void draw_form(const Dialog *dialog, Rect area)
{
    const Form *form = dialog->form;
    g_autofree Place *places = g_new0(Place, form->items->len + 1);
    int top = first_row(form, place_items(form, area.cols, places), places, area.rows);

    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];
        bool focus = (int) i == form->focus;
        int row = places[i].row - top;

        if (item->hidden || row < 0 || row >= area.rows)
            continue;
        if (item->kind == FORM_FIELD)
            draw_field(item, area, row, focus);
        else if (item->kind != FORM_BUTTON)
            draw_value(item, area, row, focus);
        else
            draw_button(item, area, row, places[i].col, focus);
    }
}

// The room of the form, below the text.
static Rect form_area(const App *app, const Dialog *dialog)
{
    Rect body = dialog_body_area(app, dialog);
    Rect form = content_area(dialog_area(app, dialog));
    int used = body.rows > 0 ? body.rows + (form.rows - body.rows > dialog_form_rows(dialog, form.cols)) : 0;

    form.row += used;
    form.rows -= used;
    return form;
}

int dialog_item_at(const App *app, const Dialog *dialog, int row, int col)
{
    const Form *form = dialog->form;
    Rect area = form_area(app, dialog);
    g_autofree Place *places = g_new0(Place, form->items->len + 1);
    int top = first_row(form, place_items(form, area.cols, places), places, area.rows);

    if (row < area.row || row >= area.row + area.rows || col < area.col || col >= area.col + area.cols)
        return -1;
    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];
        int from = item->kind == FORM_BUTTON ? places[i].col : 0;
        int width = item->kind == FORM_BUTTON ? button_width(item) : area.cols;

        if (!item->hidden && places[i].row - top == row - area.row && col - area.col >= from &&
            col - area.col < from + width)
            return (int) i;
    }
    return -1;
}

void dialog_draw(const App *app, const Dialog *dialog)
{
    Rect area = dialog_area(app, dialog);
    Rect body = dialog_body_area(app, dialog);
    Role border = dialog->view->warns ? ROLE_DANGER : ROLE_DIALOG_BORDER;

    canvas_fill(area, ROLE_DIALOG);
    canvas_box(area, border, ROLE_HEADING, dialog->form->title);
    if (dialog->body)
        text_draw(dialog->body, dialog->top, body, ROLE_DIALOG);
    if (dialog->body && lines_count(dialog->body) > body.rows)
        text_draw_position(dialog->top, body.rows, lines_count(dialog->body), area, border);
    draw_form(dialog, form_area(app, dialog));
}
