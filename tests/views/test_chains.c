// SPDX-License-Identifier: GPL-2.0-or-later
// The chain page: whole chains with what each image is for, at all sizes, for guests of every sort.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

typedef struct Case {
    const char *guest;
    const char *keys; // in its tree, before the page
    const char *golden;
} Case;

static void test_page(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(Stage) stage = stage_ready(24, 80);
    g_autofree char *narrow = g_strdup_printf("%s-50x16", test->golden); // one pane

    stage_keys(stage, "/");
    stage_type(stage, test->guest);
    stage_keys(stage, "Enter Enter");
    stage_keys(stage, test->keys);
    stage_keys(stage, "v");
    stage_golden_at_all_sizes(stage, test->golden);
    stage_resize(stage, 16, 50);
    stage_golden(stage, narrow);
    stage_keys(stage, "Esc");
    g_assert_null(stage->app->page);
}

static const Case cases[] = {
    {"web-01", "@", "chains"},           {"api-staging", "@ u", "chains-branches"}, {"win11", "@", "chains-internal"},
    {"mail-archive", "@", "chains-missing"}, {"db-primary", "@", "chains-disks"},    {"new-guest", "@", "chains-none"},
    {"evil", "g", "chains-hostile"},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/chains/%s", cases[i].golden);

        g_test_add_data_func(path, &cases[i], test_page);
    }
    return g_test_run();
}
