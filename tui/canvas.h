// SPDX-License-Identifier: GPL-2.0-or-later
// The canvas: everything that is drawn goes through here, by role, clipped to a rectangle.
//
// draw.c draws into a grid of cells (cells.h); what becomes of it is chosen by the linker: canvas.c sends
// it with curses, tests/fake/grid.c keeps it as text for golden tests. A frame is drawn whole each time;
// curses sends only what differs. Nothing is drawn outside the rectangle given.
#pragma once

#include "tui/layout.h"
#include "tui/theme.h"

typedef enum Glyph {
    GLYPH_HLINE,
    GLYPH_VLINE,
    GLYPH_TEE,      // |- : a child with siblings below
    GLYPH_CORNER,   // `- : the last child
    GLYPH_ELLIPSIS, // where text was cut
    GLYPH_FULL,     // progress bar, done
    GLYPH_EMPTY,    // progress bar, to do
    GLYPH_ARROW,    // from an overlay to what it stands on
    GLYPH_N,
} Glyph;

void canvas_size(int *rows, int *cols);
void canvas_begin(void); // a new frame, all cells empty in ROLE_TEXT
void canvas_end(void);   // send it: the only output of a frame

// Draws `text` at row, col relative to `area`, cut at its right edge with an ellipsis. Foreign text is
// safe: control and formatting characters are shown as a replacement, never sent; without UTF-8 so is
// all that is not ASCII. With a negative col the text is scrolled: what lies left of the area is not
// drawn. Returns the column behind the text, less `col`.
int canvas_text(Rect area, int row, int col, Role role, const char *text);

// The same with a format.
int canvas_printf(Rect area, int row, int col, Role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

// Draws text within `width` columns, filled up with blanks.
void canvas_field(Rect area, int row, int col, int width, Role role, const char *text);

void canvas_glyph(Rect area, int row, int col, Role role, Glyph glyph);
void canvas_hline(Rect area, int row, Role role);

// Fills a rectangle with blanks of that role.
void canvas_fill(Rect area, Role role);

// A frame along the edge of `area`, with a title in its top line (NULL: none).
void canvas_box(Rect area, Role role, Role title_role, const char *title);

// Gives every cell of the rectangle this role, keeping the characters: the selected row.
void canvas_highlight(Rect area, Role role);

// A progress bar of `width` columns; `fraction` from 0 to 1.
void canvas_bar(Rect area, int row, int col, int width, double fraction);

// Where the terminal's cursor rests when the frame is sent: the focused row or field, so that
// screen readers follow. Not called in a frame: it rests in the last row. `visible` for fields.
void canvas_cursor(Rect area, int row, int col, bool visible);
