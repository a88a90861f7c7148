// SPDX-License-Identifier: GPL-2.0-or-later
// Cursor and scroll position.

#include "tui/list.h"

#include <glib.h>

static void assert_list(const List *list, int cursor, int top)
{
    g_assert_cmpint(list->cursor, ==, cursor);
    g_assert_cmpint(list->top, ==, top);
}

static void test_move(void)
{
    List list = {0};

    g_assert_false(list_move(&list, -1, 10, 4));
    g_assert_true(list_move(&list, 3, 10, 4));
    assert_list(&list, 3, 0);
    g_assert_true(list_move(&list, 1, 10, 4));
    assert_list(&list, 4, 1);
    g_assert_true(list_move(&list, 100, 10, 4));
    assert_list(&list, 9, 6);
    g_assert_false(list_move(&list, G_MAXINT, 10, 4));
    g_assert_true(list_move(&list, -3, 10, 4));
    assert_list(&list, 6, 6);
    g_assert_true(list_move(&list, G_MININT, 10, 4));
    assert_list(&list, 0, 0);
}

static void test_go(void)
{
    List list = {0};

    g_assert_true(list_go(&list, 7, 10, 4));
    assert_list(&list, 7, 4);
    g_assert_false(list_go(&list, 7, 10, 4));
    g_assert_true(list_go(&list, -5, 10, 4));
    assert_list(&list, 0, 0);
}

// Rows go and the window grows: the cursor stays in sight and no room is wasted.
static void test_fit(void)
{
    List list = {.cursor = 9, .top = 6};

    list_fit(&list, 5, 4);
    assert_list(&list, 4, 1);
    list_fit(&list, 5, 20);
    assert_list(&list, 4, 0);
    list_fit(&list, 0, 4);
    assert_list(&list, 0, 0);
    list = (List){.cursor = 3, .top = 0};
    list_fit(&list, 5, 0); // no room at all
    assert_list(&list, 3, 3);
}

static void test_random(void)
{
    List list = {0};

    for (int i = 0; i < 10000; i++) {
        int count = g_test_rand_int_range(0, 30), height = g_test_rand_int_range(1, 12);

        list_move(&list, g_test_rand_int_range(-40, 40), count, height);
        g_assert_cmpint(list.cursor, >=, 0);
        g_assert_cmpint(list.cursor, <, MAX(count, 1));
        g_assert_cmpint(list.cursor, >=, list.top);
        g_assert_cmpint(list.cursor, <, list.top + height);
        g_assert_cmpint(list.top, <=, MAX(count - height, 0));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/list/move", test_move);
    g_test_add_func("/list/go", test_go);
    g_test_add_func("/list/fit", test_fit);
    g_test_add_func("/list/random", test_random);
    return g_test_run();
}
