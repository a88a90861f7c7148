// SPDX-License-Identifier: GPL-2.0-or-later
// Prepared text: lines of short pieces with roles, wrapped once and then only drawn.
//
// Details, disks, pages and the bodies of dialogs are built into this whenever something changed, so
// that painting a frame costs the visible lines only. No drawing inside. Foreign text is cleaned here.
#pragma once

#include "tui/canvas.h"

typedef struct Span {
    int col;
    Role role;
    const char *text; // owned by the Lines; NULL: a glyph
    Glyph glyph;
} Span;

typedef struct Lines Lines;

// Empty text for a room `width` columns wide.
Lines *lines_new(int width);
void lines_free(Lines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lines, lines_free)

int lines_width(const Lines *lines);
int lines_count(const Lines *lines);

// The pieces of one line; *count gets their number.
const Span *lines_spans(const Lines *lines, int line, int *count);

// What stands on one line, pieces in their columns. Caller frees.
char *lines_text(const Lines *lines, int line);

// Starts a new, empty line.
void lines_begin(Lines *lines);

// Puts a piece on the line begun last: at a column, or so that it ends at the right edge.
// Returns the column after it.
int lines_put(Lines *lines, int col, Role role, const char *text);
void lines_put_right(Lines *lines, Role role, const char *text);

void lines_put_glyph(Lines *lines, int col, Role role, Glyph glyph);

// Columns left on the line begun last.
int lines_room(const Lines *lines);

// A paragraph, wrapped and indented by `indent` columns.
void lines_add(Lines *lines, int indent, Role role, const char *text);
void lines_printf(Lines *lines, int indent, Role role, const char *format, ...) G_GNUC_PRINTF(4, 5);

// "label    value": the value wrapped in its own column.
void lines_field(Lines *lines, const char *label, Role role, const char *value);
void lines_fieldf(Lines *lines, const char *label, Role role, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

// "mark paragraph": the paragraph wrapped behind the mark, the mark in the same role.
void lines_item(Lines *lines, const char *mark, Role role, const char *text);

// An empty line, unless nothing or an empty line stands above.
void lines_gap(Lines *lines);
