// SPDX-License-Identifier: GPL-2.0-or-later
// The mouse: what is clicked is found by its text on the screen.

#include "tests/fake/stage.h"

#include <string.h>

// The cell where a text begins on the screen, below the title, which repeats names.
static void find_cell(Stage *stage, const char *words, int *row, int *col)
{
    g_autofree char *text = stage_text(stage);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (*row = 1; lines[*row]; (*row)++) {
        const char *at = strstr(lines[*row], words);

        if (at) {
            *col = (int) g_utf8_strlen(lines[*row], at - lines[*row]);
            return;
        }
    }
    g_error("not on the screen: %s\n%s", words, text);
}

static void send(Stage *stage, MouseDeed deed, const char *words)
{
    int row, col;

    find_cell(stage, words, &row, &col);
    app_key(stage->app, key_of_mouse(deed, row, col));
    app_settle(stage->app);
}

static void click(Stage *stage, const char *words)
{
    stage_wait(stage, 1000);
    send(stage, MOUSE_CLICK, words);
}

static void click_twice(Stage *stage, const char *words)
{
    click(stage, words);
    stage_wait(stage, 100);
    send(stage, MOUSE_CLICK, words);
}

static void test_panes(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    click(stage, "web-01   ");
    g_assert_cmpstr(app_guest(stage->app)->name, ==, "web-01");
    g_assert_cmpint(stage->app->focus, ==, PANE_GUESTS);
    stage_wait(stage, 1000);
    send(stage, MOUSE_CLICK, "web-01   "); // too late for a double click
    g_assert_cmpint(stage->app->focus, ==, PANE_GUESTS);
    click_twice(stage, "web-01   ");
    g_assert_cmpint(stage->app->focus, ==, PANE_TREE);
    click(stage, "o nginx-1.28");
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "nginx-1.28");
    click_twice(stage, "o tls-renewed");
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "tls-renewed");
    g_assert_cmpint(stage->app->focus, ==, PANE_DETAILS);
    click(stage, "Disks of");
    g_assert_cmpint(stage->app->focus, ==, PANE_DISKS);
    stage_expect_calls(stage, "");
}

// Clicks on frames, the title, the last row and empty rows change nothing that matters.
static void test_nowhere(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    for (int row = 0; row < 60; row += 1) {
        for (int col = 0; col < 200; col += 7) {
            stage_wait(stage, 1000);
            app_key(stage->app, key_of_mouse(MOUSE_CLICK, row, col));
            app_settle(stage->app);
        }
    }
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    g_assert_false(stage->app->leave);
    stage_expect_calls(stage, "");
}

static void test_wheel(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    send(stage, MOUSE_WHEEL_DOWN, "web-01   ");
    g_assert_cmpint(stage->app->guests.cursor, ==, 3);
    send(stage, MOUSE_WHEEL_UP, "web-01   ");
    g_assert_cmpint(stage->app->guests.cursor, ==, 0);
    stage_keys(stage, "?");
    send(stage, MOUSE_WHEEL_DOWN, "Move down one row");
    g_assert_cmpint(stage->app->page_text.top, ==, 3);
}

static Plan *losing_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, "00000000-0000-4000-8000-000000000000", "web-01", "nginx-1.28");
    Plan *plan = plan_new(wish);

    g_free(plan->title);
    plan->title = g_strdup("Revert web-01 to nginx-1.28");
    plan_loses(plan, LOSS_NOW, NULL);
    plan->loses_data = true;
    plan_add_step(plan, STEP_REVERT, "nginx-1.28")->effect = g_strdup("Go back.");
    return plan;
}

static void test_dialog(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    click_twice(stage, "web-01   ");
    stage_keys(stage, "c");
    click(stage, "Cancel");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    app_key(stage->app, 'c');
    app_settle(stage->app);
    send(stage, MOUSE_CLICK, "Cancel"); // too early: meant for what was there before
    g_assert_cmpuint(stage->app->dialogs->len, ==, 1);
    click(stage, "Snapshots of"); // beside it
    g_assert_cmpuint(stage->app->dialogs->len, ==, 1);
    click(stage, "Cancel");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_expect_calls(stage, "");
}

// The button that loses data is pressed by a key, never by a click.
static void test_loss(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);
    Message *message = message_new(MSG_PLAN);

    click_twice(stage, "web-01   ");
    stage_keys(stage, "k d");
    g_free(fake_engine_calls(stage->engine));
    message->plan.ticket = 1;
    message->plan.plan = losing_plan();
    stage_say(stage, message);
    click(stage, "( Revert )"); // the name is not typed
    click(stage, "Type name");
    stage_type(stage, "web-01");
    click(stage, "[ Revert ]");
    click_twice(stage, "[>Revert<]");
    stage_expect_calls(stage, "");
    stage_keys(stage, "Enter");
    stage_expect_calls(stage, "run Revert web-01 to nginx-1.28\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mouse/panes", test_panes);
    g_test_add_func("/mouse/nowhere", test_nowhere);
    g_test_add_func("/mouse/wheel", test_wheel);
    g_test_add_func("/mouse/dialog", test_dialog);
    g_test_add_func("/mouse/loss", test_loss);
    return g_test_run();
}
