// SPDX-License-Identifier: GPL-2.0-or-later
// A plan in sentences, outcome first: the one text that dialogs, terminals and pipes show.

#include "engine/model/forecast.h"
#include "engine/model/plan.h"
#include "engine/model/tongue.h"

#define FILE_COLS 7 // before what a step does to a file

// A line of its own, behind so many blanks; the format is translated.
G_GNUC_PRINTF(3, 4) static void add_line(GString *text, int indent, const char *format, ...)
{
    va_list args;

    g_string_append_printf(text, "%*s", indent, "");
    va_start(args, format);
    g_string_append_vprintf(text, _(format), args);
    va_end(args);
    g_string_append_c(text, '\n');
}

static void add_heading(GString *text, const char *heading)
{
    g_string_append_printf(text, "\n%s\n", heading);
}

static void add_reasons(GString *text, const char *heading, const GPtrArray *reasons)
{
    if (reasons->len == 0)
        return;
    add_heading(text, _(heading));
    for (guint i = 0; i < reasons->len; i++) {
        const Reason *reason = reasons->pdata[i];

        g_string_append_printf(text, "  - %s [%s]\n", reason->text, reason->rule);
    }
}

static void add_file(GString *text, StepKind kind, const StepDisk *disk)
{
    if (kind == STEP_MAKE_LAYERS)
        add_line(text, FILE_COLS, "%s: makes %s, empty, on %s", disk->target, disk->writes, disk->backing);
    else if (kind == STEP_RECORD && disk->backing)
        add_line(text, FILE_COLS, "%s: keeps %s; NOW will write %s", disk->target, disk->backing, disk->writes);
    else if (kind == STEP_REVERT)
        add_line(text, FILE_COLS, "%s: goes back inside %s", disk->target, disk->writes);
    else if (kind == STEP_RECORD || kind == STEP_DEFINE)
        add_line(text, FILE_COLS, "%s: NOW will write %s", disk->target, disk->writes);
    else if (kind == STEP_RENEW)
        add_line(text, FILE_COLS, "%s: NOW writes %s", disk->target, disk->writes);
    else if (kind == STEP_REBASE)
        add_line(text, FILE_COLS, "%s: %s stands on %s", disk->target, disk->writes, disk->backing);
    else if (kind == STEP_FOLLOW)
        add_line(text, FILE_COLS, "%s: what %s held is in %s", disk->target, disk->backing, disk->writes);
    else
        add_line(text, FILE_COLS, "%s: writes %s", disk->target, disk->writes);
}

static void add_memory(GString *text, const Step *step)
{
    if (step->kind == STEP_DELETE || step->kind == STEP_REMOVE_FILES)
        add_line(text, FILE_COLS, "memory: removes %s", step->memory_file);
    else if (step->kind == STEP_CREATE)
        add_line(text, FILE_COLS, "memory: writes %s", step->memory_file);
    else
        add_line(text, FILE_COLS, "memory: reads %s", step->memory_file);
}

static void add_way_back(GString *text, const Step *step)
{
    if (!step->undo)
        add_line(text, FILE_COLS, step->cancellable ? N_("Can be cancelled while it runs.")
                                                    : N_("Cannot be cancelled once it runs."));
    else
        add_line(text, FILE_COLS, step->cancellable ? N_("Can be cancelled while it runs. To go back: %s")
                                                    : N_("Cannot be cancelled once it runs. To go back: %s"), step->undo);
}

static void add_disk(GString *text, StepKind kind, const StepDisk *disk)
{
    g_autofree char *size = size_text(disk->bytes);

    if (disk->merges)
        add_line(text, FILE_COLS, "%s: %s (%s) goes down into %s", disk->target, disk->merges, size, disk->writes);
    else if (disk->writes)
        add_file(text, kind, disk);
    else if (disk->mode == DISK_MODE_INTERNAL)
        add_line(text, FILE_COLS, "%s: inside its image", disk->target);
    else if (disk->mode == DISK_MODE_NO)
        add_line(text, FILE_COLS, "%s: left out", disk->target);
    if (disk->removes)
        add_line(text, FILE_COLS, "%s: removes %s", disk->target, disk->removes);
}

static void add_steps(GString *text, const Plan *plan)
{
    if (plan->steps->len == 0)
        return;
    add_heading(text, _("Steps"));
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        add_line(text, 2, "%u. %s", i + 1, step->effect);
        for (guint j = 0; j < step->disks->len; j++)
            add_disk(text, step->kind, step->disks->pdata[j]);
        if (step->memory_file)
            add_memory(text, step);
        add_way_back(text, step);
    }
}

static void add_cost(GString *text, const Plan *plan)
{
    g_autofree char *copy = size_text(plan->copy_bytes);
    g_autofree char *needed = size_text(plan->space_needed);
    g_autofree char *space = size_text(plan->space_free);

    if (plan->copy_bytes != 0)
        add_line(text, 2, "Copies at most %s.", copy);
    if (plan->space_needed != 0)
        add_line(text, 2, "Needs %s of free space; there is %s.", needed, space);
    if (plan->after)
        add_line(text, 2, "Afterwards the guest is %s.", plan->after);
}

static void add_loss(GString *text, const Loss *loss)
{
    g_autofree char *line = loss_line(loss);

    add_line(text, 2, "%s", line);
}

static void add_routes(GString *text, const Plan *plan)
{
    if (plan->routes->len == 0)
        return;
    add_heading(text, _("What is possible"));
    for (guint i = 0; i < plan->routes->len; i++) {
        const Route *route = plan->routes->pdata[i];

        g_string_append_printf(text, "  - %s\n", route->text);
        if (route->command)
            add_line(text, 6, "virt-snap %s", route->command);
    }
}

char *plan_text(const Plan *plan)
{
    GString *text = g_string_new(NULL);

    add_line(text, 0, plan->verdict == VERDICT_OK ? "%s" : N_("%s: not possible"), plan->title);
    for (guint i = 0; i < plan->outcomes->len; i++)
        add_line(text, 2, "%s", (const char *) plan->outcomes->pdata[i]);
    for (guint i = 0; i < plan->lost->len; i++)
        add_loss(text, plan->lost->pdata[i]);
    if (plan->verdict == VERDICT_OK)
        add_cost(text, plan);
    add_reasons(text, N_("Why not"), plan->reasons);
    add_reasons(text, N_("To know"), plan->warnings);
    add_routes(text, plan);
    add_steps(text, plan);
    return g_string_free(text, FALSE);
}
