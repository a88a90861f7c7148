// SPDX-License-Identifier: GPL-2.0-or-later
// Deleting one snapshot: whom the wish is about, and the internal kind, whose tags go while nothing moves.
// Deleting an external one has three ways: libvirt's merge (rules_merge.c), the record alone (rules_drop.c), and for a
// leaf that nothing stands on the record and the files that only it needs (rules_discard.c).

#include "engine/model/naming.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

static SourceType stored_type(const Snapshot *snapshot, const char *target)
{
    const Disk *disk = definition_disk(snapshot->definition, target);

    return disk ? disk->type : SOURCE_NONE;
}

bool rules_runs_then(const Planning *p)
{
    return p->plan->after ? strcmp(p->plan->after, "off") != 0 : domain_is_active(p->domain);
}

static const char *written_by(const Step *step, const char *target)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (strcmp(disk->target, target) == 0)
            return disk->writes;
    }
    return NULL;
}

// What NOW writes to after the steps that the plan has; NULL: an overlay that libvirt will name.
static const char *now_then(const Planning *p, const char *target)
{
    for (guint i = p->plan->steps->len; i > 0; i--) {
        const Step *step = p->plan->steps->pdata[i - 1];
        bool moves = step->kind == STEP_REVERT || step->kind == STEP_DEFINE || step->kind == STEP_CREATE;
        const char *written = moves ? written_by(step, target) : NULL;

        if (written || step->kind == STEP_REVERT)
            return written;
    }
    return picture_now(p->picture, target);
}

// libvirt deletes the tag from the images a running guest has open, and refuses or crashes where they
// are not those of the snapshot's time.
static bool check_internal_disk(Planning *p, const Snapshot *snapshot, const SnapshotDisk *disk)
{
    const char *frozen = snapshot_frozen(snapshot, disk->target);
    const char *now = now_then(p, disk->target);

    if (!frozen) {
        plan_refuse(p->plan, "INV-2", "The record of snapshot %s does not say in which image of disk %s it lies.",
                    snapshot->name, disk->target);
        return false;
    }
    if (!host_has(p->host, FACT_IMAGES))
        return true;
    if (rules_runs_then(p) && g_strcmp0(frozen, now) != 0) {
        plan_refuse(p->plan, picture_now(p->picture, disk->target) ? "INV-2" : "H49", "Snapshot %s lies in %s, which "
                    "the running guest does not have open as disk %s. Shut the guest down first.", snapshot->name,
                    frozen, disk->target);
        return false;
    }
    if (!rules_runs_then(p) && !source_is_local(stored_type(snapshot, disk->target))) {
        plan_refuse(p->plan, "H55", "Disk %s is not a plain file or device; libvirt takes an internal snapshot out of "
                    "such a disk only while the guest runs. Start the guest first.", disk->target);
        return false;
    }
    if (images_lack_tag(p->picture->images, frozen, snapshot->name))
        plan_warn(p->plan, "H54", "The image %s does not hold snapshot %s any more; only its record is left to be "
                  "removed.", frozen, snapshot->name);
    return rules_check_present(p, frozen, N_("The tag is to be taken out of it.")) &&
           rules_check_neighbours(p, frozen);
}

Step *rules_add_tag_removal(Planning *p, const Snapshot *snapshot)
{
    Step *step;

    if (rules_runs_then(p) && host_has(p->host, FACT_INTERNAL_LIVE_JOBS) &&
        !name_makes_job_id(snapshot->name)) {
        plan_refuse(p->plan, "H45", "QEMU cannot take the name of snapshot %s while the guest runs. Shut the "
                    "guest down first.", snapshot->name);
        return NULL;
    }
    step = plan_add_step(p->plan, STEP_DELETE, snapshot->name);
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];

        if (disk->mode != DISK_MODE_INTERNAL)
            continue;
        if (!check_internal_disk(p, snapshot, disk))
            return NULL;
        step_add_disk(step, disk->target, DISK_MODE_INTERNAL);
    }
    if (rules_runs_then(p) && !host_has(p->host, FACT_INTERNAL_LIVE_DELETE_TELLS))
        plan_warn(p->plan, "H52", "This libvirt does not say when QEMU fails to take the snapshot out of an image: the "
                  "record is gone then, and the image stays as large as it is.");
    step->effect = g_strdup_printf(_("Remove snapshot %s from inside the images."), snapshot->name);
    return step;
}

// H47 of a snapshot inside the images: where all are, NOW may be based on none of them.
static bool check_internal_successor(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *keep = rules_command("plan delete", p->wish->domain, snapshot->name, "--keep-now");

    if (picture_current(p->picture) != snapshot)
        return true;
    if (picture_kind(p->picture) != KIND_INTERNAL)
        return rules_check_successor(p, snapshot);
    if (!snapshot->parent && p->picture->snapshots->len > 1)
        plan_warn(p->plan, "H47", "libvirt then calls no snapshot current, since %s has no parent: the next one begins a "
                  "tree of its own. With a snapshot of NOW first there is one (virt-snap %s).", snapshot->name, keep);
    return true;
}

static void delete_internal(Planning *p, const Snapshot *snapshot)
{
    if (!check_internal_successor(p, snapshot) || !rules_add_tag_removal(p, snapshot))
        return;
    plan_loses(p->plan, LOSS_SNAPSHOT_DATA, snapshot->name);
    plan_outcome(p->plan, "Nobody can go back to %s any more. NOW and all other snapshots stay as they are.",
                 snapshot->name);
    p->plan->loses_data = true;
}

// What libvirt's own delete cannot do for the shape of the tree, dropping the record can. Where it lacks something
// that can be had (an image, room, a look at other guests) the operator is asked to provide it.
static bool is_structural(const Plan *refused)
{
    static const char *const rules[] = {"H1",  "H2",  "H9",  "H10", "H11",    "H12",   "H13", "H40",  "H50",  "H51",
                                        "H72", "H73", "H76", "H77", "INV-13", "law 1", "law 2", "law 7", NULL};

    for (guint i = 0; i < refused->reasons->len; i++)
        if (!g_strv_contains(rules, ((const Reason *) refused->reasons->pdata[i])->rule))
            return false;
    return true;
}

static void warn_instead(Planning *p, const Plan *refused)
{
    const Reason *reason = refused->reasons->pdata[0];

    plan_warn(p->plan, reason->rule, "No merge, so only the record goes: %s", reason->text);
}

static void offer_dropping(Plan *refused, const Snapshot *snapshot)
{
    g_autofree char *command = rules_command("plan delete", refused->wish->domain, snapshot->name, "--metadata-only");

    plan_route(refused, command, "Drop only its record; the images stay as they are.");
}

// Nothing stands on it, so there is nothing to merge: its record goes, and the files that only it needs.
static void delete_leaf(Planning *p, const Snapshot *snapshot)
{
    const GPtrArray *wished = p->going;
    g_autoptr(GPtrArray) going = g_ptr_array_new();

    g_ptr_array_add(going, (gpointer) snapshot);
    p->going = going;
    if (rules_may_discard(p))
        rules_discard_going(p);
    p->going = wished;
}

// Where a merge is out of the question, what speaks against dropping the record decides, and shows the way.
static void add_refusal(Plan *refused, const Plan *no_drop)
{
    for (guint i = 0; i < no_drop->reasons->len; i++) {
        const Reason *reason = no_drop->reasons->pdata[i];

        plan_add_reason(refused->reasons, reason->rule, reason->text);
    }
    for (guint i = 0; i < no_drop->routes->len; i++) {
        const Route *route = no_drop->routes->pdata[i];

        plan_add_route(refused, route->command, route->text);
    }
}

static void delete_external(Planning *p, const Snapshot *snapshot)
{
    g_autoptr(Plan) no_merge = NULL;
    g_autoptr(Plan) no_drop = NULL;

    if (rules_try(p, snapshot, rules_merge, &no_merge))
        return;
    if (rules_try(p, snapshot, rules_drop, &no_drop)) {
        if (is_structural(no_merge)) {
            warn_instead(p, no_merge);
            return;
        }
        offer_dropping(no_merge, snapshot);
    } else if (is_structural(no_merge)) {
        add_refusal(no_merge, no_drop);
    }
    rules_adopt(p, g_steal_pointer(&no_merge));
}

// H77: plain virsh deletes there by the tree of records, and ruins the branch that NOW does not stand on.
static void warn_about_branches(Planning *p)
{
    if (host_has(p->host, FACT_IMAGES) && !host_has(p->host, FACT_DELETE_KNOWS_BRANCHES) &&
        tree_has_branches(p->picture->tree))
        plan_warn(p->plan, "H77", "The tree has branches, and this libvirt's own delete does not know them: nobody may "
                  "delete snapshots of this guest with plain virsh. virt-snap does it without harm.");
}

void rules_delete(Planning *p)
{
    const Snapshot *snapshot = rules_find_subject(p);

    if (!snapshot || !rules_check_tree(p))
        return;
    if (p->wish->keep_now) {
        rules_delete_kept(p);
        return;
    }
    if (p->wish->others->len > 0) {
        rules_delete_several(p);
        return;
    }
    if (p->wish->metadata_only)
        rules_drop(p, snapshot);
    else if (snapshot_kind(snapshot) == KIND_INTERNAL || snapshot_kind(snapshot) == KIND_NONE)
        delete_internal(p, snapshot);
    else if (tree_find(p->picture->tree, snapshot->name)->children > 0)
        delete_external(p, snapshot);
    else
        delete_leaf(p, snapshot);
    p->plan->after = g_strdup(domain_state_word(p->domain->state));
    warn_about_branches(p);
}
