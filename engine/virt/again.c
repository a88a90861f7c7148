// SPDX-License-Identifier: GPL-2.0-or-later
// What an old picture knew is shared, not copied.

#include "engine/virt/again.h"

static void free_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

// A look that was given up later than this may have read one already; it goes with the old snapshots no better.
static void take(Definition **to, const Definition *from)
{
    definition_unref(*to);
    *to = definition_ref(from);
}

Picture *picture_again(Domain *domain, const Picture *old, const char *why)
{
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(free_snapshot);
    Picture *picture;

    for (guint i = 0; old && i < old->snapshots->len; i++)
        g_ptr_array_add(snapshots, snapshot_ref(g_ptr_array_index(old->snapshots, i)));
    if (old) {
        // What the live definition said holds for as long as the process lives.
        if (domain->id == old->domain->id)
            take(&domain->live, old->domain->live);
        take(&domain->inactive, old->domain->inactive);
        domain->persistent = old->domain->persistent;
        domain->managed_save = old->domain->managed_save;
        domain->checkpoints = old->domain->checkpoints;
    }
    picture = picture_new(domain, snapshots, old ? old->current : NULL,
                          old ? images_ref(old->images) : images_new());
    picture->details = false;
    picture->incomplete = g_strdup(why);
    return picture;
}
