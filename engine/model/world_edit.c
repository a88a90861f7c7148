// SPDX-License-Identifier: GPL-2.0-or-later
// The changes that steps are made of.

#include "engine/model/world_edit.h"

#include "engine/model/tongue.h"

#include <string.h>

bool simulate_fail(char **fault, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *fault = g_strdup_vprintf(_(format), args);
    va_end(args);
    return false;
}

// ---- images -----------------------------------------------------------------------------------

WorldPlace *world_place_at(World *world, const char *path)
{
    WorldPlace *place = g_hash_table_lookup(world->places, path);

    if (place)
        return place;
    place = pool_new0(world->pool, WorldPlace);
    g_hash_table_insert(world->places, (gpointer) path, place);
    return place;
}

void world_touch_state(World *world, WorldState *state)
{
    if (!state->touched)
        g_ptr_array_add(world->touched, state);
    state->touched = true;
}

// An image whose content is not known was touched before, and all above it then: contents are read from below.
static void touch_one(World *world, WorldImage *image, GPtrArray *todo)
{
    const WorldPlace *place = image->place;

    image->content = NULL;
    for (guint i = 0; i < place->states.len; i++)
        world_touch_state(world, place->states.pdata[i]);
    for (guint i = 0; i < place->overlays.len; i++)
        if (((const WorldImage *) place->overlays.pdata[i])->content)
            g_ptr_array_add(todo, place->overlays.pdata[i]);
}

void world_touch(World *world, WorldImage *image)
{
    g_autoptr(GPtrArray) todo = NULL;

    if (image->place->states.len == 0 && image->place->overlays.len == 0) { // as with each while a world is built
        image->content = NULL;
        return;
    }
    todo = g_ptr_array_new();
    g_ptr_array_add(todo, image);
    while (todo->len > 0)
        touch_one(world, g_ptr_array_steal_index_fast(todo, todo->len - 1), todo);
}

void world_forget_changes(World *world)
{
    for (guint i = 0; i < world->touched->len; i++)
        ((WorldState *) world->touched->pdata[i])->touched = false;
    g_ptr_array_set_size(world->touched, 0);
    g_ptr_array_set_size(world->removed, 0);
}

void world_set_backing(World *world, WorldImage *image, const char *backing)
{
    world_touch(world, image);
    if (image->backing)
        pool_list_remove_fast(&world_place_at(world, image->backing)->overlays, image);
    image->backing = backing;
    if (backing)
        pool_list_add(world->pool, &world_place_at(world, backing)->overlays, image);
}

void world_remove(World *world, WorldImage *image)
{
    if (!image->exists)
        return;
    world_touch(world, image);
    image->exists = false;
    g_ptr_array_add(world->removed, image);
}

void world_set_data(World *world, WorldImage *image, const WorldData *data)
{
    world_touch(world, image);
    image->data = data;
}

void world_add_tag(World *world, WorldImage *image, const char *name, const WorldData *data)
{
    WorldTag *tag = pool_new0(world->pool, WorldTag);

    world_touch(world, image);
    tag->image = image;
    tag->name = name;
    tag->data = data;
    pool_list_add(world->pool, &image->tags, tag);
    if (!world_tag(world, image, name))
        g_hash_table_add(world->tags, tag);
}

static void forget_tag(World *world, const WorldImage *image, const WorldTag *tag)
{
    if (world_tag(world, image, tag->name) == tag)
        g_hash_table_remove(world->tags, tag);
}

void world_drop_tag(World *world, WorldImage *image, WorldTag *tag)
{
    world_touch(world, image);
    forget_tag(world, image, tag);
    pool_list_remove(&image->tags, tag);
}

// A new, empty image on `backing`.
WorldImage *world_make_overlay(World *world, const char *path, const char *backing)
{
    WorldImage *image = world_add_image(world, path);

    world_set_backing(world, image, backing);
    image->data = NULL;
    while (image->tags.len > 0)
        world_drop_tag(world, image, image->tags.pdata[image->tags.len - 1]);
    image->exists = true;
    image->made = true;
    image->named = true;
    image->backing_state = BACKING_IMAGE;
    return image;
}

// A copy of `above`, and then `below`.
static const WorldData *put_data_before(World *world, const WorldData *above, const WorldData *below)
{
    const WorldData *joined = NULL, **end = &joined;

    for (; above; above = above->older) {
        WorldData *copy = pool_new0(world->pool, WorldData);

        copy->id = above->id;
        *end = copy;
        end = &copy->older;
    }
    *end = below;
    return joined;
}

// QEMU's block-commit: what `above` holds comes to lie before what `below` holds.
void world_merge_down(World *world, WorldImage *above, WorldImage *below)
{
    world_touch(world, below);
    below->data = put_data_before(world, above->data, below->data);
    world_touch(world, above);
    above->data = NULL;
}

// ---- states and records -----------------------------------------------------------------------

void world_add_node(World *world, PoolList *nodes, const char *target, const char *image, const char *tag)
{
    WorldNode *node = pool_new0(world->pool, WorldNode);

    node->target = target;
    node->image = image;
    node->tag = tag;
    pool_list_add(world->pool, nodes, node);
}

static void come_to_place(World *world, WorldState *state, const char *image)
{
    if (image)
        pool_list_add(world->pool, &world_place_at(world, image)->states, state);
    world_touch_state(world, state);
}

static void leave_place(World *world, WorldState *state, const WorldNode *node)
{
    if (node->image)
        pool_list_remove_fast(&world_place_at(world, node->image)->states, state);
}

void world_add_state_node(World *world, WorldState *state, const char *target, const char *image, const char *tag)
{
    world_add_node(world, &state->nodes, target, image, tag);
    come_to_place(world, state, image);
}

void world_set_node(World *world, WorldState *state, WorldNode *node, const char *image)
{
    leave_place(world, state, node);
    node->image = image;
    come_to_place(world, state, image);
}

void world_clear_nodes(World *world, WorldState *state)
{
    for (guint i = 0; i < state->nodes.len; i++)
        leave_place(world, state, state->nodes.pdata[i]);
    state->nodes.len = 0;
    world_touch_state(world, state);
}

void world_drop_state(World *world, WorldState *state)
{
    world_clear_nodes(world, state);
    g_ptr_array_remove_fast(world->touched, state);
    if (world_state(world, state->name) == state)
        g_hash_table_remove(world->by_name, state->name);
    g_ptr_array_remove(world->states, state);
}

void world_set_parent(World *world, WorldRecord *record, const char *parent)
{
    PoolList *siblings = record->parent ? g_hash_table_lookup(world->children, record->parent) : NULL;

    if (siblings)
        pool_list_remove_fast(siblings, record);
    record->parent = parent;
    siblings = parent ? g_hash_table_lookup(world->children, parent) : NULL;
    if (parent && !siblings) {
        siblings = pool_new0(world->pool, PoolList);
        g_hash_table_insert(world->children, (gpointer) parent, siblings);
    }
    if (parent)
        pool_list_add(world->pool, siblings, record);
}

void world_set_frozen(World *world, WorldDisk *disk, const char *image)
{
    if (disk->frozen)
        world_place_at(world, disk->frozen)->frozen--;
    if (image)
        world_place_at(world, image)->frozen++;
    disk->frozen = image;
}

void world_drop_record(World *world, WorldRecord *record)
{
    for (guint i = 0; i < record->disks.len; i++)
        world_set_frozen(world, record->disks.pdata[i], NULL);
    world_set_parent(world, record, NULL);
    if (world_record(world, record->name) == record)
        g_hash_table_remove(world->recorded, record->name);
    g_ptr_array_remove(world->records, record);
}

void world_move_state(World *world, WorldState *state, const char *from, const char *to)
{
    for (guint i = 0; i < state->nodes.len; i++) {
        WorldNode *node = state->nodes.pdata[i];

        if (!node->tag && g_strcmp0(node->image, from) == 0)
            world_set_node(world, state, node, to);
    }
}

static void move_config(WorldConfig *config, const char *from, const char *to)
{
    for (guint i = 0; i < config->nodes.len; i++) {
        WorldNode *node = config->nodes.pdata[i];

        if (!node->tag && g_strcmp0(node->image, from) == 0)
            node->image = to;
    }
}

bool world_is_ours(const World *world, const char *guest)
{
    return strcmp(world->guest, guest) == 0;
}

// Whatever of this guest wrote to `from` writes to `to` from now on.
void world_move_now(World *world, const char *from, const char *to)
{
    world_move_state(world, world->now, from, to);
    for (guint i = 0; i < world->configs->len; i++) {
        WorldConfig *config = world->configs->pdata[i];

        if (world_is_ours(world, config->guest) && config->start != START_SAVED)
            move_config(config, from, to);
    }
}

// Taking a snapshot or naming another one current makes libvirt forget where NOW was after a revert.
void world_forget_reverts(World *world, const char *name)
{
    WorldRecord *record = world_record(world, name);

    for (guint i = 0; record && i < record->disks.len; i++)
        ((WorldDisk *) record->disks.pdata[i])->revert = NULL;
}
