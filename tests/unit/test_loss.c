// SPDX-License-Identifier: GPL-2.0-or-later
// What is lost: the words in plan files mean what they meant, and those that are shown say the same.

#include "engine/model/loss.h"

typedef struct Case {
    const char *test;
    const char *words; // as they have stood in plan files and fingerprints from the first on
    LossKind kind;
    const char *name;
} Case;

static void test_case(gconstpointer data)
{
    const Case *c = data;
    Loss *made = loss_new(c->kind, c->name), *read = loss_parse(c->words);
    g_autofree char *words = loss_words(made), *again = loss_words(read);
    g_autofree char *item = loss_item(read), *line = loss_line(read);
    g_autofree char *wanted = g_strconcat("Given up: ", c->words, NULL);

    g_assert_cmpstr(words, ==, c->words);
    g_assert_cmpstr(again, ==, c->words);
    g_assert_cmpint(read->kind, ==, c->kind);
    g_assert_cmpstr(read->name, ==, c->name);
    g_assert_cmpstr(item, ==, c->words);
    g_assert_cmpstr(line, ==, wanted);
    loss_free(made);
    loss_free(read);
}

static const Case cases[] = {
    {"now", "NOW", LOSS_NOW, NULL},
    {"now-since", "NOW: everything written since snapshot s1 was taken", LOSS_NOW_SINCE, "s1"},
    {"snapshot", "snapshot s1", LOSS_SNAPSHOT, "s1"},
    {"snapshot-data", "snapshot s1, whose data no other state holds", LOSS_SNAPSHOT_DATA, "s1"},
    {"point", "the point of return s 1 was taken", LOSS_POINT, "s 1 was taken"},
    {"other", "the managed save", LOSS_OTHER, "the managed save"},
    {"no-name", "snapshot ", LOSS_OTHER, "snapshot "},
    {"empty", "", LOSS_OTHER, ""},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/loss/", cases[i].test, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
