// SPDX-License-Identifier: GPL-2.0-or-later
// Searching and filtering: what each word of a query asks, and what is said where it is none.

#include "tui/query.h"

#define DAY 86400
#define NOW (1000 * (gint64)DAY)

static const Subject subject = {
    .name = "before-Übung",
    .note = "kernel 6.16",
    .created = NOW - 10 * DAY,
    .traits = TRAIT_EXTERNAL | TRAIT_MEMORY | TRAIT_PROBLEM,
};

static void test_matches(void)
{
    static const struct {
        const char *text;
        bool matches;
    } cases[] = {
        {"", true},          {"   ", true},       {"before", true},      {"BEFORE", true},       {"übung", true},
        {"after", false},    {"6.16", true},      {"before 6.16", true}, {"before 6.17", false}, {"-after", true},
        {"-before", false},  {"is:ext", true},    {"is:int", false},     {"is:ram", true},       {"is:problem", true},
        {"is:marked", false}, {"-is:int", true},  {"older:7d", true},    {"older:2w", false},    {"newer:2w", true},
        {"newer:7d", false}, {"older:10d", true}, {"-older:7d", false},  {"-", true},            {"is:ext older:7d x", false},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *fault = NULL;
        g_autoptr(Query) query = query_parse(cases[i].text, &fault);

        g_test_message("%s", cases[i].text);
        g_assert_nonnull(query);
        g_assert_cmpstr(query_text(query), ==, cases[i].text);
        g_assert_cmpint(query_matches(query, &subject, NOW), ==, cases[i].matches);
    }
}

static void test_faults(void)
{
    static const char *const wrong[] = {"is:", "is:big", "older:", "older:7", "newer:d", "older:-1d", "newer:7dd",
                                        "older:99999d", "-is:nothing", "a is:x"};

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *fault = NULL;

        g_test_message("%s", wrong[i]);
        g_assert_null(query_parse(wrong[i], &fault));
        g_assert_nonnull(fault);
    }
}

// A guest has no age, a broken name is still a name.
static void test_others(void)
{
    static const Subject guest = {.name = "evil\xff\033[31m", .traits = TRAIT_RUNNING};
    g_autofree char *fault = NULL;
    g_autoptr(Query) old = query_parse("older:1m", &fault);
    g_autoptr(Query) new = query_parse("newer:1y", &fault);
    g_autoptr(Query) evil = query_parse("evil is:running", &fault);

    g_assert_false(query_matches(old, &guest, NOW));
    g_assert_false(query_matches(new, &guest, NOW));
    g_assert_true(query_matches(evil, &guest, NOW));
    g_assert_true(text_contains("Show this HELP.", "help"));
    g_assert_false(text_contains("Show this help.", "quit"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/query/matches", test_matches);
    g_test_add_func("/query/faults", test_faults);
    g_test_add_func("/query/others", test_others);
    return g_test_run();
}
