// SPDX-License-Identifier: GPL-2.0-or-later
// A guest as the front end knows it: its last good picture, what was prepared from it, and the
// selection in its tree, which stays on its snapshot by name when a new picture comes.

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
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
    guest->marked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return guest;
}

// What was made from the picture goes before the picture, whose strings it borrows.
static void drop_prepared(AppGuest *guest)
{
    g_clear_pointer(&guest->rows, tree_rows_free);
    g_clear_pointer(&guest->chains, g_ptr_array_unref);
    guest->findings = NULL;
    guest->problems = NULL;
    guest->reach = NULL;
}

void guest_take_work(AppGuest *guest, GPtrArray *jobs)
{
    g_clear_pointer(&guest->work, g_ptr_array_unref);
    if (jobs->len)
        guest->work = jobs;
    else
        g_ptr_array_unref(jobs);
}

char *guest_work_text(const BlockJob *job)
{
    g_autofree char *done = size_short((gint64) job->done), *total = size_short((gint64) job->total);

    if (job->total == 0)
        return g_strdup_printf("%s on %s", job->kind, job->disk);
    return g_strdup_printf(_("%s on %s: %d%%, %s of %s"), job->kind, job->disk,
                           (int) (MIN(job->done, job->total) * 100 / job->total), done, total);
}

void guest_entry_free(gpointer data)
{
    AppGuest *guest = data;

    drop_prepared(guest);
    picture_unref(guest->picture);
    if (guest->work)
        g_ptr_array_unref(guest->work);
    g_hash_table_unref(guest->folded);
    g_hash_table_unref(guest->marked);
    query_free(guest->filter);
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

const GPtrArray *guest_chains(AppGuest *guest)
{
    if (!guest->chains && guest->picture)
        guest->chains = picture_chains(guest->picture, guest->reach);
    return guest->chains;
}

bool guest_is_troubled(const AppGuest *guest, const char *snapshot)
{
    return guest->findings && g_hash_table_contains(guest->findings->troubled, snapshot ? snapshot : "");
}

void guest_take_picture(AppGuest *guest, Picture *picture)
{
    g_free(guest->incomplete);
    guest->incomplete = picture->details ? NULL
                        : g_strdup(picture->incomplete ? picture->incomplete
                                                       : _("The snapshots could not be read."));
    guest->state = picture->domain->state;
    guest->awaited &= picture->unread > 0;
    if (!picture->details && guest->picture && guest->picture->details) {
        picture_unref(picture); // the last whole picture stays, marked old
        return;
    }
    drop_prepared(guest);
    picture_unref(guest->picture);
    guest->picture = picture;
    if (picture->details)
        guest->snapshots = (int) picture->snapshots->len;
    guest->findings = picture_examine(picture); // done already, unless no engine made it
    guest->problems = guest->findings->problems;
    guest->reach = guest->findings->reach;
    guest->has_memory = guest->findings->memory;
    guest->now_bytes = guest->findings->now_bytes;
    guest->now_fresh = !picture->unread && now_is_fresh(picture, guest->now_bytes);
    guest_prune_marks(guest);
    guest_list_tree(guest);
}
