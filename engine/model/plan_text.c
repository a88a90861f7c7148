// SPDX-License-Identifier: GPL-2.0-or-later
// A plan in sentences, outcome first: the one text that dialogs, terminals and pipes show.

#include "engine/model/forecast.h"
#include "engine/model/plan.h"

static void add_reasons(GString *text, const char *heading, const GPtrArray *reasons)
{
    if (reasons->len == 0)
        return;
    g_string_append_printf(text, "\n%s\n", heading);
    for (guint i = 0; i < reasons->len; i++) {
        const Reason *reason = reasons->pdata[i];

        g_string_append_printf(text, "  - %s [%s]\n", reason->text, reason->rule);
    }
}

static void add_file(GString *text, StepKind kind, const StepDisk *disk)
{
    if (kind == STEP_MAKE_LAYERS)
        g_string_append_printf(text, "       %s: makes %s, empty, on %s\n", disk->target, disk->writes,
                               disk->backing);
    else if (kind == STEP_RECORD && disk->backing)
        g_string_append_printf(text, "       %s: keeps %s; NOW will write %s\n", disk->target, disk->backing,
                               disk->writes);
    else if (kind == STEP_REVERT)
        g_string_append_printf(text, "       %s: goes back inside %s\n", disk->target, disk->writes);
    else if (kind == STEP_RECORD || kind == STEP_DEFINE)
        g_string_append_printf(text, "       %s: NOW will write %s\n", disk->target, disk->writes);
    else if (kind == STEP_RENEW)
        g_string_append_printf(text, "       %s: NOW writes %s\n", disk->target, disk->writes);
    else if (kind == STEP_REBASE)
        g_string_append_printf(text, "       %s: %s stands on %s\n", disk->target, disk->writes, disk->backing);
    else if (kind == STEP_FOLLOW)
        g_string_append_printf(text, "       %s: what %s held is in %s\n", disk->target, disk->backing, disk->writes);
    else
        g_string_append_printf(text, "       %s: writes %s\n", disk->target, disk->writes);
}

static const char *memory_word(StepKind kind)
{
    if (kind == STEP_DELETE || kind == STEP_REMOVE_FILES)
        return "removes";
    return kind == STEP_CREATE ? "writes" : "reads";
}

static void add_disk(GString *text, StepKind kind, const StepDisk *disk)
{
    g_autofree char *size = size_text(disk->bytes);

    if (disk->merges)
        g_string_append_printf(text, "       %s: %s (%s) goes down into %s\n", disk->target,
                               disk->merges, size, disk->writes);
    else if (disk->writes)
        add_file(text, kind, disk);
    else if (disk->mode == DISK_MODE_INTERNAL)
        g_string_append_printf(text, "       %s: inside its image\n", disk->target);
    else if (disk->mode == DISK_MODE_NO)
        g_string_append_printf(text, "       %s: left out\n", disk->target);
    if (disk->removes)
        g_string_append_printf(text, "       %s: removes %s\n", disk->target, disk->removes);
}

static void add_steps(GString *text, const Plan *plan)
{
    if (plan->steps->len == 0)
        return;
    g_string_append(text, "\nSteps\n");
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        g_string_append_printf(text, "  %u. %s\n", i + 1, step->effect);
        for (guint j = 0; j < step->disks->len; j++)
            add_disk(text, step->kind, step->disks->pdata[j]);
        if (step->memory_file)
            g_string_append_printf(text, "       memory: %s %s\n", memory_word(step->kind), step->memory_file);
        g_string_append_printf(text, "       %s%s%s\n",
                               step->cancellable ? "Can be cancelled while it runs." :
                                                   "Cannot be cancelled once it runs.",
                               step->undo ? " To go back: " : "", step->undo ? step->undo : "");
    }
}

static void add_cost(GString *text, const Plan *plan)
{
    g_autofree char *copy = size_text(plan->copy_bytes);
    g_autofree char *needed = size_text(plan->space_needed);
    g_autofree char *space = size_text(plan->space_free);

    if (plan->copy_bytes != 0)
        g_string_append_printf(text, "  Copies at most %s.\n", copy);
    if (plan->space_needed != 0)
        g_string_append_printf(text, "  Needs %s of free space; there is %s.\n", needed, space);
    if (plan->after)
        g_string_append_printf(text, "  Afterwards the guest is %s.\n", plan->after);
}

static void add_routes(GString *text, const Plan *plan)
{
    if (plan->routes->len == 0)
        return;
    g_string_append(text, "\nWhat is possible\n");
    for (guint i = 0; i < plan->routes->len; i++) {
        const Route *route = plan->routes->pdata[i];

        g_string_append_printf(text, "  - %s\n", route->text);
        if (route->command)
            g_string_append_printf(text, "      virt-snap %s\n", route->command);
    }
}

char *plan_text(const Plan *plan)
{
    GString *text = g_string_new(plan->title);

    g_string_append_printf(text, "%s\n", plan->verdict == VERDICT_OK ? "" : ": not possible");
    for (guint i = 0; i < plan->outcomes->len; i++)
        g_string_append_printf(text, "  %s\n", (const char *) plan->outcomes->pdata[i]);
    for (guint i = 0; i < plan->lost->len; i++)
        g_string_append_printf(text, "  Given up: %s\n", (const char *) plan->lost->pdata[i]);
    if (plan->verdict == VERDICT_OK)
        add_cost(text, plan);
    add_reasons(text, "Why not", plan->reasons);
    add_reasons(text, "To know", plan->warnings);
    add_routes(text, plan);
    add_steps(text, plan);
    return g_string_free(text, FALSE);
}
