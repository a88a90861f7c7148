// SPDX-License-Identifier: GPL-2.0-or-later
// Problems and the shape of the tree against what the rules will say (rules.c, rules_delete.c, rules_revert.c).

#include "engine/model/outlook.h"

// What a problem may speak against, besides what is done to the snapshot that it is about.
typedef enum Bar {
    BAR_NONE,
    BAR_MERGES,   // images and records near it are not as a merge needs them
    BAR_REMOVALS, // nor can files be called left over
    BAR_ALL,
} Bar;

static Bar bar_of(const Picture *picture, const Findings *findings, const Problem *problem)
{
    const Image *image;

    switch (problem->kind) {
    case PROBLEM_CURRENT_MISMATCH:
    case PROBLEM_ORPHAN:
    case PROBLEM_CYCLE:
    case PROBLEM_INTERRUPTED_DELETE:
    case PROBLEM_MERGED_BY_HAND:
    case PROBLEM_LIVE_DIFFERS:
    case PROBLEM_MANAGED_SAVE:
    case PROBLEM_WRITTEN_FROZEN:
        return BAR_ALL;
    case PROBLEM_NO_CURRENT:
        return findings->kind == KIND_INTERNAL ? BAR_NONE : BAR_ALL;
    case PROBLEM_MISSING_IMAGE: // to leave a NOW that is gone is what a revert is for, unless QEMU still has it
        image = images_get(picture->images, problem->image);
        return !problem->snapshot && image && image->open ? BAR_ALL : BAR_MERGES;
    case PROBLEM_CONFLICT:
        return problem->snapshot ? BAR_MERGES : BAR_ALL;
    case PROBLEM_UNKNOWN_CHAIN:
        return BAR_REMOVALS;
    case PROBLEM_SHARED_FROZEN:
    case PROBLEM_NO_DEFINITION:
        return BAR_MERGES;
    case PROBLEM_IDLE_LAYERS:
        break;
    }
    return BAR_NONE;
}

// The gravest problem that bars so much, or is about the snapshot itself.
static const Problem *find_trouble(const Picture *picture, const Findings *findings, const Snapshot *snapshot,
                                   Bar least)
{
    for (guint i = 0; i < findings->problems->len; i++) {
        const Problem *problem = findings->problems->pdata[i];
        Bar bar = bar_of(picture, findings, problem);

        if (bar >= least || (bar > BAR_NONE && least == BAR_ALL && g_strcmp0(problem->snapshot, snapshot->name) == 0))
            return problem;
    }
    return NULL;
}

// ---- deleting ---------------------------------------------------------------------------------

// Its tags go while nothing moves. A running guest has to have the images open, and where external snapshots stand
// beside it, what they and NOW are based on counts too.
static DeleteOutlook inside(const Picture *picture, const Findings *findings, const Snapshot *snapshot)
{
    if (findings->kind == KIND_MIXED)
        return DELETE_OPEN;
    for (guint i = 0; domain_is_active(picture->domain) && i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];

        if (disk->mode == DISK_MODE_INTERNAL &&
            g_strcmp0(snapshot_frozen(snapshot, disk->target), picture_now(picture, disk->target)) != 0)
            return DELETE_OPEN;
    }
    return DELETE_TAKES_OUT;
}

// Does each snapshot hold all disks that this one holds, in files of their own? Else records share images.
static bool is_even(const Findings *findings, const Snapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) snapshot->disks->pdata[i])->target;

        if (snapshot_covers(snapshot, target) && !g_hash_table_contains(findings->everywhere, target))
            return false;
    }
    return findings->kind == KIND_EXTERNAL;
}

// Without it libvirt would not know what NOW is based on.
static bool is_current_root(const Picture *picture, const Snapshot *snapshot)
{
    return picture_current(picture) == snapshot && !snapshot->parent && picture->snapshots->len > 1;
}

// H13, H50, H51: what some versions do to branches.
static bool harms_branches(const Findings *findings, const Host *host, const TreeNode *node)
{
    return findings->branches &&
           (host_has(host, FACT_DELETE_CRASHES_ON_BRANCHES) || node->first_child->children > 1 ||
            (host_has(host, FACT_DELETE_KNOWS_BRANCHES) && !host_has(host, FACT_DELETE_UPDATES_PATHS)));
}

// Is what was written after it one layer, directly on what it froze?
static bool is_one_layer(const Picture *picture, const TreeNode *node)
{
    const Snapshot *above = node->first_child->snapshot;

    for (guint i = 0; i < node->snapshot->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) node->snapshot->disks->pdata[i])->target;
        const char *path = above ? snapshot_frozen(above, target) : picture_now(picture, target);
        const Image *layer = path ? images_get(picture->images, path) : NULL;

        if (snapshot_covers(node->snapshot, target) &&
            (!layer || g_strcmp0(layer->backing, snapshot_frozen(node->snapshot, target)) != 0))
            return false;
    }
    return true;
}

static DeleteOutlook outside(const Picture *picture, const Findings *findings, const Host *host,
                             const Snapshot *snapshot)
{
    const TreeNode *node = tree_find(picture->tree, snapshot->name);

    if (!host_has(host, FACT_IMAGES))
        return DELETE_UNABLE;
    if (node->children == 0)
        return DELETE_REMOVES;
    if (node->children > 1)
        return DELETE_SHARED;
    if (!host_has(host, FACT_EXTERNAL_DELETE))
        return DELETE_UNABLE;
    if (!tree_is_ancestor(node, tree_now(picture->tree)))
        return DELETE_ASIDE;
    return is_even(findings, snapshot) && is_one_layer(picture, node) && !harms_branches(findings, host, node) &&
           !is_current_root(picture, snapshot) ? DELETE_MERGES : DELETE_OPEN;
}

DeleteOutlook outlook_delete(const Picture *picture, const Findings *findings, const Host *host,
                             const Snapshot *snapshot, const Problem **trouble)
{
    SnapshotKind kind = snapshot_kind(snapshot);
    DeleteOutlook outlook = kind == KIND_INTERNAL || kind == KIND_NONE ? inside(picture, findings, snapshot)
                                                                       : outside(picture, findings, host, snapshot);
    Bar least = outlook == DELETE_MERGES ? BAR_MERGES : outlook == DELETE_REMOVES ? BAR_REMOVALS : BAR_ALL;

    *trouble = find_trouble(picture, findings, snapshot, least);
    return *trouble ? DELETE_TROUBLED : outlook;
}

// ---- reverting --------------------------------------------------------------------------------

static bool lacks_tag(const Picture *picture, const Snapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];

        if (disk->mode == DISK_MODE_INTERNAL &&
            images_lack_tag(picture->images, snapshot_frozen(snapshot, disk->target), snapshot->name))
            return true;
    }
    return false;
}

RevertOutlook outlook_revert(const Picture *picture, const Findings *findings, const Host *host,
                             const Snapshot *snapshot, const Problem **trouble)
{
    bool tag = snapshot_kind(snapshot) == KIND_INTERNAL;

    *trouble = find_trouble(picture, findings, snapshot, BAR_ALL);
    if (*trouble)
        return REVERT_TROUBLED;
    if (snapshot->state == SNAPSHOT_OTHER || snapshot->state == SNAPSHOT_UNKNOWN ||
        (tag && (findings->kind == KIND_MIXED || lacks_tag(picture, snapshot))) ||
        (!tag && !host_has(host, FACT_IMAGES)) ||
        (tag && snapshot->memory != MEMORY_NO && host_has(host, FACT_INTERNAL_LIVE_REVERT_CRASHES)))
        return REVERT_OPEN;
    return REVERT_ASKS;
}
