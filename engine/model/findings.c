// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that is found about a picture, once.

#include "engine/model/findings.h"

// Painting asks for each visible row: so it is a set, not a search.
static GHashTable *troubled_names(const GPtrArray *problems)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal); // borrows from the problems

    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];

        g_hash_table_add(names, problem->snapshot ? problem->snapshot : (gpointer) "");
    }
    return names;
}

static bool any_memory(const Picture *picture)
{
    for (guint i = 0; i < picture->snapshots->len; i++)
        if (((const Snapshot *) picture->snapshots->pdata[i])->memory != MEMORY_NO)
            return true;
    return false;
}

static void drop_uncovered(GHashTable *targets, const Snapshot *snapshot)
{
    GHashTableIter iter;
    gpointer target;

    g_hash_table_iter_init(&iter, targets);
    while (g_hash_table_iter_next(&iter, &target, NULL))
        if (!snapshot_covers(snapshot, target))
            g_hash_table_iter_remove(&iter);
}

static GHashTable *covered_everywhere(const Picture *picture)
{
    GHashTable *targets = g_hash_table_new(g_str_hash, g_str_equal); // borrows from the first snapshot
    const Snapshot *first = picture->snapshots->len > 0 ? picture->snapshots->pdata[0] : NULL;

    for (guint i = 0; first && i < first->disks->len; i++)
        g_hash_table_add(targets, (gpointer) ((const SnapshotDisk *) first->disks->pdata[i])->target);
    for (guint i = 0; i < picture->snapshots->len && g_hash_table_size(targets) > 0; i++)
        drop_uncovered(targets, picture->snapshots->pdata[i]);
    return targets;
}

const Findings *picture_examine(Picture *picture)
{
    Findings *findings = picture->findings;

    if (findings)
        return findings;
    findings = g_new0(Findings, 1);
    findings->reach = reach_new(picture);
    findings->problems = picture->unread ? g_ptr_array_new() : // what is not read yet is no problem
                         picture_find_problems(picture, findings->reach);
    findings->troubled = troubled_names(findings->problems);
    findings->now_bytes = picture->unread ? SIZE_UNKNOWN : picture_now_bytes(picture);
    findings->memory = any_memory(picture);
    findings->kind = picture_kind(picture);
    findings->branches = tree_has_branches(picture->tree);
    findings->everywhere = covered_everywhere(picture);
    picture->findings = findings;
    return findings;
}

void findings_free(Findings *findings)
{
    if (!findings)
        return;
    g_hash_table_unref(findings->troubled);
    g_hash_table_unref(findings->everywhere);
    g_ptr_array_unref(findings->problems);
    reach_free(findings->reach);
    g_free(findings);
}
