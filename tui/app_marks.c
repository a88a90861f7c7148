// SPDX-License-Identifier: GPL-2.0-or-later
// Marked snapshots: what deleting and discarding are about where two or more are marked.

#include "tui/app_parts.h"

static gboolean is_gone(gpointer name, gpointer value, gpointer picture)
{
    (void) value;
    return picture_snapshot(picture, name) == NULL;
}

void guest_prune_marks(AppGuest *guest)
{
    if (guest->picture->details)
        g_hash_table_foreach_remove(guest->marked, is_gone, guest->picture);
}

bool guest_acts_on_marks(const AppGuest *guest)
{
    return guest->picture && g_hash_table_size(guest->marked) >= 2;
}

// In the order of the tree.
static void add_marked(const AppGuest *guest, Wish *wish)
{
    const TreeNode *root = tree_root(guest->picture->tree);

    for (const TreeNode *node = tree_next(root, root); node; node = tree_next(root, node))
        if (node->snapshot && g_hash_table_contains(guest->marked, node->snapshot->name))
            wish_add_subject(wish, node->snapshot->name);
}

Wish *guest_wish(const AppGuest *guest, Verb verb, bool marks)
{
    Wish *wish = wish_new(verb, guest->uuid, guest->name, marks ? NULL : guest->selected);

    if (marks)
        add_marked(guest, wish);
    return wish;
}
