// SPDX-License-Identifier: GPL-2.0-or-later
// What the world after a plan says, put into copies of what the picture before it says.

#include "engine/model/picture_after.h"

#include "engine/model/forecast.h"
#include "engine/model/world.h"

// ---- images -----------------------------------------------------------------------------------

static void take_backing(Image *image, const WorldImage *now, const Images *before)
{
    const Image *backing = images_get(before, now->backing);

    if (image->backing_state == now->backing_state && g_strcmp0(image->backing, now->backing) == 0)
        return;
    g_free(image->backing);
    image->backing = g_strdup(now->backing);
    shared_text_set(&image->backing_format, backing ? backing->format : NULL);
    image->backing_state = now->backing_state;
}

static void take_tags(Image *image, const WorldImage *now)
{
    if (!image->tags)
        return;
    g_ptr_array_set_size(image->tags, 0);
    for (guint i = 0; i < now->tags.len; i++)
        g_ptr_array_add(image->tags, g_strdup(((const WorldTag *) now->tags.pdata[i])->name));
}

// What is merged into an image makes it larger, at most by that much.
static void add_merged(Images *images, const Images *before, const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = step->disks->pdata[j];
            const Image *above = images_get(before, disk->merges);
            Image *below = above && images_get(images, disk->writes) ? images_add(images, disk->writes) : NULL;

            if (!below)
                continue;
            below->allocation = size_add(below->allocation, above->allocation);
            below->empty = below->empty && above->empty;
        }
    }
}

static const StepDisk *maker(const Plan *plan, const char *path)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        for (guint j = 0; step->kind == STEP_CREATE && j < step->disks->len; j++)
            if (g_strcmp0(((const StepDisk *) step->disks->pdata[j])->writes, path) == 0)
                return step->disks->pdata[j];
    }
    return NULL;
}

// Overlays of a new snapshot: empty, as far as anybody can tell while nobody has them open.
static void add_made(Images *images, const Images *before, const Domain *domain, const Plan *plan)
{
    for (guint i = 0; i < plan->afterwards->altered->len; i++) {
        const WorldImage *now = plan->afterwards->altered->pdata[i];
        const StepDisk *disk = now->exists && !images_get(before, now->path) ? maker(plan, now->path) : NULL;
        const Image *backing = disk ? images_get(before, now->backing) : NULL;
        Image *image = disk ? images_add(images, now->path) : NULL;

        if (!image)
            continue;
        image->type = SOURCE_FILE;
        shared_text_set(&image->format, disk->format);
        image->presence = PRESENCE_FOUND;
        image->capacity = backing ? backing->capacity : SIZE_UNKNOWN;
        image->allocation = 0;
        image->empty = !domain_is_active(domain);
        image_tell_backing(image, TOLD_BY_HEADER, now->backing, backing ? backing->format : NULL);
    }
}

static Images *images_after(const Images *before, const Domain *domain, const Plan *plan)
{
    Images *images = images_copy(before);
    const GPtrArray *altered = plan->afterwards->altered;

    for (guint i = 0; i < altered->len; i++) {
        const WorldImage *now = altered->pdata[i];
        const Image *seen = images_get(before, now->path);

        if (!seen)
            continue;
        if (!now->exists && seen->presence == PRESENCE_FOUND) {
            images_drop(images, seen->path);
            continue;
        }
        take_backing(images_add(images, seen->path), now, before);
        take_tags(images_add(images, seen->path), now);
    }
    add_made(images, before, domain, plan);
    add_merged(images, before, plan);
    return images;
}

// ---- definitions ------------------------------------------------------------------------------

static bool is_gone(const World *world, const char *path)
{
    const WorldImage *image = world_image(world, path);

    return image && !image->exists;
}

// The disk on `path`, with the layers below that are still there.
static Disk *disk_after(const Disk *disk, const char *path, const World *world, const Images *images)
{
    const Image *image = images_get(images, path);
    bool moved = g_strcmp0(path, disk->path) != 0;
    Disk *copy = disk_copy(disk);

    if (moved) {
        g_free(copy->path);
        copy->path = g_strdup(path);
        shared_text_set(&copy->format, image ? image->format : NULL);
    }
    if (moved && copy->backing && image && g_strcmp0(image->backing, disk->path) == 0) // a layer was put on top
        g_ptr_array_insert(copy->backing, 0, layer_new(disk->type, disk->path, disk->format));
    for (guint i = copy->backing ? copy->backing->len : 0; i > 0; i--) {
        const char *layer = ((const Layer *) copy->backing->pdata[i - 1])->path;

        if (is_gone(world, layer) || (moved && g_strcmp0(layer, path) == 0))
            g_ptr_array_remove_index(copy->backing, i - 1);
    }
    return copy;
}

// Where the image of a disk is now: as the nodes of a configuration, or the disks of a record, say.
typedef const char *(*Whereabouts)(const void *of, const char *target);

static Definition *definition_after(const Definition *def, Whereabouts find, const void *of, const World *world,
                                    const Images *images)
{
    Definition *copy;

    if (!def)
        return NULL;
    copy = definition_copy(def);
    for (guint i = 0; i < copy->disks->len; i++) {
        Disk *disk = copy->disks->pdata[i];
        const char *path = find(of, disk->target);

        copy->disks->pdata[i] = disk_after(disk, path && disk->path ? path : disk->path, world, images);
        disk_free(disk);
    }
    return copy;
}

static const char *in_config(const void *of, const char *target)
{
    const WorldConfig *config = of;

    for (guint i = 0; config && i < config->nodes.len; i++) {
        const WorldNode *node = config->nodes.pdata[i];

        if (g_str_equal(node->target, target))
            return node->image;
    }
    return NULL;
}

static const char *in_record(const void *of, const char *target)
{
    const WorldDisk *disk = world_record_disk(of, target);

    return disk ? disk->frozen : NULL;
}

static const WorldConfig *config_of(const World *world, WorldStart start)
{
    for (guint i = 0; i < world->configs->len; i++) {
        const WorldConfig *config = world->configs->pdata[i];

        if (g_str_equal(config->guest, world->guest) && config->start == start)
            return config;
    }
    return NULL;
}

// ---- the guest and its snapshots --------------------------------------------------------------

static Domain *domain_after(const Domain *before, const World *world, const Images *images)
{
    Domain *domain = domain_new(before->name, before->uuid);

    domain->id = before->id;
    domain->state = before->state;
    domain->reason = before->reason;
    domain->reason_text = g_strdup(before->reason_text);
    domain->persistent = before->persistent;
    domain->managed_save = before->managed_save;
    domain->checkpoints = before->checkpoints;
    domain->block_job = before->block_job;
    domain->block_job_over = before->block_job_over;
    domain->block_job_disk = g_strdup(before->block_job_disk);
    domain->control = before->control;
    domain->control_ms = before->control_ms;
    domain->live = definition_after(before->live, in_config, config_of(world, START_LIVE), world, images);
    domain->inactive = definition_after(before->inactive, in_config, config_of(world, START_INACTIVE), world, images);
    return domain;
}

static void take_disks(Snapshot *snapshot, const Snapshot *before, const WorldRecord *record)
{
    for (guint i = 0; i < before->disks->len; i++) {
        const SnapshotDisk *disk = before->disks->pdata[i];
        const WorldDisk *now = world_record_disk(record, disk->target);
        SnapshotDisk *copy = snapshot_disk_new(disk->target, now ? now->mode : disk->mode,
                                               now && disk->path ? now->overlay : disk->path);

        copy->type = disk->type;
        shared_text_set(&copy->format, disk->format);
        copy->delete_in_progress = disk->delete_in_progress;
        g_ptr_array_add(snapshot->disks, copy);
        if (now && now->revert)
            snapshot_add_revert_disk(snapshot, snapshot_disk_new(disk->target, DISK_MODE_EXTERNAL, now->revert));
    }
}

static bool lost_layer(const Definition *def, const World *world)
{
    for (guint i = 0; def && i < def->disks->len; i++) {
        const Disk *disk = def->disks->pdata[i];

        for (guint j = 0; disk->backing && j < disk->backing->len; j++)
            if (is_gone(world, ((const Layer *) disk->backing->pdata[j])->path))
                return true;
    }
    return false;
}

static const char *revert_of(const Snapshot *snapshot, const char *target)
{
    for (guint i = 0; snapshot->revert_disks && i < snapshot->revert_disks->len; i++) {
        const SnapshotDisk *disk = snapshot->revert_disks->pdata[i];

        if (strcmp(disk->target, target) == 0)
            return disk->path;
    }
    return NULL;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || g_strcmp0(a, b) == 0; // the world has the picture's own texts
}

// Does the record still say of its disks what the snapshot says?
static bool says_the_same(const Snapshot *snapshot, const WorldRecord *record)
{
    if (record->disks.len != snapshot->disks->len || !is_same_text(record->parent, snapshot->parent))
        return false;
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];
        const WorldDisk *now = record->disks.pdata[i];
        const Disk *stored = definition_disk(snapshot->definition, disk->target);

        if (!is_same_text(now->target, disk->target) || now->mode != disk->mode ||
            !is_same_text(now->overlay, disk->path) || !is_same_text(now->frozen, stored ? stored->path : NULL) ||
            !is_same_text(now->revert, revert_of(snapshot, disk->target)))
            return false;
    }
    return true;
}

static Snapshot *snapshot_after(const Snapshot *before, const WorldRecord *record, const World *world,
                                const Images *images)
{
    Snapshot *snapshot;

    if (says_the_same(before, record) && !lost_layer(before->definition, world) && !lost_layer(before->inactive, world))
        return snapshot_ref(before);
    snapshot = snapshot_new(before->name);
    snapshot->description = g_strdup(before->description);
    snapshot->parent = g_strdup(record->parent);
    snapshot->created = before->created;
    snapshot->state = before->state;
    snapshot->state_text = shared_text_take(before->state_text);
    snapshot->memory = before->memory;
    snapshot->memory_file = g_strdup(before->memory_file);
    take_disks(snapshot, before, record);
    snapshot->definition = definition_after(before->definition, in_record, record, world, images);
    snapshot->inactive = definition_after(before->inactive, in_record, record, world, images);
    return snapshot;
}

static void free_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

static SnapshotState state_taken(const Domain *domain, const Step *step)
{
    if (!domain_is_active(domain))
        return SNAPSHOT_OFF;
    if (step->memory == MEMORY_NO)
        return SNAPSHOT_DISK_ONLY;
    return domain->state == DOMAIN_PAUSED ? SNAPSHOT_PAUSED : SNAPSHOT_RUNNING;
}

static void add_taken_disks(Snapshot *snapshot, const WorldRecord *record, const Step *step)
{
    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];
        SnapshotDisk *entry = snapshot_disk_new(disk->target, disk->mode, disk->overlay);

        entry->type = SOURCE_FILE;
        for (guint j = 0; disk->overlay && j < step->disks->len; j++)
            if (g_str_equal(((const StepDisk *) step->disks->pdata[j])->target, disk->target))
                shared_text_set(&entry->format, ((const StepDisk *) step->disks->pdata[j])->format);
        g_ptr_array_add(snapshot->disks, entry);
    }
}

// It is the youngest, whatever the clocks of the host and of this machine say: a plan has its steps in the order of
// their snapshots, and must be the same when it is made again a moment later.
static gint64 time_taken(const Picture *before, const GPtrArray *snapshots)
{
    gint64 time = before->seen / G_USEC_PER_SEC;

    for (guint i = 0; i < snapshots->len; i++)
        time = MAX(time, ((const Snapshot *) snapshots->pdata[i])->created + 1);
    return time;
}

// A snapshot that the plan takes, unless a later step deletes it again.
static void add_taken(GPtrArray *snapshots, const Picture *before, const Plan *plan, const Images *images)
{
    const World *world = plan->afterwards;

    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];
        const WorldRecord *record = step->kind == STEP_CREATE ? world_record(world, step->subject) : NULL;
        Snapshot *snapshot = record ? snapshot_new(step->subject) : NULL;

        if (!snapshot)
            continue;
        snapshot->description = g_strdup(step->description);
        snapshot->parent = g_strdup(record->parent);
        snapshot->created = time_taken(before, snapshots);
        snapshot->state = state_taken(before->domain, step);
        snapshot->memory = step->memory;
        snapshot->memory_file = g_strdup(step->memory_file);
        add_taken_disks(snapshot, record, step);
        snapshot->definition = definition_after(domain_now(before->domain), in_record, record, world, images);
        g_ptr_array_add(snapshots, snapshot);
    }
}

// The record of a snapshot. Both lists are in one order but for what came or went: `next` is where it should be.
static const WorldRecord *find_record(const World *world, const Snapshot *snapshot, guint *next)
{
    const WorldRecord *record = *next < world->records->len ? world->records->pdata[*next] : NULL;

    if (!record || strcmp(record->name, snapshot->name) != 0)
        return world_record(world, snapshot->name);
    ++*next;
    return record;
}

Picture *picture_after(const Picture *before, const Plan *plan)
{
    const World *world = plan->afterwards;
    Images *images = images_after(before->images, before->domain, plan);
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(free_snapshot);
    Picture *after;

    for (guint i = 0, next = 0; i < before->snapshots->len; i++) {
        const Snapshot *snapshot = before->snapshots->pdata[i];
        const WorldRecord *record = find_record(world, snapshot, &next);

        if (record)
            g_ptr_array_add(snapshots, snapshot_after(snapshot, record, world, images));
    }
    add_taken(snapshots, before, plan, images);
    after = picture_new(domain_after(before->domain, world, images), snapshots, world->current, images);
    after->seen = before->seen;
    after->details = before->details;
    after->incomplete = g_strdup(before->incomplete);
    return after;
}
