// SPDX-License-Identifier: GPL-2.0-or-later
// The picture in the plan dialog: what plans of the rules do to the images, now and afterwards.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

// The plan for `act` on a snapshot of a guest is open.
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
    stage_answer_plan(stage);
    return stage;
}

// The button that turns from the plan to the images; NULL: both are in sight.
static const FormItem *turning(Stage *stage)
{
    const Form *form = dialog_top(stage->app)->form;

    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];

        if (strcmp(item->label, "Images") == 0 && !item->hidden)
            return item;
    }
    return NULL;
}

static void golden_at_all_sizes(Stage *stage, const char *name)
{
    static const struct {
        int rows, cols;
        const char *name;
    } sizes[] = {{16, 50, "50x16"}, {16, 60, "60x16"}, {24, 80, "80x24"}, {40, 140, "140x40"}};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *full = g_strdup_printf("%s-%s", name, sizes[i].name);
        const FormItem *button;

        stage_resize(stage, sizes[i].rows, sizes[i].cols);
        button = turning(stage);
        if (button) {
            form_focus(dialog_top(stage->app)->form, button->id);
            stage_keys(stage, "Enter");
            stage_golden(stage, full);
            g_assert_cmpstr(button->label, ==, "Steps");
            stage_keys(stage, "Enter");
        } else {
            stage_golden(stage, full);
        }
    }
}

static void test_merge(void)
{
    g_autoptr(Stage) stage = stage_plan("web-01", "nginx-1.28", "d");

    golden_at_all_sizes(stage, "plan-images-merge");
}

static void test_revert(void)
{
    g_autoptr(Stage) stage = stage_plan("web-01", "nginx-1.28", "r BackTab Space Tab Enter"); // agreeing to what the crash left

    golden_at_all_sizes(stage, "plan-images-revert");
}

static void test_losing(void)
{
    g_autoptr(Stage) stage = stage_plan("web-01", "nginx-1.28", "r BackTab Space Tab Tab Enter");

    golden_at_all_sizes(stage, "plan-images-losing");
}

static void test_deep(void)
{
    g_autoptr(Stage) stage = stage_plan("metrics", "night-12", "d");

    golden_at_all_sizes(stage, "plan-images-deep");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan-images/merge", test_merge);
    g_test_add_func("/plan-images/revert", test_revert);
    g_test_add_func("/plan-images/losing", test_losing);
    g_test_add_func("/plan-images/deep", test_deep);
    return g_test_run();
}
