// SPDX-License-Identifier: GPL-2.0-or-later
// Texts held by many, from several threads at once.

#include "engine/model/shared_text.h"

#include <glib.h>
#include <string.h>

static void test_one_copy(void)
{
    g_autofree char *again = g_strdup("memory: 1 GiB");
    const char *first = shared_text_take("memory: 1 GiB");
    const char *second = shared_text_take(again);

    g_assert_true(first == second);
    shared_text_drop(first);
    g_assert_cmpstr(second, ==, "memory: 1 GiB");
    shared_text_drop(second);
}

// Taking what another thread is just giving back.
static gpointer take_and_drop(gpointer data)
{
    const char *texts[] = {"a", "b"};

    for (guint i = 0; i < 20000; i++) {
        const char *text = shared_text_take(texts[i % 2]);

        g_assert_cmpstr(text, ==, texts[i % 2]);
        shared_text_drop(text);
    }
    return data;
}

static void test_threads(void)
{
    GThread *threads[4];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("taker", take_and_drop, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shared-text/one-copy", test_one_copy);
    g_test_add_func("/shared-text/threads", test_threads);
    return g_test_run();
}
