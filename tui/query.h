// SPDX-License-Identifier: GPL-2.0-or-later
// What is searched and filtered for: words, all of which have to hold. No drawing inside.
//
//   text         in the name or the note, without regard to case
//   is:ext       what something is: ext int mixed ram disk running paused off problem job marked
//   older:7d     age, in units m h d w y; newer:12h the other way
//   -WORD        does not hold; "-" alone is text
//
// The same words serve guests and snapshots; a guest has no age, so asked for one it does not match.
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum Trait {
    TRAIT_EXTERNAL = 1 << 0,
    TRAIT_INTERNAL = 1 << 1,
    TRAIT_MIXED = 1 << 2,
    TRAIT_MEMORY = 1 << 3,
    TRAIT_DISK_ONLY = 1 << 4,
    TRAIT_RUNNING = 1 << 5,
    TRAIT_PAUSED = 1 << 6,
    TRAIT_OFF = 1 << 7,
    TRAIT_PROBLEM = 1 << 8,
    TRAIT_JOB = 1 << 9,
    TRAIT_MARKED = 1 << 10,
} Trait;

// What a query is asked about.
typedef struct Subject {
    const char *name;
    const char *note; // NULL: none
    gint64 created;   // seconds since 1970; 0: it has no age
    unsigned traits;  // of Trait
} Subject;

typedef struct Query Query;

// Reads a query. NULL where a word is none: *fault gets a sentence that says what would be right, owned by
// the caller. An empty text is a query that everything matches.
Query *query_parse(const char *text, char **fault);
void query_free(Query *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)

bool query_is_empty(const Query *query);
const char *query_text(const Query *query); // as it was typed

// `now`: seconds since 1970.
bool query_matches(const Query *query, const Subject *subject, gint64 now);

// Does a text contain `words`, without regard to case? For what has no traits: lines of a page.
bool text_contains(const char *text, const char *words);
