// SPDX-License-Identifier: GPL-2.0-or-later
// Discarding: what goes is listed, NOW is given up by a choice of its own, and the plan wants the guest's name.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

static Stage *stage_at(const char *guest, const char *snapshot)
{
    Stage *stage = stage_ready(24, 80);

    stage_keys(stage, "/");
    stage_type(stage, guest);
    stage_keys(stage, "Enter Enter");
    guest_select(app_guest(stage->app), snapshot);
    return stage;
}

// api-staging runs, and NOW stands on "configured".
static void test_now_elsewhere(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging", "go-1.25");

    stage_keys(stage, "D");
    stage_golden_at_all_sizes(stage, "discard");
    stage_keys(stage, "Enter"); // Cancel has the focus
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_keys(stage, "D Tab Enter");
    stage_expect_calls(stage, "plan 1 discard go-1.25 of api-staging\n");
}

static void test_children_only(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging", "go-1.25");

    stage_keys(stage, "D BackTab Right");
    stage_golden_at_all_sizes(stage, "discard-children");
    stage_keys(stage, "Tab Tab Enter");
    stage_expect_calls(stage, "plan 1 discard go-1.25 of api-staging children-only\n");
}

static void test_now_on_it(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging", "configured");

    stage_keys(stage, "D");
    stage_golden_at_all_sizes(stage, "discard-now");
    stage_keys(stage, "Tab Left Right Left Right Tab Tab Enter"); // there is no way past the choice: this is Cancel
    stage_expect_calls(stage, "");
    stage_keys(stage, "D BackTab Space");
    stage_golden_at_all_sizes(stage, "discard-now-agreed");
    stage_keys(stage, "Tab Tab Enter");
    stage_expect_calls(stage, "plan 1 discard configured of api-staging lose-now\n");
}

// NOW cannot leave a root; only what hangs below can go.
static void test_root(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging", "base");

    stage_keys(stage, "D");
    stage_golden_at_all_sizes(stage, "discard-root");
    stage_keys(stage, "Tab Enter");
    stage_expect_calls(stage, "");
}

static void test_leaf(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging", "tried-musl");

    stage_keys(stage, "D");
    stage_golden_at_all_sizes(stage, "discard-leaf"); // nothing is below it: no choice
    stage_keys(stage, "Esc");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
}

static void test_plan(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging", "go-1.25");
    Domain *domain = app_guest(stage->app)->picture->domain; // its own, nobody shares it yet

    domain->inactive = definition_ref(domain->live);
    stage_keys(stage, "D Tab Enter");
    stage_answer_plan(stage);
    stage_golden_at_all_sizes(stage, "plan-discard");
    stage_keys(stage, "Tab Enter"); // no way to start it without the name
    stage_expect_calls(stage, "plan 1 discard go-1.25 of api-staging\n");
    stage_type(stage, "api-staging");
    stage_keys(stage, "Enter Enter");
    stage_expect_calls(stage, "run Discard snapshot go-1.25 of api-staging and all that hangs below it\n");
}

static void test_now(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging", NULL);

    stage_keys(stage, "D");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0); // NOW is not a snapshot
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/discard/now elsewhere", test_now_elsewhere);
    g_test_add_func("/discard/children only", test_children_only);
    g_test_add_func("/discard/now on it", test_now_on_it);
    g_test_add_func("/discard/a root", test_root);
    g_test_add_func("/discard/a leaf", test_leaf);
    g_test_add_func("/discard/the plan", test_plan);
    g_test_add_func("/discard/not NOW", test_now);
    return g_test_run();
}
