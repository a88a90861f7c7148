// SPDX-License-Identifier: GPL-2.0-or-later
// Drawing, as canvas.h offers it, into the cells of the frame. Knows no curses; front end's thread only.
#include "tui/canvas.h"

#include "tui/cells.h"

#include <glib.h>
#include <stdarg.h>

// Box corners are not for views, so they are no Glyphs.
enum {
    TOP_LEFT = GLYPH_N,
    TOP_RIGHT,
    BOTTOM_LEFT,
    BOTTOM_RIGHT,
};

static const struct {
    gunichar drawn, ascii;
} glyphs[] = {
    [GLYPH_HLINE] = {0x2500, '-'},    [GLYPH_VLINE] = {0x2502, '|'}, [GLYPH_TEE] = {0x251C, '|'},
    [GLYPH_CORNER] = {0x2514, '`'},   [GLYPH_ELLIPSIS] = {0x2026, '~'}, [GLYPH_FULL] = {0x2588, '#'},
    [GLYPH_EMPTY] = {0x2591, '.'},    [GLYPH_ARROW] = {0x2192, '>'}, [TOP_LEFT] = {0x250C, '+'},
    [TOP_RIGHT] = {0x2510, '+'},      [BOTTOM_LEFT] = {0x2514, '+'}, [BOTTOM_RIGHT] = {0x2518, '+'},
};

static void put(Rect area, int row, int col, Role role, const TextCell *text)
{
    if (row >= 0 && row < area.rows && col >= 0 && col + text->width <= area.cols) {
        cells_put(canvas_cells(), area.row + row, area.col + col, role, text);
    }
}

static void put_char(Rect area, int row, int col, Role role, gunichar c)
{
    put(area, row, col, role, &(TextCell){.chars = {c}, .count = 1, .width = 1});
}

static void put_glyph(Rect area, int row, int col, Role role, unsigned glyph)
{
    put_char(area, row, col, role, canvas_cells()->ascii ? glyphs[glyph].ascii : glyphs[glyph].drawn);
}

// Draws a character of foreign text as the terminal can show it: in ASCII one '?' per column.
static void put_text_cell(Rect area, int row, int col, Role role, const TextCell *text)
{
    if (!canvas_cells()->ascii || (text->count == 1 && text->chars[0] < 0x80)) {
        put(area, row, col, role, text);
        return;
    }
    for (int i = 0; i < text->width; i++) {
        put_char(area, row, col + i, role, text->chars[0] < 0x80 ? text->chars[0] : '?');
    }
}

// Draws text in `width` columns, however far they reach outside the area. Returns the columns used.
static int put_text(Rect area, int row, int col, int width, Role role, const char *text)
{
    const char *next = text;
    bool cut;
    int used;
    TextCell cell;

    if (row < 0 || row >= area.rows || width <= 0) {
        return 0;
    }
    cut = text[text_fit(text, width, &used)] != '\0';
    if (cut) {
        text_fit(text, width - 1, &used);
    }
    for (int done = 0; done < used && (next = text_next(next, &cell)) != NULL; done += cell.width) {
        put_text_cell(area, row, col + done, role, &cell);
    }
    if (cut) {
        put_glyph(area, row, col + used, role, GLYPH_ELLIPSIS);
    }
    return used + cut;
}

void canvas_begin(void)
{
    int rows, cols;

    canvas_size(&rows, &cols);
    cells_reset(canvas_cells(), rows, cols);
}

int canvas_text(Rect area, int row, int col, Role role, const char *text)
{
    return put_text(area, row, col, area.cols - col, role, text);
}

int canvas_printf(Rect area, int row, int col, Role role, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    return canvas_text(area, row, col, role, text);
}

void canvas_field(Rect area, int row, int col, int width, Role role, const char *text)
{
    int used;

    width = MIN(width, area.cols - col);
    used = put_text(area, row, col, width, role, text);
    for (; used < width; used++) {
        put_char(area, row, col + used, role, ' ');
    }
}

void canvas_glyph(Rect area, int row, int col, Role role, Glyph glyph)
{
    put_glyph(area, row, col, role, glyph);
}

void canvas_hline(Rect area, int row, Role role)
{
    for (int col = 0; col < area.cols; col++) {
        put_glyph(area, row, col, role, GLYPH_HLINE);
    }
}

void canvas_fill(Rect area, Role role)
{
    for (int row = 0; row < area.rows; row++) {
        for (int col = 0; col < area.cols; col++) {
            put_char(area, row, col, role, ' ');
        }
    }
}

void canvas_box(Rect area, Role role, Role title_role, const char *title)
{
    int bottom = area.rows - 1, right = area.cols - 1;

    if (bottom < 1 || right < 1) {
        return;
    }
    canvas_hline(area, 0, role);
    canvas_hline(area, bottom, role);
    for (int row = 1; row < bottom; row++) {
        put_glyph(area, row, 0, role, GLYPH_VLINE);
        put_glyph(area, row, right, role, GLYPH_VLINE);
    }
    put_glyph(area, 0, 0, role, TOP_LEFT);
    put_glyph(area, 0, right, role, TOP_RIGHT);
    put_glyph(area, bottom, 0, role, BOTTOM_LEFT);
    put_glyph(area, bottom, right, role, BOTTOM_RIGHT);
    if (title != NULL && *title != '\0' && right > 5) {
        int used = put_text(area, 0, 3, right - 5, title_role, title);

        put_char(area, 0, 2, title_role, ' ');
        put_char(area, 0, 3 + used, title_role, ' ');
    }
}

void canvas_highlight(Rect area, Role role)
{
    for (int row = 0; row < area.rows; row++) {
        for (int col = 0; col < area.cols; col++) {
            cells_set_role(canvas_cells(), area.row + row, area.col + col, role);
        }
    }
}

void canvas_bar(Rect area, int row, int col, int width, double fraction)
{
    bool known = fraction > 0; // false for NaN too
    int full = !known ? 0 : fraction >= 1 ? width : (int)(fraction * width); // full only when it is done

    for (int i = 0; i < width; i++) {
        put_glyph(area, row, col + i, i < full ? ROLE_BAR : ROLE_DIM, i < full ? GLYPH_FULL : GLYPH_EMPTY);
    }
}

void canvas_cursor(Rect area, int row, int col, bool visible)
{
    Cells *cells = canvas_cells();

    if (rect_empty(area) || cells->rows == 0 || cells->cols == 0) {
        return;
    }
    cells->cursor_row = CLAMP(area.row + CLAMP(row, 0, area.rows - 1), 0, cells->rows - 1);
    cells->cursor_col = CLAMP(area.col + CLAMP(col, 0, area.cols - 1), 0, cells->cols - 1);
    cells->cursor_visible = visible;
}
