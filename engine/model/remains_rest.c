// SPDX-License-Identifier: GPL-2.0-or-later
// The rest as a plan.

#include "engine/model/remains_inside.h"

#include "engine/model/half.h"
#include "engine/model/laws.h"
#include "engine/model/paused.h"
#include "engine/model/tongue.h"
#include "engine/model/world.h"

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
        if (remains_step(entry, i - 1)->kind == STEP_START_PAUSED) {
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
    g_free(plan->after);
    plan->after = g_strdup(rest->after);
    plan_seal(plan);
}

static int find_step(const Plan *plan, StepKind kind)
{
    for (guint i = 0; i < plan->steps->len; i++)
        if (((const Step *) plan->steps->pdata[i])->kind == kind)
            return (int) i;
    return -1;
}

static void move_last(Plan *plan, int to)
{
    g_ptr_array_insert(plan->steps, to, g_ptr_array_steal_index(plan->steps, plan->steps->len - 1));
}

// What NOW writes to is merged in any QEMU, so it may go off or be started meanwhile.
static void follow_guest(Plan *rest, const Picture *picture)
{
    int merge = find_step(rest, STEP_MERGE_NOW), start = find_step(rest, STEP_START_PAUSED);
    bool active = domain_is_active(picture->domain);

    if (merge < 0 || active == (start < 0))
        return;
    if (active) {
        g_ptr_array_remove_index(rest->steps, (guint) find_step(rest, STEP_STOP_STARTED));
        g_ptr_array_remove_index(rest->steps, (guint) start);
    } else {
        paused_add_stop(rest);
        move_last(rest, merge + 1);
        paused_add_start(rest);
        move_last(rest, merge);
    }
    g_free(rest->after);
    rest->after = g_strdup(domain_state_word(picture->domain->state));
}

static void stop_leftover(Plan *rest)
{
    Step *stop = plan_add_step(rest, STEP_STOP_STARTED, rest->wish->domain);

    stop->effect = g_strdup(_("Stop the guest that libvirt left paused, if nobody resumed it meanwhile."));
    g_ptr_array_insert(rest->steps, 0, g_ptr_array_steal_index(rest->steps, rest->steps->len - 1));
}

// Takes the title.
static Plan *copy_plan(const JournalEntry *entry, char *title)
{
    Plan *rest = plan_copy(entry->plan);

    g_clear_pointer(&rest->afterwards, world_unref);
    g_free(rest->title);
    rest->title = title;
    return rest;
}

static char *say_title(const JournalEntry *entry, bool unwinds)
{
    return unwinds ? g_strdup_printf(_("Take back: %s"), entry->plan->title)
                   : g_strdup_printf(_("Finish: %s"), entry->plan->title);
}

Plan *remains_rest(const Remains *remains, const JournalEntry *entry, const Picture *picture,
                   const Neighbours *neighbours, const Host *host, bool lose_now)
{
    Plan *rest = copy_plan(entry, say_title(entry, remains->unwinds));
    const Snapshot *half;
    Step *first;

    if (remains->unwinds) {
        remains_unwind(rest, entry, remains, picture);
        laws_judge_rest(rest, entry->plan, remains->done, picture, neighbours, host);
        plan_seal(rest);
        return rest;
    }
    drop_steps(rest, remains->done);
    first = rest->steps->pdata[0];
    if (remains->next == TRACE_PART && (first->kind == STEP_MAKE_LAYERS || first->kind == STEP_REMOVE_FILES))
        drop_files(first, picture);
    if (remains->next == TRACE_PART && remains_merges_layers(first))
        drop_merged(first, picture);
    if (remains->restarts && first->kind != STEP_START_PAUSED)
        start_again(rest, entry, remains->done);
    follow_guest(rest, picture);
    half = remains_find_half(entry, remains, picture);
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
