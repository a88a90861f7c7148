// SPDX-License-Identifier: GPL-2.0-or-later
// Repairing records that contradict the images. Records follow the images, never the other way: no image is
// touched, except where a merge that libvirt began has to be finished, and where NOW is on an overlay of its own that
// no record knows.
//
// What can be set right: which snapshot is the current one, what NOW writes to above it, which snapshot hangs below
// which (rules_parents.c), and a delete that was cut off. Of everything else it is said what to do by hand: to correct
// it would be to guess.

#include "engine/model/half.h"
#include "engine/model/merge_now.h"
#include "engine/model/naming.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

// A record that contradicts the disks may only say in other words that a merge was not recorded.
void rules_route_repair(Planning *p, ProblemKind kind)
{
    bool mismatch = kind == PROBLEM_CURRENT_MISMATCH, half = mismatch && half_find(p->picture);
    const Problem problem = {
        .kind = half ? PROBLEM_INTERRUPTED_DELETE :
                mismatch && half_find_by_hand(p->picture) ? PROBLEM_MERGED_BY_HAND : kind,
    };
    g_autofree char *command = problem_repair(&problem, p->wish->domain);

    plan_route(p->plan, command, "See what is wrong, and how it is set right.");
}

// Saying so gives the snapshot up.
static char *say_merged(const Planning *p, const char *snapshot)
{
    const Problem merged = {.kind = PROBLEM_MERGED_BY_HAND};
    g_autofree char *command = problem_repair(&merged, p->wish->domain);
    g_autofree char *name = name_quote(snapshot);

    return g_strconcat(command, " ", name, NULL);
}

// What took place only a person knows: that much is told, and both ways are offered.
static void offer_either(Planning *p, const char *snapshot)
{
    const Problem pulled = {.kind = PROBLEM_CURRENT_MISMATCH};
    g_autofree char *down = say_merged(p, snapshot);
    g_autofree char *up = problem_repair(&pulled, p->wish->domain);

    plan_route(p->plan, down, "It was merged down (virsh blockcommit), which has overwritten snapshot %s: its record goes.",
               snapshot);
    plan_route(p->plan, up, "It was pulled up (virsh blockpull), and all snapshots are whole: NOW is based on %s then.",
               snapshot);
}

bool rules_check_by_hand(Planning *p)
{
    const Snapshot *by_hand = half_find_by_hand(p->picture);

    if (!by_hand || half_find(p->picture))
        return true;
    plan_refuse(p->plan, "H40", "NOW does not read through the layer that the records put above what snapshot %s froze: it was "
                "merged or pulled with other tools. libvirt's own revert or delete would go by the records.", by_hand->name);
    offer_either(p, by_hand->name);
    return false;
}

// ---- what NOW is based on ---------------------------------------------------------------------

// A snapshot whose frozen image NOW writes into is damaged, or soon will be. Naming another one current would make
// libvirt take the damaged one for an unused leaf, and unlink that image with it.
static bool check_written(Planning *p, const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];
        const Snapshot *by_hand = NULL;
        g_autofree char *command = NULL;

        if (problem->kind != PROBLEM_WRITTEN_FROZEN)
            continue;
        by_hand = half_find_by_hand(p->picture);
        plan_refuse(p->plan, "law 3", "NOW writes into %s, which snapshot %s froze. If the layer above it was merged "
                    "into it by hand, %s is lost already and its record has to go. If the guest's definition was "
                    "edited, keep the guest off and name the overlay in it again (virsh edit).", problem->image,
                    problem->snapshot, problem->snapshot);
        command = say_merged(p, problem->snapshot);
        if (by_hand && strcmp(by_hand->name, problem->snapshot) == 0)
            plan_route(p->plan, command, "Where the layer was merged by hand: let the records follow; %s is given up.",
                       problem->snapshot);
        return false;
    }
    return true;
}

static bool check_writable(Planning *p, const Snapshot *base, const SnapshotDisk *entry)
{
    const Disk *now = definition_disk(p->now, entry->target);

    if (now->type == SOURCE_FILE && now->format && !now->encrypted)
        return true;
    plan_refuse(p->plan, "law 6", "Disk %s of NOW is no plain image file with a known format, so the record of %s "
                "cannot name it.", entry->target, base->name);
    return false;
}

// A record says that what NOW writes to stands directly on what the snapshot froze; every reader believes it.
static bool check_directly(Planning *p, const Snapshot *base, const char *target)
{
    const char *now = merge_now_target(p->plan, p->picture, target);
    const char *frozen = snapshot_frozen(base, target);
    const Image *image = images_get(p->picture->images, now);

    if (image && g_strcmp0(image->backing, frozen) == 0)
        return true;
    plan_refuse(p->plan, "law 6", "On disk %s NOW writes to %s, which stands on %s, and only that stands on what snapshot "
                "%s froze. No record names the layer between: another tool put a layer on top and did not take it away. "
                "Merge NOW's layer down while the guest runs (virsh blockcommit GUEST %s --active --pivot --shallow), "
                "then look again.", target, now, image && image->backing ? image->backing : "nothing", base->name,
                target);
    return false;
}

static bool says_otherwise(const Planning *p, const Snapshot *base)
{
    for (guint i = 0; i < base->disks->len; i++) {
        const SnapshotDisk *entry = base->disks->pdata[i];

        if (entry->mode == DISK_MODE_EXTERNAL &&
            g_strcmp0(snapshot_expected_now(base, entry->target),
                      merge_now_target(p->plan, p->picture, entry->target)) != 0)
            return true;
    }
    return false;
}

// All external disks, also those that are right: libvirt looks at <revertDisks> or at <disks>, never at both.
static bool add_renewal(Planning *p, const Snapshot *base)
{
    Step *step = plan_add_step(p->plan, STEP_RENEW, base->name);

    for (guint i = 0; i < base->disks->len; i++) {
        const SnapshotDisk *entry = base->disks->pdata[i];
        StepDisk *disk;

        if (entry->mode != DISK_MODE_EXTERNAL)
            continue;
        if (!check_writable(p, base, entry) || !check_directly(p, base, entry->target))
            return false;
        disk = step_add_disk(step, entry->target, DISK_MODE_EXTERNAL);
        disk->writes = g_strdup(merge_now_target(p->plan, p->picture, entry->target));
        disk->format = g_strdup(definition_disk(p->now, entry->target)->format);
    }
    step->effect = g_strdup_printf(_("Record with snapshot %s what NOW writes to above it."), base->name);
    step->undo = g_strdup(_("the record is put back as it was"));
    return true;
}

static void add_current(Planning *p, const Snapshot *base)
{
    Step *step = plan_add_step(p->plan, STEP_MAKE_CURRENT, base->name);

    step->effect = g_strdup_printf(_("Name %s the current snapshot."), base->name);
    if (p->picture->current)
        step->undo = g_strdup_printf(_("%s is named current again"), p->picture->current);
}

// What a former current snapshot remembered of a revert is forgotten when another is named (H5).
static void warn_forgotten(Planning *p, const Snapshot *base)
{
    const Snapshot *former = picture_current(p->picture);
    const GPtrArray *reverts = former && former != base ? former->revert_disks : NULL;

    for (guint i = 0; reverts && i < reverts->len; i++) {
        const SnapshotDisk *disk = reverts->pdata[i];
        const Image *image = disk->path ? images_get(p->picture->images, disk->path) : NULL;

        if (image && image->presence == PRESENCE_FOUND)
            plan_warn(p->plan, "H5", "No record names %s any more afterwards. NOW does not use it; if nobody else does, "
                      "it can be removed by hand.", disk->path);
    }
}

static void tell_current(Planning *p, const Snapshot *base, const Step *merge)
{
    if (merge)
        plan_outcome(p->plan, "NOW writes again to what libvirt's records say, above %s, and holds what it holds. The overlays "
                     "that no snapshot records are gone.", base->name);
    else
        plan_outcome(p->plan, "libvirt's records say again that NOW is based on %s, and what it writes to. No image is "
                     "touched.", base->name);
}

static void repair_current(Planning *p, const GPtrArray *problems)
{
    const Snapshot *base;
    const Step *merge;

    if (!check_written(p, problems) || !(base = rules_find_base(p)))
        return;
    merge = rules_add_merge_now(p, base);
    if (p->plan->verdict != VERDICT_OK || (says_otherwise(p, base) && !add_renewal(p, base)))
        return;
    // Last: until its record is right, libvirt must not believe that NOW is based on it.
    if (g_strcmp0(p->picture->current, base->name) != 0)
        add_current(p, base);
    if (merge)
        merge_now_add_removal(p->plan, merge);
    warn_forgotten(p, base);
    tell_current(p, base, merge);
}

// ---- a delete that was cut off ----------------------------------------------------------------

static bool is_marked(const Snapshot *snapshot, const char *target)
{
    const SnapshotDisk *disk = snapshot_disk(snapshot, target);

    return disk && disk->delete_in_progress;
}

// libvirt marks the nearest ancestor that has the disk; so the one that was being deleted is the first snapshot
// with that disk below the mark, on the way to NOW (it merges nowhere else).
static const Snapshot *find_deleted(const Planning *p)
{
    const TreeNode *now = tree_now(p->picture->tree);
    const TreeNode *below[64] = {NULL}; // the last snapshot met with the disk, by place of the disk in the definition
    guint disks = MIN(p->now->disks->len, G_N_ELEMENTS(below));

    for (const TreeNode *node = now->parent; node && node->snapshot; node = node->parent) {
        for (guint i = 0; i < disks; i++) {
            const char *target = ((const Disk *) p->now->disks->pdata[i])->target;

            if (is_marked(node->snapshot, target) && below[i])
                return below[i]->snapshot;
            if (snapshot_covers(node->snapshot, target))
                below[i] = node;
        }
    }
    return NULL;
}

static void repair_delete(Planning *p)
{
    const Snapshot *half = half_find(p->picture);
    const Snapshot *snapshot = half ? half : find_deleted(p);

    if (!snapshot) {
        plan_refuse(p->plan, "INV-9", "A snapshot is marked as the target of a delete that was cut off, but no snapshot "
                    "between it and NOW could have been deleted. Look at the marks with virsh snapshot-dumpxml; they "
                    "go with virsh snapshot-edit.");
        return;
    }
    g_free(p->wish->snapshot);
    p->wish->snapshot = g_strdup(snapshot->name);
    rules_merge(p, snapshot);
    if (p->plan->verdict == VERDICT_OK)
        plan_outcome(p->plan, "The delete of %s, which was cut off, is finished; then libvirt takes its marks away.",
                     snapshot->name);
    else
        plan_refuse(p->plan, "INV-9", "The delete of %s, which was cut off, cannot be repeated as it is.",
                    snapshot->name);
}

// ---- a merge by other means -------------------------------------------------------------------

static void refuse_unsaid(Planning *p, const Problem *problem)
{
    plan_refuse(p->plan, "law 6", "Whether %s was merged into the image below it only a person knows. If it was not, what is "
                "based on snapshot %s would be read from the wrong image afterwards.", problem->image, problem->snapshot);
    offer_either(p, problem->snapshot);
}

static void warn_layers(Planning *p, const Snapshot *merged)
{
    for (guint i = 0; i < merged->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) merged->disks->pdata[i])->target;
        const Image *layer = images_get(p->picture->images, half_layer(p->picture, merged, target));

        if (layer && layer->presence != PRESENCE_MISSING && half_is_merged(p->picture, merged, target, true))
            plan_warn(p->plan, "H40", "The file %s stays, and no record names it afterwards. Once the guest and its snapshots "
                      "were seen to be whole, remove it by hand (virsh vol-delete): until then it stands in the way of "
                      "merges into %s.", layer->path, snapshot_frozen(merged, target));
    }
}

static void repair_by_hand(Planning *p, const GPtrArray *problems, const Problem *problem)
{
    const Snapshot *merged = half_find_by_hand(p->picture);

    if (!p->wish->snapshot) {
        if (check_written(p, problems))
            refuse_unsaid(p, problem);
        return;
    }
    if (strcmp(p->wish->snapshot, merged->name) != 0) {
        plan_refuse(p->plan, "name", "Of snapshot %s the images do not say that it was merged; of %s they do.",
                    p->wish->snapshot, merged->name);
        return;
    }
    p->by_hand = true;
    rules_merge(p, merged);
    warn_layers(p, merged);
    plan_outcome(p->plan, "The records follow the merge that was carried out by hand.");
}

// ---- which problem ----------------------------------------------------------------------------

// The gravest problem that is meant: they are sorted so.
static const Problem *choose(Planning *p, const GPtrArray *problems, bool any, ProblemKind kind)
{
    const Problem *by_hand = NULL;

    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];

        if (any ? problem_is_repairable(problem->kind) : problem->kind == kind)
            return problem;
        // Asked for by the other name, it is said that nothing was merged.
        if (!any && kind == PROBLEM_CURRENT_MISMATCH && problem->kind == PROBLEM_MERGED_BY_HAND)
            by_hand = problem;
    }
    if (by_hand)
        return by_hand;
    if (any)
        plan_refuse(p->plan, "check", "Nothing is wrong with this guest's snapshots that virt-snap could repair.");
    else
        plan_refuse(p->plan, "check", "The guest has no problem %s (any more).", p->wish->problem);
    return NULL;
}

// With the tree goes what NOW is based on, if that is wrong too (law 7); where all lie inside the images, only if it
// was asked for.
static bool is_current_due(const Planning *p, const GPtrArray *problems, const Problem *chosen)
{
    bool tree = chosen->kind == PROBLEM_ORPHAN || chosen->kind == PROBLEM_CYCLE;

    for (guint i = 0; tree && picture_kind(p->picture) != KIND_INTERNAL && i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];

        if (problem->kind == PROBLEM_CURRENT_MISMATCH || problem->kind == PROBLEM_NO_CURRENT)
            return true;
    }
    return chosen->kind == PROBLEM_CURRENT_MISMATCH || chosen->kind == PROBLEM_NO_CURRENT;
}

void rules_repair(Planning *p)
{
    g_autoptr(GPtrArray) problems = picture_problems(p->picture);
    ProblemKind kind = PROBLEM_NO_CURRENT;
    const Problem *problem;
    g_autofree char *text = NULL;

    if (p->wish->problem && !problem_parse(p->wish->problem, &kind)) {
        plan_refuse(p->plan, "name", "There is no problem called %s. virt-snap check names those that a guest has.",
                    p->wish->problem);
        return;
    }
    if (p->wish->problem && kind == PROBLEM_IDLE_LAYERS) { // also where the chain is not long enough to be a problem
        rules_merge_idle(p);
        p->plan->after = g_strdup(domain_state_word(p->domain->state));
        return;
    }
    problem = choose(p, problems, p->wish->problem == NULL, kind);
    if (!problem)
        return;
    text = problem_text(problem);
    if (!p->wish->problem)
        p->wish->problem = g_strdup(problem_word(problem->kind));
    if (problem_is_repairable(problem->kind))
        rules_repair_parents(p);
    if (problem->kind == PROBLEM_INTERRUPTED_DELETE)
        repair_delete(p);
    else if (problem->kind == PROBLEM_IDLE_LAYERS)
        rules_merge_idle(p);
    else if (problem->kind == PROBLEM_MERGED_BY_HAND && kind != PROBLEM_CURRENT_MISMATCH)
        repair_by_hand(p, problems, problem);
    else if (problem->kind == PROBLEM_MERGED_BY_HAND || is_current_due(p, problems, problem))
        repair_current(p, problems);
    else if (!problem_is_repairable(problem->kind))
        plan_refuse(p->plan, "check", "This cannot be repaired without guessing. %s", text);
    p->plan->after = g_strdup(domain_state_word(p->domain->state));
}
