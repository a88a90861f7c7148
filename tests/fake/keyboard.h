// SPDX-License-Identifier: GPL-2.0-or-later
// The terminal of tests: keys come from a script.
//
// In place of tui/term.c. Nothing is waited for: term_fd() is -1.
#pragma once

#include "tui/keys.h"

// Adds keys by their names: "j j Enter C-l PasteBegin x PasteEnd". A name that is no key fails the test.
void keyboard_press(const char *keys);

// Adds the characters of a text as keys.
void keyboard_type(const char *text);

// How often the front end asked for something, since the last reset.
typedef struct KeyboardCalls {
    int starts, stops, suspends, redraws, beeps, copies;
} KeyboardCalls;

KeyboardCalls keyboard_calls(void);

// From now on term_lost() says so, once the keys are used up.
void keyboard_lose(void);

// No keys, nothing counted, not lost.
void keyboard_reset(void);
