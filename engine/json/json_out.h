// SPDX-License-Identifier: GPL-2.0-or-later
// Writing JSON: members in the order they are put, sizes as integers, what is unknown as null.
//
// The text may be read on a terminal: every character that a terminal could take for a command, or
// that reorders text, leaves as an escape. Bytes that are not UTF-8 become U+FFFD. `name` NULL puts
// an element of a list.
#pragma once

#include "engine/json/json_in.h"

typedef JsonBuilder JsonOut;

JsonOut *json_out_new(void);

// The whole text, ending in a newline; frees `out`. The caller frees the text.
char *json_out_finish(JsonOut *out);

// The same as one line.
char *json_out_finish_line(JsonOut *out);

void json_out_object(JsonOut *out, const char *name);
void json_out_object_end(JsonOut *out);
void json_out_list(JsonOut *out, const char *name);
void json_out_list_end(JsonOut *out);

void json_out_text(JsonOut *out, const char *name, const char *text); // NULL: null
void json_out_number(JsonOut *out, const char *name, gint64 number);
void json_out_size(JsonOut *out, const char *name, gint64 bytes); // SIZE_UNKNOWN: null
void json_out_flag(JsonOut *out, const char *name, bool flag);
void json_out_word(JsonOut *out, const char *name, const JsonWord *words, int value);

// A list of char *; NULL: an empty one.
void json_out_texts(JsonOut *out, const char *name, const GPtrArray *texts);
