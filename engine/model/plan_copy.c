// SPDX-License-Identifier: GPL-2.0-or-later
// Copying a plan, member by member.

#include "engine/model/plan.h"
#include "engine/model/world.h"

static void copy_texts(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

static void copy_reasons(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++) {
        const Reason *reason = g_ptr_array_index(from, i);

        plan_add_reason(to, reason->rule, reason->text);
    }
}

static void copy_disk(Step *to, const StepDisk *disk)
{
    StepDisk *copy = step_add_disk(to, disk->target, disk->mode);

    copy->writes = g_strdup(disk->writes);
    copy->format = g_strdup(disk->format);
    copy->removes = g_strdup(disk->removes);
    copy->merges = g_strdup(disk->merges);
    copy->backing = g_strdup(disk->backing);
    copy->backing_format = g_strdup(disk->backing_format);
    copy->bytes = disk->bytes;
}

Step *step_copy(const Step *step)
{
    Step *copy = step_new(step->kind, step->subject);

    copy->effect = g_strdup(step->effect);
    copy->undo = g_strdup(step->undo);
    copy->cancellable = step->cancellable;
    copy->description = g_strdup(step->description);
    copy->memory = step->memory;
    copy->memory_file = g_strdup(step->memory_file);
    copy->origin = g_strdup(step->origin);
    copy->disk_only = step->disk_only;
    copy->quiesce = step->quiesce;
    copy->metadata_only = step->metadata_only;
    copy->after = step->after;
    copy->reset_nvram = step->reset_nvram;
    for (guint i = 0; i < step->disks->len; i++)
        copy_disk(copy, g_ptr_array_index(step->disks, i));
    return copy;
}

Plan *plan_copy(const Plan *plan)
{
    Plan *copy = plan_new(plan->wish);

    copy->verdict = plan->verdict;
    copy->title = g_strdup(plan->title);
    copy_texts(copy->outcomes, plan->outcomes);
    copy_reasons(copy->reasons, plan->reasons);
    copy_reasons(copy->warnings, plan->warnings);
    for (guint i = 0; i < plan->routes->len; i++) {
        const Route *route = g_ptr_array_index(plan->routes, i);

        plan_add_route(copy, route->command, route->text);
    }
    for (guint i = 0; i < plan->steps->len; i++)
        g_ptr_array_add(copy->steps, step_copy(g_ptr_array_index(plan->steps, i)));
    for (guint i = 0; i < plan->lost->len; i++) {
        const Loss *loss = g_ptr_array_index(plan->lost, i);

        plan_loses(copy, loss->kind, loss->name);
    }
    copy->loses_data = plan->loses_data;
    copy->after = g_strdup(plan->after);
    copy->afterwards = plan->afterwards ? world_ref(plan->afterwards) : NULL;
    copy->copy_bytes = plan->copy_bytes;
    copy->space_needed = plan->space_needed;
    copy->space_free = plan->space_free;
    copy->fingerprint = g_strdup(plan->fingerprint);
    return copy;
}
