// SPDX-License-Identifier: GPL-2.0-or-later
// Finding problems: each check is one function that looks at the whole picture. Here are those of records, of images
// and of the guest.

#include "engine/model/problem_inside.h"

#include "engine/model/idle.h"
#include "engine/model/tongue.h"

#include <string.h>

enum { LONG_CHAIN = 8 }; // layers; from there on a create warns too

static void check_current(GPtrArray *problems, const Picture *picture)
{
    g_autofree char *why = NULL;

    if (picture->snapshots->len == 0)
        return;
    if (!picture_current(picture) && picture_kind(picture) == KIND_INTERNAL)
        problems_add(problems, PROBLEM_NO_CURRENT, NULL, NULL, NULL,
            g_strdup(_("libvirt calls none of the guest's snapshots current, so it does not know what NOW is based on. "
                       "They all lie inside the images and are in no danger, but the next one begins a tree of its own. "
                       "If NOW goes on from one of them, name it.")));
    else if (!picture_current(picture))
        problems_add(problems, PROBLEM_NO_CURRENT, NULL, NULL, NULL,
            g_strdup(_("The guest has snapshots but libvirt calls none of them current. A revert or "
                     "delete of an external snapshot can crash libvirt in this state; none is "
                     "offered.")));
    else if (!picture_current_matches(picture, &why))
        problems_add(problems, PROBLEM_CURRENT_MISMATCH, picture->current, NULL, NULL,
            g_strdup_printf(_("%s. Another tool changed one without the other; libvirt's own revert "
                            "would remove the wrong file. No revert or delete is offered until the "
                            "record is repaired."), why));
}

static void check_records(GPtrArray *problems, const Picture *picture)
{
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];
        const TreeNode *node = tree_find(picture->tree, snapshot->name);

        if (node && node->fault == TREE_ORPHAN)
            problems_add(problems, PROBLEM_ORPHAN, snapshot->name, NULL, NULL,
                g_strdup_printf(_("Snapshot %s names %s as its parent, which does not exist: that record was lost, "
                                "or libvirt could not read it when it started. It is drawn as a root; libvirt takes no "
                                "change of its record until that is set right."), snapshot->name, snapshot->parent));
        if (node && node->fault == TREE_CYCLE)
            problems_add(problems, PROBLEM_CYCLE, snapshot->name, NULL, NULL,
                g_strdup_printf(_("Snapshot %s is recorded as its own ancestor; it is drawn as a root. libvirt's "
                                "daemon hangs for good once a record below it is written, so change nothing with "
                                "other tools until that is set right."), snapshot->name));
        if (snapshot_delete_in_progress(snapshot))
            problems_add(problems, PROBLEM_INTERRUPTED_DELETE, snapshot->name, NULL, NULL,
                g_strdup_printf(_("Deleting a child of snapshot %s was cut off half way. Repeat that "
                                "delete before anything else."), snapshot->name));
        if (!snapshot->definition)
            problems_add(problems, PROBLEM_NO_DEFINITION, snapshot->name, NULL, NULL,
                g_strdup_printf(_("The record of snapshot %s holds no guest definition, so libvirt "
                                "cannot revert to it."), snapshot->name));
    }
}

static void check_shared(GPtrArray *problems, const Picture *picture)
{
    g_autoptr(GHashTable) owners = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        for (guint j = 0; j < snapshot->disks->len; j++) {
            const SnapshotDisk *disk = snapshot->disks->pdata[j];
            const char *image = snapshot_frozen(snapshot, disk->target);
            const char *owner;

            if (!image || disk->mode != DISK_MODE_EXTERNAL)
                continue;
            owner = g_hash_table_lookup(owners, image);
            if (!owner)
                g_hash_table_insert(owners, (gpointer) image, snapshot->name);
            else if (strcmp(owner, snapshot->name) != 0)
                problems_add(problems, PROBLEM_SHARED_FROZEN, snapshot->name, disk->target, image,
                    g_strdup_printf(_("Snapshots %s and %s froze the same image %s: deleting one with "
                                    "plain virsh can destroy the other."), owner, snapshot->name,
                                    image));
        }
    }
}

// Does the overlay stand on the image that its snapshot froze, directly or not? True where nobody can tell.
static bool stands_on(const Images *images, const char *overlay, const char *frozen)
{
    const Image *image = images_get(images, overlay);
    g_autoptr(GPtrArray) chain = NULL;

    if (!image || image->presence != PRESENCE_FOUND || g_strcmp0(image->backing, frozen) == 0)
        return true; // nearly always: no need to walk down thousands of layers
    chain = g_ptr_array_new();
    if (images_chain(images, overlay, chain) != CHAIN_COMPLETE)
        return true;
    for (guint i = 0; i < chain->len; i++)
        if (strcmp(chain->pdata[i], frozen) == 0)
            return true;
    return false;
}

// Another snapshot is current and names the image as what NOW writes to: here it is only remembered.
static bool is_current_layer(const Picture *picture, const Snapshot *snapshot, const SnapshotDisk *disk)
{
    const Snapshot *current = picture_current(picture);

    return current && current != snapshot && g_strcmp0(snapshot_expected_now(current, disk->target), disk->path) == 0;
}

static void check_overlays(GPtrArray *problems, const Picture *picture)
{
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        for (guint j = 0; j < snapshot->disks->len; j++) {
            const SnapshotDisk *disk = snapshot->disks->pdata[j];
            const char *frozen = snapshot_frozen(snapshot, disk->target);

            if (disk->mode != DISK_MODE_EXTERNAL || !disk->path || !frozen ||
                stands_on(picture->images, disk->path, frozen) || is_current_layer(picture, snapshot, disk))
                continue;
            problems_add(problems, PROBLEM_CONFLICT, snapshot->name, disk->target, disk->path,
                g_strdup_printf(_("%s, disk %s: the record says that %s stands on %s, but the images say otherwise. Records "
                                "were changed behind libvirt's back; check with qemu-img info."), snapshot->name,
                                disk->target, disk->path, frozen));
        }
    }
}

static void check_images(GPtrArray *problems, const Picture *picture)
{
    g_autoptr(GPtrArray) images = images_list(picture->images);

    for (guint i = 0; i < images->len; i++) {
        const Image *image = images->pdata[i];

        if (image->conflict)
            problems_add(problems, PROBLEM_CONFLICT, NULL, NULL, image->path,
                g_strdup_printf(_("Image %s: %s. Records were changed behind libvirt's back, or the image is damaged; "
                                  "check with qemu-img info."), image->path, image->conflict));
    }
}

static void check_guest(GPtrArray *problems, const Picture *picture)
{
    const Domain *domain = picture->domain;

    if (domain->managed_save && picture_kind(picture) != KIND_NONE)
        problems_add(problems, PROBLEM_MANAGED_SAVE, NULL, NULL, NULL,
            g_strdup(_("The guest has a saved memory state (managed save) that fits its disks as they "
                     "are now. Start it and shut it down, or remove the saved state, before "
                     "changing snapshots.")));
    if (!domain->live || !domain->inactive)
        return;
    for (guint i = 0; i < domain->live->disks->len; i++) {
        const Disk *live = domain->live->disks->pdata[i];
        const Disk *inactive = definition_disk(domain->inactive, live->target);

        if (!disk_is_writable(live) || !inactive || g_strcmp0(live->path, inactive->path) == 0)
            continue;
        problems_add(problems, PROBLEM_LIVE_DIFFERS, NULL, live->target, inactive->path,
            g_strdup_printf(_("Disk %s writes to %s now, but the guest's stored definition names %s: "
                            "the next start would use that one. Correct it with virsh edit."),
                            live->target, live->path, inactive->path ? inactive->path : "nothing"));
    }
}

static void check_depth(GPtrArray *problems, const Picture *picture, const Reach *reach)
{
    unsigned depth = picture_depth(picture), idle = depth > LONG_CHAIN ? idle_count(picture, reach) : 0;

    if (idle > 0)
        problems_add(problems, PROBLEM_IDLE_LAYERS, NULL, NULL, NULL,
            g_strdup_printf(P_("NOW reads through %u layers, and %u layer in its chains holds nothing that anybody can go "
                               "back to: snapshots were deleted there. Each layer makes reading slower.",
                               "NOW reads through %u layers, and %u layers in its chains hold nothing that anybody can go "
                               "back to: snapshots were deleted there. Each layer makes reading slower.", idle), depth, idle));
}

static gint compare_gravity(gconstpointer a, gconstpointer b)
{
    static const int gravity[] = {
        [PROBLEM_WRITTEN_FROZEN] = 0, [PROBLEM_MISSING_IMAGE] = 1, [PROBLEM_INTERRUPTED_DELETE] = 2,
        [PROBLEM_CURRENT_MISMATCH] = 3, [PROBLEM_NO_CURRENT] = 4, [PROBLEM_LIVE_DIFFERS] = 5,
        [PROBLEM_SHARED_FROZEN] = 6, [PROBLEM_CYCLE] = 7, [PROBLEM_ORPHAN] = 8,
        [PROBLEM_CONFLICT] = 9, [PROBLEM_MANAGED_SAVE] = 10, [PROBLEM_NO_DEFINITION] = 11,
        [PROBLEM_UNKNOWN_CHAIN] = 12, [PROBLEM_MERGED_BY_HAND] = 2, [PROBLEM_IDLE_LAYERS] = 13,
    };
    const Problem *one = *(Problem *const *) a;
    const Problem *other = *(Problem *const *) b;

    if (one->kind != other->kind)
        return gravity[one->kind] - gravity[other->kind];
    return strcmp(problem_subject(one), problem_subject(other)) ?: g_strcmp0(one->target, other->target) ?:
           g_strcmp0(one->image, other->image) ?: g_strcmp0(one->text, other->text);
}

static void free_problem(gpointer problem)
{
    problem_free(problem);
}

GPtrArray *picture_problems(const Picture *picture)
{
    g_autoptr(Reach) reach = reach_new(picture);

    return picture_find_problems(picture, reach);
}

GPtrArray *picture_find_problems(const Picture *picture, const Reach *reach)
{
    GPtrArray *problems = g_ptr_array_new_with_free_func(free_problem);

    problems_check_states(problems, picture, reach);
    problems_check_damaged(problems, picture, reach);
    problems_check_now_writes(problems, picture, reach);
    check_current(problems, picture);
    check_records(problems, picture);
    check_shared(problems, picture);
    check_overlays(problems, picture);
    check_images(problems, picture);
    check_guest(problems, picture);
    problems_check_half(problems, picture);
    problems_check_by_hand(problems, picture);
    check_depth(problems, picture, reach);
    g_ptr_array_sort(problems, compare_gravity);
    return problems;
}
