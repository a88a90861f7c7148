// SPDX-License-Identifier: GPL-2.0-or-later
// Which operation comes next, and operations as text. The same seed on the same outcomes draws the same
// operations, with any version of GLib. The weights are fixed: they were set before any rule was. Main thread.
#include "tests/qemu/oracle.h"

#include <string.h>

// ---- Dice ---------------------------------------------------------------------------------------

void dice_seed(Dice *dice, const char *seed)
{
    dice->state = G_GUINT64_CONSTANT(0xcbf29ce484222325);
    for (; *seed; seed++)
        dice->state = (dice->state ^ (guchar) *seed) * G_GUINT64_CONSTANT(0x100000001b3);
}

guint64 dice_roll(Dice *dice) // splitmix64
{
    guint64 z = dice->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

guint dice_below(Dice *dice, guint sides)
{
    return (guint) ((dice_roll(dice) >> 32) % sides);
}

// ---- Drawing ------------------------------------------------------------------------------------

// An operation that would take a snapshot is not possible where there are enough of them.
static bool is_possible(OracleVerb verb, const Seen *seen)
{
    guint n = seen->snapshots->len;
    switch (verb) {
    case DO_CREATE:
        return n < SNAPSHOTS_MOST;
    case DO_REVERT_KEEP:
        return n > 0 && n < SNAPSHOTS_MOST;
    case DO_START:
        return seen_is_off(seen);
    case DO_STOP:
        return !seen_is_off(seen);
    case DO_REVERT_LOSE:
    case DO_DELETE:
    case DO_DISCARD:
    case DO_VERBS:
        break;
    }
    return n > 0;
}

static void draw_create(Dice *dice, const Seen *seen, Operation *operation)
{
    if (dice_below(dice, 5) == 0)
        operation->left_out = (int) dice_below(dice, DISKS);
    if (!operation->internal && !seen_is_off(seen))
        operation->memory = dice_below(dice, 2) == 0;
}

static bool takes_snapshot(OracleVerb verb)
{
    return verb == DO_CREATE || verb == DO_REVERT_KEEP;
}

static bool has_subject(OracleVerb verb)
{
    return verb != DO_START && verb != DO_STOP;
}

static Operation *operation_new(OracleVerb verb)
{
    Operation *operation = g_new0(Operation, 1);
    operation->verb = verb;
    operation->left_out = -1;
    return operation;
}

Operation *operation_draw(Dice *dice, const Seen *seen, OracleTree tree, guint number)
{
    OracleVerb verb;
    do
        verb = dice_below(dice, DO_VERBS);
    while (!is_possible(verb, seen));
    Operation *operation = operation_new(verb);
    if (takes_snapshot(verb))
        operation->internal = tree == TREE_INTERNAL || (tree == TREE_MIXED && dice_below(dice, 2) == 0);
    if (verb == DO_CREATE) {
        operation->subject = g_strdup_printf("s%u", number);
        draw_create(dice, seen, operation);
    } else if (has_subject(verb)) {
        const SeenSnapshot *any = g_ptr_array_index(seen->snapshots, dice_below(dice, seen->snapshots->len));
        operation->subject = g_strdup(any->name);
    }
    if (verb == DO_REVERT_KEEP)
        operation->keep = g_strdup_printf("k%u", number);
    if (verb == DO_DISCARD && seen_below(seen, seen->current, operation->subject))
        operation->lose_now = dice_below(dice, 2) == 0;
    return operation;
}

void operation_free(Operation *operation)
{
    if (!operation)
        return;
    g_free(operation->subject);
    g_free(operation->keep);
    g_free(operation->instead);
    g_free(operation->rule);
    g_free(operation->words);
    g_free(operation->plan);
    g_free(operation);
}

// ---- As text ------------------------------------------------------------------------------------

static const char *const VERB_WORDS[] = {"create", "revert-keep", "revert-lose", "delete", "discard", "start", "stop"};
static const char *const OUTCOME_WORDS[] = {"done", "refused", "failed", "not-built"};

const char *verb_text(OracleVerb verb)
{
    return VERB_WORDS[verb];
}

const char *outcome_text(OracleOutcome outcome)
{
    return OUTCOME_WORDS[outcome];
}

char *operation_text(const Operation *operation)
{
    GString *text = g_string_new(verb_text(operation->verb));
    if (operation->subject)
        g_string_append_printf(text, " %s", operation->subject);
    if (operation->keep)
        g_string_append_printf(text, " as %s", operation->keep);
    if (takes_snapshot(operation->verb))
        g_string_append(text, operation->internal ? " internal" : " external");
    if (operation->memory)
        g_string_append(text, " memory");
    if (operation->left_out >= 0)
        g_string_append_printf(text, " without %s", DISK_NAMES[operation->left_out]);
    if (operation->lose_now)
        g_string_append(text, " lose-now");
    if (operation->instead)
        g_string_append_printf(text, " = %s %s", outcome_text(operation->believed), operation->instead);
    return g_string_free(text, FALSE);
}

static int index_of(const char *const *words, guint n, const char *word)
{
    for (guint i = 0; i < n; i++)
        if (g_strcmp0(words[i], word) == 0)
            return (int) i;
    return -1;
}

static void parse_word(Operation *operation, char ***word)
{
    char **w = *word;
    if (g_str_equal(*w, "as") && w[1])
        operation->keep = g_strdup(*++*word);
    else if (g_str_equal(*w, "internal"))
        operation->internal = true;
    else if (g_str_equal(*w, "memory"))
        operation->memory = true;
    else if (g_str_equal(*w, "without") && w[1])
        operation->left_out = index_of(DISK_NAMES, DISKS, *++*word);
    else if (g_str_equal(*w, "lose-now"))
        operation->lose_now = true;
}

// "= OUTCOME COMMANDS": what is run in its place, and what the oracle is told of it.
static void parse_instead(Operation *operation, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 2);
    int outcome = index_of(OUTCOME_WORDS, WAS_OUTCOMES, words[0]);
    if (outcome < 0 || !words[1])
        g_error("after \"=\" comes an outcome, then commands: %s", text);
    operation->believed = (OracleOutcome) outcome;
    operation->instead = g_strdup(words[1]);
}

Operation *operation_parse(const char *line)
{
    g_auto(GStrv) halves = g_strsplit(line, " = ", 2);
    g_auto(GStrv) words = g_strsplit(g_strstrip(halves[0]), " ", -1);
    int verb = index_of(VERB_WORDS, DO_VERBS, words[0]);
    if (verb < 0)
        return NULL;
    Operation *operation = operation_new((OracleVerb) verb);
    char **word = words + 1;
    if (*word && has_subject(operation->verb))
        operation->subject = g_strdup(*word++);
    for (; *word; word++)
        parse_word(operation, &word);
    if (halves[1])
        parse_instead(operation, halves[1]);
    return operation;
}
