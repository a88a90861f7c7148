// SPDX-License-Identifier: GPL-2.0-or-later
// Building a world from pictures.

#include "engine/model/plan.h"
#include "engine/model/world_edit.h"

#include <string.h>

static void unref_picture(gpointer picture)
{
    picture_unref(picture);
}

static void free_step(gpointer step)
{
    step_free(step);
}

World *world_ref(const World *world)
{
    World *shared = (World *) world;

    refcount_ref(&shared->refs);
    return shared;
}

void world_unref(World *world)
{
    if (!world || !refcount_unref(&world->refs))
        return;
    g_hash_table_unref(world->places);
    g_hash_table_unref(world->tags);
    g_hash_table_unref(world->by_name);
    g_hash_table_unref(world->recorded);
    g_hash_table_unref(world->children);
    g_hash_table_unref(world->contents);
    g_ptr_array_unref(world->images);
    g_ptr_array_unref(world->states);
    g_ptr_array_unref(world->configs);
    g_ptr_array_unref(world->records);
    g_ptr_array_unref(world->altered);
    g_ptr_array_unref(world->touched);
    g_ptr_array_unref(world->removed);
    g_ptr_array_unref(world->steps);
    g_ptr_array_unref(world->pictures);
    world_past_free(world->past);
    pool_free(world->pool);
    g_free(world);
}

static World *new_world(const Picture *picture)
{
    World *world = g_new0(World, 1);

    refcount_init(&world->refs);
    world->pool = pool_new();
    world->pictures = g_ptr_array_new_with_free_func(unref_picture);
    world->steps = g_ptr_array_new_with_free_func(free_step);
    world->images = g_ptr_array_new();
    world->states = g_ptr_array_new();
    world->configs = g_ptr_array_new();
    world->records = g_ptr_array_new();
    world->guest = picture->domain->name;
    world->current = picture->current;
    world->active = domain_is_active(picture->domain);
    world->places = g_hash_table_new(g_str_hash, g_str_equal);
    world->tags = world_tags_new();
    world->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    world->recorded = g_hash_table_new(g_str_hash, g_str_equal);
    world->children = g_hash_table_new(g_str_hash, g_str_equal);
    world->contents = world_contents_new();
    world->altered = g_ptr_array_new();
    world->touched = g_ptr_array_new();
    world->removed = g_ptr_array_new();
    return world;
}

const char *world_text(World *world, const char *text)
{
    return pool_text(world->pool, text);
}

// ---- building ---------------------------------------------------------------------------------

static const WorldData *new_data(World *world)
{
    WorldData *data = pool_new0(world->pool, WorldData);

    data->id = ++world->ids;
    return data;
}

WorldImage *world_add_image(World *world, const char *path)
{
    WorldPlace *place = world_place_at(world, path);
    WorldImage *image = place->image;

    if (image)
        return image;
    image = pool_new0(world->pool, WorldImage);
    world_set(world, place->image, image);
    image->path = path;
    image->place = place;
    image->exists = true;
    image->data = new_data(world);
    world_array_add(world, world->images, image);
    world_touch(world, image); // something may have missed it
    return image;
}

WorldState *world_add_state(World *world, const char *guest, const char *name)
{
    WorldState *state = pool_new0(world->pool, WorldState);

    state->guest = guest;
    state->name = name;
    state->order = ++world->ids;
    world_array_add(world, world->states, state);
    if (strcmp(guest, world->guest) != 0)
        return state;
    if (!name)
        world->now = world->now ? world->now : state;
    else if (!g_hash_table_contains(world->by_name, name)) // of two of a name the first counts
        world_table_set(world, world->by_name, name, state);
    return state;
}

static void take_images(World *world, const Picture *picture)
{
    g_autoptr(GPtrArray) images = images_list(picture->images);

    for (guint i = 0; i < images->len; i++) {
        const Image *seen = images->pdata[i];
        WorldImage *image = world_add_image(world, seen->path);

        if (image->backing_state == BACKING_UNKNOWN && seen->backing_state != BACKING_UNKNOWN) {
            image->backing_state = seen->backing_state;
            world_set_backing(world, image, seen->backing);
        }
        if (seen->empty)
            image->data = NULL;
        image->exists &= seen->presence != PRESENCE_MISSING || seen->open;
        image->named |= strcmp(world->guest, picture->domain->name) == 0;
    }
}

static void take_state(World *world, const Picture *picture, const Snapshot *snapshot, GArray *nodes)
{
    WorldState *state = world_add_state(world, picture->domain->name, snapshot ? snapshot->name : NULL);

    g_array_set_size(nodes, 0);
    state_nodes(picture, snapshot, nodes);
    for (guint i = 0; i < nodes->len; i++) {
        const StateNode *node = &g_array_index(nodes, StateNode, i);
        WorldImage *image = world_add_image(world, node->image);

        if (node->tag && !world_tag(world, image, node->tag))
            world_add_tag(world, image, node->tag, new_data(world));
        world_add_state_node(world, state, node->target, node->image, node->tag);
    }
    if (snapshot)
        state->memory_file = snapshot->memory_file;
}

WorldConfig *world_add_config(World *world, const char *guest, WorldStart start)
{
    WorldConfig *config = pool_new0(world->pool, WorldConfig);

    config->guest = guest;
    config->start = start;
    world_array_add(world, world->configs, config);
    return config;
}

static void take_config(World *world, const Picture *picture, const Definition *def, WorldStart start)
{
    WorldConfig *config;

    if (!def)
        return;
    config = world_add_config(world, picture->domain->name, start);
    for (guint i = 0; i < def->disks->len; i++) {
        const Disk *disk = def->disks->pdata[i];

        if (disk_is_writable(disk))
            world_add_node(world, &config->nodes, disk->target, disk->path, NULL);
    }
}

static void take_guest(World *world, const Picture *picture)
{
    g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(StateNode));

    g_ptr_array_add(world->pictures, picture_ref(picture));
    take_images(world, picture);
    for (guint i = 0; i < picture->snapshots->len; i++)
        take_state(world, picture, picture->snapshots->pdata[i], nodes);
    take_state(world, picture, NULL, nodes);
    take_config(world, picture, picture->domain->live, START_LIVE);
    take_config(world, picture, picture->domain->inactive, START_INACTIVE);
    // Which images a managed save fits is not in any XML that can be read without it; it was taken
    // when the guest stopped, on what the inactive definition named then and still names if nothing
    // was changed since.
    if (picture->domain->managed_save)
        take_config(world, picture, picture->domain->inactive, START_SAVED);
}

static const char *revert_path(const Snapshot *snapshot, const char *target)
{
    for (guint i = 0; snapshot->revert_disks && i < snapshot->revert_disks->len; i++) {
        const SnapshotDisk *disk = snapshot->revert_disks->pdata[i];

        if (strcmp(disk->target, target) == 0)
            return disk->path;
    }
    return NULL;
}

WorldRecord *world_add_record(World *world, const char *name, const char *parent)
{
    WorldRecord *record = pool_new0(world->pool, WorldRecord);

    record->name = name;
    record->order = ++world->ids;
    world_array_add(world, world->records, record);
    if (!g_hash_table_contains(world->recorded, name))
        world_table_set(world, world->recorded, name, record);
    world_set_parent(world, record, parent);
    return record;
}

WorldDisk *world_add_record_disk(World *world, WorldRecord *record, const char *target, DiskMode mode,
                                 const char *frozen, const char *overlay)
{
    WorldDisk *disk = pool_new0(world->pool, WorldDisk);

    disk->target = target;
    disk->mode = mode;
    world_set_frozen(world, disk, frozen);
    disk->overlay = overlay;
    world_list_add(world, &record->disks, disk);
    return disk;
}

static void take_record(World *world, const Snapshot *snapshot)
{
    WorldRecord *record = world_add_record(world, snapshot->name, snapshot->parent);

    record->memory_file = snapshot->memory_file;
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *seen = snapshot->disks->pdata[i];
        const Disk *stored = definition_disk(snapshot->definition, seen->target);
        WorldDisk *disk = world_add_record_disk(world, record, seen->target, seen->mode,
                                                stored ? stored->path : NULL, seen->path);

        disk->revert = revert_path(snapshot, seen->target);
    }
}

World *world_new(const Picture *picture, const Neighbours *neighbours)
{
    World *world = new_world(picture);
    const GPtrArray *others = neighbours ? neighbours_pictures(neighbours) : NULL;

    take_guest(world, picture);
    for (guint i = 0; others && i < others->len; i++)
        take_guest(world, others->pdata[i]);
    for (guint i = 0; i < picture->snapshots->len; i++)
        take_record(world, picture->snapshots->pdata[i]);
    for (guint i = 0; i < world->states->len; i++)
        world_settle(world, world->states->pdata[i]);
    world_forget_changes(world);
    world->past = world_past_new();
    return world;
}
