// SPDX-License-Identifier: GPL-2.0-or-later
// Shares the rows of a dialog: first the buttons, then some of the text, then the fields, then the rest of the
// text. Gaps go where it is tight.

#include "tui/views/dialog_layout.h"

#include "tui/app_parts.h"
#include "tui/text.h"

#define BODY_MIN 3 // rows of text kept where the fields want everything
#define TIGHT 8    // rows beside the buttons below which no gap is worth a row of text

GPtrArray *dialog_item_lines(const FormItem *item, int cols)
{
    bool toggle = item->kind == FORM_TOGGLE;
    g_autofree char *clean = NULL;

    if (!toggle && (item->kind != FORM_FIELD || !item->hint))
        return NULL;
    clean = text_clean(toggle ? item->label : item->hint, false);
    return text_wrap(clean, MAX(1, cols - (toggle ? DIALOG_TOGGLE_COLS : DIALOG_LABEL_COLS)));
}

int dialog_item_rows(const FormItem *item, int cols)
{
    g_autoptr(GPtrArray) lines = dialog_item_lines(item, cols);

    return (item->kind == FORM_TOGGLE ? 0 : 1) + (lines ? (int) lines->len : 0);
}

static int button_width(const FormItem *item)
{
    return text_width(item->label) + 4;
}

// Fields, choices and toggles: one below the other. Returns how many rows they are.
static int place_fields(const Form *form, int cols, DialogPlace *places)
{
    int next = 0;

    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];

        if (item->kind == FORM_BUTTON || item->hidden)
            continue;
        places[i] = (DialogPlace) {.row = next};
        next += dialog_item_rows(item, cols);
    }
    return next;
}

// Buttons: side by side as far as they fit, in a form that is stacked one below the other.
static int place_buttons(const Form *form, int cols, DialogPlace *places)
{
    int rows = 0, col = 0;

    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];

        if (item->kind != FORM_BUTTON || item->hidden)
            continue;
        if (rows == 0 || form->stacked || col + button_width(item) > cols) {
            rows++;
            col = 0;
        }
        places[i] = (DialogPlace) {rows - 1, col};
        col += button_width(item) + 2;
    }
    return rows;
}

const DialogPart *dialog_part_of(const DialogLayout *layout, const FormItem *item)
{
    return item->kind == FORM_BUTTON ? &layout->buttons : &layout->fields;
}

// What has the focus is in sight: all its rows, or the first of them.
static void scroll_to_focus(const Form *form, DialogLayout *layout)
{
    const FormItem *item = form_focused(form);
    DialogPart *part;
    int row;

    if (!item)
        return;
    part = item->kind == FORM_BUTTON ? &layout->buttons : &layout->fields;
    row = layout->places[form->focus].row;
    if (item->kind == FORM_BUTTON)
        part->top = row - part->room.rows + 1;
    else
        part->top = MIN(row, row + dialog_item_rows(item, part->room.cols) - part->room.rows);
    part->top = CLAMP(part->top, 0, MAX(0, part->rows - part->room.rows));
}

// Takes `rows` and a gap off what is left, downwards.
static Rect take_rows(Rect *rest, int rows, int gap)
{
    Rect taken = *rest;

    taken.rows = CLAMP(rows, 0, rest->rows);
    rest->row += taken.rows + gap;
    rest->rows -= MIN(rest->rows, taken.rows + gap);
    return taken;
}

// Text above all, a gap, the fields, a gap, the buttons.
static void share_rows(DialogLayout *layout, Rect room, int body)
{
    int fields = layout->fields.rows, buttons = layout->buttons.rows;
    int kept = MIN(fields, 1) + MIN(body, 1); // somewhat of each is always in sight
    int lower = fields > 0 && buttons > 0, upper = body > 0 && fields + buttons > 0;
    int text, rest;

    buttons = CLAMP(buttons, 0, MAX(0, room.rows - kept));
    rest = room.rows - buttons;
    text = MIN(body, CLAMP(rest / 2, 0, BODY_MIN));
    if (text + fields + lower + upper > rest || (rest < TIGHT && body + fields + lower + upper > rest))
        upper = 0;
    if (text + fields + lower > rest || (rest < TIGHT && body + fields + lower > rest))
        lower = 0;
    fields = MIN(fields, rest - lower - upper - text);
    layout->body = take_rows(&room, MIN(body, rest - lower - upper - fields), upper);
    layout->fields.room = take_rows(&room, fields, lower);
    layout->buttons.room = take_rows(&room, buttons, 0);
}

static int wanted_cols(const App *app, const Dialog *dialog)
{
    bool wide = dialog->view->wide_cols > 0 && app->cols >= LAYOUT_WIDE_COLS;

    return wide ? dialog->view->wide_cols : dialog->view->cols;
}

int dialog_cols(const App *app, const Dialog *dialog)
{
    return MAX(0, layout_dialog(app->rows, app->cols, 3, wanted_cols(app, dialog)).cols - 4);
}

DialogLayout *dialog_layout(const App *app, const Dialog *dialog)
{
    DialogLayout *layout = g_new0(DialogLayout, 1);
    const Form *form = dialog->form;
    int body = dialog->body ? lines_count(dialog->body) : 0;
    int cols = dialog_cols(app, dialog);
    Rect room;

    layout->places = g_new0(DialogPlace, form->items->len + 1);
    layout->fields.rows = place_fields(form, cols, layout->places);
    layout->buttons.rows = place_buttons(form, cols, layout->places);
    layout->area = layout_dialog(app->rows, app->cols, body + (body > 0) + dialog_form_rows(dialog, cols) + 2,
                                 wanted_cols(app, dialog));
    room = layout->area;
    room = (Rect) {room.row + 1, room.col + 2, MAX(0, room.rows - 2), cols};
    share_rows(layout, room, body);
    scroll_to_focus(form, layout);
    return layout;
}

void dialog_layout_free(DialogLayout *layout)
{
    if (!layout)
        return;
    g_free(layout->places);
    g_free(layout);
}

int dialog_form_rows(const Dialog *dialog, int cols)
{
    g_autofree DialogPlace *places = g_new0(DialogPlace, dialog->form->items->len + 1);
    int fields = place_fields(dialog->form, cols, places);
    int buttons = place_buttons(dialog->form, cols, places);

    return fields + (fields > 0 && buttons > 0) + buttons;
}

Rect dialog_body_area(const App *app, const Dialog *dialog)
{
    g_autoptr(DialogLayout) layout = dialog_layout(app, dialog);

    return layout->body;
}

static bool item_holds(const FormItem *item, DialogPlace place, int row, int col, int cols)
{
    int from = item->kind == FORM_BUTTON ? place.col : 0;
    int width = item->kind == FORM_BUTTON ? button_width(item) : cols;

    return !item->hidden && place.row == row && col >= from && col < from + width;
}

int dialog_item_at(const App *app, const Dialog *dialog, int row, int col)
{
    g_autoptr(DialogLayout) layout = dialog_layout(app, dialog);

    for (guint i = 0; i < dialog->form->items->len; i++) {
        const FormItem *item = dialog->form->items->pdata[i];
        const DialogPart *part = dialog_part_of(layout, item);
        Rect room = part->room;
        bool inside = row >= room.row && row < room.row + room.rows && col >= room.col && col < room.col + room.cols;

        if (inside && item_holds(item, layout->places[i], row - room.row + part->top, col - room.col, room.cols))
            return (int) i;
    }
    return -1;
}
