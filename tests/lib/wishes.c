// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and writing the short forms of wishes.h.

#include "tests/lib/wishes.h"

#include <string.h>

static void apply_option(Wish *wish, const char *option)
{
    if (g_str_equal(option, "external"))
        wish->kind = KIND_EXTERNAL;
    else if (g_str_equal(option, "internal"))
        wish->kind = KIND_INTERNAL;
    else if (g_str_equal(option, "memory"))
        wish->memory = true;
    else if (g_str_equal(option, "quiesce"))
        wish->quiesce = true;
    else if (g_str_equal(option, "lose"))
        wish->now = NOW_LOSE;
    else if (g_str_equal(option, "force"))
        wish->force = true;
    else if (g_str_equal(option, "off"))
        wish->after = AFTER_OFF;
    else if (g_str_equal(option, "running"))
        wish->after = AFTER_RUNNING;
    else if (g_str_equal(option, "paused"))
        wish->after = AFTER_PAUSED;
    else if (g_str_equal(option, "children-only"))
        wish->children_only = true;
    else if (g_str_equal(option, "discard-children"))
        wish->discard_children = true;
    else if (g_str_equal(option, "exclusive"))
        wish->storage_exclusive = true;
    else if (g_str_equal(option, "metadata"))
        wish->metadata_only = true;
    else if (g_str_equal(option, "keep-now"))
        wish->keep_now = true;
    else if (g_str_has_prefix(option, "memory:")) {
        wish->memory = true;
        wish->memory_file = g_strdup(option + strlen("memory:"));
    } else if (g_str_has_prefix(option, "description:"))
        wish->description = g_strnfill((gsize) g_ascii_strtoull(option + strlen("description:"), NULL, 10), 'x');
    else if (strchr(option, '=')) {
        g_auto(GStrv) parts = g_strsplit(option, "=", 2);
        DiskWish *disk = wish_disk(wish, parts[0]);

        disk->include = !g_str_equal(parts[1], "no");
        disk->path = disk->include ? g_strdup(parts[1]) : NULL;
    } else
        g_error("unknown option %s", option);
}

Wish *wishes_read(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    g_auto(GStrv) names = g_strsplit(g_str_equal(words[1], "-") ? "" : words[1], "+", -1);
    Verb verb = VERB_CREATE;
    Wish *wish;

    g_assert_true(verb_parse(words[0], &verb));
    wish = wish_new(verb, "5a9a2f4e-0000-4000-8000-000000000001", "web", NULL);
    for (char **name = names; *name; name++)
        wish_add_subject(wish, *name);
    for (char **option = words + 2; *option; option++)
        apply_option(wish, *option);
    return wish;
}

static void write_disk(GString *text, const StepDisk *disk)
{
    g_string_append_printf(text, " %s:", disk->target);
    if (disk->mode == DISK_MODE_NO)
        g_string_append(text, "no");
    if (disk->mode == DISK_MODE_INTERNAL)
        g_string_append(text, "in");
    if (disk->merges)
        g_string_append_printf(text, "%s>", disk->merges);
    if (disk->writes)
        g_string_append(text, disk->writes);
    if (disk->removes)
        g_string_append_printf(text, "-%s", disk->removes);
}

char *wishes_plan(const Plan *plan)
{
    GString *text = g_string_new(plan->verdict == VERDICT_REFUSED ? "refused" : "");

    for (guint i = 0; plan->verdict == VERDICT_REFUSED && i < plan->reasons->len; i++)
        g_string_append_printf(text, " %s", ((const Reason *) plan->reasons->pdata[i])->rule);
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", step_kind_word(step->kind), step->subject);
        if (step->kind == STEP_REPARENT)
            g_string_append_printf(text, " under %s", step->origin ? step->origin : "nobody");
        if (step->metadata_only)
            g_string_append(text, " record");
        if (step->memory_file)
            g_string_append_printf(text, " memory:%s", step->memory_file);
        else if (step->memory == MEMORY_INTERNAL)
            g_string_append(text, " memory");
        for (guint j = 0; j < step->disks->len; j++)
            write_disk(text, step->disks->pdata[j]);
    }
    if (plan->loses_data)
        g_string_append(text, " LOSES");
    return g_string_free(text, FALSE);
}
