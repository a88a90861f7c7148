// SPDX-License-Identifier: GPL-2.0-or-later
// Copying: what is copied goes into a file, for terminals on slow lines and screen readers, and into the
// terminal's clipboard, where it has one. The loop sends it there; only the terminal knows whether it can. An engine
// writes the file. When both are known, it is told.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

void app_copy(App *app, const char *what, const char *text)
{
    g_free(app->clipboard);
    g_free(app->copied);
    app->clipboard = g_strdup(text);
    app->copied = g_strdup(what);
    app->copy_ticket = app->copy_file ? engine_keep(app_filer(app), app->copy_file, text) : 0;
    app->effects |= EFFECT_COPY;
}

static void tell_neither(App *app, const Failure *failure)
{
    g_autofree char *why = failure ? failure_text(failure) : g_strdup(_("There is no folder for a file."));

    app_notice(app, true, "Not copied: this terminal tells of no clipboard. %s", why);
}

static void tell(App *app, bool kept, const Failure *failure)
{
    if (app->copy_sent && kept)
        app_notice(app, false, "Copied: %s, to the terminal's clipboard and to %s.", app->copied, app->copy_file);
    else if (kept)
        app_notice(app, false, "Copied: %s, to %s only: this terminal tells of no clipboard.", app->copied,
                   app->copy_file);
    else if (app->copy_sent)
        app_notice(app, false, "Copied: %s, to the terminal's clipboard.", app->copied);
    else
        tell_neither(app, failure);
}

void app_tell_copied(App *app, bool sent)
{
    app->copy_sent = sent;
    g_clear_pointer(&app->clipboard, g_free);
    if (!app->copy_ticket)
        tell(app, false, NULL);
}

void app_take_kept(App *app, const Message *message)
{
    if (message->kept.ticket != app->copy_ticket)
        return;
    app->copy_ticket = 0;
    tell(app, !message->kept.failure, message->kept.failure);
}
