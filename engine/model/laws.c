// SPDX-License-Identifier: GPL-2.0-or-later
// Judging a plan by the world it leads to.

#include "engine/model/laws.h"

#include "engine/model/discarded.h"
#include "engine/model/tongue.h"
#include "engine/model/world_edit.h"

#include <string.h>

typedef struct Trial {
    World *world;
    Plan *plan;
    const Images *images;
    const Neighbours *neighbours; // NULL: nobody looked
    GHashTable *old_writes;  // "guest target image": what broke law 3 before the plan began
    GHashTable *old_shared;  // images that two records froze before
    bool now_lost; // NOW was given up, by choice
} Trial;

static bool refuse(Trial *trial, const char *law, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool refuse(Trial *trial, const char *law, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(_(format), args);
    va_end(args);
    plan_refuse(trial->plan, law, "%s", text);
    return false;
}

static char *name_of(const Trial *trial, const WorldState *state)
{
    const char *name = state->name ? state->name : "NOW";

    if (strcmp(state->guest, trial->world->guest) == 0)
        return g_strdup(name);
    return g_strdup_printf(_("%s of guest %s"), name, state->guest);
}

// The first node that reads something else than when the state came to be, and in `reads` what; NULL: all is well.
static const WorldNode *changed_node(World *world, const WorldState *state, const WorldContent **reads)
{
    for (guint i = 0; i < state->nodes.len; i++) {
        *reads = world_read(world, state->nodes.pdata[i]);
        if (*reads != ((const WorldNode *) state->nodes.pdata[i])->reads)
            return state->nodes.pdata[i];
    }
    return NULL;
}

// Laws 1 and 2: every surviving state reads what it read when it came to be. Those that no step touched do.
static bool check_reads(Trial *trial)
{
    World *world = trial->world;
    const WorldState *first = NULL; // of those that don't, so that what is said does not hang on the order of touching
    const WorldContent *reads;
    const WorldNode *node;
    g_autofree char *name = NULL;

    for (guint i = 0; i < world->touched->len; i++) {
        const WorldState *state = world->touched->pdata[i];

        if (!state->given_up && (!first || state->order < first->order) && changed_node(world, state, &reads))
            first = state;
    }
    if (!first)
        return true;
    node = changed_node(world, first, &reads);
    name = name_of(trial, first);
    return refuse(trial, world_content_is_missing(reads) ? "law 1" : "law 2",
                  "%s would no longer hold what it holds on disk %s.", name, node->target);
}

typedef void (*WriteFound)(Trial *trial, const WorldConfig *config, const WorldNode *node, const WorldState *state);

typedef struct Harmed {
    const WorldConfig *config;
    const WorldState *first;
} Harmed;

static bool find_harmed(const WorldState *state, gpointer data)
{
    Harmed *harmed = data;
    bool own_now = !state->name && strcmp(state->guest, harmed->config->guest) == 0;

    if (!state->given_up && !own_now && (!harmed->first || state->order < harmed->first->order))
        harmed->first = state;
    return false; // all are looked at
}

// Every write that something startable could do into what another state reaches, with the first such state.
static void find_writes(Trial *trial, WriteFound found)
{
    const World *world = trial->world;

    for (guint i = 0; i < world->configs->len; i++) {
        const WorldConfig *config = world->configs->pdata[i];

        for (guint j = 0; j < config->nodes.len; j++) {
            const WorldNode *node = config->nodes.pdata[j];

            Harmed harmed = {.config = config};

            world_find_reaching(world, node->image, false, find_harmed, &harmed);
            if (harmed.first)
                found(trial, config, node, harmed.first);
        }
    }
}

static char *write_key(const WorldConfig *config, const WorldNode *node)
{
    return g_strdup_printf("%s %d %s %s", config->guest, (int) config->start, node->target, node->image);
}

static void remember_write(Trial *trial, const WorldConfig *config, const WorldNode *node, const WorldState *state)
{
    (void) state;
    g_hash_table_add(trial->old_writes, write_key(config, node));
}

static void refuse_write(Trial *trial, const WorldConfig *config, const WorldNode *node, const WorldState *state)
{
    g_autofree char *key = write_key(config, node);
    g_autofree char *name = name_of(trial, state);

    if (trial->plan->verdict == VERDICT_OK && !g_hash_table_contains(trial->old_writes, key))
        refuse(trial, "law 3", "A start of guest %s in between would write into %s, which %s needs unchanged.",
               config->guest, node->image, name);
}

// Law 3: nothing that could be started writes into what another state reaches.
static bool check_writes(Trial *trial)
{
    find_writes(trial, refuse_write);
    return trial->plan->verdict == VERDICT_OK;
}

// The plan says which files it writes and removes; what the step did must be what the plan says.
static bool check_files(Trial *trial, const Step *step)
{
    for (guint j = 0; j < trial->world->removed->len; j++) {
        const WorldImage *image = trial->world->removed->pdata[j];
        bool said = step->kind == STEP_REMOVE_FILES && g_strcmp0(step->memory_file, image->path) == 0;

        if (image->exists)
            continue;
        for (guint i = 0; i < step->disks->len; i++)
            said |= g_strcmp0(((const StepDisk *) step->disks->pdata[i])->removes, image->path) == 0;
        said |= step->kind == STEP_DELETE && g_strcmp0(step->memory_file, image->path) == 0;
        if (!said)
            return refuse(trial, "law 1", "libvirt would remove %s, which the plan does not say.", image->path);
        if (!image->named && !image->made)
            return refuse(trial, "law 1", "%s would be removed, but no record of this guest names it.", image->path);
    }
    return true;
}

static bool check_stray(Trial *trial, const char *image)
{
    const char *stray = trial->neighbours ? neighbours_stray(trial->neighbours, image) : NULL;

    return !stray || refuse(trial, "law 6", "The file %s, which no guest of this host names, stands on %s and would be "
                            "damaged. Remove it if nobody needs it, or give it an image of its own.", stray, image);
}

// A guest that could not be read. The rules ask before they merge; here it is asked for the rest of a job that was cut
// off, and for all that is removed.
static bool check_guests(Trial *trial, const char *image)
{
    const WorldImage *there = world_image(trial->world, image);
    const char *unseen = trial->neighbours ? neighbours_unseen(trial->neighbours, image) : NULL;

    return !unseen || (there && there->made) ||
           refuse(trial, "law 6", "Another guest may use %s. %s", image, unseen);
}

static bool check_storage(Trial *trial, const char *image)
{
    const WorldImage *there = world_image(trial->world, image);
    const char *what = images_shared(trial->images, image);
    g_autoptr(Wish) consent = NULL;
    g_autofree char *command = NULL;

    if (!what || (there && there->made) || trial->plan->wish->storage_exclusive)
        return true;
    consent = wish_copy(trial->plan->wish);
    consent->storage_exclusive = true;
    command = wish_command(consent);
    refuse(trial, "law 6", "%s lies on storage that other hosts may use (%s); whether one of their guests needs it cannot be "
           "seen from here.", image, what);
    plan_route(trial->plan, command, "Say that no other host uses these images.");
    return false;
}

// Law 6: whatever is written or removed may be somebody's disk whom nobody here knows.
static bool check_unseen(Trial *trial, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        bool begins = step->kind == STEP_DEFINE && world_frozen(trial->world, disk->writes) > 0; // not on a new layer
        bool rewrites = disk->merges || disk->mode == DISK_MODE_INTERNAL || begins;
        const char *images[] = {disk->removes, rewrites ? disk->writes : NULL};

        for (guint j = 0; j < G_N_ELEMENTS(images); j++)
            if (images[j] && !(check_stray(trial, images[j]) &&
                               (step->kind == STEP_CREATE || check_guests(trial, images[j])) &&
                               check_storage(trial, images[j])))
                return false;
    }
    return true;
}

// A tag is taken out of the image that its snapshot froze: the file is written, though nobody reads other bytes then.
// To be asked before the step, after which the record is gone.
static bool check_tags(Trial *trial, const Step *step)
{
    const WorldRecord *record = step->kind == STEP_DELETE && !step->metadata_only ?
                                    world_record(trial->world, step->subject) : NULL;

    for (guint i = 0; record && i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];

        if (disk->mode == DISK_MODE_INTERNAL && disk->frozen && !check_storage(trial, disk->frozen))
            return false;
    }
    return true;
}

// A record that was copied may name the memory file of another: deleting one would take it from both.
static bool check_memory(Trial *trial, const Step *step)
{
    const World *world = trial->world;

    if (step->kind != STEP_DELETE && step->kind != STEP_REMOVE_FILES)
        return true;
    for (guint i = 0; step->memory_file && i < world->states->len; i++) {
        const WorldState *state = world->states->pdata[i];

        if (!state->given_up && g_strcmp0(state->memory_file, step->memory_file) == 0)
            return refuse(trial, "law 1", "The memory file %s would be removed, but %s needs it too.",
                          step->memory_file, state->name);
    }
    return true;
}

// ---- law 7 ------------------------------------------------------------------------------------

static const char *expected_now(const WorldDisk *disk)
{
    if (disk->revert)
        return disk->revert;
    return disk->mode == DISK_MODE_EXTERNAL ? disk->overlay : disk->mode == DISK_MODE_INTERNAL ? disk->frozen : NULL;
}

static bool has_externals(const World *world)
{
    for (guint i = 0; i < world->records->len; i++) {
        const WorldRecord *record = world->records->pdata[i];

        for (guint j = 0; j < record->disks.len; j++)
            if (((const WorldDisk *) record->disks.pdata[j])->mode == DISK_MODE_EXTERNAL)
                return true;
    }
    return false;
}

static bool check_current(Trial *trial)
{
    const WorldRecord *current = world_record(trial->world, trial->world->current);

    if (!current)
        return !has_externals(trial->world) ||
               refuse(trial, "law 7", "Snapshots would be left without a current one, which libvirt cannot handle.");
    for (guint i = 0; i < current->disks.len; i++) {
        const WorldDisk *disk = current->disks.pdata[i];
        const char *expected = expected_now(disk);
        const char *now = world_now(trial->world, disk->target);

        if (expected && g_strcmp0(expected, now) != 0)
            return refuse(trial, "law 7", "Afterwards the record of %s would say that disk %s writes to %s, while it "
                          "writes to %s; a later revert would remove the wrong image.", current->name, disk->target,
                          expected, now ? now : "nothing");
    }
    return true;
}

static void find_shared(const World *world, GHashTable *shared)
{
    g_autoptr(GHashTable) frozen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < world->records->len; i++) {
        const WorldRecord *record = world->records->pdata[i];

        for (guint j = 0; j < record->disks.len; j++) {
            const WorldDisk *disk = record->disks.pdata[j];

            if (disk->mode == DISK_MODE_EXTERNAL && disk->at && disk->at->frozen > 1 && // as nearly none is
                !g_hash_table_add(frozen, (gpointer) disk->frozen))
                g_hash_table_add(shared, g_strdup(disk->frozen));
        }
    }
}

static bool check_shared(Trial *trial)
{
    g_autoptr(GHashTable) shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer image;

    find_shared(trial->world, shared);
    g_hash_table_iter_init(&iter, shared);
    while (g_hash_table_iter_next(&iter, &image, NULL))
        if (!g_hash_table_contains(trial->old_shared, image))
            return refuse(trial, "law 7", "Two snapshots would have frozen the same image %s; deleting one with plain "
                          "virsh would destroy the other.", (const char *) image);
    return true;
}

// ---- the trial --------------------------------------------------------------------------------

static bool deletes(const Plan *plan, const char *name)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        if (step->kind == STEP_DELETE && g_strcmp0(step->subject, name) == 0)
            return true;
    }
    return false;
}

// Only what the steps say is gone. A snapshot that came to a branch after it was given up is not: the rest of a job
// that was cut off is judged with it there. A repair that finishes a delete gives up what that delete was of.
static void give_up_snapshot(Trial *trial, const char *name)
{
    WorldState *state = deletes(trial->plan, name) ? world_state(trial->world, name) : NULL;

    if (state)
        world_set(trial->world, state->given_up, true);
}

// What the operator gave up by name: the snapshot that is deleted, those that are discarded, and NOW on --lose-now;
// but that only where the wish takes NOW somewhere else.
static void give_up(Trial *trial, const Picture *picture)
{
    const Wish *wish = trial->plan->wish;
    g_autoptr(GPtrArray) going = discarded_snapshots(wish, picture);

    trial->now_lost = wish->now == NOW_LOSE &&
                      (wish->verb == VERB_REVERT || discarded_holds_now(going, picture));
    if (wish->verb == VERB_DELETE || wish->verb == VERB_REPAIR)
        give_up_snapshot(trial, wish->snapshot);
    for (guint i = 0; wish->verb == VERB_DELETE && i < wish->others->len; i++)
        give_up_snapshot(trial, wish->others->pdata[i]);
    for (guint i = 0; i < going->len; i++)
        give_up_snapshot(trial, ((const Snapshot *) going->pdata[i])->name);
}

// The step after which NOW is another: a running guest keeps its disks until its QEMU ends.
static bool replaces_now(const Trial *trial, const Step *step)
{
    return step->kind == STEP_REVERT || step->kind == STEP_POWER_OFF ||
           (step->kind == STEP_DEFINE && step->origin && !trial->world->active);
}

static bool try_step(Trial *trial, const Host *host, const Step *step)
{
    g_autofree char *fault = NULL;

    if (!check_tags(trial, step))
        return false;
    if (!simulate_step(trial->world, host, step, &fault))
        return refuse(trial, "law 5", "%s", fault);
    if (!(check_reads(trial) && check_writes(trial) && check_files(trial, step) && check_memory(trial, step) &&
          check_unseen(trial, step)))
        return false;
    world_forget_changes(trial->world);
    return true;
}

// Does the plan give NOW another image on this disk? libvirt's revert changes all; ours those it names.
static bool changes_disk(const Plan *plan, const char *target)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        for (guint j = 0; step->kind == STEP_DEFINE && step->origin && j < step->disks->len; j++)
            if (strcmp(((const StepDisk *) step->disks->pdata[j])->target, target) == 0)
                return true;
        if (step->kind == STEP_REVERT)
            return true;
    }
    return false;
}

static bool reads_the_same(const WorldState *state, const WorldNode *other)
{
    for (guint i = 0; i < state->nodes.len; i++) {
        const WorldNode *node = state->nodes.pdata[i];

        if (strcmp(node->target, other->target) == 0 && node->reads == other->reads)
            return true;
    }
    return false;
}

// The first disk that the plan changes and on which the state does not hold what NOW holds; NULL: there is none.
static const char *lost_disk(const Trial *trial, const WorldState *now, const WorldState *state)
{
    for (guint i = 0; i < now->nodes.len; i++) {
        const WorldNode *node = now->nodes.pdata[i];

        if (changes_disk(trial->plan, node->target) && world_image(trial->world, node->image) &&
            !(state && reads_the_same(state, node)))
            return node->target;
    }
    return NULL;
}

// Law 4: a NOW that is not given up must be readable in some other state before it is replaced.
static bool check_kept(Trial *trial, const Step *step)
{
    const World *world = trial->world;
    const WorldState *now = world_state(world, NULL);
    const char *lost;

    if (!replaces_now(trial, step) || trial->now_lost)
        return true;
    for (guint i = 0; i < world->states->len; i++) {
        const WorldState *state = world->states->pdata[i];

        if (state->name && !state->given_up && world_is_ours(world, state->guest) && !lost_disk(trial, now, state))
            return true;
    }
    lost = lost_disk(trial, now, world_state(world, trial->plan->wish->keep_name));
    return !lost || refuse(trial, "law 4", "NOW would be lost on disk %s, although it was to be kept.", lost);
}

// Law 4 again: with its record a snapshot is gone, whatever is left of its images.
static bool check_given_up(Trial *trial, const Step *step)
{
    const WorldState *state = step->kind == STEP_DELETE ? world_state(trial->world, step->subject) : NULL;

    return !state || state->given_up ||
           refuse(trial, "law 4", "Snapshot %s would be gone, which nobody gave up.", step->subject);
}

static bool makes(const Step *step, const char *path)
{
    for (guint i = 0; i < step->disks->len; i++)
        if (g_strcmp0(((const StepDisk *) step->disks->pdata[i])->writes, path) == 0)
            return true;
    return false;
}

// Layers that were made but stand in no record yet are in no picture. `rest` (NULL: none) are those still to be made.
static void make_layers_of(World *world, const Step *step, const Step *rest)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (rest && makes(rest, disk->writes))
            continue;
        if (!world_image(world, disk->writes) && world_image(world, disk->backing))
            world_make_overlay(world, world_text(world, disk->writes), world_text(world, disk->backing));
    }
}

// The record that named a file may be gone by now, and then no picture shows it; it is there unless a look into its
// folder says otherwise.
static WorldImage *find_removed(World *world, const Images *images, const char *path)
{
    WorldImage *image = world_image(world, path);

    if (image || !path || (images_folder_listed(images, path) && !images_taken(images, path)))
        return image;
    return world_add_image(world, world_text(world, path));
}

static void name_files(World *world, const Images *images, const Plan *rest, const Plan *whole, unsigned done)
{
    for (guint i = 0; whole && i < whole->steps->len; i++) {
        const Step *step = whole->steps->pdata[i];

        if (i <= done && step->kind == STEP_MAKE_LAYERS)
            make_layers_of(world, step, i < done ? NULL : rest->steps->pdata[0]);
        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = step->disks->pdata[j];
            WorldImage *image = step->kind == STEP_REMOVE_FILES && i >= done
                                    ? find_removed(world, images, disk->removes)
                                    : world_image(world, disk->removes);

            if (image)
                world_set(world, image->named, true);
        }
    }
}

// `whole` and `done`: of the rest of a plan that was cut off; else NULL and 0.
static bool try_plan(Plan *plan, World *world, const Plan *whole, unsigned done, const Picture *picture,
                     const Neighbours *neighbours, const Host *host)
{
    g_autoptr(GHashTable) old_writes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) old_shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Trial trial = {
        .world = world,
        .plan = plan,
        .images = picture->images,
        .neighbours = neighbours,
        .old_writes = old_writes,
        .old_shared = old_shared,
    };

    name_files(world, picture->images, plan, whole, done);
    find_writes(&trial, remember_write);
    find_shared(world, old_shared);
    give_up(&trial, picture);
    for (guint i = 0; i < plan->steps->len; i++)
        if (!check_kept(&trial, plan->steps->pdata[i]) || !check_given_up(&trial, plan->steps->pdata[i]) ||
            !try_step(&trial, host, plan->steps->pdata[i]))
            return false;
    return check_current(&trial) && check_shared(&trial);
}

static bool judge(Plan *plan, World **home, const Plan *whole, unsigned done, const Picture *picture,
                  const Neighbours *neighbours, const Host *host)
{
    World *world;

    if (plan->verdict != VERDICT_OK || !host_has(host, FACT_IMAGES))
        return plan->verdict == VERDICT_OK;
    world = world_borrow(home, picture, neighbours);
    if (try_plan(plan, world, whole, done, picture, neighbours, host)) {
        plan->afterwards = world;
        return true;
    }
    world_return(home, world);
    return false;
}

bool laws_judge(Plan *plan, World **home, const Picture *picture, const Neighbours *neighbours, const Host *host)
{
    return judge(plan, home, NULL, 0, picture, neighbours, host);
}

bool laws_judge_rest(Plan *plan, const Plan *whole, unsigned done, const Picture *picture,
                     const Neighbours *neighbours, const Host *host)
{
    return judge(plan, NULL, whole, done, picture, neighbours, host);
}
