// SPDX-License-Identifier: GPL-2.0-or-later
// No dialog ever hides its buttons: each one at sizes from the smallest on, with the focus on every item. A dialog
// that is not opened here fails the last test.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

static const struct {
    int rows, cols;
} sizes[] = {{LAYOUT_MIN_ROWS, LAYOUT_MIN_COLS}, {16, 60}, {24, 80}, {40, 140}};

static GHashTable *seen; // of DialogView

// The dialog on top, at all sizes.
static void look(Stage *stage)
{
    const Form *form = dialog_top(stage->app)->form;

    g_hash_table_add(seen, (gpointer) dialog_top(stage->app)->view);
    for (gsize size = 0; size < G_N_ELEMENTS(sizes); size++) {
        stage_resize(stage, sizes[size].rows, sizes[size].cols);
        for (guint i = 0; i < form->items->len; i++) {
            stage_sees_buttons(stage);
            stage_keys(stage, "Tab");
        }
    }
    stage_resize(stage, 24, 80);
}

static Stage *stage_in(const char *guest)
{
    Stage *stage = stage_ready(24, 80);

    stage_select_guest(stage, guest);
    stage_keys(stage, "Enter");
    return stage;
}

static void test_create(void)
{
    g_autoptr(Stage) stage = stage_in("db-primary");
    const Domain *domain = app_guest(stage->app)->picture->domain;
    GPtrArray *disks = domain_now(domain)->disks;

    stage_keys(stage, "c");
    look(stage);
    stage_keys(stage, "Esc");
    for (int i = 0; i < 20; i++) { // and a guest with more disks than any screen has rows
        Disk *disk = disk_copy(disks->pdata[0]);

        shared_text_set(&disk->target, "vdz");
        g_ptr_array_add(disks, disk);
    }
    stage_resize(stage, LAYOUT_MIN_ROWS, LAYOUT_MIN_COLS);
    stage_keys(stage, "c");
    look(stage);
}

static void test_plan(void)
{
    g_autoptr(Stage) stage = stage_in("web-01");

    stage_keys(stage, "k k d");
    look(stage);
    stage_answer_plan(stage);
    look(stage);
    open_copy_dialog(stage->app, stage->host, dialog_top(stage->app)->plan);
    look(stage);
}

static void test_loss(void)
{
    g_autoptr(Stage) stage = stage_in("web-01");
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, app_guest(stage->app)->uuid, "web-01", "nginx-1.28");
    Plan *plan;

    stage_keys(stage, "k k r");
    look(stage);
    wish->now = NOW_LOSE;
    plan = plan_new(wish);
    plan->title = g_strdup("Revert web-01 to nginx-1.28");
    plan->loses_data = true;
    plan_loses(plan, LOSS_NOW_SINCE, "tls-renewed");
    for (int i = 0; i < 9; i++)
        plan_warn(plan, "stop", "QEMU is ended and started again: consoles and network connections drop.");
    open_plan_dialog(stage->app, stage->host, plan);
    look(stage);
}

static void test_discard(void)
{
    g_autoptr(Stage) stage = stage_in("web-01");

    stage_keys(stage, "g j m k m D");
    look(stage);
}

static void test_job(void)
{
    g_autoptr(Stage) stage = stage_in("web-01");
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, app_guest(stage->app)->uuid, "web-01", "nginx-1.28");
    Message *message = message_new(MSG_JOB_STARTED);

    message->job.job = 1;
    message->job.title = g_strdup("Delete snapshot nginx-1.28 of web-01");
    message->job.steps = 1;
    message->job.uuid = g_strdup(wish->uuid);
    message->job.plan = plan_new(wish);
    plan_add_step(message->job.plan, STEP_DELETE, "nginx-1.28")->cancellable = true;
    stage_say(stage, message);
    open_cancel_dialog(stage->app, stage->app->jobs->pdata[0]);
    look(stage);
    open_quit_dialog(stage->app);
    look(stage);
}

static void test_cut_off(void)
{
    g_autoptr(Stage) stage = stage_in("web-01");
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, app_guest(stage->app)->uuid, "web-01", "s1");
    g_autoptr(Plan) plan = plan_new(wish);
    JournalFound *found = journal_found_new("20261122-020000-1-2");
    Message *message = message_new(MSG_PLAN);

    plan->title = g_strdup("Delete snapshot s1 of web-01");
    found->entry = journal_entry_new(plan);
    open_remains_dialog(stage->app, app_guest(stage->app), found);
    journal_found_free(found);
    message->plan.ticket = dialog_top(stage->app)->ticket;
    message->plan.remains = g_new0(Remains, 1);
    message->plan.remains->kind = REMAINS_CHANGED;
    message->plan.remains->story = g_strdup("Step 1 of 3 is done, the others are not.");
    message->plan.remains->finish = g_strdup("Finishing it does steps 2 and 3.");
    message->plan.remains->undo = g_strdup("Taking it back removes the new layers.");
    stage_say(stage, message);
    look(stage);
}

// What libvirt says may be long.
static void test_told(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);
    g_autofree char *said = g_strnfill(900, 'x');
    g_autoptr(Failure) failure = failure_new("Merging nginx-1.28 failed.", said, 1, "Try again.");

    open_message_dialog(stage->app, "Not done", failure);
    look(stage);
    stage_say_lost(stage, true, said);
    open_connect_dialog(stage->app, stage->host);
    look(stage);
}

static void test_ask(void)
{
    g_autoptr(Stage) stage = stage_new(24, 80, NULL);
    g_autoptr(GPtrArray) credentials = g_ptr_array_new_with_free_func((GDestroyNotify) credential_free);

    for (int i = 0; i < 5; i++)
        g_ptr_array_add(credentials, credential_new("user", false));
    open_ask_dialog(stage->app, stage->host, 7, credentials);
    look(stage);
}

// A list of buttons that is longer than the screen: where the focus is is in sight, and the frame says that there is
// more.
static void test_recent(void)
{
    g_autoptr(Stage) stage = stage_ready(LAYOUT_MIN_ROWS, LAYOUT_MIN_COLS);

    for (guint i = 0; i < RECENT_LIMIT; i++) {
        const AppGuest *guest = stage->host->guests->pdata[i % stage->host->guests->len];
        Recent *recent = g_new0(Recent, 1);

        recent->uri = g_strdup(app_host_uri(stage->host));
        recent->uuid = g_strdup(guest->uuid);
        recent->name = g_strdup_printf("guest-%u", i);
        g_ptr_array_add(stage->app->recent, recent);
    }
    open_recent_dialog(stage->app);
    app_settle(stage->app);
    stage_sees(stage, "guest-0 ");
    stage_sees(stage, "  v");
    stage_keys(stage, "BackTab BackTab");
    stage_sees(stage, "  ^");
    stage_sees(stage, "[>Close<]");
    look(stage);
}

// Counts what is in the sources: a new dialog has to be opened here too.
static void test_all(void)
{
    g_autoptr(GDir) folder = g_dir_open("tui/views", 0, NULL);
    guint defined = 0;
    const char *name;

    g_assert_nonnull(folder);
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename("tui/views", name, NULL);
        g_autofree char *text = NULL;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        for (const char *at = text; (at = strstr(at, "const DialogView ")); at++)
            defined++;
    }
    g_assert_cmpuint(defined, >, 10);
    g_assert_cmpuint(g_hash_table_size(seen), ==, defined);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    seen = g_hash_table_new(NULL, NULL);
    g_test_add_func("/buttons/create", test_create);
    g_test_add_func("/buttons/planning, plan, copy", test_plan);
    g_test_add_func("/buttons/revert, plan that loses data", test_loss);
    g_test_add_func("/buttons/discard", test_discard);
    g_test_add_func("/buttons/cancel, quit", test_job);
    g_test_add_func("/buttons/cut off", test_cut_off);
    g_test_add_func("/buttons/message, connection", test_told);
    g_test_add_func("/buttons/authentication", test_ask);
    g_test_add_func("/buttons/guests opened lately", test_recent);
    g_test_add_func("/buttons/all dialogs", test_all);
    return g_test_run();
}
