// SPDX-License-Identifier: GPL-2.0-or-later
// Where things go on the screen. The screen is cut: each cut takes a strip off what is left.
#include "tui/layout.h"

#include <glib.h>

#define TWO_COLUMNS_FROM 60
#define THREE_COLUMNS_FROM 120
#define TALL_FROM 16 // rows from which several jobs are shown
#define PANE_ROWS_MIN 5

static Rect cut_top(Rect *rest, int rows)
{
    Rect strip = *rest;

    strip.rows = CLAMP(rows, 0, rest->rows);
    rest->row += strip.rows;
    rest->rows -= strip.rows;
    return strip;
}

static Rect cut_bottom(Rect *rest, int rows)
{
    Rect strip = *rest;

    strip.rows = CLAMP(rows, 0, rest->rows);
    rest->rows -= strip.rows;
    strip.row = rest->row + rest->rows;
    return strip;
}

static Rect cut_left(Rect *rest, int cols)
{
    Rect strip = *rest;

    strip.cols = CLAMP(cols, 0, rest->cols);
    rest->col += strip.cols;
    rest->cols -= strip.cols;
    return strip;
}

static void place_right(Layout *layout, Rect body, Pane focus)
{
    if (body.rows < 2 * PANE_ROWS_MIN) {
        layout->panes[focus == PANE_DISKS ? PANE_DISKS : PANE_DETAILS] = body;
        return;
    }
    layout->panes[PANE_DETAILS] = cut_top(&body, MAX(body.rows * 11 / 20, PANE_ROWS_MIN));
    layout->panes[PANE_DISKS] = body;
}

static void place_panes(Layout *layout, Rect body, Pane focus)
{
    int cols = body.cols;

    if (cols < TWO_COLUMNS_FROM) {
        layout->panes[focus] = body;
        return;
    }
    if (cols < THREE_COLUMNS_FROM && focus == PANE_GUESTS) {
        layout->panes[PANE_GUESTS] = cut_left(&body, cols * 2 / 5);
        layout->panes[PANE_TREE] = body;
        return;
    }
    if (cols >= THREE_COLUMNS_FROM) {
        layout->panes[PANE_GUESTS] = cut_left(&body, CLAMP(cols * 22 / 100, 26, 40));
    }
    layout->panes[PANE_TREE] = cut_left(&body, MIN(body.cols * 45 / 100, 70));
    place_right(layout, body, focus);
}

Layout layout_make(int rows, int cols, Pane focus, int jobs)
{
    Layout layout = {.too_small = rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS};
    Rect rest = {0, 0, rows, cols};

    if (layout.too_small) {
        return layout;
    }
    layout.title = cut_top(&rest, 1);
    layout.keys = cut_bottom(&rest, 1);
    layout.notice = cut_bottom(&rest, 1);
    layout.jobs = cut_bottom(&rest, CLAMP(jobs, 0, rows < TALL_FROM ? 1 : 3));
    place_panes(&layout, rest, focus);
    return layout;
}

Rect layout_dialog(int rows, int cols, int want_rows, int want_cols)
{
    Rect box = {.rows = CLAMP(want_rows, 0, MAX(rows - 2, 0)), .cols = CLAMP(want_cols, 0, MAX(cols - 2, 0))};

    box.row = MAX((rows - box.rows) / 2, 0);
    box.col = MAX((cols - box.cols) / 2, 0);
    return box;
}

Rect rect_inside(Rect rect)
{
    return (Rect){rect.row + 1, rect.col + 1, MAX(rect.rows - 2, 0), MAX(rect.cols - 2, 0)};
}

bool rect_empty(Rect rect)
{
    return rect.rows <= 0 || rect.cols <= 0;
}
