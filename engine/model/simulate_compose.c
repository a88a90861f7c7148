// SPDX-License-Identifier: GPL-2.0-or-later
// The steps of a revert that virt-snap composes itself: layers, the branch's record, the switch.

#include "engine/model/world_edit.h"

#include <string.h>

static bool make_layers(World *world, const Step *step, char **fault)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        const WorldImage *there = world_image(world, disk->writes);

        if (there && there->exists)
            return simulate_fail(fault, "%s, which is to be made, exists already.", disk->writes);
        if (!world_image(world, disk->backing))
            return simulate_fail(fault, "%s, on which a layer is to stand, is not known.", disk->backing);
        world_make_overlay(world, disk->writes, disk->backing);
    }
    return true;
}

static WorldConfig *find_config(const World *world, WorldStart start)
{
    for (guint i = 0; i < world->configs->len; i++) {
        WorldConfig *config = world->configs->pdata[i];

        if (world_is_ours(world, config->guest) && config->start == start)
            return config;
    }
    return NULL;
}

// A copied record leaves out the disks that its step does not name; they are as the guest has them now.
static void leave_out_others(World *world, WorldRecord *made)
{
    const WorldConfig *now = find_config(world, START_INACTIVE);

    for (guint i = 0; now && i < now->nodes.len; i++) {
        const WorldNode *node = now->nodes.pdata[i];

        if (!world_record_disk(made, node->target))
            world_add_record_disk(world, made, node->target, DISK_MODE_NO, node->image, NULL);
    }
}

// Redefining with CURRENT: the former current one forgets where NOW was after a revert.
static bool record(World *world, const Step *step, char **fault)
{
    bool copy = strcmp(step->subject, step->origin) != 0;
    WorldRecord *target = world_record(world, step->origin);
    WorldRecord *made;
    WorldState *state = NULL;

    if (!target)
        return simulate_fail(fault, "There is no snapshot %s.", step->origin);
    made = copy ? world_add_record(world, step->subject, step->origin) : target;
    if (copy)
        state = world_add_state(world, world->guest, step->subject);
    world_forget_reverts(world, world->current);
    world_forget_reverts(world, step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldDisk *there = world_record_disk(made, disk->target);

        if (!there)
            there = world_add_record_disk(world, made, disk->target, DISK_MODE_EXTERNAL, disk->backing, NULL);
        world_set(world, there->overlay, disk->writes);
        if (state)
            world_add_state_node(world, state, disk->target, disk->backing, NULL);
    }
    if (copy)
        leave_out_others(world, made);
    if (state)
        world_settle(world, state);
    world_set(world, world->current, step->subject);
    return true;
}

static WorldNode *find_node(const PoolList *nodes, const char *target)
{
    for (guint i = 0; i < nodes->len; i++)
        if (strcmp(((const WorldNode *) nodes->pdata[i])->target, target) == 0)
            return nodes->pdata[i];
    return NULL;
}

static void point_config(World *world, WorldConfig *config, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldNode *node = find_node(&config->nodes, disk->target);

        if (node)
            world_set(world, node->image, disk->writes);
        else
            world_add_node(world, &config->nodes, disk->target, disk->writes, NULL);
    }
}

static void point_state(World *world, WorldState *state, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldNode *node = find_node(&state->nodes, disk->target);

        if (node)
            world_set_node(world, state, node, disk->writes);
        else
            world_add_state_node(world, state, disk->target, disk->writes, NULL);
    }
}

// What runs goes on; the next start will use the new images. A guest that is off is there at once. Its own
// configuration on other images has to leave it what it was.
static bool define(World *world, const Step *step, char **fault)
{
    WorldConfig *inactive = find_config(world, START_INACTIVE);
    WorldState *now = world_state(world, NULL);

    if (!inactive)
        return simulate_fail(fault, "The guest has no stored definition to change.");
    point_config(world, inactive, step);
    if (!world->active) {
        point_state(world, now, step);
        if (step->origin)
            world_settle(world, now);
    }
    return true;
}

// NOW is from here on what the stored definition names.
static void end_process(World *world)
{
    WorldConfig *live = find_config(world, START_LIVE);
    const WorldConfig *inactive = find_config(world, START_INACTIVE);
    WorldState *now = world_state(world, NULL);

    if (live)
        world_array_remove(world, world->configs, live);
    world_set(world, world->active, false);
    for (guint i = 0; inactive && i < inactive->nodes.len; i++) {
        const WorldNode *node = inactive->nodes.pdata[i];

        for (guint j = 0; j < now->nodes.len; j++) {
            WorldNode *there = now->nodes.pdata[j];

            if (strcmp(there->target, node->target) == 0)
                world_set_node(world, now, there, node->image);
        }
    }
}

static bool power_off(World *world)
{
    end_process(world);
    world_settle(world, world_state(world, NULL));
    return true;
}

// What was started on the stored definition and never resumed has written nothing. It runs only where the rest of a job
// is tried: before that the guest was off.
static bool stop_started(World *world)
{
    if (world->active)
        end_process(world);
    return true;
}

// What runs is what the next start will be from.
static bool persist(World *world, char **fault)
{
    const WorldConfig *live = find_config(world, START_LIVE);
    WorldConfig *stored;

    if (find_config(world, START_INACTIVE)) // a plan that was cut off goes on
        return true;
    if (!live)
        return simulate_fail(fault, "The guest does not run, so there is no configuration to store.");
    stored = world_add_config(world, live->guest, START_INACTIVE);
    for (guint i = 0; i < live->nodes.len; i++) {
        const WorldNode *node = live->nodes.pdata[i];

        world_add_node(world, &stored->nodes, node->target, node->image, NULL);
    }
    return true;
}

// What is stored is what runs.
static bool release(World *world, char **fault)
{
    WorldConfig *stored = find_config(world, START_INACTIVE);

    if (!world->active || !stored)
        return simulate_fail(fault, "A guest that does not run, or is not stored, is not made transient.");
    if (find_config(world, START_LIVE))
        world_array_remove(world, world->configs, stored);
    else
        world_set(world, stored->start, START_LIVE);
    return true;
}

static bool remove_files(World *world, const Step *step, char **fault)
{
    WorldImage *memory;

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        WorldImage *image = world_image(world, disk->removes);

        if (!image || !image->exists)
            return simulate_fail(fault, "%s, which is to be removed, is not there.", disk->removes);
        world_remove(world, image);
    }
    memory = world_image(world, step->memory_file);
    if (memory)
        world_remove(world, memory);
    return true;
}

bool simulate_compose(World *world, const Step *step, char **fault)
{
    switch (step->kind) {
    case STEP_MAKE_LAYERS:
        return make_layers(world, step, fault);
    case STEP_RECORD:
        return record(world, step, fault);
    case STEP_DEFINE:
        return define(world, step, fault);
    case STEP_POWER_OFF:
        return power_off(world);
    case STEP_STOP_STARTED:
        return stop_started(world);
    case STEP_REMOVE_FILES:
        return remove_files(world, step, fault);
    case STEP_PERSIST:
        return persist(world, fault);
    case STEP_RELEASE:
        return release(world, fault);
    case STEP_POWER_ON: // on what the stored definition names, which is NOW already
    case STEP_RESTORE:
        world_set(world, world->active, true);
        return true;
    case STEP_CREATE:
    case STEP_START_PAUSED:
    case STEP_DELETE:
    case STEP_REVERT:
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
    case STEP_MAKE_CURRENT:
    case STEP_COMMIT:
    case STEP_REBASE:
    case STEP_MERGE_LAYERS:
    case STEP_MERGE_NOW:
        break;
    }
    return simulate_fail(fault, "A step of kind %s cannot be tried beforehand.", step_kind_word(step->kind));
}
