// SPDX-License-Identifier: GPL-2.0-or-later
// The tree as rows, in one walk from top to bottom.
//
// Guides are shared: each child of a node with several children starts a branch, and all rows of the
// chain below it, up to the next fork, have the same guide lines before them. A branch knows the branch it hangs
// on and whether a line passes beside it, so that a comb of 10,000 levels needs 10,000 entries.
#include "tui/tree_rows.h"

typedef struct Branch {
    unsigned parent; // the branch one level up; unused at depth 0
    unsigned depth;
    bool passes; // a sibling follows further down
} Branch;

// A node on the way from the hidden root to the one visited last.
typedef struct Place {
    const TreeNode *node;
    unsigned branch;
} Place;

// What is shown of a node and its children while a filter holds.
typedef struct Shown {
    bool itself;
    unsigned children;
    const TreeNode *last;
} Shown;

static unsigned add_branch(TreeRows *rows, unsigned parent, unsigned depth, bool passes)
{
    Branch branch = {parent, depth, passes};

    g_array_append_val(rows->guides, branch);
    return rows->guides->len - 1;
}

static const Branch *get_branch(const TreeRows *rows, unsigned branch)
{
    return &g_array_index(rows->guides, Branch, branch);
}

// `shown`: of the node's parent; NULL: all its children.
static void add_row(TreeRows *rows, const TreeNode *node, const TreeNode *root, unsigned above, const Shown *shown)
{
    bool forks = node->parent != root && (shown != NULL ? shown->children : node->parent->children) > 1;
    bool last = shown != NULL ? shown->last == node : node->next_sibling == NULL;
    unsigned branch = forks ? add_branch(rows, above, get_branch(rows, above)->depth + 1, !last) : above;
    TreeRow row = {
        .node = node,
        .depth = get_branch(rows, branch)->depth,
        .guides = branch,
        .branch = forks,
        .last = last,
    };

    g_array_append_val(rows->rows, row);
}

static bool is_folded(const TreeNode *node, GHashTable *folded)
{
    return folded != NULL && node->snapshot != NULL && node->first_child != NULL &&
           g_hash_table_contains(folded, node->snapshot->name);
}

// Of each node that matches, and of each it stands on; by tree_index().
static Shown *shown_nodes(const Tree *tree, const bool *matches)
{
    const TreeNode *root = tree_root(tree);
    Shown *shown = g_new0(Shown, tree_size(tree));

    shown[tree_index(tree, root)].itself = true;
    for (const TreeNode *match = tree_next(root, root); match != NULL; match = tree_next(root, match)) {
        if (!matches[tree_index(tree, match)]) {
            continue;
        }
        for (const TreeNode *node = match; !shown[tree_index(tree, node)].itself; node = node->parent) {
            shown[tree_index(tree, node)].itself = true;
        }
    }
    for (const TreeNode *node = tree_next(root, root); node != NULL; node = tree_next(root, node)) {
        if (shown[tree_index(tree, node)].itself) {
            Shown *above = &shown[tree_index(tree, node->parent)];

            above->children++;
            above->last = node; // siblings come in their order
        }
    }
    return shown;
}

// `shown`: as of shown_nodes(), NULL: all are.
static TreeRows *list_rows(const Tree *tree, GHashTable *folded, const Shown *shown)
{
    const TreeNode *root = tree_root(tree);
    TreeRows *rows = g_new0(TreeRows, 1);
    g_autoptr(GArray) way = g_array_new(FALSE, FALSE, sizeof(Place));
    Place place;
    const TreeNode *closed = NULL; // the folded node whose descendants are passed over

    rows->rows = g_array_new(FALSE, FALSE, sizeof(TreeRow));
    rows->guides = g_array_new(FALSE, FALSE, sizeof(Branch));
    place = (Place){root, add_branch(rows, 0, 0, false)};
    g_array_append_val(way, place);

    for (const TreeNode *node = tree_next(root, root); node != NULL; node = tree_next(root, node)) {
        if (closed != NULL && node->depth > closed->depth) {
            g_array_index(rows->rows, TreeRow, rows->rows->len - 1).hidden++;
            continue;
        }
        if (shown != NULL && !shown[tree_index(tree, node)].itself) {
            continue;
        }
        while (g_array_index(way, Place, way->len - 1).node != node->parent) {
            g_array_set_size(way, way->len - 1);
        }
        closed = is_folded(node, folded) ? node : NULL;
        add_row(rows, node, root, g_array_index(way, Place, way->len - 1).branch,
                shown != NULL ? &shown[tree_index(tree, node->parent)] : NULL);
        g_array_index(rows->rows, TreeRow, rows->rows->len - 1).folded = closed != NULL;
        place = (Place){node, tree_rows_get(rows, tree_rows_count(rows) - 1)->guides};
        g_array_append_val(way, place);
    }
    return rows;
}

TreeRows *tree_rows_new(const Tree *tree, GHashTable *folded)
{
    return list_rows(tree, folded, NULL);
}

TreeRows *tree_rows_filtered(const Tree *tree, const bool *matches)
{
    g_autofree Shown *shown = shown_nodes(tree, matches);
    TreeRows *rows = list_rows(tree, NULL, shown);

    for (guint i = 0; i < rows->rows->len; i++) {
        TreeRow *row = &g_array_index(rows->rows, TreeRow, i);

        row->away = !matches[tree_index(tree, row->node)];
    }
    return rows;
}

void tree_rows_free(TreeRows *rows)
{
    if (rows != NULL) {
        g_array_unref(rows->rows);
        g_array_unref(rows->guides);
        g_free(rows);
    }
}

int tree_rows_count(const TreeRows *rows)
{
    return (int)rows->rows->len;
}

const TreeRow *tree_rows_get(const TreeRows *rows, int index)
{
    return &g_array_index(rows->rows, TreeRow, index);
}

TreeGuide tree_rows_guide(const TreeRows *rows, int index, unsigned level)
{
    const TreeRow *row = tree_rows_get(rows, index);
    const Branch *branch = get_branch(rows, row->guides);

    if (level >= row->depth) {
        return GUIDE_BLANK;
    }
    if (row->branch && level == row->depth - 1) {
        return row->last ? GUIDE_CORNER : GUIDE_TEE;
    }
    while (branch->depth > level + 1) {
        branch = get_branch(rows, branch->parent);
    }
    return branch->passes ? GUIDE_LINE : GUIDE_BLANK;
}

int tree_rows_find(const TreeRows *rows, const char *name)
{
    for (int i = 0; i < tree_rows_count(rows); i++) {
        const Snapshot *snapshot = tree_rows_get(rows, i)->node->snapshot;

        if (name == NULL ? snapshot == NULL : snapshot != NULL && g_str_equal(snapshot->name, name)) {
            return i;
        }
    }
    return -1;
}
