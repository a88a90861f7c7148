// SPDX-License-Identifier: GPL-2.0-or-later
// Creating a snapshot: which kind, which disks, which files.
//
// The same rules serve `create` and the snapshot that keeps NOW before a revert.

#include "engine/model/rules.h"

#include "engine/model/naming.h"
#include "engine/model/tongue.h"

#include <string.h>

// The kind in use, so that trees stay of one kind (INV-11); external where nothing is in use yet.
static SnapshotKind preselect_kind(const Planning *p)
{
    SnapshotKind in_use = picture_kind(p->picture);
    const Snapshot *current = picture_current(p->picture);

    if (!host_has(p->host, FACT_IMAGES))
        return KIND_INTERNAL;
    if (in_use == KIND_MIXED && current)
        in_use = snapshot_kind(current);
    return in_use == KIND_INTERNAL ? KIND_INTERNAL : KIND_EXTERNAL;
}

// May this disk become part of the snapshot? Refuses with a way out.
static bool check_disk(Planning *p, const Wish *wish, const Disk *disk, bool active)
{
    if (disk->transient) {
        plan_refuse(p->plan, "disk", "Disk %s is transient: libvirt takes no snapshot of it. Leave it "
                    "out.", disk->target);
        return false;
    }
    if (wish->kind == KIND_INTERNAL && g_strcmp0(disk->format, "qcow2") != 0 &&
        host_has(p->host, FACT_IMAGES)) {
        plan_refuse(p->plan, "disk", "Disk %s is not in qcow2 format but %s; only qcow2 images hold snapshots "
                    "inside. Take an external one.", disk->target,
                    disk->format ? disk->format : _("unknown"));
        return false;
    }
    if (wish->kind == KIND_INTERNAL && !active && disk->type != SOURCE_FILE && disk->type != SOURCE_BLOCK) {
        plan_refuse(p->plan, "H55", "Disk %s is not a plain file or device; libvirt takes internal "
                    "snapshots of such disks only while the guest runs.", disk->target);
        return false;
    }
    if (wish->kind == KIND_EXTERNAL && !disk->format) {
        plan_refuse(p->plan, "law 6", "The format of disk %s is not recorded in the definition, so the "
                    "overlay would guess it. Add <driver type='...'/> (virsh edit).", disk->target);
        return false;
    }
    if (wish->kind == KIND_EXTERNAL && disk->encrypted) {
        plan_refuse(p->plan, "law 6", "Disk %s is encrypted; its overlay would not be. Leave it out.",
                    disk->target);
        return false;
    }
    return true;
}

// Law 7: two snapshots must not freeze the same image, else deleting one destroys the other.
static bool check_not_frozen(Planning *p, const Disk *disk)
{
    g_autoptr(GPtrArray) readers = reach_direct(p->reach, disk->path);

    for (guint i = 0; i < readers->len; i++) {
        const State *state = readers->pdata[i];

        if (!state->snapshot || snapshot_kind(state->snapshot) == KIND_INTERNAL)
            continue;
        plan_refuse(p->plan, "law 7", "Disk %s writes to %s, which snapshot %s has frozen already. "
                    "Stop the guest and repair this first.", disk->target, disk->path,
                    state->snapshot->name);
        return false;
    }
    return true;
}

bool rules_check_new_file(Planning *p, const Step *step, const char *target, const char *path)
{
    if (*path != '/' || strstr(path, "/../") || g_str_has_suffix(path, "/")) {
        plan_refuse(p->plan, "name", "The overlay of disk %s must be an absolute path of a file; %s is "
                    "none.", target, path);
        return false;
    }
    if (images_taken(p->picture->images, path)) {
        plan_refuse(p->plan, "H34", "The overlay of disk %s would be %s, which exists already. Choose "
                    "another path.", target, path);
        return false;
    }
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *other = step->disks->pdata[i];

        if (g_strcmp0(other->writes, path) == 0) {
            plan_refuse(p->plan, "H44", "Disks %s and %s would both write to %s. Give one of them a "
                        "path of its own.", other->target, target, path);
            return false;
        }
    }
    if (!g_str_has_suffix(path, ".qcow2"))
        plan_warn(p->plan, "H20", "The overlay %s does not end in .qcow2; hosts with AppArmor may not "
                  "start the guest from it.", path);
    return true;
}

// The overlay chosen or minted. Two disks of one folder and stem would mint the same: the second gets
// the target's name into it.
static char *choose_overlay(Planning *p, const Step *step, const Wish *wish, const Disk *disk)
{
    const DiskWish *choice = wish_find_disk(wish, disk->target);
    g_autofree char *path = NULL;

    if (choice && choice->path)
        return g_strdup(choice->path);
    path = overlay_mint(p->picture, disk, wish->snapshot);
    for (guint i = 0; path && i < step->disks->len; i++) {
        const StepDisk *other = step->disks->pdata[i];

        if (g_strcmp0(other->writes, path) == 0) {
            g_autofree char *name = g_strdup_printf("%s-%s", disk->target, wish->snapshot);

            return overlay_mint(p->picture, disk, name);
        }
    }
    if (!path)
        plan_refuse(p->plan, "disk", "Disk %s is no plain file, so no overlay path can be chosen for "
                    "it. Name one, or leave the disk out.", disk->target);
    return g_steal_pointer(&path);
}

static bool add_external(Planning *p, Step *step, Wish *wish, const Disk *disk)
{
    g_autofree char *path = choose_overlay(p, step, wish, disk);
    StepDisk *entry;

    if (!path || !rules_check_new_file(p, step, disk->target, path) || !check_not_frozen(p, disk))
        return false;
    entry = step_add_disk(step, disk->target, DISK_MODE_EXTERNAL);
    entry->format = g_strdup("qcow2");
    entry->writes = g_strdup(path);
    g_free(wish_disk(wish, disk->target)->path);
    wish_disk(wish, disk->target)->path = g_steal_pointer(&path);
    return true;
}

// Adds the entry of one disk. False after refusing.
static bool add_disk(Planning *p, Step *step, Wish *wish, const Disk *disk, bool active)
{
    const DiskWish *choice = wish_find_disk(wish, disk->target);
    bool include = disk_is_writable(disk) && (choice ? choice->include : rules_disk_takes_part(disk));

    if (choice && choice->include && !disk_is_writable(disk) && disk->path) {
        plan_refuse(p->plan, "law 3", "Disk %s is read-only, shared or removable: it is never part of "
                    "a snapshot.", disk->target);
        return false;
    }
    if (!include) {
        step_add_disk(step, disk->target, DISK_MODE_NO);
        if (disk_is_writable(disk))
            plan_warn(p->plan, "disk", "Disk %s is left out: the snapshot will not hold it.", disk->target);
        return true;
    }
    if (!check_disk(p, wish, disk, active))
        return false;
    if (wish->kind == KIND_EXTERNAL)
        return add_external(p, step, wish, disk);
    step_add_disk(step, disk->target, DISK_MODE_INTERNAL);
    return true;
}

static bool check_choices(Planning *p, const Wish *wish)
{
    for (guint i = 0; i < wish->disks->len; i++) {
        const DiskWish *choice = wish->disks->pdata[i];

        if (!definition_disk(p->now, choice->target)) {
            plan_refuse(p->plan, "name", "The guest has no disk %s.", choice->target);
            return false;
        }
    }
    return true;
}

static bool check_selection(Planning *p, const Wish *wish, const Step *step)
{
    guint taken = 0, left_out = 0;

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *entry = step->disks->pdata[i];

        if (entry->mode != DISK_MODE_NO)
            taken++;
        else if (disk_is_writable(definition_disk(p->now, entry->target)))
            left_out++;
    }
    if (taken == 0 && (wish->kind == KIND_EXTERNAL || left_out > 0 || p->now->disks->len > 0)) {
        plan_refuse(p->plan, "disk", "No disk is left to take a snapshot of.");
        return false;
    }
    if (wish->kind == KIND_INTERNAL && left_out > 0) {
        plan_refuse(p->plan, "disk", "An internal snapshot has to hold every writable disk. Take an "
                    "external one to leave some out.");
        return false;
    }
    return true;
}

static bool choose_memory(Planning *p, Step *step, Wish *wish, bool active)
{
    step->memory = MEMORY_NO;
    step->disk_only = wish->kind == KIND_EXTERNAL && !(active && wish->memory);
    if (!active)
        return true;
    if (wish->kind == KIND_INTERNAL) {
        step->memory = MEMORY_INTERNAL;
        return true;
    }
    if (!wish->memory)
        return true;
    if (!wish->memory_file)
        wish->memory_file = memory_mint(p->picture, wish->snapshot);
    if (!wish->memory_file || *wish->memory_file != '/' || strstr(wish->memory_file, "/../") ||
        images_taken(p->picture->images, wish->memory_file)) {
        plan_refuse(p->plan, "H33", "The memory needs an absolute path of a file that does not exist "
                    "yet; %s is none. libvirt overwrites whatever is there.",
                    wish->memory_file ? wish->memory_file : "(nothing)");
        return false;
    }
    if (!images_folder_listed(p->picture->images, wish->memory_file))
        plan_warn(p->plan, "H33", "Whether %s exists could not be seen; libvirt would overwrite it.",
                  wish->memory_file);
    step->memory = MEMORY_EXTERNAL;
    step->memory_file = g_strdup(wish->memory_file);
    step->cancellable = true;
    p->plan->space_needed = size_add(p->plan->space_needed, (gint64) p->now->memory);
    p->plan->space_free = images_free_space(p->picture->images, wish->memory_file);
    if (p->plan->space_free != SIZE_UNKNOWN && p->plan->space_free < p->plan->space_needed) {
        plan_refuse(p->plan, "INV-12", "There is not enough free space for the guest's memory beside "
                    "%s. Make room there, name another place, or leave the memory out.", wish->memory_file);
        return false;
    }
    return true;
}

// How whole what is kept will be.
typedef enum Wholeness {
    WHOLE_MEMORY, // disks and memory of one moment
    WHOLE_OFF,    // the guest is off
    WHOLE_REST,   // the file systems are at rest
    WHOLE_CUT,    // as after a power cut
} Wholeness;

static char *effect_external(const char *name, Wholeness whole)
{
    if (whole == WHOLE_MEMORY)
        return g_strdup_printf(_("Take snapshot %s: freeze the guest's disks and memory, and let it write on into new "
                                 "files."), name);
    if (whole == WHOLE_OFF)
        return g_strdup_printf(_("Take snapshot %s: freeze the guest's disks, and let it write on into new files."), name);
    if (whole == WHOLE_REST)
        return g_strdup_printf(_("Take snapshot %s: freeze the guest's disks, with its file systems at rest, and let it "
                                 "write on into new files."), name);
    return g_strdup_printf(_("Take snapshot %s: freeze the guest's disks, as after a power cut, and let it write on into "
                             "new files."), name);
}

static char *effect_internal(const char *name, Wholeness whole)
{
    if (whole == WHOLE_MEMORY)
        return g_strdup_printf(_("Take snapshot %s: keep the guest's disks and memory inside the images."), name);
    if (whole == WHOLE_OFF)
        return g_strdup_printf(_("Take snapshot %s: keep the guest's disks inside the images."), name);
    if (whole == WHOLE_REST)
        return g_strdup_printf(_("Take snapshot %s: keep the guest's disks, with its file systems at rest inside the "
                                 "images."), name);
    return g_strdup_printf(_("Take snapshot %s: keep the guest's disks, as after a power cut inside the images."), name);
}

static void tell_outcome(Plan *plan, const char *name, Wholeness whole)
{
    if (whole == WHOLE_MEMORY)
        plan_outcome(plan, "Snapshot %s will hold the disks and memory of NOW.", name);
    else if (whole == WHOLE_OFF)
        plan_outcome(plan, "Snapshot %s will hold the disks of NOW.", name);
    else if (whole == WHOLE_REST)
        plan_outcome(plan, "Snapshot %s will hold the disks of NOW, with its file systems at rest.", name);
    else
        plan_outcome(plan, "Snapshot %s will hold the disks of NOW, as after a power cut.", name);
}

static void describe(Planning *p, Step *step, const Wish *wish, bool active)
{
    Wholeness whole = step->memory != MEMORY_NO ? WHOLE_MEMORY : !active ? WHOLE_OFF
                      : wish->quiesce ? WHOLE_REST : WHOLE_CUT;

    step->effect = wish->kind == KIND_EXTERNAL ? effect_external(step->subject, whole)
                                               : effect_internal(step->subject, whole);
    step->undo = g_strdup_printf(_("delete snapshot %s"), step->subject);
    tell_outcome(p->plan, step->subject, whole);
}

Step *rules_add_create(Planning *p, Wish *wish)
{
    bool active = domain_is_active(p->domain);
    Step *step;

    if (wish->kind == KIND_NONE)
        wish->kind = preselect_kind(p);
    if (wish->kind == KIND_EXTERNAL)
        rules_make_room(p, rules_layers_of_now(p) + 1);
    if (!rules_check_create(p, wish) || !check_choices(p, wish))
        return NULL;
    step = plan_add_step(p->plan, STEP_CREATE, wish->snapshot);
    step->description = g_strdup(wish->description);
    step->quiesce = wish->quiesce;
    for (guint i = 0; i < p->now->disks->len; i++)
        if (!add_disk(p, step, wish, p->now->disks->pdata[i], active))
            return NULL;
    if (!check_selection(p, wish, step) || !choose_memory(p, step, wish, active))
        return NULL;
    describe(p, step, wish, active);
    return step;
}

void rules_create(Planning *p)
{
    rules_check_definitions(p);
    if (p->picture->snapshots->len > 0 && !picture_current(p->picture))
        plan_warn(p->plan, "INV-6", "libvirt calls no snapshot current, so the new one will start a "
                  "tree of its own.");
    if (!rules_add_create(p, p->wish))
        return;
    rules_warn_create(p, p->wish);
    p->plan->after = g_strdup(domain_state_word(p->domain->state));
}
