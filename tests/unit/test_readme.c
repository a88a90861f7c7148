// SPDX-License-Identifier: GPL-2.0-or-later
// The README's table of keys is the program's own: between its two marks stands what this prints.

#include "tui/keys.h"

#include <string.h>

#define BEGIN "<!-- keys: kept by tests/unit/test_readme.c -->\n"
#define END "<!-- end of keys -->"

static const char *where(unsigned contexts)
{
    if ((contexts & CONTEXT_LISTS) == CONTEXT_LISTS)
        return "everywhere";
    if ((contexts & CONTEXT_PANES) == CONTEXT_PANES)
        return "main screen";
    if (contexts & CONTEXT_PANES)
        return contexts & CONTEXT_GUESTS ? "guests, tree" : "tree and its panes";
    return "dialogs";
}

static char *table(void)
{
    GString *text = g_string_new("| Key | Where | What it does |\n|---|---|---|\n");

    for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
        g_autofree char *keys = action_keys((Action) action);

        g_string_append_printf(text, "| `%s` | %s | %s |\n", keys, where(action_contexts((Action) action)),
                               action_help((Action) action));
    }
    return g_string_free(text, FALSE);
}

static void test_keys(void)
{
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, "..", "README.md", NULL);
    g_autofree char *expected = table();
    g_autofree char *readme = NULL;
    g_autofree char *found = NULL;
    g_autoptr(GError) error = NULL;
    char *begin, *end;

    g_file_get_contents(file, &readme, NULL, &error);
    g_assert_no_error(error);
    begin = strstr(readme, BEGIN);
    g_assert_nonnull(begin);
    begin += strlen(BEGIN);
    end = strstr(begin, END);
    g_assert_nonnull(end);
    found = g_strndup(begin, (gsize) (end - begin));
    if (strcmp(found, expected) != 0)
        g_test_message("README.md should say:\n%s", expected);
    g_assert_cmpstr(found, ==, expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/readme/keys", test_keys);
    return g_test_run();
}
