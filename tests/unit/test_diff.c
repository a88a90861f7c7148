// SPDX-License-Identifier: GPL-2.0-or-later
// The difference of two texts: least changes, in order, with a little of what stands around them.

#include "tui/diff.h"

#include <string.h>

static char *diff_text(const char *a, const char *b, guint context)
{
    g_auto(GStrv) first = g_strsplit(a, " ", -1);
    g_auto(GStrv) second = g_strsplit(b, " ", -1);
    g_autoptr(GArray) lines = diff_lines((const char *const *)first, (const char *const *)second, context);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < lines->len; i++) {
        const DiffLine *line = &g_array_index(lines, DiffLine, i);

        g_string_append_printf(text, "%s%c%s", i > 0 ? " " : "", "=-+."[line->kind], line->line ? line->line : "");
    }
    return g_string_free(text, FALSE);
}

static void assert_diff(const char *a, const char *b, guint context, const char *expected)
{
    g_autofree char *text = diff_text(a, b, context);

    g_assert_cmpstr(text, ==, expected);
}

static void test_cases(void)
{
    assert_diff("a b c", "a b c", 3, "");
    assert_diff("", "", 3, "");
    assert_diff("a b c", "a x c", 3, "=a -b +x =c");
    assert_diff("a b c", "a c", 3, "=a -b =c");
    assert_diff("a c", "a b c", 3, "=a +b =c");
    assert_diff("a b c d", "d a b c", 3, "+d =a =b =c -d");
    assert_diff("a a b", "a b b", 0, "-a +b");
    assert_diff("1 2 3 4 5 6 7 8 9", "1 2 x 4 5 6 7 y 9", 1, "=2 -3 +x =4 . =7 -8 +y =9");
    assert_diff("1 2 3", "x 1 2 3", 0, "+x");
}

// As long texts as a guest with a thousand disks has: nothing explodes, everything is told.
static void test_large(void)
{
    GString *a = g_string_new(NULL), *b = g_string_new(NULL);
    g_auto(GStrv) first = NULL, second = NULL;
    g_autoptr(GArray) lines = NULL;

    for (int i = 0; i < 20000; i++) {
        g_string_append_printf(a, "a%d ", i);
        g_string_append_printf(b, "b%d ", i);
    }
    first = g_strsplit(a->str, " ", -1);
    second = g_strsplit(b->str, " ", -1);
    lines = diff_lines((const char *const *)first, (const char *const *)second, 0);
    g_assert_cmpuint(lines->len, ==, 40000);
    g_string_free(a, TRUE);
    g_string_free(b, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diff/cases", test_cases);
    g_test_add_func("/diff/large", test_large);
    return g_test_run();
}
