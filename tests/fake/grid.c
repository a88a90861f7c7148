// SPDX-License-Identifier: GPL-2.0-or-later
// The canvas of tests, over the same cells as the real one.
#include "tests/fake/grid.h"

#include "tui/canvas.h"
#include "tui/cells.h"

static struct {
    int rows, cols, frames;
    Cells cells;
} grid = {.rows = 24, .cols = 80};

// Fixed letters, so that a golden file changes only where its screen did.
static const char letters[ROLE_N] = {
    [ROLE_TEXT] = '.',         [ROLE_DIM] = 'd',           [ROLE_TITLE] = 'T',        [ROLE_BORDER] = 'b',
    [ROLE_BORDER_FOCUS] = 'B', [ROLE_HEADING] = 'H',       [ROLE_SELECTED] = 'S',     [ROLE_SELECTED_AWAY] = 's',
    [ROLE_GUIDE] = 'g',        [ROLE_NOW] = 'N',           [ROLE_RUNNING] = 'r',      [ROLE_OFF] = 'o',
    [ROLE_PAUSED] = 'p',       [ROLE_EXTERNAL] = 'e',      [ROLE_INTERNAL] = 'i',     [ROLE_PROBLEM] = 'P',
    [ROLE_UNKNOWN] = 'u',      [ROLE_WARNING] = 'W',       [ROLE_DANGER] = 'X',       [ROLE_JOB] = 'j',
    [ROLE_BAR] = '=',          [ROLE_GOOD] = 'G',          [ROLE_KEY] = 'K',          [ROLE_KEY_LABEL] = 'k',
    [ROLE_NOTICE] = 'n',       [ROLE_NOTICE_ERROR] = '!',  [ROLE_DIALOG] = 'D',       [ROLE_DIALOG_BORDER] = 'O',
    [ROLE_BUTTON] = 'c',       [ROLE_BUTTON_FOCUS] = 'C',  [ROLE_FIELD] = 'F',        [ROLE_STALE] = 'z',
};

Cells *canvas_cells(void)
{
    return &grid.cells;
}

void canvas_size(int *rows, int *cols)
{
    *rows = grid.rows;
    *cols = grid.cols;
}

void canvas_end(void)
{
    grid.frames++;
}

void grid_set_size(int rows, int cols)
{
    grid.rows = rows;
    grid.cols = cols;
}

void grid_set_ascii(bool ascii)
{
    grid.cells.ascii = ascii;
}

int grid_frames(void)
{
    return grid.frames;
}

void grid_free(void)
{
    cells_clear(&grid.cells);
}

bool grid_cursor(int *row, int *col)
{
    *row = grid.cells.cursor_row;
    *col = grid.cells.cursor_col;
    return grid.cells.cursor_visible;
}

// Ends a line without the filling that stands at its end.
static void end_line(GString *text, gsize start, char filling)
{
    gsize length = text->len;

    while (length > start && text->str[length - 1] == filling) {
        length--;
    }
    g_string_truncate(text, length);
    g_string_append_c(text, '\n');
}

char *grid_text(void)
{
    GString *text = g_string_new(NULL);

    for (int row = 0; row < grid.cells.rows; row++) {
        gsize start = text->len;

        for (int col = 0; col < grid.cells.cols; col++) {
            const TextCell *cell = &cells_at(&grid.cells, row, col)->text;

            for (int i = 0; i < cell->count; i++) {
                g_string_append_unichar(text, cell->chars[i]);
            }
        }
        end_line(text, start, ' ');
    }
    return g_string_free(text, FALSE);
}

char *grid_roles(void)
{
    GString *text = g_string_new(NULL);
    bool used[ROLE_N] = {false};

    for (int row = 0; row < grid.cells.rows; row++) {
        gsize start = text->len;

        for (int col = 0; col < grid.cells.cols; col++) {
            Role role = cells_at(&grid.cells, row, col)->role;

            g_string_append_c(text, letters[role]);
            used[role] = true;
        }
        end_line(text, start, '.');
    }
    for (Role role = 0; role < ROLE_N; role++) {
        g_assert(letters[role] != '\0'); // a new role needs a letter
        if (used[role]) {
            g_string_append_printf(text, "%c %s\n", letters[role], role_name(role));
        }
    }
    return g_string_free(text, FALSE);
}
