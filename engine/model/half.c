// SPDX-License-Identifier: GPL-2.0-or-later
// What the chains tell against what the records tell.

#include "engine/model/half.h"

#include "engine/model/chain_map.h"
#include "engine/model/tongue.h"

#include <string.h>

// The one state that is based on the snapshot; NULL: several are, or none.
static const TreeNode *only_child(const Picture *picture, const Snapshot *snapshot)
{
    const TreeNode *node = tree_find(picture->tree, snapshot->name);

    return node && node->children == 1 ? node->first_child : NULL;
}

const char *half_layer(const Picture *picture, const Snapshot *snapshot, const char *target)
{
    const TreeNode *child = only_child(picture, snapshot);
    const Disk *disk;

    if (!child)
        return NULL;
    if (!child->snapshot)
        return snapshot_expected_now(snapshot, target);
    disk = definition_disk(child->snapshot->definition, target);
    return disk ? disk->path : NULL;
}

// Did a snapshot that froze `layer` have `image` made on it?
static bool stood_on(const Picture *picture, const char *target, const char *image, const char *layer)
{
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];
        const Disk *disk = definition_disk(snapshot->definition, target);

        if (disk && g_strcmp0(disk->path, layer) == 0 && snapshot_covers(snapshot, target) &&
            (g_strcmp0(snapshot_overlay(snapshot, target), image) == 0 ||
             g_strcmp0(snapshot_expected_now(snapshot, target), image) == 0))
            return true;
    }
    return false;
}

// Is NOW as the merge leaves it: on the frozen image itself, or on what stood on the layer and stands on that now?
static bool is_moved(ChainMap *now, const Snapshot *snapshot, const char *target, const char *layer)
{
    guint place = chain_map_place(now, target, snapshot_frozen(snapshot, target));

    if (place == 0 || chain_map_place(now, target, layer) > 0)
        return false;
    if (!only_child(now->picture, snapshot)->snapshot)
        return place == 1;
    return place > 1 && stood_on(now->picture, target, chain_map_image(now, target, place - 1), layer);
}

// libvirt marks the nearest ancestor that has the disk until the merge of that disk is recorded. A layer that is gone
// tells it where another disk is marked still, or no ancestor is there; elsewhere somebody else has removed it, and
// what became of its data has to be asked.
static bool is_told(const Picture *picture, const Snapshot *snapshot, const char *target, const Image *layer)
{
    const TreeNode *node = tree_find(picture->tree, snapshot->name);

    for (node = node ? node->parent : NULL; node && node->snapshot; node = node->parent) {
        if (!snapshot_covers(node->snapshot, target))
            continue;
        if (snapshot_disk(node->snapshot, target)->delete_in_progress)
            return true;
        if (!snapshot_delete_in_progress(node->snapshot))
            return false;
        break;
    }
    return !layer || layer->presence == PRESENCE_MISSING;
}

static bool is_merged(ChainMap *now, const Snapshot *snapshot, const char *target, bool begun)
{
    const SnapshotDisk *disk = snapshot_disk(snapshot, target);
    const char *frozen = snapshot_frozen(snapshot, target);
    const char *layer;

    if (!disk || disk->mode != DISK_MODE_EXTERNAL || !frozen || chain_map_place(now, target, frozen) == 0)
        return false; // as is most of a tree
    layer = half_layer(now->picture, snapshot, target);
    return layer && strcmp(frozen, layer) != 0 && is_moved(now, snapshot, target, layer) &&
           (begun || is_told(now->picture, snapshot, target, images_get(now->picture->images, layer)));
}

static bool is_begun(ChainMap *now, const Snapshot *snapshot, bool begun)
{
    for (guint i = 0; i < snapshot->disks->len; i++)
        if (is_merged(now, snapshot, ((const SnapshotDisk *) snapshot->disks->pdata[i])->target, begun))
            return true;
    return false;
}

bool half_is_merged(const Picture *picture, const Snapshot *snapshot, const char *target, bool begun)
{
    g_auto(ChainMap) now = {.picture = picture};

    return is_merged(&now, snapshot, target, begun);
}

bool half_is_begun(const Picture *picture, const Snapshot *snapshot, bool begun)
{
    g_auto(ChainMap) now = {.picture = picture};

    return is_begun(&now, snapshot, begun);
}

bool half_is_whole(const Picture *picture, const Snapshot *snapshot, bool begun)
{
    g_auto(ChainMap) now = {.picture = picture};

    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];

        if (disk->mode == DISK_MODE_EXTERNAL && !is_merged(&now, snapshot, disk->target, begun))
            return false;
    }
    return true;
}

const Snapshot *half_find(const Picture *picture)
{
    g_auto(ChainMap) now = {.picture = picture};

    for (guint i = 0; i < picture->snapshots->len; i++)
        if (is_begun(&now, picture->snapshots->pdata[i], false))
            return picture->snapshots->pdata[i];
    return NULL;
}

const Snapshot *half_find_by_hand(const Picture *picture)
{
    g_auto(ChainMap) now = {.picture = picture};

    for (guint i = 0; i < picture->snapshots->len; i++)
        if (is_begun(&now, picture->snapshots->pdata[i], true) &&
            !is_begun(&now, picture->snapshots->pdata[i], false))
            return picture->snapshots->pdata[i];
    return NULL;
}

bool half_is_layer(const Picture *picture, const Snapshot *snapshot, const char *target, const char *image, bool begun)
{
    return snapshot && image && half_is_merged(picture, snapshot, target, begun) &&
           strcmp(half_layer(picture, snapshot, target), image) == 0;
}

static bool definition_names(const Definition *definition, const char *target, const char *image)
{
    const Disk *disk = definition_disk(definition, target);

    if (disk && g_strcmp0(disk->path, image) == 0)
        return true;
    for (guint i = 0; disk && disk->backing && i < disk->backing->len; i++)
        if (g_strcmp0(((const Layer *) disk->backing->pdata[i])->path, image) == 0)
            return true;
    return false;
}

bool half_names(const Snapshot *snapshot, const char *target, const char *image)
{
    return definition_names(snapshot->definition, target, image) || definition_names(snapshot->inactive, target, image);
}

// ---- steps ------------------------------------------------------------------------------------

static void add_moved(Step *step, const Picture *picture, const Snapshot *merged, const Snapshot *other, bool begun)
{
    for (guint i = 0; i < merged->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) merged->disks->pdata[i])->target;
        const char *layer = half_layer(picture, merged, target);
        StepDisk *disk;

        if (!half_is_merged(picture, merged, target, begun) || !half_names(other, target, layer))
            continue;
        disk = step_add_disk(step, target, DISK_MODE_EXTERNAL);
        disk->writes = g_strdup(snapshot_frozen(merged, target));
        disk->backing = g_strdup(layer);
        disk->format = g_strdup(definition_disk(merged->definition, target)->format);
    }
}

static void follow_above(Plan *plan, const Picture *picture, const Snapshot *merged, const Snapshot *other, bool begun)
{
    Step *step = plan_add_step(plan, STEP_FOLLOW, other->name);

    add_moved(step, picture, merged, other, begun);
    if (step->disks->len == 0) {
        g_ptr_array_remove_index(plan->steps, plan->steps->len - 1);
        return;
    }
    step->effect = g_strdup_printf(_("Correct the record of snapshot %s: the layer that it names was merged into the "
                                     "image below."), other->name);
    step->undo = g_strdup(_("the record is put back as it was"));
}

static void leave_out(Plan *plan, const Picture *picture, const Snapshot *merged, bool begun)
{
    Step *step = plan_add_step(plan, STEP_FOLLOW, merged->name);

    for (guint i = 0; i < merged->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) merged->disks->pdata[i])->target;

        if (half_is_merged(picture, merged, target, begun))
            step_add_disk(step, target, DISK_MODE_NO);
    }
    step->effect = g_strdup_printf(_("Leave the disks that are merged already out of the record of snapshot %s."),
                                   merged->name);
    step->undo = g_strdup(_("the record is put back as it was"));
}

void half_add_steps(Plan *plan, const Picture *picture, const Snapshot *snapshot, bool begun)
{
    if (!half_is_begun(picture, snapshot, begun))
        return;
    for (guint i = 0; i < picture->snapshots->len; i++)
        if (picture->snapshots->pdata[i] != snapshot)
            follow_above(plan, picture, snapshot, picture->snapshots->pdata[i], begun);
    // A record that leaves out every disk of a guest that was off is refused ("must use snapshot mode 'internal'", tried
    // on 9.0); where all are merged it goes as it is.
    if (!half_is_whole(picture, snapshot, begun))
        leave_out(plan, picture, snapshot, begun);
}

void half_add_removal(Plan *plan, const Picture *picture, const Snapshot *snapshot, bool begun)
{
    Step *step = NULL;

    for (guint i = 0; i < snapshot->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) snapshot->disks->pdata[i])->target;
        const char *layer = half_layer(picture, snapshot, target);
        const Image *image = layer ? images_get(picture->images, layer) : NULL;

        if (!half_is_merged(picture, snapshot, target, begun) || !image || image->presence != PRESENCE_FOUND)
            continue;
        if (!step) {
            step = plan_add_step(plan, STEP_REMOVE_FILES, snapshot->name);
            step->effect = g_strdup(_("Remove the layers that were merged."));
        }
        step_add_disk(step, target, DISK_MODE_EXTERNAL)->removes = g_strdup(layer);
    }
}
