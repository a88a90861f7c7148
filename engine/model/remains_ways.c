// SPDX-License-Identifier: GPL-2.0-or-later
// The ways on: what finishing and undoing would do, and where there is none.

#include "engine/model/remains_inside.h"

#include "engine/model/half.h"
#include "engine/model/remains_words.h"

// An empty qcow2 file takes up 200 KiB at most (three clusters and a header's), and what is written first 128 more.
#define EMPTY_LAYER (256 * 1024)

bool remains_stands_paused(const Remains *r, const Picture *picture)
{
    return r->started_id != -1 && picture->domain->id == r->started_id && picture->domain->state == DOMAIN_PAUSED;
}

bool remains_is_unwritten(const Picture *picture, const Step *define)
{
    for (guint i = 0; i < define->disks->len; i++) {
        const Image *image = images_get(picture->images, ((const StepDisk *) define->disks->pdata[i])->writes);

        if (!image || !(image->empty || (image->allocation >= 0 && image->allocation <= EMPTY_LAYER)))
            return false;
    }
    return true;
}

// Steps of our own have begun, and the guest was not started on the new layers since.
static bool can_take_back(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    unsigned traced = r->done + (r->next != TRACE_NONE);
    const Step *define = remains_find_step(entry, r->done, STEP_DEFINE);
    const Domain *domain = picture->domain;

    if (!(define || remains_find_step(entry, traced, STEP_MAKE_LAYERS)) ||
        remains_find_step(entry, traced, STEP_REMOVE_FILES) || remains_find_step(entry, traced, STEP_DELETE) ||
        remains_find_step(entry, r->done, STEP_POWER_ON) || remains_find_step(entry, r->done, STEP_RESTORE))
        return false;
    if (!define)
        return true;
    return domain_is_active(domain) ? domain->id == entry->domain_id : remains_is_unwritten(picture, define);
}

// The guest is where the plan was to take it.
static bool is_moved(const JournalEntry *entry, const Remains *r)
{
    return remains_find_step(entry, r->done, STEP_REVERT) || remains_find_step(entry, r->done, STEP_POWER_ON) ||
           remains_find_step(entry, r->done, STEP_RESTORE);
}

static RemainsUndo undo_way(const JournalEntry *entry, const Picture *picture, const Remains *r)
{
    bool stored = remains_is_stored(entry, r);

    if (r->torn || (stored && is_moved(entry, r)) ||
        remains_must_follow(entry->plan, r->done, r->next == TRACE_PART))
        return UNDO_NOT;
    if (can_take_back(entry, r, picture))
        return stored ? UNDO_STORED_LAYERS : UNDO_LAYERS;
    if (stored && !remains_find_step(entry, r->done, STEP_DEFINE))
        return UNDO_STORED;
    if (remains_is_unrecorded(entry, r))
        return remains_can_unwind(entry, r, picture) ? UNDO_OVERLAYS : UNDO_NOT;
    if (remains_takes_back(entry))
        return UNDO_NOT;
    if (remains_stands_paused(r, picture) && !remains_stopped_again(entry, r->done))
        return UNDO_STOP;
    if (picture->domain->block_job) // of ours, which waits at its end
        return UNDO_NOT;
    if (!remains_find_step(entry, r->done + (r->next != TRACE_NONE), STEP_MAKE_LAYERS) &&
        (!remains_find_step(entry, r->done, STEP_DEFINE) || is_moved(entry, r)))
        return UNDO_NOTHING;
    return UNDO_NOT;
}

void remains_find_undo(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    const Step *created = remains_find_step(entry, r->done, STEP_CREATE);
    RemainsUndo way = undo_way(entry, picture, r);

    r->stays = way == UNDO_NOTHING;
    r->unwinds = way == UNDO_OVERLAYS;
    r->undo = remains_say_undo(way, created ? created->subject : NULL);
}

// Does finishing take from NOW what it wrote since?
static bool gives_up_now(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    for (unsigned i = r->done; i < entry->plan->steps->len; i++) {
        const Step *step = remains_step(entry, i);
        bool leaves = step->kind == STEP_DEFINE && step->origin; // else NOW stays what it is

        if (step->kind == STEP_REVERT || (leaves && !domain_is_active(picture->domain)))
            return true;
        if (step->kind == STEP_POWER_OFF && picture->domain->id != -1 && picture->domain->id == entry->domain_id)
            return true;
    }
    return false;
}

const Snapshot *remains_find_half(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    const Step *delete = NULL;
    const Snapshot *snapshot;

    for (unsigned i = r->done; i < entry->plan->steps->len && !delete; i++)
        delete = remains_merges(remains_step(entry, i)) ? remains_step(entry, i) : NULL;
    snapshot = delete ? picture_snapshot(picture, delete->subject) : NULL;
    return snapshot && half_is_begun(picture, snapshot, r->torn) ? snapshot : NULL;
}

void remains_find_finish(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    r->loses_now = gives_up_now(entry, r, picture);
    r->finish = remains_say_finish(entry, r, remains_find_half(entry, r, picture) != NULL);
}
