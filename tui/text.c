// SPDX-License-Identifier: GPL-2.0-or-later
// Text on a terminal: what a cell may hold, and measuring, cleaning and wrapping by cells.
#include "tui/text.h"

#include <string.h>

typedef struct Range {
    gunichar first, last;
} Range;

// What is not drawn though its general category alone would allow it, ascending.
static const Range refused[] = {
    {0x034F, 0x034F},   // grapheme joiner, invisible
    {0x115F, 0x1160},   // Hangul fillers, invisible
    {0x17B4, 0x17B5},   // Khmer inherent vowels, invisible
    {0x180B, 0x180F},   // Mongolian variation selectors
    {0x3164, 0x3164},   // Hangul filler
    {0x3248, 0x324F},   // circled numbers: one column for GLib, two for the C library
    {0x4DC0, 0x4DFF},   // hexagrams: the same
    {0xFE00, 0xFE0F},   // variation selectors
    {0xFFA0, 0xFFA0},   // halfwidth Hangul filler
    {0x1F1E6, 0x1F1FF}, // regional indicators: two make a flag in some terminals
    {0x1F3FB, 0x1F3FF}, // skin tones: merge with what is before in some terminals
    {0xE0000, 0xE0FFF}, // tags, more variation selectors
};

static bool is_refused(gunichar c)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused) && refused[i].first <= c; i++) {
        if (c <= refused[i].last) {
            return true;
        }
    }
    return false;
}

bool text_drawable(gunichar c)
{
    if (c < 0x7F) {
        return c >= 0x20;
    }
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_ENCLOSING_MARK: // "keycaps": some terminals widen them
        return false;
    default:
        return !is_refused(c);
    }
}

int text_char_width(gunichar c)
{
    if (c < 0x7F || !text_drawable(c)) {
        return 1;
    }
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static bool is_variation_selector(gunichar c)
{
    return c == 0xFE0E || c == 0xFE0F;
}

// Vowels and final consonants of decomposed Hangul: they combine with a leading consonant only.
static bool is_jamo_tail(gunichar c)
{
    return (c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FF);
}

static bool can_stand_on(gunichar mark, gunichar base)
{
    if (is_jamo_tail(mark)) {
        return base >= 0x1100 && base < 0x115F;
    }
    return !g_unichar_isspace(base) && base != TEXT_REPLACEMENT;
}

// The character at `text`, which is not at its end; *next gets where the one after it starts.
static gunichar read_char(const char *text, const char **next)
{
    guchar byte = (guchar)*text;

    *next = text + 1;
    if (byte < 0x80) {
        return byte == '\n' || byte == '\t' ? ' ' : byte;
    }
    gunichar c = g_utf8_get_char_validated(text, -1);
    if (c >= 0x110000) { // invalid or cut off: one replacement per byte
        return TEXT_REPLACEMENT;
    }
    *next = g_utf8_next_char(text);
    return c;
}

const char *text_next(const char *text, TextCell *cell)
{
    const char *next;
    gunichar base;

    if (*text == '\0') {
        return NULL;
    }
    base = read_char(text, &next);
    if (!text_drawable(base) || text_char_width(base) == 0) {
        base = TEXT_REPLACEMENT;
    }
    *cell = (TextCell){.chars = {base}, .count = 1, .width = text_char_width(base)};

    for (int marks = 0; marks < TEXT_MARKS && (guchar)*next >= 0x80; marks++) {
        const char *after;
        gunichar c = read_char(next, &after);
        bool dropped = is_variation_selector(c);

        if ((!dropped && text_char_width(c) != 0) || !can_stand_on(c, base)) {
            break;
        }
        if (!dropped) {
            cell->chars[cell->count++] = c;
        }
        next = after;
    }
    return next;
}

int text_width(const char *text)
{
    TextCell cell;
    int width = 0;

    while ((text = text_next(text, &cell)) != NULL && width < G_MAXINT - 2) {
        width += cell.width;
    }
    return width;
}

char *text_clean(const char *text, bool ascii)
{
    GString *clean = g_string_new(NULL);
    TextCell cell;

    while ((text = text_next(text, &cell)) != NULL) {
        if (ascii && cell.chars[0] >= 0x80) {
            g_string_append(clean, cell.width == 2 ? "??" : "?");
            continue;
        }
        for (int i = 0; i < (ascii ? 1 : cell.count); i++) {
            g_string_append_unichar(clean, cell.chars[i]);
        }
    }
    return g_string_free(clean, FALSE);
}

gsize text_fit(const char *text, int columns, int *used)
{
    const char *at = text, *next;
    TextCell cell;
    int width = 0;

    while (width < columns && (next = text_next(at, &cell)) != NULL && width + cell.width <= columns) {
        width += cell.width;
        at = next;
    }
    if (used != NULL) {
        *used = width;
    }
    return (gsize)(at - text);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// Where to break a line of which `fits` bytes fit: behind its last word, or there if it is one word.
static gsize break_at(const char *line, gsize fits)
{
    gsize at = fits;

    while (at > 0 && !is_blank(line[at])) {
        at--;
    }
    while (at > 0 && is_blank(line[at - 1])) {
        at--;
    }
    return at > 0 ? at : fits;
}

static void wrap_paragraph(GPtrArray *lines, const char *text, int columns)
{
    for (;;) {
        gsize fits = text_fit(text, columns, NULL);
        gsize end = text[fits] == '\0' ? fits : break_at(text, fits);
        TextCell cell;

        if (end == 0 && *text != '\0') { // one character wider than the line
            text = text_next(text, &cell);
            g_ptr_array_add(lines, g_strdup("\xEF\xBF\xBD"));
        } else {
            g_autofree char *line = g_strndup(text, end);
            g_ptr_array_add(lines, text_clean(line, false));
            text += end;
        }
        if (*text == '\0') {
            return;
        }
        while (is_blank(*text)) {
            text++;
        }
        if (*text == '\0') { // only blanks were left
            return;
        }
    }
}

GPtrArray *text_wrap(const char *text, int columns)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (;;) {
        const char *end = strchrnul(text, '\n');
        gsize length = (gsize)(end - text);
        bool crlf = *end != '\0' && length > 0 && end[-1] == '\r';
        g_autofree char *paragraph = g_strndup(text, length - crlf);

        wrap_paragraph(lines, paragraph, MAX(columns, 1));
        if (*end == '\0' || end[1] == '\0') { // a newline at the very end starts no line
            return lines;
        }
        text = end + 1;
    }
}
