// SPDX-License-Identifier: GPL-2.0-or-later
// The mouse, where the settings have it: a click selects, a double click opens, the wheel moves. In a dialog
// a click does what its keys do, but a button that loses data only gets the focus: that is for a key.

#include "tui/app_parts.h"

#define DOUBLE_MS 400
#define WHEEL_ROWS 3

static bool rect_has(Rect rect, int row, int col)
{
    return row >= rect.row && row < rect.row + rect.rows && col >= rect.col && col < rect.col + rect.cols;
}

// A second click on the same cell, soon after the first.
static bool is_double(App *app, Key key)
{
    bool is = app->click == key && app->mono - app->click_at <= DOUBLE_MS;

    app->click = is ? KEY_NONE : key; // a third one is a first one again
    app->click_at = app->mono;
    return is;
}

static Pane pane_at(const App *app, int row, int col)
{
    int pane = 0;

    while (pane < PANE_N && !rect_has(app->layout.panes[pane], row, col))
        pane++;
    return (Pane) pane;
}

// Selects the row of a pane's list that was clicked; false: there is none.
static bool select_row(App *app, Pane pane, int row)
{
    Rect inside = rect_inside(app->layout.panes[pane]);
    AppGuest *guest = app_guest(app);
    bool guests = pane == PANE_GUESTS;
    int count = guests ? (int) app->guest_rows->len
                       : pane == PANE_TREE && guest && guest->rows ? tree_rows_count(guest->rows) : 0;
    List *list = guests || count == 0 ? &app->guests : &guest->list;
    int at = list->top + row - inside.row;

    if (row < inside.row || row >= inside.row + inside.rows || at < 0 || at >= count)
        return false;
    list_go(list, at, count, inside.rows);
    if (!guests)
        guest_select_row(guest);
    app->texts[PANE_DETAILS].top = app->texts[PANE_DISKS].top = 0;
    return true;
}

static void roll(App *app, Action action)
{
    for (int i = 0; i < WHEEL_ROWS; i++)
        app_act(app, action);
}

static void mouse_panes(App *app, Key key, Action wheel, bool twice)
{
    Pane pane = pane_at(app, key_mouse_row(key), key_mouse_col(key));

    if (pane == PANE_N)
        return;
    if (app->focus != pane)
        app_prompt_close(app);
    app->focus = pane;
    if (wheel != ACTION_NONE)
        roll(app, wheel);
    else if (select_row(app, pane, key_mouse_row(key)) && twice)
        app_act(app, ACTION_OPEN);
}

static void mouse_dialog(App *app, Dialog *dialog, Key key, Action wheel)
{
    int at = dialog_item_at(app, dialog, key_mouse_row(key), key_mouse_col(key));

    if (app->mono - dialog->opened < GUARD_MS)
        return;
    if (wheel != ACTION_NONE)
        dialog_scroll(app, dialog, wheel == ACTION_UP ? -WHEEL_ROWS : WHEEL_ROWS);
    else if (at >= 0)
        dialog_click(app, dialog, at);
}

void app_mouse(App *app, Key key)
{
    MouseDeed deed = key_mouse_deed(key);
    Action wheel = deed == MOUSE_WHEEL_UP ? ACTION_UP : deed == MOUSE_WHEEL_DOWN ? ACTION_DOWN : ACTION_NONE;
    bool twice = deed == MOUSE_CLICK && is_double(app, key);
    Dialog *dialog = dialog_top(app);

    if (app->layout.too_small)
        return;
    if (dialog)
        mouse_dialog(app, dialog, key, wheel);
    else if (!app->page)
        mouse_panes(app, key, wheel, twice);
    else if (wheel != ACTION_NONE)
        roll(app, wheel);
}
