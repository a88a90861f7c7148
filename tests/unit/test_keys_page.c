// SPDX-License-Identifier: GPL-2.0-or-later
// docs/keys.md is the table of actions, in words. With GOLDEN=accept in the environment it is written.

#include "tui/entry.h"
#include "tui/keymap.h"

#include <string.h>

typedef struct Part {
    const char *heading;
    unsigned some, others; // actions offered in one of `some` and in none of `others`
} Part;

static const Part parts[] = {
    {"Panes and pages", CONTEXT_LISTS, CONTEXT_DIALOG | CONTEXT_FIELD},
    {"In dialogs", CONTEXT_DIALOG | CONTEXT_FIELD, CONTEXT_LISTS},
    {"Everywhere, dialogs too", CONTEXT_DIALOG | CONTEXT_FIELD, 0},
};

static const char head[] =
    "# Keys\n"
    "\n"
    "Every action, its keys, its name and what it does. The names are those of the command line `:` and of\n"
    "the section `[keys]` in the settings, which gives an action other keys.\n"
    "\n"
    "This page is made from the table in `tui/keys.h`, and a test keeps it so.\n";

static void add_action(GString *text, const Keymap *map, Action action)
{
    g_autofree char *names = keymap_keys(map, action);
    g_auto(GStrv) keys = g_strsplit(names, ", ", -1);
    g_autofree char *marked = g_strjoinv("` `", keys);

    g_string_append_printf(text, "| `%s` | %s | %s | %s |\n", marked, action_name(action),
                           action_place(action), action_help(action));
}

static bool taken(bool *done, Action action)
{
    bool before = done[action];

    done[action] = true;
    return before;
}

static char *page(void)
{
    GString *text = g_string_new(head);
    bool done[ACTION_N] = {false};
    Keymap map;

    keymap_init(&map);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_string_append_printf(text, "\n## %s\n\n| Keys | Name | Where | What it does |\n|---|---|---|---|\n",
                               parts[i].heading);
        for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
            unsigned contexts = action_contexts(action);

            if ((contexts & parts[i].some) != 0 && (contexts & parts[i].others) == 0 && !taken(done, action))
                add_action(text, &map, action);
        }
    }
    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++)
        g_assert_true(done[action]);
    g_string_append(text, "\n## Where text is typed\n\n| Keys | What they do |\n|---|---|\n");
#define X(keys, help) g_string_append(text, "| " keys " | " help " |\n");
    ENTRY_KEYS(X)
#undef X
    return g_string_free(text, FALSE);
}

static void test_page(void)
{
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, "..", "docs", "keys.md", NULL);
    g_autofree char *expected = page();
    g_autofree char *found = NULL;

    if (g_strcmp0(g_getenv("GOLDEN"), "accept") == 0)
        g_assert_true(g_file_set_contents(file, expected, -1, NULL));
    g_assert_true(g_file_get_contents(file, &found, NULL, NULL));
    if (strcmp(found, expected) != 0)
        g_test_message("docs/keys.md should say:\n%s", expected);
    g_assert_cmpstr(found, ==, expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keys-page/current", test_page);
    return g_test_run();
}
