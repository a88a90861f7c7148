// SPDX-License-Identifier: GPL-2.0-or-later
// The rows of a guest's tree: which snapshots are shown, folded or filtered away, and moving among them.

#include "tui/app_parts.h"

// Takes over the row under the cursor as the selection.
void guest_select_row(AppGuest *guest)
{
    int count = tree_rows_count(guest->rows);
    const TreeRow *row;

    guest->list.cursor = CLAMP(guest->list.cursor, 0, MAX(0, count - 1));
    row = count > 0 ? tree_rows_get(guest->rows, guest->list.cursor) : NULL;
    g_free(guest->selected);
    guest->selected = row && row->node->snapshot ? g_strdup(row->node->snapshot->name) : NULL;
}

void guest_select(AppGuest *guest, const char *snapshot)
{
    int row = guest->rows ? tree_rows_find(guest->rows, snapshot) : -1;

    if (row >= 0) {
        guest->list.cursor = row;
        guest_select_row(guest);
    }
}

static unsigned kind_traits(const Snapshot *snapshot)
{
    switch (snapshot_kind(snapshot)) {
    case KIND_INTERNAL:
        return TRAIT_INTERNAL;
    case KIND_EXTERNAL:
        return TRAIT_EXTERNAL;
    case KIND_MIXED:
        return TRAIT_MIXED;
    case KIND_NONE:
        break;
    }
    return 0;
}

static unsigned state_traits(const Snapshot *snapshot)
{
    switch (snapshot->state) {
    case SNAPSHOT_RUNNING:
        return TRAIT_RUNNING;
    case SNAPSHOT_PAUSED:
        return TRAIT_PAUSED;
    case SNAPSHOT_OFF:
        return TRAIT_OFF;
    case SNAPSHOT_DISK_ONLY:
        return TRAIT_RUNNING | TRAIT_DISK_ONLY;
    case SNAPSHOT_UNKNOWN:
    case SNAPSHOT_OTHER:
        break;
    }
    return 0;
}

Subject guest_subject(const AppGuest *guest, const Snapshot *snapshot)
{
    unsigned problem = guest_is_troubled(guest, snapshot ? snapshot->name : NULL) ? TRAIT_PROBLEM : 0;

    if (!snapshot)
        return (Subject) {.name = "NOW", .traits = problem};
    return (Subject) {
        .name = snapshot->name,
        .note = snapshot->description,
        .created = snapshot->created,
        .traits = problem | kind_traits(snapshot) | state_traits(snapshot) |
                  (snapshot->memory != MEMORY_NO ? TRAIT_MEMORY : 0) |
                  (g_hash_table_contains(guest->marked, snapshot->name) ? TRAIT_MARKED : 0),
    };
}

static TreeRows *filtered_rows(const AppGuest *guest)
{
    const Tree *tree = guest->picture->tree;
    const TreeNode *root = tree_root(tree);
    g_autofree bool *matches = g_new0(bool, tree_size(tree));

    for (const TreeNode *node = tree_next(root, root); node; node = tree_next(root, node)) {
        Subject subject = guest_subject(guest, node->snapshot);

        matches[tree_index(tree, node)] = query_matches(guest->filter, &subject, guest->filter_at);
    }
    return tree_rows_filtered(tree, matches);
}

// The rows of the picture, with the cursor on the selected snapshot, or where it was if that is gone.
void guest_list_tree(AppGuest *guest)
{
    int row;

    tree_rows_free(guest->rows);
    guest->rows = guest->filter ? filtered_rows(guest) : tree_rows_new(guest->picture->tree, guest->folded);
    row = tree_rows_find(guest->rows, guest->selected);
    if (row >= 0)
        guest->list.cursor = row;
    guest_select_row(guest);
}

// Selects the snapshot the selected state stands on.
static bool select_parent(AppGuest *guest, const TreeNode *node)
{
    if (!node->parent || !node->parent->snapshot)
        return false;
    guest_select(guest, node->parent->snapshot->name);
    return true;
}

bool guest_fold(AppGuest *guest, bool fold)
{
    const TreeRow *row;
    const char *name;

    if (!guest->rows || tree_rows_count(guest->rows) == 0 || guest->filter) // a filter unfolds all
        return false;
    row = tree_rows_get(guest->rows, guest->list.cursor);
    name = row->node->snapshot ? row->node->snapshot->name : NULL;
    if (fold && (!name || row->node->children == 0 || row->folded))
        return select_parent(guest, row->node);
    if (!name || row->folded == fold)
        return false;
    if (fold)
        g_hash_table_add(guest->folded, g_strdup(name));
    else
        g_hash_table_remove(guest->folded, name);
    guest_list_tree(guest);
    return true;
}

void guest_take_filter(AppGuest *guest, Query *filter, gint64 now)
{
    query_free(guest->filter);
    guest->filter = filter;
    guest->filter_at = now;
    if (!guest->picture)
        return;
    guest_list_tree(guest);
    for (int i = 0; filter && i < tree_rows_count(guest->rows); i++) {
        if (tree_rows_get(guest->rows, guest->list.cursor)->away && !tree_rows_get(guest->rows, i)->away) {
            guest->list.cursor = i; // on the first that matches, rather than on what it stands on
            guest_select_row(guest);
        }
    }
}

void guest_reveal(AppGuest *guest, const TreeNode *node)
{
    const char *name = node->snapshot ? node->snapshot->name : NULL;
    bool unfolded = false;

    for (const TreeNode *above = node->parent; above && above->snapshot; above = above->parent)
        unfolded |= g_hash_table_remove(guest->folded, above->snapshot->name);
    if (unfolded)
        guest_list_tree(guest);
    guest_select(guest, name);
}

void guest_fold_all(AppGuest *guest, bool fold)
{
    const Tree *tree = guest->picture->tree;
    const TreeNode *root = tree_root(tree);

    g_hash_table_remove_all(guest->folded);
    for (const TreeNode *node = tree_next(root, root); fold && node; node = tree_next(root, node))
        if (node->snapshot && node->first_child && !tree_is_ancestor(node, tree_now(tree)))
            g_hash_table_add(guest->folded, g_strdup(node->snapshot->name));
    guest_list_tree(guest);
}

static const TreeNode *sibling_of(const TreeNode *node, bool next)
{
    const TreeNode *before = NULL;

    if (next)
        return node->next_sibling;
    for (const TreeNode *at = node->parent->first_child; at != node; at = at->next_sibling)
        before = at;
    return before;
}

static const TreeNode *root_of(const TreeNode *node)
{
    while (node->parent->snapshot)
        node = node->parent;
    return node;
}

bool guest_jump(AppGuest *guest, Action action)
{
    const Tree *tree = guest->picture->tree;
    const TreeNode *node = guest->selected ? tree_find(tree, guest->selected) : tree_now(tree);
    const TreeNode *to;

    if (!node)
        return false;
    if (action == ACTION_GO_PARENT)
        to = node->parent->snapshot ? node->parent : NULL;
    else if (action == ACTION_GO_ROOT)
        to = root_of(node);
    else
        to = sibling_of(node, action == ACTION_NEXT_SIBLING);
    if (!to)
        return false;
    guest_select(guest, to->snapshot ? to->snapshot->name : NULL);
    return true;
}
