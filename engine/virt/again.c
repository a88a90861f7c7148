// SPDX-License-Identifier: GPL-2.0-or-later
// Copies of what an old picture knew; snapshots are shared, not copied.

#include "engine/virt/again.h"

static Disk *copy_disk(const Disk *disk)
{
    Disk *copy = disk_new(disk->target);

    copy->bus = g_strdup(disk->bus);
    copy->device = disk->device;
    copy->type = disk->type;
    copy->path = g_strdup(disk->path);
    copy->format = g_strdup(disk->format);
    copy->mode = disk->mode;
    copy->readonly = disk->readonly;
    copy->shareable = disk->shareable;
    copy->transient = disk->transient;
    copy->encrypted = disk->encrypted;
    copy->chain_ends = disk->chain_ends;
    return copy;
}

static Definition *copy_definition(const Definition *definition)
{
    Definition *copy;

    if (!definition)
        return NULL;
    copy = definition_new();
    copy->name = g_strdup(definition->name);
    copy->uuid = g_strdup(definition->uuid);
    copy->type = g_strdup(definition->type);
    copy->memory = definition->memory;
    copy->vcpus = definition->vcpus;
    copy->uefi = definition->uefi;
    copy->nvram = g_strdup(definition->nvram);
    copy->nvram_format = g_strdup(definition->nvram_format);
    copy->tpm = definition->tpm;
    copy->agent = definition->agent;
    for (guint i = 0; i < definition->disks->len; i++)
        g_ptr_array_add(copy->disks, copy_disk(g_ptr_array_index(definition->disks, i)));
    for (guint i = 0; i < definition->immobile->len; i++)
        g_ptr_array_add(copy->immobile, g_strdup(g_ptr_array_index(definition->immobile, i)));
    return copy;
}

static void copy_image(Images *images, const Image *image)
{
    Image *copy = images_add(images, image->path);

    copy->type = image->type;
    copy->format = g_strdup(image->format);
    copy->presence = image->presence;
    copy->backing_state = image->backing_state;
    copy->backing = g_strdup(image->backing);
    copy->backing_format = g_strdup(image->backing_format);
    copy->backing_by = image->backing_by;
    copy->allocation = image->allocation;
    copy->capacity = image->capacity;
    copy->tags = image->tags ? g_ptr_array_ref(image->tags) : NULL;
    copy->conflict = g_strdup(image->conflict);
}

static Images *copy_images(const Images *old)
{
    Images *images = images_new();
    g_autoptr(GPtrArray) list = images_list(old);

    for (guint i = 0; i < list->len; i++)
        copy_image(images, g_ptr_array_index(list, i));
    return images;
}

static void free_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

Picture *picture_again(Domain *domain, const Picture *old, const char *why)
{
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(free_snapshot);
    Picture *picture;

    for (guint i = 0; old && i < old->snapshots->len; i++)
        g_ptr_array_add(snapshots, snapshot_ref(g_ptr_array_index(old->snapshots, i)));
    if (old) {
        // What the live definition said holds for as long as the process lives.
        if (domain->id == old->domain->id)
            domain->live = copy_definition(old->domain->live);
        domain->inactive = copy_definition(old->domain->inactive);
        domain->persistent = old->domain->persistent;
        domain->managed_save = old->domain->managed_save;
        domain->checkpoints = old->domain->checkpoints;
    }
    picture = picture_new(domain, snapshots, old ? old->current : NULL,
                          old ? copy_images(old->images) : images_new());
    picture->details = false;
    picture->incomplete = g_strdup(why);
    return picture;
}
