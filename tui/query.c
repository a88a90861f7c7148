// SPDX-License-Identifier: GPL-2.0-or-later
// What is searched and filtered for.
#include "tui/query.h"

#include "engine/model/tongue.h"

#include <string.h>

typedef enum TermKind {
    TERM_TEXT,
    TERM_TRAIT,
    TERM_OLDER,
    TERM_NEWER,
} TermKind;

typedef struct Term {
    TermKind kind;
    bool negated;
    char *text;    // folded
    Trait trait;
    gint64 seconds;
} Term;

struct Query {
    char *text;
    GArray *terms; // of Term
};

static const struct {
    const char *word;
    Trait trait;
} traits[] = {
    {"ext", TRAIT_EXTERNAL},    {"int", TRAIT_INTERNAL}, {"mixed", TRAIT_MIXED},     {"ram", TRAIT_MEMORY},
    {"disk", TRAIT_DISK_ONLY},  {"running", TRAIT_RUNNING}, {"paused", TRAIT_PAUSED}, {"off", TRAIT_OFF},
    {"problem", TRAIT_PROBLEM}, {"job", TRAIT_JOB},      {"marked", TRAIT_MARKED},
};

// Text as it is compared: valid, composed alike and without case.
static char *fold(const char *text)
{
    g_autofree char *valid = NULL;
    g_autofree char *lower = NULL;

    if (g_str_is_ascii(text)) { // nearly always, and a filter asks 10,000 times with each key
        return g_ascii_strdown(text, -1);
    }
    valid = g_utf8_make_valid(text, -1);
    lower = g_utf8_casefold(valid, -1);
    return g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
}

static void term_clear(gpointer term)
{
    g_free(((Term *)term)->text);
}

static bool read_trait(Term *term, const char *word, char **fault)
{
    for (gsize i = 0; i < G_N_ELEMENTS(traits); i++) {
        if (strcmp(traits[i].word, word) == 0) {
            term->kind = TERM_TRAIT;
            term->trait = traits[i].trait;
            return true;
        }
    }
    *fault = g_strdup(_("is: takes ext int mixed ram disk running paused off problem job marked"));
    return false;
}

// "7d" in seconds; -1: not an age.
static gint64 read_age(const char *word)
{
    static const char units[] = "mhdwy";
    static const gint64 seconds[] = {60, 3600, 86400, 7 * 86400, 365 * 86400};
    char *end;
    gint64 count = g_ascii_strtoll(word, &end, 10);
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;

    if (end == word || !unit || end[1] != '\0' || count < 0 || count > 10000) {
        return -1;
    }
    return count * seconds[unit - units];
}

static bool read_term(Term *term, const char *word, char **fault)
{
    const char *colon = strchr(word, ':');

    if (g_str_has_prefix(word, "is:")) {
        return read_trait(term, colon + 1, fault);
    }
    if (!g_str_has_prefix(word, "older:") && !g_str_has_prefix(word, "newer:")) {
        term->kind = TERM_TEXT;
        term->text = fold(word);
        return true;
    }
    term->kind = word[0] == 'o' ? TERM_OLDER : TERM_NEWER;
    term->seconds = read_age(colon + 1);
    if (term->seconds < 0) {
        *fault = g_strdup_printf(_("%.6s takes an age: 30m 12h 7d 2w 1y"), word);
    }
    return term->seconds >= 0;
}

Query *query_parse(const char *text, char **fault)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    g_autoptr(Query) query = g_new0(Query, 1);

    query->text = g_strdup(text);
    query->terms = g_array_new(FALSE, TRUE, sizeof(Term));
    g_array_set_clear_func(query->terms, term_clear);
    for (char **word = words; *word != NULL; word++) {
        bool negated = (*word)[0] == '-' && (*word)[1] != '\0';
        Term term = {.negated = negated};

        if ((*word)[0] == '\0') {
            continue;
        }
        if (!read_term(&term, *word + negated, fault)) {
            return NULL;
        }
        g_array_append_val(query->terms, term);
    }
    return g_steal_pointer(&query);
}

void query_free(Query *query)
{
    if (query != NULL) {
        g_array_unref(query->terms);
        g_free(query->text);
        g_free(query);
    }
}

bool query_is_empty(const Query *query)
{
    return query->terms->len == 0;
}

const char *query_text(const Query *query)
{
    return query->text;
}

// `folded` is what to look for. No copy is made of what is plain.
static bool contains_folded(const char *text, const char *folded)
{
    g_autofree char *other = NULL;
    gsize length = strlen(folded);

    if (!g_str_is_ascii(text)) {
        other = fold(text);
        return strstr(other, folded) != NULL;
    }
    for (; *text != '\0' || length == 0; text++) {
        if (g_ascii_strncasecmp(text, folded, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool holds_text(const Subject *subject, const char *folded)
{
    return contains_folded(subject->name, folded) || (subject->note != NULL && contains_folded(subject->note, folded));
}

static bool holds(const Term *term, const Subject *subject, gint64 now)
{
    switch (term->kind) {
    case TERM_TEXT:
        return holds_text(subject, term->text);
    case TERM_TRAIT:
        return (subject->traits & term->trait) != 0;
    case TERM_OLDER:
        return subject->created != 0 && now - subject->created >= term->seconds;
    case TERM_NEWER:
        return subject->created != 0 && now - subject->created < term->seconds;
    }
    return false;
}

bool query_matches(const Query *query, const Subject *subject, gint64 now)
{
    for (guint i = 0; i < query->terms->len; i++) {
        const Term *term = &g_array_index(query->terms, Term, i);

        if (holds(term, subject, now) == term->negated) {
            return false;
        }
    }
    return true;
}

bool text_contains(const char *text, const char *words)
{
    g_autofree char *what = fold(words);

    return contains_folded(text, what);
}
