// SPDX-License-Identifier: GPL-2.0-or-later
// A line of text that is being typed. UTF-8; no drawing inside.
//
// The cursor moves by what is one character for the eye: letter and marks together. Characters that are
// not drawn (see tui/text.h) cannot be typed: what one cannot see one should not send.
#pragma once

#include "tui/keys.h"

typedef struct Entry {
    GString *text;
    gsize cursor; // byte offset of a character's start
    gsize limit;  // bytes at most
} Entry;

void entry_init(Entry *entry, const char *text, gsize limit); // the cursor at the end
void entry_clear(Entry *entry);                               // frees what init allocated
void entry_set(Entry *entry, const char *text);               // cut to the limit

// Takes a key: printable characters, Left, Right, Home, End, Backspace, Delete, Ctrl-A/B/D/E/F/U/W/K.
// False: not a key for an entry. What does not fit is taken and ignored.
bool entry_key(Entry *entry, Key key);

// The part of the text to draw in `columns` so that the cursor is in sight: its first byte, and the
// column of the cursor in it.
gsize entry_window(const Entry *entry, int columns, int *cursor_column);
