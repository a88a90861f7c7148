// SPDX-License-Identifier: GPL-2.0-or-later
// Draws any dialog: a frame, the text above, the form below it, at the bottom the buttons. dialog_layout.c says
// where they stand.

#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/text.h"
#include "tui/views/dialog_layout.h"

#include <string.h>

static void draw_hint(const FormItem *item, Rect area, int row)
{
    g_autoptr(GPtrArray) lines = dialog_item_lines(item, area.cols);

    for (guint i = 0; lines && i < lines->len; i++)
        canvas_text(area, row + (int) i, DIALOG_LABEL_COLS, item->hint_role, lines->pdata[i]);
}

// A field: the part of its text around the cursor.
static void draw_field(const FormItem *item, Rect area, int row, bool focus)
{
    Rect room = {area.row, area.col + DIALOG_LABEL_COLS, area.rows, MAX(1, area.cols - DIALOG_LABEL_COLS)};
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

// A toggle: what it says, in as many lines as it needs.
static int draw_toggle(const FormItem *item, Rect area, int row, Role role)
{
    g_autoptr(GPtrArray) lines = dialog_item_lines(item, area.cols);
    int col = canvas_printf(area, row, 0, role, "[%c] ", item->value ? 'x' : ' ');

    for (guint i = 0; i + 1 < lines->len; i++)
        canvas_text(area, row + (int) i, DIALOG_TOGGLE_COLS, role, lines->pdata[i]);
    return col + canvas_text(area, row + (int) lines->len - 1, col, role, lines->pdata[lines->len - 1]);
}

static void draw_value(const FormItem *item, Rect area, int row, bool focus)
{
    Role role = item->disabled ? ROLE_DIM : focus ? ROLE_BUTTON_FOCUS : ROLE_DIALOG;
    int col;

    if (item->kind == FORM_TOGGLE) {
        col = draw_toggle(item, area, row, role);
    } else {
        canvas_text(area, row, 0, ROLE_HEADING, item->label);
        col = DIALOG_LABEL_COLS +
              canvas_printf(area, row, DIALOG_LABEL_COLS, role, "< %s >", item->values[item->value]);
    }
    if (item->hint)
        canvas_text(area, row + dialog_item_rows(item, area.cols) - 1, col + 2, item->hint_role, item->hint);
    if (focus)
        canvas_cursor(area, row, item->kind == FORM_TOGGLE ? 1 : DIALOG_LABEL_COLS, false);
}

// What stands on a button that is wider than its dialog is cut within it.
static void draw_button(const FormItem *item, Rect area, int row, int col, bool focus)
{
    Role role = item->disabled ? ROLE_DIM : focus ? ROLE_BUTTON_FOCUS
                : item->danger ? ROLE_DANGER : ROLE_BUTTON;
    const char *edges = item->disabled ? "(  )" : focus ? "[><]" : "[  ]";
    Rect inside = {area.row, area.col + col + 2, area.rows, MIN(text_width(item->label), area.cols - col - 4)};

    if (focus)
        canvas_cursor(area, row, col, false);
    canvas_printf(area, row, col, role, "%.2s", edges);
    canvas_text(inside, row, 0, role, item->label);
    canvas_text(area, row, col + 2 + inside.cols, role, edges + 2);
}

static void draw_item(const FormItem *item, Rect area, DialogPlace place, bool focus)
{
    if (item->kind == FORM_FIELD)
        draw_field(item, area, place.row, focus);
    else if (item->kind == FORM_BUTTON)
        draw_button(item, area, place.row, place.col, focus);
    else
        draw_value(item, area, place.row, focus);
}

// On the frame: there is more above, or below, of what scrolls with the focus.
static void draw_more(const DialogPart *part, Role border)
{
    int edge = part->room.cols + 1;
    Rect frame = {part->room.row, part->room.col, part->room.rows, edge + 1};

    if (part->top > 0)
        canvas_text(frame, 0, edge, border, "^");
    if (part->top + part->room.rows < part->rows)
        canvas_text(frame, part->room.rows - 1, edge, border, "v");
}

static void draw_form(const Form *form, const DialogLayout *layout)
{
    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];
        const DialogPart *part = dialog_part_of(layout, item);
        DialogPlace place = layout->places[i];

        place.row -= part->top;
        if (!item->hidden && place.row >= 0 && place.row < part->room.rows)
            draw_item(item, part->room, place, (int) i == form->focus);
    }
}

void dialog_draw(const App *app, const Dialog *dialog)
{
    g_autoptr(DialogLayout) layout = dialog_layout(app, dialog);
    Role border = dialog->view->warns ? ROLE_DANGER : ROLE_DIALOG_BORDER;

    canvas_fill(layout->area, ROLE_DIALOG);
    canvas_box(layout->area, border, ROLE_HEADING, dialog->form->title);
    if (dialog->body)
        text_draw(dialog->body, dialog->top, layout->body, ROLE_DIALOG);
    if (dialog->body && lines_count(dialog->body) > layout->body.rows)
        text_draw_position(dialog->top, layout->body.rows, lines_count(dialog->body), layout->area, border);
    draw_form(dialog->form, layout);
    draw_more(&layout->fields, border);
    draw_more(&layout->buttons, border);
}
