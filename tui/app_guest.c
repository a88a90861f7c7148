// SPDX-License-Identifier: GPL-2.0-or-later
// A guest as the front end knows it: its last good picture, what was prepared from it, and the
// selection in its tree, which stays on its snapshot by name when a new picture comes.

#include "tui/app_parts.h"
#include "tui/now.h"

#include <string.h>

AppGuest *guest_entry_new(AppHost *host, const char *uuid, const char *name)
{
    AppGuest *guest = g_new0(AppGuest, 1);

    guest->host = host;
    guest->uuid = g_strdup(uuid);
    guest->name = g_strdup(name);
    guest->snapshots = -1;
    guest->folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return guest;
}

// What was made from the picture goes before the picture, whose strings it borrows.
static void drop_prepared(AppGuest *guest)
{
    g_clear_pointer(&guest->rows, tree_rows_free);
    g_clear_pointer(&guest->reach, reach_free);
    g_clear_pointer(&guest->troubled, g_hash_table_unref);
    g_clear_pointer(&guest->problems, g_ptr_array_unref);
}

void guest_entry_free(gpointer data)
{
    AppGuest *guest = data;

    drop_prepared(guest);
    picture_unref(guest->picture);
    g_hash_table_unref(guest->folded);
    g_free(guest->uuid);
    g_free(guest->name);
    g_free(guest->incomplete);
    g_free(guest->selected);
    g_free(guest);
}

const Snapshot *guest_snapshot(const AppGuest *guest)
{
    if (!guest->picture || !guest->selected)
        return NULL;
    return picture_snapshot(guest->picture, guest->selected);
}

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

bool guest_is_troubled(const AppGuest *guest, const char *snapshot)
{
    return guest->troubled && g_hash_table_contains(guest->troubled, snapshot ? snapshot : "");
}

static bool any_memory(const Picture *picture)
{
    for (guint i = 0; i < picture->snapshots->len; i++)
        if (((const Snapshot *) picture->snapshots->pdata[i])->memory != MEMORY_NO)
            return true;
    return false;
}

// The rows of the picture, with the cursor on the selected snapshot, or where it was if that is gone.
static void list_tree(AppGuest *guest)
{
    int row;

    tree_rows_free(guest->rows);
    guest->rows = tree_rows_new(guest->picture->tree, guest->folded);
    row = tree_rows_find(guest->rows, guest->selected);
    if (row >= 0)
        guest->list.cursor = row;
    guest_select_row(guest);
}

void guest_take_picture(AppGuest *guest, Picture *picture)
{
    g_free(guest->incomplete);
    guest->incomplete = picture->details ? NULL
                        : g_strdup(picture->incomplete ? picture->incomplete
                                                       : "The snapshots could not be read.");
    guest->state = picture->domain->state;
    if (!picture->details && guest->picture && guest->picture->details) {
        picture_unref(picture); // the last whole picture stays, marked old
        return;
    }
    drop_prepared(guest);
    picture_unref(guest->picture);
    guest->picture = picture;
    if (picture->details)
        guest->snapshots = (int) picture->snapshots->len;
    guest->now_bytes = picture_now_bytes(picture);
    guest->now_fresh = now_is_fresh(picture);
    guest->problems = picture_problems(picture);
    guest->troubled = troubled_names(guest->problems);
    guest->reach = reach_new(picture);
    guest->has_memory = any_memory(picture);
    list_tree(guest);
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

    if (!guest->rows || tree_rows_count(guest->rows) == 0)
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
    list_tree(guest);
    return true;
}
