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
    world_table_set(world, world->places, path, place);
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

    world_set(world, image->content, NULL);
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
        world_set(world, image->content, NULL);
        return;
    }
    todo = g_ptr_array_new();
    g_ptr_array_add(todo, image);
    while (todo->len > 0)
        touch_one(world, g_ptr_array_steal_index_fast(todo, todo->len - 1), todo);
}

// While a world is built nothing is: it says what the picture says.
static void alter(World *world, WorldImage *image)
{
    if (image->altered || !world->past)
        return;
    world_set(world, image->altered, true);
    world_array_add(world, world->altered, image);
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
    alter(world, image);
    if (image->under)
        world_list_remove_fast(world, &image->under->overlays, image);
    world_set(world, image->backing, backing);
    world_set(world, image->under, backing ? world_place_at(world, backing) : NULL);
    if (image->under)
        world_list_add(world, &image->under->overlays, image);
}

void world_remove(World *world, WorldImage *image)
{
    if (!image->exists)
        return;
    world_touch(world, image);
    alter(world, image);
    world_set(world, image->exists, false);
    g_ptr_array_add(world->removed, image);
}

void world_set_data(World *world, WorldImage *image, const WorldData *data)
{
    world_touch(world, image);
    alter(world, image);
    world_set(world, image->data, data);
}

void world_add_tag(World *world, WorldImage *image, const char *name, const WorldData *data)
{
    WorldTag *tag = pool_new0(world->pool, WorldTag);

    world_touch(world, image);
    alter(world, image);
    tag->image = image;
    tag->name = name;
    tag->data = data;
    world_list_add(world, &image->tags, tag);
    if (!world_tag(world, image, name))
        world_table_set(world, world->tags, tag, tag);
}

static void forget_tag(World *world, const WorldImage *image, const WorldTag *tag)
{
    if (world_tag(world, image, tag->name) == tag)
        world_table_drop(world, world->tags, tag);
}

void world_drop_tag(World *world, WorldImage *image, WorldTag *tag)
{
    world_touch(world, image);
    alter(world, image);
    forget_tag(world, image, tag);
    world_list_remove(world, &image->tags, tag);
}

// A new, empty image on `backing`.
WorldImage *world_make_overlay(World *world, const char *path, const char *backing)
{
    WorldImage *image = world_add_image(world, path);

    world_set_backing(world, image, backing);
    world_set(world, image->data, NULL);
    while (image->tags.len > 0)
        world_drop_tag(world, image, image->tags.pdata[image->tags.len - 1]);
    world_set(world, image->exists, true);
    world_set(world, image->made, true);
    world_set(world, image->named, true);
    world_set(world, image->backing_state, BACKING_IMAGE);
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
    world_set(world, below->data, put_data_before(world, above->data, below->data));
    world_touch(world, above);
    world_set(world, above->data, NULL);
}

// ---- states and records -----------------------------------------------------------------------

void world_add_node(World *world, PoolList *nodes, const char *target, const char *image, const char *tag)
{
    WorldNode *node = pool_new0(world->pool, WorldNode);

    node->target = target;
    node->image = image;
    node->tag = tag;
    world_list_add(world, nodes, node);
}

static void come_to_place(World *world, WorldState *state, const char *image)
{
    if (image)
        world_list_add(world, &world_place_at(world, image)->states, state);
    world_touch_state(world, state);
}

static void leave_place(World *world, WorldState *state, const WorldNode *node)
{
    if (node->image)
        world_list_remove_fast(world, &world_place_at(world, node->image)->states, state);
}

void world_add_state_node(World *world, WorldState *state, const char *target, const char *image, const char *tag)
{
    world_add_node(world, &state->nodes, target, image, tag);
    come_to_place(world, state, image);
}

void world_set_node(World *world, WorldState *state, WorldNode *node, const char *image)
{
    leave_place(world, state, node);
    world_set(world, node->image, image);
    come_to_place(world, state, image);
}

void world_clear_nodes(World *world, WorldState *state)
{
    for (guint i = 0; i < state->nodes.len; i++)
        leave_place(world, state, state->nodes.pdata[i]);
    world_set(world, state->nodes.len, 0);
    world_touch_state(world, state);
}

void world_drop_state(World *world, WorldState *state)
{
    world_clear_nodes(world, state);
    g_ptr_array_remove_fast(world->touched, state);
    state->touched = false;
    if (world_state(world, state->name) == state)
        world_table_drop(world, world->by_name, state->name);
    world_array_remove(world, world->states, state);
}

void world_set_parent(World *world, WorldRecord *record, const char *parent)
{
    PoolList *siblings = record->parent ? g_hash_table_lookup(world->children, record->parent) : NULL;

    if (siblings)
        world_list_remove_fast(world, siblings, record);
    world_set(world, record->parent, parent);
    siblings = parent ? g_hash_table_lookup(world->children, parent) : NULL;
    if (parent && !siblings) {
        siblings = pool_new0(world->pool, PoolList);
        world_table_set(world, world->children, parent, siblings);
    }
    if (parent)
        world_list_add(world, siblings, record);
}

void world_set_frozen(World *world, WorldDisk *disk, const char *image)
{
    WorldPlace *left = (WorldPlace *) disk->at;
    WorldPlace *met = image ? world_place_at(world, image) : NULL;

    if (left)
        world_set(world, left->frozen, left->frozen - 1);
    if (met)
        world_set(world, met->frozen, met->frozen + 1);
    world_set(world, disk->frozen, image);
    world_set(world, disk->at, met);
}

void world_drop_record(World *world, WorldRecord *record)
{
    for (guint i = 0; i < record->disks.len; i++)
        world_set_frozen(world, record->disks.pdata[i], NULL);
    world_set_parent(world, record, NULL);
    if (world_record(world, record->name) == record)
        world_table_drop(world, world->recorded, record->name);
    world_array_remove(world, world->records, record);
}

void world_move_state(World *world, WorldState *state, const char *from, const char *to)
{
    for (guint i = 0; i < state->nodes.len; i++) {
        WorldNode *node = state->nodes.pdata[i];

        if (!node->tag && g_strcmp0(node->image, from) == 0)
            world_set_node(world, state, node, to);
    }
}

static void move_config(World *world, WorldConfig *config, const char *from, const char *to)
{
    for (guint i = 0; i < config->nodes.len; i++) {
        WorldNode *node = config->nodes.pdata[i];

        if (!node->tag && g_strcmp0(node->image, from) == 0)
            world_set(world, node->image, to);
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
            move_config(world, config, from, to);
    }
}

// Taking a snapshot or naming another one current makes libvirt forget where NOW was after a revert.
void world_forget_reverts(World *world, const char *name)
{
    WorldRecord *record = world_record(world, name);

    for (guint i = 0; record && i < record->disks.len; i++) {
        WorldDisk *disk = record->disks.pdata[i];

        world_set(world, disk->revert, NULL);
    }
}
