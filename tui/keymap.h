// SPDX-License-Identifier: GPL-2.0-or-later
// Which keys do what, now: the table of tui/keys.h, changed by the operator's settings.
//
// A plain value; no I/O. Some keys cannot be taken away, so that nobody is locked in: Esc leaves, Ctrl-C
// asks to quit, Ctrl-Z suspends, Ctrl-L redraws, Enter presses what has the focus.
#pragma once

#include "tui/keys.h"

#define KEYMAP_KEYS 6 // of one action at most

typedef struct Keymap {
    Key keys[ACTION_N][KEYMAP_KEYS]; // KEY_NONE behind the last
} Keymap;

// The keys of the table.
void keymap_init(Keymap *map);

// Gives an action other keys, "d Delete", or none by "none"; a key that cannot be taken away stays. False,
// and nothing changed: *fault is a sentence for the operator, without the point at its end, that the caller
// frees. Keys shared with another action are found by keymap_conflict() when all are bound.
bool keymap_bind(Keymap *map, Action action, const char *names, char **fault);

// Two actions that share a key in one place; false: none do.
bool keymap_conflict(const Keymap *map, Action *first, Action *second, Key *key);

// The action bound to `key` in any of the contexts given, or ACTION_NONE.
Action keymap_action(const Keymap *map, Key key, unsigned contexts);

// The keys of an action as people write them: "k, Up"; "" if it has none. The caller frees it.
char *keymap_keys(const Keymap *map, Action action);

// The first of them, for the last row and for sentences: "Enter"; ":fold" for an action without a key.
// The caller frees it.
char *keymap_key(const Keymap *map, Action action);
