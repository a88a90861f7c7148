// SPDX-License-Identifier: GPL-2.0-or-later
// The table of actions, and names of keys.

#include "tui/keys.h"

#include <string.h>

static void test_no_conflict(void)
{
    g_autofree char *conflict = keys_conflict();

    g_assert_cmpstr(conflict, ==, NULL);
}

static void test_table(void)
{
    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
        g_autofree char *keys = action_keys(action);
        g_autofree char *key = action_key(action);

        g_assert_cmpint(action_find(action_name(action)), ==, action);
        g_assert_cmpuint(action_contexts(action), !=, 0);
        g_assert_true(g_str_has_prefix(keys, key));
        g_assert_cmpuint(key_parse(key), !=, KEY_NONE);
        g_assert_true(g_str_has_suffix(action_help(action), "."));
        g_assert_cmpuint(strlen(action_label(action)), <=, 10);
        for (unsigned context = 1; context <= CONTEXT_FIELD; context <<= 1) { // found in each of its contexts
            if ((action_contexts(action) & context) != 0) {
                g_assert_cmpint(keys_action(key_parse(key), context), ==, action);
            }
        }
    }
    g_assert_cmpint(action_find("none"), ==, ACTION_NONE);
    g_assert_cmpint(action_find("PAGE_UP"), ==, ACTION_NONE);
}

static void test_lookup(void)
{
    g_autofree char *keys = action_keys(ACTION_UP);
    g_autofree char *key = action_key(ACTION_UP);

    g_assert_cmpstr(keys, ==, "k, Up");
    g_assert_cmpstr(key, ==, "k");
    g_assert_cmpstr(action_name(ACTION_PREVIOUS_PANE), ==, "previous-pane");
    g_assert_cmpint(keys_action('k', CONTEXT_MAIN | CONTEXT_TREE), ==, ACTION_UP);
    g_assert_cmpint(keys_action(KEY_UP_ARROW, CONTEXT_TREE), ==, ACTION_UP);
    g_assert_cmpint(keys_action(KEY_UP_ARROW, CONTEXT_DIALOG), ==, ACTION_PREVIOUS_FIELD);
    g_assert_cmpint(keys_action('k', CONTEXT_DIALOG), ==, ACTION_NONE);
    g_assert_cmpint(keys_action(KEY_RETURN, CONTEXT_TREE), ==, ACTION_OPEN);
    g_assert_cmpint(keys_action(KEY_RETURN, CONTEXT_DIALOG | CONTEXT_FIELD), ==, ACTION_PRESS);
    g_assert_cmpint(keys_action(KEY_NONE, ~0u), ==, ACTION_NONE);
}

// In a field letters are text: no action may take them.
static void test_fields_take_text(void)
{
    for (Key key = ' '; key < 0x7F; key++) {
        g_assert_cmpint(keys_action(key, CONTEXT_FIELD), ==, ACTION_NONE);
    }
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
    g_test_add_func("/keys/no-conflict", test_no_conflict);
    g_test_add_func("/keys/table", test_table);
    g_test_add_func("/keys/lookup", test_lookup);
    g_test_add_func("/keys/fields-take-text", test_fields_take_text);
    g_test_add_func("/keys/names", test_names);
    g_test_add_func("/keys/no-names", test_no_names);
    return g_test_run();
}
