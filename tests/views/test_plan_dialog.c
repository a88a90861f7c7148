// SPDX-License-Identifier: GPL-2.0-or-later
// The plan in its dialog: it fits a small screen, names each file, and its confirmation is within reach.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

#define WEB "00000000-0000-4000-8000-000000000000"
#define IMAGES "/var/lib/libvirt/images/"

// The tree of web-01 has the focus, nginx-1.28 is selected.
static Stage *stage_at_web(void)
{
    Stage *stage = stage_ready(24, 80);

    while (g_strcmp0(app_guest(stage->app)->name, "web-01") != 0)
        stage_keys(stage, "j");
    stage_keys(stage, "Enter k k");
    return stage;
}

static void answer(Stage *stage, Plan *plan)
{
    Message *message = message_new(MSG_PLAN);

    message->plan.ticket = 1;
    message->plan.plan = plan;
    stage_say(stage, message);
}

// In the words of the rules, because their length is what counts here.
static Plan *merge_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, WEB, "web-01", "nginx-1.28");
    Plan *plan = plan_new(wish);
    Step *step = plan_add_step(plan, STEP_DELETE, "nginx-1.28");
    StepDisk *disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);

    g_free(plan->title);
    plan->title = g_strdup("Delete snapshot nginx-1.28 of web-01");
    plan_outcome(plan, "Nobody can go back to nginx-1.28 any more. NOW and all other snapshots keep their data.");
    plan_loses(plan, LOSS_POINT, "nginx-1.28");
    plan_warn(plan, "merge", "Until the merge ends the guest cannot be shut down, suspended or migrated. Only a "
              "forced power-off works, and it damages the snapshot that is being deleted.");
    step->effect = g_strdup("Merge what was written after snapshot nginx-1.28 down into the images it froze.");
    disk->merges = g_strdup(IMAGES "web-01.nginx-1.28.qcow2");
    disk->writes = g_strdup(IMAGES "web-01.qcow2");
    disk->removes = g_strdup(IMAGES "web-01.nginx-1.28.qcow2");
    disk->bytes = plan->copy_bytes = plan->space_needed = (gint64) 2 << 30;
    plan->space_free = (gint64) 40 << 30;
    plan->after = g_strdup("running");
    plan_seal(plan);
    return plan;
}

static void test_fits(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_keys(stage, "d");
    answer(stage, merge_plan());
    stage_golden_at_all_sizes(stage, "plan-fits");
    stage_sees(stage, "Steps in /var/lib/libvirt/images ");
    stage_sees(stage, "vda: web-01.nginx-1.28.qcow2 is merged into web-01.qcow2 ");
    stage_sees(stage, "copies   at most 2.0G, needs as much space, free: 40G ");
    stage_sees(stage, "vda: removes web-01.nginx-1.28.qcow2 ");
    stage_sees(stage, "Can't be cancelled once it runs.");
    stage_lacks(stage, "Given up");
    stage_lacks(stage, "PageDown");
}

// What is given up besides is said.
static void test_given_up(void)
{
    g_autoptr(Stage) stage = stage_at_web();
    Plan *plan = merge_plan();

    plan_loses(plan, LOSS_OTHER, "the managed save");
    stage_keys(stage, "d");
    answer(stage, plan);
    stage_sees(stage, "Given up (no data is lost):");
    stage_sees(stage, "- the managed save");
}

// Two folders: each step names its own, a step with files in both names them whole.
static void test_folders(void)
{
    g_autoptr(Stage) stage = stage_at_web();
    Plan *plan = merge_plan();
    Step *step = plan_add_step(plan, STEP_MAKE_LAYERS, "web-01");
    StepDisk *disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);

    step->effect = g_strdup("Make a layer.");
    disk->writes = g_strdup("/fast/new.qcow2");
    disk->backing = g_strdup("/fast/old.qcow2");
    step = plan_add_step(plan, STEP_CREATE, "s");
    step->effect = g_strdup("Take s.");
    step->memory_file = g_strdup("/slow/s.mem");
    step_add_disk(step, "vda", DISK_MODE_EXTERNAL)->writes = g_strdup("/fast/s.qcow2");
    stage_keys(stage, "d");
    answer(stage, plan);
    stage_golden_at_all_sizes(stage, "plan-folders");
    stage_resize(stage, 40, 140);
    stage_lacks(stage, "Steps in");
    stage_sees(stage, " in /var/lib/libvirt/images ");
    stage_sees(stage, " in /fast ");
    stage_sees(stage, "vda: makes new.qcow2, empty, on old.qcow2 ");
    stage_sees(stage, "vda: writes /fast/s.qcow2 ");
    stage_sees(stage, "memory: writes /slow/s.mem ");
}

// ---- the confirmation

static Plan *losing_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, WEB, "web-01", "nginx-1.28");
    Plan *plan = plan_new(wish);

    g_free(plan->title);
    plan->title = g_strdup("Revert web-01 to nginx-1.28");
    plan_loses(plan, LOSS_NOW, NULL);
    plan->loses_data = true;
    plan_add_step(plan, STEP_REVERT, "nginx-1.28")->effect = g_strdup("Go back.");
    plan_seal(plan);
    return plan;
}

static Stage *stage_losing(void)
{
    Stage *stage = stage_at_web();

    stage_keys(stage, "d");
    answer(stage, losing_plan());
    stage_wait(stage, 200);
    g_free(fake_engine_calls(stage->engine));
    return stage;
}

// Who types the name at once means the field, whatever has the focus.
static void test_typed_at_once(void)
{
    g_autoptr(Stage) stage = stage_losing();

    stage_type(stage, "web-01");
    stage_sees(stage, "Type name  web-01 ");
    stage_sees(stage, "[ Cancel ]  [ Revert ]");
    stage_keys(stage, "Enter Enter");
    stage_expect_calls(stage, "run Revert web-01 to nginx-1.28\n");
}

static void test_enter_cancels(void)
{
    g_autoptr(Stage) stage = stage_losing();

    stage_sees(stage, "[>Cancel<]  ( Revert )");
    stage_keys(stage, "Enter");
    stage_expect_calls(stage, "");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
}

// A paste goes where the focus is; a blank and keys without a character change nothing.
static void test_not_typed(void)
{
    g_autoptr(Stage) stage = stage_losing();

    stage_keys(stage, "PasteBegin");
    stage_type(stage, "web-01");
    app_key(stage->app, KEY_PASTE_END);
    stage_keys(stage, "Space Backspace Home F5");
    stage_sees(stage, "[>Cancel<]  ( Revert )");
    stage_keys(stage, "BackTab PasteBegin");
    stage_type(stage, "web-01");
    stage_keys(stage, "PasteEnd");
    stage_sees(stage, "[ Cancel ]  [ Revert ]");
}

// Too early is too early for letters too.
static void test_typed_too_early(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_keys(stage, "d");
    answer(stage, losing_plan());
    stage_type(stage, "web-01");
    stage_sees(stage, "[>Cancel<]  ( Revert )");
}

// Other dialogs do not catch letters.
static void test_create(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_keys(stage, "c BackTab x");
    stage_sees(stage, "[>Show the plan<]");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan/fits a small screen", test_fits);
    g_test_add_func("/plan/given up", test_given_up);
    g_test_add_func("/plan/folders", test_folders);
    g_test_add_func("/plan/name typed at once", test_typed_at_once);
    g_test_add_func("/plan/Enter cancels", test_enter_cancels);
    g_test_add_func("/plan/what is not typed", test_not_typed);
    g_test_add_func("/plan/typed too early", test_typed_too_early);
    g_test_add_func("/plan/other dialogs", test_create);
    return g_test_run();
}
