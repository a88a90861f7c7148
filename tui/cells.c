// SPDX-License-Identifier: GPL-2.0-or-later
// The frame that is being drawn, as a grid of cells.
#include "tui/cells.h"

static const TextCell blank = {.chars = {' '}, .count = 1, .width = 1};

static Cell *at(const Cells *cells, int row, int col)
{
    return &cells->cells[(gsize)row * (gsize)cells->cols + (gsize)col];
}

static bool inside(const Cells *cells, int row, int col)
{
    return row >= 0 && row < cells->rows && col >= 0 && col < cells->cols;
}

void cells_reset(Cells *cells, int rows, int cols)
{
    rows = MAX(rows, 0);
    cols = MAX(cols, 0);
    if (rows != cells->rows || cols != cells->cols) {
        cells->cells = g_renew(Cell, cells->cells, (gsize)rows * (gsize)cols);
        cells->rows = rows;
        cells->cols = cols;
    }
    for (gsize i = 0; i < (gsize)rows * (gsize)cols; i++) {
        cells->cells[i] = (Cell){.text = blank, .role = ROLE_TEXT};
    }
    cells->cursor_row = MAX(rows - 1, 0);
    cells->cursor_col = 0;
    cells->cursor_visible = false;
}

void cells_clear(Cells *cells)
{
    g_clear_pointer(&cells->cells, g_free);
    cells->rows = cells->cols = 0;
}

const Cell *cells_at(const Cells *cells, int row, int col)
{
    return at(cells, row, col);
}

// Before a cell gets another character: if it is one half of a wide one, the other half becomes blank.
static void part(Cells *cells, int row, int col)
{
    Cell *cell = at(cells, row, col);

    if (cell->text.width == 0 && col > 0) {
        at(cells, row, col - 1)->text = blank;
    }
    if (cell->text.width == 2 && col + 1 < cells->cols) {
        at(cells, row, col + 1)->text = blank;
    }
}

void cells_put(Cells *cells, int row, int col, Role role, const TextCell *text)
{
    if (!inside(cells, row, col) || !inside(cells, row, col + text->width - 1)) {
        return;
    }
    part(cells, row, col);
    part(cells, row, col + text->width - 1);
    *at(cells, row, col) = (Cell){.text = *text, .role = role};
    if (text->width == 2) {
        *at(cells, row, col + 1) = (Cell){.text = {.count = 0, .width = 0}, .role = role};
    }
}

void cells_set_role(Cells *cells, int row, int col, Role role)
{
    if (inside(cells, row, col)) {
        at(cells, row, col)->role = role;
    }
}
