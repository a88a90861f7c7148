// SPDX-License-Identifier: GPL-2.0-or-later
// The notice row: the point first, and the way to the rest where it is cut.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

#define SAID "Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory"

// A row of the screen, from its end: 1 is the notice's.
static char *row(Stage *stage, guint from_end)
{
    g_autofree char *text = stage_text(stage);
    g_auto(GStrv) rows = g_strsplit(g_strchomp(text), "\n", -1);

    return g_strdup(rows[g_strv_length(rows) - 1 - from_end]);
}

static void assert_notice(Stage *stage, const char *words)
{
    g_autofree char *notice = row(stage, 1);

    g_assert_cmpstr(notice, ==, words);
}

static void test_lost(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_say_lost(stage, false, "internal error: client socket is closed");
    assert_notice(stage, " ! internal error: client socket is closed (hv3)");
    stage_say_lost(stage, false, SAID);
    stage_golden(stage, "notice-cut-80x24");
    assert_notice(stage, " ! Failed to connect socket to '/var/run/libvirt/libvirt-sock': … L: whole text");
    stage_keys(stage, "L");
    g_assert_cmpuint(stage->app->log->len, ==, 2); // it was in the log before
}

// What only the row knew is in the log as soon as that is opened.
static void test_cut(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 60);
    g_autofree char *text = NULL;

    app_notice(stage->app, true, "Not possible now: \"merge nginx-1.28 of web-01\" still runs, and more.");
    assert_notice(stage, " ! Not possible now: \"merge nginx-1.28 of we… L: whole text");
    stage_keys(stage, "?");
    assert_notice(stage, " ! Not possible now: \"merge nginx-1.28 of web-01\" still run…"); // L is not heard there
    stage_keys(stage, "Esc");
    app_notice(stage->app, true, "Not possible now: \"merge nginx-1.28 of web-01\" still runs, and more.");
    stage_keys(stage, "L");
    text = stage_text(stage);
    g_assert_nonnull(strstr(text, "Not possible now: \"merge nginx-1.28 of web-01\" still"));
    g_assert_nonnull(strstr(text, "runs, and more."));
}

static void test_short(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    app_notice(stage->app, true, "No job runs here.");
    stage_keys(stage, "L");
    g_assert_cmpuint(stage->app->log->len, ==, 0);
}

// The dialog says it; the row says it again only when the dialog is gone.
static void test_dialog(void)
{
    g_autoptr(Stage) stage = stage_new(24, 80, NULL);

    stage_say_lost(stage, true, SAID);
    assert_notice(stage, "");
    stage_keys(stage, "Esc");
    assert_notice(stage, " ! Failed to connect socket to '/var/run/libvirt/libvirt-sock': … L: whole text");
}

// A key that asks for a guest says so where there is none.
static void test_no_guest(void)
{
    g_autoptr(Stage) stage = stage_new(24, 80, NULL);

    stage_say_connected(stage);
    for (const char *const *key = (const char *const[]) {"v", "y", "c", NULL}; *key; key++) {
        app_notice(stage->app, false, "-");
        stage_keys(stage, *key);
        assert_notice(stage, " ! Select a guest first.");
    }
}

// Another notice is heard though that dialog is open.
static void test_dialog_other(void)
{
    g_autoptr(Stage) stage = stage_new(24, 80, NULL);

    stage_say_lost(stage, true, SAID);
    app_notice(stage->app, true, "A job still runs.");
    assert_notice(stage, " ! A job still runs.");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notices/connection lost", test_lost);
    g_test_add_func("/notices/cut", test_cut);
    g_test_add_func("/notices/short", test_short);
    g_test_add_func("/notices/no guest", test_no_guest);
    g_test_add_func("/notices/no connection", test_dialog);
    g_test_add_func("/notices/no connection, and something else", test_dialog_other);
    return g_test_run();
}
