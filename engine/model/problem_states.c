// SPDX-License-Identifier: GPL-2.0-or-later
// What each state reads: whether it is all there, and that nobody writes into it.

#include "engine/model/problem_inside.h"

#include "engine/model/naming.h"
#include "engine/model/tongue.h"

#include <string.h>

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
        problems_add(problems, kinds[fate->end], snapshot, node->target,
            kinds[fate->end] == PROBLEM_CONFLICT ? node->image : fate->last,
            open_sentence(picture, state, node, fate->last));
}

// Disks only: what a CD-ROM drive holds is nobody's state.
static bool is_disk(const Picture *picture, const State *state, const char *target)
{
    const Definition *def = state->snapshot ? state->snapshot->definition :
                                              domain_now(picture->domain);
    const Disk *disk = definition_disk(def, target);

    return disk && (disk->device == DEVICE_DISK || disk->device == DEVICE_LUN);
}

void problems_check_states(GPtrArray *problems, const Picture *picture, const Reach *reach)
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
void problems_check_now_writes(GPtrArray *problems, const Picture *picture, const Reach *reach)
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
            problems_add(problems, PROBLEM_WRITTEN_FROZEN, other->snapshot->name, node->target, node->image,
                g_strdup_printf(_("The guest writes to %s (disk %s), which snapshot %s needs "
                                "unchanged. Stop the guest and keep it off until this is repaired; "
                                "the snapshot may be damaged already."), node->image, node->target,
                                other->snapshot->name));
        }
    }
}
