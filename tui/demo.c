// SPDX-License-Identifier: GPL-2.0-or-later
// Finding the demo host's file. See demo.h.
#include "tui/demo.h"

#include <glib.h>

char *demo_uri(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = program ? g_path_get_dirname(program) : g_strdup(".");
    const char *const places[][2] = {
        {folder, "../data/demo.xml"},
        {folder, "../../data/demo.xml"},
        {VIRT_SNAP_DATADIR, "data/demo.xml"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_build_filename(places[i][0], places[i][1], NULL);
        g_autofree char *plain = g_canonicalize_filename(path, NULL);

        if (g_file_test(plain, G_FILE_TEST_IS_REGULAR))
            return g_strdup_printf("test://%s", plain);
    }
    return NULL;
}
