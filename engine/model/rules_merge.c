// SPDX-License-Identifier: GPL-2.0-or-later
// Deleting an external snapshot: data written later stays, the point of return goes.
//
// By its place in the tree (as in libvirt's qemuSnapshotDiscardExternal):
//   current leaf     the layer NOW writes to goes down into the frozen image
//   inner, one child the layer above goes down into the frozen image; its overlays move with it
// The direction is always down: the older file survives with the newer content.

#include "engine/model/half.h"
#include "engine/model/paused.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

typedef enum Place {
    PLACE_CURRENT_LEAF,
    PLACE_INNER,
} Place;

// Where `node` stands, after refusing the places libvirt refuses or harms.
static bool find_place(Planning *p, const TreeNode *node, Place *place)
{
    const char *name = node->snapshot->name;
    bool current = g_strcmp0(p->picture->current, name) == 0;
    g_autofree char *leafward = NULL;

    if (node->children > 1) {
        const TreeNode *child = node->first_child;

        leafward = rules_command("plan delete", p->wish->domain,
                                 child->snapshot ? child->snapshot->name : name, NULL);
        plan_refuse(p->plan, "H11", current ? N_("%u states are based on snapshot %s, NOW among them; merging for one of "
                                                 "them would take its image from the others.")
                                            : N_("%u states are based on snapshot %s; merging for one of them would take "
                                                 "its image from the others."), node->children, name);
        plan_route(p->plan, child->snapshot ? leafward : NULL, "Delete the snapshots of all branches but "
                   "one first, from the leaves down.");
        return false;
    }
    if (current) {
        *place = PLACE_CURRENT_LEAF;
        return true;
    }
    *place = PLACE_INNER;
    if (tree_is_ancestor(node, tree_now(p->picture->tree)))
        return true;
    plan_refuse(p->plan, "H12", "Snapshot %s lies on a branch that NOW does not stand on; libvirt merges "
                "only below NOW.", name);
    leafward = rules_command("plan delete", p->wish->domain, node->first_child->snapshot->name, NULL);
    plan_route(p->plan, leafward, "Delete the snapshots above it on that branch first, leaf first.");
    return false;
}

static bool check_version(Planning *p)
{
    bool branches = tree_has_branches(p->picture->tree);

    if (!host_has(p->host, FACT_IMAGES)) {
        plan_refuse(p->plan, "host", "This is libvirt's test driver: it keeps records but no images, so "
                    "there is nothing to merge.");
        return false;
    }
    if (!host_has(p->host, FACT_EXTERNAL_DELETE)) {
        g_autofree char *host = host_describe(p->host);

        plan_refuse(p->plan, "host", "%s cannot delete external snapshots; 9.0.0 can.", host);
        return false;
    }
    if (branches && host_has(p->host, FACT_DELETE_KNOWS_BRANCHES) && !host_has(p->host, FACT_DELETE_UPDATES_PATHS)) {
        plan_refuse(p->plan, "H13", "The tree has branches, and this libvirt may leave wrong paths in their "
                    "records after a merge (that was corrected by 11.3.0).");
        return false;
    }
    return true;
}

static const Snapshot *parent_of(const Planning *p, const Snapshot *snapshot)
{
    return picture_snapshot(p->picture, snapshot->parent);
}

// The nearest ancestor that covers the disk: libvirt decides by it, not by the parent.
static const Snapshot *ancestor_covering(const Planning *p, const Snapshot *snapshot, const char *target)
{
    const Snapshot *ancestor = snapshot;

    while ((ancestor = parent_of(p, ancestor)))
        if (snapshot_covers(ancestor, target))
            return ancestor;
    return NULL;
}

// H10: libvirt refuses where the nearest ancestor that has the disk is internal. Tags in the image below do not mind.
static bool check_ancestor(Planning *p, const Snapshot *snapshot, const char *target)
{
    const Snapshot *ancestor = ancestor_covering(p, snapshot, target);

    if (!ancestor || snapshot_disk(ancestor, target)->mode != DISK_MODE_INTERNAL)
        return true;
    plan_refuse(p->plan, "H10", "Snapshot %s, which lies inside the image, is what disk %s was on before; libvirt refuses "
                "to merge into such an image.", ancestor->name, target);
    return false;
}

// The layer just above the frozen image, on the way to NOW: what libvirt will merge down.
static const char *layer_above(const Planning *p, const TreeNode *node, Place place, const char *target)
{
    const Disk *disk;

    if (place == PLACE_CURRENT_LEAF)
        return picture_now(p->picture, target);
    disk = definition_disk(node->first_child->snapshot->definition, target);
    return disk ? disk->path : NULL;
}

// The chain as QEMU or the images tell it must agree with the records: NOW reads `above`, and that
// stands directly on `frozen`.
static bool check_chain(Planning *p, const char *target, const char *above, const char *frozen)
{
    const char *top = picture_now(p->picture, target);
    const Image *image = images_get(p->picture->images, above);
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    bool in_chain = false;

    if (!top) {
        plan_refuse(p->plan, "INV-2", "The guest has no disk %s any more, so its images cannot be merged.",
                    target);
        return false;
    }
    images_chain(p->picture->images, top, chain);
    for (guint i = 0; i < chain->len; i++)
        in_chain |= strcmp(chain->pdata[i], above) == 0;
    if (!image || image->backing_state == BACKING_UNKNOWN) {
        plan_refuse(p->plan, "law 6", "What %s stands on could not be seen. Start the guest, make the "
                    "folder a storage pool, or run virt-snap on the host itself as root.", above);
        return false;
    }
    if (!in_chain || g_strcmp0(image->backing, frozen) != 0) {
        plan_refuse(p->plan, "INV-2", "The records say that %s stands on %s, but the images say otherwise. "
                    "Images were moved or merged without the records.", above, frozen);
        return false;
    }
    return true;
}

// Records name overlays that a revert removed long ago; only those that some state reads count.
static bool is_reached(const Planning *p, const char *image)
{
    g_autoptr(GPtrArray) states = reach_of(p->reach, image);

    return states->len > 0;
}

// Law 2: whoever reads the frozen image must read it through the layer that is merged into it.
static bool check_readers(Planning *p, const Snapshot *snapshot, const char *frozen, const char *above)
{
    g_autoptr(GPtrArray) direct = reach_direct(p->reach, frozen);
    g_autoptr(GPtrArray) overlays = reach_overlays(p->reach, frozen);
    g_autoptr(GPtrArray) on_above = reach_overlays(p->reach, above);
    g_autofree char *others = NULL;

    for (guint i = direct->len; rules_commits(p) && i > 0; i--) { // a tag inside is read by nobody else
        const State *state = direct->pdata[i - 1];

        if (state->snapshot && snapshot_kind(state->snapshot) == KIND_INTERNAL)
            g_ptr_array_remove_index(direct, i - 1);
    }
    others = rules_other_states(direct, snapshot, false);
    if (others) {
        plan_refuse(p->plan, "law 2", "%s would be rewritten, but %s reads it as it is.", frozen, others);
        return false;
    }
    for (guint i = 0; i < overlays->len; i++) {
        if (strcmp(overlays->pdata[i], above) == 0 || !is_reached(p, overlays->pdata[i]))
            continue;
        plan_refuse(p->plan, "law 2", "%s would be rewritten, but the image %s stands on it too.", frozen,
                    (const char *) overlays->pdata[i]);
        return false;
    }
    for (guint i = 0, used = 0; i < on_above->len && !rules_commits(p); i++) {
        used += is_reached(p, on_above->pdata[i]);
        if (used < 2)
            continue;
        plan_refuse(p->plan, "H51", "Several images stand on %s, which the merge removes; libvirt does not "
                    "say when it fails to move one of them.", above);
        return false;
    }
    return true;
}

static bool add_merged_disk(Planning *p, Step *step, const TreeNode *node, Place place, const char *target)
{
    const Snapshot *snapshot = node->snapshot;
    const Snapshot *child = node->first_child->snapshot;
    const char *frozen = snapshot_frozen(snapshot, target);
    const char *above = layer_above(p, node, place, target);
    const char *overlay = snapshot_overlay(snapshot, target);
    StepDisk *entry;

    if (!above) {
        plan_refuse(p->plan, "INV-2", "Which image was written on disk %s after snapshot %s is recorded "
                    "nowhere.", target, snapshot->name);
        return false;
    }
    if (!rules_commits(p) && !host_has(p->host, FACT_DELETE_KNOWS_BRANCHES) && g_strcmp0(overlay, above) != 0) {
        plan_refuse(p->plan, "H40", "The record of snapshot %s names %s as the layer above it on disk %s, "
                    "but it is %s; this libvirt would merge the wrong one.", snapshot->name,
                    overlay ? overlay : "nothing", target, above);
        return false;
    }
    if (!check_chain(p, target, above, frozen) || !check_readers(p, snapshot, frozen, above) ||
        !rules_check_exclusive(p, frozen, snapshot, NULL) ||
        !rules_check_exclusive(p, above, child, NULL) ||
        !rules_check_present(p, frozen, N_("What is merged goes into it.")) ||
        !rules_check_present(p, above, N_("It is to be merged.")) ||
        !rules_check_neighbours(p, frozen) ||
        !rules_check_neighbours(p, above))
        return false;
    entry = step_add_disk(step, target, DISK_MODE_EXTERNAL);
    entry->writes = g_strdup(frozen);
    entry->merges = g_strdup(above);
    entry->removes = g_strdup(above);
    entry->bytes = forecast_merge(p->picture, above);
    p->plan->copy_bytes = size_add(p->plan->copy_bytes, entry->bytes);
    return true;
}

static bool add_external_disks(Planning *p, Step *step, const TreeNode *node, Place place)
{
    const Snapshot *snapshot = node->snapshot;

    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];
        const Disk *stored = definition_disk(snapshot->definition, disk->target);

        if (disk->mode == DISK_MODE_NO || disk->mode == DISK_MODE_DEFAULT)
            continue;
        if (!stored || !stored->path || stored->type != SOURCE_FILE || disk->type != SOURCE_FILE ||
            disk->mode != DISK_MODE_EXTERNAL) {
            plan_refuse(p->plan, "law 6", "Disk %s of snapshot %s is no plain file, or its record is "
                        "incomplete; such merges are not offered yet.", disk->target, snapshot->name);
            return false;
        }
        if (half_is_merged(p->picture, snapshot, disk->target, p->by_hand))
            continue;
        if ((!rules_commits(p) && !check_ancestor(p, snapshot, disk->target)) ||
            !add_merged_disk(p, step, node, place, disk->target))
            return false;
    }
    return true;
}

// All others hang below it, and NOW does not stand on one of them.
static bool is_only_root(const Planning *p, const Snapshot *snapshot)
{
    const TreeNode *root = tree_root(p->picture->tree);

    return root->children == 1 && root->first_child->snapshot == snapshot;
}

static void offer_successor(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *keep = rules_command("plan delete", p->wish->domain, snapshot->name,
                                          p->wish->metadata_only ? "--metadata-only --keep-now" : "--keep-now");
    g_autofree char *below = rules_command("plan discard", p->wish->domain, snapshot->name, "--children-only");

    plan_route(p->plan, keep, "Take a snapshot of NOW first, which NOW is based on then.");
    if (is_only_root(p, snapshot))
        plan_route(p->plan, below, "Or give up all snapshots below it with their data; then it can be deleted.");
}

// H47: once the current leaf is gone its parent is current, so it needs one.
bool rules_check_successor(Planning *p, const Snapshot *snapshot)
{
    if (parent_of(p, snapshot) || p->picture->snapshots->len == 1)
        return true;
    plan_refuse(p->plan, "H47", "NOW is based on snapshot %s, which has no parent: without it libvirt would not know what "
                "NOW is based on while other snapshots exist, and a later revert or delete could crash it. Another "
                "snapshot has to take its place first.", snapshot->name);
    offer_successor(p, snapshot);
    return false;
}

// H50: on these versions a delete crashes the daemon if any frozen image of any branch is missing.
static bool check_all_present(Planning *p, const Snapshot *deleted)
{
    if (host_has(p->host, FACT_DELETE_SURVIVES_MISSING))
        return true;
    for (guint i = 0; i < p->picture->snapshots->len; i++) {
        const Snapshot *snapshot = p->picture->snapshots->pdata[i];

        for (guint j = 0; j < snapshot->disks->len; j++) {
            const char *target = ((const SnapshotDisk *) snapshot->disks->pdata[j])->target;
            const char *frozen = snapshot_frozen(snapshot, target);

            if (frozen && !half_is_layer(p->picture, deleted, target, frozen, p->by_hand) &&
                !rules_check_present(p, frozen, N_("This libvirt crashes on a delete while an image of any "
                                                   "snapshot is missing.")))
                return false;
        }
    }
    return true;
}

static bool is_shallow(const Planning *p, const Disk *disk)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    if (!disk->path || !source_is_local(disk->type) || disk->backing || disk->chain_ends)
        return true; // the record itself carries the chain, as records of running guests do
    return images_chain(p->picture->images, disk->path, chain) == CHAIN_COMPLETE && chain->len < 3;
}

// H50 again, without any file missing: of a branch that NOW does not stand on, these versions look at one layer
// below the frozen image where the record does not carry the chain, and crash if there are more.
static bool check_branch_chains(Planning *p, const TreeNode *node)
{
    const TreeNode *now = tree_now(p->picture->tree);

    if (!host_has(p->host, FACT_DELETE_CRASHES_ON_BRANCHES))
        return true;
    for (const TreeNode *below = tree_next(node, node); below; below = tree_next(node, below)) {
        const Definition *def = below->snapshot ? below->snapshot->definition : NULL;

        for (guint i = 0; def && !tree_is_ancestor(below, now) && i < def->disks->len; i++) {
            const Disk *disk = def->disks->pdata[i];

            if (is_shallow(p, disk))
                continue;
            plan_refuse(p->plan, "H50", "This libvirt crashes on it: it cannot follow the chain of disk %s of snapshot "
                        "%s, which lies on another branch. Delete that snapshot first, or update libvirt to 12.8.",
                        disk->target, below->snapshot->name);
            return false;
        }
    }
    return true;
}

static bool check_space(Planning *p, const Step *step)
{
    g_autofree char *needed = NULL;
    g_autofree char *room = NULL;

    if (rules_add_space(p, step))
        return true;
    needed = size_text(p->plan->space_needed);
    room = size_text(p->plan->space_free);
    plan_refuse(p->plan, "INV-12", "The merge may need %s more in the frozen images, and there is %s free. "
                "Make room first: a merge that runs full leaves the snapshot half rewritten.", needed, room);
    return false;
}

static void check_memory_file(Planning *p, const Snapshot *snapshot, const Step *step)
{
    if (snapshot->memory != MEMORY_EXTERNAL)
        return;
    if (step->disks->len == 0 && !host_has(p->host, FACT_MEMORY_ONLY_DELETE))
        plan_refuse(p->plan, "H22", "Snapshot %s holds only memory; this libvirt fails to delete such a one "
                    "without saying why.", snapshot->name);
    else if (!host_has(p->host, FACT_DELETE_REMOVES_MEMORY))
        plan_warn(p->plan, "H22", "This libvirt leaves the memory file %s behind. Remove it by hand "
                  "afterwards.", snapshot->memory_file);
}

static void warn_about_merge(Planning *p, bool active)
{
    plan_warn(p->plan, "merge", "Until the merge ends the guest cannot be shut down, suspended or migrated. "
              "Only a forced power-off works, and it damages the snapshot that is being deleted.");
    if (!active)
        plan_warn(p->plan, "H16", "QEMU is started with its CPUs stopped for the merge and ended afterwards: "
                  "the guest shows as paused. Nobody may resume or stop it meanwhile.");
    if (rules_are_confined(p))
        plan_warn(p->plan, "H19", "The host confines guests with AppArmor, and this libvirt's profile may forbid the merge "
                  "(\"Permission denied\"). Nothing is lost then. %s Or the host's administrator lets this guest run "
                  "unconfined: <seclabel type='none' model='apparmor'/> in its definition (virsh edit).",
                  p->host->own_files ? _("Shut the guest down, and virt-snap merges without libvirt.") :
                                       _("Shut the guest down and run virt-snap on the host itself as root, where it merges "
                                         "without libvirt."));
}

// Native on running guests, and on off ones where libvirt can; else started paused, merged, stopped.
static Step *add_steps(Planning *p, const Snapshot *snapshot)
{
    bool merges = !half_is_whole(p->picture, snapshot, p->by_hand);
    bool compose = merges && !domain_is_active(p->domain) && !host_has(p->host, FACT_OFF_DELETE);
    Step *step;

    if (compose)
        paused_add_start(p->plan);
    step = plan_add_step(p->plan, STEP_DELETE, snapshot->name);
    step->metadata_only = !merges;
    if (compose)
        paused_add_stop(p->plan);
    return step;
}

static void tell_merge(Planning *p, const Snapshot *snapshot, Step *step)
{
    check_memory_file(p, snapshot, step);
    step->memory_file = host_has(p->host, FACT_DELETE_REMOVES_MEMORY) ? g_strdup(snapshot->memory_file) : NULL;
    if (!p->by_hand && half_is_begun(p->picture, snapshot, false))
        plan_warn(p->plan, "H14", "A delete of %s was cut off when some disks were merged already. This finishes it.",
                  snapshot->name);
    if (step->metadata_only) {
        step->effect = g_strdup_printf(_("Drop the record of snapshot %s: all its disks are merged."), snapshot->name);
        return;
    }
    step->effect = g_strdup_printf(_("Merge what was written after snapshot %s down into the images it froze."),
                                   snapshot->name);
    warn_about_merge(p, domain_is_active(p->domain));
}

void rules_merge(Planning *p, const Snapshot *snapshot)
{
    const TreeNode *node = tree_find(p->picture->tree, snapshot->name);
    bool commits = rules_commits(p);
    Place place;
    Step *step;

    if (!find_place(p, node, &place) || !check_version(p) ||
        (!commits && (!check_all_present(p, snapshot) || !check_branch_chains(p, node))))
        return;
    if (place == PLACE_CURRENT_LEAF && !rules_check_successor(p, snapshot))
        return;
    half_add_steps(p->plan, p->picture, snapshot, p->by_hand);
    step = commits ? plan_add_step(p->plan, STEP_COMMIT, snapshot->name) : add_steps(p, snapshot);
    if (!add_external_disks(p, step, node, place) || !check_space(p, step))
        return;
    if (!commits)
        tell_merge(p, snapshot, step);
    else if (!rules_add_commit(p, snapshot, step))
        return;
    if (!p->by_hand) // else the file stays: nobody but the operator knows that nothing is lost with it
        half_add_removal(p->plan, p->picture, snapshot, false);
    plan_loses(p->plan, LOSS_POINT, snapshot->name);
    plan_outcome(p->plan, "Nobody can go back to %s any more. NOW and all other snapshots keep their data.",
                 snapshot->name);
    if (place == PLACE_CURRENT_LEAF)
        rules_renew_current(p);
    rules_clear_deleted(p, snapshot);
}
