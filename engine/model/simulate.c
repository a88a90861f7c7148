// SPDX-License-Identifier: GPL-2.0-or-later
// One function per kind of step: of a create and a revert here.

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

    world_add_tag(world, image, state->name, image->data);
    world_add_state_node(world, state, disk->target, now, state->name);
}

static bool create(World *world, const Step *step, char **fault)
{
    WorldState *state = world_add_state(world, world->guest, step->subject);
    WorldRecord *record = world_add_record(world, step->subject, world->current);

    record->memory_file = step->memory_file; // both are new
    state->memory_file = step->memory_file;
    world_forget_reverts(world, world->current);
    world_set(world, world->current, step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        const char *now = world_now(world, disk->target);
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

// ---- revert -----------------------------------------------------------------------------------

// libvirt names the new overlay after the time; here any name that nobody has will do.
static const char *fresh_name(World *world, const char *image)
{
    for (unsigned n = 1;; n++) {
        g_autofree char *path = g_strdup_printf("%s.reverted-%u", image, n);

        if (!world_image(world, path))
            return world_text(world, path);
    }
}

static void unlink_current(World *world)
{
    WorldRecord *current = world_record(world, world->current);

    for (guint i = 0; current && i < current->disks.len; i++) {
        WorldDisk *disk = current->disks.pdata[i];
        const char *path = disk->revert ? disk->revert : disk->mode == DISK_MODE_EXTERNAL ? disk->overlay : NULL;
        WorldImage *image = world_image(world, path);

        if (image)
            world_remove(world, image);
        world_set(world, disk->revert, NULL);
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
            world_array_remove(world, world->configs, config);
        else if (world_is_ours(world, config->guest) && config->start == START_INACTIVE)
            world_set(world, config->nodes.len, 0);
    }
    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];
        const char *image = tags ? disk->frozen : disk->revert ? disk->revert : disk->overlay;

        world_add_state_node(world, now, disk->target, image, NULL);
        for (guint j = 0; j < world->configs->len; j++) {
            WorldConfig *config = world->configs->pdata[j];

            if (world_is_ours(world, config->guest) && config->start == START_INACTIVE)
                world_add_node(world, &config->nodes, disk->target, image, NULL);
        }
    }
    world_settle(world, now);
}

static bool revert_external(World *world, WorldRecord *record, char **fault)
{
    bool leaf = world_children(world, record->name) == 0;
    g_autoptr(GPtrArray) made = g_ptr_array_new();

    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];
        WorldImage *overlay;

        if (!world_image(world, disk->frozen))
            return simulate_fail(fault, "The image of disk %s that snapshot %s froze is not known.", disk->target, record->name);
        overlay = world_make_overlay(world, fresh_name(world, disk->frozen), disk->frozen);
        world_set(world, overlay->unnamed, true);
        g_ptr_array_add(made, overlay);
    }
    unlink_current(world);
    for (guint i = 0; i < record->disks.len; i++) {
        WorldDisk *disk = record->disks.pdata[i];

        world_set(world, disk->mode, leaf ? DISK_MODE_EXTERNAL : disk->mode);
        world_set(world, *(leaf ? &disk->overlay : &disk->revert), ((const WorldImage *) made->pdata[i])->path);
    }
    world_set(world, world->current, record->name);
    replace_now(world, record, false);
    return true;
}

static bool revert_internal(World *world, WorldRecord *record, char **fault)
{
    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];
        WorldImage *image = world_image(world, disk->frozen);
        const WorldTag *tag = image ? world_tag(world, image, record->name) : NULL;

        if (disk->mode != DISK_MODE_INTERNAL)
            continue;
        if (!tag)
            return simulate_fail(fault, "The image of disk %s has no tag %s.", disk->target, record->name);
        world_set_data(world, image, tag->data);
    }
    world_set(world, world->current, record->name);
    replace_now(world, record, true);
    return true;
}

// ---- all --------------------------------------------------------------------------------------

bool simulate_is_external(const WorldRecord *record)
{
    for (guint i = 0; i < record->disks.len; i++)
        if (((const WorldDisk *) record->disks.pdata[i])->mode == DISK_MODE_EXTERNAL)
            return true;
    return record->memory_file != NULL;
}

static bool try_step(World *world, const Host *host, const Step *step, char **fault)
{
    WorldRecord *record;

    if (step->kind == STEP_CREATE)
        return create(world, step, fault);
    if (step->kind == STEP_DELETE)
        return simulate_delete(world, host, step, fault);
    if (step->kind == STEP_COMMIT)
        return simulate_commit(world, step, fault);
    if (step->kind == STEP_REBASE)
        return simulate_rebase(world, step, fault);
    if (step->kind == STEP_MERGE_LAYERS)
        return simulate_merge_layers(world, step, fault);
    if (step->kind == STEP_MERGE_NOW)
        return simulate_merge_now(world, step, fault);
    if (step->kind == STEP_REPARENT)
        return simulate_reparent(world, step, fault);
    if (step->kind == STEP_RENEW)
        return simulate_renew(world, host, step, fault);
    if (step->kind == STEP_FOLLOW)
        return simulate_follow(world, step, fault);
    if (step->kind == STEP_MAKE_CURRENT)
        return simulate_make_current(world, step, fault);
    if (step->kind == STEP_START_PAUSED)
        return true; // it runs on what the inactive definition names, with its CPUs stopped
    if (step->kind != STEP_REVERT)
        return simulate_compose(world, step, fault);
    record = world_record(world, step->subject);
    if (!record)
        return simulate_fail(fault, "There is no snapshot %s.", step->subject);
    return simulate_is_external(record) ? revert_external(world, record, fault) : revert_internal(world, record, fault);
}

bool simulate_step(World *world, const Host *host, const Step *step, char **fault)
{
    Step *kept = step_copy(step);

    g_ptr_array_add(world->steps, kept); // its texts become those of the world
    return try_step(world, host, kept, fault);
}
