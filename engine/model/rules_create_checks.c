// SPDX-License-Identifier: GPL-2.0-or-later
// What speaks for or against a snapshot of this guest now, whichever disks it takes: its name, its kind
// beside the others, the guest's memory, agent, firmware, chain depth and checkpoints.

#include "engine/model/naming.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

enum {
    DEPTH_ADVISED = 8,  // beyond: slower reads, longer merges
    DEPTH_SHALLOW = 22, // H56: three fewer than start, for bitmaps or LUKS in them
    DEPTH_MOST = 200,   // QEMU's limit (H57)
};

enum {
    // libvirt does not read a record of more than 1 MiB when it starts (qemuDomainSnapshotLoad), so the snapshot
    // would be gone from the list and its children would be roots (H46).
    DESCRIPTION_MOST = 64 * 1024,
};

static void check_description(Planning *p, const Wish *wish)
{
    if (wish->description && strlen(wish->description) > DESCRIPTION_MOST)
        plan_refuse(p->plan, "H46", "The description has %u bytes; records that grow too large are "
                    "not read by libvirt when it starts, and the snapshot would be lost to it. Shorten it to %d.",
                    (unsigned) strlen(wish->description), DESCRIPTION_MOST);
}

static bool check_name(Planning *p, const char *name)
{
    g_autofree char *fault = name_fault(name);

    if (fault)
        plan_refuse(p->plan, "name", "%s", fault);
    else if (picture_snapshot(p->picture, name))
        plan_refuse(p->plan, "name", "The guest already has a snapshot %s. Choose another name.", name);
    else
        return true;
    return false;
}

static void check_kind(Planning *p, const Wish *wish)
{
    SnapshotKind in_use = picture_kind(p->picture);

    if (wish->kind == KIND_EXTERNAL && !host_has(p->host, FACT_IMAGES))
        plan_refuse(p->plan, "host", "This is libvirt's test driver: it keeps records but no images, "
                    "so there are no external snapshots. Take an internal one.");
    if (in_use != KIND_NONE && in_use != KIND_MIXED && in_use != wish->kind && p->picture->snapshots->len > 0)
        plan_warn(p->plan, "INV-11", in_use == KIND_INTERNAL
                  ? N_("The guest's snapshots are inside the images (internal) so far. With both kinds in one tree nothing "
                       "is merged above an internal one, and nobody can go back to one while overlays that are needed "
                       "stand on its image.")
                  : N_("The guest's snapshots are files of their own (external) so far. With both kinds in one tree nothing "
                       "is merged above an internal one, and nobody can go back to one while overlays that are needed "
                       "stand on its image."));
}

static void check_record(Planning *p)
{
    g_autofree char *why = NULL;

    if (!picture_current_matches(p->picture, &why))
        plan_warn(p->plan, "INV-1", "%s. The new snapshot will be recorded below it although its disks "
                  "do not stand on it.", why);
}

static void check_saved_memory(Planning *p)
{
    if (p->domain->managed_save)
        plan_refuse(p->plan, "INV-7", "The guest has a saved memory state. The next start would "
                    "restore it onto the images it was saved with and write into what the snapshot "
                    "froze. Start the guest, or drop the state with virsh managedsave-remove.");
}

static void check_uefi(Planning *p, const Wish *wish, bool active)
{
    bool possible = host_has(p->host, active ? FACT_INTERNAL_UEFI_RUNNING : FACT_INTERNAL_UEFI_OFF);

    if (!p->now->uefi)
        return;
    if (wish->kind == KIND_EXTERNAL)
        plan_warn(p->plan, "H26", "The guest boots by UEFI; its NVRAM is not part of an external "
                  "snapshot. After a revert it is newer than the disks.");
    else if (!possible)
        plan_refuse(p->plan, "H27", active ? N_("The guest boots by UEFI, and this libvirt takes no internal snapshot of a "
                                                "running UEFI guest. Take an external one.")
                                           : N_("The guest boots by UEFI, and this libvirt takes no internal snapshot of an "
                                                "off UEFI guest. Take an external one."));
    else if (active && g_strcmp0(p->now->nvram_format, "qcow2") != 0)
        plan_refuse(p->plan, "H27", "The guest boots by UEFI, and this libvirt takes no internal snapshot of a running UEFI "
                    "guest whose NVRAM is not in qcow2 format. Take an external one.");
}

static void check_memory(Planning *p, const Wish *wish, bool active)
{
    bool saves_memory = active && (wish->memory || wish->kind == KIND_INTERNAL);

    if (wish->memory && !active)
        plan_refuse(p->plan, "memory", "The guest is off: there is no memory to save. Leave it out.");
    if (saves_memory && p->now->immobile->len > 0)
        plan_refuse(p->plan, "H62", "The guest's memory cannot be saved because of its device or "
                    "feature %s. Take an external, disk-only snapshot.",
                    (const char *) p->now->immobile->pdata[0]);
    if (p->now->tpm)
        plan_warn(p->plan, "law 6", "The state of the guest's TPM is not part of a snapshot.");
    if (active && wish->kind == KIND_INTERNAL)
        plan_warn(p->plan, "H58", "The guest stands still while its memory is written into the image; "
                  "libvirt answers no question about it until that ends.");
}

static void check_quiesce(Planning *p, const Wish *wish, bool active)
{
    if (!wish->quiesce)
        return;
    if (wish->kind != KIND_EXTERNAL || wish->memory)
        plan_refuse(p->plan, "quiesce", "Freezing the file systems goes with external, disk-only "
                    "snapshots only.");
    else if (!active || p->domain->state == DOMAIN_PAUSED)
        plan_refuse(p->plan, "quiesce", "Freezing the file systems needs a running guest.");
    else if (p->now->agent != AGENT_CONNECTED)
        plan_refuse(p->plan, "H60", p->now->agent == AGENT_ABSENT
                    ? N_("The guest agent has no channel in this guest. Install or start qemu-guest-agent in the guest, or "
                         "go on without freezing.")
                    : N_("The guest agent does not answer. Install or start qemu-guest-agent in the guest, or go on without "
                         "freezing."));
}

static bool has_room(const Host *host, unsigned depth)
{
    return depth <= (host_has(host, FACT_SHALLOW_CHAINS_ONLY) ? DEPTH_SHALLOW : DEPTH_MOST);
}

bool plan_meets_others(const Wish *wish, const Picture *picture, const Host *host)
{
    return wish->verb != VERB_CREATE || !has_room(host, picture_depth(picture) + 1);
}

bool rules_has_room(const Planning *p, unsigned depth)
{
    return has_room(p->host, depth);
}

bool rules_starts(const Planning *p, unsigned depth)
{
    return depth <= (host_has(p->host, FACT_SHALLOW_CHAINS_ONLY) ? RULES_DEPTH_STARTS : DEPTH_MOST);
}

bool rules_check_depth(Planning *p, unsigned depth)
{
    if (depth > DEPTH_MOST)
        plan_refuse(p->plan, "H57", "The backing chain would have %u layers; QEMU stops at %d. Delete "
                    "snapshots first.", depth, DEPTH_MOST);
    else if (!rules_has_room(p, depth))
        plan_refuse(p->plan, "H56", "The backing chain would have %u layers, and this libvirt does not "
                    "start guests with many more than %d. Delete snapshots first.", depth, DEPTH_SHALLOW);
    else if (depth > DEPTH_ADVISED)
        plan_warn(p->plan, "depth", "The backing chain will have %u layers; each makes reading slower. "
                  "Deleting old snapshots merges them.", depth);
    return p->plan->verdict == VERDICT_OK;
}

static void check_checkpoints(Planning *p, bool active)
{
    if (p->domain->checkpoints > 0 && !active)
        plan_refuse(p->plan, "H66", "The guest has %u backup checkpoints; a snapshot while it is off "
                    "breaks the chain of incremental backups. Start the guest, or remove the "
                    "checkpoints.", p->domain->checkpoints);
    else if (p->domain->checkpoints > 0)
        plan_warn(p->plan, "H66", "The guest has %u backup checkpoints. Make a full backup after "
                  "reverting to this snapshot.", p->domain->checkpoints);
}

static void check_later(Planning *p, const Wish *wish, bool active)
{
    if (wish->kind != KIND_EXTERNAL)
        return;
    if (rules_are_confined(p))
        plan_warn(p->plan, "H19", "The host confines guests with AppArmor, and this libvirt's profile "
                  "may forbid the later merge while the guest runs. Delete with the guest off then.");
    if (!active && !host_has(p->host, FACT_OFF_OVERLAYS_PRIVATE))
        plan_warn(p->plan, "H21", "This libvirt makes overlays of an off guest readable for every user "
                  "of the host. Correct their mode if that matters.");
    if (!p->domain->persistent)
        plan_warn(p->plan, "H63", "The guest is transient: when it stops, its snapshot records vanish "
                  "while the files stay.");
}

bool rules_check_create(Planning *p, const Wish *wish)
{
    bool active = domain_is_active(p->domain);

    if (!check_name(p, wish->snapshot))
        return false;
    check_description(p, wish);
    check_kind(p, wish);
    check_saved_memory(p);
    check_memory(p, wish, active);
    check_quiesce(p, wish, active);
    check_uefi(p, wish, active);
    if (wish->kind == KIND_EXTERNAL)
        rules_check_depth(p, rules_layers_of_now(p) + 1);
    check_checkpoints(p, active);
    return p->plan->verdict == VERDICT_OK;
}

void rules_warn_create(Planning *p, const Wish *wish)
{
    check_record(p);
    check_later(p, wish, domain_is_active(p->domain));
}
