// SPDX-License-Identifier: GPL-2.0-or-later
// Looking and planning in one go.

#include "engine/planner.h"

#include "engine/model/discarded.h"
#include "engine/model/reach.h"
#include "engine/model/tongue.h"
#include "engine/private.h"
#include "engine/virt/flight.h"
#include "engine/virt/guests.h"
#include "engine/virt/look.h"
#include "engine/virt/strays.h"

#include <string.h>

void planned_clear(Planned *planned)
{
    plan_free(planned->plan);
    picture_unref(planned->picture);
    failure_free(planned->failure);
    *planned = (Planned){0};
}

void examined_clear(Examined *examined)
{
    plan_free(examined->rest);
    remains_free(examined->remains);
    picture_unref(examined->picture);
    failure_free(examined->failure);
    *examined = (Examined){0};
}

// The other guests of the host, while they are looked at.
typedef struct Around {
    Engine *engine;
    Connection *connection;
    Storage *storage;
    GPtrArray *guests; // of Guest
    const char *uuid;  // whose plan it is
    bool whole;        // all records are read again
    Picture **pictures;
    Failure **failures; // why there is no picture
} Around;

// What another guest holds. A guest with a job of ours is in the middle of a change, but the job
// can only touch what its own plan named from the picture it started from.
static void look_at_other(void *data, guint index)
{
    const Around *around = data;
    const Guest *guest = around->guests->pdata[index];
    Roster *roster = around->engine->roster;
    g_autoptr(Picture) known = around->whole ? NULL : roster_reach(roster, guest->uuid);
    Look look = {.uuid = guest->uuid, .depth = LOOK_REACH, .old = known};
    Picture **picture = &around->pictures[index];

    if (strcmp(guest->uuid, around->uuid) == 0)
        return;
    *picture = roster_job(roster, guest->uuid);
    if (*picture)
        return;
    *picture = look_picture(around->connection, around->storage, &look, NULL, &around->failures[index]);
    if (*picture && (*picture)->details)
        roster_take_reach(roster, guest->uuid, *picture);
}

static void add_other(Neighbours *neighbours, const Guest *guest, Picture *picture, Failure *failure)
{
    g_autofree char *why = failure ? failure_text(failure) : NULL;

    if (picture)
        neighbours_add(neighbours, picture);
    else if (failure)
        neighbours_add_unseen(neighbours, guest->name, why);
    picture_unref(picture);
    failure_free(failure);
}

// NULL and `failure` when the guests cannot even be listed.
static Neighbours *look_around(Engine *engine, Connection *connection, Storage *storage,
                               const char *uuid, bool whole, Failure **failure)
{
    g_autoptr(GPtrArray) guests = guests_read(connection, failure);
    g_autofree Picture **pictures = guests ? g_new0(Picture *, guests->len) : NULL;
    g_autofree Failure **failures = guests ? g_new0(Failure *, guests->len) : NULL;
    Around around = {engine, connection, storage, guests, uuid, whole, pictures, failures};
    Neighbours *neighbours;

    if (!guests)
        return NULL;
    flight_run(connection, guests->len, look_at_other, &around);
    neighbours = neighbours_new();
    for (guint i = 0; i < guests->len; i++)
        add_other(neighbours, guests->pdata[i], pictures[i], failures[i]);
    return neighbours;
}

static void list_folder(Storage *storage, Images *images, const char *path)
{
    g_autofree char *folder = NULL;

    if (!path || *path != '/' || images_folder_listed(images, path))
        return;
    folder = g_path_get_dirname(path);
    storage_tell_shared(storage, images, folder);
    storage_tell_folder(storage, images, folder);
}

// The snapshot to which the wish may take NOW; NULL: none.
static const Snapshot *goes_to(const Picture *picture, const Wish *wish)
{
    const Snapshot *subject = picture_snapshot(picture, wish->snapshot);
    g_autoptr(GPtrArray) going = discarded_snapshots(wish, picture);

    return wish->verb == VERB_DISCARD ? discarded_refuge(going, picture) : wish->verb == VERB_REVERT ? subject : NULL;
}

// Something new is made beside NOW's images, or where the wish says: no file there may be in its way.
static void list_folders(Storage *storage, const Picture *picture, const Wish *wish)
{
    const Definition *now = domain_now(picture->domain);
    const Snapshot *target = goes_to(picture, wish);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(now->disks, i);

        if (disk_is_writable(disk))
            list_folder(storage, picture->images, disk->path);
    }
    for (guint i = 0; target && i < target->disks->len; i++) // a composed revert makes layers there
        list_folder(storage, picture->images,
                    snapshot_frozen(target, ((const SnapshotDisk *) g_ptr_array_index(target->disks, i))->target));
    for (guint i = 0; i < wish->disks->len; i++)
        list_folder(storage, picture->images, ((const DiskWish *) g_ptr_array_index(wish->disks, i))->path);
    list_folder(storage, picture->images, wish->memory_file);
}

// Where images are written or removed, files that no guest names may stand on them.
static void list_image_folders(Storage *storage, const Picture *picture)
{
    g_autoptr(GPtrArray) images = images_list(picture->images);

    for (guint i = 0; i < images->len; i++)
        list_folder(storage, picture->images, ((const Image *) g_ptr_array_index(images, i))->path);
}

static void suspect(GHashTable *names, const Picture *picture, const char *name)
{
    const TreeNode *node = tree_find(picture->tree, name);

    if (!node)
        return;
    g_hash_table_add(names, g_strdup(name));
    if (node->parent->snapshot)
        g_hash_table_add(names, g_strdup(node->parent->snapshot->name));
    for (const TreeNode *child = node->first_child; child; child = child->next_sibling)
        if (child->snapshot)
            g_hash_table_add(names, g_strdup(child->snapshot->name));
}

// The snapshots whose records the plan goes by: those of the wish and the current one, what is above and below them.
static GHashTable *suspects_of(const Wish *wish, const Picture *picture)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) going = discarded_snapshots(wish, picture);

    for (guint i = 0; i < going->len; i++)
        suspect(names, picture, ((const Snapshot *) going->pdata[i])->name);
    suspect(names, picture, wish->snapshot);
    suspect(names, picture, picture->current);
    for (guint i = 0; i < wish->others->len; i++)
        suspect(names, picture, wish->others->pdata[i]);
    return names;
}

void planner_plan(Engine *engine, Connection *connection, const Wish *wish, bool whole, Planned *planned)
{
    g_autoptr(Host) host = keeper_host(engine->keeper);
    g_autoptr(Picture) job = NULL;
    g_autoptr(Picture) known = whole ? NULL : roster_picture(engine->roster, wish->uuid);
    g_autoptr(GHashTable) suspects = known ? suspects_of(wish, known) : NULL;
    g_autoptr(Storage) storage = NULL;
    g_autoptr(Neighbours) neighbours = NULL;
    Look look = {.uuid = wish->uuid, .old = known, .suspects = suspects};

    *planned = (Planned){0};
    job = roster_job(engine->roster, wish->uuid);
    if (job) {
        planned->failure = failure_new(_("A job of virt-snap runs on this guest"), NULL, 0,
                                       _("Wait until it has ended, then plan again"));
        return;
    }
    storage = storage_new(connection, host, STORAGE_FRESH);
    planned->picture = look_picture(connection, storage, &look, NULL, &planned->failure);
    if (!planned->picture)
        return;
    list_folders(storage, planned->picture, wish);
    if (planned->picture->details && plan_meets_others(wish, planned->picture, host)) {
        list_image_folders(storage, planned->picture);
        neighbours = look_around(engine, connection, storage, wish->uuid, whole, &planned->failure);
        if (!neighbours)
            return;
        neighbours_tell_own(neighbours, planned->picture->images);
        strays_look(storage, planned->picture, neighbours, NULL);
    }
    planned->plan =
        plan_make(wish, planned->picture, neighbours, host, g_get_real_time() / G_USEC_PER_SEC);
}

// Where the plan made or removes files: they may stand in no record.
static void list_files(Storage *storage, const Picture *picture, const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = g_ptr_array_index(plan->steps, i);

        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = g_ptr_array_index(step->disks, j);

            list_folder(storage, picture->images, disk->writes);
            list_folder(storage, picture->images, disk->removes);
        }
    }
}

void planner_examine(Engine *engine, Connection *connection, const JournalEntry *entry, bool lose_now,
                     Examined *examined)
{
    const Wish *wish = entry->plan->wish;
    g_autoptr(Host) host = keeper_host(engine->keeper);
    g_autoptr(Storage) storage = storage_new(connection, host, STORAGE_FRESH);
    g_autoptr(Neighbours) neighbours = NULL;
    Look look = {.uuid = wish->uuid};

    *examined = (Examined){0};
    examined->picture = look_picture(connection, storage, &look, NULL, &examined->failure);
    if (!examined->picture)
        return;
    list_files(storage, examined->picture, entry->plan);
    examined->remains = remains_find(entry, examined->picture);
    if (!(examined->remains->finish || examined->remains->unwinds) || examined->remains->kind == REMAINS_BUSY)
        return;
    list_image_folders(storage, examined->picture); // somebody may have put a file of nobody's on them since
    neighbours = look_around(engine, connection, storage, wish->uuid, true, &examined->failure);
    if (!neighbours)
        return;
    neighbours_tell_own(neighbours, examined->picture->images);
    strays_look(storage, examined->picture, neighbours, entry->plan);
    examined->rest = remains_rest(examined->remains, entry, examined->picture, neighbours, host, lose_now);
}
