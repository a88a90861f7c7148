// SPDX-License-Identifier: GPL-2.0-or-later
// From a problem in the details to the plan that repairs it.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

static Stage *stage_at(const char *guest, const char *snapshot)
{
    Stage *stage = stage_ready(24, 80);

    while (g_strcmp0(app_guest(stage->app)->name, guest) != 0)
        stage_keys(stage, "j");
    stage_keys(stage, "Enter");
    guest_select(app_guest(stage->app), snapshot);
    return stage;
}

static void test_repair(void)
{
    g_autoptr(Stage) stage = stage_at("wiki", "clean");
    const Wish *wish;

    g_free(fake_engine_calls(stage->engine));
    stage_keys(stage, "p");
    wish = fake_engine_wish(stage->engine);
    g_assert_cmpint(wish->verb, ==, VERB_REPAIR);
    g_assert_cmpstr(wish->problem, ==, "current-mismatch");
    g_assert_null(wish->snapshot);
    stage_answer_plan(stage);
    stage_golden_at_all_sizes(stage, "plan-repair");
    stage_keys(stage, "Esc");
    g_assert_null(dialog_top(stage->app));
}

// Whichever state is selected: what is wrong is wrong with the guest.
static void test_from_anywhere(void)
{
    g_autoptr(Stage) stage = stage_at("wiki", "theme");

    stage_keys(stage, "p");
    g_assert_cmpstr(fake_engine_wish(stage->engine)->problem, ==, "current-mismatch");
}

static void test_nothing_wrong(void)
{
    g_autoptr(Stage) stage = stage_at("metrics", NULL);

    stage_keys(stage, "p");
    g_assert_null(dialog_top(stage->app));
    stage_sees(stage, "Nothing is wrong with the snapshots of this guest.");
}

static void test_by_hand(void)
{
    g_autoptr(Stage) stage = stage_at("mail-archive", "2026-q1");

    stage_keys(stage, "p");
    g_assert_null(dialog_top(stage->app));
    stage_sees(stage, "That can't be repaired without guessing");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/views/repair/plan", test_repair);
    g_test_add_func("/views/repair/from-anywhere", test_from_anywhere);
    g_test_add_func("/views/repair/nothing-wrong", test_nothing_wrong);
    g_test_add_func("/views/repair/by-hand", test_by_hand);
    return g_test_run();
}
