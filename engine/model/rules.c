// SPDX-License-Identifier: GPL-2.0-or-later
// From wish to plan: the entrance, and the checks that several verbs share.

#include "engine/model/rules.h"

#include "engine/model/discarded.h"
#include "engine/model/laws.h"
#include "engine/model/naming.h"
#include "engine/model/tongue.h"

#include <string.h>

bool rules_disk_takes_part(const Disk *disk)
{
    return disk_is_writable(disk) && disk->mode != DISK_MODE_NO;
}

char *rules_command(const char *verb, const char *domain, const char *snapshot, const char *options)
{
    g_autofree char *guest = name_quote(domain);
    g_autofree char *name = snapshot ? name_quote(snapshot) : NULL;

    return g_strjoin(" ", verb, guest, name ? name : options, name ? options : NULL, NULL);
}

// The further subjects, each with a blank behind it.
static char *quote_others(const Wish *wish)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < wish->others->len; i++) {
        g_autofree char *name = name_quote(wish->others->pdata[i]);

        g_string_append_printf(text, "%s ", name);
    }
    return g_string_free(text, FALSE);
}

char *rules_again(const Planning *p, const char *option)
{
    const Wish *wish = p->wish;
    g_autofree char *verb = g_strconcat("plan ", verb_word(wish->verb), NULL);
    g_autofree char *others = quote_others(wish);
    g_autofree char *options =
        g_strconcat(others, wish->children_only ? "--children-only " : "", wish->discard_children ? "--discard-children " : "",
                    wish->now == NOW_LOSE ? "--lose-now " : "", wish->force ? "--force " : "", option, NULL);

    return rules_command(verb, wish->domain, wish->snapshot, options);
}

char *rules_other_states(const GPtrArray *states, const Snapshot *except, bool except_now)
{
    enum { MOST = 5 };
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < states->len; i++) {
        const State *state = states->pdata[i];

        if (state->snapshot ? state->snapshot != except : !except_now)
            g_ptr_array_add(names, (gpointer) state_name(state));
    }
    return names_row(names, MOST);
}

static bool check_state(Planning *p)
{
    switch (p->domain->state) {
    case DOMAIN_RUNNING:
    case DOMAIN_BLOCKED:
    case DOMAIN_PAUSED:
    case DOMAIN_OFF:
        return true;
    case DOMAIN_NOSTATE:
    case DOMAIN_SHUTDOWN:
    case DOMAIN_CRASHED:
    case DOMAIN_SUSPENDED:
        break;
    }
    plan_refuse(p->plan, "state", "The guest is %s. Snapshots are changed while it runs, is paused "
                "or is off; wait, wake it up or stop it.", domain_state_word(p->domain->state));
    return false;
}

// QEMU reads the header again where it gives the image away and takes it back: after memory was saved, and where layers
// are merged. It finds none, and gives the image up (tried on 9.0.0 and 11.3.0).
static bool check_damaged(Planning *p, const GPtrArray *chain, const char *guest)
{
    for (guint i = 0; i < chain->len; i++) {
        const Image *image = images_get(p->picture->images, chain->pdata[i]);

        if (!image || !image->damaged)
            continue;
        plan_refuse(p->plan, "INV-2", "The header of %s was overwritten while QEMU has it open: what NOW reads through it is "
                    "lost when the guest stops. Nothing is changed before it is saved; virt-snap check %s says how. Or stop "
                    "the guest, and bring the image back from a backup.", image->path, guest);
        return false;
    }
    return true;
}

// What NOW reads and no name leads to any more goes with the QEMU that has it open; and nothing may be merged into it.
static bool check_open(Planning *p)
{
    g_autofree char *guest = name_quote(p->domain->name);

    for (guint i = 0; i < p->now->disks->len; i++) {
        const Disk *disk = p->now->disks->pdata[i];
        g_autoptr(GPtrArray) chain = g_ptr_array_new();
        const char *last;
        ChainEnd end;

        if (!disk->path || (disk->device != DEVICE_DISK && disk->device != DEVICE_LUN))
            continue;
        end = images_chain(p->picture->images, disk->path, chain);
        if (!check_damaged(p, chain, guest))
            return false;
        if (end != CHAIN_MISSING)
            continue;
        last = chain->pdata[chain->len - 1];
        if (!images_get(p->picture->images, last)->open)
            continue;
        plan_refuse(p->plan, "INV-2", "Somebody removed %s, which QEMU still has open: what it holds is lost when the guest "
                    "stops. Nothing is changed before it is saved; virt-snap check %s says how. Or stop the guest, and give "
                    "NOW up by that.", last, guest);
        return false;
    }
    return true;
}

bool rules_check_guest(Planning *p)
{
    const Domain *domain = p->domain;

    if (p->host->read_only) {
        plan_refuse(p->plan, "read-only", "The connection to %s is read-only. Start virt-snap "
                    "without -r to change anything.", p->host->uri ? p->host->uri : "libvirt");
        return false;
    }
    if (domain->control == CONTROL_JOB || domain->control == CONTROL_OCCUPIED) {
        plan_refuse(p->plan, "busy", "libvirt is busy with another job on this guest for %u seconds "
                    "now. Wait until it ends.", (unsigned) (domain->control_ms / 1000));
        return false;
    }
    if (domain->block_job_over && domain->state == DOMAIN_PAUSED) {
        plan_refuse(p->plan, "H17", "The merge on disk %s has copied all, and waits for somebody to end it. If nobody "
                    "merges it by hand (virsh blockcommit) and it stays so, libvirt's daemon was ended in the middle of a "
                    "delete and has forgotten it: stop the guest (virsh destroy), which stands paused for that delete "
                    "only, then plan again. NOW is whole.", domain->block_job_disk);
        return false;
    }
    if (domain->block_job) {
        plan_refuse(p->plan, "INV-8", "A block job runs on disk %s of this guest, started by another "
                    "tool. Wait until it ends, or end it with virsh blockjob.",
                    domain->block_job_disk ? domain->block_job_disk : "?");
        return false;
    }
    if (!p->picture->details || !p->now) {
        plan_refuse(p->plan, "law 6", "The guest could not be read whole: %s. Read it again and "
                    "retry.", p->picture->incomplete ? p->picture->incomplete : _("its definition is missing"));
        return false;
    }
    return check_open(p) && check_state(p);
}

static bool check_marks(Planning *p)
{
    for (guint i = 0; i < p->picture->snapshots->len; i++) {
        const Snapshot *snapshot = p->picture->snapshots->pdata[i];

        if (!snapshot_delete_in_progress(snapshot))
            continue;
        plan_refuse(p->plan, "INV-9", "Deleting a child of snapshot %s was cut off half way. That "
                    "delete has to be finished first.", snapshot->name);
        rules_route_repair(p, PROBLEM_INTERRUPTED_DELETE);
        return false;
    }
    return true;
}

bool rules_check_definitions(Planning *p)
{
    const Domain *domain = p->domain;

    if (!domain->live || !domain->inactive)
        return true;
    for (guint i = 0; i < domain->live->disks->len; i++) {
        const Disk *live = domain->live->disks->pdata[i];
        const Disk *inactive = definition_disk(domain->inactive, live->target);

        if (!disk_is_writable(live) || !inactive || g_strcmp0(live->path, inactive->path) == 0)
            continue;
        plan_refuse(p->plan, "INV-5", "Disk %s writes to %s, but the guest's stored definition names "
                    "%s: the next start would write into the wrong image. Correct the definition "
                    "first (virsh edit).", live->target, live->path,
                    inactive->path ? inactive->path : "nothing");
        return false;
    }
    return true;
}

bool rules_check_records(Planning *p)
{
    if (p->domain->managed_save)
        plan_refuse(p->plan, "INV-7", "The guest has a saved memory state that fits its disks as they "
                    "are now. Start it and shut it down, or drop the state with virsh "
                    "managedsave-remove.");
    return rules_check_parents(p) && check_marks(p) && rules_check_definitions(p) && !p->domain->managed_save;
}

bool rules_check_tree(Planning *p)
{
    SnapshotKind kind = picture_kind(p->picture);
    g_autofree char *why = NULL;
    bool ok = true;

    if (!picture_current(p->picture) && (kind == KIND_EXTERNAL || kind == KIND_MIXED)) {
        plan_refuse(p->plan, "INV-6", "The guest has snapshots but libvirt calls none of them "
                    "current: it cannot know what NOW is based on, and some versions crash.");
        rules_route_repair(p, PROBLEM_NO_CURRENT);
        ok = false;
    } else if (!picture_current_matches(p->picture, &why)) {
        plan_refuse(p->plan, "INV-1", "%s. libvirt's own revert or delete would remove or rewrite "
                    "the wrong file.", why);
        rules_route_repair(p, PROBLEM_CURRENT_MISMATCH);
        ok = false;
    } else if (!rules_check_by_hand(p)) {
        ok = false;
    }
    return rules_check_records(p) && ok;
}

const Snapshot *rules_find_subject(Planning *p)
{
    return rules_find_snapshot(p, p->wish->snapshot);
}

const Snapshot *rules_find_snapshot(Planning *p, const char *name)
{
    const Snapshot *snapshot = picture_snapshot(p->picture, name);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_auto(GStrv) near = NULL;
    g_autofree char *list = NULL;

    if (snapshot)
        return snapshot;
    for (guint i = 0; i < p->picture->snapshots->len; i++)
        g_ptr_array_add(names, ((const Snapshot *) p->picture->snapshots->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    near = names_near(name ? name : "", (const char *const *) names->pdata);
    list = g_strjoinv(", ", near);
    if (!name)
        plan_refuse(p->plan, "name", "No snapshot is named.");
    else if (near[0])
        plan_refuse(p->plan, "name", "The guest has no snapshot %s. Nearest: %s.", name, list);
    else
        plan_refuse(p->plan, "name", "The guest has no snapshot %s.", name);
    return NULL;
}

bool rules_check_neighbours(Planning *p, const char *image)
{
    const char *text;

    if (!p->neighbours) {
        plan_refuse(p->plan, "law 6", "The other guests of this host were not looked at, and one of "
                    "them may use %s.", image);
        return false;
    }
    if ((text = neighbours_holder(p->neighbours, image))) {
        plan_refuse(p->plan, "law 2", "Guest %s uses %s too, and would be damaged. Give that guest an image "
                    "of its own first.", text, image);
        return false;
    }
    if ((text = neighbours_stray(p->neighbours, image))) {
        plan_refuse(p->plan, "law 6", "The file %s, which no guest of this host names, stands on %s and would be "
                    "damaged. Remove it if nobody needs it, or give it an image of its own.", text, image);
        return false;
    }
    if ((text = neighbours_unseen(p->neighbours, image))) {
        plan_refuse(p->plan, "law 6", "Another guest may use %s. %s", image, text);
        return false;
    }
    return true;
}

bool rules_check_present(Planning *p, const char *image, const char *needed)
{
    const Image *known = images_get(p->picture->images, image);

    if (known && known->presence == PRESENCE_FOUND)
        return true;
    if (known && known->presence == PRESENCE_MISSING)
        plan_refuse(p->plan, "INV-2", "The image %s is missing. %s Bring it back from a backup first.", image,
                    _(needed));
    else
        plan_refuse(p->plan, "law 6", "Whether %s exists could not be seen. %s Make its folder a storage pool, or "
                    "run virt-snap on the host itself as root.", image, _(needed));
    return false;
}

bool rules_check_whole(Planning *p, const char *image, const char *needed)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    if (!rules_check_present(p, image, needed))
        return false;
    if (images_chain(p->picture->images, image, chain) != CHAIN_MISSING)
        return true;
    plan_refuse(p->plan, "INV-2", "The image %s is missing, and %s stands on it. %s Bring it back from a backup first.",
                (const char *) chain->pdata[chain->len - 1], image, _(needed));
    return false;
}

bool rules_check_exclusive(Planning *p, const char *image, const Snapshot *except,
                           const Snapshot *except_too)
{
    for (guint i = 0; i < p->picture->snapshots->len; i++) {
        const Snapshot *snapshot = p->picture->snapshots->pdata[i];

        // A tag in the image does not change with what qemu-img writes into it.
        if (snapshot == except || snapshot == except_too || !definition_has_image(snapshot->definition, image) ||
            (rules_commits(p) && snapshot_kind(snapshot) == KIND_INTERNAL))
            continue;
        plan_refuse(p->plan, "INV-13", "Snapshot %s also names %s in its record, so its state would "
                    "change with it. Delete %s first if it is not needed.", snapshot->name, image,
                    snapshot->name);
        return false;
    }
    return true;
}

static char *title_of_several(const Wish *wish)
{
    g_autofree char *names = wish_subjects(wish);

    return g_strdup_printf(wish->verb == VERB_DISCARD ? _("Discard %u snapshots of %s and all that hangs below them: %s") :
                                                     _("Delete %u snapshots of %s: %s"),
                           wish->others->len + 1, wish->domain, names);
}

static char *title(const Wish *wish)
{
    if (wish->others->len > 0)
        return title_of_several(wish);
    switch (wish->verb) {
    case VERB_CREATE:
        return g_strdup_printf(_("Create snapshot %s of %s"), wish->snapshot, wish->domain);
    case VERB_DELETE:
        return g_strdup_printf(_("Delete snapshot %s of %s"), wish->snapshot, wish->domain);
    case VERB_REVERT:
        return g_strdup_printf(_("Revert %s to snapshot %s"), wish->domain, wish->snapshot);
    case VERB_DISCARD:
        return g_strdup_printf(wish->children_only ? _("Discard all that hangs below snapshot %s of %s") :
                                                     _("Discard snapshot %s of %s and all that hangs below it"),
                               wish->snapshot, wish->domain);
    case VERB_REPAIR:
        return g_strdup_printf(_("Repair the snapshot records of %s"), wish->domain);
    }
    return NULL;
}

// A refused plan has no steps and loses nothing: nothing of it will be run.
static void drop_steps(Plan *plan)
{
    g_ptr_array_set_size(plan->steps, 0);
    g_ptr_array_set_size(plan->outcomes, 0);
    g_ptr_array_set_size(plan->lost, 0);
    plan->loses_data = false;
    plan->copy_bytes = plan->space_needed = 0;
    g_clear_pointer(&plan->after, g_free);
}

// The plan that came of a way takes the place of the one it was tried for.
static void adopt(Planning *p, Plan *plan)
{
    plan_free(p->plan);
    p->plan = plan;
    p->wish = plan->wish;
}

bool rules_try(Planning *p, const Snapshot *snapshot, RulesWay way, Plan **refused)
{
    Planning trial = *p;

    trial.plan = plan_new(p->wish);
    trial.wish = trial.plan->wish;
    way(&trial, snapshot);
    if (laws_judge(trial.plan, p->world, p->picture, p->neighbours, p->host)) {
        adopt(p, trial.plan);
        return true;
    }
    *refused = trial.plan;
    return false;
}

void rules_adopt(Planning *p, Plan *refused)
{
    adopt(p, refused);
}

static void plan_verb(Planning *p)
{
    switch (p->wish->verb) {
    case VERB_CREATE:
        rules_create(p);
        break;
    case VERB_DELETE:
        rules_delete(p);
        break;
    case VERB_REVERT:
        rules_revert(p);
        break;
    case VERB_DISCARD:
        rules_discard(p);
        break;
    case VERB_REPAIR:
        rules_repair(p);
        break;
    }
}

Plan *rules_plan(const Wish *wish, const Picture *picture, const Neighbours *neighbours, const Host *host, gint64 now,
                 World **home)
{
    g_autoptr(Reach) reach = reach_new(picture);
    g_autoptr(GPtrArray) going = discarded_snapshots(wish, picture);
    Planning p = {
        .plan = plan_new(wish),
        .picture = picture,
        .domain = picture->domain,
        .now = domain_now(picture->domain),
        .neighbours = neighbours,
        .host = host,
        .reach = reach,
        .going = going,
        .world = home,
        .time = now,
    };

    p.wish = p.plan->wish;
    if (!p.wish->snapshot && wish->verb == VERB_CREATE)
        p.wish->snapshot = name_mint(picture, "snap", now);
    if (rules_check_guest(&p))
        plan_verb(&p);
    if (p.plan->verdict == VERDICT_OK && !rules_check_storage(&p))
        g_clear_pointer(&p.plan->afterwards, world_unref);
    // Whatever rule made it: what comes of it is tried before anybody sees it, if that was not done (rules_try).
    if (!p.plan->afterwards)
        laws_judge(p.plan, home, picture, neighbours, host);
    if (p.plan->verdict == VERDICT_REFUSED)
        drop_steps(p.plan);
    p.plan->title = title(p.wish);
    plan_seal(p.plan);
    return p.plan;
}

Plan *plan_make(const Wish *wish, const Picture *picture, const Neighbours *neighbours,
                const Host *host, gint64 now)
{
    g_autoptr(World) world = NULL; // made by whoever asks first

    return rules_plan(wish, picture, neighbours, host, now, &world);
}
