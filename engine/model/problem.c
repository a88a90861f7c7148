// SPDX-License-Identifier: GPL-2.0-or-later
// Finding problems: each check is one function that looks at the whole picture.

#include "engine/model/problem.h"

#include "engine/model/half.h"
#include "engine/model/idle.h"

#include "engine/model/naming.h"
#include "engine/model/reach.h"
#include "engine/model/tongue.h"

#include <string.h>

enum { LONG_CHAIN = 8 }; // layers; from there on a create warns too

void problem_free(Problem *problem)
{
    if (!problem)
        return;
    g_free(problem->snapshot);
    shared_text_drop(problem->target);
    shared_text_drop(problem->image);
    g_free(problem->text);
    g_free(problem);
}

static void free_problem(gpointer problem)
{
    problem_free(problem);
}

static Problem *add(GPtrArray *problems, ProblemKind kind, const char *snapshot, const char *target,
                    const char *image, char *text)
{
    Problem *problem = g_new0(Problem, 1);

    problem->kind = kind;
    problem->snapshot = g_strdup(snapshot);
    problem->target = shared_text_take(target);
    problem->image = shared_text_take(image);
    problem->text = text;
    g_ptr_array_add(problems, problem);
    return problem;
}

// How the walk down from an image ends, and where. Chains share their lower parts, so what was found
// for one image is kept for all that stand on it: each image is walked over once.
typedef struct Fate {
    ChainEnd end;
    const char *last; // the image at which it ends
} Fate;

static const Fate *fate_of(GHashTable *fates, const Images *images, const char *path)
{
    const Fate *known = g_hash_table_lookup(fates, path);
    g_autoptr(GPtrArray) chain = NULL;
    Fate found;

    if (known)
        return known;
    chain = g_ptr_array_new();
    found.end = images_chain_until(images, path, fates, chain);
    found.last = chain->pdata[chain->len - 1];
    known = g_hash_table_lookup(fates, found.last);
    if (known)
        found = *known;
    for (guint i = 0; i < chain->len; i++)
        if (!g_hash_table_contains(fates, chain->pdata[i]))
            g_hash_table_insert(fates, chain->pdata[i], g_memdup2(&found, sizeof(found)));
    return g_hash_table_lookup(fates, path);
}

// A file that is gone and that QEMU still has open: a sentence, else NULL.
static char *open_sentence(const Picture *picture, const State *state, const StateNode *node, const char *path)
{
    const char *name = state_name(state);
    const Image *image = images_get(picture->images, path);
    g_autofree char *guest = name_quote(picture->domain->name);

    if (!image || !image->open || image->presence != PRESENCE_MISSING)
        return NULL;
    if (strcmp(node->image, path) == 0 && !state->snapshot)
        return g_strdup_printf(_("%s, disk %s: the guest writes to %s, which somebody removed: QEMU still has it open, and "
                                 "what it holds is lost when the guest stops. Leave it running, and copy the disk: virsh "
                                 "blockcopy %s %s NEW-FILE --transient-job --wait --pivot; then let the definition name the "
                                 "new file (virsh edit)."), name, node->target, path, guest, node->target);
    return g_strdup_printf(_("%s, disk %s: somebody removed %s, so this state is lost when the guest stops: QEMU still has "
                             "the file open. Leave it running, and copy the file back as root on its host: it is one of "
                             "those that ls -l /proc/$(cat /run/libvirt/qemu/%s.pid)/fd calls deleted."), name,
                           node->target, path, guest);
}

// Where the node's chain breaks, once per state and disk. Where nothing below a guest's images can be seen that is
// twice as many as it has snapshots: their sentences are made when somebody reads them.
static void check_chain(GPtrArray *problems, const Picture *picture, const State *state, const StateNode *node,
                        const Fate *fate)
{
    static const ProblemKind kinds[] = {
        [CHAIN_MISSING] = PROBLEM_MISSING_IMAGE, [CHAIN_LOOP] = PROBLEM_CONFLICT, [CHAIN_TOO_DEEP] = PROBLEM_CONFLICT,
        [CHAIN_UNKNOWN] = PROBLEM_UNKNOWN_CHAIN,
    };
    const char *snapshot = state->snapshot ? state->snapshot->name : NULL;

    if (fate->end != CHAIN_COMPLETE)
        add(problems, kinds[fate->end], snapshot, node->target,
            kinds[fate->end] == PROBLEM_CONFLICT ? node->image : fate->last,
            open_sentence(picture, state, node, fate->last));
}

static const char *subject_name(const Problem *problem)
{
    return problem->snapshot ? problem->snapshot : "NOW";
}

char *problem_text(const Problem *problem)
{
    if (problem->text)
        return g_strdup(problem->text);
    if (problem->kind == PROBLEM_MISSING_IMAGE)
        return g_strdup_printf(_("%s, disk %s: the image %s is missing, so this state cannot be read. "
                                 "Bring the file back from a backup; do not delete what is above it."),
                               subject_name(problem), problem->target, problem->image);
    if (problem->kind == PROBLEM_CONFLICT)
        return g_strdup_printf(_("%s, disk %s: the backing chain of %s never reaches a base image. "
                                 "Check it with qemu-img info."), subject_name(problem), problem->target, problem->image);
    return g_strdup_printf(_("%s, disk %s: what %s stands on could not be learnt. Make its folder a "
                             "storage pool, or look from the host itself as root."),
                           subject_name(problem), problem->target, problem->image);
}

// Disks only: what a CD-ROM drive holds is nobody's state.
static bool is_disk(const Picture *picture, const State *state, const char *target)
{
    const Definition *def = state->snapshot ? state->snapshot->definition :
                                              domain_now(picture->domain);
    const Disk *disk = definition_disk(def, target);

    return disk && (disk->device == DEVICE_DISK || disk->device == DEVICE_LUN);
}

static void check_states(GPtrArray *problems, const Picture *picture, const Reach *reach)
{
    const GPtrArray *states = reach_states(reach);
    g_autoptr(GHashTable) fates = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

    for (guint i = 0; i < states->len; i++) {
        const State *state = states->pdata[i];

        for (guint j = 0; j < state->n_nodes; j++) {
            const StateNode *node = &state->nodes[j];

            if (is_disk(picture, state, node->target))
                check_chain(problems, picture, state, node, fate_of(fates, picture->images, node->image));
        }
    }
}

// Law 3: NOW writes to an image that an external snapshot froze, or that an overlay stands on.
static void check_now_writes(GPtrArray *problems, const Picture *picture, const Reach *reach)
{
    const GPtrArray *states = reach_states(reach);
    const State *now = states->pdata[states->len - 1];

    for (guint i = 0; i < now->n_nodes; i++) {
        const StateNode *node = &now->nodes[i];
        const Disk *disk = definition_disk(domain_now(picture->domain), node->target);
        g_autoptr(GPtrArray) others = reach_of(reach, node->image);

        if (!disk_is_writable(disk))
            continue;
        for (guint j = 0; j < others->len; j++) {
            const State *other = others->pdata[j];

            if (!other->snapshot || snapshot_kind(other->snapshot) == KIND_INTERNAL)
                continue;
            add(problems, PROBLEM_WRITTEN_FROZEN, other->snapshot->name, node->target, node->image,
                g_strdup_printf(_("The guest writes to %s (disk %s), which snapshot %s needs "
                                "unchanged. Stop the guest and keep it off until this is repaired; "
                                "the snapshot may be damaged already."), node->image, node->target,
                                other->snapshot->name));
        }
    }
}

static void check_current(GPtrArray *problems, const Picture *picture)
{
    g_autofree char *why = NULL;

    if (picture->snapshots->len == 0)
        return;
    if (!picture_current(picture) && picture_kind(picture) == KIND_INTERNAL)
        add(problems, PROBLEM_NO_CURRENT, NULL, NULL, NULL,
            g_strdup(_("libvirt calls none of the guest's snapshots current, so it does not know what NOW is based on. "
                       "They all lie inside the images and are in no danger, but the next one begins a tree of its own. "
                       "If NOW goes on from one of them, name it.")));
    else if (!picture_current(picture))
        add(problems, PROBLEM_NO_CURRENT, NULL, NULL, NULL,
            g_strdup(_("The guest has snapshots but libvirt calls none of them current. A revert or "
                     "delete of an external snapshot can crash libvirt in this state; none is "
                     "offered.")));
    else if (!picture_current_matches(picture, &why))
        add(problems, PROBLEM_CURRENT_MISMATCH, picture->current, NULL, NULL,
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
            add(problems, PROBLEM_ORPHAN, snapshot->name, NULL, NULL,
                g_strdup_printf(_("Snapshot %s names %s as its parent, which does not exist: that record was lost, "
                                "or libvirt could not read it when it started. It is drawn as a root; libvirt takes no "
                                "change of its record until that is set right."), snapshot->name, snapshot->parent));
        if (node && node->fault == TREE_CYCLE)
            add(problems, PROBLEM_CYCLE, snapshot->name, NULL, NULL,
                g_strdup_printf(_("Snapshot %s is recorded as its own ancestor; it is drawn as a root. libvirt's "
                                "daemon hangs for good once a record below it is written, so change nothing with "
                                "other tools until that is set right."), snapshot->name));
        if (snapshot_delete_in_progress(snapshot))
            add(problems, PROBLEM_INTERRUPTED_DELETE, snapshot->name, NULL, NULL,
                g_strdup_printf(_("Deleting a child of snapshot %s was cut off half way. Repeat that "
                                "delete before anything else."), snapshot->name));
        if (!snapshot->definition)
            add(problems, PROBLEM_NO_DEFINITION, snapshot->name, NULL, NULL,
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
                add(problems, PROBLEM_SHARED_FROZEN, snapshot->name, disk->target, image,
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
            add(problems, PROBLEM_CONFLICT, snapshot->name, disk->target, disk->path,
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
            add(problems, PROBLEM_CONFLICT, NULL, NULL, image->path,
                g_strdup_printf(_("Image %s: %s. Records were changed behind libvirt's back, or the image is damaged; "
                                  "check with qemu-img info."), image->path, image->conflict));
    }
}

static void check_guest(GPtrArray *problems, const Picture *picture)
{
    const Domain *domain = picture->domain;

    if (domain->managed_save && picture_kind(picture) != KIND_NONE)
        add(problems, PROBLEM_MANAGED_SAVE, NULL, NULL, NULL,
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
        add(problems, PROBLEM_LIVE_DIFFERS, NULL, live->target, inactive->path,
            g_strdup_printf(_("Disk %s writes to %s now, but the guest's stored definition names %s: "
                            "the next start would use that one. Correct it with virsh edit."),
                            live->target, live->path, inactive->path ? inactive->path : "nothing"));
    }
}

// What only says in other words that a delete was carried out on some disks.
static bool is_explained(const Problem *problem, const Picture *picture, const Snapshot *half, bool begun)
{
    const Snapshot *about = picture_snapshot(picture, problem->snapshot);

    switch (problem->kind) {
    case PROBLEM_MISSING_IMAGE:
        return half_is_layer(picture, half, problem->target, problem->image, begun);
    case PROBLEM_CONFLICT:
        return about && (about == half || half_is_layer(picture, half, problem->target,
                                                        snapshot_frozen(about, problem->target), begun));
    case PROBLEM_WRITTEN_FROZEN:
    case PROBLEM_CURRENT_MISMATCH:
        return about == half;
    case PROBLEM_INTERRUPTED_DELETE: // its mark
        return about && tree_is_ancestor(tree_find(picture->tree, about->name), tree_find(picture->tree, half->name));
    case PROBLEM_MERGED_BY_HAND:
    case PROBLEM_UNKNOWN_CHAIN:
    case PROBLEM_NO_CURRENT:
    case PROBLEM_ORPHAN:
    case PROBLEM_CYCLE:
    case PROBLEM_SHARED_FROZEN:
    case PROBLEM_LIVE_DIFFERS:
    case PROBLEM_MANAGED_SAVE:
    case PROBLEM_NO_DEFINITION:
    case PROBLEM_IDLE_LAYERS:
        break;
    }
    return false;
}

// H14, which the first delete that is repeated ends.
static void check_half(GPtrArray *problems, const Picture *picture)
{
    const Snapshot *half = half_find(picture);

    for (guint i = problems->len; half && i > 0; i--)
        if (is_explained(problems->pdata[i - 1], picture, half, false))
            g_ptr_array_remove_index(problems, i - 1);
    if (half)
        add(problems, PROBLEM_INTERRUPTED_DELETE, half->name, NULL, NULL,
            g_strdup_printf(_("The delete of snapshot %s was cut off when some of its disks were merged already. What it "
                            "froze is partly overwritten: do not go back to it. NOW and the other snapshots are whole; "
                            "finish the delete before anything else."), half->name));
}

// The first disk on which that is so.
static const char *merged_disk(const Picture *picture, const Snapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const char *target = ((const SnapshotDisk *) snapshot->disks->pdata[i])->target;

        if (half_is_merged(picture, snapshot, target, true))
            return target;
    }
    return NULL;
}

// H40: the same, but nothing tells that it was libvirt's merge, nor that it was one at all. What NOW writes into is
// said for itself.
static void check_by_hand(GPtrArray *problems, const Picture *picture)
{
    const Snapshot *by_hand = half_find(picture) ? NULL : half_find_by_hand(picture);
    const char *target = by_hand ? merged_disk(picture, by_hand) : NULL;
    const char *layer = target ? half_layer(picture, by_hand, target) : NULL;
    const char *frozen = target ? snapshot_frozen(by_hand, target) : NULL;

    if (!target)
        return;
    for (guint i = problems->len; i > 0; i--) {
        const Problem *problem = problems->pdata[i - 1];

        if (problem->kind != PROBLEM_WRITTEN_FROZEN && is_explained(problem, picture, by_hand, true))
            g_ptr_array_remove_index(problems, i - 1);
    }
    add(problems, PROBLEM_MERGED_BY_HAND, by_hand->name, target, layer,
        g_strdup_printf(_("On disk %s NOW reads %s, but not through %s, which the records put above it. If that was merged "
                        "down by hand (virsh blockcommit), what snapshot %s froze is overwritten: do not go back to it, "
                        "and say so; the records then follow. If it was pulled up (virsh blockpull) or NOW was put on "
                        "another image, all snapshots are whole: keep every file."), target, frozen, layer,
                        by_hand->name));
}

static void check_depth(GPtrArray *problems, const Picture *picture, const Reach *reach)
{
    unsigned depth = picture_depth(picture), idle = depth > LONG_CHAIN ? idle_count(picture, reach) : 0;

    if (idle > 0)
        add(problems, PROBLEM_IDLE_LAYERS, NULL, NULL, NULL,
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
    return strcmp(subject_name(one), subject_name(other)) ?: g_strcmp0(one->target, other->target) ?:
           g_strcmp0(one->image, other->image) ?: g_strcmp0(one->text, other->text);
}

GPtrArray *picture_problems(const Picture *picture)
{
    g_autoptr(Reach) reach = reach_new(picture);

    return picture_find_problems(picture, reach);
}

GPtrArray *picture_find_problems(const Picture *picture, const Reach *reach)
{
    GPtrArray *problems = g_ptr_array_new_with_free_func(free_problem);

    check_states(problems, picture, reach);
    check_now_writes(problems, picture, reach);
    check_current(problems, picture);
    check_records(problems, picture);
    check_shared(problems, picture);
    check_overlays(problems, picture);
    check_images(problems, picture);
    check_guest(problems, picture);
    check_half(problems, picture);
    check_by_hand(problems, picture);
    check_depth(problems, picture, reach);
    g_ptr_array_sort(problems, compare_gravity);
    return problems;
}

static const char *const words[] = {
    [PROBLEM_MISSING_IMAGE] = "missing-image",
    [PROBLEM_UNKNOWN_CHAIN] = "unknown-chain",
    [PROBLEM_CONFLICT] = "conflict",
    [PROBLEM_CURRENT_MISMATCH] = "current-mismatch",
    [PROBLEM_NO_CURRENT] = "no-current",
    [PROBLEM_ORPHAN] = "orphan",
    [PROBLEM_CYCLE] = "cycle",
    [PROBLEM_INTERRUPTED_DELETE] = "interrupted-delete",
    [PROBLEM_MERGED_BY_HAND] = "merged-by-hand",
    [PROBLEM_SHARED_FROZEN] = "shared-frozen",
    [PROBLEM_LIVE_DIFFERS] = "live-differs",
    [PROBLEM_MANAGED_SAVE] = "managed-save",
    [PROBLEM_WRITTEN_FROZEN] = "written-frozen",
    [PROBLEM_NO_DEFINITION] = "no-definition",
    [PROBLEM_IDLE_LAYERS] = "idle-layers",
};

const char *problem_word(ProblemKind kind)
{
    return words[kind];
}

bool problem_parse(const char *word, ProblemKind *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_strcmp0(word, words[i]) == 0) {
            *kind = (ProblemKind) i;
            return true;
        }
    }
    return false;
}

bool problem_is_repairable(ProblemKind kind)
{
    return kind == PROBLEM_CURRENT_MISMATCH || kind == PROBLEM_NO_CURRENT || kind == PROBLEM_INTERRUPTED_DELETE ||
           kind == PROBLEM_ORPHAN || kind == PROBLEM_CYCLE || kind == PROBLEM_MERGED_BY_HAND ||
           kind == PROBLEM_IDLE_LAYERS;
}

char *problem_repair(const Problem *problem, const char *guest)
{
    g_autofree char *name = name_quote(guest);

    return problem_is_repairable(problem->kind) ?
               g_strdup_printf(_("plan repair %s %s"), name, problem_word(problem->kind)) : NULL;
}

bool problems_about(const GPtrArray *problems, const char *name)
{
    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];

        if (g_strcmp0(problem->snapshot, name) == 0)
            return true;
    }
    return false;
}
