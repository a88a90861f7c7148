// SPDX-License-Identifier: GPL-2.0-or-later
// Discarding a branch: the snapshots from the leaves down, and the files that nobody else needs.
//
// Leaf first, so that what is left at any moment is a tree. Of an external snapshot libvirt drops its record only, on
// every version: its own leaf delete unlinks by the tree of records, not by what is read (H1, H2, H72), and 9.0 has
// none. Then the files go that no state needs any more (leftover.h). Cut off between the two, a file stays that
// nobody needs, and nothing else. Tags inside images are taken out by libvirt's own delete.
//
// NOW is moved first where it stands on the branch: by a revert, under the rules of a revert. Dropping a record makes
// libvirt write its parent's <revertDisks> into its <disks> (qemuSnapshotDeleteUpdateParent); simulate.c does the
// same, so that law 7 is judged by what will be.

#include "engine/model/discarded.h"
#include "engine/model/leftover.h"
#include "engine/model/naming.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

typedef struct Discard {
    Planning *p;
    Leftover *leftover;
    gint64 freed; // bytes
} Discard;

// ---- May it be? -------------------------------------------------------------------------------

// How the chain of an image ends, walked down to where an earlier walk came along: `known` has the layers below each
// image of chains that end well.
static ChainEnd end_of_chain(const Images *images, const char *image, GHashTable *known)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    ChainEnd end = images_chain_until(images, image, known, chain);
    gpointer met = g_hash_table_lookup(known, chain->pdata[chain->len - 1]);
    guint below = chain->len - 1 + (met ? GPOINTER_TO_UINT(met) - 1 : 0);

    if (end != CHAIN_COMPLETE && end != CHAIN_MISSING)
        return end;
    if (below > CHAIN_LIMIT)
        return CHAIN_TOO_DEEP;
    for (guint i = 0; i < chain->len; i++)
        g_hash_table_insert(known, chain->pdata[i], GUINT_TO_POINTER(below - i + 1));
    return end;
}

// Law 6: a state whose chain is not known to its end may stand on anything.
static bool check_chain(Planning *p, const State *state, const StateNode *node, GHashTable *known)
{
    const Definition *def = state->snapshot ? state->snapshot->definition : p->now;
    const Disk *disk = definition_disk(def, node->target);
    g_autoptr(GPtrArray) chain = NULL;
    ChainEnd end;

    if (!disk || !disk_is_writable(disk))
        return true;
    end = end_of_chain(p->picture->images, node->image, known);
    if (end == CHAIN_COMPLETE || end == CHAIN_MISSING)
        return true;
    chain = g_ptr_array_new();
    (void) images_chain(p->picture->images, node->image, chain); // which does not end well
    plan_refuse(p->plan, "law 6", "What %s stands on could not be seen, and %s needs it: no file can be said to be "
                "left over. Start the guest, make the folder a storage pool, or run virt-snap on the host itself as "
                "root.", (const char *) chain->pdata[chain->len - 1], state_name(state));
    return false;
}

static bool check_chains(Planning *p)
{
    const GPtrArray *states = reach_states(p->reach);
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < states->len; i++) {
        const State *state = states->pdata[i];

        if (state->snapshot && g_ptr_array_find((GPtrArray *) p->going, state->snapshot, NULL))
            continue;
        for (guint j = 0; j < state->n_nodes; j++)
            if (!check_chain(p, state, &state->nodes[j], known))
                return false;
    }
    return true;
}

static bool check_kind(Planning *p, const Snapshot *snapshot)
{
    switch (snapshot_kind(snapshot)) {
    case KIND_NONE:
    case KIND_INTERNAL:
        return true;
    case KIND_EXTERNAL:
        if (host_has(p->host, FACT_IMAGES))
            return true;
        plan_refuse(p->plan, "host", "This is libvirt's test driver: it keeps records but no images, and cannot "
                    "discard the external snapshot %s.", snapshot->name);
        return false;
    case KIND_MIXED:
        break;
    }
    plan_refuse(p->plan, "record", "Snapshot %s lies inside an image on one disk and in files of its own on another, "
                "which libvirt does not make; virt-snap does not touch it.", snapshot->name);
    return false;
}

static bool check_branch(Planning *p)
{
    for (guint i = 0; i < p->going->len; i++)
        if (!check_kind(p, p->going->pdata[i]))
            return false;
    return !host_has(p->host, FACT_IMAGES) || check_chains(p);
}

// ---- One snapshot -----------------------------------------------------------------------------

static bool try_step(Discard *d, const Step *step)
{
    g_autofree char *fault = NULL;

    if (leftover_try(d->leftover, d->p->host, step, &fault))
        return true;
    plan_refuse(d->p->plan, "law 5", "%s", fault);
    return false;
}

static void add_freed(Discard *d, const char *path)
{
    const Image *seen = images_get(d->p->picture->images, path);

    d->freed = size_add(d->freed, seen ? seen->allocation : SIZE_UNKNOWN);
}

static bool check_removed(Discard *d, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const char *image = ((const StepDisk *) step->disks->pdata[i])->removes;

        if (!rules_check_neighbours(d->p, image))
            return false;
        add_freed(d, image);
    }
    if (step->memory_file)
        add_freed(d, step->memory_file);
    return true;
}

// Adds the step that removes what is left over now, if anything is. False after refusing.
static bool clear(Discard *d, const char *subject, char *effect)
{
    g_autofree char *text = effect;
    GPtrArray *steps = d->p->plan->steps;
    Step *step;

    if (!host_has(d->p->host, FACT_IMAGES))
        return true;
    step = plan_add_step(d->p->plan, STEP_REMOVE_FILES, subject);
    step->effect = g_steal_pointer(&text);
    if (!leftover_collect(d->leftover, step)) {
        g_ptr_array_remove_index(steps, steps->len - 1);
        return true;
    }
    return check_removed(d, step) && try_step(d, step);
}

// No tag is to be taken out of an image that is gone, or that has none of that name any more, or that goes with it
// while the guest's QEMU, by which libvirt would take it out, does not have the image open.
static bool leaves_tag(const Discard *d, const Snapshot *snapshot, const char *target)
{
    const Images *images = d->p->picture->images;
    const char *path = snapshot_frozen(snapshot, target);
    const Image *image = images_get(images, path);

    if (!image)
        return false;
    return image->presence == PRESENCE_MISSING || images_lack_tag(images, path, snapshot->name) ||
           (rules_runs_then(d->p) && leftover_is_doomed(d->leftover, path));
}

static bool leaves_tags(const Discard *d, const Snapshot *snapshot)
{
    if (!host_has(d->p->host, FACT_IMAGES) || snapshot->disks->len == 0)
        return false;
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];

        if (disk->mode == DISK_MODE_INTERNAL && !leaves_tag(d, snapshot, disk->target))
            return false;
    }
    return true;
}

static Step *drop_record(Planning *p, const Snapshot *snapshot)
{
    Step *step = plan_add_step(p->plan, STEP_DELETE, snapshot->name);

    step->metadata_only = true;
    step->effect = g_strdup_printf(_("Drop the record of snapshot %s."), snapshot->name);
    return step;
}

static bool discard(Discard *d, const Snapshot *snapshot)
{
    bool external = snapshot_kind(snapshot) == KIND_EXTERNAL;
    Step *step;

    leftover_offer(d->leftover, snapshot);
    step = external || leaves_tags(d, snapshot) ? drop_record(d->p, snapshot) : rules_add_tag_removal(d->p, snapshot);
    if (!step || !try_step(d, step))
        return false;
    plan_loses(d->p->plan, LOSS_SNAPSHOT, snapshot->name);
    return clear(d, snapshot->name, g_strdup_printf(_("Remove the files that only snapshot %s needed."), snapshot->name));
}

// ---- The branch -------------------------------------------------------------------------------

static void tell_stays(const char *path, LeftoverReason reason, gpointer data)
{
    static const char *const why[] = {
        [LEFT_BASE] = N_("no record says that a snapshot made it"),
        [LEFT_DEVICE] = N_("it is no plain file"),
        [LEFT_UNSEEN] = N_("whether it is still there could not be seen"),
        [LEFT_CUT] = N_("an image that is missing may have stood on it"),
    };
    Planning *p = data;

    plan_warn(p->plan, reason == LEFT_UNSEEN ? "law 6" : "law 1", "No state needs %s any more, but it is left where it "
              "is: %s.", path, _(why[reason]));
}

static char *names_of(const GPtrArray *snapshots)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < snapshots->len; i++)
        g_ptr_array_add(names, ((const Snapshot *) snapshots->pdata[i])->name);
    return names_row(names, G_MAXUINT);
}

static void describe(Discard *d, bool moved)
{
    Planning *p = d->p;
    bool all = p->going->len == p->picture->snapshots->len;
    const char *rest = all && moved ? _("No snapshot is left.") :
                       all ? _("NOW stays as it is, and no snapshot is left.") :
                       moved ? _("All other snapshots stay.") : _("NOW and all other snapshots stay as they are.");
    g_autofree char *names = names_of(p->going);
    g_autofree char *size = size_text(d->freed);

    if (p->going->len == 1)
        plan_outcome(p->plan, "Snapshot %s is gone with all that only it holds. %s", names, rest);
    else
        plan_outcome(p->plan, "%u snapshots are gone with all that only they hold: %s. %s", p->going->len, names,
                     rest);
    if (d->freed > 0)
        plan_outcome(p->plan, "%s become free.", size);
    plan_warn(p->plan, "discard", "What is removed cannot be brought back. If it is cut off half way, discard what is "
              "still there by another plan; at worst files named below are left over that nobody needs.");
    leftover_tell(d->leftover, tell_stays, p);
    p->plan->loses_data = true;
}

void rules_discard_going(Planning *p)
{
    g_autoptr(Leftover) leftover = leftover_new(p->world, p->picture, p->neighbours, p->going);
    Discard d = {.p = p, .leftover = leftover};
    bool moved = p->plan->steps->len > 0, now_lost = moved && p->wish->now == NOW_LOSE;

    if (now_lost)
        leftover_offer(leftover, NULL);
    for (guint i = 0; i < p->plan->steps->len; i++)
        if (!try_step(&d, p->plan->steps->pdata[i]))
            return;
    if (now_lost && !clear(&d, p->wish->domain, g_strdup(_("Remove the files that only NOW wrote to."))))
        return;
    for (guint i = 0; i < p->going->len; i++)
        if (!discard(&d, p->going->pdata[i]))
            return;
    describe(&d, moved);
}

bool rules_may_discard(Planning *p)
{
    g_autofree char *command = NULL;

    if (p->going->len == 0)
        return true;
    if (!check_branch(p))
        return false;
    if (p->wish->now == NOW_LOSE || !discarded_holds_now(p->going, p->picture))
        return true;
    command = rules_again(p, "--lose-now");
    plan_refuse(p->plan, "law 4", "NOW stands on snapshot %s, which would be discarded: what was written since would "
                "go with it.", p->picture->current);
    plan_route(p->plan, command, "Give NOW up by choice.");
    return false;
}

static void refuse_nothing(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *again = rules_command("plan discard", p->wish->domain, snapshot->name, NULL);

    plan_refuse(p->plan, "tree", "Nothing hangs below snapshot %s that could be discarded.", snapshot->name);
    plan_route(p->plan, again, "Discard snapshot %s itself.", snapshot->name);
}

static void route_below(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *command = rules_command("plan discard", p->wish->domain, snapshot->name,
                                             p->picture->current && strcmp(p->picture->current, snapshot->name) == 0 ?
                                                 "--children-only" : "--children-only --lose-now");

    if (p->going->len > 1)
        plan_route(p->plan, command, "Discard only what hangs below it.");
}

static void refuse_root(Planning *p, const Snapshot *snapshot)
{
    plan_refuse(p->plan, "law 4", "NOW stands on the branch of snapshot %s, which is a root: there is no snapshot that "
                "NOW could go back to.", snapshot->name);
    route_below(p, snapshot);
}

// Where all snapshots go there is none that NOW could go back to: it goes back to what the root holds, and goes on
// from there by itself.
static void discard_all(Planning *p, const Snapshot *root)
{
    rules_revert_to(p, root);
    if (p->plan->verdict != VERDICT_OK)
        return;
    plan_outcome(p->plan, "NOW is what snapshot %s holds today, and no snapshot is left that holds it too.", root->name);
    if (!p->plan->after)
        p->plan->after = g_strdup(domain_state_word(p->domain->state));
    rules_discard_going(p);
}

// Such a plan was cut off: NOW writes into what the root froze already, and the record does not know it.
static bool is_at_root(const Planning *p)
{
    const Snapshot *root = discarded_refuge(p->going, p->picture);
    guint covered = 0;

    if (!root || !g_ptr_array_find((GPtrArray *) p->going, root, NULL))
        return false;
    for (guint i = 0; i < root->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) root->disks->pdata[i])->target;

        if (!snapshot_overlay(root, target))
            continue;
        if (g_strcmp0(snapshot_frozen(root, target), picture_now(p->picture, target)) != 0)
            return false;
        covered++;
    }
    return covered > 0;
}

// False after refusing, and where a way of its own made the whole plan.
static bool move_now(Planning *p, const Snapshot *snapshot)
{
    const Snapshot *refuge = discarded_refuge(p->going, p->picture);
    g_autoptr(Plan) refused = NULL;

    if (!refuge) {
        refuse_root(p, snapshot);
        return false;
    }
    if (g_ptr_array_find((GPtrArray *) p->going, refuge, NULL)) {
        if (!rules_try(p, refuge, discard_all, &refused)) {
            rules_adopt(p, g_steal_pointer(&refused));
            route_below(p, snapshot);
        }
        return false;
    }
    rules_revert_to(p, refuge);
    return p->plan->verdict == VERDICT_OK;
}

// The first of the snapshots that the wish is about; NULL after refusing.
static const Snapshot *find_subjects(Planning *p)
{
    const Snapshot *first = rules_find_subject(p);

    for (guint i = 0; first && i < p->wish->others->len; i++)
        if (!rules_find_snapshot(p, p->wish->others->pdata[i]))
            return NULL;
    if (first && p->wish->others->len > 0 && p->wish->children_only) {
        plan_refuse(p->plan, "several", "Only what is below can be discarded of one snapshot at a time.");
        return NULL;
    }
    return first;
}

void rules_discard(Planning *p)
{
    const Snapshot *snapshot = find_subjects(p);
    bool there = is_at_root(p);

    if (!snapshot || !(there ? rules_check_records(p) : rules_check_tree(p)))
        return;
    if (p->going->len == 0) {
        refuse_nothing(p, snapshot);
        return;
    }
    if (!rules_may_discard(p))
        return;
    if (!there && discarded_holds_now(p->going, p->picture) && !move_now(p, snapshot))
        return;
    if (!p->plan->after)
        p->plan->after = g_strdup(domain_state_word(p->domain->state));
    rules_discard_going(p);
}
