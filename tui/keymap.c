// SPDX-License-Identifier: GPL-2.0-or-later
// Keys bound to actions, and what may be bound to what.
#include "tui/keymap.h"

#include "engine/model/tongue.h"

#include <string.h>

// Contexts that hold at the same time: each line is one place on the screen.
static const unsigned places[] = {
    CONTEXT_MAIN | CONTEXT_GUESTS, CONTEXT_MAIN | CONTEXT_TREE, CONTEXT_MAIN | CONTEXT_DETAILS,
    CONTEXT_MAIN | CONTEXT_DISKS,  CONTEXT_PAGE,                CONTEXT_DIALOG | CONTEXT_FIELD,
};

// The key that an action keeps whatever the settings say.
static Key fixed_key(Action action)
{
    switch ((int)action) {
    case ACTION_BACK:
        return KEY_ESCAPE;
    case ACTION_QUIT_NOW:
        return KEY_CTRL('C');
    case ACTION_SUSPEND:
        return KEY_CTRL('Z');
    case ACTION_REDRAW:
        return KEY_CTRL('L');
    case ACTION_PRESS:
        return KEY_RETURN;
    default:
        return KEY_NONE;
    }
}

static bool has_key(const Keymap *map, Action action, Key key)
{
    for (int i = 0; i < KEYMAP_KEYS && map->keys[action][i] != KEY_NONE; i++) {
        if (map->keys[action][i] == key) {
            return true;
        }
    }
    return false;
}

static bool add_key(Keymap *map, Action action, Key key)
{
    for (int i = 0; i < KEYMAP_KEYS; i++) {
        if (map->keys[action][i] == KEY_NONE || map->keys[action][i] == key) {
            map->keys[action][i] = key;
            return true;
        }
    }
    return false;
}

// Why the key cannot be that action's, or NULL.
static char *key_fault(Action action, const char *name)
{
    Key key = key_parse(name);
    bool text = key >= ' ' && key < KEY_FIRST;

    if (key == KEY_NONE || key_is_event(key)) {
        return g_strdup_printf(_("there is no key \"%s\"; keys are single characters, Up, Down, Left, Right, PageUp, "
                               "PageDown, Home, End, Tab, BackTab, Enter, Esc, Space, Backspace, Delete, F1 to F12 "
                               "and Ctrl-A to Ctrl-Z"), name);
    }
    if (text && (action_contexts(action) & CONTEXT_FIELD) != 0) {
        return g_strdup_printf(_("%s could no longer be typed in a field; choose a function key or one with Ctrl"), name);
    }
    if (action_risk(action) == RISK_LOSS && (key == KEY_RETURN || key == ' ')) {
        return g_strdup_printf(_("%s is pressed too easily for what loses data; choose another key"), name);
    }
    return NULL;
}

static bool bind_name(Keymap *map, Action action, const char *name, char **fault)
{
    *fault = key_fault(action, name);
    if (*fault == NULL && !add_key(map, action, key_parse(name))) {
        *fault = g_strdup_printf(_("more than %d keys for one action"), KEYMAP_KEYS);
    }
    return *fault == NULL;
}

static bool bind_names(Keymap *map, Action action, const char *names, char **fault)
{
    g_auto(GStrv) words = g_strsplit_set(names, " \t", -1);
    bool none = g_strv_length(words) == 1 && g_str_equal(words[0], "none");
    int count = 0;

    for (char **word = words; !none && *word != NULL; word++) {
        if (**word != '\0' && (count++, !bind_name(map, action, *word, fault))) {
            return false;
        }
    }
    if (count == 0 && !none) {
        *fault = g_strdup(_("no key is named; \"none\" says that there shall be none"));
        return false;
    }
    return true;
}

bool keymap_bind(Keymap *map, Action action, const char *names, char **fault)
{
    Keymap changed = *map;
    Key fixed = fixed_key(action);

    *fault = NULL;
    memset(changed.keys[action], 0, sizeof changed.keys[action]);
    if (!bind_names(&changed, action, names, fault)) {
        return false;
    }
    if (fixed != KEY_NONE && !add_key(&changed, action, fixed)) {
        *fault = g_strdup_printf(_("more than %d keys for one action"), KEYMAP_KEYS);
        return false;
    }
    *map = changed;
    return true;
}

void keymap_init(Keymap *map)
{
    memset(map, 0, sizeof *map);
    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
        g_autofree char *fault = NULL;

        keymap_bind(map, action, action_default_keys(action), &fault);
    }
}

Action keymap_action(const Keymap *map, Key key, unsigned contexts)
{
    for (Action action = ACTION_NONE + 1; key != KEY_NONE && action < ACTION_N; action++) {
        if ((action_contexts(action) & contexts) != 0 && has_key(map, action, key)) {
            return action;
        }
    }
    return ACTION_NONE;
}

char *keymap_keys(const Keymap *map, Action action)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < KEYMAP_KEYS && map->keys[action][i] != KEY_NONE; i++) {
        g_autofree char *name = key_to_name(map->keys[action][i]);

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", name);
    }
    return g_string_free(text, FALSE);
}

char *keymap_key(const Keymap *map, Action action)
{
    if (map->keys[action][0] == KEY_NONE) {
        return g_strconcat(":", action_name(action), NULL);
    }
    return key_to_name(map->keys[action][0]);
}

static bool share_a_place(Action a, Action b)
{
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if ((action_contexts(a) & places[i]) != 0 && (action_contexts(b) & places[i]) != 0) {
            return true;
        }
    }
    return false;
}

bool keymap_conflict(const Keymap *map, Action *first, Action *second, Key *key)
{
    for (*first = ACTION_NONE + 1; *first < ACTION_N; (*first)++) {
        for (*second = *first + 1; *second < ACTION_N; (*second)++) {
            for (int i = 0; i < KEYMAP_KEYS && share_a_place(*first, *second); i++) {
                *key = map->keys[*first][i];
                if (*key != KEY_NONE && has_key(map, *second, *key)) {
                    return true;
                }
            }
        }
    }
    return false;
}
