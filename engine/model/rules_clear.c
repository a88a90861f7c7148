// SPDX-License-Identifier: GPL-2.0-or-later
// What is left behind that no state needs any more: files that NOW wrote, when the guest goes back, and what only a
// deleted snapshot's record named, as the image of a disk that it left out.
//
// libvirt's own revert unlinks the overlays that the current snapshot's record names, and nothing below them: the
// first layer of a branch that virt-snap composed would stay for ever, and stand in the way of every later merge.

#include "engine/model/leftover.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

// Why a file that no state of this guest needs is not removed, as a clause; NULL: it may be. Caller frees.
static char *why_it_stays(const Planning *p, const char *image)
{
    const char *holder = p->neighbours ? neighbours_holder(p->neighbours, image) : NULL;
    const char *stray = p->neighbours ? neighbours_stray(p->neighbours, image) : NULL;

    if (holder)
        return g_strdup_printf(_("guest %s uses it too"), holder);
    if (!p->neighbours || neighbours_unseen(p->neighbours, image))
        return g_strdup(_("a guest that could not be seen whole may use it"));
    return stray ? g_strdup_printf(_("the file %s stands on it"), stray) : NULL;
}

static void tell(Planning *p, const char *image, const char *why)
{
    plan_warn(p->plan, "law 1", "The image %s, which the guest does not need any more, is left where it is: %s.", image, why);
}

static void tell_stays(const char *path, LeftoverReason reason, gpointer data)
{
    static const char *const why[] = {
        [LEFT_BASE] = N_("no snapshot's record names it"),
        [LEFT_DEVICE] = N_("it is no plain file"),
        [LEFT_UNSEEN] = N_("whether it is still there could not be seen"),
        [LEFT_CUT] = N_("an image that is missing may have stood on it"),
    };

    tell(data, path, _(why[reason]));
}

static void tell_cut(const char *path, LeftoverReason reason, gpointer data)
{
    if (reason == LEFT_CUT)
        tell_stays(path, reason, data);
}

// What stands below a file that stays is needed by whoever needs that file.
static void keep_below(const Planning *p, const char *image, GHashTable *kept)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    images_chain(p->picture->images, image, chain);
    for (guint i = 0; i < chain->len; i++)
        g_hash_table_add(kept, chain->pdata[i]);
}

// Takes out of the step what others need.
static void spare(Planning *p, Step *step)
{
    g_autoptr(GHashTable) kept = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < step->disks->len;) {
        const StepDisk *disk = step->disks->pdata[i];
        g_autofree char *why = why_it_stays(p, disk->removes);

        if (!why && !g_hash_table_contains(kept, disk->removes)) {
            i++;
            continue;
        }
        if (why)
            tell(p, disk->removes, why);
        keep_below(p, disk->removes, kept);
        g_ptr_array_remove_index(step->disks, i);
    }
}

// NOW as it is before each of the plan's steps: one of them takes the snapshot that keeps it.
static bool try_steps(Planning *p, Leftover *leftover)
{
    for (guint i = 0; i < p->plan->steps->len; i++) {
        g_autofree char *fault = NULL;

        leftover_offer(leftover, NULL);
        if (!leftover_try(leftover, p->host, p->plan->steps->pdata[i], &fault))
            return false; // the laws will say so too, and refuse
    }
    return true;
}

// True: something is to be removed.
static bool collect(Planning *p, Leftover *leftover, Step *step)
{
    (void) leftover_collect(leftover, step); // whether or not: what others need is taken out again
    spare(p, step);
    if (step->disks->len > 0 || step->memory_file)
        return true;
    g_ptr_array_remove_index(p->plan->steps, p->plan->steps->len - 1);
    return false;
}

void rules_clear_deleted(Planning *p, const Snapshot *snapshot)
{
    g_autoptr(GPtrArray) going = g_ptr_array_new();
    g_autoptr(Leftover) leftover = NULL;
    Step *step;

    // A repair corrects records, and what they do not tell may be needed all the same.
    if (!host_has(p->host, FACT_IMAGES) || p->plan->verdict != VERDICT_OK || p->wish->verb != VERB_DELETE)
        return;
    g_ptr_array_add(going, (gpointer) snapshot);
    leftover = leftover_new(p->world, p->picture, p->neighbours, going);
    leftover_offer(leftover, snapshot);
    for (guint i = 0; i < p->plan->steps->len; i++) {
        g_autofree char *fault = NULL;

        if (!leftover_try(leftover, p->host, p->plan->steps->pdata[i], &fault))
            return; // the laws will say so too, and refuse
    }
    leftover_tell(leftover, tell_cut, p);
    step = plan_add_step(p->plan, STEP_REMOVE_FILES, snapshot->name);
    if (collect(p, leftover, step))
        step->effect = g_strdup_printf(step->disks->len > 0 ? _("Remove the files that only snapshot %s needed.") :
                                                              _("Remove the memory that only snapshot %s needed."),
                                       snapshot->name);
}

void rules_clear_now(Planning *p)
{
    g_autoptr(GPtrArray) nobody = g_ptr_array_new();
    g_autoptr(Leftover) leftover = NULL;
    Step *step;

    if (!host_has(p->host, FACT_IMAGES) || (p->going->len > 0 && p->wish->now == NOW_LOSE))
        return; // a discard takes it with what only the discarded snapshots need
    leftover = leftover_new(p->world, p->picture, p->neighbours, nobody);
    if (!try_steps(p, leftover))
        return;
    leftover_tell(leftover, tell_stays, p);
    step = plan_add_step(p->plan, STEP_REMOVE_FILES, p->wish->domain);
    if (!collect(p, leftover, step))
        return;
    step->effect = p->keeps ? g_strdup_printf(_("Remove the files that snapshot %s began for NOW: what it keeps lies below "
                                                "them."), p->wish->keep_name) :
                              g_strdup(_("Remove the files that only NOW wrote to."));
}
