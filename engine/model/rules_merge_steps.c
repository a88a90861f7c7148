// SPDX-License-Identifier: GPL-2.0-or-later
// The steps around a merge, whoever carries it out: a QEMU to merge below, and records that follow what was merged.

#include "engine/model/half.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

void rules_add_start_paused(Planning *p)
{
    Step *step = plan_add_step(p->plan, STEP_START_PAUSED, p->wish->domain);

    step->effect = g_strdup(_("Start the guest with its CPUs stopped, since this libvirt merges only below "
                              "a QEMU that runs."));
    step->undo = g_strdup(_("stop it again"));
}

void rules_add_stop_started(Planning *p)
{
    plan_add_step(p->plan, STEP_STOP_STARTED, p->wish->domain)->effect =
        g_strdup(_("Stop it again, if it is still paused and nobody resumed it meanwhile."));
}

static void add_follower(Planning *p, const Snapshot *snapshot, const Step *merge)
{
    Step *step = plan_add_step(p->plan, STEP_FOLLOW, snapshot->name);

    for (guint i = 0; i < merge->disks->len; i++) {
        const StepDisk *merged = merge->disks->pdata[i];
        StepDisk *entry;

        if (!half_names(snapshot, merged->target, merged->merges))
            continue;
        entry = step_add_disk(step, merged->target, DISK_MODE_EXTERNAL);
        entry->writes = g_strdup(merged->writes);
        entry->format = g_strdup(images_get(p->picture->images, merged->writes)->format);
        entry->backing = g_strdup(merged->merges);
    }
    step->effect = g_strdup_printf(_("Correct the record of snapshot %s, which names layers that were merged."),
                                   snapshot->name);
    if (step->disks->len == 0)
        g_ptr_array_remove_index(p->plan->steps, p->plan->steps->len - 1);
}

void rules_add_followers(Planning *p, const Step *merge, const Snapshot *merged)
{
    for (guint i = 0; i < p->picture->snapshots->len; i++)
        if (p->picture->snapshots->pdata[i] != merged)
            add_follower(p, p->picture->snapshots->pdata[i], merge);
}
