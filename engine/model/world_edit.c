// SPDX-License-Identifier: GPL-2.0-or-later
// The changes that steps are made of.

#include "engine/model/world_edit.h"

#include <string.h>

bool simulate_fail(char **fault, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *fault = g_strdup_vprintf(format, args);
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

// A new, empty image on `backing`.
WorldImage *world_make_overlay(World *world, const char *path, const char *backing)
{
    WorldImage *image = world_add_image(world, path);

    g_array_set_size(image->data, 0);
    g_ptr_array_set_size(image->tags, 0);
    image->exists = true;
    image->made = true;
    image->named = true;
    image->backing_state = BACKING_IMAGE;
    world_set_text(&image->backing, backing);
    return image;
}

// QEMU's block-commit: what `above` holds comes to lie before what `below` holds.
void world_merge_down(WorldImage *above, WorldImage *below)
{
    g_array_prepend_vals(below->data, above->data->data, above->data->len);
    g_array_set_size(above->data, 0);
}

void world_move_nodes(GPtrArray *nodes, const char *from, const char *to)
{
    for (guint i = 0; i < nodes->len; i++) {
        WorldNode *node = nodes->pdata[i];

        if (!node->tag && strcmp(node->image, from) == 0)
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
    world_move_nodes(world_state(world, NULL)->nodes, from, to);
    for (guint i = 0; i < world->configs->len; i++) {
        WorldConfig *config = world->configs->pdata[i];

        if (world_is_ours(world, config->guest) && config->start != START_SAVED)
            world_move_nodes(config->nodes, from, to);
    }
}

// Taking a snapshot or naming another one current makes libvirt forget where NOW was after a revert.
void world_forget_reverts(World *world, const char *name)
{
    WorldRecord *record = world_record(world, name);

    for (guint i = 0; record && i < record->disks->len; i++)
        g_clear_pointer(&((WorldDisk *) record->disks->pdata[i])->revert, g_free);
}
