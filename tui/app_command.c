// SPDX-License-Identifier: GPL-2.0-or-later
// The command line: any action by its name, in the row of the notice, and behind it what the action is about. Tab
// completes, Up and Down recall. What may follow a name is in app_operand.c.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

#include <string.h>

// A typed line: the name of an action, and what follows.
typedef struct Typed {
    char *name;
    char *operand; // NULL: no blank behind the name
} Typed;

static void typed_clear(Typed *typed)
{
    g_free(typed->name);
    g_free(typed->operand);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Typed, typed_clear)

static Typed split_line(const char *line)
{
    const char *blank = strchr(line, ' ');

    return (Typed) {
        .name = blank ? g_strndup(line, (gsize) (blank - line)) : g_strdup(line),
        .operand = blank ? g_strchug(g_strdup(blank)) : NULL,
    };
}

// Of a named snapshot an act can be asked for beside the tree too.
static bool offered(const App *app, Action action, bool named)
{
    unsigned place = app_place(app);

    return (action_contexts(action) & place) != 0 ||
           (named && action_operand(action) == OPERAND_SNAPSHOT && (place & CONTEXT_PANES) != 0);
}

// The names of actions that begin so; NULL-terminated, static.
static GPtrArray *names_of(const App *app, const char *typed, bool named)
{
    GPtrArray *names = g_ptr_array_new();

    for (int action = ACTION_NONE + 1; action < ACTION_N; action++)
        if (offered(app, (Action) action, named) && g_str_has_prefix(action_name((Action) action), typed))
            g_ptr_array_add(names, (gpointer) action_name((Action) action));
    g_ptr_array_add(names, NULL);
    return names;
}

// The action that was typed, or began to be and can be no other; *fault says why there is none.
static Action find_command(const App *app, const char *typed, bool named, char **fault)
{
    Action exact = action_find(typed);
    g_autoptr(GPtrArray) names = names_of(app, typed, named);

    if (exact != ACTION_NONE && !offered(app, exact, named))
        *fault = g_strdup_printf(_("\"%s\" is not for here: it belongs to %s."), typed, action_place(exact));
    else if (exact == ACTION_NONE && names->len == 1)
        *fault = g_strdup_printf(_("There is no action \"%s\" here. Tab shows what there is."), typed);
    else if (exact == ACTION_NONE && names->len > 2)
        *fault = g_strdup_printf(_("\"%s\" may mean %s or %s: type more."), typed, (const char *) names->pdata[0],
                                 (const char *) names->pdata[1]);
    else
        return exact != ACTION_NONE ? exact : action_find(names->pdata[0]);
    return ACTION_NONE;
}

// ---- what it may become -----------------------------------------------------------------------

// What follows the name, where that is an action with something to follow.
static GPtrArray *offer_operands(const App *app, const Typed *typed)
{
    g_autofree char *fault = NULL;
    Action action = find_command(app, typed->name, true, &fault);

    if (action == ACTION_NONE || action_operand(action) == OPERAND_NONE)
        return g_ptr_array_new_with_free_func(g_free);
    return operand_offers(app, action, typed->operand);
}

void app_command_offer(App *app)
{
    Prompt *prompt = &app->prompt;
    g_auto(Typed) typed = split_line(prompt->entry.text->str);
    g_autoptr(GPtrArray) names = NULL;

    g_clear_pointer(&prompt->offers, g_ptr_array_unref);
    prompt->chosen = -1;
    prompt->offers_from = typed.operand ? strlen(typed.name) + 1 : 0;
    if (!typed.operand) {
        prompt->offers = g_ptr_array_new_with_free_func(g_free);
        names = names_of(app, typed.name, false);
        for (guint i = 0; i + 1 < names->len; i++)
            g_ptr_array_add(prompt->offers, g_strdup(names->pdata[i]));
        return;
    }
    prompt->offers = offer_operands(app, &typed);
    for (guint i = 0; i < prompt->offers->len; i++) {
        g_autofree char *operand = prompt->offers->pdata[i];

        prompt->offers->pdata[i] = g_strdup_printf("%s %s", typed.name, operand);
    }
}

// The only name there is, typed in full: what Tab may add is what follows it.
static bool open_operand(App *app)
{
    Prompt *prompt = &app->prompt;
    const char *typed = prompt->entry.text->str;
    g_autofree char *longer = g_strdup_printf("%s ", typed);

    if (prompt->offers->len != 1 || prompt->offers_from > 0 || strcmp(typed, prompt->offers->pdata[0]) != 0 ||
        action_operand(action_find(typed)) == OPERAND_NONE)
        return false;
    entry_set(&prompt->entry, longer);
    app_command_offer(app);
    return true;
}

// One after the other.
static void complete(App *app, int by)
{
    Prompt *prompt = &app->prompt;
    int count = (int) prompt->offers->len;

    if (count == 0 || open_operand(app))
        return;
    prompt->chosen = prompt->chosen < 0 ? (by > 0 ? 0 : count - 1) : (prompt->chosen + by + count) % count;
    entry_set(&prompt->entry, prompt->offers->pdata[prompt->chosen]);
}

// ---- doing it ---------------------------------------------------------------------------------

// Its whole name is what is recalled.
static void keep(Prompt *prompt, Action action, const char *operand)
{
    g_autofree char *line = operand[0] ? g_strdup_printf("%s %s", action_name(action), operand)
                                       : g_strdup(action_name(action));

    entry_set(&prompt->entry, line);
    entry_keep(&prompt->entry);
}

static void do_command(App *app)
{
    Prompt *prompt = &app->prompt;
    g_auto(Typed) typed = split_line(prompt->entry.text->str);
    const char *operand = typed.operand ? g_strchomp(typed.operand) : "";
    char *fault = NULL;
    Action action;

    if (prompt->entry.text->len == 0) {
        app_prompt_close(app);
        return;
    }
    action = find_command(app, typed.name, operand[0] != '\0', &prompt->fault);
    if (action == ACTION_NONE)
        return;
    keep(prompt, action, operand);
    app_prompt_close(app);
    if (!operand[0])
        app_do(app, action);
    else if (!operand_act(app, action, operand, &fault))
        app_notice(app, true, "%s", fault);
    g_free(fault);
}

void app_command_key(App *app, Key key)
{
    Action action = keymap_action(&app->keymap, key, CONTEXT_FIELD);
    Prompt *prompt = &app->prompt;

    g_clear_pointer(&prompt->fault, g_free);
    if (key == KEY_UP_ARROW || key == KEY_DOWN_ARROW) {
        entry_key(&prompt->entry, key == KEY_UP_ARROW ? KEY_CTRL('P') : KEY_CTRL('N'));
        app_command_offer(app);
    } else if (action == ACTION_BACK || (key == KEY_ERASE && prompt->entry.text->len == 0)) {
        app_prompt_close(app);
    } else if (action == ACTION_PRESS) {
        do_command(app);
    } else if (action == ACTION_NEXT_FIELD || action == ACTION_PREVIOUS_FIELD) {
        complete(app, action == ACTION_NEXT_FIELD ? 1 : -1);
    } else if (!entry_ignores(&prompt->entry, key) && entry_key(&prompt->entry, key)) {
        app_command_offer(app);
    }
}
