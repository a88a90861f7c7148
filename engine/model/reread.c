// SPDX-License-Identifier: GPL-2.0-or-later
// What changed between two lists of names, and which records that can have touched.

#include "engine/model/reread.h"

#include <string.h>

static GHashTable *names_of(const GPtrArray *snapshots)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < snapshots->len; i++)
        g_hash_table_add(names, ((const Snapshot *) snapshots->pdata[i])->name);
    return names;
}

bool reread_same_names(const GPtrArray *listed, const char *current, const Picture *old)
{
    if (!old || listed->len != old->snapshots->len || g_strcmp0(current, old->current) != 0)
        return false;
    for (guint i = 0; i < listed->len; i++)
        if (!picture_snapshot(old, ((const Snapshot *) listed->pdata[i])->name))
            return false;
    return true;
}

static void touch(GHashTable *touched, const char *name)
{
    if (name)
        g_hash_table_add(touched, (gpointer) name);
}

// Each node is walked once, even if a whole branch has gone: a node whose ancestors were touched stops the walk.
static void touch_above(GHashTable *touched, const TreeNode *node)
{
    for (; node && node->snapshot && g_hash_table_add(touched, node->snapshot->name); node = node->parent)
        ;
}

static void touch_below(GHashTable *touched, const TreeNode *top)
{
    for (const TreeNode *node = tree_next(top, top); node; node = tree_next(top, node))
        touch(touched, node->snapshot ? node->snapshot->name : NULL);
}

// The topmost of those that have gone: its branch holds the others.
static bool is_top_of_gone(const TreeNode *node, GHashTable *listed)
{
    const TreeNode *parent = node->parent;

    return !parent->snapshot || g_hash_table_contains(listed, parent->snapshot->name);
}

static void touch_around_gone(GHashTable *touched, const Picture *old, GHashTable *listed)
{
    for (guint i = 0; i < old->snapshots->len; i++) {
        const char *name = ((const Snapshot *) old->snapshots->pdata[i])->name;
        const TreeNode *node = tree_find(old->tree, name);

        if (g_hash_table_contains(listed, name) || !is_top_of_gone(node, listed))
            continue;
        touch_below(touched, node);
        touch_above(touched, node->parent);
    }
}

static GHashTable *find_touched(const GPtrArray *listed, const char *current, const Picture *old)
{
    GHashTable *touched = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) names = names_of(listed);

    touch_around_gone(touched, old, names);
    for (guint i = 0; i < listed->len; i++) {
        const Snapshot *snapshot = listed->pdata[i];

        if (!picture_snapshot(old, snapshot->name))
            touch(touched, snapshot->parent);
    }
    touch(touched, current);
    touch(touched, old->current);
    return touched;
}

static const Snapshot *spare(const Snapshot *listed, bool parents, const Picture *old, GHashTable *touched,
                             GHashTable *suspects)
{
    const Snapshot *known = picture_snapshot(old, listed->name);

    if (!known || known->unread || known->unreadable || g_hash_table_contains(touched, listed->name))
        return NULL;
    if (parents && g_strcmp0(listed->parent, known->parent) != 0)
        return NULL;
    return suspects && g_hash_table_contains(suspects, listed->name) ? NULL : known;
}

GPtrArray *reread_spare(const GPtrArray *listed, bool parents, const char *current, const Picture *old,
                        GHashTable *suspects)
{
    GPtrArray *spares = g_ptr_array_new();
    g_autoptr(GHashTable) touched = old ? find_touched(listed, current, old) : NULL;
    bool useful = old && (parents || reread_same_names(listed, current, old));

    for (guint i = 0; i < listed->len; i++)
        g_ptr_array_add(spares, useful ? (gpointer) spare(listed->pdata[i], parents, old, touched, suspects) : NULL);
    return spares;
}
