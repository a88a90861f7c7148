// SPDX-License-Identifier: GPL-2.0-or-later
// Another theme while the program runs. Until the next start: what shall stay stands in the settings.

#include "tui/app_parts.h"

#include <string.h>

void app_set_theme(App *app, const char *name)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    Theme *theme = theme_shelf_get(app->themes, name, faults);

    for (guint i = 0; i < faults->len; i++)
        app_notice(app, true, "%s", (const char *) faults->pdata[i]);
    if (!theme)
        return;
    theme_free(app->theme);
    app->theme = theme;
    g_free(app->theme_name);
    app->theme_name = g_strdup(name);
    app->effects |= EFFECT_THEME;
    if (faults->len == 0)
        app_notice(app, false, "Theme %s; a line theme=%s in the settings keeps it.", name, name);
}

void app_next_theme(App *app)
{
    g_autoptr(GPtrArray) names = theme_shelf_names(app->themes);
    guint at = 0;

    while (at < names->len && g_strcmp0(names->pdata[at], app->theme_name) != 0)
        at++;
    if (names->len > 0) // behind the last one, and from a theme that is none of them, the first
        app_set_theme(app, names->pdata[at + 1 < names->len ? at + 1 : 0]);
}
