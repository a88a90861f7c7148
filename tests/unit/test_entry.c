// SPDX-License-Identifier: GPL-2.0-or-later
// A line that is typed. The state is written as text with '^' before the cursor's character.

#include "tui/entry.h"

static void press(Entry *entry, const char *keys)
{
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);

    for (char **name = names; *name != NULL; name++) {
        g_assert_true(entry_key(entry, key_parse(*name)));
    }
}

static void assert_entry(const Entry *entry, const char *expected)
{
    g_autofree char *state = g_strdup_printf("%.*s^%s", (int)entry->cursor, entry->text->str,
                                             entry->text->str + entry->cursor);

    g_assert_cmpstr(state, ==, expected);
}

static void test_typing(void)
{
    Entry entry;

    entry_init(&entry, "", 64);
    press(&entry, "a \u00E9 \u65E5 Space -");
    assert_entry(&entry, "a\u00E9\u65E5 -^");
    press(&entry, "Left Left Backspace");
    assert_entry(&entry, "a\u00E9^ -");
    press(&entry, "Delete x Home y");
    assert_entry(&entry, "y^a\u00E9x-");
    press(&entry, "Left Left Backspace End Right Delete");
    assert_entry(&entry, "ya\u00E9x-^");
    entry_clear(&entry);
}

static void test_control_keys(void)
{
    Entry entry;

    entry_init(&entry, "one two  three", 64);
    press(&entry, "C-w");
    assert_entry(&entry, "one two  ^");
    press(&entry, "C-w");
    assert_entry(&entry, "one ^");
    entry_set(&entry, "one two");
    press(&entry, "C-a C-f C-f C-b C-k");
    assert_entry(&entry, "o^");
    entry_set(&entry, "one two");
    press(&entry, "Left C-u");
    assert_entry(&entry, "^o");
    press(&entry, "C-d C-e C-w");
    assert_entry(&entry, "^");
    entry_clear(&entry);
}

static void test_words(void)
{
    Entry entry;

    entry_init(&entry, "caf\u00E9-cr\u00E8me br\u00FBle\u0301e", 64);
    press(&entry, "Ctrl-Left");
    assert_entry(&entry, "caf\u00E9-cr\u00E8me ^br\u00FBle\u0301e");
    press(&entry, "Ctrl-Left");
    assert_entry(&entry, "caf\u00E9-^cr\u00E8me br\u00FBle\u0301e");
    press(&entry, "Ctrl-Left Ctrl-Left");
    assert_entry(&entry, "^caf\u00E9-cr\u00E8me br\u00FBle\u0301e");
    press(&entry, "Ctrl-Right Ctrl-Right");
    assert_entry(&entry, "caf\u00E9-cr\u00E8me^ br\u00FBle\u0301e");
    press(&entry, "Ctrl-Delete");
    assert_entry(&entry, "caf\u00E9-cr\u00E8me^");
    press(&entry, "Ctrl-Right Ctrl-Delete");
    assert_entry(&entry, "caf\u00E9-cr\u00E8me^");
    entry_clear(&entry);
}

// What was cut in one entry can be put back in another with the same memory.
static void test_put_back(void)
{
    EntryMemory memory = {0};
    Entry one, other, alone;

    entry_init(&one, "before the upgrade", 64);
    entry_init(&other, "<>", 20);
    entry_init(&alone, "x", 64);
    entry_use(&one, &memory, "name");
    entry_use(&other, &memory, "note");
    press(&other, "C-y");
    assert_entry(&other, "<>^");
    press(&one, "C-w C-y C-y");
    assert_entry(&one, "before the upgradeupgrade^");
    press(&other, "Left C-y");
    assert_entry(&other, "<upgrade^>");
    press(&other, "C-u C-k C-y"); // nothing is behind the cursor: nothing was cut by C-k
    assert_entry(&other, ">^");
    press(&one, "C-a C-k");
    press(&other, "C-y"); // 25 bytes: do not fit
    assert_entry(&other, ">^");
    press(&alone, "C-u C-y");
    assert_entry(&alone, "^");
    entry_clear(&one);
    entry_clear(&other);
    entry_clear(&alone);
    entry_memory_clear(&memory);
}

static void send_off(EntryMemory *memory, const char *subject, const char *text)
{
    Entry entry;

    entry_init(&entry, text, 64);
    entry_use(&entry, memory, subject);
    entry_keep(&entry);
    entry_clear(&entry);
}

static void test_past(void)
{
    EntryMemory memory = {0};
    Entry entry;

    send_off(&memory, "name", "first");
    send_off(&memory, "name", "second");
    send_off(&memory, "name", "first"); // is not there twice
    send_off(&memory, "name", "");
    send_off(&memory, "note", "another");
    entry_init(&entry, "", 64);
    entry_use(&entry, &memory, "name");
    press(&entry, "C-n n e w C-p");
    assert_entry(&entry, "first^");
    press(&entry, "C-p C-p");
    assert_entry(&entry, "second^");
    press(&entry, "x C-n C-n C-n");
    assert_entry(&entry, "new^");
    entry_clear(&entry);
    for (int i = 0; i < 60; i++) {
        g_autofree char *text = g_strdup_printf("%d", i);

        send_off(&memory, "name", text);
    }
    entry_init(&entry, "", 64);
    entry_use(&entry, &memory, "name");
    for (int i = 0; i < 60; i++) {
        press(&entry, "C-p");
    }
    assert_entry(&entry, "10^");
    entry_clear(&entry);
    entry_memory_clear(&memory);
}

// A letter and its marks are one step.
static void test_marks(void)
{
    Entry entry;

    entry_init(&entry, "xe\u0301\u0302y", 64);
    press(&entry, "Left Left");
    assert_entry(&entry, "x^e\u0301\u0302y");
    press(&entry, "Right Backspace");
    assert_entry(&entry, "x^y");
    entry_clear(&entry);
}

static void test_refused(void)
{
    static const Key keys[] = {KEY_NONE,  KEY_RETURN,  KEY_TAB_CHAR, KEY_ESCAPE, KEY_UP_ARROW, KEY_F1,
                               KEY_RESIZED, 0x202E, 0x200B,       0xE000,     0xD800,       3};
    Entry entry;

    entry_init(&entry, "a", 64);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_assert_false(entry_key(&entry, keys[i]));
    }
    assert_entry(&entry, "a^");
    entry_clear(&entry);
}

static void test_limit(void)
{
    Entry entry;

    entry_init(&entry, "ab\u65E5", 4); // the third character would end at byte 5
    assert_entry(&entry, "ab^");
    press(&entry, "\u65E5 \u00E9 c");
    assert_entry(&entry, "ab\u00E9^");
    g_assert_true(entry_ignores(&entry, 'c'));
    g_assert_false(entry_ignores(&entry, KEY_LEFT_ARROW));
    press(&entry, "Backspace");
    g_assert_false(entry_ignores(&entry, 'c'));
    g_assert_true(entry_ignores(&entry, 0x65E5));
    press(&entry, "\u00E9");
    entry_set(&entry, "abcd");
    assert_entry(&entry, "abcd^");
    entry_set(&entry, "bad\xFF");
    assert_entry(&entry, "bad^");
    entry_clear(&entry);
}

static void assert_window(const Entry *entry, int columns, gsize from, int column)
{
    int got;

    g_assert_cmpuint(entry_window(entry, columns, &got), ==, from);
    g_assert_cmpint(got, ==, column);
}

static void test_window(void)
{
    Entry entry;

    entry_init(&entry, "abcdef", 64);
    assert_window(&entry, 10, 0, 6);
    assert_window(&entry, 7, 0, 6);
    assert_window(&entry, 6, 1, 5);
    assert_window(&entry, 1, 6, 0);
    assert_window(&entry, 0, 6, 0);
    press(&entry, "Home");
    assert_window(&entry, 3, 0, 0);
    entry_set(&entry, "\u65E5\u672C\u8A9E");
    assert_window(&entry, 4, 6, 2);
    entry_clear(&entry);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/entry/typing", test_typing);
    g_test_add_func("/entry/control-keys", test_control_keys);
    g_test_add_func("/entry/words", test_words);
    g_test_add_func("/entry/put-back", test_put_back);
    g_test_add_func("/entry/past", test_past);
    g_test_add_func("/entry/marks", test_marks);
    g_test_add_func("/entry/refused", test_refused);
    g_test_add_func("/entry/limit", test_limit);
    g_test_add_func("/entry/window", test_window);
    return g_test_run();
}
