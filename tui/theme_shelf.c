// SPDX-License-Identifier: GPL-2.0-or-later
// The themes that were there at the start.

#include "tui/theme_shelf.h"

#include "engine/model/tongue.h"
#include "tui/text.h"

#include <string.h>

typedef struct Kept {
    char *name;
    Theme *theme; // NULL: it could not be read
    GPtrArray *faults; // of char *
} Kept;

struct ThemeShelf {
    GPtrArray *kept; // of Kept
};

static void kept_free(gpointer data)
{
    Kept *kept = data;

    g_free(kept->name);
    theme_free(kept->theme);
    g_ptr_array_unref(kept->faults);
    g_free(kept);
}

static const Kept *find(const ThemeShelf *shelf, const char *name)
{
    for (guint i = 0; i < shelf->kept->len; i++)
        if (strcmp(((const Kept *) shelf->kept->pdata[i])->name, name) == 0)
            return shelf->kept->pdata[i];
    return NULL;
}

static void keep(ThemeShelf *shelf, const char *name)
{
    Kept *kept = g_new0(Kept, 1);

    kept->name = g_strdup(name);
    kept->faults = g_ptr_array_new_with_free_func(g_free);
    kept->theme = theme_load(name, kept->faults);
    g_ptr_array_add(shelf->kept, kept);
}

ThemeShelf *theme_shelf_new(const char *wanted)
{
    ThemeShelf *shelf = g_new0(ThemeShelf, 1);
    g_autoptr(GPtrArray) names = theme_names();

    shelf->kept = g_ptr_array_new_with_free_func(kept_free);
    for (guint i = 0; i < names->len; i++)
        keep(shelf, names->pdata[i]);
    if (!find(shelf, wanted))
        keep(shelf, wanted);
    return shelf;
}

void theme_shelf_free(ThemeShelf *shelf)
{
    if (!shelf)
        return;
    g_ptr_array_unref(shelf->kept);
    g_free(shelf);
}

static bool is_path(const char *name)
{
    return strchr(name, '/') != NULL;
}

GPtrArray *theme_shelf_names(const ThemeShelf *shelf)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < shelf->kept->len; i++) {
        const Kept *kept = shelf->kept->pdata[i];

        if (kept->theme && !is_path(kept->name))
            g_ptr_array_add(names, kept->name);
    }
    return names;
}

static Theme *theme_copy(const Theme *theme)
{
    Theme *copy = g_new0(Theme, 1);

    *copy = *theme;
    copy->name = g_strdup(theme->name);
    copy->purpose = g_strdup(theme->purpose);
    return copy;
}

Theme *theme_shelf_get(const ThemeShelf *shelf, const char *name, GPtrArray *faults)
{
    const Kept *kept = find(shelf, name);
    g_autofree char *clean = text_clean(name, false);

    if (!kept) {
        g_ptr_array_add(faults, g_strdup_printf(
            is_path(name) ? _("Themes are read at the start only: start again with --theme %s.")
                          : _("There was no theme \"%s\" at the start; `virt-snap themes` lists those that are there now."),
            clean));
        return NULL;
    }
    for (guint i = 0; i < kept->faults->len; i++)
        g_ptr_array_add(faults, g_strdup(kept->faults->pdata[i]));
    return kept->theme ? theme_copy(kept->theme) : NULL;
}
