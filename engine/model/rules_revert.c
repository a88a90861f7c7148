// SPDX-License-Identifier: GPL-2.0-or-later
// Reverting: NOW is kept as a snapshot first (the default) or given up by choice, then libvirt's own
// revert, where it can do it without harm.
//
// libvirt's external revert makes new overlays on the frozen images and unlinks the ones NOW wrote to;
// its internal revert rewrites the images to a tag. Both replace the guest's definition by the one stored
// in the snapshot, and both stop a running guest before they find out what cannot be done. So all
// that can be checked is checked here.

#include "engine/model/rules.h"

#include "engine/model/naming.h"

#include <string.h>

static bool guest_runs(const Planning *p)
{
    return domain_is_active(p->domain);
}

static bool holds_memory(const Snapshot *snapshot)
{
    return snapshot->memory != MEMORY_NO &&
           (snapshot->state == SNAPSHOT_RUNNING || snapshot->state == SNAPSHOT_PAUSED);
}

static bool check_record(Planning *p, const Snapshot *snapshot)
{
    if (!p->domain->persistent) {
        plan_refuse(p->plan, "H63", "The guest is transient: if a revert of it fails, the guest and all its "
                    "snapshot records vanish. Make it persistent first (virsh define).");
        return false;
    }
    if (!snapshot->definition) {
        plan_refuse(p->plan, "record", "The record of snapshot %s holds no guest definition, so libvirt "
                    "cannot revert to it.", snapshot->name);
        return false;
    }
    if (snapshot->state == SNAPSHOT_OTHER || snapshot->state == SNAPSHOT_UNKNOWN) {
        plan_refuse(p->plan, "state", "Snapshot %s was taken in state %s, which libvirt cannot bring back.",
                    snapshot->name, snapshot->state_text ? snapshot->state_text : "unknown");
        return false;
    }
    return true;
}

static bool check_version(Planning *p, const Snapshot *snapshot, SnapshotKind kind)
{
    g_autofree char *host = host_describe(p->host);

    if (kind == KIND_EXTERNAL && !host_has(p->host, FACT_IMAGES))
        plan_refuse(p->plan, "host", "This is libvirt's test driver: it keeps records but no images, so "
                    "there is nothing to go back to.");
    else if (kind == KIND_EXTERNAL && !host_has(p->host, FACT_EXTERNAL_REVERT))
        plan_refuse(p->plan, "host", "%s cannot revert to external snapshots; that needs 9.9.0.", host);
    else if (kind == KIND_EXTERNAL && snapshot->state == SNAPSHOT_OFF &&
             !host_has(p->host, FACT_OFF_EXTERNAL_REVERT))
        plan_refuse(p->plan, "H30", "%s makes overlays that name themselves as backing image when it reverts "
                    "to a snapshot of an off guest; that was corrected in 10.0.0.", host);
    else if (snapshot->state == SNAPSHOT_DISK_ONLY && !host_has(p->host, FACT_DISK_ONLY_REVERT))
        plan_refuse(p->plan, "H29", "%s cannot revert to a disk-only snapshot of a running guest; that needs "
                    "10.10.0.", host);
    else if (kind == KIND_INTERNAL && holds_memory(snapshot) &&
             host_has(p->host, FACT_INTERNAL_LIVE_REVERT_CRASHES))
        plan_refuse(p->plan, "H24", "%s crashes when it reverts to an internal snapshot with memory; 9.10.0 "
                    "corrects it.", host);
    else if (kind == KIND_INTERNAL && p->now->uefi &&
             !host_has(p->host, holds_memory(snapshot) ? FACT_INTERNAL_UEFI_RUNNING : FACT_INTERNAL_UEFI_OFF))
        plan_refuse(p->plan, "H27", "%s cannot revert UEFI guests to internal snapshots.", host);
    else
        return true;
    return false;
}

// Law 2: going back to a tag rewrites the active content of the image, so nothing but NOW may read it.
static bool check_internal_disk(Planning *p, const Snapshot *snapshot, const char *target)
{
    const char *image = snapshot_frozen(snapshot, target);
    g_autoptr(GPtrArray) overlays = NULL;

    if (!image || g_strcmp0(image, picture_now(p->picture, target)) != 0) {
        plan_refuse(p->plan, "H71", "Snapshot %s lies in %s, but NOW writes to another image on disk %s, which "
                    "would be left behind unnamed.", snapshot->name, image ? image : "an unknown image", target);
        return false;
    }
    if (!host_has(p->host, FACT_IMAGES))
        return true;
    if (images_lack_tag(p->picture->images, image, snapshot->name)) {
        plan_refuse(p->plan, "H53", "The image %s no longer holds snapshot %s inside, although libvirt lists it: that "
                    "state is gone. Drop the record.", image, snapshot->name);
        return false;
    }
    overlays = reach_overlays(p->reach, image);
    if (overlays->len > 0) {
        plan_refuse(p->plan, "H8", "%s stands on %s; going back to a tag inside that image would turn it into "
                    "garbage.", (const char *) overlays->pdata[0], image);
        return false;
    }
    return rules_check_present(p, image, "to go back to the tag in it") &&
           rules_check_neighbours(p, image, "rewriting it");
}

static bool check_internal(Planning *p, const Snapshot *snapshot)
{
    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];

        if (!disk_is_writable(disk) || snapshot_covers(snapshot, disk->target))
            continue;
        plan_refuse(p->plan, "disk", "Disk %s is not part of snapshot %s and would not go back with the "
                    "others.", disk->target, snapshot->name);
        return false;
    }
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];

        if (disk->mode == DISK_MODE_INTERNAL && !check_internal_disk(p, snapshot, disk->target))
            return false;
    }
    return true;
}

// libvirt makes overlays for every disk of the stored definition that is not empty, wanted or not
// (H31, H32, H74): so each must be a plain file that the snapshot covers.
static bool check_external_disk(Planning *p, const Snapshot *snapshot, const Disk *disk)
{
    if (!disk->path)
        return true;
    if (disk->type != SOURCE_FILE || disk->device != DEVICE_DISK || disk->readonly || disk->shareable) {
        plan_refuse(p->plan, disk->device == DEVICE_CDROM ? "H31" : "H32", "libvirt would put an overlay on %s "
                    "of disk %s too, which is removable, read-only, shared or no plain file.", disk->path,
                    disk->target);
        return false;
    }
    if (!snapshot_covers(snapshot, disk->target)) {
        plan_refuse(p->plan, "H74", "Disk %s was left out of snapshot %s, but libvirt would put an overlay on it "
                    "too and later merge it.", disk->target, snapshot->name);
        return false;
    }
    if (disk->encrypted) {
        plan_refuse(p->plan, "law 6", "Disk %s is encrypted; reverting such disks is not offered until it was "
                    "tested.", disk->target);
        return false;
    }
    return rules_check_present(p, disk->path, "as the state to go back to") &&
           rules_check_neighbours(p, disk->path, "putting another layer on it");
}

// The overlays NOW writes to are unlinked. Where NOW was kept first those are new and empty; else they
// must be reached by nothing but NOW.
static bool check_removed(Planning *p, Step *step)
{
    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];
        const Snapshot *current = picture_current(p->picture);
        const char *removed = snapshot_expected_now(current, disk->target);
        g_autoptr(GPtrArray) states = NULL;
        g_autofree char *others = NULL;

        if (p->wish->now == NOW_KEEP) {
            const DiskWish *kept = wish_find_disk(p->wish, disk->target);

            if (kept && kept->path) // empty: what NOW held is frozen below it
                step_add_disk(step, disk->target, DISK_MODE_EXTERNAL)->removes = g_strdup(kept->path);
            continue;
        }
        if (!removed)
            continue;
        states = reach_of(p->reach, removed);
        others = rules_other_states(states, NULL, true);
        if (others) {
            plan_refuse(p->plan, "law 1", "libvirt would remove %s, but %s still needs it.", removed, others);
            return false;
        }
        if (!rules_check_exclusive(p, removed, NULL, NULL) ||
            !rules_check_neighbours(p, removed, "removing it"))
            return false;
        step_add_disk(step, disk->target, DISK_MODE_EXTERNAL)->removes = g_strdup(removed);
    }
    return true;
}

static bool check_memory_file(Planning *p, const Snapshot *snapshot)
{
    if (snapshot->memory != MEMORY_EXTERNAL)
        return true;
    if (!snapshot->memory_file) {
        plan_refuse(p->plan, "record", "The record of snapshot %s does not name its memory file.", snapshot->name);
        return false;
    }
    return rules_check_present(p, snapshot->memory_file, "to bring the guest's memory back");
}

static bool check_external(Planning *p, const Snapshot *snapshot)
{
    const GPtrArray *disks = snapshot->definition->disks;

    for (guint i = 0; i < disks->len; i++) {
        const Disk *disk = disks->pdata[i];

        if (!check_external_disk(p, snapshot, disk))
            return false;
    }
    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];

        if (!disk_is_writable(disk) || definition_disk(snapshot->definition, disk->target))
            continue;
        plan_refuse(p->plan, "disk", "Disk %s was added after snapshot %s; libvirt's revert would drop it from "
                    "the guest. Detach it first.", disk->target, snapshot->name);
        return false;
    }
    return check_memory_file(p, snapshot);
}

// Consent (b): a running guest goes to disks that were taken under a running guest.
static bool check_consent(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *options = NULL;
    g_autofree char *command = NULL;

    if (snapshot->state != SNAPSHOT_DISK_ONLY || !guest_runs(p) || p->wish->force)
        return true;
    options = g_strconcat("--force", p->wish->now == NOW_LOSE ? " --lose-now" : "", NULL);
    command = rules_command("plan revert", p->wish->domain, snapshot->name, options);
    plan_refuse(p->plan, "force", "The guest runs, and snapshot %s was taken of its disks alone while it ran: it "
                "would find them as after a power cut.", snapshot->name);
    plan_route(p->plan, command, "Agree to that.");
    return false;
}

static void offer_losing_now(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *command = rules_command("plan revert", p->wish->domain, snapshot->name, "--lose-now");

    plan_route(p->plan, command, "Give NOW up by choice.");
}

// NOW becomes a snapshot of the kind in use, with memory when the guest runs and memory can be saved.
static bool keep_now(Planning *p, const Snapshot *snapshot)
{
    g_autoptr(Wish) wish = NULL;
    bool with_memory = guest_runs(p) && p->now->immobile->len == 0;
    Step *step;

    if (!p->wish->keep_name)
        p->wish->keep_name = name_mint(p->picture, "before-revert", p->time);
    wish = wish_new(VERB_CREATE, p->wish->uuid, p->wish->domain, p->wish->keep_name);
    wish->kind = picture_kind(p->picture);
    wish->memory = with_memory && wish->kind == KIND_EXTERNAL;
    wish->description = g_strdup_printf("NOW before reverting to %s", snapshot->name);
    for (guint i = 0; i < p->wish->disks->len; i++) { // names minted when this was planned before
        const DiskWish *minted = p->wish->disks->pdata[i];

        wish_disk(wish, minted->target)->path = g_strdup(minted->path);
    }
    wish->memory_file = g_strdup(p->wish->memory_file);
    if (guest_runs(p) && !with_memory && !p->wish->force) {
        plan_refuse(p->plan, "force", "The guest runs and its memory cannot be saved (%s), so keeping NOW keeps its "
                    "disks only. Shut it down first, or agree with --force.",
                    (const char *) p->now->immobile->pdata[0]);
        offer_losing_now(p, snapshot);
        return false;
    }
    step = rules_add_create(p, wish);
    if (!step) {
        offer_losing_now(p, snapshot);
        return false;
    }
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (disk->mode == DISK_MODE_NO && disk_is_writable(definition_disk(p->now, disk->target))) {
            plan_refuse(p->plan, "law 4", "Disk %s would change with the revert but takes no part in snapshots, so "
                        "NOW cannot be kept whole.", disk->target);
            offer_losing_now(p, snapshot);
            return false;
        }
        if (disk->writes) {
            g_free(wish_disk(p->wish, disk->target)->path);
            wish_disk(p->wish, disk->target)->path = g_strdup(disk->writes);
        }
    }
    g_free(p->wish->memory_file);
    p->wish->memory_file = g_strdup(wish->memory_file);
    return true;
}

static void lose_now(Planning *p)
{
    gint64 bytes = picture_now_bytes(p->picture);
    const Snapshot *current = picture_current(p->picture);
    g_autofree char *size = size_text(bytes);
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(current->created);
    g_autofree char *since = when ? g_date_time_format(when, "%Y-%m-%d %H:%M") : g_strdup("?");

    plan_loses(p->plan, "NOW: everything written since snapshot %s was taken", current->name);
    plan_warn(p->plan, "law 4", "NOW holds %s written since %s that no snapshot keeps%s.", size, since,
              guest_runs(p) ? ", and the memory of the running guest" : "");
    p->plan->loses_data = true;
}

static const char *state_after(const Planning *p, const Snapshot *snapshot)
{
    switch (p->wish->after) {
    case AFTER_RUNNING:
        return "running";
    case AFTER_PAUSED:
        return "paused";
    case AFTER_OFF:
        return "off";
    case AFTER_AS_SAVED:
        break;
    }
    if (snapshot->state == SNAPSHOT_RUNNING)
        return "running";
    return snapshot->state == SNAPSHOT_PAUSED ? "paused" : "off";
}

static void describe(Planning *p, Step *step, const Snapshot *snapshot, SnapshotKind kind)
{
    step->after = p->wish->after;
    step->reset_nvram = p->wish->reset_nvram;
    step->effect = g_strdup_printf("%s to snapshot %s%s.", guest_runs(p) ? "Stop the guest and go back" : "Go back",
                                   snapshot->name,
                                   kind == KIND_EXTERNAL ? ", with new overlays on the images it froze" :
                                                           " inside the images");
    if (p->wish->now == NOW_KEEP)
        step->undo = g_strdup_printf("revert to snapshot %s", p->wish->keep_name);
    p->plan->after = g_strdup(state_after(p, snapshot));
    plan_outcome(p->plan, "The guest goes back to the disks%s of snapshot %s. All snapshots stay.",
                 holds_memory(snapshot) ? " and the memory" : "", snapshot->name);
    plan_warn(p->plan, "definition", "The guest's definition becomes the one stored in the snapshot: changes of "
              "devices or memory made since are undone.");
    if (guest_runs(p))
        plan_warn(p->plan, "stop", "QEMU is ended and started again: consoles and network connections drop.");
    if (p->now->uefi && kind == KIND_EXTERNAL && !p->wish->reset_nvram)
        plan_warn(p->plan, "H26", "The UEFI variables (NVRAM) are not part of the snapshot and stay as they are now.");
    if (kind == KIND_INTERNAL && holds_memory(snapshot) && host_has(p->host, FACT_INTERNAL_LIVE_REVERT_BROKEN))
        plan_warn(p->plan, "H25", "libvirt 11.2 and 11.3 fail here unless the distribution corrected it, as Debian "
                  "13 did; the guest is then off and nothing is lost.");
}

static bool check_after(Planning *p, const Snapshot *snapshot)
{
    if (p->wish->after != AFTER_OFF || !holds_memory(snapshot))
        return true;
    plan_refuse(p->plan, "state", "Snapshot %s holds memory, and libvirt brings it back running or paused. Choose one "
                "of these and shut the guest down afterwards.", snapshot->name);
    return false;
}

void rules_revert(Planning *p)
{
    const Snapshot *snapshot = rules_find_subject(p);
    SnapshotKind kind;
    Step *step;

    if (!snapshot || !check_record(p, snapshot) || !rules_check_tree(p))
        return;
    kind = snapshot_kind(snapshot) == KIND_EXTERNAL ? KIND_EXTERNAL : KIND_INTERNAL;
    if (!check_version(p, snapshot, kind) || !check_after(p, snapshot) || !check_consent(p, snapshot))
        return;
    if (!(kind == KIND_EXTERNAL ? check_external(p, snapshot) : check_internal(p, snapshot)))
        return;
    if (p->wish->now == NOW_KEEP) {
        if (!keep_now(p, snapshot))
            return;
    } else {
        lose_now(p);
    }
    step = plan_add_step(p->plan, STEP_REVERT, snapshot->name);
    if (kind == KIND_EXTERNAL && !check_removed(p, step))
        return;
    describe(p, step, snapshot, kind);
}
