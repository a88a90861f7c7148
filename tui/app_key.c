// SPDX-License-Identifier: GPL-2.0-or-later
// What each key does: pastes go to fields only, dialogs hear keys first, then prompts, pages and panes.

#include "tui/app_parts.h"

#define PASTE_MS 500 // within a paste nobody types: after such a pause Esc and Ctrl-C are the operator's

// A key within a paste: text for a field, never a command.
static void paste_key(App *app, Key key)
{
    Dialog *dialog = dialog_top(app);

    if (key == '\n' || key == KEY_RETURN || key == KEY_TAB_CHAR)
        key = ' ';
    if (!dialog && app->prompt.kind != PROMPT_NONE && key >= ' ' && key < KEY_FIRST)
        app_prompt_key(app, key);
    if (!dialog || key < ' ' || key >= KEY_FIRST || app->mono - dialog->opened < GUARD_MS)
        return;
    if (form_type(dialog->form, key) == FORM_CHANGED && dialog->view->change)
        dialog->view->change(app, dialog);
}

// The end got lost, or the line stalls in the middle: it is not for us to guess which, so nothing becomes a
// command until the operator says that it is over.
static bool unfinished_paste(App *app, Key key)
{
    if (key == KEY_ESCAPE || key == KEY_CTRL('C')) {
        app->pasting = false;
        app_clear_notice(app);
    } else {
        app_notice(app, true, "A paste has begun and not ended, so keys are not obeyed: Esc ends it.");
    }
    return true;
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
    if (!app->pasting)
        return false;
    if (app->mono - app->paste_at >= PASTE_MS)
        return unfinished_paste(app, key);
    app->paste_at = app->mono;
    paste_key(app, key);
    return true;
}

static void suspend(App *app)
{
    g_autofree char *quit = keymap_key(&app->keymap, ACTION_QUIT);

    if (app_jobs_running(app) > 0)
        app_notice(app, true, "A job runs: stopping would break it off. Use another terminal, or %s.", quit);
    else
        app->effects |= EFFECT_SUSPEND;
}

// Actions that hold everywhere, dialogs included.
static bool act_anywhere(App *app, Action action)
{
    switch ((int) action) {
    case ACTION_QUIT_NOW:
        open_quit_dialog(app);
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

// An act on the screen; one that only moves the selection starts the rest after which the details follow.
static void act(App *app, Action action)
{
    const AppGuest *guest = app_guest(app);
    g_autofree char *selected = guest ? g_strdup(guest->selected) : NULL;
    Pane focus = app->focus;

    if (!app_act(app, action))
        app->effects |= EFFECT_BEEP;
    if (app->focus != focus || app->page ||
        (app_guest(app) == guest && (!guest || g_strcmp0(guest->selected, selected) == 0)))
        return;
    app->moving = true;
    app->moved_at = app->mono;
}

void app_do(App *app, Action action)
{
    if (!act_anywhere(app, action) && action != ACTION_NONE)
        act(app, action);
}

void app_key(App *app, Key key)
{
    Dialog *dialog = dialog_top(app);
    Action action;

    if (key == KEY_NONE || key == KEY_RESIZED || handle_paste(app, key))
        return;
    if (key_is_mouse(key)) {
        app_clear_notice(app);
        app_mouse(app, key);
        return;
    }
    action = keymap_action(&app->keymap, key, app_contexts(app));
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
    app_do(app, action);
}
