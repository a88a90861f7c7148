// SPDX-License-Identifier: GPL-2.0-or-later
// What NOW, or a snapshot, is based on, by the images alone: for when libvirt's records do not say, or say it wrongly.
//
// NOW stands on a snapshot where, on every disk that the snapshot froze, NOW's chain goes through the frozen image
// below its own layer; a snapshot inside an image (a tag) where NOW writes to that image. Of several the nearest is
// meant: the one whose images lie higher in NOW's chains. Where that is the same for two of them, as for tags of one
// image, the images do not tell, and the operator has to.

#include "engine/model/rules.h"

#include "engine/model/chain_map.h"
#include "engine/model/naming.h"
#include "engine/model/tongue.h"

#include <string.h>

// A snapshot that NOW stands on: how many layers NOW's image lies above the one that the disk had then.
typedef struct Footing {
    const Snapshot *snapshot;
    GHashTable *depths; // target -> layers, for each disk whose chain goes that far
} Footing;

static void free_footing(gpointer data)
{
    Footing *footing = data;

    g_hash_table_unref(footing->depths);
    g_free(footing);
}

// A tag says nothing of which came first of those in its image, but their times do.
static bool is_later(const Snapshot *of, const Snapshot *snapshot)
{
    return of && snapshot->created > of->created;
}

// NULL: NOW, or the snapshot whose chains these are, does not stand on it.
static Footing *find_footing(ChainMap *chains, const Snapshot *snapshot)
{
    g_autoptr(GHashTable) depths = g_hash_table_new(g_str_hash, g_str_equal);
    bool covers = false;
    Footing *footing;

    for (guint i = 0; snapshot->definition && i < snapshot->definition->disks->len; i++) {
        const Disk *disk = snapshot->definition->disks->pdata[i];
        const SnapshotDisk *entry = snapshot_disk(snapshot, disk->target);
        bool covered = snapshot_covers(snapshot, disk->target);
        int depth = (int) chain_map_place(chains, disk->target, disk->path) - 1; // -1: it is not in the chain

        covers |= covered;
        if (covered && (entry->mode == DISK_MODE_INTERNAL ? depth != 0 || is_later(chains->of, snapshot) : depth < 1))
            return NULL;
        if (depth >= 0)
            g_hash_table_insert(depths, (gpointer) disk->target, GINT_TO_POINTER(depth));
    }
    if (!covers) // memory alone says nothing about disks
        return NULL;
    footing = g_new0(Footing, 1);
    footing->snapshot = snapshot;
    footing->depths = g_steal_pointer(&depths);
    return footing;
}

// Nowhere farther from NOW, and somewhere nearer.
static bool is_nearer(const Footing *one, const Footing *other)
{
    GHashTableIter iter;
    gpointer target, depth;
    bool nearer = false;

    g_hash_table_iter_init(&iter, one->depths);
    while (g_hash_table_iter_next(&iter, &target, &depth)) {
        gpointer there;

        if (!g_hash_table_lookup_extended(other->depths, target, NULL, &there))
            continue;
        if (GPOINTER_TO_INT(depth) > GPOINTER_TO_INT(there))
            return false;
        nearer |= GPOINTER_TO_INT(depth) < GPOINTER_TO_INT(there);
    }
    return nearer;
}

static GPtrArray *find_footings(const Planning *p, const Snapshot *of)
{
    g_auto(ChainMap) chains = {.picture = p->picture, .of = of};
    GPtrArray *footings = g_ptr_array_new_with_free_func(free_footing);

    for (guint i = 0; i < p->picture->snapshots->len; i++) {
        const Snapshot *snapshot = p->picture->snapshots->pdata[i];
        Footing *footing = snapshot != of ? find_footing(&chains, snapshot) : NULL;

        if (footing)
            g_ptr_array_add(footings, footing);
    }
    return footings;
}

// Only those that none is nearer than.
static void keep_nearest(GPtrArray *footings)
{
    for (guint i = footings->len; i-- > 0;) {
        bool beaten = false;

        for (guint j = footings->len; j-- > 0 && !beaten;) // mostly by the youngest
            beaten = is_nearer(footings->pdata[j], footings->pdata[i]);
        if (beaten)
            g_ptr_array_remove_index(footings, i);
    }
}

static const Snapshot *refuse_unknown(Planning *p)
{
    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];
        g_autoptr(GPtrArray) chain = g_ptr_array_new();
        ChainEnd end = disk_is_writable(disk) ? images_chain(p->picture->images, disk->path, chain) : CHAIN_COMPLETE;

        if (end == CHAIN_COMPLETE)
            continue;
        plan_refuse(p->plan, "law 6", end == CHAIN_MISSING
                    ? N_("What NOW is based on cannot be told: the chain below %s (disk %s) is cut, an image is missing. "
                         "Bring the file back from a backup first.")
                    : N_("What NOW is based on cannot be told: the chain below %s (disk %s) is not known to its base. "
                         "Start the guest, make the folder a storage pool, or run virt-snap on the host itself as root."),
                    (const char *) chain->pdata[chain->len - 1], disk->target);
        return NULL;
    }
    plan_refuse(p->plan, "law 6", "No snapshot froze an image that NOW stands on, so none can be named as what NOW is "
                "based on. The guest's disks were replaced, or its images merged, by other means than snapshots; take "
                "a full copy of the guest before anything else.");
    return NULL;
}

static const Snapshot *refuse_several(Planning *p, const GPtrArray *footings)
{
    g_autofree char *guest = name_quote(p->wish->domain);

    plan_refuse(p->plan, "law 6", "The images do not tell which of %u snapshots NOW is based on: they lie in the same "
                "images. Choose the one whose work NOW goes on from.", footings->len);
    for (guint i = 0; i < footings->len && i < 8; i++) {
        const Snapshot *snapshot = ((const Footing *) footings->pdata[i])->snapshot;
        g_autofree char *name = name_quote(snapshot->name);
        g_autofree char *command = g_strdup_printf("plan repair %s %s %s", guest, p->wish->problem, name);

        plan_route(p->plan, command, "NOW is based on %s.", snapshot->name);
    }
    return NULL;
}

const Snapshot *rules_find_base(Planning *p)
{
    g_autoptr(GPtrArray) footings = find_footings(p, NULL);
    const Footing *found = NULL;

    keep_nearest(footings);
    for (guint i = 0; p->wish->snapshot && i < footings->len; i++)
        if (strcmp(((const Footing *) footings->pdata[i])->snapshot->name, p->wish->snapshot) == 0)
            found = footings->pdata[i];
    if (p->wish->snapshot && !found) {
        plan_refuse(p->plan, "law 6", "NOW is not based on %s: its disks stand on other images.", p->wish->snapshot);
        return NULL;
    }
    if (found || footings->len == 1)
        return found ? found->snapshot : ((const Footing *) footings->pdata[0])->snapshot;
    return footings->len == 0 ? refuse_unknown(p) : refuse_several(p, footings);
}

const Snapshot *rules_find_parent(const Planning *p, const Snapshot *of)
{
    g_autoptr(GPtrArray) footings = find_footings(p, of);

    keep_nearest(footings);
    return footings->len == 1 ? ((const Footing *) footings->pdata[0])->snapshot : NULL;
}
