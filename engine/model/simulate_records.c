// SPDX-License-Identifier: GPL-2.0-or-later
// What records say once they are written anew. No image changes.

#include "engine/model/world_edit.h"

#include <string.h>

// Before libvirt knew <revertDisks> the disks themselves say what NOW writes to.
bool simulate_renew(World *world, const Host *host, const Step *step, char **fault)
{
    WorldRecord *record = world_record(world, step->subject);

    if (!record)
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldDisk *there = world_record_disk(record, disk->target);

        if (!there)
            return simulate_fail(fault, "Snapshot %s has no disk %s.", step->subject, disk->target);
        world_set(world, *(host_has(host, FACT_EXTERNAL_REVERT) ? &there->revert : &there->overlay), disk->writes);
    }
    return true;
}

// A merge that was carried out, but not recorded: NOW does not stand on the upper image any more, and what that held is
// read from the lower one. Of the bytes only the one who merged them knows, so the state is what it reads from there.
static bool follow_image(World *world, const WorldRecord *record, const StepDisk *disk, char **fault)
{
    WorldDisk *there = world_record_disk(record, disk->target);
    WorldState *state = world_state(world, record->name);
    const WorldImage *gone = world_image(world, disk->backing);
    const WorldState *now = world_state(world, NULL);

    if (!there)
        return simulate_fail(fault, "Snapshot %s has no disk %s.", record->name, disk->target);
    if (world_reaches(world, now, disk->backing) || !world_reaches(world, now, disk->writes) ||
        (gone && gone->exists && g_strcmp0(gone->backing, disk->writes) != 0))
        return simulate_fail(fault, "%s was not merged into %s.", disk->backing, disk->writes);
    if (g_strcmp0(there->frozen, disk->backing) == 0) // else it is named further below only
        world_set_frozen(world, there, disk->writes);
    world_move_state(world, state, disk->backing, disk->writes);
    if (!gone || !gone->exists || gone->data) // else the plan itself has merged it, and all reads as before
        world_settle(world, state);
    return true;
}

// On a disk that is left out, the state holds what its image holds, whatever that is: it is given up.
bool simulate_follow(World *world, const Step *step, char **fault)
{
    const WorldRecord *record = world_record(world, step->subject);

    if (!record || !world_state(world, step->subject))
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldDisk *there = world_record_disk(record, disk->target);

        if (disk->mode == DISK_MODE_EXTERNAL && !follow_image(world, record, disk, fault))
            return false;
        if (disk->mode == DISK_MODE_NO && (!there || !world_state(world, step->subject)->given_up))
            return simulate_fail(fault, "Snapshot %s would lose disk %s.", step->subject, disk->target);
        if (disk->mode == DISK_MODE_NO)
            world_set(world, there->mode, DISK_MODE_NO);
    }
    return true;
}

// The former current one forgets where NOW was after a revert (qemuSnapshotRedefine).
bool simulate_make_current(World *world, const Step *step, char **fault)
{
    if (!world_record(world, step->subject))
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    world_forget_reverts(world, world->current);
    world_set(world, world->current, step->subject);
    return true;
}

bool simulate_reparent(World *world, const Step *step, char **fault)
{
    WorldRecord *record = world_record(world, step->subject);

    if (!record || (step->origin && !world_record(world, step->origin)))
        return simulate_fail(fault, "There is no snapshot %s.", record ? step->origin : step->subject);
    world_set_parent(world, record, step->origin);
    return true;
}
