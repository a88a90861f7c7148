// SPDX-License-Identifier: GPL-2.0-or-later
// Domain definitions: making, freeing, and the few questions everybody asks of a disk.

#include "engine/model/definition.h"

#include <string.h>

static void free_layer(gpointer layer)
{
    layer_free(layer);
}

static void free_disk(gpointer disk)
{
    disk_free(disk);
}

Definition *definition_new(void)
{
    Definition *def = g_new0(Definition, 1);

    refcount_init(&def->refs);
    def->disks = g_ptr_array_new_with_free_func(free_disk);
    def->immobile = g_ptr_array_new_with_free_func(g_free);
    return def;
}

Definition *definition_ref(const Definition *def)
{
    Definition *shared = (Definition *) def;

    if (shared)
        refcount_ref(&shared->refs);
    return shared;
}

void definition_unref(Definition *def)
{
    if (!def || !refcount_unref(&def->refs))
        return;
    shared_text_drop(def->name);
    shared_text_drop(def->uuid);
    shared_text_drop(def->type);
    g_free(def->nvram);
    g_free(def->nvram_format);
    g_ptr_array_unref(def->disks);
    g_ptr_array_unref(def->immobile);
    shared_text_drop(def->hardware);
    g_free(def);
}

Definition *definition_copy(const Definition *def)
{
    Definition *copy = definition_new();

    copy->name = shared_text_take(def->name);
    copy->uuid = shared_text_take(def->uuid);
    copy->type = shared_text_take(def->type);
    copy->memory = def->memory;
    copy->vcpus = def->vcpus;
    copy->uefi = def->uefi;
    copy->nvram = g_strdup(def->nvram);
    copy->nvram_format = g_strdup(def->nvram_format);
    copy->tpm = def->tpm;
    copy->agent = def->agent;
    for (guint i = 0; i < def->disks->len; i++)
        g_ptr_array_add(copy->disks, disk_copy(def->disks->pdata[i]));
    for (guint i = 0; i < def->immobile->len; i++)
        g_ptr_array_add(copy->immobile, g_strdup(def->immobile->pdata[i]));
    copy->hardware = shared_text_take(def->hardware);
    return copy;
}

Disk *disk_new(const char *target)
{
    Disk *disk = g_new0(Disk, 1);

    disk->target = shared_text_take(target);
    return disk;
}

Disk *disk_copy(const Disk *disk)
{
    Disk *copy = g_new(Disk, 1);

    *copy = *disk;
    copy->target = shared_text_take(disk->target);
    copy->bus = shared_text_take(disk->bus);
    copy->path = g_strdup(disk->path);
    copy->format = shared_text_take(disk->format);
    copy->backing = NULL;
    for (guint i = 0; disk->backing && i < disk->backing->len; i++) {
        const Layer *layer = disk->backing->pdata[i];

        disk_add_layer(copy, layer_new(layer->type, layer->path, layer->format));
    }
    return copy;
}

void disk_free(Disk *disk)
{
    if (!disk)
        return;
    shared_text_drop(disk->target);
    shared_text_drop(disk->bus);
    g_free(disk->path);
    shared_text_drop(disk->format);
    if (disk->backing)
        g_ptr_array_unref(disk->backing);
    g_free(disk);
}

Layer *layer_new(SourceType type, const char *path, const char *format)
{
    Layer *layer = g_new0(Layer, 1);

    layer->type = type;
    layer->path = g_strdup(path);
    layer->format = shared_text_take(format);
    return layer;
}

void layer_free(Layer *layer)
{
    if (!layer)
        return;
    g_free(layer->path);
    shared_text_drop(layer->format);
    g_free(layer);
}

void disk_add_layer(Disk *disk, Layer *layer)
{
    if (!disk->backing)
        disk->backing = g_ptr_array_new_with_free_func(free_layer);
    g_ptr_array_add(disk->backing, layer);
}

bool definition_has_image(const Definition *def, const char *image)
{
    for (guint i = 0; def && i < def->disks->len; i++)
        if (g_strcmp0(((const Disk *) def->disks->pdata[i])->path, image) == 0)
            return true;
    return false;
}

const Disk *definition_disk(const Definition *def, const char *target)
{
    if (!def || !target)
        return NULL;
    for (guint i = 0; i < def->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(def->disks, i);

        if (strcmp(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

bool disk_is_writable(const Disk *disk)
{
    return (disk->device == DEVICE_DISK || disk->device == DEVICE_LUN) && !disk->readonly &&
           !disk->shareable && disk->path;
}

bool source_is_local(SourceType type)
{
    return type == SOURCE_FILE || type == SOURCE_BLOCK;
}
