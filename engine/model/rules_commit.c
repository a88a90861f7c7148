// SPDX-License-Identifier: GPL-2.0-or-later
// Merging an overlay down with qemu-img instead of libvirt, where AppArmor forbids it to the guest's QEMU (H19): of a
// guest that is off, on this very machine, as root.
//
//   commit    what the overlay holds is copied down; the overlay stays, and whoever reads through it reads the same
//   rebase    what stands on the overlay stands on the image below from then on
//   define    where NOW wrote to the overlay: the guest writes to the image below
//   follow    the records that name the overlay name the image below; libvirt 9.0 would do that with the next step, as
//             if it had merged, 11.3 and 12.8 do not (tried)
//   delete    the record alone
//   remove    the overlay, which nobody needs then
//
// QEMU's own locks keep the guest from being started on these images meanwhile. Cut off in between, the copying can be
// done again as often as one likes, as long as the guest was not started on the image below.

#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

bool rules_are_confined(const Planning *p)
{
    return g_strcmp0(p->host->security_model, "apparmor") == 0 && !host_has(p->host, FACT_APPARMOR_ALLOWS_COMMIT);
}

bool rules_commits(const Planning *p)
{
    return p->host->own_files && rules_are_confined(p) && !domain_is_active(p->domain);
}

// As a definition recorded it, or what stands on it; NULL: nobody did.
static const char *format_of(const Planning *p, const Image *image)
{
    g_autoptr(GPtrArray) images = images_list(p->picture->images);
    const char *format = image->format;

    for (guint i = 0; i < images->len && !format; i++) {
        const Image *above = images->pdata[i];

        if (g_strcmp0(above->backing, image->path) == 0)
            format = above->backing_format;
    }
    return format;
}

// What stands on the overlay is told by its header, which qemu-img has to write anew.
static bool add_standing(Planning *p, Step *step, const StepDisk *merge, const Image *image)
{
    g_autoptr(GPtrArray) states = reach_of(p->reach, image->path);
    const char *format = format_of(p, image);
    StepDisk *entry;

    if (image->presence == PRESENCE_MISSING || (states->len == 0 && image->presence != PRESENCE_FOUND))
        return true; // a name in an old record
    if (!rules_check_present(p, image->path, N_("It stands on what is merged.")) ||
        !rules_check_neighbours(p, image->path))
        return false;
    if (!format) {
        plan_refuse(p->plan, "law 6", "The format of %s, which stands on %s, is recorded nowhere, so its header is not "
                    "rewritten.", image->path, merge->merges);
        return false;
    }
    entry = step_add_disk(step, merge->target, DISK_MODE_EXTERNAL);
    entry->writes = g_strdup(image->path);
    entry->format = g_strdup(format);
    entry->backing = g_strdup(merge->writes);
    entry->backing_format = g_strdup(merge->backing_format);
    return true;
}

static bool add_rebase(Planning *p, const Step *commit)
{
    g_autoptr(GPtrArray) images = images_list(p->picture->images);
    Step *step = plan_add_step(p->plan, STEP_REBASE, commit->subject);

    for (guint i = 0; i < commit->disks->len; i++) {
        const StepDisk *merge = commit->disks->pdata[i];

        for (guint j = 0; j < images->len; j++) {
            const Image *image = images->pdata[j];

            if (g_strcmp0(image->backing, merge->merges) == 0 && !add_standing(p, step, merge, image))
                return false;
        }
    }
    step->effect = g_strdup(_("Write into what stands on the merged overlays that it stands on the images below them."));
    if (step->disks->len == 0)
        g_ptr_array_remove_index(p->plan->steps, p->plan->steps->len - 1);
    return true;
}

static void add_define(Planning *p, const Step *commit)
{
    Step *step = plan_add_step(p->plan, STEP_DEFINE, p->wish->domain);

    for (guint i = 0; i < commit->disks->len; i++) {
        const StepDisk *merge = commit->disks->pdata[i];
        StepDisk *entry;

        if (g_strcmp0(picture_now(p->picture, merge->target), merge->merges) != 0)
            continue;
        entry = step_add_disk(step, merge->target, DISK_MODE_EXTERNAL);
        entry->writes = g_strdup(merge->writes);
        entry->format = g_strdup(merge->backing_format);
    }
    step->effect = g_strdup(_("Let the guest write to the images that were merged into."));
    if (step->disks->len == 0)
        g_ptr_array_remove_index(p->plan->steps, p->plan->steps->len - 1);
}

// A copied record may name the memory file of another.
static bool is_only_memory(const Planning *p, const Snapshot *snapshot)
{
    for (guint i = 0; i < p->picture->snapshots->len; i++) {
        const Snapshot *other = p->picture->snapshots->pdata[i];

        if (other != snapshot && g_strcmp0(other->memory_file, snapshot->memory_file) == 0)
            return false;
    }
    return true;
}

static void add_removal(Planning *p, const Snapshot *snapshot, const Step *commit)
{
    Step *step = plan_add_step(p->plan, STEP_REMOVE_FILES, snapshot->name);

    for (guint i = 0; i < commit->disks->len; i++) {
        const StepDisk *merge = commit->disks->pdata[i];

        step_add_disk(step, merge->target, DISK_MODE_EXTERNAL)->removes = g_strdup(merge->merges);
    }
    if (snapshot->memory_file && is_only_memory(p, snapshot))
        step->memory_file = g_strdup(snapshot->memory_file);
    step->effect = g_strdup(_("Remove the overlays that were merged, which nobody needs any more."));
}

// qemu-img believes the header of the overlay, libvirt the definition that the snapshot stored: a qcow2 file written as
// if it were a raw disk is destroyed (tried).
static bool check_format(Planning *p, const Snapshot *snapshot, const StepDisk *merge)
{
    const Image *above = images_get(p->picture->images, merge->merges);
    const char *recorded = definition_disk(snapshot->definition, merge->target)->format;

    if (!format_of(p, above) || !above->backing_format || !recorded)
        plan_refuse(p->plan, "law 6", "The formats of %s and of what it stands on are not recorded, so qemu-img would guess "
                    "them.", merge->merges);
    else if (strcmp(above->backing_format, recorded) != 0)
        plan_refuse(p->plan, "law 6", "The header of %s says that %s is in %s format, snapshot %s recorded it as %s: written "
                    "in the wrong one it would be destroyed.", merge->merges, merge->writes, above->backing_format,
                    snapshot->name, recorded);
    else if (above->conflict)
        plan_refuse(p->plan, "law 6", "What is known of %s does not agree: %s.", above->path, above->conflict);
    return p->plan->verdict == VERDICT_OK;
}

// That the headers say the same is looked at once more before anything is written. What is removed goes last.
static bool take_formats(Planning *p, const Snapshot *snapshot, Step *commit)
{
    for (guint i = 0; i < commit->disks->len; i++) {
        StepDisk *merge = commit->disks->pdata[i];
        const Image *above = images_get(p->picture->images, merge->merges);

        if (!check_format(p, snapshot, merge))
            return false;
        g_clear_pointer(&merge->removes, g_free);
        merge->format = g_strdup(format_of(p, above));
        merge->backing_format = g_strdup(above->backing_format);
    }
    return true;
}

bool rules_add_commit(Planning *p, const Snapshot *snapshot, Step *commit)
{
    Step *step;

    if (!take_formats(p, snapshot, commit))
        return false;
    commit->effect = g_strdup_printf(_("Copy what was written after snapshot %s down into the images it froze, with qemu-img."),
                                     snapshot->name);
    if (!add_rebase(p, commit))
        return false;
    add_define(p, commit);
    rules_add_followers(p, commit, snapshot);
    step = plan_add_step(p->plan, STEP_DELETE, snapshot->name);
    step->metadata_only = true;
    step->effect = g_strdup_printf(_("Drop libvirt's record of snapshot %s."), snapshot->name);
    add_removal(p, snapshot, commit);
    plan_warn(p->plan, "H19", "The host confines guests with AppArmor, whose profile may forbid libvirt's merge; so qemu-img "
              "does it, which it does not confine.");
    plan_warn(p->plan, "merge", "Until the merge ends the guest cannot be started: qemu-img holds its images. Cut off in "
              "between, snapshot %s is damaged until the merge is finished; NOW and all others are whole.", snapshot->name);
    return true;
}
