// SPDX-License-Identifier: GPL-2.0-or-later
// One function per kind of step.

#include "engine/model/world_edit.h"

#include <string.h>

// ---- create -----------------------------------------------------------------------------------

static void create_external(World *world, WorldState *state, const StepDisk *disk, const char *now)
{
    world_add_state_node(world, state, disk->target, now, NULL);
    world_make_overlay(world, disk->writes, now);
}

static void create_internal(World *world, WorldState *state, const StepDisk *disk, const char *now)
{
    WorldImage *image = world_add_image(world, now);

    world_add_tag(world, image, state->name, world_copy_data(image->data));
    world_add_state_node(world, state, disk->target, now, state->name);
}

static bool create(World *world, const Step *step, char **fault)
{
    WorldState *state = world_add_state(world, world->guest, step->subject);
    WorldRecord *record = world_add_record(world, step->subject, world->current);

    record->memory_file = g_strdup(step->memory_file);
    state->memory_file = g_strdup(step->memory_file);
    world_forget_reverts(world, world->current);
    world_set_text(&world->current, step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        g_autofree char *now = g_strdup(world_now(world, disk->target));
        WorldImage *there = world_image(world, disk->writes);

        if (disk->mode != DISK_MODE_NO && !now)
            return simulate_fail(fault, "The guest has no disk %s.", disk->target);
        if (there && there->exists)
            return simulate_fail(fault, "%s, which is to be made, exists already.", disk->writes);
        world_add_record_disk(world, record, disk->target, disk->mode, now, disk->writes);
        if (disk->mode == DISK_MODE_INTERNAL)
            create_internal(world, state, disk, now);
        if (disk->mode != DISK_MODE_EXTERNAL)
            continue;
        create_external(world, state, disk, now);
        world_move_now(world, now, disk->writes);
    }
    world_settle(world, state);
    return true;
}

// ---- delete -----------------------------------------------------------------------------------

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
    const GPtrArray *children = world_children_of(world, record->name);
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
static char *layer_above(const World *world, const Host *host, const WorldRecord *record, const WorldDisk *disk)
{
    const WorldRecord *child;
    const WorldDisk *there;

    if (!host_has(host, FACT_DELETE_KNOWS_BRANCHES))
        return g_strdup(disk->overlay);
    child = first_child(world, record);
    if (!child)
        return g_strdup(world_now(world, disk->target));
    there = world_record_disk(child, disk->target);
    return there ? g_strdup(there->frozen) : NULL;
}

static void add_children(const World *world, GPtrArray *below, GHashTable *met, const char *name)
{
    const GPtrArray *children = world_children_of(world, name);

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

        for (guint j = 0; j < other->disks->len; j++) {
            WorldDisk *disk = other->disks->pdata[j];

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
    g_autoptr(GPtrArray) overlays = place ? g_ptr_array_copy(place->overlays, NULL, NULL) : g_ptr_array_new();

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
    g_autofree char *above_path = layer_above(world, host, record, disk);
    g_autofree char *below_path = g_strdup(disk->frozen);
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

// qemu-img on images that nobody has open. What it says of them was compared with the headers when it was planned.
static bool commit(World *world, const Step *step, char **fault)
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

static bool rebase(World *world, const Step *step, char **fault)
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
static bool merge_layers(World *world, const Step *step, char **fault)
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

// The record goes: children move up, the parent becomes current, and what it remembers of a revert
// becomes its disks.
static void drop_record(World *world, WorldRecord *record)
{
    WorldRecord *parent = world_record(world, record->parent);
    const GPtrArray *children = world_children_of(world, record->name);
    WorldState *state = world_state(world, record->name);

    while (children && children->len > 0)
        world_set_parent(world, children->pdata[0], record->parent);
    for (guint i = 0; parent && i < parent->disks->len; i++) {
        WorldDisk *disk = parent->disks->pdata[i];

        if (!disk->revert)
            continue;
        world_set_text(&disk->overlay, disk->revert);
        g_clear_pointer(&disk->revert, g_free);
    }
    if (g_strcmp0(world->current, record->name) == 0)
        world_set_text(&world->current, parent ? parent->name : NULL);
    if (state)
        world_drop_state(world, state);
    world_drop_record(world, record);
}

static bool is_external(const WorldRecord *record)
{
    for (guint i = 0; i < record->disks->len; i++)
        if (((const WorldDisk *) record->disks->pdata[i])->mode == DISK_MODE_EXTERNAL)
            return true;
    return record->memory_file != NULL;
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
    WorldTag *tag = image ? world_tag(image, name) : NULL;

    if (tag)
        world_drop_tag(world, image, tag);
}

static bool delete_snapshot(World *world, const Host *host, const Step *step, char **fault)
{
    WorldRecord *record = world_record(world, step->subject);
    bool current = record && g_strcmp0(world->current, record->name) == 0;
    bool unused = record && !current && world_children(world, record->name) == 0 &&
                  host_has(host, FACT_DELETE_UNLINKS_LEAF);

    if (!record)
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    for (guint i = 0; i < record->disks->len; i++) {
        const WorldDisk *disk = record->disks->pdata[i];

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

// ---- revert -----------------------------------------------------------------------------------

// libvirt names the new overlay after the time; here any name that nobody has will do.
static char *fresh_name(const World *world, const char *image)
{
    for (unsigned n = 1;; n++) {
        g_autofree char *path = g_strdup_printf("%s.reverted-%u", image, n);

        if (!world_image(world, path))
            return g_steal_pointer(&path);
    }
}

static void unlink_current(World *world)
{
    WorldRecord *current = world_record(world, world->current);

    for (guint i = 0; current && i < current->disks->len; i++) {
        WorldDisk *disk = current->disks->pdata[i];
        const char *path = disk->revert ? disk->revert : disk->mode == DISK_MODE_EXTERNAL ? disk->overlay : NULL;
        WorldImage *image = world_image(world, path);

        if (image)
            world_remove(world, image);
        g_clear_pointer(&disk->revert, g_free);
    }
}

// NOW and the inactive definition become what the snapshot stored; nothing runs the old way any more.
static void replace_now(World *world, const WorldRecord *record, bool tags)
{
    WorldState *now = world_state(world, NULL);

    world_clear_nodes(world, now);
    for (guint i = world->configs->len; i-- > 0;) {
        WorldConfig *config = world->configs->pdata[i];

        if (world_is_ours(world, config->guest) && config->start == START_LIVE)
            g_ptr_array_remove_index(world->configs, i);
        else if (world_is_ours(world, config->guest) && config->start == START_INACTIVE)
            g_ptr_array_set_size(config->nodes, 0);
    }
    for (guint i = 0; i < record->disks->len; i++) {
        const WorldDisk *disk = record->disks->pdata[i];
        const char *image = tags ? disk->frozen : disk->revert ? disk->revert : disk->overlay;

        world_add_state_node(world, now, disk->target, image, NULL);
        for (guint j = 0; j < world->configs->len; j++) {
            WorldConfig *config = world->configs->pdata[j];

            if (world_is_ours(world, config->guest) && config->start == START_INACTIVE)
                world_add_node(config->nodes, disk->target, image, NULL);
        }
    }
    world_settle(world, now);
}

static bool revert_external(World *world, WorldRecord *record, char **fault)
{
    bool leaf = world_children(world, record->name) == 0;
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < record->disks->len; i++) {
        const WorldDisk *disk = record->disks->pdata[i];

        if (!world_image(world, disk->frozen))
            return simulate_fail(fault, "The image of disk %s that snapshot %s froze is not known.", disk->target, record->name);
        g_ptr_array_add(made, fresh_name(world, disk->frozen));
        world_make_overlay(world, made->pdata[i], disk->frozen)->unnamed = true;
    }
    unlink_current(world);
    for (guint i = 0; i < record->disks->len; i++) {
        WorldDisk *disk = record->disks->pdata[i];

        disk->mode = leaf ? DISK_MODE_EXTERNAL : disk->mode;
        world_set_text(leaf ? &disk->overlay : &disk->revert, made->pdata[i]);
    }
    world_set_text(&world->current, record->name);
    replace_now(world, record, false);
    return true;
}

static bool revert_internal(World *world, WorldRecord *record, char **fault)
{
    for (guint i = 0; i < record->disks->len; i++) {
        const WorldDisk *disk = record->disks->pdata[i];
        WorldImage *image = world_image(world, disk->frozen);
        const WorldTag *tag = image ? world_tag(image, record->name) : NULL;

        if (disk->mode != DISK_MODE_INTERNAL)
            continue;
        if (!tag)
            return simulate_fail(fault, "The image of disk %s has no tag %s.", disk->target, record->name);
        world_set_data(world, image, tag->data);
    }
    world_set_text(&world->current, record->name);
    replace_now(world, record, true);
    return true;
}

// ---- records ----------------------------------------------------------------------------------

// Before libvirt knew <revertDisks> the disks themselves say what NOW writes to.
static bool renew(World *world, const Host *host, const Step *step, char **fault)
{
    WorldRecord *record = world_record(world, step->subject);

    if (!record)
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldDisk *there = world_record_disk(record, disk->target);

        if (!there)
            return simulate_fail(fault, "Snapshot %s has no disk %s.", step->subject, disk->target);
        world_set_text(host_has(host, FACT_EXTERNAL_REVERT) ? &there->revert : &there->overlay, disk->writes);
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
    if (!gone || !gone->exists || gone->data->len > 0) // else the plan itself has merged it, and all reads as before
        world_settle(world, state);
    return true;
}

// On a disk that is left out, the state holds what its image holds, whatever that is: it is given up.
static bool follow(World *world, const Step *step, char **fault)
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
            there->mode = DISK_MODE_NO;
    }
    return true;
}

// The former current one forgets where NOW was after a revert (qemuSnapshotRedefine).
static bool make_current(World *world, const Step *step, char **fault)
{
    if (!world_record(world, step->subject))
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    world_forget_reverts(world, world->current);
    world_set_text(&world->current, step->subject);
    return true;
}

static bool reparent(World *world, const Step *step, char **fault)
{
    WorldRecord *record = world_record(world, step->subject);

    if (!record || (step->origin && !world_record(world, step->origin)))
        return simulate_fail(fault, "There is no snapshot %s.", record ? step->origin : step->subject);
    world_set_parent(world, record, step->origin);
    return true;
}

// ---- all --------------------------------------------------------------------------------------

bool simulate_step(World *world, const Host *host, const Step *step, char **fault)
{
    WorldRecord *record;

    if (step->kind == STEP_CREATE)
        return create(world, step, fault);
    if (step->kind == STEP_DELETE)
        return delete_snapshot(world, host, step, fault);
    if (step->kind == STEP_COMMIT)
        return commit(world, step, fault);
    if (step->kind == STEP_REBASE)
        return rebase(world, step, fault);
    if (step->kind == STEP_MERGE_LAYERS)
        return merge_layers(world, step, fault);
    if (step->kind == STEP_REPARENT)
        return reparent(world, step, fault);
    if (step->kind == STEP_RENEW)
        return renew(world, host, step, fault);
    if (step->kind == STEP_FOLLOW)
        return follow(world, step, fault);
    if (step->kind == STEP_MAKE_CURRENT)
        return make_current(world, step, fault);
    if (step->kind == STEP_START_PAUSED)
        return true; // it runs on what the inactive definition names, with its CPUs stopped
    if (step->kind != STEP_REVERT)
        return simulate_compose(world, step, fault);
    record = world_record(world, step->subject);
    if (!record)
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    return is_external(record) ? revert_external(world, record, fault) : revert_internal(world, record, fault);
}
