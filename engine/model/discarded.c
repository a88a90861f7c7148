// SPDX-License-Identifier: GPL-2.0-or-later
// What hangs below a snapshot, leaf first.

#include "engine/model/discarded.h"

// The node of which `node` is but the copy that a composed revert made; NULL: it is a snapshot in its own right.
static const TreeNode *copied_from(const TreeNode *node)
{
    const TreeNode *parent = node->parent;

    if (!node->snapshot || !parent || !parent->snapshot || !snapshot_is_copy(node->snapshot, parent->snapshot->name))
        return NULL;
    return parent;
}

// The copies between the subject and NOW, if there is nothing else between them.
static GHashTable *find_spared(const Tree *tree, const TreeNode *subject)
{
    GHashTable *spared = g_hash_table_new(NULL, NULL);
    const TreeNode *node = tree_now(tree)->parent;

    for (; node && node != subject; node = copied_from(node))
        g_hash_table_add(spared, (gpointer) node->snapshot);
    if (node != subject)
        g_hash_table_remove_all(spared);
    return spared;
}

// Behind each other as the tree is walked stand parents before their children; taken from the end it is leaf first.
static void add_branch(GPtrArray *going, const TreeNode *top, bool with_top, GHashTable *spared)
{
    for (const TreeNode *node = with_top ? top : tree_next(top, top); node; node = tree_next(top, node))
        if (node->snapshot && !(spared && g_hash_table_contains(spared, node->snapshot)))
            g_ptr_array_insert(going, 0, (gpointer) node->snapshot);
}

// Several branches, which may lie in each other. Those that are gone already, whichever of them was named first, leave
// the others. That of NOW goes last: with a root that is current libvirt would be left without a current snapshot.
static void add_branches(GPtrArray *going, const Wish *wish, const Tree *tree)
{
    g_autoptr(GHashTable) tops = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) of_now = g_ptr_array_new();
    const TreeNode *root = tree_root(tree), *within = NULL;
    GPtrArray *branch = going;

    if (wish->snapshot)
        g_hash_table_add(tops, (gpointer) tree_find(tree, wish->snapshot));
    for (guint i = 0; i < wish->others->len; i++)
        g_hash_table_add(tops, (gpointer) tree_find(tree, wish->others->pdata[i]));
    for (const TreeNode *node = tree_next(root, root); node; node = tree_next(root, node)) {
        if (within && !tree_is_ancestor(within, node))
            within = NULL;
        if (!within && g_hash_table_contains(tops, node)) {
            within = node;
            branch = tree_is_ancestor(node, tree_now(tree)) ? of_now : going;
        }
        if (within && node->snapshot)
            g_ptr_array_insert(branch, 0, (gpointer) node->snapshot);
    }
    for (guint i = 0; i < of_now->len; i++)
        g_ptr_array_add(going, of_now->pdata[i]);
}

GPtrArray *discarded_snapshots(const Wish *wish, const Picture *picture)
{
    GPtrArray *going = g_ptr_array_new();
    const TreeNode *subject = wish->snapshot ? tree_find(picture->tree, wish->snapshot) : NULL;
    g_autoptr(GHashTable) spared = NULL;

    if (wish->verb == VERB_DISCARD && wish->others->len > 0) {
        add_branches(going, wish, picture->tree);
        return going;
    }
    if (!subject)
        return going;
    if (wish->verb == VERB_DISCARD && wish->children_only)
        spared = find_spared(picture->tree, subject);
    if (wish->verb == VERB_DISCARD)
        add_branch(going, subject, !wish->children_only, spared);
    else if (wish->verb == VERB_REVERT && wish->discard_children)
        add_branch(going, subject, false, NULL);
    return going;
}

const Snapshot *discarded_refuge(const GPtrArray *going, const Picture *picture)
{
    const TreeNode *node = tree_now(picture->tree)->parent;

    while (node->snapshot && g_ptr_array_find((GPtrArray *) going, node->snapshot, NULL)) {
        if (!node->parent->snapshot && going->len == picture->snapshots->len)
            break;
        node = node->parent;
    }
    return node->snapshot;
}

bool discarded_holds_now(const GPtrArray *going, const Picture *picture)
{
    const Snapshot *current = picture_current(picture);

    return current && g_ptr_array_find((GPtrArray *) going, current, NULL);
}
