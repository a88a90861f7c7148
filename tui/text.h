// SPDX-License-Identifier: GPL-2.0-or-later
// Text on a terminal: columns instead of bytes, and foreign text made safe.
//
// Text is read cell by cell: a character that takes one or two columns, with the marks that combine with
// it. What could disturb the screen or deceive the reader never gets into a cell: it becomes U+FFFD, one
// column wide. That is: invalid UTF-8, control characters (C0, C1, DEL), bidi and other invisible
// formatting, line separators, private use and unassigned characters, marks that stand on nothing, and
// what terminals do not agree about (joined and coloured emoji, flags). Newlines and tabs are blanks.
// The variation selectors U+FE0E and U+FE0F are dropped. Widths come from GLib, so they are the same in every
// locale; canvas.c holds its own against the C library. Any thread may use this; nothing is kept.
#pragma once

#include <glib.h>
#include <stdbool.h>

#define TEXT_MARKS 4 // combining marks on one character; more become U+FFFD
#define TEXT_REPLACEMENT 0xFFFD

typedef struct TextCell {
    gunichar chars[1 + TEXT_MARKS]; // what to draw: the character, then its marks
    int count;                      // of chars, at least 1
    int width;                      // columns: 1 or 2
} TextCell;

// Reads the first cell of `text` (any bytes). Returns where the next one starts; NULL at the end of text.
const char *text_next(const char *text, TextCell *cell);

// May this character be drawn? (Marks may, upon another character.)
bool text_drawable(gunichar c);

// Columns a character takes: 0 (combining), 1 or 2. Characters that must not be drawn count 1,
// the width of their replacement.
int text_char_width(gunichar c);

// Columns of a string after cleaning. Reads all of it: where only so much fits, use text_fit().
int text_width(const char *text);

// A copy that can be drawn: its cells, in UTF-8. With `ascii` each column of a character outside ASCII
// is a '?'. Of the same width as `text`.
char *text_clean(const char *text, bool ascii);

// Bytes of the longest prefix of `text` that fits in `columns`; *used (may be NULL) gets its columns.
// Reads no further, however long the text is.
gsize text_fit(const char *text, int columns, int *used);

// Breaks text into clean lines of at most `columns`, at blanks where possible; '\n' breaks too, an
// empty text is one empty line. Returns char * lines; caller frees the array.
GPtrArray *text_wrap(const char *text, int columns);
