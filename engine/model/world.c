// SPDX-License-Identifier: GPL-2.0-or-later
// Building a world from pictures.

#include "engine/model/world_edit.h"

#include <string.h>

static void free_tag(gpointer data)
{
    WorldTag *tag = data;

    g_free(tag->name);
    g_array_unref(tag->data);
    g_free(tag);
}

static void free_image(gpointer data)
{
    WorldImage *image = data;

    g_free(image->path);
    g_free(image->backing);
    g_array_unref(image->data);
    if (image->by_tag)
        g_hash_table_unref(image->by_tag);
    g_ptr_array_unref(image->tags);
    g_free(image);
}

static void free_node(gpointer data)
{
    WorldNode *node = data;

    g_free(node->target);
    g_free(node->image);
    g_free(node->tag);
    g_free(node);
}

static void free_state(gpointer data)
{
    WorldState *state = data;

    g_free(state->guest);
    g_free(state->name);
    g_free(state->memory_file);
    g_ptr_array_unref(state->nodes);
    g_ptr_array_unref(state->reads);
    g_free(state);
}

static void free_config(gpointer data)
{
    WorldConfig *config = data;

    g_free(config->guest);
    g_ptr_array_unref(config->nodes);
    g_free(config);
}

static void free_disk(gpointer data)
{
    WorldDisk *disk = data;

    g_free(disk->target);
    g_free(disk->frozen);
    g_free(disk->overlay);
    g_free(disk->revert);
    g_free(disk);
}

static void free_record(gpointer data)
{
    WorldRecord *record = data;

    g_free(record->name);
    g_free(record->parent);
    g_free(record->memory_file);
    g_ptr_array_unref(record->disks);
    g_free(record);
}

static void free_place(gpointer data)
{
    WorldPlace *place = data;

    g_ptr_array_unref(place->overlays);
    g_ptr_array_unref(place->states);
    g_free(place);
}

static void free_array(gpointer array)
{
    g_ptr_array_unref(array);
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
    g_hash_table_unref(world->by_name);
    g_hash_table_unref(world->recorded);
    g_hash_table_unref(world->children);
    g_hash_table_unref(world->images);
    g_ptr_array_unref(world->states);
    g_ptr_array_unref(world->configs);
    g_ptr_array_unref(world->records);
    g_hash_table_unref(world->contents);
    g_ptr_array_unref(world->touched);
    g_ptr_array_unref(world->removed);
    g_free(world->guest);
    g_free(world->current);
    g_free(world);
}

static World *new_world(const Picture *picture)
{
    World *world = g_new0(World, 1);

    refcount_init(&world->refs);
    world->images = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_image);
    world->states = g_ptr_array_new_with_free_func(free_state);
    world->configs = g_ptr_array_new_with_free_func(free_config);
    world->records = g_ptr_array_new_with_free_func(free_record);
    world->guest = g_strdup(picture->domain->name);
    world->current = g_strdup(picture->current);
    world->active = domain_is_active(picture->domain);
    world->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_place);
    world->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    world->recorded = g_hash_table_new(g_str_hash, g_str_equal);
    world->children = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
    world->contents = world_contents_new();
    world->touched = g_ptr_array_new();
    world->removed = g_ptr_array_new();
    return world;
}

// ---- building ---------------------------------------------------------------------------------

WorldImage *world_image(const World *world, const char *path)
{
    return path ? g_hash_table_lookup(world->images, path) : NULL;
}

static GArray *new_data(World *world)
{
    GArray *data = g_array_new(FALSE, FALSE, sizeof(guint));

    world->ids++;
    g_array_append_val(data, world->ids);
    return data;
}

WorldImage *world_add_image(World *world, const char *path)
{
    WorldImage *image = world_image(world, path);

    if (image)
        return image;
    image = g_new0(WorldImage, 1);
    image->path = g_strdup(path);
    image->exists = true;
    image->data = new_data(world);
    image->tags = g_ptr_array_new_with_free_func(free_tag);
    g_hash_table_insert(world->images, image->path, image);
    world_touch(world, image); // something may have missed it
    return image;
}

WorldTag *world_tag(const WorldImage *image, const char *name)
{
    return image->by_tag ? g_hash_table_lookup(image->by_tag, name) : NULL;
}

WorldState *world_add_state(World *world, const char *guest, const char *name)
{
    WorldState *state = g_new0(WorldState, 1);

    state->guest = g_strdup(guest);
    state->name = g_strdup(name);
    state->nodes = g_ptr_array_new_with_free_func(free_node);
    state->reads = g_ptr_array_new();
    state->order = ++world->ids;
    g_ptr_array_add(world->states, state);
    if (strcmp(guest, world->guest) != 0)
        return state;
    if (!name)
        world->now = world->now ? world->now : state;
    else if (!g_hash_table_contains(world->by_name, name)) // of two of a name the first counts
        g_hash_table_insert(world->by_name, state->name, state);
    return state;
}

static void take_images(World *world, const Picture *picture)
{
    g_autoptr(GPtrArray) images = images_list(picture->images);

    for (guint i = 0; i < images->len; i++) {
        const Image *seen = images->pdata[i];
        WorldImage *image = world_image(world, seen->path);

        if (!image)
            image = world_add_image(world, seen->path);
        if (image->backing_state == BACKING_UNKNOWN && seen->backing_state != BACKING_UNKNOWN) {
            image->backing_state = seen->backing_state;
            world_set_backing(world, image, seen->backing);
        }
        if (seen->empty)
            g_array_set_size(image->data, 0);
        image->exists &= seen->presence != PRESENCE_MISSING || seen->open;
        image->named |= strcmp(world->guest, picture->domain->name) == 0;
    }
}

static void take_state(World *world, const Picture *picture, const State *seen)
{
    WorldState *state = world_add_state(world, picture->domain->name, seen->snapshot ? seen->snapshot->name : NULL);

    for (guint i = 0; i < seen->n_nodes; i++) {
        const StateNode *node = &seen->nodes[i];
        WorldImage *image = world_add_image(world, node->image);

        if (node->tag && !world_tag(image, node->tag))
            world_add_tag(world, image, node->tag, new_data(world));
        world_add_state_node(world, state, node->target, node->image, node->tag);
    }
    if (seen->snapshot)
        state->memory_file = g_strdup(seen->snapshot->memory_file);
}

WorldConfig *world_add_config(World *world, const char *guest, WorldStart start)
{
    WorldConfig *config = g_new0(WorldConfig, 1);

    config->guest = g_strdup(guest);
    config->start = start;
    config->nodes = g_ptr_array_new_with_free_func(free_node);
    g_ptr_array_add(world->configs, config);
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
            world_add_node(config->nodes, disk->target, disk->path, NULL);
    }
}

static void take_guest(World *world, const Picture *picture)
{
    g_autoptr(Reach) reach = reach_new(picture);
    const GPtrArray *states = reach_states(reach);

    take_images(world, picture);
    for (guint i = 0; i < states->len; i++)
        take_state(world, picture, states->pdata[i]);
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
    WorldRecord *record = g_new0(WorldRecord, 1);

    record->name = g_strdup(name);
    record->disks = g_ptr_array_new_with_free_func(free_disk);
    record->order = ++world->ids;
    g_ptr_array_add(world->records, record);
    if (!g_hash_table_contains(world->recorded, name))
        g_hash_table_insert(world->recorded, record->name, record);
    world_set_parent(world, record, parent);
    return record;
}

WorldDisk *world_add_record_disk(World *world, WorldRecord *record, const char *target, DiskMode mode,
                                 const char *frozen, const char *overlay)
{
    WorldDisk *disk = g_new0(WorldDisk, 1);

    disk->target = g_strdup(target);
    disk->mode = mode;
    world_set_frozen(world, disk, frozen);
    disk->overlay = g_strdup(overlay);
    g_ptr_array_add(record->disks, disk);
    return disk;
}

static void take_record(World *world, const Snapshot *snapshot)
{
    WorldRecord *record = world_add_record(world, snapshot->name, snapshot->parent);

    record->memory_file = g_strdup(snapshot->memory_file);
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *seen = snapshot->disks->pdata[i];
        const Disk *stored = definition_disk(snapshot->definition, seen->target);
        WorldDisk *disk = world_add_record_disk(world, record, seen->target, seen->mode,
                                                stored ? stored->path : NULL, seen->path);

        disk->revert = g_strdup(revert_path(snapshot, seen->target));
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
    return world;
}
