// SPDX-License-Identifier: GPL-2.0-or-later
// From traces to ways on.

#include "engine/model/remains.h"

#include "engine/model/half.h"
#include "engine/model/laws.h"
#include "engine/model/remains_words.h"
#include "engine/model/tongue.h"
#include "engine/model/world.h"

#include <string.h>

// An empty qcow2 file takes up 200 KiB at most (three clusters and a header's), and what is written first 128 more.
#define EMPTY_LAYER (256 * 1024)

Remains *remains_copy(const Remains *remains)
{
    Remains *copy;

    if (!remains)
        return NULL;
    copy = g_new0(Remains, 1);
    *copy = *remains;
    copy->story = g_strdup(remains->story);
    copy->finish = g_strdup(remains->finish);
    copy->undo = g_strdup(remains->undo);
    return copy;
}

void remains_free(Remains *remains)
{
    if (!remains)
        return;
    g_free(remains->story);
    g_free(remains->finish);
    g_free(remains->undo);
    g_free(remains);
}

const char *remains_kind_word(RemainsKind kind)
{
    switch (kind) {
    case REMAINS_NOTHING:
        return "nothing";
    case REMAINS_ALL:
        return "all";
    case REMAINS_BUSY:
        return "busy";
    case REMAINS_PART:
        return "part";
    case REMAINS_CHANGED:
        return "changed";
    case REMAINS_UNSEEN:
        return "unseen";
    }
    return "";
}

static const Step *step_at(const JournalEntry *entry, unsigned index)
{
    return index < entry->plan->steps->len ? entry->plan->steps->pdata[index] : NULL;
}

// The last step of that kind among the first `n`; NULL: none.
static const Step *find_step(const JournalEntry *entry, unsigned n, StepKind kind)
{
    for (unsigned i = n; i > 0; i--)
        if (step_at(entry, i - 1)->kind == kind)
            return step_at(entry, i - 1);
    return NULL;
}

// Among the first `n` steps, was the guest that one of them started paused stopped again?
static bool stopped_again(const JournalEntry *entry, unsigned n)
{
    bool stopped = false;

    for (unsigned i = 0; i < n; i++) {
        const Step *step = step_at(entry, i);

        stopped = step->kind == STEP_STOP_STARTED || (stopped && step->kind != STEP_START_PAUSED);
    }
    return stopped;
}

// The first delete that is still to be done; NULL: none is.
static const Step *next_delete(const JournalEntry *entry, unsigned done)
{
    for (unsigned i = done; i < entry->plan->steps->len; i++)
        if (step_at(entry, i)->kind == STEP_DELETE)
            return step_at(entry, i);
    return NULL;
}

// ---- does what was done still stand? ----------------------------------------------------------

// A later step takes the place of some traces: a guest that was started paused is stopped again, or started again.
static bool is_superseded(const JournalEntry *entry, const Remains *r, const Step *step)
{
    unsigned done = r->done;

    switch (step->kind) {
    case STEP_START_PAUSED:
        return r->restarts || stopped_again(entry, done);
    case STEP_PERSIST:
        return find_step(entry, done, STEP_RELEASE) != NULL;
    case STEP_POWER_OFF:
        return true; // a guest may be started by anybody at any time
    case STEP_REVERT:
    case STEP_DELETE:
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
    case STEP_MAKE_CURRENT:
    case STEP_STOP_STARTED:
    case STEP_POWER_ON:
    case STEP_RESTORE:
    case STEP_REMOVE_FILES:
    case STEP_RELEASE:
    case STEP_COMMIT:
    case STEP_REBASE:
    case STEP_MERGE_LAYERS:
        return true; // nothing of what follows depends on it
    case STEP_CREATE:
    case STEP_MAKE_LAYERS:
    case STEP_RECORD:
    case STEP_DEFINE:
        break;
    }
    return false;
}

// The first of the steps that are done whose work is not there any more; NULL: all of it is.
static const Step *find_changed(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    for (unsigned i = 0; i < r->done; i++) {
        const Step *step = step_at(entry, i);
        Trace trace = is_superseded(entry, r, step) ? TRACE_ALL : remains_trace(entry, i, picture);

        if (trace != TRACE_ALL && trace != TRACE_UNKNOWN)
            return step;
    }
    return NULL;
}

// Is another merge to come before the guest, started paused, is stopped again?
static bool has_merge_ahead(const JournalEntry *entry, unsigned done)
{
    for (unsigned i = done; i < entry->plan->steps->len && step_at(entry, i)->kind != STEP_STOP_STARTED; i++)
        if (remains_merges(step_at(entry, i)) || step_at(entry, i)->kind == STEP_MERGE_LAYERS)
            return true;
    return false;
}

// A merge is not done, and its guest is off: it has to be started paused once more. What was merged since the first
// start is not repeated.
static void find_restart(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    bool part = r->next == TRACE_PART && step_at(entry, r->done)->kind == STEP_MERGE_LAYERS;
    bool merged = part;

    if (domain_is_active(picture->domain) || !has_merge_ahead(entry, r->done))
        return;
    for (unsigned i = r->done; i > 0 && !r->restarts; i--) {
        StepKind kind = step_at(entry, i - 1)->kind;

        if (kind == STEP_STOP_STARTED)
            return;
        merged |= kind == STEP_DELETE;
        if (kind != STEP_START_PAUSED)
            continue;
        r->restarts = true;
        r->done = merged ? r->done : i - 1;
        r->next = part ? TRACE_PART : TRACE_NONE;
        r->started_id = -1;
    }
}

// ---- ways on ----------------------------------------------------------------------------------

// Is the guest in the process that a step of the plan started paused, and still paused?
static bool stands_paused(const Remains *r, const Picture *picture)
{
    return r->started_id != -1 && picture->domain->id == r->started_id && picture->domain->state == DOMAIN_PAUSED;
}

// Cut off between the start and its note, the process is known only as the one that stands paused now.
static int find_started(const JournalEntry *entry, const Picture *picture)
{
    const Step *step = entry->begun > entry->done ? step_at(entry, entry->done) : NULL;

    if (entry->started_id == -1 && step && step->kind == STEP_START_PAUSED && picture->domain->state == DOMAIN_PAUSED)
        return picture->domain->id;
    return entry->started_id;
}

// libvirt starts an off guest paused for its own merge; a daemon that ends meanwhile forgets it (H17; tried on 11.3).
static bool is_leftover(const JournalEntry *entry, const Picture *picture)
{
    const Step *step = entry->begun > entry->done ? step_at(entry, entry->done) : NULL;

    return step && remains_merges(step) && entry->domain_id == -1 && entry->started_id == -1 &&
           picture->domain->state == DOMAIN_PAUSED && picture_snapshot(picture, step->subject);
}

// Of a guest that is off: what it was given is as it was made. It may have been started there and stopped again.
static bool is_unwritten(const Picture *picture, const Step *define)
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
    const Step *define = find_step(entry, r->done, STEP_DEFINE);
    const Domain *domain = picture->domain;

    if (!(define || find_step(entry, traced, STEP_MAKE_LAYERS)) || find_step(entry, traced, STEP_REMOVE_FILES) ||
        find_step(entry, traced, STEP_DELETE) ||
        find_step(entry, r->done, STEP_POWER_ON) || find_step(entry, r->done, STEP_RESTORE))
        return false;
    if (!define)
        return true;
    return domain_is_active(domain) ? domain->id == entry->domain_id : is_unwritten(picture, define);
}

// Records follow right before the delete whose merge they follow.
bool remains_follows(const Plan *plan, unsigned n, const char *snapshot)
{
    bool follows = false;

    for (unsigned i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        if (step->kind == STEP_DELETE && strcmp(step->subject, snapshot) == 0)
            return follows;
        if (step->kind == STEP_FOLLOW)
            follows |= i < n;
        else if (step->kind != STEP_START_PAUSED)
            follows = false;
    }
    return false;
}

bool remains_must_follow(const Plan *plan, unsigned done, bool part)
{
    bool merged = false;

    for (unsigned i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        merged |= step->kind == STEP_MERGE_LAYERS && (i < done || (part && i == done));
        if (merged && i >= done && step->kind == STEP_FOLLOW)
            return true;
    }
    return false;
}

// qemu-img has begun to copy, and the record of the snapshot is there still. The index of that step, or -1.
static int find_commit(const JournalEntry *entry, const Remains *r)
{
    for (unsigned i = r->done + (r->next != TRACE_NONE); i > 0; i--) {
        StepKind kind = step_at(entry, i - 1)->kind;

        if (kind == STEP_COMMIT || kind == STEP_DELETE)
            return kind == STEP_COMMIT ? (int) i - 1 : -1;
    }
    return -1;
}

// As long as NOW stands on an overlay that was copied down, the guest may have been started and have written there:
// what is copied is copied again.
static void find_again(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    int index = find_commit(entry, r);
    const Step *commit = index >= 0 ? step_at(entry, (unsigned) index) : NULL;

    for (guint i = 0; commit && i < commit->disks->len; i++) {
        const StepDisk *disk = commit->disks->pdata[i];

        if (!remains_now_reaches(picture, disk->target, disk->merges))
            continue;
        r->done = (unsigned) index;
        r->next = TRACE_UNKNOWN;
        return;
    }
}

// A merge that has begun may have written into what its snapshot froze: there is no way back, and to leave it so would
// leave a snapshot that looks whole and is not.
static bool is_merging(const JournalEntry *entry, const Remains *r)
{
    const Step *delete = next_delete(entry, r->done);

    if (!delete)
        return false;
    if (find_commit(entry, r) >= 0 || (r->next != TRACE_NONE && remains_merges(step_at(entry, r->done))))
        return true;
    if (entry->torn && next_delete(entry, entry->done) == delete) // else that one is done
        return true;
    // A plan that lets records follow finishes a merge that began before it.
    return remains_follows(entry->plan, entry->plan->steps->len, delete->subject);
}

bool remains_is_stored(const JournalEntry *entry, const Remains *r)
{
    return find_step(entry, r->done + (r->next != TRACE_NONE), STEP_PERSIST) &&
           !find_step(entry, r->done, STEP_RELEASE);
}

// The guest is where the plan was to take it.
static bool is_moved(const JournalEntry *entry, const Remains *r)
{
    return find_step(entry, r->done, STEP_REVERT) || find_step(entry, r->done, STEP_POWER_ON) ||
           find_step(entry, r->done, STEP_RESTORE);
}

// The overlays of a snapshot are in use, and libvirt has not recorded it. To take it once more is no way on, nor is to
// leave it so.
static bool is_unrecorded(const JournalEntry *entry, const Remains *r)
{
    return r->next == TRACE_PART && step_at(entry, r->done)->kind == STEP_CREATE;
}

static RemainsUndo undo_way(const JournalEntry *entry, const Picture *picture, const Remains *r)
{
    bool stored = remains_is_stored(entry, r);

    if (r->torn || (stored && is_moved(entry, r)) ||
        remains_must_follow(entry->plan, r->done, r->next == TRACE_PART))
        return UNDO_NOT;
    if (can_take_back(entry, r, picture))
        return stored ? UNDO_STORED_LAYERS : UNDO_LAYERS;
    if (stored && !find_step(entry, r->done, STEP_DEFINE))
        return UNDO_STORED;
    if (stands_paused(r, picture) && !stopped_again(entry, r->done))
        return UNDO_STOP;
    if (!is_unrecorded(entry, r) && !find_step(entry, r->done + (r->next != TRACE_NONE), STEP_MAKE_LAYERS) &&
        (!find_step(entry, r->done, STEP_DEFINE) || is_moved(entry, r)))
        return UNDO_NOTHING;
    return UNDO_NOT;
}

static void find_undo(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    const Step *created = find_step(entry, r->done, STEP_CREATE);

    r->undo = remains_say_undo(undo_way(entry, picture, r), created ? created->subject : NULL);
}

// Does finishing take from NOW what it wrote since?
static bool gives_up_now(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    for (unsigned i = r->done; i < entry->plan->steps->len; i++) {
        const Step *step = step_at(entry, i);

        bool leaves = step->kind == STEP_DEFINE && step->origin; // else NOW stays what it is

        if (step->kind == STEP_REVERT || (leaves && !domain_is_active(picture->domain)))
            return true;
        if (step->kind == STEP_POWER_OFF && picture->domain->id != -1 && picture->domain->id == entry->domain_id)
            return true;
    }
    return false;
}

// The snapshot whose delete comes next and has some disks behind it; NULL: none.
static const Snapshot *find_half(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    const Step *delete = NULL;
    const Snapshot *snapshot;

    for (unsigned i = r->done; i < entry->plan->steps->len && !delete; i++)
        delete = remains_merges(step_at(entry, i)) ? step_at(entry, i) : NULL;
    snapshot = delete ? picture_snapshot(picture, delete->subject) : NULL;
    return snapshot && half_is_begun(picture, snapshot, r->torn) ? snapshot : NULL;
}

static void find_finish(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    r->loses_now = gives_up_now(entry, r, picture);
    r->finish = remains_say_finish(entry, r, find_half(entry, r, picture) != NULL);
}

// ---- the story --------------------------------------------------------------------------------

static RemainsStands stands(const Remains *r, const Picture *picture)
{
    if (r->leftover)
        return STANDS_LEFTOVER;
    if (stands_paused(r, picture))
        return STANDS_PAUSED;
    return r->started_id != -1 && domain_is_active(picture->domain) ? STANDS_RESUMED : STANDS_AS_EVER;
}

static void tell_part(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    const Step *define = find_step(entry, r->done, STEP_DEFINE);
    bool written = define && !domain_is_active(picture->domain) && !is_unwritten(picture, define);
    const Step *next = step_at(entry, r->done);
    g_autofree char *unrecorded = next ? remains_tell_unrecorded(next, picture) : NULL;
    g_autofree char *part = remains_say_part(entry, r, next_delete(entry, r->done), stands(r, picture), written);

    r->story = unrecorded ? g_strconcat(part, " ", unrecorded, NULL) : g_steal_pointer(&part);
}

static Remains *tell(Remains *r, RemainsKind kind, char *story)
{
    r->kind = kind;
    r->story = story;
    return r;
}

static bool is_busy(const Picture *picture)
{
    const Domain *domain = picture->domain;

    return domain->block_job || domain->control == CONTROL_JOB || domain->control == CONTROL_OCCUPIED;
}

static Remains *tell_busy(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    const Step *step = entry->begun > r->done ? step_at(entry, r->done) : NULL;

    r->finish = g_strdup(_("Wait until libvirt has done, then do what is left."));
    return tell(r, REMAINS_BUSY, remains_say_busy(picture->domain->name, step, r->waits));
}

Remains *remains_find(const JournalEntry *entry, const Picture *picture)
{
    Remains *r = g_new0(Remains, 1);
    const Step *changed;

    r->done = entry->done;
    r->started_id = find_started(entry, picture);
    if (is_busy(picture) && !entry->abandoned) {
        r->waits = picture->domain->block_job_over && is_leftover(entry, picture);
        return tell_busy(entry, picture, r);
    }
    if (!picture->details)
        return tell(r, REMAINS_UNSEEN, remains_say_unseen(entry, picture->incomplete));
    if (entry->begun > entry->done)
        r->next = remains_trace(entry, entry->done, picture);
    if (r->next == TRACE_ALL) {
        r->done++;
        r->next = TRACE_NONE;
    }
    r->torn = is_merging(entry, r);
    r->leftover = is_leftover(entry, picture);
    if (r->leftover)
        r->started_id = picture->domain->id;
    find_restart(entry, picture, r);
    find_again(entry, picture, r);
    changed = find_changed(entry, r, picture);
    if (changed)
        return tell(r, REMAINS_CHANGED, remains_say_changed(entry, r->done, changed));
    if (r->done == entry->plan->steps->len)
        return tell(r, REMAINS_ALL, g_strdup(_("All its steps were done.")));
    if (r->done == 0 && r->next == TRACE_NONE && !r->torn)
        return tell(r, REMAINS_NOTHING, g_strdup(_("It was cut off before it had touched anything. Plan it again if it "
                                                   "is still wanted.")));
    r->kind = REMAINS_PART;
    tell_part(entry, picture, r);
    if (!is_unrecorded(entry, r))
        find_finish(entry, picture, r);
    find_undo(entry, picture, r);
    return r;
}

// ---- the rest as a plan -----------------------------------------------------------------------

static void drop_steps(Plan *plan, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        g_ptr_array_remove_index(plan->steps, 0);
}

// Files that are there already are not made, and those that are gone are not removed once more.
static void drop_files(Step *step, const Picture *picture)
{
    for (guint i = step->disks->len; i > 0; i--) {
        const StepDisk *disk = step->disks->pdata[i - 1];
        const char *file = step->kind == STEP_MAKE_LAYERS ? disk->writes : disk->removes;
        Presence done = step->kind == STEP_MAKE_LAYERS ? PRESENCE_FOUND : PRESENCE_MISSING;

        if (file && remains_presence(picture, file) == done)
            g_ptr_array_remove_index(step->disks, i - 1);
    }
    if (step->memory_file && remains_presence(picture, step->memory_file) == PRESENCE_MISSING)
        g_clear_pointer(&step->memory_file, g_free);
}

// Layers that NOW does not stand on any more.
static void drop_merged(Step *step, const Picture *picture)
{
    for (guint i = step->disks->len; i > 0; i--) {
        const StepDisk *disk = step->disks->pdata[i - 1];

        if (!remains_now_reaches(picture, disk->target, disk->merges))
            g_ptr_array_remove_index(step->disks, i - 1);
    }
}

// The step of the plan that started the guest paused, once more.
static void start_again(Plan *rest, const JournalEntry *entry, unsigned done)
{
    g_autoptr(Plan) copy = plan_copy(entry->plan);

    for (unsigned i = done; i > 0; i--)
        if (step_at(entry, i - 1)->kind == STEP_START_PAUSED) {
            g_ptr_array_insert(rest->steps, 0, g_ptr_array_steal_index(copy->steps, i - 1));
            return;
        }
}

// Some disks are merged already: the records have to follow, before libvirt merges the others.
static void finish_half(Plan *rest, const Snapshot *snapshot, const Picture *picture, bool begun)
{
    g_autoptr(Plan) more = plan_new(rest->wish);
    Step *delete = NULL;

    for (guint i = 0; !delete; i++)
        delete = remains_merges(rest->steps->pdata[i]) ? rest->steps->pdata[i] : NULL;
    half_add_steps(more, picture, snapshot, begun);
    half_add_removal(rest, picture, snapshot, begun);
    for (guint i = delete->disks->len; i > 0; i--)
        if (half_is_merged(picture, snapshot, ((const StepDisk *) delete->disks->pdata[i - 1])->target, begun))
            g_ptr_array_remove_index(delete->disks, i - 1);
    delete->metadata_only = half_is_whole(picture, snapshot, begun);
    while (more->steps->len > 0)
        g_ptr_array_insert(rest->steps, 0, g_ptr_array_steal_index(more->steps, more->steps->len - 1));
}

void remains_replan(Plan *plan, unsigned done, const Plan *rest)
{
    g_autoptr(Plan) copy = plan_copy(rest);

    g_ptr_array_set_size(plan->steps, (gint) done);
    while (copy->steps->len > 0)
        g_ptr_array_add(plan->steps, g_ptr_array_steal_index(copy->steps, 0));
    plan_seal(plan);
}

static void stop_leftover(Plan *rest)
{
    Step *stop = plan_add_step(rest, STEP_STOP_STARTED, rest->wish->domain);

    stop->effect = g_strdup(_("Stop the guest that libvirt left paused, if nobody resumed it meanwhile."));
    g_ptr_array_insert(rest->steps, 0, g_ptr_array_steal_index(rest->steps, rest->steps->len - 1));
}

Plan *remains_rest(const Remains *remains, const JournalEntry *entry, const Picture *picture,
                   const Neighbours *neighbours, const Host *host, bool lose_now)
{
    Plan *rest = plan_copy(entry->plan);
    const Snapshot *half;
    Step *first;

    g_clear_pointer(&rest->afterwards, world_unref);
    g_free(rest->title);
    rest->title = g_strdup_printf(_("Finish: %s"), entry->plan->title);
    drop_steps(rest, remains->done);
    first = rest->steps->pdata[0];
    if (remains->next == TRACE_PART && (first->kind == STEP_MAKE_LAYERS || first->kind == STEP_REMOVE_FILES))
        drop_files(first, picture);
    if (remains->next == TRACE_PART && first->kind == STEP_MERGE_LAYERS)
        drop_merged(first, picture);
    if (remains->restarts && first->kind != STEP_START_PAUSED)
        start_again(rest, entry, remains->done);
    half = find_half(entry, remains, picture);
    if (half)
        finish_half(rest, half, picture, remains->torn);
    if (remains->leftover)
        stop_leftover(rest);
    if (lose_now)
        rest->wish->now = NOW_LOSE;
    if (remains->loses_now && !lose_now)
        plan_refuse(rest, "law 4", "NOW may hold what it wrote since the job was cut off, and finishing gives that "
                    "up. Say so with --lose-now, or take the job back and plan it again.");
    else
        laws_judge_rest(rest, entry->plan, remains->done, picture, neighbours, host);
    rest->loses_data |= remains->loses_now;
    plan_seal(rest);
    return rest;
}
