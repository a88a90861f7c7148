// SPDX-License-Identifier: GPL-2.0-or-later
// The command line: any action by its name, in the row of the notice. Tab completes, Up and Down recall.

#include "tui/app_parts.h"

#include <string.h>

static bool offered(const App *app, Action action)
{
    return (action_contexts(action) & app_place(app)) != 0;
}

GPtrArray *command_names(const App *app, const char *typed)
{
    GPtrArray *names = g_ptr_array_new();

    for (int action = ACTION_NONE + 1; action < ACTION_N; action++)
        if (offered(app, (Action) action) && g_str_has_prefix(action_name((Action) action), typed))
            g_ptr_array_add(names, (gpointer) action_name((Action) action));
    g_ptr_array_add(names, NULL);
    return names;
}

// The action that was typed, or began to be and can be no other; *fault says why there is none.
static Action find_command(const App *app, const char *typed, char **fault)
{
    Action exact = action_find(typed);
    g_autoptr(GPtrArray) names = command_names(app, typed);

    if (exact != ACTION_NONE && !offered(app, exact))
        *fault = g_strdup_printf("\"%s\" is not for here: it belongs to %s.", typed, action_place(exact));
    else if (exact == ACTION_NONE && names->len == 1)
        *fault = g_strdup_printf("There is no action \"%s\" here. Tab shows what there is.", typed);
    else if (exact == ACTION_NONE && names->len > 2)
        *fault = g_strdup_printf("\"%s\" may mean %s or %s: type more.", typed, (const char *) names->pdata[0],
                                 (const char *) names->pdata[1]);
    else
        return exact != ACTION_NONE ? exact : action_find(names->pdata[0]);
    return ACTION_NONE;
}

static void do_command(App *app)
{
    Prompt *prompt = &app->prompt;
    Action action;

    g_clear_pointer(&prompt->fault, g_free);
    if (prompt->entry.text->len == 0) {
        app_prompt_close(app);
        return;
    }
    action = find_command(app, prompt->entry.text->str, &prompt->fault);
    if (action == ACTION_NONE)
        return;
    entry_set(&prompt->entry, action_name(action)); // its whole name is what is recalled
    entry_keep(&prompt->entry);
    app_prompt_close(app);
    app_do(app, action);
}

// As far as all that it may become agree; then one after the other.
static void complete(App *app, int by)
{
    Prompt *prompt = &app->prompt;
    g_autoptr(GPtrArray) names = NULL;
    int count;

    if (!prompt->stem)
        prompt->stem = g_strdup(prompt->entry.text->str);
    names = command_names(app, prompt->stem);
    count = (int) names->len - 1;
    if (count == 0)
        return;
    prompt->chosen = prompt->chosen < 0 ? (by > 0 ? 0 : count - 1) : (prompt->chosen + by + count) % count;
    entry_set(&prompt->entry, names->pdata[prompt->chosen]);
}

static void typed(Prompt *prompt)
{
    g_clear_pointer(&prompt->stem, g_free);
    prompt->chosen = -1;
}

void app_command_key(App *app, Key key)
{
    Action action = keymap_action(&app->keymap, key, CONTEXT_FIELD);
    Prompt *prompt = &app->prompt;

    g_clear_pointer(&prompt->fault, g_free);
    if (key == KEY_UP_ARROW || key == KEY_DOWN_ARROW) {
        typed(prompt);
        entry_key(&prompt->entry, key == KEY_UP_ARROW ? KEY_CTRL('P') : KEY_CTRL('N'));
    } else if (action == ACTION_BACK || (key == KEY_ERASE && prompt->entry.text->len == 0)) {
        app_prompt_close(app);
    } else if (action == ACTION_PRESS) {
        do_command(app);
    } else if (action == ACTION_NEXT_FIELD || action == ACTION_PREVIOUS_FIELD) {
        complete(app, action == ACTION_NEXT_FIELD ? 1 : -1);
    } else if (entry_key(&prompt->entry, key)) {
        typed(prompt);
    }
}
