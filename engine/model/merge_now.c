// SPDX-License-Identifier: GPL-2.0-or-later
// The steps of libvirt's active block commit.

#include "engine/model/merge_now.h"

#include "engine/model/forecast.h"
#include "engine/model/paused.h"
#include "engine/model/tongue.h"

#include <string.h>

Step *merge_now_begin(Plan *plan, const Picture *picture)
{
    Step *step;

    if (!domain_is_active(picture->domain))
        paused_add_start(plan);
    step = plan_add_step(plan, STEP_MERGE_NOW, plan->wish->domain);
    step->effect = g_strdup(_("Merge the overlays that no snapshot records down, and let NOW go on in the images below "
                              "them."));
    return step;
}

void merge_now_add(Step *step, const Picture *picture, const char *target, const char *overlay, const char *below)
{
    StepDisk *disk = step_add_disk(step, target, DISK_MODE_EXTERNAL);

    disk->merges = g_strdup(overlay);
    disk->writes = g_strdup(below);
    disk->bytes = forecast_merge(picture, overlay);
}

static void take_out(Plan *plan, const Picture *picture)
{
    guint steps = domain_is_active(picture->domain) ? 1 : 2;

    g_ptr_array_set_size(plan->steps, (gint) (plan->steps->len - steps));
}

bool merge_now_end(Plan *plan, const Picture *picture, Step *step)
{
    if (step->disks->len == 0) {
        take_out(plan, picture);
        return false;
    }
    for (guint i = 0; i < step->disks->len; i++)
        plan->copy_bytes = size_add(plan->copy_bytes, ((const StepDisk *) step->disks->pdata[i])->bytes);
    if (!domain_is_active(picture->domain))
        paused_add_stop(plan);
    return true;
}

void merge_now_add_removal(Plan *plan, const Step *merge)
{
    Step *step = plan_add_step(plan, STEP_REMOVE_FILES, plan->wish->domain);

    for (guint i = 0; i < merge->disks->len; i++) {
        const StepDisk *disk = merge->disks->pdata[i];

        step_add_disk(step, disk->target, DISK_MODE_EXTERNAL)->removes = g_strdup(disk->merges);
    }
    step->effect = g_strdup(_("Remove the overlays that were merged, which nobody needs any more."));
}

const char *merge_now_target(const Plan *plan, const Picture *picture, const char *target)
{
    const char *now = picture_now(picture, target);

    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        for (guint j = 0; step->kind == STEP_MERGE_NOW && j < step->disks->len; j++) {
            const StepDisk *disk = step->disks->pdata[j];

            if (strcmp(disk->target, target) == 0)
                now = disk->writes;
        }
    }
    return now;
}
