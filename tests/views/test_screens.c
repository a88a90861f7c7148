// SPDX-License-Identifier: GPL-2.0-or-later
// Whole screens of the main view and its pages, at three sizes, from guests of every sort.

#include "tests/fake/stage.h"

#include <string.h>

// A guest's tree has the focus, on the row `rows` below the first.
static Stage *stage_tree(const char *guest, int rows)
{
    Stage *stage = stage_ready(24, 80);

    stage_select_guest(stage, guest);
    stage_keys(stage, "Enter g");
    for (int i = 0; i < rows; i++)
        stage_keys(stage, "j");
    return stage;
}

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

static void test_before_answer(void)
{
    g_autoptr(Stage) stage = stage_new(24, 80, NULL);

    stage_golden_at_all_sizes(stage, "connecting");
}

// The records of a guest arrive: what is known stands there, and how far it is.
static void test_reading(void)
{
    g_autoptr(Stage) stage = stage_tree("metrics", 2);
    Picture *whole = picture_made(PICTURE_DEEP);
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(unref_snapshot);
    Message *message = message_new(MSG_DOMAIN);

    for (guint i = 0; i < whole->snapshots->len; i++) {
        const Snapshot *read = whole->snapshots->pdata[i];
        Snapshot *unread = snapshot_new(read->name);

        unread->parent = g_strdup(read->parent);
        unread->unread = true;
        g_ptr_array_add(snapshots, i % 4 == 0 ? snapshot_ref(read) : unread);
        if (i % 4 == 0)
            snapshot_unref(unread);
    }
    message->picture = picture_new(domain_ref(whole->domain), snapshots, whole->current, images_new());
    message->picture->incomplete = g_strdup("Its snapshots are being read: 8 of 30.");
    picture_unref(whole);
    g_clear_pointer(&app_guest(stage->app)->picture, picture_unref); // nothing was known before
    stage_expect_calls(stage, "");
    stage_say(stage, message);
    stage_expect_calls(stage, "first night-02, 22 names\n");
    g_assert_true(app_guest(stage->app)->picture->unread > 0);
    stage_golden_at_all_sizes(stage, "reading");
}

// What is asked for anew is said to be read until it has come.
static void test_reading_anew(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);
    Message *web = message_new(MSG_DOMAIN), *api = message_new(MSG_DOMAIN);

    web->picture = picture_made(PICTURE_CHAIN);
    api->picture = picture_made(PICTURE_BRANCHES);
    stage_select_guest(stage, "web-01");
    stage_lacks(stage, "READING");
    stage_expect_calls(stage, "");
    stage_keys(stage, "C-r");
    stage_expect_calls(stage, "refresh all\n");
    stage_sees(stage, " READING\n");
    stage_say(stage, api);
    stage_keys(stage, "Down Up"); // which takes away what was said at the bottom
    stage_sees(stage, " READING\n");
    stage_say(stage, web);
    stage_lacks(stage, "READING");
    stage_select_guest(stage, "win11"); // the others are still waited for
    stage_sees(stage, " READING\n");
}

static void test_guests(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_golden_at_all_sizes(stage, "guests");
}

static void test_tree(gconstpointer data)
{
    const struct { const char *guest; int row; const char *golden; } *test = data;
    g_autoptr(Stage) stage = stage_tree(test->guest, test->row);

    stage_golden_at_all_sizes(stage, test->golden);
}

static const struct {
    const char *guest;
    int row;
    const char *golden;
} trees[] = {
    {"web-01", 2, "tree-chain"},        {"web-01", 3, "tree-chain-now"},  {"api-staging", 2, "tree-branches"},
    {"win11", 1, "tree-internal"},      {"mail-archive", 1, "tree-missing"}, {"mail-archive", 2, "tree-missing-now"},
    {"wiki", 2, "tree-mismatch"},       {"db-primary", 0, "tree-disks"},  {"db-primary", 1, "tree-disks-now"},
    {"metrics", 20, "tree-deep"},       {"new-guest", 0, "tree-empty"},
};

static void test_hostile(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);
    g_autofree char *text = NULL;

    while (app_guest(stage->app)->name[0] != 'e')
        stage_keys(stage, "j");
    stage_keys(stage, "Enter g j");
    text = stage_text(stage);
    g_assert_null(strchr(text, '\033'));
    g_assert_null(strchr(text, '\a'));
    stage_golden_at_all_sizes(stage, "tree-hostile");
}

static void test_folded(void)
{
    g_autoptr(Stage) stage = stage_tree("api-staging", 2);

    stage_keys(stage, "h");
    stage_golden_at_all_sizes(stage, "tree-folded");
}

static void test_disks_pane(void)
{
    g_autoptr(Stage) stage = stage_tree("web-01", 3);

    stage_keys(stage, "Tab Tab");
    stage_golden_at_all_sizes(stage, "disks-focus");
}

static void test_lost(void)
{
    g_autoptr(Stage) stage = stage_tree("web-01", 1);

    stage_say_lost(stage, false, "internal error: client socket is closed");
    stage_golden_at_all_sizes(stage, "lost");
}

static void test_read_only(void)
{
    g_autoptr(Stage) stage = stage_read_only(24, 80);

    stage_select_guest(stage, "web-01");
    stage_keys(stage, "Enter k d");
    stage_golden_at_all_sizes(stage, "read-only");
}

static void test_help(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_keys(stage, "?");
    stage_golden_at_all_sizes(stage, "help");
    stage_resize(stage, 24, 80);
    stage_keys(stage, "G");
    stage_golden_at_all_sizes(stage, "help-end");
}

// Every action of the table stands in the help with its sentence, or the first words of it.
static void test_help_is_whole(void)
{
    g_autoptr(Stage) stage = stage_ready(120, 140);
    g_autofree char *text = NULL;

    stage_keys(stage, "F1");
    text = stage_text(stage);
    for (int action = ACTION_NONE + 1; action < ACTION_N; action++)
        if (!strstr(text, action_help((Action) action)))
            g_error("the help does not mention %s", action_name((Action) action));
}

static void test_log(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_say_lost(stage, false, "internal error: client socket is closed");
    stage_say_connected(stage);
    stage_keys(stage, "L");
    stage_golden_at_all_sizes(stage, "log");
}

static void test_too_small(void)
{
    g_autoptr(Stage) stage = stage_ready(9, 80);
    g_autofree char *text = stage_text(stage);

    g_assert_nonnull(strstr(text, "virt-snap needs"));
    stage_resize(stage, 10, 40);
    stage_golden(stage, "smallest-40x10");
    stage_resize(stage, 1, 1);
    g_free(stage_text(stage));
}

static void test_two_hosts(void)
{
    const char *const uris[] = {"qemu:///system", "qemu+ssh://hv4/system", NULL};
    AppOptions options = {.uris = uris};
    g_autoptr(Stage) stage = stage_new(24, 80, &options);

    stage_say_connected(stage);
    stage_say_guests(stage);
    stage_golden_at_all_sizes(stage, "two-hosts");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/screens/before the first answer", test_before_answer);
    g_test_add_func("/screens/reading", test_reading);
    g_test_add_func("/screens/reading anew", test_reading_anew);
    g_test_add_func("/screens/guests", test_guests);
    for (gsize i = 0; i < G_N_ELEMENTS(trees); i++) {
        g_autofree char *path = g_strdup_printf("/screens/%s", trees[i].golden);

        g_test_add_data_func(path, &trees[i], test_tree);
    }
    g_test_add_func("/screens/hostile names", test_hostile);
    g_test_add_func("/screens/folded", test_folded);
    g_test_add_func("/screens/disks with the focus", test_disks_pane);
    g_test_add_func("/screens/connection lost", test_lost);
    g_test_add_func("/screens/read-only", test_read_only);
    g_test_add_func("/screens/help", test_help);
    g_test_add_func("/screens/help is whole", test_help_is_whole);
    g_test_add_func("/screens/log", test_log);
    g_test_add_func("/screens/too small", test_too_small);
    g_test_add_func("/screens/two hosts", test_two_hosts);
    return g_test_run();
}
