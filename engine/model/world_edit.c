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

GArray *world_copy_data(const GArray *data)
{
    GArray *copy = g_array_new(FALSE, FALSE, sizeof(guint));

    g_array_append_vals(copy, data->data, data->len);
    return copy;
}

void world_set_text(char **text, const char *value)
{
    char *copy = g_strdup(value);

    g_free(*text);
    *text = copy;
}

// ---- images -----------------------------------------------------------------------------------

static WorldPlace *place_at(World *world, const char *path)
{
    WorldPlace *place = g_hash_table_lookup(world->places, path);

    if (place)
        return place;
    place = g_new0(WorldPlace, 1);
    place->overlays = g_ptr_array_new();
    place->states = g_ptr_array_new();
    g_hash_table_insert(world->places, g_strdup(path), place);
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
    const WorldPlace *place = world_place(world, image->path);

    image->content = NULL;
    for (guint i = 0; place && i < place->states->len; i++)
        world_touch_state(world, place->states->pdata[i]);
    for (guint i = 0; place && i < place->overlays->len; i++)
        if (((const WorldImage *) place->overlays->pdata[i])->content)
            g_ptr_array_add(todo, place->overlays->pdata[i]);
}

void world_touch(World *world, WorldImage *image)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();

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
        g_ptr_array_remove_fast(place_at(world, image->backing)->overlays, image);
    world_set_text(&image->backing, backing);
    if (backing)
        g_ptr_array_add(place_at(world, backing)->overlays, image);
}

void world_remove(World *world, WorldImage *image)
{
    if (!image->exists)
        return;
    world_touch(world, image);
    image->exists = false;
    g_ptr_array_add(world->removed, image);
}

void world_set_data(World *world, WorldImage *image, const GArray *data)
{
    GArray *copy = world_copy_data(data);

    world_touch(world, image);
    g_array_unref(image->data);
    image->data = copy;
}

void world_add_tag(World *world, WorldImage *image, const char *name, GArray *data)
{
    WorldTag *tag = g_new0(WorldTag, 1);

    world_touch(world, image);
    tag->name = g_strdup(name);
    tag->data = data;
    g_ptr_array_add(image->tags, tag);
    if (!image->by_tag)
        image->by_tag = g_hash_table_new(g_str_hash, g_str_equal);
    if (!g_hash_table_contains(image->by_tag, name))
        g_hash_table_insert(image->by_tag, tag->name, tag);
}

void world_drop_tag(World *world, WorldImage *image, WorldTag *tag)
{
    world_touch(world, image);
    if (world_tag(image, tag->name) == tag)
        g_hash_table_remove(image->by_tag, tag->name);
    g_ptr_array_remove(image->tags, tag);
}

// A new, empty image on `backing`.
WorldImage *world_make_overlay(World *world, const char *path, const char *backing)
{
    WorldImage *image = world_add_image(world, path);

    world_set_backing(world, image, backing);
    g_array_set_size(image->data, 0);
    g_clear_pointer(&image->by_tag, g_hash_table_unref);
    g_ptr_array_set_size(image->tags, 0);
    image->exists = true;
    image->made = true;
    image->named = true;
    image->backing_state = BACKING_IMAGE;
    return image;
}

// QEMU's block-commit: what `above` holds comes to lie before what `below` holds.
void world_merge_down(World *world, WorldImage *above, WorldImage *below)
{
    world_touch(world, below);
    g_array_prepend_vals(below->data, above->data->data, above->data->len);
    world_touch(world, above);
    g_array_set_size(above->data, 0);
}

// ---- states and records -----------------------------------------------------------------------

void world_add_node(GPtrArray *nodes, const char *target, const char *image, const char *tag)
{
    WorldNode *node = g_new0(WorldNode, 1);

    node->target = g_strdup(target);
    node->image = g_strdup(image);
    node->tag = g_strdup(tag);
    g_ptr_array_add(nodes, node);
}

void world_add_state_node(World *world, WorldState *state, const char *target, const char *image, const char *tag)
{
    world_add_node(state->nodes, target, image, tag);
    if (image)
        g_ptr_array_add(place_at(world, image)->states, state);
    world_touch_state(world, state);
}

static void leave_place(World *world, WorldState *state, const WorldNode *node)
{
    if (node->image)
        g_ptr_array_remove_fast(place_at(world, node->image)->states, state);
}

void world_set_node(World *world, WorldState *state, WorldNode *node, const char *image)
{
    leave_place(world, state, node);
    world_set_text(&node->image, image);
    if (image)
        g_ptr_array_add(place_at(world, image)->states, state);
    world_touch_state(world, state);
}

void world_clear_nodes(World *world, WorldState *state)
{
    for (guint i = 0; i < state->nodes->len; i++)
        leave_place(world, state, state->nodes->pdata[i]);
    g_ptr_array_set_size(state->nodes, 0);
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
    GPtrArray *siblings = record->parent ? g_hash_table_lookup(world->children, record->parent) : NULL;

    if (siblings)
        g_ptr_array_remove_fast(siblings, record);
    world_set_text(&record->parent, parent);
    siblings = parent ? g_hash_table_lookup(world->children, parent) : NULL;
    if (parent && !siblings) {
        siblings = g_ptr_array_new();
        g_hash_table_insert(world->children, g_strdup(parent), siblings);
    }
    if (parent)
        g_ptr_array_add(siblings, record);
}

void world_set_frozen(World *world, WorldDisk *disk, const char *image)
{
    if (disk->frozen)
        place_at(world, disk->frozen)->frozen--;
    if (image)
        place_at(world, image)->frozen++;
    world_set_text(&disk->frozen, image);
}

void world_drop_record(World *world, WorldRecord *record)
{
    for (guint i = 0; i < record->disks->len; i++)
        world_set_frozen(world, record->disks->pdata[i], NULL);
    world_set_parent(world, record, NULL);
    if (world_record(world, record->name) == record)
        g_hash_table_remove(world->recorded, record->name);
    g_ptr_array_remove(world->records, record);
}

void world_move_state(World *world, WorldState *state, const char *from, const char *to)
{
    for (guint i = 0; i < state->nodes->len; i++) {
        WorldNode *node = state->nodes->pdata[i];

        if (!node->tag && g_strcmp0(node->image, from) == 0)
            world_set_node(world, state, node, to);
    }
}

static void move_config(WorldConfig *config, const char *from, const char *to)
{
    for (guint i = 0; i < config->nodes->len; i++) {
        WorldNode *node = config->nodes->pdata[i];

        if (!node->tag && g_strcmp0(node->image, from) == 0)
            world_set_text(&node->image, to);
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

    for (guint i = 0; record && i < record->disks->len; i++)
        g_clear_pointer(&((WorldDisk *) record->disks->pdata[i])->revert, g_free);
}
