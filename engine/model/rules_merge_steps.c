// SPDX-License-Identifier: GPL-2.0-or-later
// Records that follow what was merged, whoever merged it.

#include "engine/model/half.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

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
