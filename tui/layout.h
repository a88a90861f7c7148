// SPDX-License-Identifier: GPL-2.0-or-later
// Where things go on the screen. Pure arithmetic: a size and a focus in, rectangles out.
//
// The rectangles of a layout cover the screen without a gap and do not overlap. Each pane's rectangle
// includes its frame.
#pragma once

#include <stdbool.h>

typedef struct Rect {
    int row, col;
    int rows, cols; // 0 rows or columns: not shown
} Rect;

typedef enum Pane {
    PANE_GUESTS,
    PANE_TREE,
    PANE_DETAILS,
    PANE_DISKS,
    PANE_N,
} Pane;

#define LAYOUT_MIN_ROWS 10
#define LAYOUT_MIN_COLS 40
#define LAYOUT_WIDE_COLS 120 // from here on dialogs may use the room

typedef struct Layout {
    bool too_small; // below LAYOUT_MIN_*: only one sentence fits, all rectangles are empty
    Rect title;     // first row
    Rect panes[PANE_N];
    Rect jobs;   // running jobs, 0 to 3 rows; at most 1 below 16 rows
    Rect notice; // the last message, one row
    Rect keys;   // last row: keys for the context
} Layout;

// Under 60 columns one pane at a time (the focused one); under 120 two columns: guests | tree, or,
// once the focus is in the tree or right of it, tree | details over disks; from 120 all three. Where
// details and disks would have less than 5 rows each, one of them takes both places: disks if
// they have the focus, else details.
Layout layout_make(int rows, int cols, Pane focus, int jobs);

// A centred box of at most the given size that leaves a margin of one cell around it.
Rect layout_dialog(int rows, int cols, int want_rows, int want_cols);

// The part of `rect` inside a border of one cell.
Rect rect_inside(Rect rect);
bool rect_empty(Rect rect);
