// SPDX-License-Identifier: GPL-2.0-or-later
// Snapshot values and the two questions about their files.

#include "engine/model/snapshot.h"

#include <string.h>

static void free_disk(gpointer disk)
{
    snapshot_disk_free(disk);
}

Snapshot *snapshot_new(const char *name)
{
    Snapshot *snapshot = g_new0(Snapshot, 1);

    refcount_init(&snapshot->refs);
    snapshot->name = g_strdup(name);
    snapshot->disks = g_ptr_array_new_with_free_func(free_disk);
    return snapshot;
}

Snapshot *snapshot_ref(const Snapshot *snapshot)
{
    Snapshot *shared = (Snapshot *) snapshot;

    refcount_ref(&shared->refs);
    return shared;
}

void snapshot_unref(Snapshot *snapshot)
{
    if (!snapshot || !refcount_unref(&snapshot->refs))
        return;
    g_free(snapshot->name);
    g_free(snapshot->description);
    g_free(snapshot->parent);
    shared_text_drop(snapshot->state_text);
    g_free(snapshot->memory_file);
    g_ptr_array_unref(snapshot->disks);
    if (snapshot->revert_disks)
        g_ptr_array_unref(snapshot->revert_disks);
    definition_unref(snapshot->definition);
    definition_unref(snapshot->inactive);
    g_free(snapshot);
}

SnapshotDisk *snapshot_disk_new(const char *target, DiskMode mode, const char *path)
{
    SnapshotDisk *disk = g_new0(SnapshotDisk, 1);

    disk->target = shared_text_take(target);
    disk->mode = mode;
    disk->path = g_strdup(path);
    disk->type = path ? SOURCE_FILE : SOURCE_NONE;
    return disk;
}

void snapshot_disk_free(SnapshotDisk *disk)
{
    if (!disk)
        return;
    shared_text_drop(disk->target);
    g_free(disk->path);
    shared_text_drop(disk->format);
    g_free(disk);
}

void snapshot_add_revert_disk(Snapshot *snapshot, SnapshotDisk *disk)
{
    if (!snapshot->revert_disks)
        snapshot->revert_disks = g_ptr_array_new_with_free_func(free_disk);
    g_ptr_array_add(snapshot->revert_disks, disk);
}

SnapshotKind snapshot_kind(const Snapshot *snapshot)
{
    bool internal = snapshot->memory == MEMORY_INTERNAL;
    bool external = snapshot->memory == MEMORY_EXTERNAL;

    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(snapshot->disks, i);

        internal |= disk->mode == DISK_MODE_INTERNAL;
        external |= disk->mode == DISK_MODE_EXTERNAL || disk->mode == DISK_MODE_MANUAL;
    }
    if (internal && external)
        return KIND_MIXED;
    return internal ? KIND_INTERNAL : external ? KIND_EXTERNAL : KIND_NONE;
}

static const SnapshotDisk *find_disk(const GPtrArray *disks, const char *target)
{
    for (guint i = 0; disks && i < disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(disks, i);

        if (strcmp(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

const SnapshotDisk *snapshot_disk(const Snapshot *snapshot, const char *target)
{
    return find_disk(snapshot->disks, target);
}

bool snapshot_covers(const Snapshot *snapshot, const char *target)
{
    const SnapshotDisk *disk = snapshot_disk(snapshot, target);

    return disk && (disk->mode == DISK_MODE_INTERNAL || disk->mode == DISK_MODE_EXTERNAL);
}

const char *snapshot_frozen(const Snapshot *snapshot, const char *target)
{
    const Disk *disk;

    if (!snapshot_covers(snapshot, target))
        return NULL;
    disk = definition_disk(snapshot->definition, target);
    return disk ? disk->path : NULL;
}

const char *snapshot_overlay(const Snapshot *snapshot, const char *target)
{
    const SnapshotDisk *disk = snapshot_disk(snapshot, target);

    return disk && disk->mode == DISK_MODE_EXTERNAL ? disk->path : NULL;
}

const char *snapshot_expected_now(const Snapshot *snapshot, const char *target)
{
    const SnapshotDisk *reverted = find_disk(snapshot->revert_disks, target);

    if (reverted && reverted->path)
        return reverted->path;
    if (!snapshot_covers(snapshot, target))
        return NULL;
    if (snapshot_disk(snapshot, target)->mode == DISK_MODE_EXTERNAL)
        return snapshot_overlay(snapshot, target);
    return snapshot_frozen(snapshot, target);
}

char *snapshot_copy_description(const char *name)
{
    return g_strdup_printf("Where NOW went back to %s", name);
}

bool snapshot_is_copy(const Snapshot *snapshot, const char *name)
{
    g_autofree char *description = snapshot_copy_description(name);

    return g_strcmp0(snapshot->description, description) == 0;
}

bool snapshot_delete_in_progress(const Snapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(snapshot->disks, i);

        if (disk->delete_in_progress)
            return true;
    }
    return false;
}

int snapshot_compare(const Snapshot *a, const Snapshot *b)
{
    if (a->created != b->created)
        return a->created < b->created ? -1 : 1;
    return strcmp(a->name, b->name);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    return snapshot_compare(*(Snapshot *const *) a, *(Snapshot *const *) b);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp((*(Snapshot *const *) a)->name, (*(Snapshot *const *) b)->name);
}

void snapshots_sort(GPtrArray *snapshots)
{
    bool unread = false, sorted = true;
    GCompareFunc compare;

    for (guint i = 0; i < snapshots->len && !unread; i++)
        unread = ((const Snapshot *) snapshots->pdata[i])->unread;
    compare = unread ? by_name : by_time;
    for (guint i = 1; i < snapshots->len && sorted; i++) // as those of a picture are
        sorted = compare(&snapshots->pdata[i - 1], &snapshots->pdata[i]) <= 0;
    if (!sorted)
        g_ptr_array_sort(snapshots, compare);
}
