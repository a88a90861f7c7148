// SPDX-License-Identifier: GPL-2.0-or-later
// Looks at JSON text before json-glib does. Any thread; no memory is allocated for good text.
//
// json-glib reads recursively, takes comments, single quotes, several roots and NULs as they come,
// and makes a node of every value. Text from outside is therefore scanned once, token by token:
// what passes is one object of bounded size and depth in the characters and escapes of RFC 8259.
// Whether the tokens stand in a lawful order is left to json-glib.
#pragma once

#include <glib.h>
#include <stdbool.h>

#define JSON_GUARD_BYTES  (4 * 1024 * 1024)
#define JSON_GUARD_DEPTH  16
#define JSON_GUARD_VALUES 200000 // commas, which bound the values

typedef enum JsonFault {
    JSON_FAULT_LIMIT,   // too big, too deep, too many values
    JSON_FAULT_SYNTAX,  // not JSON, or JSON that nobody writes in good faith
    JSON_FAULT_FORMAT,  // of a format version that this program does not know
    JSON_FAULT_CONTENT, // a member is missing, unknown, of the wrong type or not believable
    JSON_FAULT_EDITED,  // every member is believable, but together they contradict each other
} JsonFault;

// The errors of this room: a JsonFault and a sentence without its final stop.
#define JSON_FAULT (json_fault_quark())
GQuark json_fault_quark(void);

// Is `text` fit to be parsed? `length` in bytes; the text need not be terminated.
bool json_guard(const char *text, gsize length, GError **error);
