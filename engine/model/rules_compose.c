// SPDX-License-Identifier: GPL-2.0-or-later
// Reverting to an external snapshot in steps of our own, where libvirt's revert is missing or would do harm.
//
// On each image that the snapshot froze two empty layers are made: A stands on the frozen image, B on A. A copy
// of the snapshot's record, its child, says that A is frozen and that NOW writes B; then the guest gets the
// stored configuration with the B's as its disks. Two layers, because with one the copy and the snapshot would
// share a frozen image, and plain `virsh snapshot-delete COPY` would merge NOW into it (tried on 9.0.0). A
// snapshot without children needs no copy: its own record is renewed, with one layer, as libvirt's revert does.
//
// Where the snapshot is discarded with all others, NOW writes on into the images that it froze: nobody else needs them.
//
// Nothing that exists is touched before the guest is given its new disks, and each step has its undo.

#include "engine/model/naming.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

typedef struct Branch {
    Planning *p;
    const Snapshot *target;
    const Definition *stored; // the configuration the guest gets
    const Definition *present; // the one it has stored now, or will have, if it is transient
    bool copy; // the target has children: the branch gets a record of its own
    bool bare; // the target goes too: NOW writes on into what it froze, and there is nothing to record
} Branch;

static bool covers(const Branch *b, const Disk *disk)
{
    return snapshot_covers(b->target, disk->target);
}

// ---- May it be? -------------------------------------------------------------------------------

static bool check_frozen(Branch *b, const SnapshotDisk *entry)
{
    Planning *p = b->p;
    const Disk *disk = definition_disk(b->target->definition, entry->target);

    if (!disk || !disk->path || !definition_disk(b->stored, entry->target)) {
        plan_refuse(p->plan, "record", "The record of snapshot %s holds disk %s, but its stored definition does not "
                    "have that disk.", b->target->name, entry->target);
        return false;
    }
    if (entry->mode != DISK_MODE_EXTERNAL || disk->type != SOURCE_FILE || disk->device != DEVICE_DISK) {
        plan_refuse(p->plan, "disk", "Disk %s of snapshot %s is no plain file; going back to such disks is not "
                    "offered yet.", entry->target, b->target->name);
        return false;
    }
    if (disk->encrypted || !disk->format) {
        plan_refuse(p->plan, "law 6", disk->encrypted
                    ? N_("Disk %s is encrypted; reverting such disks is not offered until it was tested.")
                    : N_("The format of disk %s is not recorded in the snapshot, so a layer on it would guess it."),
                    entry->target);
        return false;
    }
    if (g_strcmp0(picture_now(p->picture, entry->target), disk->path) == 0) {
        plan_refuse(p->plan, "law 3", "The guest writes to %s on disk %s, which snapshot %s froze: its state is gone "
                    "already.", disk->path, entry->target, b->target->name);
        return false;
    }
    return rules_check_whole(p, disk->path, N_("It is needed as the state to go back to.")) &&
           (!b->bare || rules_check_neighbours(p, disk->path));
}

static bool check_frozen_disks(Branch *b)
{
    guint covered = 0;

    for (guint i = 0; i < b->target->disks->len; i++) {
        const SnapshotDisk *entry = b->target->disks->pdata[i];

        if (!snapshot_covers(b->target, entry->target))
            continue;
        if (!check_frozen(b, entry))
            return false;
        covered++;
    }
    if (covered == 0)
        plan_refuse(b->p->plan, "disk", "Snapshot %s holds no disk, so there is none to go back to.",
                    b->target->name);
    return covered > 0;
}

// Memory fits only the disks of its own moment: a guest that goes on with it would ruin a disk that changed.
static bool check_memory(Branch *b)
{
    if (!rules_holds_memory(b->target))
        return true;
    for (guint i = 0; i < b->target->definition->disks->len; i++) {
        const Disk *disk = b->target->definition->disks->pdata[i];

        if (covers(b, disk))
            continue;
        if (disk_is_writable(disk)) {
            plan_refuse(b->p->plan, "memory", "Snapshot %s holds the guest's memory but not its disk %s: the guest "
                        "would go on with what it remembers of a disk that has changed since.", b->target->name,
                        disk->target);
            return false;
        }
        if (disk->type == SOURCE_FILE && disk->path &&
            !rules_check_present(b->p, disk->path, N_("The guest's memory was saved with it in its drive.")))
            return false;
    }
    return rules_check_memory_file(b->p, b->target);
}

// What NOW has besides stays with it, if the stored definition says so too.
static bool check_other_disks(Branch *b)
{
    Planning *p = b->p;

    if (!b->present) {
        plan_refuse(p->plan, "law 6", "The guest's stored definition could not be read. Read the guest again and "
                    "retry.");
        return false;
    }
    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];

        if (!disk_is_writable(disk) || covers(b, disk))
            continue;
        if (!definition_disk(b->present, disk->target)) {
            plan_refuse(p->plan, "disk", "Disk %s was plugged into the running guest only; the guest would come back "
                        "without it. Detach it first, or make it part of the stored definition.", disk->target);
            return false;
        }
        plan_warn(p->plan, "disk", "Disk %s is not part of snapshot %s: it stays as it is now.", disk->target,
                  b->target->name);
    }
    return true;
}

static bool check_chains(Branch *b)
{
    guint deepest = 0;

    for (guint i = 0; i < b->target->disks->len; i++) {
        const SnapshotDisk *entry = b->target->disks->pdata[i];

        deepest = MAX(deepest, rules_layers(b->p, snapshot_frozen(b->target, entry->target)));
    }
    return rules_check_depth(b->p, deepest + (b->bare ? 0 : b->copy ? 2 : 1));
}

static bool check_name(Branch *b)
{
    const Wish *wish = b->p->wish;
    g_autofree char *fault = name_fault(wish->branch_name);

    if (fault)
        plan_refuse(b->p->plan, "name", "%s", fault);
    else if (picture_snapshot(b->p->picture, wish->branch_name) ||
             g_strcmp0(wish->branch_name, wish->keep_name) == 0)
        plan_refuse(b->p->plan, "name", "The guest already has a snapshot %s, so the new branch needs another name.",
                    wish->branch_name);
    return b->p->plan->verdict == VERDICT_OK;
}

// ---- The layers -------------------------------------------------------------------------------

static bool is_in(const Step *step, const char *path)
{
    for (guint i = 0; i < step->disks->len; i++)
        if (g_strcmp0(((const StepDisk *) step->disks->pdata[i])->writes, path) == 0)
            return true;
    return false;
}

// Two disks of one folder and stem would mint the same: the second gets the target's name into it.
static char *mint_layer(Branch *b, const Step *step, const Disk *disk, const char *suffix)
{
    g_autofree char *name = g_strconcat(b->p->wish->branch_name, suffix, NULL);
    g_autofree char *path = overlay_mint(b->p->picture, disk, name);

    if (path && is_in(step, path)) {
        g_autofree char *longer = g_strconcat(disk->target, "-", name, NULL);

        return overlay_mint(b->p->picture, disk, longer);
    }
    return g_steal_pointer(&path);
}

// Adds the layer at `*path` (minted if NULL) on `backing`. False after refusing.
static bool add_layer(Branch *b, Step *step, const Disk *disk, const char *suffix, char **path, const char *backing,
                      const char *format)
{
    StepDisk *entry;

    if (!*path)
        *path = mint_layer(b, step, disk, suffix);
    if (!*path) {
        plan_refuse(b->p->plan, "disk", "No name for a new file can be made from %s, the image of disk %s.",
                    disk->path, disk->target);
        return false;
    }
    if (!rules_check_new_file(b->p, step, disk->target, *path))
        return false;
    entry = step_add_disk(step, disk->target, DISK_MODE_EXTERNAL);
    entry->writes = g_strdup(*path);
    entry->format = g_strdup("qcow2");
    entry->backing = g_strdup(backing);
    entry->backing_format = g_strdup(format);
    return true;
}

static bool add_layers(Branch *b)
{
    Step *step = plan_add_step(b->p->plan, STEP_MAKE_LAYERS, b->target->name);

    step->effect = g_strdup_printf(_("Make new, empty files on the images that snapshot %s froze."), b->target->name);
    step->undo = g_strdup(_("remove them again"));
    for (guint i = 0; i < b->target->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) b->target->disks->pdata[i])->target;
        const Disk *disk = definition_disk(b->target->definition, target);
        DiskWish *wish;

        if (!snapshot_covers(b->target, target))
            continue;
        wish = wish_disk(b->p->wish, target);
        if (b->copy && !add_layer(b, step, disk, "-base", &wish->base, disk->path, disk->format))
            return false;
        if (!add_layer(b, step, disk, "", &wish->top, b->copy ? wish->base : disk->path,
                       b->copy ? "qcow2" : disk->format))
            return false;
    }
    return true;
}

// ---- The other steps --------------------------------------------------------------------------

static void add_disks(Branch *b, Step *step, bool frozen)
{
    for (guint i = 0; i < b->target->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) b->target->disks->pdata[i])->target;
        const Disk *disk = definition_disk(b->target->definition, target);
        const DiskWish *wish = wish_find_disk(b->p->wish, target);
        StepDisk *entry;

        if (!snapshot_covers(b->target, target))
            continue;
        entry = step_add_disk(step, target, DISK_MODE_EXTERNAL);
        entry->writes = g_strdup(b->bare ? disk->path : wish->top);
        entry->format = g_strdup(b->bare ? disk->format : "qcow2");
        entry->backing = frozen ? g_strdup(wish->base) : NULL;
    }
}

static void add_record(Branch *b)
{
    const char *name = b->target->name;
    Step *step = plan_add_step(b->p->plan, STEP_RECORD, b->copy ? b->p->wish->branch_name : name);

    step->origin = g_strdup(name);
    if (b->copy)
        step->description = snapshot_copy_description(name);
    step->effect = b->copy ? g_strdup_printf(_("Record the new branch as snapshot %s, a child of %s with the same disks, "
                                               "and call it current."), step->subject, name) :
                             g_strdup_printf(_("Write into the record of snapshot %s what NOW will write to, and call "
                                               "it current."), name);
    step->undo = g_strdup(_("put the records back as they were"));
    add_disks(b, step, b->copy);
}

static void add_switch(Branch *b)
{
    Planning *p = b->p;
    Step *step = plan_add_step(p->plan, STEP_DEFINE, p->wish->domain);

    step->origin = g_strdup(b->target->name);
    step->effect = g_strdup_printf(b->bare ? _("Give the guest the configuration stored in snapshot %s, on the images that "
                                               "it froze.") :
                                             _("Give the guest the configuration stored in snapshot %s, on the new files."),
                                   b->target->name);
    step->undo = b->bare ? NULL : g_strdup(_("define its present configuration again"));
    step->memory_file = rules_holds_memory(b->target) ? g_strdup(b->target->memory_file) : NULL;
    add_disks(b, step, false);
    if (!domain_is_active(p->domain))
        return;
    step = plan_add_step(p->plan, STEP_POWER_OFF, p->wish->domain);
    step->effect = g_strdup(b->bare ? _("Stop the guest: its next start is from those.") :
                                      _("Stop the guest: its next start is from the new files."));
    if (p->keeps)
        step->undo = g_strdup_printf(_("revert to snapshot %s"), p->wish->keep_name);
}

static void add_start(Branch *b)
{
    Planning *p = b->p;
    const char *state = rules_state_after(p, b->target);
    bool memory = rules_holds_memory(b->target);
    Step *step;

    if (strcmp(state, "off") == 0)
        return;
    step = plan_add_step(p->plan, memory ? STEP_RESTORE : STEP_POWER_ON, p->wish->domain);
    step->after = strcmp(state, "paused") == 0 ? AFTER_PAUSED : AFTER_RUNNING;
    step->reset_nvram = p->wish->reset_nvram;
    step->memory_file = memory ? g_strdup(b->target->memory_file) : NULL;
    step->effect = memory ? g_strdup_printf(_("Bring the guest back with the memory of snapshot %s, %s."),
                                            b->target->name, state) :
                            g_strdup(step->after == AFTER_PAUSED ? _("Start the guest, paused.") : _("Start the guest."));
    step->undo = g_strdup(_("stop it"));
}

// ---- What to know -----------------------------------------------------------------------------

static void warn_about_branches(Branch *b)
{
    Planning *p = b->p;

    if (host_has(p->host, FACT_DELETE_KNOWS_BRANCHES) || !(b->copy || tree_has_branches(p->picture->tree)))
        return;
    plan_warn(p->plan, "H77", "The tree has branches then, and this libvirt's own delete does not know them: nobody "
              "may delete snapshot %s, or one it is based on, with plain virsh. virt-snap does it without harm.",
              b->target->name);
}

// A disk that the revert leaves alone, but that is kept with NOW's memory: NOW writes on in the new overlay.
static void warn_about_shared_overlays(Branch *b)
{
    Planning *p = b->p;

    for (guint i = 0; p->keeps && i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];
        const DiskWish *wish = wish_find_disk(p->wish, disk->target);

        if (covers(b, disk) || !disk_is_writable(disk) || !wish || !wish->path)
            continue;
        plan_warn(p->plan, "H72", "On disk %s NOW writes on in %s, on top of what snapshot %s keeps: nobody may delete "
                  "%s with plain virsh. virt-snap does it without harm.", disk->target, wish->path, p->wish->keep_name,
                  p->wish->keep_name);
    }
}

static void describe(Branch *b, const char *rule, const char *why)
{
    Planning *p = b->p;

    rules_describe_revert(p, b->target, KIND_EXTERNAL);
    if (b->copy)
        plan_outcome(p->plan, "Snapshot %s, a child of %s with the same disks, is made for the new branch that NOW "
                     "then stands on.", p->wish->branch_name, b->target->name);
    if (rule)
        plan_warn(p->plan, rule, "%s, so virt-snap does it in steps of its own.", why);
    warn_about_branches(b);
    warn_about_shared_overlays(b);
}

static bool has_children(const Planning *p, const Snapshot *target)
{
    const TreeNode *node = tree_find(p->picture->tree, target->name);
    bool keeps_below = p->keeps && g_strcmp0(p->picture->current, target->name) == 0;

    return tree_snapshot_children(node) > 0 || keeps_below;
}

void rules_compose_revert(Planning *p, const Snapshot *target, const char *rule, const char *why)
{
    Branch b = {
        .p = p,
        .target = target,
        .stored = target->inactive ? target->inactive : target->definition,
        .present = p->domain->persistent ? p->domain->inactive : p->domain->live,
        .bare = g_ptr_array_find((GPtrArray *) p->going, target, NULL),
    };

    b.copy = !b.bare && has_children(p, target);
    if (!p->wish->branch_name)
        p->wish->branch_name = name_mint(p->picture, "after-revert", p->time);
    if (!check_frozen_disks(&b) || !check_memory(&b) || !check_other_disks(&b) || !check_chains(&b) || !check_name(&b))
        return;
    if (!b.bare && !add_layers(&b)) // first: it fails soonest, and is undone without a trace
        return;
    rules_persist(p);
    if (p->wish->now == NOW_LOSE)
        rules_lose_now(p);
    else if (!rules_keep_now(p, target, KEEP_CHANGED))
        return;
    if (!b.bare)
        add_record(&b);
    add_switch(&b);
    add_start(&b);
    describe(&b, rule, why);
}
