// SPDX-License-Identifier: GPL-2.0-or-later
// A line of text that is being typed.
#include "tui/entry.h"

#include <string.h>

#include "tui/text.h"

enum {
    CTRL_A = 1,
    CTRL_B = 2,
    CTRL_D = 4,
    CTRL_E = 5,
    CTRL_F = 6,
    CTRL_K = 11,
    CTRL_U = 21,
    CTRL_W = 23,
};

void entry_init(Entry *entry, const char *text, gsize limit)
{
    *entry = (Entry){.text = g_string_new(NULL), .limit = limit};
    entry_set(entry, text);
}

void entry_clear(Entry *entry)
{
    if (entry->text != NULL) {
        g_string_free(entry->text, TRUE);
    }
    *entry = (Entry){0};
}

void entry_set(Entry *entry, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    gsize length = strlen(valid);

    if (length > entry->limit) { // back to the start of the character that does not fit
        length = (gsize)(g_utf8_find_prev_char(valid, valid + entry->limit + 1) - valid);
    }
    g_string_truncate(entry->text, 0);
    g_string_append_len(entry->text, valid, (gssize)length);
    entry->cursor = length;
}

// The character, with its marks, that starts at or before `at`: its start.
static gsize step_left(const Entry *entry, gsize at)
{
    const char *text = entry->text->str;
    gsize start = 0;
    TextCell cell;

    for (const char *next = text; next != NULL && next < text + at; next = text_next(next, &cell)) {
        start = (gsize)(next - text);
    }
    return start;
}

static gsize step_right(const Entry *entry, gsize at)
{
    TextCell cell;
    const char *next = text_next(entry->text->str + at, &cell);

    return next != NULL ? (gsize)(next - entry->text->str) : at;
}

static gsize word_left(const Entry *entry, gsize at)
{
    const char *text = entry->text->str;

    while (at > 0 && text[at - 1] == ' ') {
        at--;
    }
    while (at > 0 && text[at - 1] != ' ') {
        at--;
    }
    return at;
}

// Removes what lies from `from` to `to`; the cursor is at one of them.
static void cut(Entry *entry, gsize from, gsize to)
{
    g_string_erase(entry->text, (gssize)from, (gssize)(to - from));
    entry->cursor = from;
}

static bool insert(Entry *entry, Key key)
{
    char utf8[6];
    gsize length;

    if (key < ' ' || key >= KEY_FIRST || !text_drawable(key)) {
        return false;
    }
    length = (gsize)g_unichar_to_utf8(key, utf8);
    if (entry->text->len + length <= entry->limit) {
        g_string_insert_len(entry->text, (gssize)entry->cursor, utf8, (gssize)length);
        entry->cursor += length;
    }
    return true;
}

bool entry_key(Entry *entry, Key key)
{
    gsize at = entry->cursor;
    gsize end = entry->text->len;

    switch (key) {
    case KEY_LEFT_ARROW:
    case CTRL_B:
        entry->cursor = step_left(entry, at);
        return true;
    case KEY_RIGHT_ARROW:
    case CTRL_F:
        entry->cursor = step_right(entry, at);
        return true;
    case KEY_HOME_KEY:
    case CTRL_A:
        entry->cursor = 0;
        return true;
    case KEY_END_KEY:
    case CTRL_E:
        entry->cursor = end;
        return true;
    case KEY_ERASE:
        cut(entry, step_left(entry, at), at);
        return true;
    case KEY_DELETE:
    case CTRL_D:
        cut(entry, at, step_right(entry, at));
        return true;
    case CTRL_W:
        cut(entry, word_left(entry, at), at);
        return true;
    case CTRL_U:
        cut(entry, 0, at);
        return true;
    case CTRL_K:
        cut(entry, at, end);
        return true;
    default:
        return insert(entry, key);
    }
}

gsize entry_window(const Entry *entry, int columns, int *cursor_column)
{
    const char *text = entry->text->str;
    const char *from = text, *cursor = text + entry->cursor;
    int before = 0; // columns from `from` to the cursor
    TextCell cell;

    for (const char *at = text; at < cursor; at = text_next(at, &cell), before += cell.width) {
    }
    for (; from < cursor && before >= MAX(columns, 1); before -= cell.width) { // the cursor needs a column
        from = text_next(from, &cell);
    }
    *cursor_column = before;
    return (gsize)(from - text);
}
