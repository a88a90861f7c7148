// SPDX-License-Identifier: GPL-2.0-or-later
// Building the tree: link every node to its parent, cut cycles, sort siblings, set depths.

#include "engine/model/tree.h"

#include <string.h>

struct Tree {
    TreeNode *nodes; // [0] hidden root, [1] NOW, then the snapshots by time and name
    guint n_nodes;
    GHashTable *by_name; // name -> TreeNode
};

enum { NODE_ROOT, NODE_NOW, NODE_FIRST };

static void add_nodes(Tree *tree, const GPtrArray *snapshots)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();

    for (guint i = 0; i < snapshots->len; i++)
        g_ptr_array_add(sorted, snapshots->pdata[i]);
    snapshots_sort(sorted);

    tree->n_nodes = NODE_FIRST + sorted->len;
    tree->nodes = g_new0(TreeNode, tree->n_nodes);
    for (guint i = 0; i < sorted->len; i++) {
        TreeNode *node = &tree->nodes[NODE_FIRST + i];

        node->snapshot = sorted->pdata[i];
        g_hash_table_insert(tree->by_name, node->snapshot->name, node);
    }
}

static void find_parents(Tree *tree, const char *current)
{
    TreeNode *root = &tree->nodes[NODE_ROOT];
    TreeNode *based_on = current ? g_hash_table_lookup(tree->by_name, current) : NULL;

    tree->nodes[NODE_NOW].parent = based_on ? based_on : root;
    for (guint i = NODE_FIRST; i < tree->n_nodes; i++) {
        TreeNode *node = &tree->nodes[i];
        const char *parent = node->snapshot->parent;

        node->parent = parent ? g_hash_table_lookup(tree->by_name, parent) : root;
        if (!node->parent) {
            node->parent = root;
            node->fault = TREE_ORPHAN;
        }
    }
}

// A node that is its own ancestor is cut off and becomes a root. Nodes are visited oldest first, so
// the oldest member of each cycle is the one cut. `seen` holds the round in which a node was met.
static void cut_cycles(Tree *tree)
{
    g_autofree guint *seen = g_new0(guint, tree->n_nodes);

    for (guint i = NODE_FIRST; i < tree->n_nodes; i++) {
        TreeNode *node = &tree->nodes[i];

        while (node->parent && !seen[node - tree->nodes]) {
            seen[node - tree->nodes] = i;
            node = node->parent;
        }
        if (node->parent && seen[node - tree->nodes] == i) { // met in this very round: a cycle
            TreeNode *oldest = node;

            for (TreeNode *member = node->parent; member != node; member = member->parent)
                oldest = MIN(oldest, member);
            oldest->parent = &tree->nodes[NODE_ROOT];
            oldest->fault = TREE_CYCLE;
        }
    }
}

static void push_child(TreeNode *node)
{
    node->next_sibling = node->parent->first_child;
    node->parent->first_child = node;
    node->parent->children++;
}

// Children are pushed at the head: walking the nodes backwards leaves them in order, and NOW, pushed
// before all others, ends last.
static void link_children(Tree *tree)
{
    push_child(&tree->nodes[NODE_NOW]);
    for (guint i = tree->n_nodes; i-- > NODE_FIRST;)
        push_child(&tree->nodes[i]);
}

static void set_depths(Tree *tree)
{
    const TreeNode *root = &tree->nodes[NODE_ROOT];

    for (const TreeNode *node = tree_next(root, root); node; node = tree_next(root, node))
        ((TreeNode *) node)->depth = node->parent == root ? 0 : node->parent->depth + 1;
}

Tree *tree_new(const GPtrArray *snapshots, const char *current)
{
    Tree *tree = g_new0(Tree, 1);

    tree->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    add_nodes(tree, snapshots);
    find_parents(tree, current);
    cut_cycles(tree);
    link_children(tree);
    set_depths(tree);
    return tree;
}

void tree_free(Tree *tree)
{
    if (!tree)
        return;
    g_hash_table_unref(tree->by_name);
    g_free(tree->nodes);
    g_free(tree);
}

const TreeNode *tree_root(const Tree *tree)
{
    return &tree->nodes[NODE_ROOT];
}

const TreeNode *tree_now(const Tree *tree)
{
    return &tree->nodes[NODE_NOW];
}

const TreeNode *tree_find(const Tree *tree, const char *name)
{
    return name ? g_hash_table_lookup(tree->by_name, name) : NULL;
}

unsigned tree_size(const Tree *tree)
{
    return tree->n_nodes;
}

unsigned tree_index(const Tree *tree, const TreeNode *node)
{
    return (unsigned) (node - tree->nodes);
}

const TreeNode *tree_next(const TreeNode *top, const TreeNode *node)
{
    if (node->first_child)
        return node->first_child;
    while (node != top && !node->next_sibling)
        node = node->parent;
    return node == top ? NULL : node->next_sibling;
}

bool tree_is_ancestor(const TreeNode *ancestor, const TreeNode *node)
{
    while ((node = node->parent))
        if (node == ancestor)
            return true;
    return false;
}

unsigned tree_snapshot_children(const TreeNode *node)
{
    unsigned count = 0;

    for (const TreeNode *child = node->first_child; child; child = child->next_sibling)
        count += child->snapshot != NULL;
    return count;
}

bool tree_has_branches(const Tree *tree)
{
    for (guint i = NODE_FIRST; i < tree->n_nodes; i++)
        if (tree->nodes[i].children > 1)
            return true;
    return false;
}
