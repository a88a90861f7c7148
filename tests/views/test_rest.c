// SPDX-License-Identifier: GPL-2.0-or-later
// The details follow the cursor once it rests, so that moving on costs a row or two on a slow line.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

static Stage *stage_at_top(void)
{
    Stage *stage = stage_ready(24, 80);

    stage_keys(stage, "/");
    stage_type(stage, "metrics");
    stage_keys(stage, "Enter Enter g");
    g_free(stage_text(stage)); // it rests
    return stage;
}

static const char *details(const Stage *stage)
{
    return stage->app->texts[PANE_DETAILS].title;
}

static void press(Stage *stage, Key key)
{
    app_key(stage->app, key);
    app_settle(stage->app);
}

static void test_follows(void)
{
    g_autoptr(Stage) stage = stage_at_top();

    g_assert_cmpstr(details(stage), ==, "night-01");
    g_assert_cmpint(app_deadline(stage->app), ==, -1);
    press(stage, 'j');
    g_assert_cmpstr(details(stage), ==, "night-01");
    g_assert_cmpint(app_deadline(stage->app), ==, stage->app->mono + REST_MS); // a frame is due then
    stage_wait(stage, REST_MS - 1);
    press(stage, 'j'); // it moves on: the rest begins anew
    stage_wait(stage, REST_MS - 1);
    app_settle(stage->app);
    g_assert_cmpstr(details(stage), ==, "night-01");
    stage_wait(stage, 1);
    app_settle(stage->app);
    g_assert_cmpstr(details(stage), ==, "night-03");
    g_assert_cmpint(app_deadline(stage->app), ==, -1);
}

// What is asked for meanwhile is about the row where the cursor is.
static void test_acts(void)
{
    g_autoptr(Stage) stage = stage_at_top();

    press(stage, 'j');
    press(stage, 'd');
    g_assert_cmpstr(dialog_top(stage->app)->wish->snapshot, ==, "night-02");
}

// Another size, another pane: at once.
static void test_at_once(void)
{
    g_autoptr(Stage) stage = stage_at_top();

    press(stage, 'j');
    stage_resize(stage, 24, 100);
    g_assert_cmpstr(details(stage), ==, "night-02");
    press(stage, 'j');
    press(stage, KEY_TAB_CHAR);
    stage_wait(stage, REST_MS);
    app_settle(stage->app);
    g_assert_cmpstr(details(stage), ==, "night-03");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rest/follows", test_follows);
    g_test_add_func("/rest/acts", test_acts);
    g_test_add_func("/rest/at once", test_at_once);
    return g_test_run();
}
