// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the little language of steps.h.

#include "tests/lib/steps.h"

#include <string.h>

// PATH, PATH>BACKING or PATH<MERGED.
static void read_images(StepDisk *disk, const char *text)
{
    bool merges = strchr(text, '<');
    g_auto(GStrv) images = g_strsplit(text, merges ? "<" : ">", 2);

    disk->writes = g_strdup(images[0]);
    *(merges ? &disk->merges : &disk->backing) = g_strdup(images[1]);
}

static void read_word(Step *step, const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, "=", 2);

    if (*word == '-') {
        step_add_disk(step, "vda", DISK_MODE_EXTERNAL)->removes = g_strdup(word + 1);
    } else if (*word == '~') {
        step->memory_file = g_strdup(word + 1);
        step->memory = MEMORY_EXTERNAL;
    } else if (g_str_equal(word, "record-only")) {
        step->metadata_only = true;
    } else if (g_str_has_prefix(word, "of:")) {
        step->origin = g_strdup(word + strlen("of:"));
    } else if (g_strcmp0(parts[1], "in") == 0) {
        step_add_disk(step, parts[0], DISK_MODE_INTERNAL);
    } else if (g_strcmp0(parts[1], "no") == 0) {
        step_add_disk(step, parts[0], DISK_MODE_NO);
    } else {
        read_images(step_add_disk(step, parts[0], DISK_MODE_EXTERNAL), parts[1]);
    }
}

static void read_step(Plan *plan, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    StepKind kind;
    Step *step;

    if (!step_kind_parse(words[0], &kind))
        g_error("steps: there is no step %s", words[0]);
    step = plan_add_step(plan, kind, words[1]);
    for (char **word = words + 2; *word; word++)
        read_word(step, *word);
}

// The wish in words, or the step that says what it is.
static Wish *read_wish(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 3);
    Verb verb;

    if (!verb_parse(words[0], &verb))
        verb = VERB_REVERT; // in steps of our own
    return wish_new(verb, "u", "web", words[1]);
}

Plan *steps_plan(const char *text, bool lose_now)
{
    g_auto(GStrv) parts = g_strsplit(text, ": ", 2);
    g_auto(GStrv) steps = g_strsplit(parts[1] ? parts[1] : parts[0], ", ", -1);
    g_autoptr(Wish) wish = read_wish(parts[1] ? parts[0] : steps[g_strv_length(steps) - 1]);
    Plan *plan;

    wish->now = lose_now ? NOW_LOSE : NOW_KEEP;
    wish->keep_name = g_strdup("keep");
    plan = plan_new(wish);
    for (char **step = steps; *step; step++)
        read_step(plan, *step);
    return plan;
}
