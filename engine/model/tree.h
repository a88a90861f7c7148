// SPDX-License-Identifier: GPL-2.0-or-later
// The snapshot tree of one guest, with NOW as a leaf of its own.
//
// A hidden root is parent of all roots, so every node has a parent. Records that contradict each
// other do not stop the building: a snapshot whose parent is missing becomes a root marked as an
// orphan, and a cycle is cut at its oldest member. Siblings are ordered by time, then name, NOW last.
#pragma once

#include "engine/model/snapshot.h"

typedef enum TreeFault {
    TREE_SOUND,
    TREE_ORPHAN, // its parent is not among the snapshots
    TREE_CYCLE,  // it was its own ancestor; cut here
} TreeFault;

typedef struct TreeNode TreeNode;
struct TreeNode {
    const Snapshot *snapshot; // borrowed; NULL for NOW and for the hidden root
    TreeNode *parent;         // NULL only for the hidden root
    TreeNode *first_child;
    TreeNode *next_sibling;
    unsigned children; // NOW counts as one
    unsigned depth;    // roots have 0
    TreeFault fault;
};

typedef struct Tree Tree;

// Builds the tree. `snapshots` (of Snapshot *) must outlive it; `current` is the name of libvirt's
// current snapshot, on which NOW is based, or NULL: NOW is then a root of its own.
Tree *tree_new(const GPtrArray *snapshots, const char *current);
void tree_free(Tree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tree, tree_free)

// The hidden root; its children are the roots one sees.
const TreeNode *tree_root(const Tree *tree);
const TreeNode *tree_now(const Tree *tree);

// The node of a snapshot by name, or NULL.
const TreeNode *tree_find(const Tree *tree, const char *name);

// Nodes have numbers from 0 to tree_size() - 1, the hidden root and NOW included: for tables about them.
unsigned tree_size(const Tree *tree);
unsigned tree_index(const Tree *tree, const TreeNode *node);

// The node after `node` in depth-first order within the subtree of `top`; NULL at its end.
// Start with node = top. No recursion: trees may be chains of thousands.
const TreeNode *tree_next(const TreeNode *top, const TreeNode *node);

// Is `ancestor` above `node` (not the same)?
bool tree_is_ancestor(const TreeNode *ancestor, const TreeNode *node);

// Children that are snapshots: `children` without NOW.
unsigned tree_snapshot_children(const TreeNode *node);

// True if any snapshot has more than one child, NOW included.
bool tree_has_branches(const Tree *tree);
