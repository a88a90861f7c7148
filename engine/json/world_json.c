// SPDX-License-Identifier: GPL-2.0-or-later
// Writing a world. It is never read back: whoever makes the plan again simulates it again.
#include "engine/json/world_json.h"

#include "engine/json/json_words.h"

#include <string.h>

static void nodes_out(JsonOut *out, const char *name, const PoolList *nodes)
{
    json_out_list(out, name);
    for (guint i = 0; nodes && i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];
        json_out_object(out, NULL);
        json_out_text(out, "target", node->target);
        json_out_text(out, "image", node->image);
        json_out_object_end(out);
    }
    json_out_list_end(out);
}

// What the next start writes to.
static const PoolList *stored_nodes(const World *world)
{
    for (guint i = 0; i < world->configs->len; i++) {
        const WorldConfig *config = g_ptr_array_index(world->configs, i);
        if (config->start == START_INACTIVE && strcmp(config->guest, world->guest) == 0)
            return &config->nodes;
    }
    return NULL;
}

static void record_out(JsonOut *out, const WorldRecord *record)
{
    json_out_object(out, NULL);
    json_out_text(out, "name", record->name);
    json_out_text(out, "parent", record->parent);
    json_out_text(out, "memory_file", record->memory_file);
    json_out_list(out, "disks");
    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];
        json_out_object(out, NULL);
        json_out_text(out, "target", disk->target);
        json_out_word(out, "mode", MODE_WORDS, disk->mode);
        json_out_text(out, "frozen", disk->frozen);
        json_out_text(out, "overlay", disk->overlay);
        json_out_text(out, "revert", disk->revert);
        json_out_object_end(out);
    }
    json_out_list_end(out);
    json_out_object_end(out);
}

static int by_path(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const WorldImage *const *) a)->path, (*(const WorldImage *const *) b)->path);
}

// Those that exist and belong to the guest.
static GPtrArray *own_images(const World *world)
{
    GPtrArray *images = g_ptr_array_new();
    for (guint i = 0; i < world->images->len; i++) {
        WorldImage *image = g_ptr_array_index(world->images, i);
        if (image->exists && (image->named || image->made))
            g_ptr_array_add(images, image);
    }
    g_ptr_array_sort(images, by_path);
    return images;
}

static void image_out(JsonOut *out, const WorldImage *image)
{
    json_out_object(out, NULL);
    json_out_text(out, "path", image->path);
    json_out_flag(out, "named_by_libvirt", image->unnamed);
    json_out_flag(out, "backing_known", image->backing_state != BACKING_UNKNOWN);
    json_out_text(out, "backing", image->backing_state == BACKING_IMAGE ? image->backing : NULL);
    json_out_list(out, "tags");
    for (guint i = 0; i < image->tags.len; i++)
        json_out_text(out, NULL, ((const WorldTag *) image->tags.pdata[i])->name);
    json_out_list_end(out);
    json_out_object_end(out);
}

void world_write(JsonOut *out, const char *name, const World *world)
{
    if (!world || world->records->len > WORLD_JSON_SNAPSHOTS) {
        json_out_text(out, name, NULL);
        return;
    }
    g_autoptr(GPtrArray) images = own_images(world);
    const WorldState *now = world_state(world, NULL);
    json_out_object(out, name);
    json_out_text(out, "current", world->current);
    nodes_out(out, "now", now ? &now->nodes : NULL);
    nodes_out(out, "next_start", stored_nodes(world));
    json_out_list(out, "snapshots");
    for (guint i = 0; i < world->records->len; i++)
        record_out(out, g_ptr_array_index(world->records, i));
    json_out_list_end(out);
    json_out_list(out, "images");
    for (guint i = 0; i < images->len; i++)
        image_out(out, g_ptr_array_index(images, i));
    json_out_list_end(out);
    json_out_object_end(out);
}
