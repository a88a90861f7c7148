// SPDX-License-Identifier: GPL-2.0-or-later
// What each key does: pastes go to fields only, dialogs hear keys first, then pages and panes.

#include "tui/app_parts.h"

#define PASTE_MS 500 // a paste whose end got lost is over after such a pause

// A key within a paste: text for a field, never a command.
static void paste_key(App *app, Key key)
{
    Dialog *dialog = dialog_top(app);

    app->paste_at = app->mono;
    if (key == '\n' || key == KEY_RETURN || key == KEY_TAB_CHAR)
        key = ' ';
    if (!dialog && app->prompt.kind != PROMPT_NONE && key >= ' ' && key < KEY_FIRST)
        app_prompt_key(app, key);
    if (!dialog || key < ' ' || key >= KEY_FIRST || app->mono - dialog->opened < GUARD_MS)
        return;
    if (form_type(dialog->form, key) == FORM_CHANGED && dialog->view->change)
        dialog->view->change(app, dialog);
}

static bool handle_paste(App *app, Key key)
{
    if (key == KEY_PASTE_BEGIN) {
        app->pasting = true;
        app->paste_at = app->mono;
        return true;
    }
    if (key == KEY_PASTE_END) {
        app->pasting = false;
        return true;
    }
    if (app->pasting && app->mono - app->paste_at >= PASTE_MS)
        app->pasting = false;
    if (app->pasting)
        paste_key(app, key);
    return app->pasting;
}

static void suspend(App *app)
{
    if (app_jobs_running(app) > 0)
        app_notice(app, true, "A job runs: stopping would break it off. Use another terminal, or q.");
    else
        app->effects |= EFFECT_SUSPEND;
}

// Actions that hold everywhere, dialogs included.
static bool act_anywhere(App *app, Action action)
{
    switch ((int) action) {
    case ACTION_QUIT_NOW:
        app_quit(app);
        return true;
    case ACTION_SUSPEND:
        suspend(app);
        return true;
    case ACTION_REDRAW:
        app->effects |= EFFECT_REDRAW;
        return true;
    default:
        return false;
    }
}

void app_key(App *app, Key key)
{
    Dialog *dialog = dialog_top(app);
    Action action;

    if (key == KEY_NONE || key == KEY_RESIZED || handle_paste(app, key))
        return;
    action = keys_action(key, app_contexts(app));
    app_clear_notice(app);
    if (act_anywhere(app, action))
        return;
    if (dialog) {
        dialog_key(app, dialog, key);
        return;
    }
    if (app->prompt.kind != PROMPT_NONE) {
        app_prompt_key(app, key);
        return;
    }
    if (action != ACTION_NONE && !app_act(app, action))
        app->effects |= EFFECT_BEEP;
}
