// SPDX-License-Identifier: GPL-2.0-or-later
// Merges that were cut off, or made behind libvirt's back. What else would be said of the same disks is left out.

#include "engine/model/problem_inside.h"

#include "engine/model/half.h"
#include "engine/model/tongue.h"

// What only says in other words that a delete was carried out on some disks.
static bool is_explained(const Problem *problem, const Picture *picture, const Snapshot *half, bool begun)
{
    const Snapshot *about = picture_snapshot(picture, problem->snapshot);

    switch (problem->kind) {
    case PROBLEM_MISSING_IMAGE:
        return half_is_layer(picture, half, problem->target, problem->image, begun);
    case PROBLEM_CONFLICT:
        return about && (about == half || half_is_layer(picture, half, problem->target,
                                                        snapshot_frozen(about, problem->target), begun));
    case PROBLEM_WRITTEN_FROZEN:
    case PROBLEM_CURRENT_MISMATCH:
        return about == half;
    case PROBLEM_INTERRUPTED_DELETE: // its mark
        return about && tree_is_ancestor(tree_find(picture->tree, about->name), tree_find(picture->tree, half->name));
    case PROBLEM_MERGED_BY_HAND:
    case PROBLEM_UNKNOWN_CHAIN:
    case PROBLEM_NO_CURRENT:
    case PROBLEM_ORPHAN:
    case PROBLEM_CYCLE:
    case PROBLEM_SHARED_FROZEN:
    case PROBLEM_LIVE_DIFFERS:
    case PROBLEM_MANAGED_SAVE:
    case PROBLEM_NO_DEFINITION:
    case PROBLEM_IDLE_LAYERS:
        break;
    }
    return false;
}

// H14, which the first delete that is repeated ends.
void problems_check_half(GPtrArray *problems, const Picture *picture)
{
    const Snapshot *half = half_find(picture);

    for (guint i = problems->len; half && i > 0; i--)
        if (is_explained(problems->pdata[i - 1], picture, half, false))
            g_ptr_array_remove_index(problems, i - 1);
    if (half)
        problems_add(problems, PROBLEM_INTERRUPTED_DELETE, half->name, NULL, NULL,
            g_strdup_printf(_("The delete of snapshot %s was cut off when some of its disks were merged already. What it "
                            "froze is partly overwritten: do not go back to it. NOW and the other snapshots are whole; "
                            "finish the delete before anything else."), half->name));
}

// The first disk on which that is so.
static const char *merged_disk(const Picture *picture, const Snapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) snapshot->disks->pdata[i])->target;

        if (half_is_merged(picture, snapshot, target, true))
            return target;
    }
    return NULL;
}

// H40: the same, but nothing tells that it was libvirt's merge, nor that it was one at all. What NOW writes into is
// said for itself.
void problems_check_by_hand(GPtrArray *problems, const Picture *picture)
{
    const Snapshot *by_hand = half_find_by_hand(picture);
    const char *target = by_hand ? merged_disk(picture, by_hand) : NULL;
    const char *layer = target ? half_layer(picture, by_hand, target) : NULL;
    const char *frozen = target ? snapshot_frozen(by_hand, target) : NULL;

    if (!target || half_find(picture))
        return;
    for (guint i = problems->len; i > 0; i--) {
        const Problem *problem = problems->pdata[i - 1];

        if (problem->kind != PROBLEM_WRITTEN_FROZEN && is_explained(problem, picture, by_hand, true))
            g_ptr_array_remove_index(problems, i - 1);
    }
    problems_add(problems, PROBLEM_MERGED_BY_HAND, by_hand->name, target, layer,
        g_strdup_printf(_("On disk %s NOW reads %s, but not through %s, which the records put above it. If that was merged "
                        "down by hand (virsh blockcommit), what snapshot %s froze is overwritten: do not go back to it, "
                        "and say so; the records then follow. If it was pulled up (virsh blockpull) or NOW was put on "
                        "another image, all snapshots are whole: keep every file."), target, frozen, layer,
                        by_hand->name));
}
