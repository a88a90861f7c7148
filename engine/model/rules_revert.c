// SPDX-License-Identifier: GPL-2.0-or-later
// Reverting: NOW is kept as a snapshot first (the default) or given up by choice, then libvirt's own
// revert, where it can do it without harm; else the same in steps of our own (rules_compose.c).
//
// libvirt's external revert makes new overlays on the frozen images and unlinks the ones NOW wrote to;
// its internal revert rewrites the images to a tag. Both replace the guest's definition by the one stored
// in the snapshot, and both stop a running guest before they find out what cannot be done. So all
// that can be checked is checked here.

#include "engine/model/naming.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

static bool check_record(Planning *p, const Snapshot *snapshot)
{
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
    else if (kind == KIND_INTERNAL && rules_holds_memory(snapshot) &&
             host_has(p->host, FACT_INTERNAL_LIVE_REVERT_CRASHES))
        plan_refuse(p->plan, "H24", "%s crashes when it reverts to an internal snapshot with memory; 9.10.0 "
                    "corrects it.", host);
    else if (kind == KIND_INTERNAL && rules_holds_memory(snapshot) && host_has(p->host, FACT_INTERNAL_LIVE_JOBS) &&
             !name_makes_job_id(snapshot->name))
        plan_refuse(p->plan, "H45", "%s makes a QEMU job of the name of snapshot %s to bring its memory back, and QEMU "
                    "does not take that name: the guest would only be stopped.", host, snapshot->name);
    else if (kind == KIND_INTERNAL && p->now->uefi &&
             !host_has(p->host, rules_holds_memory(snapshot) ? FACT_INTERNAL_UEFI_RUNNING : FACT_INTERNAL_UEFI_OFF))
        plan_refuse(p->plan, "H27", _("%s cannot revert UEFI guests to internal snapshots."), host);
    else
        return true;
    return false;
}

// NOW writes elsewhere: nothing could keep it, since whatever it stands on goes back to the tag.
static bool check_left_behind(Planning *p, const Snapshot *snapshot, const char *target, const char *image)
{
    const char *now = picture_now(p->picture, target);
    g_autofree char *command = rules_command("plan revert", p->wish->domain, snapshot->name, "--lose-now");

    if (!now || strcmp(image, now) == 0 || p->wish->now == NOW_LOSE)
        return true; // what NOW leaves behind is removed (rules_clear.c)
    plan_refuse(p->plan, "H71", "Snapshot %s lies in %s, but NOW writes to %s on disk %s: a snapshot that kept NOW would "
                "stand on what goes back.", snapshot->name, image, now, target);
    plan_route(p->plan, command, "Give NOW up by choice.");
    return false;
}

static bool goes_or_does_not_mind(const Planning *p, const State *state, const GPtrArray *direct)
{
    bool inside = g_ptr_array_find((GPtrArray *) direct, state, NULL);

    if (!state->snapshot)
        return inside || p->wish->now == NOW_LOSE; // what it writes itself is kept first, or given up
    return (inside && snapshot_kind(state->snapshot) == KIND_INTERNAL) || // a tag beside the other
           g_ptr_array_find((GPtrArray *) p->going, state->snapshot, NULL);
}

// The states that read the active content of the image and stay. The caller frees the array.
static GPtrArray *staying(const Planning *p, const char *image)
{
    GPtrArray *states = reach_of(p->reach, image);
    g_autoptr(GPtrArray) direct = reach_direct(p->reach, image);

    for (guint i = states->len; i > 0; i--)
        if (goes_or_does_not_mind(p, states->pdata[i - 1], direct))
            g_ptr_array_remove_index(states, i - 1);
    return states;
}

// Do all of them hang below the snapshot, so that they can be given up with one word?
static bool are_below(const Planning *p, const Snapshot *snapshot, const GPtrArray *states)
{
    const TreeNode *top = tree_find(p->picture->tree, snapshot->name);

    for (guint i = 0; i < states->len; i++) {
        const State *state = states->pdata[i];

        if (state->snapshot && !tree_is_ancestor(top, tree_find(p->picture->tree, state->snapshot->name)))
            return false;
    }
    return true;
}

// No image can stand on a tag, so there is no branch that could begin at it.
static void offer_around_tag(Planning *p, const Snapshot *snapshot, const char *image, const GPtrArray *states)
{
    g_autofree char *quoted = name_quote(snapshot->name);
    g_autofree char *from = name_quote(image);
    g_autofree char *command = rules_command("plan revert", p->wish->domain, snapshot->name, "--discard-children --lose-now");

    plan_route(p->plan, NULL, "To have its disks beside all others, copy them into an image for a guest of its own: qemu-img "
               "convert -O qcow2 -l snapshot.name=%s %s NEW.qcow2", quoted, from);
    if (are_below(p, snapshot, states))
        plan_route(p->plan, command, "Or give up NOW and all that hangs below %s, with their data.", snapshot->name);
}

// Law 2: going back to a tag rewrites the active content of the image, so nothing but NOW may read it.
static bool check_readers(Planning *p, const Snapshot *snapshot, const char *image)
{
    g_autoptr(GPtrArray) states = staying(p, image);
    g_autofree char *others = rules_other_states(states, NULL, false);

    if (!others)
        return true;
    plan_refuse(p->plan, "H8", "Snapshot %s lies inside %s, and going back to it rewrites that image. Whatever stands on it "
                "as it is would be garbage then: %s.", snapshot->name, image, others);
    offer_around_tag(p, snapshot, image, states);
    return false;
}

static bool check_internal_disk(Planning *p, const Snapshot *snapshot, const char *target)
{
    const char *image = snapshot_frozen(snapshot, target);

    if (!image) {
        plan_refuse(p->plan, "record", "The record of snapshot %s does not say in which image of disk %s it lies.",
                    snapshot->name, target);
        return false;
    }
    if (!host_has(p->host, FACT_IMAGES))
        return true;
    if (images_lack_tag(p->picture->images, image, snapshot->name)) {
        plan_refuse(p->plan, "H53", "The image %s no longer holds snapshot %s inside, although libvirt lists it: that "
                    "state is gone. Drop the record.", image, snapshot->name);
        return false;
    }
    return check_readers(p, snapshot, image) && check_left_behind(p, snapshot, target, image) &&
           rules_check_whole(p, image, N_("The tag to go back to is in it.")) &&
           rules_check_neighbours(p, image);
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

// Why libvirt's own revert to an external snapshot is not to be had, or would do harm; the rule that says so
// in `rule`. NULL: nothing speaks against it. The caller frees the sentence.
//
// libvirt makes overlays for every disk of the stored definition that is not empty, wanted or not (H31, H32, H74),
// takes disks away that it does not name, and unlinks what NOW writes to. Of a snapshot with memory it makes them when
// QEMU has its images open (H83; qemuSnapshotRevertExternalActive).
static char *version_obstacle(const Planning *p, const Snapshot *snapshot, const char **rule)
{
    g_autofree char *host = host_describe(p->host);

    *rule = "host";
    if (!host_has(p->host, FACT_EXTERNAL_REVERT))
        return g_strdup_printf(_("%s cannot revert to external snapshots (9.9.0 can)"), host);
    *rule = "H30";
    if (snapshot->state == SNAPSHOT_OFF && !host_has(p->host, FACT_OFF_EXTERNAL_REVERT))
        return g_strdup_printf(_("%s makes overlays that name themselves as backing image when it reverts to a "
                                 "snapshot of an off guest (10.0.0 does not)"), host);
    *rule = "H29";
    if (snapshot->state == SNAPSHOT_DISK_ONLY && !host_has(p->host, FACT_DISK_ONLY_REVERT))
        return g_strdup_printf(_("%s cannot revert to a disk-only snapshot of a running guest (10.10.0 can)"), host);
    *rule = "H83";
    if (rules_holds_memory(snapshot))
        return g_strdup_printf(_("libvirt's own revert would start the guest on the very images that snapshot %s froze, and "
                                 "make overlays after that: cut off in between, NOW would write into the snapshot"),
                               snapshot->name);
    return NULL;
}

static char *disk_obstacle(const Snapshot *snapshot, const Disk *disk, const char **rule)
{
    if (!disk->path)
        return NULL;
    *rule = disk->device == DEVICE_CDROM ? "H31" : "H32";
    if (disk->type != SOURCE_FILE || disk->device != DEVICE_DISK || disk->readonly || disk->shareable)
        return g_strdup_printf(_("libvirt's own revert would put an overlay on %s of disk %s too, which is removable, "
                                 "read-only, shared or no plain file"), disk->path, disk->target);
    *rule = "H74";
    if (!snapshot_covers(snapshot, disk->target))
        return g_strdup_printf(_("libvirt's own revert would put an overlay on disk %s too, which was left out of "
                                 "snapshot %s, and merge it later"), disk->target, snapshot->name);
    return NULL;
}

// A layer that the record of a running guest tells of, and that is not in the chain any more; NULL: none, or the chain
// is not known.
static const char *layer_gone(const Planning *p, const Disk *disk)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    if (!disk->path || !disk->backing || images_chain(p->picture->images, disk->path, chain) != CHAIN_COMPLETE)
        return NULL;
    for (guint i = 0; i < disk->backing->len; i++) {
        const char *layer = ((const Layer *) disk->backing->pdata[i])->path;

        if (layer && !g_ptr_array_find_with_equal_func(chain, layer, g_str_equal, NULL))
            return layer;
    }
    return NULL;
}

static char *chain_obstacle(const Planning *p, const Snapshot *snapshot, const Disk *disk, const char **rule)
{
    const char *gone = layer_gone(p, disk);

    *rule = "H82";
    return gone ? g_strdup_printf(_("libvirt's own revert would look for %s, which was merged since, though the record of "
                                    "snapshot %s still names it, and not start the guest"), gone, snapshot->name) : NULL;
}

static char *native_obstacle(const Planning *p, const Snapshot *snapshot, const char **rule)
{
    const GPtrArray *disks = snapshot->definition->disks;
    char *why = version_obstacle(p, snapshot, rule);

    for (guint i = 0; i < disks->len && !why; i++) {
        why = disk_obstacle(snapshot, disks->pdata[i], rule);
        if (!why)
            why = chain_obstacle(p, snapshot, disks->pdata[i], rule);
    }
    for (guint i = 0; i < p->now->disks->len && !why; i++) {
        const Disk *disk = p->now->disks->pdata[i];

        *rule = "disk";
        if (disk_is_writable(disk) && !definition_disk(snapshot->definition, disk->target))
            why = g_strdup_printf(_("libvirt's own revert would take disk %s away, which was added after snapshot %s"),
                                  disk->target, snapshot->name);
    }
    return why;
}

static bool check_external_disk(Planning *p, const Disk *disk)
{
    if (!disk->path)
        return true;
    if (disk->encrypted) {
        plan_refuse(p->plan, "law 6", "Disk %s is encrypted; reverting such disks is not offered until it was "
                    "tested.", disk->target);
        return false;
    }
    return rules_check_whole(p, disk->path, N_("It is needed as the state to go back to."));
}

// What libvirt unlinks on this disk: what the current snapshot's record names, but no image that holds it as a tag.
static const char *unlinked(const Planning *p, const char *target)
{
    const Snapshot *current = picture_current(p->picture);
    const SnapshotDisk *disk = current ? snapshot_disk(current, target) : NULL;
    const char *named = snapshot_expected_now(current, target);

    if (disk && disk->mode == DISK_MODE_INTERNAL && g_strcmp0(named, snapshot_frozen(current, target)) == 0)
        return NULL;
    return named;
}

// The overlays NOW writes to are unlinked. Where NOW was kept first those are new and empty; else they
// must be reached by nothing but NOW.
static bool check_removed(Planning *p, Step *step)
{
    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];
        const char *removed = unlinked(p, disk->target);
        g_autoptr(GPtrArray) states = NULL;
        g_autofree char *others = NULL;

        if (p->keeps) {
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
            !rules_check_neighbours(p, removed))
            return false;
        step_add_disk(step, disk->target, DISK_MODE_EXTERNAL)->removes = g_strdup(removed);
    }
    return true;
}

bool rules_check_memory_file(Planning *p, const Snapshot *snapshot)
{
    if (snapshot->memory != MEMORY_EXTERNAL)
        return true;
    if (!snapshot->memory_file) {
        plan_refuse(p->plan, "record", "The record of snapshot %s does not name its memory file.", snapshot->name);
        return false;
    }
    return rules_check_present(p, snapshot->memory_file, N_("The guest's memory comes back from it."));
}

// The longest chain that the revert makes of NOW on the way: kept, or on two layers on what the snapshot froze.
static unsigned deepest_layer(const Planning *p, const Snapshot *snapshot, bool composed)
{
    unsigned deepest = 0;

    for (guint i = 0; i < snapshot->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) snapshot->disks->pdata[i])->target;

        if (snapshot_covers(snapshot, target))
            deepest = MAX(deepest, rules_layers(p, snapshot_frozen(snapshot, target)));
    }
    deepest += composed ? 2 : 1;
    return p->keeps ? MAX(deepest, rules_layers_of_now(p) + 1) : deepest;
}

static bool check_external(Planning *p, const Snapshot *snapshot)
{
    const GPtrArray *disks = snapshot->definition->disks;

    for (guint i = 0; i < disks->len; i++)
        if (!check_external_disk(p, disks->pdata[i]))
            return false;
    return rules_check_depth(p, deepest_layer(p, snapshot, false)) && rules_check_memory_file(p, snapshot);
}

// Consent (b): a running guest goes to disks that were taken under a running guest.
static bool check_consent(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *command = NULL;

    if (snapshot->state != SNAPSHOT_DISK_ONLY || !domain_is_active(p->domain) || p->wish->force)
        return true;
    command = rules_again(p, "--force");
    plan_refuse(p->plan, "force", "The guest runs, and snapshot %s was taken of its disks alone while it ran: it "
                "would find them as after a power cut.", snapshot->name);
    plan_route(p->plan, command, "Agree to that.");
    return false;
}

static void add_tagged(Step *step, const Snapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];

        if (disk->mode == DISK_MODE_INTERNAL)
            step_add_disk(step, disk->target, DISK_MODE_INTERNAL)->writes =
                g_strdup(snapshot_frozen(snapshot, disk->target));
    }
}

static char *effect_of(const Snapshot *snapshot, SnapshotKind kind, bool stops)
{
    if (kind == KIND_EXTERNAL)
        return g_strdup_printf(stops ? _("Stop the guest and go back to snapshot %s, with new overlays on the images it "
                                         "froze.") :
                                       _("Go back to snapshot %s, with new overlays on the images it froze."),
                               snapshot->name);
    return g_strdup_printf(stops ? _("Stop the guest and go back to snapshot %s inside the images.") :
                                   _("Go back to snapshot %s inside the images."), snapshot->name);
}

static void describe(Planning *p, Step *step, const Snapshot *snapshot, SnapshotKind kind)
{
    step->after = p->wish->after;
    step->reset_nvram = p->wish->reset_nvram;
    step->effect = effect_of(snapshot, kind, domain_is_active(p->domain));
    if (p->keeps)
        step->undo = g_strdup_printf(_("revert to snapshot %s"), p->wish->keep_name);
    rules_describe_revert(p, snapshot, kind);
    if (kind == KIND_INTERNAL && rules_holds_memory(snapshot) && host_has(p->host, FACT_INTERNAL_LIVE_REVERT_BROKEN))
        plan_warn(p->plan, "H25", "libvirt 11.2 and 11.3 fail here unless the distribution corrected it, as Debian "
                  "13 did; the guest is then off and nothing is lost.");
}

static bool check_after(Planning *p, const Snapshot *snapshot)
{
    if (p->wish->after != AFTER_OFF || !rules_holds_memory(snapshot))
        return true;
    plan_refuse(p->plan, "state", "Snapshot %s holds memory, and libvirt brings it back running or paused. Choose one "
                "of these and shut the guest down afterwards.", snapshot->name);
    return false;
}

// The guest is where it was to go.
static void finish(Planning *p)
{
    rules_release(p);
    rules_clear_now(p);
}

void rules_revert_to(Planning *p, const Snapshot *snapshot)
{
    g_autofree char *obstacle = NULL;
    const char *rule = NULL;
    SnapshotKind kind;
    bool composed;
    Step *step;

    if (!check_record(p, snapshot) || !rules_check_tree(p))
        return;
    p->keeps = p->wish->now == NOW_KEEP && !rules_now_is_empty(p);
    kind = snapshot_kind(snapshot) == KIND_EXTERNAL ? KIND_EXTERNAL : KIND_INTERNAL;
    if (!check_version(p, snapshot, kind) || !rules_check_transient(p, snapshot) || !check_after(p, snapshot) ||
        !check_consent(p, snapshot))
        return;
    composed = kind == KIND_EXTERNAL && (g_ptr_array_find((GPtrArray *) p->going, snapshot, NULL) ||
                                         (obstacle = native_obstacle(p, snapshot, &rule)));
    if (kind == KIND_EXTERNAL)
        rules_make_room(p, deepest_layer(p, snapshot, composed));
    if (composed) {
        rules_compose_revert(p, snapshot, rule, obstacle);
        if (p->plan->verdict == VERDICT_OK)
            finish(p);
        return;
    }
    if (!(kind == KIND_EXTERNAL ? check_external(p, snapshot) : check_internal(p, snapshot)))
        return;
    rules_persist(p); // before NOW is kept: what is written of the guest and its records is whole then
    if (p->wish->now == NOW_KEEP) {
        if (!rules_keep_now(p, snapshot, KEEP_ALL))
            return;
    } else {
        rules_lose_now(p);
    }
    step = plan_add_step(p->plan, STEP_REVERT, snapshot->name);
    if (kind == KIND_EXTERNAL && !check_removed(p, step))
        return;
    if (kind == KIND_INTERNAL)
        add_tagged(step, snapshot);
    describe(p, step, snapshot, kind);
    finish(p);
}

void rules_revert(Planning *p)
{
    const Snapshot *snapshot = rules_find_subject(p);

    if (!snapshot || !rules_may_discard(p))
        return;
    rules_revert_to(p, snapshot);
    if (p->going->len > 0 && p->plan->verdict == VERDICT_OK)
        rules_discard_going(p);
}
