// SPDX-License-Identifier: GPL-2.0-or-later
// The frame on a real terminal: sends the cells with curses, in the colours of the theme.
//
// Beside term.c the only file that knows curses. Front end's thread only. Whole rows of stdscr are
// rewritten at each frame, then refreshed once; curses compares and sends what differs.
#include "tui/canvas.h"

#include "tui/canvas_term.h"
#include "tui/cells.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

typedef struct Look {
    bool made;
    attr_t attributes;
    short pair; // 0: the terminal's own colours
} Look;

static struct {
    bool open;
    Cells cells;
    cchar_t *line; // one row as curses takes it
    const Theme *theme;
    int colours;
    Look looks[ROLE_N]; // made when a role is first seen
    short pairs;        // colour pairs defined so far
    const char *sync;   // terminfo's Sync, curses' own; NULL: this terminal has none
} screen;

static int count_colours(void)
{
    const char *no_color = getenv("NO_COLOR");

    if ((no_color != NULL && *no_color != '\0') || !has_colors() || start_color() == ERR) {
        return 0;
    }
    use_default_colors();
    return COLORS;
}

static const char *find_sync(void)
{
    char name[] = "Sync"; // the type of tigetstr() knows no const
    const char *value = tigetstr(name);

    return value != (const char *)-1 ? value : NULL;
}

void canvas_open(const Theme *theme, bool ascii)
{
    screen.open = true;
    screen.sync = find_sync();
    screen.theme = theme;
    screen.colours = count_colours();
    screen.cells.ascii = ascii;
}

void canvas_theme(const Theme *theme)
{
    screen.theme = theme;
    screen.pairs = 0;
    memset(screen.looks, 0, sizeof screen.looks);
}

void canvas_close(void)
{
    cells_clear(&screen.cells);
    g_free(screen.line);
    memset(&screen, 0, sizeof screen);
}

Cells *canvas_cells(void)
{
    return &screen.cells;
}

void canvas_size(int *rows, int *cols)
{
    *rows = screen.open ? getmaxy(stdscr) : 0;
    *cols = screen.open ? getmaxx(stdscr) : 0;
}

// A terminal of true colour takes the basic eight by number and all others as red, green and blue.
static int colour_number(int colour)
{
    return screen.colours > 256 && colour >= 8 ? (int)theme_rgb(colour) : colour;
}

// The pair of these colours: of an earlier role if it has the same, else a new one.
static short make_pair(Role role, const Style *style)
{
    if (style->foreground == COLOUR_DEFAULT && style->background == COLOUR_DEFAULT) {
        return 0;
    }
    for (Role other = 0; other < ROLE_N; other++) {
        Style its = theme_style(screen.theme, other, screen.colours);

        if (other != role && screen.looks[other].made && its.foreground == style->foreground &&
            its.background == style->background) {
            return screen.looks[other].pair;
        }
    }
    if (screen.pairs + 1 >= COLOR_PAIRS || init_extended_pair(screen.pairs + 1, colour_number(style->foreground),
                                                              colour_number(style->background)) == ERR) {
        return 0;
    }
    return ++screen.pairs;
}

static attr_t curses_attributes(unsigned attributes)
{
    return ((attributes & ATTRIBUTE_BOLD) != 0 ? WA_BOLD : 0) | ((attributes & ATTRIBUTE_DIM) != 0 ? WA_DIM : 0) |
           ((attributes & ATTRIBUTE_REVERSE) != 0 ? WA_REVERSE : 0) |
           ((attributes & ATTRIBUTE_UNDERLINE) != 0 ? WA_UNDERLINE : 0) |
           ((attributes & ATTRIBUTE_ITALIC) != 0 ? WA_ITALIC : 0);
}

static const Look *look_of(Role role)
{
    Look *look = &screen.looks[role];

    if (!look->made) {
        Style style = theme_style(screen.theme, role, screen.colours);

        look->attributes = curses_attributes(style.attributes);
        look->pair = screen.colours > 0 ? make_pair(role, &style) : 0;
        look->made = true;
    }
    return look;
}

// One character as curses takes it. Curses measures with wcwidth(): where that contradicts GLib, because the C
// library knows another Unicode, the replacement is drawn. Returns the number of entries: a replaced wide
// character is followed by a blank, so that columns stay right.
static int convert(const Cell *cell, cchar_t *out)
{
    const Look *look = look_of(cell->role);
    wchar_t chars[1 + TEXT_MARKS + 1] = {0};
    bool agreed = wcwidth((wchar_t)cell->text.chars[0]) == cell->text.width;
    int count = 0;

    chars[count++] = agreed ? (wchar_t)cell->text.chars[0] : screen.cells.ascii ? L'?' : TEXT_REPLACEMENT;
    for (int i = 1; agreed && i < cell->text.count; i++) {
        if (wcwidth((wchar_t)cell->text.chars[i]) == 0) {
            chars[count++] = (wchar_t)cell->text.chars[i];
        }
    }
    setcchar(out, chars, look->attributes, look->pair, NULL);
    if (!agreed && cell->text.width == 2) {
        setcchar(out + 1, L" ", look->attributes, look->pair, NULL);
        return 2;
    }
    return 1;
}

static void send_row(int row)
{
    int count = 0;

    for (int col = 0; col < screen.cells.cols; col++) {
        const Cell *cell = cells_at(&screen.cells, row, col);

        if (cell->text.width > 0) { // else it went with the one before
            count += convert(cell, screen.line + count);
        }
    }
    mvadd_wchnstr(row, 0, screen.line, count);
}

// Between the phases 1 and 2 the terminal shows nothing new, so that nobody sees half a frame on a slow line.
static void send_sync(int phase)
{
    const char *sequence = screen.sync != NULL ? tiparm(screen.sync, phase) : NULL;

    if (sequence != NULL) { // before and behind what curses sends, which has a buffer of its own
        putp(sequence);
        fflush(stdout);
    }
}

static void show_changes(void)
{
    bool changes = is_wintouched(stdscr);

    if (changes) {
        send_sync(1);
    }
    refresh();
    if (changes) {
        send_sync(2);
    }
}

void canvas_end(void)
{
    if (!screen.open) {
        return;
    }
    screen.line = g_renew(cchar_t, screen.line, (gsize)screen.cells.cols + 1);
    for (int row = 0; row < screen.cells.rows; row++) {
        send_row(row);
    }
    curs_set(screen.cells.cursor_visible);
    move(screen.cells.cursor_row, screen.cells.cursor_col);
    show_changes();
}
