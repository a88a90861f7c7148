// SPDX-License-Identifier: GPL-2.0-or-later
// Files that were offered, against files that are needed.

#include "engine/model/leftover.h"

#include "engine/model/naming.h"
#include "engine/model/simulate.h"

#include <string.h>

typedef struct Offer {
    char *path;
    char *target; // NULL: a memory file
} Offer;

struct Leftover {
    const Picture *picture;
    World **home; // of the world
    World *world;
    GHashTable *going;  // names
    GHashTable *stored; // images in the definitions of snapshots that stay
    GHashTable *made;   // images that <disks> and <revertDisks> name; NULL, as `frozen` is then: nobody asked yet
    GHashTable *memories; // memory files of all states and records, of the other guests too, and of steps
    GHashTable *frozen; // images that external snapshots store: what stands on them, a snapshot or revert made
    GHashTable *cuts;   // folders in which an image is missing that a snapshot which stays needs; NULL: nobody asked
    GPtrArray *offers;  // of Offer
    GHashTable *offered; // their paths, and those in `stored` that were
};

static void free_offer(gpointer data)
{
    Offer *offer = data;

    g_free(offer->path);
    g_free(offer->target);
    g_free(offer);
}

static GHashTable *new_set(void)
{
    return g_hash_table_new(g_str_hash, g_str_equal); // of texts that live as long as the picture
}

static void add_text(GHashTable *set, const char *text)
{
    if (text)
        g_hash_table_add(set, (gpointer) text);
}

static void add_stored(Leftover *leftover, const Definition *def)
{
    for (guint i = 0; def && i < def->disks->len; i++)
        add_text(leftover->stored, ((const Disk *) def->disks->pdata[i])->path);
}

static void add_made(Leftover *leftover, const GPtrArray *disks)
{
    for (guint i = 0; disks && i < disks->len; i++)
        add_text(leftover->made, ((const SnapshotDisk *) disks->pdata[i])->path);
}

// libvirt's revert makes overlays on every disk of the stored definition, also on those that were left out (H74).
static void add_frozen(Leftover *leftover, const Snapshot *snapshot)
{
    const Definition *def = snapshot_kind(snapshot) == KIND_EXTERNAL ? snapshot->definition : NULL;

    for (guint i = 0; def && i < def->disks->len; i++)
        if (disk_is_writable(def->disks->pdata[i]))
            add_text(leftover->frozen, ((const Disk *) def->disks->pdata[i])->path);
}

static void add_memories(Leftover *leftover)
{
    const World *world = leftover->world;

    for (guint i = 0; i < world->states->len; i++)
        add_text(leftover->memories, ((const WorldState *) world->states->pdata[i])->memory_file);
    for (guint i = 0; i < world->records->len; i++)
        add_text(leftover->memories, ((const WorldRecord *) world->records->pdata[i])->memory_file);
}

Leftover *leftover_new(World **home, const Picture *picture, const Neighbours *neighbours, const GPtrArray *going)
{
    Leftover *leftover = g_new0(Leftover, 1);

    leftover->picture = picture;
    leftover->home = home;
    leftover->world = world_borrow(home, picture, neighbours);
    leftover->going = new_set();
    leftover->stored = new_set();
    leftover->memories = new_set();
    leftover->offers = g_ptr_array_new_with_free_func(free_offer);
    leftover->offered = new_set();
    add_memories(leftover);
    for (guint i = 0; i < going->len; i++)
        add_text(leftover->going, ((const Snapshot *) going->pdata[i])->name);
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        if (!g_hash_table_contains(leftover->going, snapshot->name)) {
            add_stored(leftover, snapshot->definition);
            add_stored(leftover, snapshot->inactive);
        }
    }
    return leftover;
}

// What the records tell of who made an image. Where nothing is left over nobody asks.
static void find_makers(Leftover *leftover)
{
    if (leftover->made)
        return;
    leftover->made = new_set();
    leftover->frozen = new_set();
    for (guint i = 0; i < leftover->picture->snapshots->len; i++) {
        const Snapshot *snapshot = leftover->picture->snapshots->pdata[i];

        add_made(leftover, snapshot->disks);
        add_made(leftover, snapshot->revert_disks);
        add_frozen(leftover, snapshot);
    }
}

void leftover_free(Leftover *leftover)
{
    if (!leftover)
        return;
    world_return(leftover->home, leftover->world);
    g_hash_table_unref(leftover->going);
    g_hash_table_unref(leftover->stored);
    g_clear_pointer(&leftover->made, g_hash_table_unref);
    g_clear_pointer(&leftover->frozen, g_hash_table_unref);
    g_hash_table_unref(leftover->memories);
    g_clear_pointer(&leftover->cuts, g_hash_table_unref);
    g_hash_table_unref(leftover->offered);
    g_ptr_array_unref(leftover->offers);
    g_free(leftover);
}

bool leftover_try(Leftover *leftover, const Host *host, const Step *step, char **fault)
{
    add_text(leftover->memories, world_text(leftover->world, step->memory_file));
    return simulate_step(leftover->world, host, step, fault);
}

// ---- offering ---------------------------------------------------------------------------------

static void offer(Leftover *leftover, const char *path, const char *target)
{
    Offer *made;

    if (!path || g_hash_table_contains(leftover->offered, path))
        return;
    if (g_hash_table_contains(leftover->stored, path)) { // nothing to ask about, as with most of a chain
        g_hash_table_add(leftover->offered, g_hash_table_lookup(leftover->stored, path));
        return;
    }
    made = g_new0(Offer, 1);
    made->path = g_strdup(path);
    made->target = g_strdup(target);
    g_ptr_array_add(leftover->offers, made);
    g_hash_table_add(leftover->offered, made->path);
}

static void offer_chain(Leftover *leftover, const char *path, const char *target)
{
    const WorldImage *image = world_image(leftover->world, path);

    for (unsigned depth = 0; image && depth < CHAIN_LIMIT; depth++) {
        if (g_hash_table_contains(leftover->offered, image->path))
            return; // with all below: what was merged since went into one of those
        offer(leftover, image->path, target);
        image = world_below(image);
    }
}

static void offer_definition(Leftover *leftover, const Definition *def)
{
    for (guint i = 0; def && i < def->disks->len; i++) {
        const Disk *disk = def->disks->pdata[i];

        if (disk_is_writable(disk))
            offer_chain(leftover, disk->path, disk->target);
    }
}

static void offer_disks(Leftover *leftover, const GPtrArray *disks)
{
    for (guint i = 0; disks && i < disks->len; i++) {
        const SnapshotDisk *disk = disks->pdata[i];

        offer(leftover, disk->path, disk->target);
    }
}

static void offer_now(Leftover *leftover)
{
    const WorldState *now = world_state(leftover->world, NULL);

    for (guint i = 0; now && i < now->nodes.len; i++) {
        const WorldNode *node = now->nodes.pdata[i];

        offer_chain(leftover, node->image, node->target);
    }
}

void leftover_offer(Leftover *leftover, const Snapshot *snapshot)
{
    if (!snapshot) {
        offer_now(leftover); // first: what a step of the plan made lies on top
        offer_definition(leftover, leftover->picture->domain->live);
        offer_definition(leftover, leftover->picture->domain->inactive);
        return;
    }
    offer_disks(leftover, snapshot->revert_disks);
    offer_disks(leftover, snapshot->disks);
    offer_definition(leftover, snapshot->definition);
    offer_definition(leftover, snapshot->inactive);
    offer(leftover, snapshot->memory_file, NULL);
}

// ---- what is needed ---------------------------------------------------------------------------

typedef struct Need {
    const Leftover *leftover;
    bool in_the_end; // once all that goes is gone
    const char *path;
} Need;

static bool is_ours(const Leftover *leftover, const char *guest)
{
    return strcmp(guest, leftover->world->guest) == 0;
}

static bool goes(const Need *need, const char *guest, const char *name)
{
    return need->in_the_end && name && is_ours(need->leftover, guest) &&
           g_hash_table_contains(need->leftover->going, name);
}

// An image that another guest needs stops the plan, and is to be found for that.
static bool needs(const WorldState *state, gpointer data)
{
    const Need *need = data;

    return is_ours(need->leftover, state->guest) && !goes(need, state->guest, state->name);
}

static bool nodes_need(const World *world, const PoolList *nodes, const char *path)
{
    const WorldPlace *wanted = world_place(world, path);
    guint most = world->images->len;

    for (guint i = 0; wanted && i < nodes->len; i++) {
        const WorldPlace *at = world_place(world, ((const WorldNode *) nodes->pdata[i])->image);

        for (guint depth = 0; at && depth <= most; depth++) {
            if (at == wanted)
                return true;
            at = at->image && at->image->backing_state == BACKING_IMAGE ? at->image->under : NULL;
        }
    }
    return false;
}

static bool configs_need(const Need *need)
{
    const World *world = need->leftover->world;

    for (guint i = 0; i < world->configs->len; i++) {
        const WorldConfig *config = world->configs->pdata[i];

        if (is_ours(need->leftover, config->guest) && nodes_need(world, &config->nodes, need->path))
            return true;
    }
    return false;
}

// Images that going records froze do not count in the end.
static bool records_need(const Need *need)
{
    const World *world = need->leftover->world;
    guint frozen = world_frozen(world, need->path);
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init(&iter, need->leftover->going);
    while (frozen > 0 && need->in_the_end && g_hash_table_iter_next(&iter, &name, NULL)) {
        const WorldRecord *record = world_record(world, name);

        for (guint i = 0; record && i < record->disks.len; i++)
            frozen -= g_strcmp0(((const WorldDisk *) record->disks.pdata[i])->frozen, need->path) == 0;
    }
    return frozen > 0;
}

// Of the other guests too: a memory file is in no chain.
static bool memories_need(const Need *need)
{
    const World *world = need->leftover->world;

    if (!g_hash_table_contains(need->leftover->memories, need->path)) // as nearly all files are
        return false;
    for (guint i = 0; i < world->states->len; i++) {
        const WorldState *state = world->states->pdata[i];

        if (state->memory_file && strcmp(state->memory_file, need->path) == 0 && !goes(need, state->guest, state->name))
            return true;
    }
    for (guint i = 0; i < world->records->len; i++) {
        const WorldRecord *record = world->records->pdata[i];

        if (record->memory_file && strcmp(record->memory_file, need->path) == 0 &&
            !goes(need, world->guest, record->name))
            return true;
    }
    return false;
}

// Does some state, configuration or record need the file now, or once all that goes is gone? What is asked first
// answers for most of the many files of a chain.
static bool is_needed(const Leftover *leftover, bool in_the_end, const char *path)
{
    Need need = {leftover, in_the_end, path};

    return world_find_reaching(leftover->world, path, true, needs, &need) || records_need(&need) ||
           configs_need(&need) || memories_need(&need);
}

// An overlay whose record was dropped while something stood on it: it bears the name of the images that it stands on,
// down to one that the guest goes on needing. Where not even that is so it may be an image of the operator's own.
static bool is_overlay_of_needed(const Leftover *leftover, const WorldImage *image)
{
    for (unsigned depth = 0; image && image->backing_state == BACKING_IMAGE && depth < CHAIN_LIMIT; depth++) {
        if (!name_is_like(image->path, image->backing))
            return false;
        if (is_needed(leftover, true, image->backing))
            return true;
        image = world_below(image);
    }
    return false;
}

static bool is_made(Leftover *leftover, const WorldImage *image)
{
    find_makers(leftover);
    return image->made || g_hash_table_contains(leftover->made, image->path) ||
           (image->backing_state == BACKING_IMAGE && g_hash_table_contains(leftover->frozen, image->backing)) ||
           is_overlay_of_needed(leftover, image);
}

static bool is_there(const Leftover *leftover, const char *path)
{
    const WorldImage *image = world_image(leftover->world, path);

    return image && image->exists;
}

// Something may have been made since the picture was taken: by the plan.
static bool is_seen(const Leftover *leftover, const char *path)
{
    const Image *seen = images_get(leftover->picture->images, path);

    return world_image(leftover->world, path)->made || (seen && seen->presence == PRESENCE_FOUND);
}

// ---- images that are missing --------------------------------------------------------------------

// The image at which what is known of the chain ends before its base; NULL: it does not.
static const char *find_cut(const World *world, const char *path)
{
    const WorldImage *image = world_image(world, path);

    for (unsigned depth = 0; image && image->backing_state == BACKING_IMAGE && depth < CHAIN_LIMIT; depth++) {
        path = image->backing;
        image = world_below(image);
    }
    return image && image->exists ? NULL : path;
}

static void add_cuts(const World *world, const WorldState *state, GHashTable *folders)
{
    for (guint i = 0; i < state->nodes.len; i++) {
        const WorldNode *node = state->nodes.pdata[i];
        bool missing = node->reads && world_content_is_missing(node->reads);
        const char *cut = missing ? find_cut(world, node->image) : NULL;

        if (cut)
            g_hash_table_add(folders, g_path_get_dirname(cut));
    }
}

// A file that was on them is brought back from a backup, and needs then what it stood on.
static void find_cuts(Leftover *leftover)
{
    const World *world = leftover->world;

    leftover->cuts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < world->states->len; i++) {
        const WorldState *state = world->states->pdata[i];

        if (state->name && is_ours(leftover, state->guest) && !g_hash_table_contains(leftover->going, state->name))
            add_cuts(world, state, leftover->cuts);
    }
}

// NOW may stand elsewhere after each step.
static bool is_beside_cut(Leftover *leftover, const char *path)
{
    g_autoptr(GHashTable) now = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    if (!leftover->cuts)
        find_cuts(leftover);
    if (leftover->world->now)
        add_cuts(leftover->world, leftover->world->now, now);
    return g_hash_table_contains(leftover->cuts, folder) || g_hash_table_contains(now, folder);
}

// ---- what may go --------------------------------------------------------------------------------

static bool is_device(const Leftover *leftover, const char *path)
{
    const Image *seen = images_get(leftover->picture->images, path);

    return seen && seen->type != SOURCE_FILE;
}

// Whatever of an offered file nobody needs: true, and in `reason` why it stays; -1: it may go.
static bool is_free(Leftover *leftover, bool in_the_end, const Offer *at, int *reason)
{
    if (!is_there(leftover, at->path) || g_hash_table_contains(leftover->stored, at->path) ||
        is_needed(leftover, in_the_end, at->path))
        return false;
    *reason = -1;
    if (at->target && !is_made(leftover, world_image(leftover->world, at->path)))
        *reason = LEFT_BASE;
    else if (is_device(leftover, at->path))
        *reason = LEFT_DEVICE;
    else if (!is_seen(leftover, at->path))
        *reason = LEFT_UNSEEN;
    else if (at->target && is_beside_cut(leftover, at->path))
        *reason = LEFT_CUT;
    return true;
}

bool leftover_is_doomed(Leftover *leftover, const char *image)
{
    const Offer at = {.path = (char *) image, .target = (char *) ""};
    int reason;

    return is_free(leftover, true, &at, &reason) && reason < 0;
}

bool leftover_collect(Leftover *leftover, Step *step)
{
    bool any = false;

    for (guint i = 0; i < leftover->offers->len;) {
        const Offer *at = leftover->offers->pdata[i];
        int reason;

        if (!is_free(leftover, false, at, &reason) || reason >= 0 || (!at->target && step->memory_file)) {
            i++;
            continue;
        }
        if (at->target)
            step_add_disk(step, at->target, DISK_MODE_EXTERNAL)->removes = g_strdup(at->path);
        else
            step->memory_file = g_strdup(at->path);
        any = true;
        g_hash_table_remove(leftover->offered, at->path);
        g_ptr_array_remove_index(leftover->offers, i);
    }
    return any;
}

void leftover_tell(Leftover *leftover, LeftoverStays stays, gpointer data)
{
    for (guint i = 0; i < leftover->offers->len; i++) {
        const Offer *at = leftover->offers->pdata[i];
        int reason;

        if (is_free(leftover, false, at, &reason) && reason >= 0)
            stays(at->path, (LeftoverReason) reason, data);
    }
}
