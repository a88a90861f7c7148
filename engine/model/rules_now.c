// SPDX-License-Identifier: GPL-2.0-or-later
// What becomes of NOW when the guest goes back: kept as a snapshot first (the default) or given up by choice.

#include "engine/model/changes.h"
#include "engine/model/naming.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

bool rules_holds_memory(const Snapshot *snapshot)
{
    return snapshot->memory != MEMORY_NO &&
           (snapshot->state == SNAPSHOT_RUNNING || snapshot->state == SNAPSHOT_PAUSED);
}

static void offer_losing_now(Planning *p)
{
    g_autofree char *command = rules_again(p, "--lose-now");

    plan_route(p->plan, command, "Give NOW up by choice.");
}

// Disks that the revert leaves alone stay out of the snapshot: nobody would ever go back to them. But memory
// fits only the disks of its own moment, so it is kept with all of them.
static bool stays_out(const Snapshot *snapshot, const Disk *disk, KeepScope scope, MemoryMode memory)
{
    return scope == KEEP_CHANGED && memory == MEMORY_NO && !snapshot_covers(snapshot, disk->target);
}

// The wish for the snapshot that keeps NOW: of the kind in use, with memory when the guest runs and memory
// can be saved, with the names that were minted when this was planned before.
static Wish *keeping_wish(Planning *p, const Snapshot *snapshot, KeepScope scope)
{
    Wish *wish = wish_new(VERB_CREATE, p->wish->uuid, p->wish->domain, p->wish->keep_name);

    // Only a tag survives in an image that goes back to a tag.
    wish->kind = snapshot_kind(snapshot) == KIND_INTERNAL ? KIND_INTERNAL : KIND_EXTERNAL;
    wish->memory = domain_is_active(p->domain) && p->now->immobile->len == 0 && wish->kind == KIND_EXTERNAL;
    wish->memory_file = g_strdup(p->wish->memory_file);
    wish->description = g_strdup_printf("NOW before reverting to %s", snapshot->name);
    for (guint i = 0; i < p->wish->disks->len; i++) {
        const DiskWish *minted = p->wish->disks->pdata[i];

        if (definition_disk(p->now, minted->target))
            wish_disk(wish, minted->target)->path = g_strdup(minted->path);
    }
    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];

        if (disk_is_writable(disk) &&
            stays_out(snapshot, disk, scope, wish->memory ? MEMORY_EXTERNAL : MEMORY_NO))
            wish_disk(wish, disk->target)->include = false;
    }
    return wish;
}

static bool check_whole(Planning *p, const Snapshot *snapshot, KeepScope scope, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *entry = step->disks->pdata[i];
        const Disk *disk = definition_disk(p->now, entry->target);

        if (entry->mode != DISK_MODE_NO || !disk_is_writable(disk) ||
            stays_out(snapshot, disk, scope, step->memory))
            continue;
        plan_refuse(p->plan, "law 4", "Disk %s would change with the revert but takes no part in snapshots, so "
                    "NOW cannot be kept whole.", entry->target);
        return false;
    }
    return true;
}

// What was minted becomes part of the plan's wish.
static void remember_names(Planning *p, const Step *step, const Wish *wish)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (!disk->writes)
            continue;
        g_free(wish_disk(p->wish, disk->target)->path);
        wish_disk(p->wish, disk->target)->path = g_strdup(disk->writes);
    }
    g_free(p->wish->memory_file);
    p->wish->memory_file = g_strdup(wish->memory_file);
}

bool rules_now_is_empty(const Planning *p)
{
    const Snapshot *current = picture_current(p->picture);
    bool empty = current && snapshot_kind(current) == KIND_EXTERNAL && !domain_is_active(p->domain);

    for (guint i = 0; empty && i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];
        const Image *image = images_get(p->picture->images, disk->path);

        if (disk_is_writable(disk))
            empty = image && image->empty && g_strcmp0(disk->path, snapshot_expected_now(current, disk->target)) == 0;
    }
    return empty;
}

bool rules_keep_now(Planning *p, const Snapshot *snapshot, KeepScope scope)
{
    g_autoptr(Wish) wish = NULL;
    Step *step;

    if (!p->keeps) {
        plan_outcome(p->plan, "NOW holds nothing that snapshot %s does not, so no snapshot is taken of it.",
                     p->picture->current);
        return true;
    }
    if (!p->wish->keep_name)
        p->wish->keep_name = name_mint(p->picture, "before-revert", p->time);
    if (domain_is_active(p->domain) && p->now->immobile->len > 0 && !p->wish->force) {
        g_autofree char *agree = rules_again(p, "--force");

        plan_refuse(p->plan, "force", "The guest runs and its memory cannot be saved (%s), so keeping NOW keeps its "
                    "disks only. Shut it down first, or agree to that.",
                    (const char *) p->now->immobile->pdata[0]);
        plan_route(p->plan, agree, "Agree to that.");
        offer_losing_now(p);
        return false;
    }
    wish = keeping_wish(p, snapshot, scope);
    step = rules_add_create(p, wish);
    if (!step || !check_whole(p, snapshot, scope, step)) {
        offer_losing_now(p);
        return false;
    }
    remember_names(p, step, wish);
    return true;
}

void rules_lose_now(Planning *p)
{
    gint64 bytes = picture_now_bytes(p->picture);
    const Snapshot *current = picture_current(p->picture);
    g_autofree char *size = size_text(bytes);
    bool active = domain_is_active(p->domain);
    g_autoptr(GDateTime) when = current ? g_date_time_new_from_unix_local(current->created) : NULL;
    g_autofree char *since = when ? g_date_time_format(when, "%Y-%m-%d %H:%M") : NULL;

    if (current)
        plan_loses(p->plan, LOSS_NOW_SINCE, current->name);
    else
        plan_loses(p->plan, LOSS_NOW, NULL);
    if (since)
        plan_warn(p->plan, "law 4", active ? N_("NOW holds %s written since %s that no snapshot keeps, and the memory of the "
                                                "running guest.")
                                           : N_("NOW holds %s written since %s that no snapshot keeps."), size, since);
    else
        plan_warn(p->plan, "law 4", active ? N_("NOW holds %s written that no snapshot keeps, and the memory of the running "
                                                "guest.")
                                           : N_("NOW holds %s written that no snapshot keeps."), size);
    p->plan->loses_data = true;
}

const char *rules_state_after(const Planning *p, const Snapshot *snapshot)
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

// The stored configuration takes the place of the present one: what that changes, besides the disks' content.
static void warn_changes(Planning *p, const Snapshot *snapshot)
{
    bool composed = false;
    g_autoptr(GPtrArray) changes = NULL;

    for (guint i = 0; i < p->plan->steps->len; i++)
        composed |= ((const Step *) p->plan->steps->pdata[i])->kind == STEP_DEFINE;
    changes = changes_of_revert(p->domain, snapshot, composed);
    plan_warn(p->plan, "definition", changes->len > 0
              ? N_("The guest's configuration becomes the one stored in the snapshot; its hardware changes.")
              : N_("The guest's configuration becomes the one stored in the snapshot; its hardware stays the same."));
    for (guint i = 0; i < changes->len; i++)
        plan_warn(p->plan, "definition", "%s", (const char *) changes->pdata[i]);
}

void rules_describe_revert(Planning *p, const Snapshot *snapshot, SnapshotKind kind)
{
    bool memory = rules_holds_memory(snapshot);

    p->plan->after = g_strdup(rules_state_after(p, snapshot));
    if (p->going->len > 0)
        plan_outcome(p->plan, memory ? N_("The guest goes back to the disks and the memory of snapshot %s.")
                                     : N_("The guest goes back to the disks of snapshot %s."), snapshot->name);
    else
        plan_outcome(p->plan, memory
                     ? N_("The guest goes back to the disks and the memory of snapshot %s. All snapshots stay.")
                     : N_("The guest goes back to the disks of snapshot %s. All snapshots stay."), snapshot->name);
    warn_changes(p, snapshot);
    if (domain_is_active(p->domain))
        plan_warn(p->plan, "stop", "QEMU is ended and started again: consoles and network connections drop.");
    if (p->now->uefi && kind == KIND_EXTERNAL && !p->wish->reset_nvram)
        plan_warn(p->plan, "H26", "The UEFI variables (NVRAM) are not part of the snapshot and stay as they are now.");
    if (p->now->tpm && kind == KIND_EXTERNAL)
        plan_warn(p->plan, "law 6", "The state of the guest's TPM is not part of the snapshot and stays as it is now.");
}
