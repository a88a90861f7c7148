// SPDX-License-Identifier: GPL-2.0-or-later
// The frame that is being drawn: a grid of cells, each with its characters and its role.
//
// draw.c draws into it; canvas.c sends it with curses, tests/fake/grid.c shows it as text. So what tests
// see went through the same code as what operators see. A character of two columns takes two cells.
#pragma once

#include "tui/text.h"
#include "tui/theme.h"

typedef struct Cell {
    TextCell text; // width 0: the right half of the character before
    Role role;
} Cell;

typedef struct Cells {
    int rows, cols;
    Cell *cells;
    bool ascii; // no other characters may be drawn
    int cursor_row, cursor_col;
    bool cursor_visible;
} Cells;

// The frame of this program: owned by whoever implements canvas_end().
Cells *canvas_cells(void);

// Gives it this size; all cells empty, in ROLE_TEXT, the cursor in the last row, invisible.
void cells_reset(Cells *cells, int rows, int cols);
void cells_clear(Cells *cells); // frees what reset allocated

const Cell *cells_at(const Cells *cells, int row, int col);

// Puts a character; outside the frame nothing happens. Half a wide character does not stay behind.
void cells_put(Cells *cells, int row, int col, Role role, const TextCell *text);
void cells_set_role(Cells *cells, int row, int col, Role role);
