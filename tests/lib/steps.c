// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the little language of steps.h.

#include "tests/lib/steps.h"

#include <string.h>

// PATH or PATH>BACKING.
static void read_images(StepDisk *disk, const char *text)
{
    g_auto(GStrv) images = g_strsplit(text, ">", 2);

    disk->writes = g_strdup(images[0]);
    disk->backing = g_strdup(images[1]);
}

static void read_word(Step *step, const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, "=", 2);

    if (*word == '-') {
        step_add_disk(step, "vda", DISK_MODE_EXTERNAL)->removes = g_strdup(word + 1);
    } else if (*word == '~') {
        step->memory_file = g_strdup(word + 1);
        step->memory = MEMORY_EXTERNAL;
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

Plan *steps_plan(const char *text, bool lose_now)
{
    g_auto(GStrv) steps = g_strsplit(text, ", ", -1);
    g_auto(GStrv) last = g_strsplit(steps[g_strv_length(steps) - 1], " ", 3);
    g_autoptr(Wish) wish = NULL;
    Verb verb;
    Plan *plan;

    if (!verb_parse(last[0], &verb))
        verb = VERB_REVERT; // in steps of our own
    wish = wish_new(verb, "u", "web", last[1]);
    wish->now = lose_now ? NOW_LOSE : NOW_KEEP;
    wish->keep_name = g_strdup("keep");
    plan = plan_new(wish);
    for (char **step = steps; *step; step++)
        read_step(plan, *step);
    return plan;
}
