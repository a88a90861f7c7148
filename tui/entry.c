// SPDX-License-Identifier: GPL-2.0-or-later
// A line of text that is being typed.
#include "tui/entry.h"

#include "tui/text.h"

#include <string.h>

#define PAST_MAX 50 // of one subject

static void past_free(gpointer past)
{
    g_ptr_array_unref(past);
}

void entry_memory_clear(EntryMemory *memory)
{
    g_clear_pointer(&memory->cut, g_free);
    g_clear_pointer(&memory->past, g_hash_table_unref);
}

void entry_use(Entry *entry, EntryMemory *memory, const char *subject)
{
    if (memory->past == NULL) {
        memory->past = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, past_free);
    }
    entry->memory = memory;
    entry->past = g_hash_table_lookup(memory->past, subject);
    if (entry->past == NULL) {
        entry->past = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(memory->past, g_strdup(subject), entry->past);
    }
    entry->at = entry->past->len;
}

void entry_keep(Entry *entry)
{
    guint found;

    if (entry->past == NULL || entry->text->len == 0) {
        return;
    }
    if (g_ptr_array_find_with_equal_func(entry->past, entry->text->str, g_str_equal, &found)) {
        g_ptr_array_remove_index(entry->past, found);
    }
    if (entry->past->len == PAST_MAX) {
        g_ptr_array_remove_index(entry->past, 0);
    }
    g_ptr_array_add(entry->past, g_strdup(entry->text->str));
    entry->at = entry->past->len;
}

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
    g_free(entry->draft);
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

// A word is letters, digits and their marks.
static bool in_word(const Entry *entry, gsize at)
{
    gunichar c = g_utf8_get_char(entry->text->str + at);

    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

static gsize word_start(const Entry *entry, gsize at)
{
    while (at > 0 && !in_word(entry, step_left(entry, at))) {
        at = step_left(entry, at);
    }
    while (at > 0 && in_word(entry, step_left(entry, at))) {
        at = step_left(entry, at);
    }
    return at;
}

static gsize word_end(const Entry *entry, gsize at)
{
    while (at < entry->text->len && !in_word(entry, at)) {
        at = step_right(entry, at);
    }
    while (at < entry->text->len && in_word(entry, at)) {
        at = step_right(entry, at);
    }
    return at;
}

// Removes what lies from `from` to `to`; the cursor is at one of them.
static void remove_text(Entry *entry, gsize from, gsize to)
{
    g_string_erase(entry->text, (gssize)from, (gssize)(to - from));
    entry->cursor = from;
}

// The same, and it can be put back.
static void cut(Entry *entry, gsize from, gsize to)
{
    if (entry->memory != NULL && to > from) {
        g_free(entry->memory->cut);
        entry->memory->cut = g_strndup(entry->text->str + from, to - from);
    }
    remove_text(entry, from, to);
}

static void put_back(Entry *entry)
{
    const char *text = entry->memory != NULL && entry->memory->cut != NULL ? entry->memory->cut : "";

    if (entry->text->len + strlen(text) <= entry->limit) {
        g_string_insert(entry->text, (gssize)entry->cursor, text);
        entry->cursor += strlen(text);
    }
}

// Shows what was sent off `by` times before or after what is shown.
static void recall(Entry *entry, int by)
{
    guint last = entry->past != NULL ? entry->past->len : 0;
    g_autofree char *draft = NULL;

    if ((by < 0 && entry->at == 0) || (by > 0 && entry->at >= last)) {
        return;
    }
    if (entry->at == last) {
        g_free(entry->draft);
        entry->draft = g_strdup(entry->text->str);
    }
    entry->at += (guint)by;
    draft = g_strdup(entry->at == last ? entry->draft : entry->past->pdata[entry->at]);
    entry_set(entry, draft);
}

static bool is_text(Key key)
{
    return key >= ' ' && key < KEY_FIRST && text_drawable(key);
}

bool entry_ignores(const Entry *entry, Key key)
{
    return is_text(key) && entry->text->len + (gsize)g_unichar_to_utf8(key, NULL) > entry->limit;
}

static bool insert(Entry *entry, Key key)
{
    char utf8[6];
    gsize length;

    if (!is_text(key)) {
        return false;
    }
    length = (gsize)g_unichar_to_utf8(key, utf8);
    if (!entry_ignores(entry, key)) {
        g_string_insert_len(entry->text, (gssize)entry->cursor, utf8, (gssize)length);
        entry->cursor += length;
    }
    return true;
}

static bool move_cursor(Entry *entry, Key key)
{
    gsize at = entry->cursor;

    switch (key) {
    case KEY_LEFT_ARROW:
    case KEY_CTRL('B'):
        entry->cursor = step_left(entry, at);
        return true;
    case KEY_RIGHT_ARROW:
    case KEY_CTRL('F'):
        entry->cursor = step_right(entry, at);
        return true;
    case KEY_WORD_LEFT:
        entry->cursor = word_start(entry, at);
        return true;
    case KEY_WORD_RIGHT:
        entry->cursor = word_end(entry, at);
        return true;
    case KEY_HOME_KEY:
    case KEY_CTRL('A'):
        entry->cursor = 0;
        return true;
    case KEY_END_KEY:
    case KEY_CTRL('E'):
        entry->cursor = entry->text->len;
        return true;
    default:
        return false;
    }
}

bool entry_key(Entry *entry, Key key)
{
    gsize at = entry->cursor;

    switch (key) {
    case KEY_ERASE:
        remove_text(entry, step_left(entry, at), at);
        return true;
    case KEY_DELETE:
    case KEY_CTRL('D'):
        remove_text(entry, at, step_right(entry, at));
        return true;
    case KEY_WORD_DELETE:
        cut(entry, at, word_end(entry, at));
        return true;
    case KEY_CTRL('W'):
        cut(entry, word_left(entry, at), at);
        return true;
    case KEY_CTRL('U'):
        cut(entry, 0, at);
        return true;
    case KEY_CTRL('K'):
        cut(entry, at, entry->text->len);
        return true;
    case KEY_CTRL('Y'):
        put_back(entry);
        return true;
    case KEY_CTRL('P'):
        recall(entry, -1);
        return true;
    case KEY_CTRL('N'):
        recall(entry, 1);
        return true;
    default:
        return move_cursor(entry, key) || insert(entry, key);
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
