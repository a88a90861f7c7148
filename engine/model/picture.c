// SPDX-License-Identifier: GPL-2.0-or-later
// Pictures: putting a guest together, and questions about the whole of it.

#include "engine/model/picture.h"

#include "engine/model/findings.h"
#include "engine/model/tongue.h"

#include <string.h>

Picture *picture_new(Domain *domain, GPtrArray *snapshots, const char *current, Images *images)
{
    Picture *picture = g_new0(Picture, 1);

    refcount_init(&picture->refs);
    picture->domain = domain;
    picture->snapshots = snapshots;
    picture->current = g_strdup(current);
    picture->images = images;
    images_sort(images);
    picture->seen = g_get_real_time();
    for (guint i = 0; i < snapshots->len; i++)
        picture->unread += ((const Snapshot *) snapshots->pdata[i])->unread;
    picture->details = picture->unread == 0;
    snapshots_sort(snapshots);
    picture->tree = tree_new(snapshots, current);
    return picture;
}

Picture *picture_ref(const Picture *picture)
{
    Picture *shared = (Picture *) picture;

    refcount_ref(&shared->refs);
    return shared;
}

void picture_unref(Picture *picture)
{
    if (!picture || !refcount_unref(&picture->refs))
        return;
    findings_free(picture->findings); // borrows from all below
    tree_free(picture->tree);
    domain_unref(picture->domain);
    g_ptr_array_unref(picture->snapshots);
    g_free(picture->current);
    images_unref(picture->images);
    g_free(picture->incomplete);
    g_free(picture);
}

static void tell_open(Image *image)
{
    image->open = true;
    image->presence = PRESENCE_FOUND; // until somebody misses it
}

void images_tell_definition(Images *images, const Definition *definition, ImageSource by)
{
    for (guint i = 0; definition && i < definition->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(definition->disks, i);
        Image *image;

        if (!disk->path)
            continue;
        image = images_add(images, disk->path);
        image->type = disk->type;
        if (!image->format)
            image->format = shared_text_take(disk->format);
        if (by == TOLD_BY_LIVE)
            tell_open(image);
        for (guint j = 0; disk->backing && j < disk->backing->len; j++) {
            const Layer *layer = g_ptr_array_index(disk->backing, j);

            if (!layer->path)
                break;
            image_tell_backing(image, by, layer->path, layer->format);
            image = images_add(images, layer->path);
            image->type = layer->type;
            if (!image->format)
                image->format = shared_text_take(layer->format);
            if (by == TOLD_BY_LIVE)
                tell_open(image);
        }
        if (disk->chain_ends)
            image_tell_backing(image, by, NULL, NULL);
    }
}

static void tell_overlay(Images *images, const Snapshot *snapshot, const SnapshotDisk *disk)
{
    const Disk *stored = definition_disk(snapshot->definition, disk->target);
    Image *overlay;

    if (!disk->path || disk->mode != DISK_MODE_EXTERNAL)
        return;
    overlay = images_add(images, disk->path);
    overlay->type = disk->type;
    if (!overlay->format)
        overlay->format = shared_text_take(disk->format);
    if (stored && stored->path)
        image_tell_backing(overlay, TOLD_BY_OVERLAY, stored->path, stored->format);
}

void images_tell_snapshot(Images *images, const Snapshot *snapshot)
{
    // The stored chain is what stood below at that time; later merges below may have changed it, so
    // only the frozen image itself is taken from it, and its overlays.
    for (guint i = 0; snapshot->definition && i < snapshot->definition->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(snapshot->definition->disks, i);

        if (disk->path) {
            Image *image = images_add(images, disk->path);

            image->type = disk->type;
            if (!image->format)
                image->format = shared_text_take(disk->format);
        }
    }
    for (guint i = 0; i < snapshot->disks->len; i++)
        tell_overlay(images, snapshot, g_ptr_array_index(snapshot->disks, i));
    for (guint i = 0; snapshot->revert_disks && i < snapshot->revert_disks->len; i++)
        tell_overlay(images, snapshot, g_ptr_array_index(snapshot->revert_disks, i));
    if (snapshot->memory_file)
        images_add(images, snapshot->memory_file);
}

const Snapshot *picture_snapshot(const Picture *picture, const char *name)
{
    const TreeNode *node = tree_find(picture->tree, name);

    return node ? node->snapshot : NULL;
}

const Snapshot *picture_current(const Picture *picture)
{
    return picture_snapshot(picture, picture->current);
}

const char *picture_now(const Picture *picture, const char *target)
{
    const Disk *disk = definition_disk(domain_now(picture->domain), target);

    return disk ? disk->path : NULL;
}

static char *mismatch(const Picture *picture, const Snapshot *current, const char *target)
{
    const char *expected = snapshot_expected_now(current, target);
    const char *now = picture_now(picture, target);

    if (!expected || g_strcmp0(expected, now) == 0)
        return NULL;
    return g_strdup_printf(_("libvirt's current snapshot is %s, whose record says that disk %s "
                             "writes to %s, but the guest writes to %s"),
                           current->name, target, expected, now ? now : _("no such disk"));
}

bool picture_current_matches(const Picture *picture, char **why)
{
    const Snapshot *current = picture_current(picture);

    if (!current)
        return true;
    for (guint i = 0; i < current->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(current->disks, i);
        g_autofree char *sentence = mismatch(picture, current, disk->target);

        if (!sentence)
            continue;
        if (why)
            *why = g_steal_pointer(&sentence);
        return false;
    }
    return true;
}

static gint compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

char *picture_digest(const char *const *names, const char *current)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (; *names; names++)
        g_ptr_array_add(sorted, (gpointer) *names);
    g_ptr_array_sort(sorted, compare_strings);
    for (guint i = 0; i < sorted->len; i++) {
        const char *name = sorted->pdata[i];

        g_checksum_update(sum, (const guchar *) name, (gssize) strlen(name) + 1); // with its NUL
    }
    if (current)
        g_checksum_update(sum, (const guchar *) current, (gssize) strlen(current));
    return g_strdup(g_checksum_get_string(sum));
}

const char *picture_repeated_name(const char *const *names)
{
    g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);

    for (; *names; names++)
        if (!g_hash_table_add(met, (gpointer) *names))
            return *names;
    return NULL;
}

// Every image that some snapshot froze or tagged.
static GHashTable *frozen_images(const Picture *picture, bool *tags)
{
    GHashTable *frozen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        for (guint j = 0; j < snapshot->disks->len; j++) {
            const SnapshotDisk *disk = snapshot->disks->pdata[j];
            const char *image = snapshot_frozen(snapshot, disk->target);

            if (!image)
                continue;
            g_hash_table_add(frozen, (gpointer) image);
            if (disk->mode == DISK_MODE_INTERNAL)
                *tags = true;
        }
    }
    return frozen;
}

gint64 picture_now_bytes(const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);
    bool tags = false;
    g_autoptr(GHashTable) frozen = frozen_images(picture, &tags);
    gint64 sum = 0;

    if (!now || tags) // what a tag shares with the active content cannot be seen from outside
        return SIZE_UNKNOWN;
    for (guint i = 0; i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];
        g_autoptr(GPtrArray) chain = g_ptr_array_new();

        if (!disk_is_writable(disk))
            continue;
        images_chain(picture->images, disk->path, chain);
        for (guint j = 0; j < chain->len; j++) {
            const Image *image = images_get(picture->images, chain->pdata[j]);

            if (g_hash_table_contains(frozen, chain->pdata[j]))
                break;
            if (!image || image->allocation == SIZE_UNKNOWN)
                return SIZE_UNKNOWN;
            sum += image->allocation;
        }
    }
    return sum;
}

static bool is_named(const GPtrArray *disks, const char *image)
{
    for (guint i = 0; disks && i < disks->len; i++)
        if (g_strcmp0(((const SnapshotDisk *) disks->pdata[i])->path, image) == 0)
            return true;
    return false;
}

bool picture_records(const Picture *picture, const char *image)
{
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        if (definition_has_image(snapshot->definition, image) || definition_has_image(snapshot->inactive, image) ||
            is_named(snapshot->disks, image) || is_named(snapshot->revert_disks, image))
            return true;
    }
    return false;
}

SnapshotKind picture_kind(const Picture *picture)
{
    SnapshotKind kind = KIND_NONE;

    for (guint i = 0; i < picture->snapshots->len; i++) {
        SnapshotKind one = snapshot_kind(picture->snapshots->pdata[i]);

        if (one == KIND_NONE || one == kind)
            continue;
        if (kind != KIND_NONE)
            return KIND_MIXED;
        kind = one;
    }
    return kind;
}

// `whole` is told whether that of each disk that is written was followed to its base.
static unsigned measure_chains(const Picture *picture, bool *whole)
{
    const Definition *now = domain_now(picture->domain);
    unsigned deepest = 0;

    *whole = true;
    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];
        g_autoptr(GPtrArray) chain = g_ptr_array_new();

        if (!disk->path)
            continue;
        if (images_chain(picture->images, disk->path, chain) != CHAIN_COMPLETE && disk_is_writable(disk))
            *whole = false;
        deepest = MAX(deepest, chain->len);
    }
    return deepest;
}

unsigned picture_depth(const Picture *picture)
{
    bool whole;

    return measure_chains(picture, &whole);
}

bool picture_depth_is_known(const Picture *picture)
{
    bool whole;

    measure_chains(picture, &whole);
    return whole;
}
