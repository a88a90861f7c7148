// SPDX-License-Identifier: GPL-2.0-or-later
// Names of keys, and the table of actions in keys.h as functions.
#include "tui/keys.h"

#include "engine/model/tongue.h"

#include <string.h>

typedef struct ActionRow {
    const char *id;
    unsigned contexts;
    const char *keys, *label, *help;
} ActionRow;

static const ActionRow actions[ACTION_N] = {
    [ACTION_NONE] = {"NONE", 0, "", "", ""},
#define X(id, contexts, keys, label, help) [ACTION_##id] = {#id, contexts, keys, label, help},
    ACTIONS(X)
#undef X
};

static const struct {
    Key key;
    const char *name;
} named_keys[] = {
    {KEY_UP_ARROW, "Up"},
    {KEY_DOWN_ARROW, "Down"},
    {KEY_LEFT_ARROW, "Left"},
    {KEY_RIGHT_ARROW, "Right"},
    {KEY_PAGE_UP, "PageUp"},
    {KEY_PAGE_DOWN, "PageDown"},
    {KEY_HOME_KEY, "Home"},
    {KEY_END_KEY, "End"},
    {KEY_ERASE, "Backspace"},
    {KEY_DELETE, "Delete"},
    {KEY_WORD_LEFT, "Ctrl-Left"},
    {KEY_WORD_RIGHT, "Ctrl-Right"},
    {KEY_WORD_DELETE, "Ctrl-Delete"},
    {KEY_TAB_CHAR, "Tab"},
    {KEY_BACKTAB, "BackTab"},
    {KEY_RETURN, "Enter"},
    {KEY_ESCAPE, "Esc"},
    {' ', "Space"},
    {KEY_RESIZED, "Resized"},
    {KEY_PASTE_BEGIN, "PasteBegin"},
    {KEY_PASTE_END, "PasteEnd"},
};

static Key parse_control(char letter)
{
    if (letter < 'a' || letter > 'z') {
        return KEY_NONE;
    }
    return letter == 'h' ? KEY_ERASE : (Key)(letter - 'a' + 1);
}

Key key_parse(const char *name)
{
    gsize length = strlen(name);
    guint64 number;
    gunichar c;

    for (gsize i = 0; i < G_N_ELEMENTS(named_keys); i++) {
        if (g_str_equal(name, named_keys[i].name)) {
            return named_keys[i].key;
        }
    }
    if (length == 3 && g_str_has_prefix(name, "C-")) {
        return parse_control(name[2]);
    }
    if (length == 6 && g_str_has_prefix(name, "Ctrl-") && g_ascii_isupper(name[5])) {
        return parse_control(g_ascii_tolower(name[5]));
    }
    if (length > 1 && name[0] == 'F' && g_ascii_string_to_unsigned(name + 1, 10, 1, 12, &number, NULL)) {
        return KEY_F1 + (Key)number - 1;
    }
    c = g_utf8_get_char_validated(name, -1);
    if (length == 0 || c >= KEY_FIRST || c <= ' ' || c == 0x7F || *g_utf8_next_char(name) != '\0') {
        return KEY_NONE;
    }
    return c;
}

char *key_to_name(Key key)
{
    static const char *const deeds[] = {"Click", "WheelUp", "WheelDown"};
    char text[7] = "";

    if (key_is_mouse(key)) {
        return g_strdup_printf("%s:%d:%d", deeds[key_mouse_deed(key)], key_mouse_row(key), key_mouse_col(key));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(named_keys); i++) {
        if (key == named_keys[i].key) {
            return g_strdup(named_keys[i].name);
        }
    }
    if (key >= KEY_F1 && key <= KEY_F12) {
        return g_strdup_printf("F%u", key - KEY_F1 + 1);
    }
    if (key >= 1 && key <= 26) {
        return g_strdup_printf("Ctrl-%c", (char)('A' + key - 1));
    }
    if (key < ' ' || key == 0x7F || key >= KEY_FIRST || !g_unichar_validate(key)) {
        return g_strdup("");
    }
    g_unichar_to_utf8(key, text);
    return g_strdup(text);
}

const char *action_name(Action action)
{
    g_autofree char *name = g_ascii_strdown(actions[action].id, -1);

    return g_intern_string(g_strdelimit(name, "_", '-')); // one per action, as long as the program runs
}

Action action_find(const char *name)
{
    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
        if (g_str_equal(name, action_name(action))) {
            return action;
        }
    }
    return ACTION_NONE;
}

const char *action_label(Action action)
{
    return _(actions[action].label);
}

const char *action_help(Action action)
{
    return _(actions[action].help);
}

unsigned action_contexts(Action action)
{
    return actions[action].contexts;
}

const char *action_default_keys(Action action)
{
    return actions[action].keys;
}

const char *action_place(Action action)
{
    unsigned contexts = actions[action].contexts;

    if ((contexts & CONTEXT_LISTS) == 0) {
        return _("dialogs");
    }
    if ((contexts & CONTEXT_PANES) == CONTEXT_PANES) {
        return (contexts & CONTEXT_PAGE) != 0 ? _("panes and pages") : _("the panes");
    }
    if ((contexts & CONTEXT_PANES) == 0) {
        return _("pages");
    }
    if ((contexts & CONTEXT_GUESTS) != 0) {
        return (contexts & CONTEXT_TREE) != 0 ? _("guests and tree") : _("the guests");
    }
    return (contexts & CONTEXT_DETAILS) != 0 ? _("the tree and the panes beside it") : _("the tree");
}

Risk action_risk(Action action)
{
    switch ((int)action) {
    case ACTION_CREATE:
    case ACTION_REPAIR:
    case ACTION_CANCEL_JOB:
        return RISK_CHANGE;
    case ACTION_REVERT:
    case ACTION_DELETE:
    case ACTION_DISCARD:
        return RISK_LOSS;
    default:
        return RISK_NONE;
    }
}

Operand action_operand(Action action)
{
    switch ((int)action) {
    case ACTION_JUMP:
    case ACTION_OPEN:
        return OPERAND_PLACE;
    case ACTION_FOLD:
    case ACTION_UNFOLD:
    case ACTION_MARK:
    case ACTION_REVERT:
    case ACTION_DELETE:
    case ACTION_DISCARD:
    case ACTION_XML:
    case ACTION_DIFF:
    case ACTION_COPY_NAME:
    case ACTION_CHAINS:
        return OPERAND_SNAPSHOT;
    case ACTION_THEME:
        return OPERAND_THEME;
    case ACTION_CONNECT:
        return OPERAND_URI;
    case ACTION_CREATE:
        return OPERAND_NAME;
    case ACTION_FIND:
    case ACTION_FILTER:
        return OPERAND_WORDS;
    default:
        return OPERAND_NONE;
    }
}

bool key_is_event(Key key)
{
    return key_is_mouse(key) || key == KEY_RESIZED || key == KEY_PASTE_BEGIN || key == KEY_PASTE_END;
}

#define MOUSE (1u << 31)
#define CELL_BITS 12
#define CELL_MASK ((1u << CELL_BITS) - 1)

Key key_of_mouse(MouseDeed deed, int row, int col)
{
    if (row < 0 || row > (int)CELL_MASK || col < 0 || col > (int)CELL_MASK) {
        return KEY_NONE;
    }
    return MOUSE | (Key)deed << (2 * CELL_BITS) | (Key)row << CELL_BITS | (Key)col;
}

bool key_is_mouse(Key key)
{
    return (key & MOUSE) != 0;
}

MouseDeed key_mouse_deed(Key key)
{
    return (key & ~MOUSE) >> (2 * CELL_BITS);
}

int key_mouse_row(Key key)
{
    return (int)(key >> CELL_BITS & CELL_MASK);
}

int key_mouse_col(Key key)
{
    return (int)(key & CELL_MASK);
}
