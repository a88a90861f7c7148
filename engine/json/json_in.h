// SPDX-License-Identifier: GPL-2.0-or-later
// Reading JSON that somebody else may have written: typed, strict, with one error at the end.
//
// A JsonIn remembers the first fault and where it was ("steps[2].disks[0].bytes"); after it every
// getter answers with a harmless value, so readers need no check after each line. All text is owned
// by the caller, all JSON values are borrowed.
#pragma once

#include "engine/json/json_guard.h"

#include <json-glib/json-glib.h>

typedef struct JsonIn {
    GError *error; // NULL: no fault so far
    GString *where;
} JsonIn;

// A word of a format and what it stands for. Tables end with a NULL word.
typedef struct JsonWord {
    const char *word;
    int value;
} JsonWord;

// Guards and parses `text`; duplicate members are refused. NULL and `error` if it is not fit.
JsonNode *json_in_parse(const char *text, gsize length, GError **error);

void json_in_init(JsonIn *in);

// Ends the reading: true if there was no fault, else `error` takes it over.
bool json_in_end(JsonIn *in, GError **error);

// Notes a fault at the present place, unless there is one already.
void json_in_fault(JsonIn *in, JsonFault code, const char *format, ...) G_GNUC_PRINTF(3, 4);

// Enters member `name`, or its element `index` (-1: the member itself); json_in_leave() takes the
// value returned and goes back.
gsize json_in_enter(JsonIn *in, const char *name, int index);
void json_in_leave(JsonIn *in, gsize mark);

// `node` as an object with exactly the members of `names` (NULL-terminated); NULL after a fault.
JsonObject *json_in_members(JsonIn *in, JsonNode *node, const char *const *names);

// Members of an object. `object` may be NULL: there was a fault before.
JsonNode *json_in_node(JsonIn *in, JsonObject *object, const char *name);
char *json_in_text(JsonIn *in, JsonObject *object, const char *name);
char *json_in_text_or_null(JsonIn *in, JsonObject *object, const char *name);
bool json_in_flag(JsonIn *in, JsonObject *object, const char *name);
gint64 json_in_number(JsonIn *in, JsonObject *object, const char *name);
gint64 json_in_size(JsonIn *in, JsonObject *object, const char *name); // null: SIZE_UNKNOWN
int json_in_word(JsonIn *in, JsonObject *object, const char *name, const JsonWord *words);

// The elements of an array; NULL after a fault.
JsonArray *json_in_array(JsonIn *in, JsonObject *object, const char *name);
