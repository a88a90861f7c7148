// SPDX-License-Identifier: GPL-2.0-or-later
// From a refused plan to another: routes open as plans, keep the other choices and never start anything by
// themselves. And what is copied of a plan.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"
#include "tui/cli_route.h"

#include <string.h>

// The plan for `act` on a snapshot of a guest was asked for and answered by the rules.
static Stage *stage_plan(const char *guest, const char *snapshot, const char *act)
{
    Stage *stage = stage_ready(24, 80);
    Domain *domain;

    stage_keys(stage, "/");
    stage_type(stage, guest);
    stage_keys(stage, "Enter Enter");
    guest_select(app_guest(stage->app), snapshot);
    domain = app_guest(stage->app)->picture->domain; // its own, nobody shares it yet
    if (!domain->inactive)
        domain->inactive = definition_ref(domain->live);
    stage_keys(stage, act);
    g_free(fake_engine_calls(stage->engine));
    stage_answer_plan(stage);
    return stage;
}

static void press(Stage *stage, const char *label)
{
    Form *form = dialog_top(stage->app)->form;

    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];

        if (strcmp(item->label, label) == 0) {
            form_focus(form, item->id);
            stage_keys(stage, "Enter");
            return;
        }
    }
    g_error("no button %s", label);
}

// Refused for want of consent; the route is the same wish with it, all else as it was chosen.
static void test_consent(void)
{
    g_autoptr(Stage) stage = stage_plan("web-01", "nginx-1.28", "r Up Up Up Right Tab Tab Tab Enter");
    const Wish *wish;

    stage_golden(stage, "plan-routes-80x24");
    stage_resize(stage, 16, 60);
    stage_golden(stage, "plan-routes-60x16");
    stage_resize(stage, 40, 140);
    stage_golden(stage, "plan-routes-140x40");
    press(stage, "Open 1");
    wish = fake_engine_wish(stage->engine);
    g_assert_cmpint(wish->verb, ==, VERB_REVERT);
    g_assert_cmpstr(wish->snapshot, ==, "nginx-1.28");
    g_assert_cmpstr(wish->uuid, ==, app_guest(stage->app)->uuid);
    g_assert_true(wish->force);
    g_assert_cmpint(wish->now, ==, NOW_KEEP);
    g_assert_true(g_str_has_prefix(wish->keep_name, "before-revert"));
    stage_answer_plan(stage);
    g_assert_cmpint(dialog_top(stage->app)->plan->verdict, ==, VERDICT_OK);
    g_free(fake_engine_calls(stage->engine));
    stage_keys(stage, "Enter"); // Cancel has the focus, whatever way led here
    stage_expect_calls(stage, "");
}

static void test_delete(void)
{
    g_autoptr(Stage) stage = stage_plan("api-staging", "configured", "d");
    const Plan *plan = dialog_top(stage->app)->plan;

    // Two states are based on it: no merge, and no dead end either.
    g_assert_cmpint(plan->verdict, ==, VERDICT_OK);
    for (guint i = 0; i < plan->steps->len; i++)
        g_assert_null(((const Step *) plan->steps->pdata[i])->disks->len > 0 ?
                          ((const StepDisk *) ((const Step *) plan->steps->pdata[i])->disks->pdata[0])->merges : NULL);
    g_free(fake_engine_calls(stage->engine));
}

// What is no plan for this guest has no button.
static void test_not_openable(void)
{
    static const char *const commands[] = {"check 'web-01'", "plan delete 'other' 's'", "plan", "nonsense '", NULL};
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "u", "web-01", "s");
    g_autoptr(Plan) plan = plan_new(wish);

    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        plan_add_route(plan, commands[i], "A way.");
        g_assert_null(plan_route_wish(plan, (guint) i));
    }
    plan_add_route(plan, "plan delete 'web-01' 'it'\\''s; a name'", "A way.");
    {
        g_autoptr(Wish) opened = plan_route_wish(plan, plan->routes->len - 1);

        g_assert_cmpstr(opened->snapshot, ==, "it's; a name");
        g_assert_cmpstr(opened->uuid, ==, "u");
    }
    g_assert_null(plan_route_wish(plan, 99));
}

static void test_copy(void)
{
    g_autofree char *folder = g_dir_make_tmp("copy-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "state", "copied", NULL);
    g_autofree char *written = NULL;
    g_autoptr(Stage) stage = stage_plan("web-01", "nginx-1.28", "d");

    stage->app->copy_file = g_strdup(file);
    press(stage, "Copy");
    g_free(stage->app->copy_file); // a name that is the same at every run
    stage->app->copy_file = g_strdup("/home/op/.local/state/virt-snap/copied");
    app_settle(stage->app);
    stage_golden_at_all_sizes(stage, "copy");
    g_free(stage->app->copy_file);
    stage->app->copy_file = g_strdup(file);
    press(stage, "The plan, in its sentences");
    g_assert_true(stage->app->effects & EFFECT_COPY);
    g_assert_true(g_str_has_prefix(stage->app->clipboard, "Delete snapshot nginx-1.28 of web-01\n"));
    app_tell_copied(stage->app, true);
    stage_hear(stage);
    g_assert_nonnull(strstr(stage->app->notice, "clipboard and to "));
    g_assert_cmpint((int) stage->app->dialogs->len, ==, 1); // the plan is still there
    press(stage, "Copy");
    press(stage, "The same as commands of virsh and qemu-img");
    g_assert_nonnull(strstr(stage->app->clipboard, "virsh snapshot-delete --domain 'web-01'"));
    g_assert_true(g_file_get_contents(file, &written, NULL, NULL));
    g_assert_cmpstr(written, ==, stage->app->clipboard);
    app_tell_copied(stage->app, false);
    stage_hear(stage);
    g_assert_nonnull(strstr(stage->app->notice, " only: this terminal tells of no clipboard."));
    g_free(fake_engine_calls(stage->engine));
}

static void test_copy_name(void)
{
    g_autoptr(Stage) stage = stage_ready(24, 80);

    stage_keys(stage, "g y");
    g_assert_cmpstr(stage->app->clipboard, ==, app_guest(stage->app)->name);
    stage_keys(stage, "Enter g y");
    g_assert_cmpstr(stage->app->clipboard, ==, app_guest(stage->app)->selected);
    app_tell_copied(stage->app, false); // no file either
    g_assert_true(stage->app->notice_error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan-routes/consent", test_consent);
    g_test_add_func("/plan-routes/delete", test_delete);
    g_test_add_func("/plan-routes/not openable", test_not_openable);
    g_test_add_func("/plan-routes/copy", test_copy);
    g_test_add_func("/plan-routes/copy name", test_copy_name);
    return g_test_run();
}
