// SPDX-License-Identifier: GPL-2.0-or-later
// Every dialog: how it looks, where the focus stands, and what it asks of the engine.

#include "tests/fake/stage.h"

#include <string.h>

// The tree of a guest has the focus, NOW is selected.
static Stage *stage_at(const char *guest)
{
    Stage *stage = stage_ready(24, 80);

    while (g_strcmp0(app_guest(stage->app)->name, guest) != 0)
        stage_keys(stage, "j");
    stage_keys(stage, "Enter");
    return stage;
}

static guint64 last_ticket = 1;

// ---- plans made by hand, so that a change of the rules' words changes no golden here

static Plan *merge_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "00000000-0000-4000-8000-000000000000", "web-01", "nginx-1.28");
    Plan *plan = plan_new(wish);
    Step *step;
    StepDisk *disk;

    g_free(plan->title);
    plan->title = g_strdup("Delete snapshot nginx-1.28 of web-01");
    plan_outcome(plan, "Snapshot nginx-1.28 is gone; nothing that was written before or after it is lost.");
    plan_warn(plan, "H18", "While the merge runs web-01 can't be shut down, suspended or migrated.");
    step = plan_add_step(plan, STEP_DELETE, "nginx-1.28");
    step->effect = g_strdup("Merge what was written after nginx-1.28 into the image it froze.");
    step->cancellable = true;
    disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);
    disk->merges = g_strdup("/srv/images/web-01.nginx-1.28.qcow2");
    disk->writes = g_strdup("/srv/images/web-01.before-nginx-1.28.qcow2");
    disk->removes = g_strdup("/srv/images/web-01.nginx-1.28.qcow2");
    disk->bytes = 300 << 20;
    plan->copy_bytes = 300 << 20;
    plan->space_needed = 300 << 20;
    plan->space_free = (gint64) 40 << 30;
    plan->after = g_strdup("running");
    plan_seal(plan);
    return plan;
}

static Plan *losing_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, "00000000-0000-4000-8000-000000000000", "web-01", "nginx-1.28");
    Plan *plan;
    Step *step;

    wish->now = NOW_LOSE;
    plan = plan_new(wish);
    g_free(plan->title);
    plan->title = g_strdup("Revert web-01 to nginx-1.28");
    plan_outcome(plan, "The disks are those of snapshot nginx-1.28. All snapshots stay.");
    plan_loses(plan, LOSS_NOW_SINCE, "tls-renewed");
    plan->loses_data = true;
    plan_warn(plan, "stop", "QEMU is ended and started again: consoles and network connections drop.");
    step = plan_add_step(plan, STEP_REVERT, "nginx-1.28");
    step->effect = g_strdup("Stop the guest and go back with new overlays on the images it froze.");
    plan->after = g_strdup("off");
    plan_seal(plan);
    return plan;
}

static Plan *refused_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "00000000-0000-4000-8000-000000000001", "api-staging", "configured");
    Plan *plan = plan_new(wish);

    g_free(plan->title);
    plan->title = g_strdup("Delete snapshot configured of api-staging");
    plan_refuse(plan, "law 2", "Two snapshots and NOW are based on configured; merging it into one of them would "
                "change what the others read.");
    plan_route(plan, "plan delete api-staging go-1.24", "Delete the other branches first, leaf first.");
    plan_seal(plan);
    return plan;
}

static void answer_plan(Stage *stage, Plan *plan)
{
    Message *message = message_new(MSG_PLAN);

    message->plan.ticket = last_ticket;
    message->plan.plan = plan;
    stage_say(stage, message);
}

static void test_create(void)
{
    g_autoptr(Stage) stage = stage_at("db-primary");

    stage_keys(stage, "c");
    stage_golden_at_all_sizes(stage, "create");
    stage_keys(stage, "Tab");
    stage_type(stage, "before the upgrade");
    stage_keys(stage, "Tab Tab Space Tab Tab Space");
    stage_golden_at_all_sizes(stage, "create-filled");
    stage_keys(stage, "Tab Tab Tab Enter");
    stage_expect_calls(stage, "plan 1 create snap-20261121-1432 of db-primary external memory\n");
    g_assert_cmpstr(fake_engine_wish(stage->engine)->description, ==, "before the upgrade");
    stage_golden_at_all_sizes(stage, "planning");
}

static void test_create_faults(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");

    stage_keys(stage, "c C-u");
    stage_type(stage, "nginx-1.28");
    stage_golden_at_all_sizes(stage, "create-name-taken");
    stage_keys(stage, "Enter Enter");
    stage_expect_calls(stage, "");
    stage_keys(stage, "C-u");
    stage_type(stage, "a b");
    stage_golden_at_all_sizes(stage, "create-name-bad");
    stage_keys(stage, "Esc");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
}

static void test_merge_plan(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");

    stage_keys(stage, "k k d");
    stage_expect_calls(stage, "plan 1 delete nginx-1.28 of web-01\n");
    answer_plan(stage, merge_plan());
    stage_golden_at_all_sizes(stage, "plan-merge");
    stage_keys(stage, "Enter"); // Cancel has the focus
    stage_expect_calls(stage, "");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_keys(stage, "d");
    last_ticket = 2;
    answer_plan(stage, merge_plan());
    last_ticket = 1;
    stage_keys(stage, "Tab Enter");
    stage_expect_calls(stage, "plan 2 delete nginx-1.28 of web-01\nrun Delete snapshot nginx-1.28 of web-01\n");
    stage_golden_at_all_sizes(stage, "plan-started");
}

// The last row offers Space where it changes something.
static void test_space(void)
{
    g_autoptr(Stage) stage = stage_at("db-primary");
    g_autofree char *field = NULL, *choice = NULL, *button = NULL;

    stage_keys(stage, "c");
    field = stage_text(stage);
    stage_keys(stage, "Tab Tab");
    choice = stage_text(stage);
    stage_keys(stage, "BackTab BackTab BackTab");
    button = stage_text(stage);
    g_assert_null(strstr(field, "Space change"));
    g_assert_nonnull(strstr(choice, "Enter choose  Space change  Esc leave"));
    g_assert_null(strstr(button, "Space change"));
    g_assert_nonnull(strstr(button, "[>Show the plan<]"));
}

static void test_guard(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");

    stage_keys(stage, "k k d");
    answer_plan(stage, merge_plan());
    stage_wait(stage, 149);
    app_key(stage->app, KEY_TAB_CHAR);
    app_key(stage->app, KEY_RETURN);
    g_assert_cmpuint(stage->app->dialogs->len, ==, 1);
    stage_keys(stage, "Enter"); // the Tab was not heard either: this is Cancel
    stage_expect_calls(stage, "plan 1 delete nginx-1.28 of web-01\n");
}

static void test_losing_plan(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");

    stage_keys(stage, "k k r");
    stage_golden_at_all_sizes(stage, "revert");
    stage_keys(stage, "Tab Enter");
    stage_expect_calls(stage, "plan 1 revert nginx-1.28 of web-01 lose-now\n");
    answer_plan(stage, losing_plan());
    stage_golden_at_all_sizes(stage, "plan-losing");
    stage_resize(stage, LAYOUT_MIN_ROWS, LAYOUT_MIN_COLS); // what is lost comes first, and that there is more is said
    stage_golden(stage, "plan-losing-40x10");
    stage_sees(stage, "Lost for good:");
    stage_keys(stage, "BackTab PageDown"); // the text scrolls while the name is typed
    stage_sees(stage, "snapshot tls-renewed was taken");
    stage_sees(stage, "PageDown more");
    stage_keys(stage, "Tab");
    stage_resize(stage, 24, 80);
    stage_keys(stage, "Tab Enter Tab Enter"); // no way to start it without the name
    stage_expect_calls(stage, "");
}

static void test_losing_confirmed(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");

    stage_keys(stage, "k k r Tab Enter");
    answer_plan(stage, losing_plan());
    stage_keys(stage, "BackTab");
    stage_type(stage, "web-0");
    stage_keys(stage, "Enter Enter");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 2);
    stage_type(stage, "1");
    stage_golden_at_all_sizes(stage, "plan-losing-typed");
    stage_keys(stage, "Enter Enter");
    stage_expect_calls(stage, "plan 1 revert nginx-1.28 of web-01 lose-now\nrun Revert web-01 to nginx-1.28\n");
}

// What hangs below goes only where that was chosen, and is offered only where something does.
// What the snapshot stored is another machine in many ways: the first of them are listed.
static void test_revert_changes(void)
{
    static const char things[] = "network card 52:54:00:00:00:02: bridge br1\nsound card: ich9\nwatchdog: itco";
    g_autoptr(Stage) stage = stage_at("web-01");
    const Snapshot *snapshot = picture_snapshot(app_guest(stage->app)->picture, "nginx-1.28");
    Definition *stored = snapshot->definition;

    stored->memory = (guint64) 4 << 30;
    stage_keys(stage, "k k r");
    stage_golden_at_all_sizes(stage, "revert-changes");
    stage_keys(stage, "Esc");
    stored->vcpus = 4;
    shared_text_set(&stored->hardware, things);
    stage_keys(stage, "r");
    stage_golden_at_all_sizes(stage, "revert-many-changes");
}

// The room is told where the files will lie, and what can't be is said before a plan is asked for.
static void test_create_room(void)
{
    g_autoptr(Stage) stage = stage_at("db-primary");

    ((Definition *) domain_now(app_guest(stage->app)->picture->domain))->memory = (guint64) 64 << 30;
    stage_keys(stage, "c");
    stage_sees(stage, "/srv/fast: 700M free for what the guest writes.");
    stage_keys(stage, "Tab Tab Tab Space");
    stage_golden_at_all_sizes(stage, "create-no-room");
    stage_sees(stage, "There is not enough free space for the guest's memory");
    stage_keys(stage, "Space");
    stage_lacks(stage, "not enough");
}

static void test_revert_children(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");

    stage_keys(stage, "k k r BackTab BackTab Space");
    stage_golden_at_all_sizes(stage, "revert-children");
    stage_keys(stage, "Tab Tab Enter");
    stage_expect_calls(stage, "plan 1 revert nginx-1.28 of web-01 keep-now before-revert-20261121-1432 discard-children\n");
}

static void test_keep_now(void)
{
    g_autoptr(Stage) stage = stage_at("win11");

    stage_keys(stage, "k r Enter");
    stage_expect_calls(stage, "plan 1 revert updated of win11 keep-now before-revert-20261121-1432\n");
    stage_keys(stage, "Enter"); // cancels the planning; the answer finds nobody
    answer_plan(stage, losing_plan());
    g_assert_cmpuint(stage->app->dialogs->len, ==, 1);
    stage_keys(stage, "Esc");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
}

static void test_refused(void)
{
    g_autoptr(Stage) stage = stage_at("api-staging");

    stage_keys(stage, "g j j d");
    answer_plan(stage, refused_plan());
    stage_golden_at_all_sizes(stage, "plan-refused");
    stage_keys(stage, "Enter");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
}

static void test_no_plan(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");
    Message *message = message_new(MSG_PLAN);

    stage_keys(stage, "k d");
    message->plan.ticket = 1;
    message->plan.failure = failure_new("Looking at web-01 failed.", "Timed out during operation: cannot acquire "
                                        "state change lock (held by remoteDispatchDomainBackupBegin)", 68,
                                        "Another job holds the guest: wait for it, then try again.");
    stage_say(stage, message);
    stage_golden_at_all_sizes(stage, "plan-failed");
}

static void test_ask(void)
{
    g_autoptr(Stage) stage = stage_new(24, 80, NULL);
    Message *message = message_new(MSG_ASK);

    message->ask.ticket = 7;
    message->ask.credentials = g_ptr_array_new();
    g_ptr_array_add(message->ask.credentials, credential_new("user", false));
    g_ptr_array_add(message->ask.credentials, credential_new("password", true));
    g_ptr_array_set_free_func(message->ask.credentials, (GDestroyNotify) credential_free);
    stage_say(stage, message);
    stage_wait(stage, 200);
    stage_type(stage, "fred");
    stage_keys(stage, "Enter");
    stage_type(stage, "s3cr\xc3\xa9t");
    stage_golden_at_all_sizes(stage, "ask");
    stage_keys(stage, "Enter");
    g_assert_cmpstr(fake_engine_answers(stage->engine), ==, "fred|s3cr\xc3\xa9t");
}

static void test_no_libvirt(void)
{
    g_autoptr(Stage) stage = stage_new(24, 80, NULL);

    stage_say_lost(stage, true, "Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory");
    stage_golden_at_all_sizes(stage, "no-libvirt");
    stage_keys(stage, "Enter");
    stage_expect_calls(stage, "start default\nreconnect\n");
    stage_say_lost(stage, true, "Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory");
    stage_keys(stage, "BackTab");
    stage_type(stage, "qemu+ssh://hv3/system");
    stage_golden_at_all_sizes(stage, "no-libvirt-other");
    stage_keys(stage, "Enter");
    stage_expect_calls(stage, "start qemu+ssh://hv3/system\n");
}

static void test_paste(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");

    stage_keys(stage, "k PasteBegin");
    stage_type(stage, "dcrq");
    stage_keys(stage, "PasteEnd");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_keys(stage, "/ PasteBegin");
    stage_type(stage, "renewed\r");
    stage_keys(stage, "PasteEnd");
    g_assert_cmpint(stage->app->prompt.kind, ==, PROMPT_FIND);
    g_assert_cmpstr(stage->app->prompt.entry.text->str, ==, "renewed ");
    stage_keys(stage, "Esc c Tab PasteBegin");
    stage_type(stage, "two\nlines");
    app_key(stage->app, KEY_PASTE_END);
    stage_keys(stage, "Esc");
    stage_expect_calls(stage, "");
}

// A paste whose end is lost, or which stalls on a slow line: nothing of it ever becomes a command.
static void test_stalled_paste(void)
{
    g_autoptr(Stage) stage = stage_at("web-01");
    g_autofree char *text = NULL;

    stage_keys(stage, "k PasteBegin");
    app_key(stage->app, 'd');
    stage_type(stage, "\033d\003d"); // without a pause these are text too
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_keys(stage, "d r c");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    text = stage_text(stage);
    g_assert_nonnull(strstr(text, "A paste has begun and not ended, so keys are not obeyed: Esc ends it."));
    stage_keys(stage, "Esc d");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 1);
}

static void add_name(const char *path, GTestFunc test)
{
    g_test_add_func(path, test);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_name("/dialogs/create", test_create);
    add_name("/dialogs/create checks the name", test_create_faults);
    add_name("/dialogs/create checks the room", test_create_room);
    add_name("/dialogs/revert lists changes", test_revert_changes);
    add_name("/dialogs/plan of a merge", test_merge_plan);
    add_name("/dialogs/Space", test_space);
    add_name("/dialogs/keys typed too early", test_guard);
    add_name("/dialogs/plan that loses data", test_losing_plan);
    add_name("/dialogs/plan that loses data, confirmed", test_losing_confirmed);
    add_name("/dialogs/revert keeps NOW by default", test_keep_now);
    add_name("/dialogs/revert discards what hangs below", test_revert_children);
    add_name("/dialogs/plan refused", test_refused);
    add_name("/dialogs/no plan", test_no_plan);
    add_name("/dialogs/authentication", test_ask);
    add_name("/dialogs/no libvirt", test_no_libvirt);
    add_name("/dialogs/paste", test_paste);
    add_name("/dialogs/paste without an end", test_stalled_paste);
    return g_test_run();
}
