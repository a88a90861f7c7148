// SPDX-License-Identifier: GPL-2.0-or-later
// What each kind of step leaves in a picture.

#include "engine/model/half.h"
#include "engine/model/reach.h"
#include "engine/model/remains.h"

#include <string.h>

static Trace trace_of(unsigned found, unsigned all)
{
    return found == 0 ? TRACE_NONE : found < all ? TRACE_PART : TRACE_ALL;
}

bool remains_now_reaches(const Picture *picture, const char *target, const char *image)
{
    const char *now = picture_now(picture, target);
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    if (now)
        (void) images_chain(picture->images, now, chain);
    return image && g_ptr_array_find_with_equal_func(chain, image, g_str_equal, NULL);
}

// libvirt switches the disks first and writes the record last.
static Trace trace_create(const Step *step, const Picture *picture)
{
    if (picture_snapshot(picture, step->subject))
        return TRACE_ALL;
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (remains_now_reaches(picture, disk->target, disk->writes))
            return TRACE_PART;
    }
    return TRACE_NONE;
}

bool remains_merges(const Step *step)
{
    for (guint i = 0; step->kind == STEP_DELETE && !step->metadata_only && i < step->disks->len; i++)
        if (((const StepDisk *) step->disks->pdata[i])->merges)
            return true;
    return false;
}

bool remains_merges_layers(const Step *step)
{
    return step->kind == STEP_MERGE_LAYERS || step->kind == STEP_MERGE_NOW;
}

// A merge that did not come to its end leaves marks in a record (libvirt >= 9.0), or has taken a disk off the image.
// Where no snapshot lies below there is no record to be marked, and a daemon that was killed takes its merge away
// without a trace (tried on 9.0): what was written into the image until then cannot be seen.
static Trace trace_delete(const Step *step, const Picture *picture)
{
    const Snapshot *snapshot = picture_snapshot(picture, step->subject);
    g_autoptr(Reach) reach = NULL;

    if (!snapshot)
        return TRACE_ALL;
    if (remains_merges(step) && half_is_begun(picture, snapshot, true))
        return TRACE_PART;
    for (guint i = 0; i < picture->snapshots->len; i++)
        if (snapshot_delete_in_progress(picture->snapshots->pdata[i]))
            return TRACE_PART;
    reach = reach_new(picture);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        g_autoptr(GPtrArray) states = disk->removes ? reach_of(reach, disk->removes) : NULL;

        if (states && states->len == 0)
            return TRACE_PART;
    }
    return remains_merges(step) ? TRACE_UNKNOWN : TRACE_NONE;
}

static bool now_is_as_before(const JournalEntry *entry, const Picture *picture)
{
    for (guint i = 0; i < entry->disks->len; i++) {
        const JournalDisk *disk = entry->disks->pdata[i];

        if (g_strcmp0(picture_now(picture, disk->target), disk->image) != 0)
            return false;
    }
    return true;
}

// An external revert gives NOW new images; an internal one only moves what is current.
static Trace trace_revert(const JournalEntry *entry, const Step *step, const Picture *picture)
{
    const Snapshot *subject = picture_snapshot(picture, step->subject);
    bool there = g_strcmp0(picture->current, step->subject) == 0;
    bool moved = g_strcmp0(entry->current, step->subject) != 0;

    if (subject && snapshot_kind(subject) == KIND_EXTERNAL)
        return there && !now_is_as_before(entry, picture) ? TRACE_ALL : TRACE_NONE;
    if (!there)
        return TRACE_NONE;
    return moved ? TRACE_ALL : TRACE_UNKNOWN;
}

// A record may name a file that is gone, so being named is no presence.
Presence remains_presence(const Picture *picture, const char *file)
{
    const Image *image = images_get(picture->images, file);

    if (image)
        return image->presence;
    if (!images_folder_listed(picture->images, file))
        return PRESENCE_UNKNOWN;
    return images_taken(picture->images, file) ? PRESENCE_FOUND : PRESENCE_MISSING;
}

static Trace trace_files(const Step *step, const Picture *picture, bool made)
{
    unsigned found = 0, all = 0;

    for (guint i = 0; i <= step->disks->len; i++) {
        const StepDisk *disk = i < step->disks->len ? step->disks->pdata[i] : NULL;
        const char *file = !disk ? (made ? NULL : step->memory_file) : made ? disk->writes : disk->removes;

        if (!file)
            continue;
        all++;
        if (remains_presence(picture, file) == PRESENCE_UNKNOWN)
            return TRACE_UNKNOWN;
        found += (remains_presence(picture, file) == PRESENCE_FOUND) == made;
    }
    return all == 0 ? TRACE_ALL : trace_of(found, all);
}

// A record whose file libvirt could not write is current for a moment, and then none is (tried on 9.0).
static Trace trace_record(const Step *step, const Picture *picture)
{
    const Snapshot *snapshot = picture_snapshot(picture, step->subject);
    unsigned found = 0;

    for (guint i = 0; snapshot && i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        found += g_strcmp0(snapshot_overlay(snapshot, disk->target), disk->writes) == 0;
    }
    if (found == step->disks->len && g_strcmp0(picture->current, step->subject) == 0)
        return TRACE_ALL;
    return found > 0 || !picture->current ? TRACE_PART : TRACE_NONE;
}

// A guest that is transient again has what it was given in what runs.
static Trace trace_define(const Step *step, const Picture *picture)
{
    const Domain *domain = picture->domain;
    const Definition *definition = domain->inactive ? domain->inactive : domain->live;
    unsigned found = 0;

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        const Disk *stored = definition_disk(definition, disk->target);

        found += stored && g_strcmp0(stored->path, disk->writes) == 0;
    }
    return trace_of(found, step->disks->len);
}

static Trace trace_reparent(const Step *step, const Picture *picture)
{
    const Snapshot *snapshot = picture_snapshot(picture, step->subject);

    return snapshot && g_strcmp0(snapshot->parent, step->origin) == 0 ? TRACE_ALL : TRACE_NONE;
}

static Trace trace_renew(const Step *step, const Picture *picture)
{
    const Snapshot *snapshot = picture_snapshot(picture, step->subject);
    unsigned found = 0;

    for (guint i = 0; snapshot && i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        found += g_strcmp0(snapshot_expected_now(snapshot, disk->target), disk->writes) == 0;
    }
    return trace_of(found, step->disks->len);
}

static Trace trace_follow(const Step *step, const Picture *picture)
{
    const Snapshot *snapshot = picture_snapshot(picture, step->subject);
    unsigned found = 0;

    for (guint i = 0; snapshot && i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        found += disk->mode == DISK_MODE_NO ? !snapshot_covers(snapshot, disk->target)
                                            : !half_names(snapshot, disk->target, disk->backing);
    }
    return trace_of(found, step->disks->len);
}

// The guest was started by the plan: it runs, and not since before.
static Trace trace_started(const JournalEntry *entry, const Picture *picture)
{
    return domain_is_active(picture->domain) && picture->domain->id != entry->domain_id ? TRACE_ALL : TRACE_NONE;
}

static Trace trace_stopped(const JournalEntry *entry, const Picture *picture)
{
    return domain_is_active(picture->domain) && picture->domain->id == entry->domain_id ? TRACE_NONE : TRACE_ALL;
}

static Trace trace_rebase(const Step *step, const Picture *picture)
{
    unsigned found = 0;

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        const Image *image = images_get(picture->images, disk->writes);

        found += image && g_strcmp0(image->backing, disk->backing) == 0;
    }
    return trace_of(found, step->disks->len);
}

// A merge of such a layer that was cut off has changed nothing that anybody reads, and can be made again.
static Trace trace_merge_layers(const Step *step, const Picture *picture)
{
    unsigned found = 0;

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        const char *now = picture_now(picture, disk->target);

        if (!now || images_chain(picture->images, now, NULL) != CHAIN_COMPLETE)
            return TRACE_UNKNOWN;
        found += !remains_now_reaches(picture, disk->target, disk->merges);
    }
    return trace_of(found, step->disks->len);
}

// One that runs, or waits at its end, is taken up.
static Trace trace_merge_now(const Step *step, const Picture *picture)
{
    Trace trace = trace_merge_layers(step, picture);

    return trace == TRACE_NONE && picture->domain->block_job ? TRACE_PART : trace;
}

// The records are written one by one: whether that came to its end is seen nowhere.
static Trace trace_persist(const JournalEntry *entry, unsigned index, const Picture *picture)
{
    if (!picture->domain->persistent)
        return TRACE_NONE;
    return index < entry->done ? TRACE_ALL : TRACE_PART;
}

Trace remains_trace(const JournalEntry *entry, unsigned index, const Picture *picture)
{
    const Step *step = entry->plan->steps->pdata[index];

    switch (step->kind) {
    case STEP_CREATE:
        return trace_create(step, picture);
    case STEP_DELETE:
        return trace_delete(step, picture);
    case STEP_REVERT:
        return trace_revert(entry, step, picture);
    case STEP_MAKE_LAYERS:
        return trace_files(step, picture, true);
    case STEP_REMOVE_FILES:
        return trace_files(step, picture, false);
    case STEP_RECORD:
        return trace_record(step, picture);
    case STEP_DEFINE:
        return trace_define(step, picture);
    case STEP_REPARENT:
        return trace_reparent(step, picture);
    case STEP_RENEW:
        return trace_renew(step, picture);
    case STEP_FOLLOW:
        return trace_follow(step, picture);
    case STEP_MAKE_CURRENT:
        return g_strcmp0(picture->current, step->subject) == 0 ? TRACE_ALL : TRACE_NONE;
    case STEP_START_PAUSED:
    case STEP_POWER_ON:
    case STEP_RESTORE:
        return trace_started(entry, picture);
    case STEP_POWER_OFF:
        return trace_stopped(entry, picture);
    case STEP_COMMIT:
        return TRACE_UNKNOWN; // what was copied looks as what was not
    case STEP_REBASE:
        return trace_rebase(step, picture);
    case STEP_MERGE_LAYERS:
        return trace_merge_layers(step, picture);
    case STEP_MERGE_NOW:
        return trace_merge_now(step, picture);
    case STEP_PERSIST:
        return trace_persist(entry, index, picture);
    case STEP_RELEASE:
        return picture->domain->persistent ? TRACE_NONE : TRACE_ALL;
    case STEP_STOP_STARTED:
        return domain_is_active(picture->domain) ? TRACE_NONE : TRACE_ALL;
    }
    return TRACE_UNKNOWN;
}
