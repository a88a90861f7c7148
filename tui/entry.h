// SPDX-License-Identifier: GPL-2.0-or-later
// A line of text that is being typed. UTF-8; no drawing inside.
//
// The cursor moves by what is one character for the eye: letter and marks together. Characters that are
// not drawn (see tui/text.h) cannot be typed: what one cannot see one should not send. What was cut can be
// put back, in any entry that has the same memory; what was sent off in an entry about the same subject
// comes again.
#pragma once

#include "tui/keys.h"

// What all entries remember together, until the program ends. Never secrets: those have no memory.
typedef struct EntryMemory {
    char *cut;        // the last text that was cut; NULL: none
    GHashTable *past; // subject -> GPtrArray of char *, oldest first; NULL: none yet
} EntryMemory;

void entry_memory_clear(EntryMemory *memory); // frees what it holds; it begins with {0}

typedef struct Entry {
    GString *text;
    gsize cursor; // byte offset of a character's start
    gsize limit;  // bytes at most
    EntryMemory *memory; // NULL: none
    GPtrArray *past;     // of char *, what was sent off about the same subject; owned by the memory
    guint at;            // which of them is shown; past->len: what is typed
    char *draft;         // what was typed, while one of them is shown
} Entry;

void entry_init(Entry *entry, const char *text, gsize limit); // the cursor at the end
void entry_clear(Entry *entry);                               // frees what init allocated
void entry_set(Entry *entry, const char *text);               // cut to the limit

// Gives it a memory, which must live longer; `subject` says what it is about: "name".
void entry_use(Entry *entry, EntryMemory *memory, const char *subject);

// It is sent off: its text is remembered.
void entry_keep(Entry *entry);

// Keys, and what they do, for the help. Printable characters are typed.
#define ENTRY_KEYS(X)                                                        \
    X("Left, Ctrl-B", "One character to the left.")                          \
    X("Right, Ctrl-F", "One character to the right.")                        \
    X("Ctrl-Left", "To the beginning of the word.")                          \
    X("Ctrl-Right", "To the end of the word.")                               \
    X("Home, Ctrl-A", "To the beginning.")                                   \
    X("End, Ctrl-E", "To the end.")                                          \
    X("Backspace", "Remove the character before.")                           \
    X("Delete, Ctrl-D", "Remove the character behind.")                      \
    X("Ctrl-W", "Cut back to the blank before.")                             \
    X("Ctrl-Delete", "Cut to the end of the word.")                          \
    X("Ctrl-U", "Cut all before the cursor.")                                \
    X("Ctrl-K", "Cut all behind the cursor.")                                \
    X("Ctrl-Y", "Put back what was cut last, here or in another field.")     \
    X("Ctrl-P, Ctrl-N", "What was sent off before, and back.")

// Takes a key. False: not a key for an entry. What does not fit is taken and ignored.
bool entry_key(Entry *entry, Key key);

// Would this key change nothing because the entry is full? A long paste is mostly that.
bool entry_ignores(const Entry *entry, Key key);

// The part of the text to draw in `columns` so that the cursor is in sight: its first byte, and the
// column of the cursor in it.
gsize entry_window(const Entry *entry, int columns, int *cursor_column);
