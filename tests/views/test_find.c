// SPDX-License-Identifier: GPL-2.0-or-later
// Finding, filtering and jumping: where the cursor goes while one types, and back with Esc.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

static const char *guest(const Stage *stage)
{
    return app_guest(stage->app) ? app_guest(stage->app)->name : "none";
}

static const char *snapshot(const Stage *stage)
{
    const char *name = app_guest(stage->app)->selected;

    return name ? name : "NOW";
}

static void find(Stage *stage, const char *words)
{
    stage_keys(stage, "/");
    stage_type(stage, words);
}

static Stage *stage_tree(const char *name)
{
    Stage *stage = stage_ready(24, 80);

    find(stage, name);
    stage_keys(stage, "Enter Enter g");
    g_assert_cmpstr(guest(stage), ==, name);
    return stage;
}

static void test_guests(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_keys(stage, "g");
    find(stage, "w");
    g_assert_cmpstr(guest(stage), ==, "new-guest");
    stage_type(stage, "e");
    g_assert_cmpstr(guest(stage), ==, "web-01");
    stage_keys(stage, "Backspace"); // searches from where it began, not from where it is
    g_assert_cmpstr(guest(stage), ==, "new-guest");
    stage_keys(stage, "Enter n");
    g_assert_cmpstr(guest(stage), ==, "web-01");
    stage_keys(stage, "n n n");
    g_assert_cmpstr(guest(stage), ==, "new-guest");
    stage_keys(stage, "N");
    g_assert_cmpstr(guest(stage), ==, "win11");
    find(stage, "is:paused");
    g_assert_cmpstr(guest(stage), ==, "win11");
    stage_keys(stage, "Esc");
    find(stage, "metrics");
    g_assert_cmpstr(guest(stage), ==, "metrics");
    stage_keys(stage, "Esc");
    g_assert_cmpstr(guest(stage), ==, "win11");
}

static void test_snapshots(void)
{
    g_autoptr(Stage) stage = stage_tree("api-staging");

    stage_keys(stage, "Z z @");
    find(stage, "musl"); // folded away: it is unfolded
    g_assert_cmpstr(snapshot(stage), ==, "tried-musl");
    stage_keys(stage, "Enter");
    find(stage, "is:ram");
    g_assert_cmpstr(snapshot(stage), ==, "go-1.24");
    stage_keys(stage, "Enter n");
    g_assert_cmpstr(snapshot(stage), ==, "go-1.24"); // the only one
    find(stage, "older:1y");
    stage_golden_at_all_sizes(stage, "find");
    stage_keys(stage, "Esc");
    find(stage, "is:wrong");
    stage_golden_at_all_sizes(stage, "find-fault");
    stage_keys(stage, "Enter");
    g_assert_nonnull(stage->app->notice);
}

static void test_jumps(void)
{
    g_autoptr(Stage) stage = stage_tree("api-staging");

    find(stage, "go-1.25");
    stage_keys(stage, "Enter u");
    g_assert_cmpstr(snapshot(stage), ==, "configured");
    stage_keys(stage, "^");
    g_assert_cmpstr(snapshot(stage), ==, "base");
    stage_keys(stage, "[");
    g_assert_cmpstr(snapshot(stage), ==, "old-root");
    stage_keys(stage, "] ]"); // the second has nowhere to go
    g_assert_cmpstr(snapshot(stage), ==, "base");
    stage_keys(stage, "u");
    g_assert_cmpstr(snapshot(stage), ==, "base");
    stage_keys(stage, "@");
    g_assert_cmpstr(snapshot(stage), ==, "NOW");
}

static void test_filter(void)
{
    g_autoptr(Stage) stage = stage_tree("api-staging");

    find(stage, "go-1.25");
    stage_keys(stage, "Enter &");
    stage_type(stage, "is:ram");
    g_assert_cmpint(tree_rows_count(app_guest(stage->app)->rows), ==, 3);
    stage_golden_at_all_sizes(stage, "filter-typing");
    stage_keys(stage, "Esc");
    g_assert_cmpstr(snapshot(stage), ==, "go-1.25");
    stage_keys(stage, "&");
    stage_type(stage, "go");
    stage_keys(stage, "Enter");
    stage_golden(stage, "filter-80x24");
    stage_resize(stage, 16, 60);
    stage_golden(stage, "filter-60x16");
    stage_resize(stage, 40, 140);
    stage_golden(stage, "filter-140x40");
    stage_say_guests(stage); // new pictures keep it
    g_assert_cmpint(tree_rows_count(app_guest(stage->app)->rows), ==, 4);
    stage_keys(stage, "Esc");
    g_assert_null(app_guest(stage->app)->filter);
    g_assert_cmpint(stage->app->focus, ==, PANE_TREE);
    stage_keys(stage, "&");
    stage_type(stage, "nothing-like-this");
    stage_keys(stage, "Enter d h u g");
    stage_golden_at_all_sizes(stage, "filter-none");
}

static void test_filter_guests(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_keys(stage, "g &");
    stage_type(stage, "is:running -web");
    stage_keys(stage, "Enter");
    stage_golden_at_all_sizes(stage, "filter-guests");
    stage_keys(stage, "& Ctrl-U"); // an empty one is none
    stage_keys(stage, "Enter");
    g_assert_null(stage->app->guest_filter);
    g_assert_cmpint((int) stage->app->guest_rows->len, ==, PICTURE_N);
}

static void test_text(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_keys(stage, "?");
    find(stage, "suspend");
    stage_keys(stage, "Enter");
    stage_golden_at_all_sizes(stage, "find-help");
    stage_keys(stage, "n");
    g_assert_cmpint(stage->app->page_text.found, >, 0);
    find(stage, "no such words");
    g_assert_nonnull(stage->app->prompt.fault);
    stage_keys(stage, "Esc Esc");
    g_assert_null(stage->app->page);
}

static void test_marks(void)
{
    g_autoptr(Stage) stage = stage_tree("web-01");

    stage_keys(stage, "m j m j m m");
    stage_golden_at_all_sizes(stage, "marked");
    stage_keys(stage, "&");
    stage_type(stage, "is:marked");
    stage_keys(stage, "Enter");
    g_assert_cmpint(tree_rows_count(app_guest(stage->app)->rows), ==, 2);
    stage_keys(stage, "Esc @ m");
    g_assert_nonnull(strstr(stage->app->notice, "NOW is not a snapshot"));
}

// What d and D are about: two marks or more, wherever the cursor is; one mark is for comparing with.
static void test_marks_act(void)
{
    g_autoptr(Stage) stage = stage_tree("web-01");

    stage_keys(stage, "m j m @");
    g_free(fake_engine_calls(stage->engine));
    stage_keys(stage, "d");
    stage_expect_calls(stage, "plan 1 delete before-nginx-1.28, nginx-1.28 of web-01\n");
    stage_answer_plan(stage);
    stage_golden_at_all_sizes(stage, "plan-several");
    app_notice(stage->app, false, "2 marked"); // the dialog stands on its row
    stage_lacks(stage, " 2└─");
    stage_keys(stage, "Esc D");
    stage_golden_at_all_sizes(stage, "discard-several");
    stage_keys(stage, "Esc M g m j D");
    stage_sees(stage, "Discard nginx-1.28 of web-01");
}

static void test_recent(void)
{
    g_autofree char *folder = g_dir_make_tmp("recent-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "state", "recent", NULL);
    AppOptions options = {.recent = file};

    for (int start = 0; start < 2; start++) { // the second start knows what the first one opened
        g_autoptr(Stage) stage = stage_new(24, 80, &options);

        stage_say_connected(stage);
        stage_say_guests(stage);
        if (start == 0) {
            stage_keys(stage, "b Esc");
            find(stage, "web-01");
            stage_keys(stage, "Enter Enter Esc");
            find(stage, "evil");
            stage_keys(stage, "Enter Enter");
        }
        stage_keys(stage, "b");
        stage_golden_at_all_sizes(stage, start == 0 ? "recent" : "recent-again");
        stage_keys(stage, "Enter");
        g_assert_cmpstr(guest(stage), ==, "web-01");
        g_assert_cmpint(stage->app->focus, ==, PANE_TREE);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/find/guests", test_guests);
    g_test_add_func("/find/snapshots", test_snapshots);
    g_test_add_func("/find/jumps", test_jumps);
    g_test_add_func("/find/filter", test_filter);
    g_test_add_func("/find/filter-guests", test_filter_guests);
    g_test_add_func("/find/text", test_text);
    g_test_add_func("/find/marks", test_marks);
    g_test_add_func("/find/marks act", test_marks_act);
    g_test_add_func("/find/recent", test_recent);
    return g_test_run();
}
