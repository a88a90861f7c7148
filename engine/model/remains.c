// SPDX-License-Identifier: GPL-2.0-or-later
// From traces to what became of a job.

#include "engine/model/remains_inside.h"

#include "engine/model/remains_words.h"
#include "engine/model/tongue.h"

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

// ---- does what was done still stand? ----------------------------------------------------------

// A later step takes the place of some traces: a guest that was started paused is stopped again, or started again.
static bool is_superseded(const JournalEntry *entry, const Remains *r, const Step *step)
{
    unsigned done = r->done;

    switch (step->kind) {
    case STEP_START_PAUSED:
        return r->restarts || remains_stopped_again(entry, done);
    case STEP_PERSIST:
        return remains_find_step(entry, done, STEP_RELEASE) != NULL;
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
    case STEP_MERGE_NOW:
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
        const Step *step = remains_step(entry, i);
        Trace trace = is_superseded(entry, r, step) ? TRACE_ALL : remains_trace(entry, i, picture);

        if (trace != TRACE_ALL && trace != TRACE_UNKNOWN)
            return step;
    }
    return NULL;
}

// Is another merge to come before the guest, started paused, is stopped again?
static bool has_merge_ahead(const JournalEntry *entry, unsigned done)
{
    for (unsigned i = done; i < entry->plan->steps->len && remains_step(entry, i)->kind != STEP_STOP_STARTED; i++)
        if (remains_merges(remains_step(entry, i)) || remains_merges_layers(remains_step(entry, i)))
            return true;
    return false;
}

// A merge is not done, and its guest is off: it has to be started paused once more. What was merged since the first
// start is not repeated.
static void find_restart(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    bool part = r->next == TRACE_PART && remains_merges_layers(remains_step(entry, r->done));
    bool merged = part;

    if (domain_is_active(picture->domain) || !has_merge_ahead(entry, r->done))
        return;
    for (unsigned i = r->done; i > 0 && !r->restarts; i--) {
        StepKind kind = remains_step(entry, i - 1)->kind;

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

// ---- where it stands --------------------------------------------------------------------------

// Cut off between the start and its note, the process is known only as the one that stands paused now.
static int find_started(const JournalEntry *entry, const Picture *picture)
{
    const Step *step = entry->begun > entry->done ? remains_step(entry, entry->done) : NULL;

    if (entry->started_id == -1 && step && step->kind == STEP_START_PAUSED && picture->domain->state == DOMAIN_PAUSED)
        return picture->domain->id;
    return entry->started_id;
}

// libvirt starts an off guest paused for its own merge; a daemon that ends meanwhile forgets it (H17; tried on 11.3).
static bool is_leftover(const JournalEntry *entry, const Picture *picture)
{
    const Step *step = entry->begun > entry->done ? remains_step(entry, entry->done) : NULL;

    return step && remains_merges(step) && entry->domain_id == -1 && entry->started_id == -1 &&
           picture->domain->state == DOMAIN_PAUSED && picture_snapshot(picture, step->subject);
}

// As long as NOW stands on an overlay that was copied down, the guest may have been started and have written there:
// what is copied is copied again.
static void find_again(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    int index = remains_find_commit(entry, r);
    const Step *commit = index >= 0 ? remains_step(entry, (unsigned) index) : NULL;

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
    const Step *delete = remains_next_delete(entry, r->done);

    if (!delete)
        return false;
    if (remains_find_commit(entry, r) >= 0 ||
        (r->next != TRACE_NONE && remains_merges(remains_step(entry, r->done))))
        return true;
    if (entry->torn && remains_next_delete(entry, entry->done) == delete) // else that one is done
        return true;
    // A plan that lets records follow finishes a merge that began before it.
    return remains_follows(entry->plan, entry->plan->steps->len, delete->subject);
}

// ---- the story --------------------------------------------------------------------------------

static RemainsStands stands(const Remains *r, const Picture *picture)
{
    if (r->leftover)
        return STANDS_LEFTOVER;
    if (remains_stands_paused(r, picture))
        return STANDS_PAUSED;
    return r->started_id != -1 && domain_is_active(picture->domain) ? STANDS_RESUMED : STANDS_AS_EVER;
}

static void tell_part(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    const Step *define = remains_find_step(entry, r->done, STEP_DEFINE);
    bool written = define && !domain_is_active(picture->domain) && !remains_is_unwritten(picture, define);
    const Step *next = remains_step(entry, r->done);
    g_autofree char *unrecorded = next ? remains_tell_unrecorded(entry->plan, next, picture) : NULL;
    const Step *merge = remains_next_delete(entry, r->done);
    g_autofree char *part = remains_say_part(entry, r, merge, stands(r, picture), written);

    r->story = unrecorded ? g_strconcat(part, " ", unrecorded, NULL) : g_steal_pointer(&part);
}

static Remains *tell(Remains *r, RemainsKind kind, char *story)
{
    r->kind = kind;
    r->story = story;
    return r;
}

// A merge of what NOW writes to waits at its end for whoever goes on with the job.
static bool is_busy(const JournalEntry *entry, const Picture *picture)
{
    const Domain *domain = picture->domain;
    const Step *step = entry->begun > entry->done ? remains_step(entry, entry->done) : NULL;
    bool waits = step && step->kind == STEP_MERGE_NOW && domain->block_job_over;

    return (domain->block_job && !waits) || domain->control == CONTROL_JOB || domain->control == CONTROL_OCCUPIED;
}

static Remains *tell_busy(const JournalEntry *entry, const Picture *picture, Remains *r)
{
    const Step *step = entry->begun > r->done ? remains_step(entry, r->done) : NULL;

    r->finish = g_strdup(_("Wait until libvirt has done, then do what is left."));
    return tell(r, REMAINS_BUSY, remains_say_busy(picture->domain->name, step, r->waits));
}

// A job that was to take a failed snapshot back has not touched anything, and NOW is where that snapshot left it.
static bool is_on_overlays(const JournalEntry *entry, const Picture *picture)
{
    for (unsigned i = 0; remains_takes_back(entry) && i < entry->plan->steps->len; i++)
        if (remains_step(entry, i)->kind == STEP_MERGE_NOW && remains_trace(entry, i, picture) != TRACE_ALL)
            return true;
    return false;
}

Remains *remains_find(const JournalEntry *entry, const Picture *picture)
{
    Remains *r = g_new0(Remains, 1);
    const Step *changed;

    r->done = entry->done;
    r->started_id = find_started(entry, picture);
    if (is_busy(entry, picture) && !entry->abandoned) {
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
    if (r->done == 0 && r->next == TRACE_NONE && !r->torn && !is_on_overlays(entry, picture))
        return tell(r, REMAINS_NOTHING, g_strdup(_("It was cut off before it had touched anything. Plan it again if it "
                                                   "is still wanted.")));
    r->kind = REMAINS_PART;
    tell_part(entry, picture, r);
    if (!remains_is_unrecorded(entry, r))
        remains_find_finish(entry, picture, r);
    remains_find_undo(entry, picture, r);
    return r;
}
