// SPDX-License-Identifier: GPL-2.0-or-later
// Dropping libvirt's record of a snapshot while its images stay: what libvirt's own delete cannot do without harm,
// and the expert's `--metadata-only`.
//
// The point of return is gone, no image is touched, and whatever stands on the snapshot's images keeps them as a
// shared base. Its children become those of its parent. Where NOW stood on it the parent becomes current, and its
// record has to say where NOW writes: the plan ends with that.

#include "engine/model/rules.h"
#include "engine/model/simulate.h"
#include "engine/model/tongue.h"

#include <string.h>

// ---- The record of whoever is current afterwards ----------------------------------------------

// False: the laws will say so too, and refuse.
static bool try_steps(const Planning *p, World *world)
{
    g_autofree char *fault = NULL;

    for (guint i = 0; i < p->plan->steps->len; i++)
        if (!simulate_step(world, p->host, p->plan->steps->pdata[i], &fault))
            return false;
    return true;
}

static const char *recorded_now(const WorldDisk *disk)
{
    return disk->revert ? disk->revert : disk->overlay;
}

static char *format_of(const Planning *p, const char *target, const char *path)
{
    const Disk *disk = definition_disk(p->now, target);
    const Image *image = images_get(p->picture->images, path);

    if (disk && g_strcmp0(disk->path, path) == 0)
        return g_strdup(disk->format);
    return g_strdup(image ? image->format : NULL);
}

// The step that is needed for it is added to the plan; NULL: none is.
static Step *add_renewal(Planning *p, const World *world)
{
    const WorldRecord *current = world_record(world, world->current);
    Step *step = NULL;
    StepDisk *entry;

    for (guint i = 0; current && i < current->disks.len; i++) {
        const WorldDisk *disk = current->disks.pdata[i];
        const char *now = world_now(world, disk->target);

        if (disk->mode != DISK_MODE_EXTERNAL || !now || g_strcmp0(recorded_now(disk), now) == 0)
            continue;
        if (!step)
            step = plan_add_step(p->plan, STEP_RENEW, current->name);
        entry = step_add_disk(step, disk->target, DISK_MODE_EXTERNAL);
        entry->writes = g_strdup(now);
        entry->format = format_of(p, disk->target, now);
        if (!entry->format) {
            plan_refuse(p->plan, "law 6", "The format of %s, which NOW then writes to, is not known, so the record of %s "
                        "cannot be corrected.", now, current->name);
            break;
        }
    }
    return step;
}

void rules_renew_current(Planning *p)
{
    World *world = world_borrow(p->world, p->picture, p->neighbours);
    Step *step = try_steps(p, world) ? add_renewal(p, world) : NULL;

    world_return(p->world, world);
    if (!step)
        return;
    step->effect = g_strdup_printf(_("Write into the record of snapshot %s, which is current then, what NOW writes to."),
                                   step->subject);
    step->undo = g_strdup(_("put the record back as it was"));
}

// ---- Dropping ---------------------------------------------------------------------------------

static void describe_children(Planning *p, const Snapshot *snapshot)
{
    const Snapshot *parent = picture_snapshot(p->picture, snapshot->parent);

    plan_outcome(p->plan, "Nobody can go back to %s any more. NOW and all other snapshots keep their data.",
                 snapshot->name);
    plan_warn(p->plan, "shared base", "No space is freed: the images of snapshot %s stay, since what was written later "
              "stands on them.", snapshot->name);
    if (parent && snapshot_kind(parent) == KIND_EXTERNAL)
        plan_warn(p->plan, "record", "libvirt's own delete will refuse snapshot %s from then on, because it does not "
                  "find the images as recorded; virt-snap goes on to delete it.", parent->name);
}

// Nothing stands on it: what it holds is out of everybody's reach.
static void describe_leaf(Planning *p, const Snapshot *snapshot)
{
    plan_outcome(p->plan, "Nobody can go back to %s any more. NOW and all other snapshots stay as they are.",
                 snapshot->name);
    plan_warn(p->plan, "record", "The files and tags of snapshot %s stay behind, and no record names them then: remove "
              "them by hand, or discard the snapshot instead.", snapshot->name);
    plan_loses(p->plan, LOSS_SNAPSHOT_DATA, snapshot->name);
    p->plan->loses_data = true;
}

static bool has_children(const Planning *p, const Snapshot *snapshot)
{
    return tree_find(p->picture->tree, snapshot->name)->children > 0;
}

// libvirt 9.0 believes that a merge took place and rewrites the records below (FACT_DROP_REWRITES_RECORDS), which would
// then name images that do not hold their states. So the children are moved up before the record goes.
static void add_moves(Planning *p, const Snapshot *snapshot)
{
    const Snapshot *parent = picture_snapshot(p->picture, snapshot->parent);

    for (guint i = 0; i < p->picture->snapshots->len; i++) {
        const Snapshot *child = p->picture->snapshots->pdata[i];
        Step *step;

        if (g_strcmp0(child->parent, snapshot->name) != 0)
            continue;
        step = plan_add_step(p->plan, STEP_REPARENT, child->name);
        step->origin = parent ? g_strdup(parent->name) : NULL;
        step->effect = parent ? g_strdup_printf(_("Record that snapshot %s is a child of %s."), child->name, parent->name) :
                                g_strdup_printf(_("Record that snapshot %s has no parent."), child->name);
        step->undo = g_strdup(_("put the record back as it was"));
    }
}

void rules_drop(Planning *p, const Snapshot *snapshot)
{
    bool stays = snapshot_kind(snapshot) == KIND_EXTERNAL && has_children(p, snapshot);
    Step *step;

    if (!host_has(p->host, FACT_IMAGES)) {
        plan_refuse(p->plan, "host", "This is libvirt's test driver: it cannot drop a record alone.");
        return;
    }
    if (picture_current(p->picture) == snapshot && !rules_check_successor(p, snapshot))
        return;
    if (snapshot_kind(snapshot) == KIND_EXTERNAL)
        add_moves(p, snapshot);
    step = plan_add_step(p->plan, STEP_DELETE, snapshot->name);
    step->metadata_only = true;
    step->effect = g_strdup_printf(_("Drop libvirt's record of snapshot %s and leave its images where they are."),
                                   snapshot->name);
    rules_renew_current(p);
    if (!p->wish->metadata_only)
        rules_clear_deleted(p, snapshot);
    if (stays) {
        plan_loses(p->plan, LOSS_POINT, snapshot->name);
        describe_children(p, snapshot);
    } else {
        describe_leaf(p, snapshot);
    }
    if (snapshot->memory_file && p->wish->metadata_only)
        plan_warn(p->plan, "memory", "The memory file %s stays behind; nobody needs it then.", snapshot->memory_file);
}
