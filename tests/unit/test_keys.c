// SPDX-License-Identifier: GPL-2.0-or-later
// The table of actions, and names of keys.

#include "tui/keys.h"

#include <string.h>

static void test_table(void)
{
    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
        g_assert_cmpint(action_find(action_name(action)), ==, action);
        g_assert_cmpuint(action_contexts(action), !=, 0);
        g_assert_true(g_str_has_suffix(action_help(action), "."));
        g_assert_cmpuint(strlen(action_label(action)), <=, 10);
    }
    g_assert_cmpstr(action_name(ACTION_PREVIOUS_PANE), ==, "previous-pane");
    g_assert_cmpint(action_find("none"), ==, ACTION_NONE);
    g_assert_cmpint(action_find("PAGE_UP"), ==, ACTION_NONE);
}

static void test_names(void)
{
    static const struct {
        const char *name;
        Key key;
    } samples[] = {
        {"k", 'k'},
        {"?", '?'},
        {"-", '-'},
        {"C", 'C'},
        {"F", 'F'},
        {"\u00E9", 0xE9},
        {"Up", KEY_UP_ARROW},
        {"Space", ' '},
        {"Esc", KEY_ESCAPE},
        {"Enter", KEY_RETURN},
        {"Ctrl-A", 1},
        {"Ctrl-Z", 26},
        {"F1", KEY_F1},
        {"F12", KEY_F12},
        {"PasteBegin", KEY_PASTE_BEGIN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autofree char *name = key_to_name(samples[i].key);

        g_assert_cmpuint(key_parse(samples[i].name), ==, samples[i].key);
        g_assert_cmpstr(name, ==, samples[i].name);
    }
    g_assert_cmpuint(key_parse("C-a"), ==, 1);
    g_assert_cmpuint(key_parse("C-i"), ==, KEY_TAB_CHAR);
    g_assert_cmpuint(key_parse("Ctrl-H"), ==, KEY_ERASE);
    g_assert_cmpuint(key_parse("C-h"), ==, KEY_ERASE);
}

static void test_no_names(void)
{
    static const char *const names[] = {"",    " ",  "kk", "up",   "F0",       "F13",  "F-1", "C-",
                                        "C-A", "C-1", "C-aa", "Ctrl-", "Ctrl-a", "Ctrl-AA", "\033", "\xFF", "\xE6\x97", "\u00E9\u00E9"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_cmpuint(key_parse(names[i]), ==, KEY_NONE);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keys/table", test_table);
    g_test_add_func("/keys/names", test_names);
    g_test_add_func("/keys/no-names", test_no_names);
    return g_test_run();
}
