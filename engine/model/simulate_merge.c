// SPDX-License-Identifier: GPL-2.0-or-later
// What a delete does, and what is merged without one.

#include "engine/model/world_edit.h"

#include <string.h>

// The nearest ancestor whose record has the disk with a mode other than "no".
static const WorldDisk *ancestor_disk(const World *world, const WorldRecord *record, const char *target)
{
    while ((record = world_record(world, record->parent))) {
        const WorldDisk *disk = world_record_disk(record, target);

        if (disk && disk->mode != DISK_MODE_NO)
            return disk;
    }
    return NULL;
}

// Case A: an unused leaf. Since 9.9.0; the base image is spared since 11.0.0.
static void discard_leaf_disk(World *world, const Host *host, const WorldRecord *record, const WorldDisk *disk)
{
    const WorldDisk *ancestor = ancestor_disk(world, record, disk->target);
    WorldImage *frozen = world_image(world, disk->frozen);

    if (!frozen || (host_has(host, FACT_LEAF_DELETE_SPARES_BASE) &&
                    (!ancestor || ancestor->mode != DISK_MODE_EXTERNAL)))
        return;
    world_remove(world, frozen);
}

static const WorldRecord *first_child(const World *world, const WorldRecord *record)
{
    const PoolList *children = world_children_of(world, record->name);
    const WorldRecord *first = NULL;

    for (guint i = 0; children && i < children->len; i++) {
        const WorldRecord *child = children->pdata[i];

        if (!first || child->order < first->order)
            first = child;
    }
    return first;
}

// The layer that libvirt takes for the one above: 9.0 believes the record, later versions the stored
// definition of the child, and the live disk where NOW stands on the snapshot.
static const char *layer_above(const World *world, const Host *host, const WorldRecord *record, const WorldDisk *disk)
{
    const WorldRecord *child;
    const WorldDisk *there;

    if (!host_has(host, FACT_DELETE_KNOWS_BRANCHES))
        return disk->overlay;
    child = first_child(world, record);
    if (!child)
        return world_now(world, disk->target);
    there = world_record_disk(child, disk->target);
    return there ? there->frozen : NULL;
}

static void add_children(const World *world, GPtrArray *below, GHashTable *met, const char *name)
{
    const PoolList *children = world_children_of(world, name);

    for (guint i = 0; children && i < children->len; i++)
        if (g_hash_table_add(met, children->pdata[i]))
            g_ptr_array_add(below, children->pdata[i]);
}

// Each once: records may lie in a circle.
static GPtrArray *descendants(const World *world, const WorldRecord *record)
{
    GPtrArray *below = g_ptr_array_new();
    g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);

    add_children(world, below, met, record->name);
    for (guint i = 0; i < below->len; i++)
        add_children(world, below, met, ((const WorldRecord *) below->pdata[i])->name);
    return below;
}

// After the merge the records of the descendants name the image that survived; so do their states.
static void move_descendants(World *world, const WorldRecord *record, const char *from, const char *to)
{
    g_autoptr(GPtrArray) below = descendants(world, record);

    for (guint i = 0; i < below->len; i++) {
        const WorldRecord *other = below->pdata[i];
        WorldState *state = world_state(world, other->name);

        for (guint j = 0; j < other->disks.len; j++) {
            WorldDisk *disk = other->disks.pdata[j];

            if (g_strcmp0(disk->frozen, from) == 0)
                world_set_frozen(world, disk, to);
        }
        if (state)
            world_move_state(world, state, from, to);
    }
}

// The record alone goes, but libvirt may believe that a merge took place: descendants that stand on the overlay are
// told that they stand on the frozen image.
static void forget_overlay(World *world, const Host *host, const WorldRecord *record, const WorldDisk *disk)
{
    if (host_has(host, FACT_DROP_REWRITES_RECORDS) && disk->mode == DISK_MODE_EXTERNAL && disk->overlay && disk->frozen)
        move_descendants(world, record, disk->overlay, disk->frozen);
}

static void move_overlays(World *world, bool branches, const char *from, const char *to)
{
    const WorldPlace *place = world_place(world, from);
    g_autoptr(GPtrArray) overlays = g_ptr_array_new(); // those that are moved leave the place

    for (guint i = 0; place && i < place->overlays.len; i++)
        g_ptr_array_add(overlays, place->overlays.pdata[i]);
    for (guint i = 0; i < overlays->len; i++) {
        WorldImage *image = overlays->pdata[i];

        if (branches || world_reaches(world, world->now, image->path))
            world_set_backing(world, image, to);
    }
}

// Images of other branches that stood on the removed layer: QEMU moves those of the live chain, libvirt
// the others since it knows branches.
static void move_backing(World *world, const Host *host, const char *from, const char *to)
{
    move_overlays(world, host_has(host, FACT_DELETE_KNOWS_BRANCHES), from, to);
}

static bool merge_disk(World *world, const Host *host, const WorldRecord *record, const WorldDisk *disk, char **fault)
{
    const char *above_path = layer_above(world, host, record, disk), *below_path = disk->frozen;
    WorldImage *above = world_image(world, above_path);
    WorldImage *below = world_image(world, below_path);
    const WorldDisk *ancestor = ancestor_disk(world, record, disk->target);

    if (ancestor && ancestor->mode == DISK_MODE_INTERNAL) // H10: it says so after it started an off guest
        return simulate_fail(fault, "libvirt merges nothing on disk %s, whose snapshot before is an internal one.",
                             disk->target);

    if (!above || !below || !above->exists || !below->exists || g_strcmp0(above->backing, below_path) != 0 ||
        !world_reaches(world, world_state(world, NULL), above_path))
        return simulate_fail(fault, "libvirt would not find the images of disk %s as recorded.", disk->target);
    world_merge_down(world, above, below);
    world_remove(world, above);
    move_backing(world, host, above_path, below_path);
    move_descendants(world, record, above_path, below_path);
    world_move_now(world, above_path, below_path);
    return true;
}

// The record goes: children move up, the parent becomes current, and what it remembers of a revert
// becomes its disks.
static void drop_record(World *world, WorldRecord *record)
{
    WorldRecord *parent = world_record(world, record->parent);
    const PoolList *children = world_children_of(world, record->name);
    WorldState *state = world_state(world, record->name);

    while (children && children->len > 0)
        world_set_parent(world, children->pdata[0], record->parent);
    for (guint i = 0; parent && i < parent->disks.len; i++) {
        WorldDisk *disk = parent->disks.pdata[i];

        if (!disk->revert)
            continue;
        world_set(world, disk->overlay, disk->revert);
        world_set(world, disk->revert, NULL);
    }
    if (g_strcmp0(world->current, record->name) == 0)
        world_set(world, world->current, parent ? parent->name : NULL);
    if (state)
        world_drop_state(world, state);
    world_drop_record(world, record);
}

static void drop_memory(World *world, const Host *host, const WorldRecord *record)
{
    WorldImage *file = world_image(world, record->memory_file);

    if (file && host_has(host, FACT_DELETE_REMOVES_MEMORY))
        world_remove(world, file);
}

static void drop_tag(World *world, const WorldDisk *disk, const char *name)
{
    WorldImage *image = world_image(world, disk->frozen);
    WorldTag *tag = image ? world_tag(world, image, name) : NULL;

    if (tag)
        world_drop_tag(world, image, tag);
}

bool simulate_delete(World *world, const Host *host, const Step *step, char **fault)
{
    WorldRecord *record = world_record(world, step->subject);
    bool current = record && g_strcmp0(world->current, record->name) == 0;
    bool unused = record && !current && world_children(world, record->name) == 0 &&
                  host_has(host, FACT_DELETE_UNLINKS_LEAF);

    if (!record)
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];

        if (step->metadata_only) {
            forget_overlay(world, host, record, disk);
            continue;
        }
        if (disk->mode == DISK_MODE_INTERNAL)
            drop_tag(world, disk, record->name);
        if (disk->mode != DISK_MODE_EXTERNAL)
            continue;
        if (unused)
            discard_leaf_disk(world, host, record, disk);
        else if (!merge_disk(world, host, record, disk, fault))
            return false;
    }
    if (!step->metadata_only)
        drop_memory(world, host, record);
    drop_record(world, record);
    return true;
}

// ---- merges without a record ------------------------------------------------------------------

// qemu-img on images that nobody has open. What it says of them was compared with the headers when it was planned.
bool simulate_commit(World *world, const Step *step, char **fault)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldImage *above = world_image(world, disk->merges);
        WorldImage *below = world_image(world, disk->writes);

        if (world->active)
            return simulate_fail(fault, "The guest has the images of disk %s open.", disk->target);
        if (!above || !below || !above->exists || !below->exists || g_strcmp0(above->backing, below->path) != 0)
            return simulate_fail(fault, "%s does not stand on %s.", disk->merges, disk->writes);
        world_merge_down(world, above, below);
    }
    return true;
}

bool simulate_rebase(World *world, const Step *step, char **fault)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldImage *image = world_image(world, disk->writes);

        if (world->active || !image || !image->exists)
            return simulate_fail(fault, "%s is not there, or the guest has it open.", disk->writes);
        world_set_backing(world, image, disk->backing);
    }
    return true;
}

// QEMU moves what of NOW's chain stands on the layer; whatever else does loses it.
bool simulate_merge_layers(World *world, const Step *step, char **fault)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldImage *above = world_image(world, disk->merges);
        WorldImage *below = world_image(world, disk->writes);

        if (!above || !below || !above->exists || !below->exists || g_strcmp0(above->backing, below->path) != 0 ||
            !world_reaches(world, world->now, above->path) ||
            g_strcmp0(world_now(world, disk->target), above->path) == 0)
            return simulate_fail(fault, "%s is no layer on %s below what disk %s writes to.", disk->merges, disk->writes,
                                 disk->target);
        world_merge_down(world, above, below);
        move_overlays(world, false, above->path, below->path);
        world_remove(world, above);
    }
    return true;
}

// NOW goes on in what it was merged into, and so does whatever would be started. The layer is as it was.
bool simulate_merge_now(World *world, const Step *step, char **fault)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldImage *above = world_image(world, disk->merges);
        WorldImage *below = world_image(world, disk->writes);

        if (!above || !below || !above->exists || !below->exists || g_strcmp0(above->backing, below->path) != 0 ||
            g_strcmp0(world_now(world, disk->target), above->path) != 0)
            return simulate_fail(fault, "%s is not what disk %s writes to, on %s.", disk->merges, disk->target,
                                 disk->writes);
        world_merge_down(world, above, below);
        world_move_now(world, above->path, below->path);
    }
    return true;
}
