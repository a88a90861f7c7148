// SPDX-License-Identifier: GPL-2.0-or-later
// Chains that grow too long (H56, H57): layers that no snapshot froze are merged first, so that a snapshot or revert
// has room.
//
// Where a snapshot's record alone was deleted, since libvirt's merge would have done harm, the image that it froze
// stays as a shared base. Once the other branches are gone only one layer stands on it, and nobody can go back to it
// any more: it is idle. Of idle layers that lie one on another in NOW's chain all are merged into the lowest:
//
//   base <- a <- b <- c <- frozen by s <- NOW       base, a, b and c are idle
//   base <- frozen by s <- NOW
//
// Nothing that a state reads directly is written or removed, no definition and no <disks> changes; only what records
// of running guests tell of the chain below has to follow. Cut off at any moment, every state reads what it read. QEMU
// does it, so a guest that is off is started paused.

#include "engine/model/idle.h"
#include "engine/model/paused.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

static bool is_merged_away(const Planning *p, const char *image)
{
    for (guint i = 0; i < p->plan->steps->len; i++) {
        const Step *step = p->plan->steps->pdata[i];

        for (guint j = 0; step->kind == STEP_MERGE_LAYERS && j < step->disks->len; j++)
            if (strcmp(((const StepDisk *) step->disks->pdata[j])->merges, image) == 0)
                return true;
    }
    return false;
}

unsigned rules_layers(const Planning *p, const char *image)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    unsigned layers = 0;

    if (image)
        images_chain(p->picture->images, image, chain);
    for (guint i = 0; i < chain->len; i++)
        layers += !is_merged_away(p, chain->pdata[i]);
    return layers;
}

unsigned rules_layers_of_now(const Planning *p)
{
    unsigned deepest = 0;

    for (guint i = 0; i < p->now->disks->len; i++)
        deepest = MAX(deepest, rules_layers(p, ((const Disk *) p->now->disks->pdata[i])->path));
    return deepest;
}

// ---- the steps --------------------------------------------------------------------------------

typedef struct Merging {
    Planning *p;
    Step *step;
    const Disk *disk;
} Merging;

// Law 6, asked quietly: where something is unknown the layer stays.
static bool is_ours_alone(const char *layer, gpointer data)
{
    const Planning *p = ((const Merging *) data)->p;

    return p->neighbours && !neighbours_holder(p->neighbours, layer) && !neighbours_stray(p->neighbours, layer) &&
           !neighbours_unseen(p->neighbours, layer) &&
           (p->wish->storage_exclusive || !images_shared(p->picture->images, layer));
}

static void add_layer(const char *layer, const char *into, gpointer data)
{
    const Merging *m = data;
    StepDisk *entry = step_add_disk(m->step, m->disk->target, DISK_MODE_EXTERNAL);

    entry->writes = g_strdup(into);
    entry->merges = g_strdup(layer);
    entry->removes = g_strdup(layer);
    entry->bytes = forecast_merge(m->p->picture, layer);
    m->p->plan->copy_bytes = size_add(m->p->plan->copy_bytes, entry->bytes);
}

// A chain in the stored definition, as a snapshot of a running guest leaves it there, follows by itself (tried on 9.0,
// 11.3 and 12.8).
static void add_disk(Planning *p, Step *step, const Disk *disk)
{
    Merging merging = {p, step, disk};

    if (disk_is_writable(disk) && disk->path && !disk->encrypted)
        idle_find(p->picture, p->reach, disk->path, is_ours_alone, add_layer, &merging);
}

static bool has_merged(const Planning *p)
{
    for (guint i = 0; i < p->plan->steps->len; i++)
        if (((const Step *) p->plan->steps->pdata[i])->kind == STEP_MERGE_LAYERS)
            return true;
    return false;
}

bool rules_can_merge(const Planning *p)
{
    bool active = domain_is_active(p->domain);

    return !rules_are_confined(p) && p->domain->checkpoints == 0 && (active || !p->domain->managed_save) &&
           (active || rules_starts(p, picture_depth(p->picture)));
}

void rules_refuse_merge(Planning *p)
{
    if (rules_are_confined(p))
        plan_refuse(p->plan, "H19", "The host confines guests with AppArmor, whose profile may forbid QEMU to merge layers.");
    else if (p->domain->checkpoints > 0)
        plan_refuse(p->plan, "H66", "The guest has %u backup checkpoints, which live in the layers. Remove the checkpoints "
                    "first.", p->domain->checkpoints);
    else if (p->domain->managed_save)
        plan_refuse(p->plan, "INV-7", "The guest has a saved memory state. Start it, or drop that state with virsh "
                    "managedsave-remove.");
    else
        plan_refuse(p->plan, "H56", "The chain has %u layers, and this libvirt does not start guests with many more than %d: "
                    "so QEMU cannot merge them.", picture_depth(p->picture), RULES_DEPTH_STARTS);
}

void rules_tell_merge(Planning *p)
{
    plan_warn(p->plan, "merge", "No state changes by the merge of layers. Until it ends the guest cannot be suspended or "
              "migrated.");
    if (!domain_is_active(p->domain))
        plan_warn(p->plan, "H16", "QEMU is started with its CPUs stopped for that and ended afterwards: the guest shows as "
                  "paused. Nobody may resume or stop it meanwhile.");
}

static bool can_merge(const Planning *p)
{
    return host_has(p->host, FACT_EXTERNAL_DELETE) && rules_can_merge(p);
}

static void refuse(Planning *p)
{
    if (!host_has(p->host, FACT_EXTERNAL_DELETE))
        plan_refuse(p->plan, "host", "This libvirt merges no layers; 9.0.0 and later do.");
    else
        rules_refuse_merge(p);
}

// Adds the merges, with the guest started paused around them if it is off. NULL: there is nothing to merge.
static Step *add_merges(Planning *p)
{
    bool active = domain_is_active(p->domain);
    guint first = p->plan->steps->len;
    Step *merge;

    if (!active)
        paused_add_start(p->plan);
    merge = plan_add_step(p->plan, STEP_MERGE_LAYERS, p->wish->domain);
    merge->effect = g_strdup(_("Merge layers that no snapshot holds into the lowest of them, and remove them."));
    for (guint i = 0; i < p->now->disks->len; i++)
        add_disk(p, merge, p->now->disks->pdata[i]);
    if (merge->disks->len == 0) {
        g_ptr_array_set_size(p->plan->steps, (gint) first);
        return NULL;
    }
    if (!active)
        paused_add_stop(p->plan);
    rules_add_followers(p, merge, NULL);
    rules_tell_merge(p);
    return merge;
}

// The chain stays as it is, and the plan will be refused for that.
static void offer_reasons(Planning *p)
{
    g_autofree char *command =
        rules_command("plan repair", p->wish->domain, problem_word(PROBLEM_IDLE_LAYERS), NULL);

    if (idle_count(p->picture, p->reach) > 0)
        plan_route(p->plan, command, "See why layers that no snapshot holds are not merged.");
}

void rules_make_room(Planning *p, unsigned depth)
{
    Step *merge;

    if (rules_has_room(p, depth) || has_merged(p))
        return;
    merge = can_merge(p) ? add_merges(p) : NULL;
    if (!merge) {
        offer_reasons(p);
        return;
    }
    plan_warn(p->plan, "depth", "The backing chain would have %u layers, which is too many here. %u that no snapshot holds "
              "are merged first.", depth, merge->disks->len);
    if (!rules_add_space(p, merge))
        plan_refuse(p->plan, "INV-12", "The backing chain would grow too long, and there is not enough free space to merge "
                    "layers in it that no snapshot holds. Make room first.");
}

static void refuse_layer(const char *layer, const char *into, gpointer data)
{
    Planning *p = ((const Merging *) data)->p;
    const char *images[] = {layer, into};

    for (guint i = 0; i < G_N_ELEMENTS(images) && p->plan->verdict == VERDICT_OK; i++) {
        const char *shared = images_shared(p->picture->images, images[i]);

        if (rules_check_neighbours(p, images[i]) && shared && !p->wish->storage_exclusive)
            plan_refuse(p->plan, "law 6", "%s lies on storage that other hosts may use (%s); whether one of their guests "
                        "needs it cannot be seen from here.", images[i], shared);
    }
}

// Somebody else may need the layers that this guest does not hold, or there are none.
static void refuse_layers(Planning *p)
{
    Merging merging = {p, NULL, NULL};

    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];

        if (disk_is_writable(disk) && disk->path)
            idle_find(p->picture, p->reach, disk->path, NULL, refuse_layer, &merging);
    }
    if (p->plan->verdict == VERDICT_OK)
        plan_refuse(p->plan, "check", "There is nothing to merge: each layer of NOW's chains is held by a snapshot, or lies "
                    "on one that is.");
}

void rules_merge_idle(Planning *p)
{
    Step *merge;

    if (!rules_check_tree(p))
        return;
    if (!can_merge(p)) {
        refuse(p);
        return;
    }
    merge = add_merges(p);
    if (!merge)
        refuse_layers(p);
    else if (!rules_add_space(p, merge))
        plan_refuse(p->plan, "INV-12", "There is not enough free space for the merge. Make room first.");
    else
        plan_outcome(p->plan, "%u layers that no snapshot holds are merged into others. NOW and all snapshots hold what they "
                     "hold.", merge->disks->len);
}
