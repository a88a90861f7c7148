// SPDX-License-Identifier: GPL-2.0-or-later
// What the steps of a plan need of the storage: room, and that it can be written to.

#include "engine/model/rules.h"
#include "engine/model/tongue.h"

bool rules_add_space(Planning *p, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        gint64 room;

        if (!disk->merges)
            continue;
        p->plan->space_needed = size_add(p->plan->space_needed, disk->bytes);
        room = images_free_space(p->picture->images, disk->writes);
        if (p->plan->space_free == SIZE_UNKNOWN || (room != SIZE_UNKNOWN && room < p->plan->space_free))
            p->plan->space_free = room; // the tightest folder counts
    }
    if (p->plan->space_needed != 0 && p->plan->space_free == SIZE_UNKNOWN)
        plan_warn(p->plan, "INV-12", "How much space is free could not be seen; the merge may need as much as "
                  "it copies.");
    return p->plan->space_needed <= 0 || p->plan->space_free == SIZE_UNKNOWN ||
           p->plan->space_free >= p->plan->space_needed;
}

static bool check_file(Planning *p, const char *file)
{
    if (!file || !images_read_only(p->picture->images, file))
        return true;
    plan_refuse(p->plan, "storage", "The storage of %s is mounted read-only, so nothing can be written or removed there. Look "
                "for its errors in the host's log, make it writable, then plan it again.", file);
    return false;
}

// Some steps only name a file for records and definitions, or read it.
static bool is_written(const Step *step)
{
    return step->kind != STEP_RECORD && step->kind != STEP_RENEW && step->kind != STEP_FOLLOW &&
           step->kind != STEP_DEFINE && step->kind != STEP_RESTORE;
}

bool rules_check_storage(Planning *p)
{
    for (guint i = 0; i < p->plan->steps->len; i++) {
        const Step *step = p->plan->steps->pdata[i];

        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = step->disks->pdata[j];

            if (!check_file(p, is_written(step) ? disk->writes : NULL) || !check_file(p, disk->removes))
                return false;
        }
        if (!check_file(p, is_written(step) ? step->memory_file : NULL))
            return false;
    }
    return true;
}
