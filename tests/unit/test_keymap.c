// SPDX-License-Identifier: GPL-2.0-or-later
// Keys bound to actions: the table's own, and the operator's.

#include "tui/keymap.h"

#include <string.h>

static void assert_no_conflict(const Keymap *map)
{
    Action first, second;
    Key key;

    if (keymap_conflict(map, &first, &second, &key)) {
        g_autofree char *name = key_to_name(key);

        g_error("%s and %s share the key %s", action_name(first), action_name(second), name);
    }
}

static void test_table(void)
{
    Keymap map;

    keymap_init(&map);
    assert_no_conflict(&map);
    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
        g_autofree char *first = keymap_key(&map, action);
        Key key = key_parse(first);

        g_assert_cmpuint(key, !=, KEY_NONE); // bound, in each of its contexts
        for (unsigned context = 1; context <= CONTEXT_FIELD; context <<= 1) {
            if ((action_contexts(action) & context) != 0) {
                g_assert_cmpint(keymap_action(&map, key, context), ==, action);
            }
        }
    }
}

static void test_lookup(void)
{
    Keymap map;
    g_autofree char *keys = NULL, *key = NULL;

    keymap_init(&map);
    keys = keymap_keys(&map, ACTION_UP);
    key = keymap_key(&map, ACTION_UP);
    g_assert_cmpstr(keys, ==, "k, Up");
    g_assert_cmpstr(key, ==, "k");
    g_assert_cmpint(keymap_action(&map, 'k', CONTEXT_MAIN | CONTEXT_TREE), ==, ACTION_UP);
    g_assert_cmpint(keymap_action(&map, KEY_UP_ARROW, CONTEXT_TREE), ==, ACTION_UP);
    g_assert_cmpint(keymap_action(&map, KEY_UP_ARROW, CONTEXT_DIALOG), ==, ACTION_PREVIOUS_FIELD);
    g_assert_cmpint(keymap_action(&map, 'k', CONTEXT_DIALOG), ==, ACTION_NONE);
    g_assert_cmpint(keymap_action(&map, KEY_RETURN, CONTEXT_TREE), ==, ACTION_OPEN);
    g_assert_cmpint(keymap_action(&map, KEY_RETURN, CONTEXT_DIALOG | CONTEXT_FIELD), ==, ACTION_PRESS);
    g_assert_cmpint(keymap_action(&map, KEY_NONE, ~0u), ==, ACTION_NONE);
}

// In a field letters are text: no action may take them.
static void test_fields_take_text(void)
{
    Keymap map;

    keymap_init(&map);
    for (Key key = ' '; key < 0x7F; key++) {
        g_assert_cmpint(keymap_action(&map, key, CONTEXT_FIELD), ==, ACTION_NONE);
    }
}

// ---- keys for loss lie apart ----------------------------------------------------------------------

// Three rows of a keyboard, without Shift and with it; each letter touches those beside it and half a
// key to the left and right above and below.
static const char *const plain[] = {"`1234567890-=", " qwertyuiop[]", " asdfghjkl;' ", " zxcvbnm,./  "};
static const char *const shifted[] = {"~!@#$%^&*()_+", " QWERTYUIOP{}", " ASDFGHJKL:\" ", " ZXCVBNM<>?  "};

typedef struct Spot {
    int row, col; // -1: not one of these keys
} Spot;

static Spot spot_of(Key key)
{
    for (int row = 0; row < 4 && key > ' ' && key < 0x7F; row++) {
        for (int col = 0; plain[row][col] != '\0'; col++) {
            if ((Key)plain[row][col] == key || (Key)shifted[row][col] == key) {
                return (Spot){row, col};
            }
        }
    }
    return (Spot){-1, -1};
}

// The same key, with Shift or without, or one that touches it. Each row is shifted half a key to the right
// of the one above.
static bool touch(Key a, Key b)
{
    Spot one = spot_of(a), other = spot_of(b);
    int down = other.row - one.row, right = other.col - one.col;

    if (one.row < 0 || other.row < 0 || down < -1 || down > 1) {
        return false;
    }
    return down == 0 ? right >= -1 && right <= 1 : down == 1 ? right == 0 || right == -1 : right == 0 || right == 1;
}

static void test_touch(void)
{
    g_assert_true(touch('d', 'D'));
    for (const char *near = "erfcxs"; *near != '\0'; near++) {
        g_assert_true(touch('d', (Key)*near) && touch((Key)*near, 'D'));
    }
    for (const char *far = "wtvzgaj\r "; *far != '\0'; far++) {
        g_assert_false(touch('d', (Key)*far));
    }
}

static void assert_apart(const Keymap *map, Action loss, Action harmless)
{
    for (int i = 0; i < KEYMAP_KEYS && map->keys[loss][i] != KEY_NONE; i++) {
        for (int j = 0; j < KEYMAP_KEYS && map->keys[harmless][j] != KEY_NONE; j++) {
            if (touch(map->keys[loss][i], map->keys[harmless][j])) {
                g_error("the keys of %s and %s touch or differ by Shift only", action_name(loss), action_name(harmless));
            }
        }
    }
}

static void test_loss_lies_apart(void)
{
    Keymap map;

    keymap_init(&map);
    for (Action loss = ACTION_NONE + 1; loss < ACTION_N; loss++) {
        for (Action other = ACTION_NONE + 1; action_risk(loss) == RISK_LOSS && other < ACTION_N; other++) {
            if (action_risk(other) == RISK_NONE) {
                assert_apart(&map, loss, other);
            }
        }
    }
    g_assert_cmpint(action_risk(ACTION_DELETE), ==, RISK_LOSS);
    g_assert_cmpint(action_risk(ACTION_REVERT), ==, RISK_LOSS);
}

// ---- the operator's keys -------------------------------------------------------------------------

static void assert_bound(Keymap *map, const char *action, const char *names, const char *keys)
{
    g_autofree char *fault = NULL, *found = NULL;

    g_assert_true(keymap_bind(map, action_find(action), names, &fault));
    g_assert_null(fault);
    found = keymap_keys(map, action_find(action));
    g_assert_cmpstr(found, ==, keys);
}

static void test_bind(void)
{
    g_autofree char *key = NULL;
    Keymap map;

    keymap_init(&map);
    assert_bound(&map, "delete", "F8  Delete", "F8, Delete");
    g_assert_cmpint(keymap_action(&map, 'd', CONTEXT_TREE), ==, ACTION_NONE);
    g_assert_cmpint(keymap_action(&map, KEY_F1 + 7, CONTEXT_TREE), ==, ACTION_DELETE);
    assert_bound(&map, "fold", "none", "");
    key = keymap_key(&map, ACTION_FOLD);
    g_assert_cmpstr(key, ==, ":fold");
    assert_no_conflict(&map);
    assert_bound(&map, "up", "d d", "d");
    // what leads out stays where it is
    assert_bound(&map, "back", "F12", "F12, Esc");
    assert_bound(&map, "back", "none", "Esc");
    assert_bound(&map, "quit-now", "Ctrl-X", "Ctrl-X, Ctrl-C");
    assert_bound(&map, "suspend", "none", "Ctrl-Z");
    assert_bound(&map, "redraw", "F9", "F9, Ctrl-L");
    assert_bound(&map, "press", "none", "Enter");
}

static void assert_not_bound(const char *action, const char *names, const char *part)
{
    g_autofree char *fault = NULL;
    Keymap map, before;

    keymap_init(&map);
    before = map;
    g_assert_false(keymap_bind(&map, action_find(action), names, &fault));
    g_assert_cmpmem(&map, sizeof map, &before, sizeof before);
    if (strstr(fault, part) == NULL) {
        g_error("not said: %s; but: %s", part, fault);
    }
    g_assert_false(g_str_has_suffix(fault, "."));
}

static void test_not_bound(void)
{
    assert_not_bound("up", "Upp", "there is no key \"Upp\"; keys are single characters, Up");
    assert_not_bound("up", "PasteBegin", "there is no key \"PasteBegin\"");
    assert_not_bound("up", "Resized", "there is no key \"Resized\"");
    assert_not_bound("up", "", "no key is named");
    assert_not_bound("up", "k none", "there is no key \"none\"");
    assert_not_bound("up", "a b e f i m n", "more than 6 keys");
    assert_not_bound("back", "F2 F3 F4 F5 F6 F7", "more than 6 keys");
    assert_not_bound("next-field", "n", "n could no longer be typed in a field");
    assert_not_bound("delete", "Enter", "Enter is pressed too easily");
    assert_not_bound("revert", "Space", "Space is pressed too easily");
}

static void test_conflict(void)
{
    g_autofree char *fault = NULL;
    Action first, second;
    Keymap map;
    Key key;

    keymap_init(&map);
    g_assert_true(keymap_bind(&map, ACTION_DELETE, "j", &fault));
    g_assert_true(keymap_conflict(&map, &first, &second, &key));
    g_assert_cmpint(first, ==, ACTION_DOWN);
    g_assert_cmpint(second, ==, ACTION_DELETE);
    g_assert_cmpuint(key, ==, 'j');
    g_assert_true(keymap_bind(&map, ACTION_DOWN, "d Down", &fault)); // swapped
    assert_no_conflict(&map);
    g_assert_true(keymap_bind(&map, ACTION_PRESS, "F2", &fault)); // another place
    g_assert_true(keymap_bind(&map, ACTION_UP, "F2", &fault));
    assert_no_conflict(&map);
    g_assert_true(keymap_bind(&map, ACTION_SCROLL_UP, "Esc", &fault));
    g_assert_true(keymap_conflict(&map, &first, &second, &key));
    g_assert_cmpuint(key, ==, KEY_ESCAPE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keymap/table", test_table);
    g_test_add_func("/keymap/lookup", test_lookup);
    g_test_add_func("/keymap/fields-take-text", test_fields_take_text);
    g_test_add_func("/keymap/touch", test_touch);
    g_test_add_func("/keymap/loss-lies-apart", test_loss_lies_apart);
    g_test_add_func("/keymap/bind", test_bind);
    g_test_add_func("/keymap/not-bound", test_not_bound);
    g_test_add_func("/keymap/conflict", test_conflict);
    return g_test_run();
}
