// SPDX-License-Identifier: GPL-2.0-or-later
// The canvas of tests: what was drawn, as text.
//
// In place of tui/canvas.c. What was drawn since canvas_begin() can be read at any time; golden files hold
// both pictures. Lines are without blanks at their end.
#pragma once

#include <stdbool.h>

void grid_set_size(int rows, int cols);
void grid_set_ascii(bool ascii); // as on a terminal without UTF-8; false at the start

// The screen as text, a line per row. A wide character stands in the place of two. Caller frees.
char *grid_text(void);

// The screen by roles: a letter per cell, '.' for ROLE_TEXT (left out at the end of a line), then a line
// "letter role" for each role in use. Caller frees.
char *grid_roles(void);

// Where the cursor rests; false: it is invisible.
bool grid_cursor(int *row, int *col);

// Frames that were ended with canvas_end() so far.
int grid_frames(void);

// Gives back what the grid holds, for leak checkers.
void grid_free(void);
