// SPDX-License-Identifier: GPL-2.0-or-later
// Copying: what is copied goes into a file, for terminals on slow lines and screen readers, and into the
// terminal's clipboard, where it has one. The loop sends it there; only the terminal knows whether it can.

#include "tui/app_parts.h"

static bool save(const App *app, const char *text)
{
    g_autofree char *folder = app->copy_file ? g_path_get_dirname(app->copy_file) : NULL;

    return folder && g_mkdir_with_parents(folder, 0700) == 0 &&
           g_file_set_contents_full(app->copy_file, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

void app_copy(App *app, const char *what, const char *text)
{
    g_free(app->clipboard);
    g_free(app->copied);
    app->clipboard = g_strdup(text);
    app->copied = g_strdup(what);
    app->copied_to_file = save(app, text);
    app->effects |= EFFECT_COPY;
}

void app_tell_copied(App *app, bool sent)
{
    if (sent && app->copied_to_file)
        app_notice(app, false, "Copied: %s, to the terminal's clipboard and to %s.", app->copied, app->copy_file);
    else if (app->copied_to_file)
        app_notice(app, false, "Copied: %s, to %s only: this terminal tells of no clipboard.", app->copied,
                   app->copy_file);
    else if (sent)
        app_notice(app, false, "Copied: %s, to the terminal's clipboard.", app->copied);
    else
        app_notice(app, true, "Not copied: this terminal tells of no clipboard, and %s can't be written.",
                   app->copy_file ? app->copy_file : "a file");
    g_clear_pointer(&app->clipboard, g_free);
}
