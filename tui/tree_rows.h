// SPDX-License-Identifier: GPL-2.0-or-later
// The tree as rows: which nodes are visible, and the guide lines before each.
//
// A chain without branches does not indent: an only child stands straight below its parent, and the
// depth grows only below a node with several children, so that 30 snapshots in a row stay readable in
// 34 columns. Roots have depth 0 and no guide before them; as an only child may stand there too, the
// view gives roots a glyph of their own. No drawing inside; linear in time and memory.
#pragma once

#include "engine/model/tree.h"

typedef struct TreeRow {
    const TreeNode *node;
    unsigned depth;  // guide columns before it
    unsigned guides; // for tree_rows_guide: where its lines are kept
    unsigned hidden; // nodes below it that are not shown, NOW included
    bool branch;     // one of several children: its last guide is a tee or a corner
    bool last;       // the last child of its parent
    bool folded;     // it has children that are not shown
    bool away;       // a filter keeps it only for what stands below it
} TreeRow;

// What stands in one guide column of one row.
typedef enum TreeGuide {
    GUIDE_BLANK,
    GUIDE_LINE,   // | : a sibling follows further down
    GUIDE_TEE,    // |- : this row is a child, with siblings below
    GUIDE_CORNER, // `- : this row is the last child
} TreeGuide;

typedef struct TreeRows {
    GArray *rows;   // of TreeRow
    GArray *guides; // private: one entry per branch, shared by all rows of its chain
} TreeRows;

// `folded`: set of snapshot names (GHashTable used as a set; NULL: nothing folded). Borrows the nodes.
TreeRows *tree_rows_new(const Tree *tree, GHashTable *folded);

// Only the nodes that match, and those they stand on; nothing is folded. `matches`: by tree_index().
TreeRows *tree_rows_filtered(const Tree *tree, const bool *matches);
void tree_rows_free(TreeRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TreeRows, tree_rows_free)

int tree_rows_count(const TreeRows *rows);
const TreeRow *tree_rows_get(const TreeRows *rows, int index);

// The guide of row `index` at `level`, 0 being the leftmost; beyond its depth: GUIDE_BLANK.
TreeGuide tree_rows_guide(const TreeRows *rows, int index, unsigned level);

// The row of a snapshot by name, of NOW for NULL; -1 if it is not visible.
int tree_rows_find(const TreeRows *rows, const char *name);
