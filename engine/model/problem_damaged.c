// SPDX-License-Identifier: GPL-2.0-or-later
// Images of a guest that runs, whose header somebody overwrote: QEMU goes on with what it knows of them, until it reads
// the header again. That is where the guest stops, is migrated or has its memory saved (tried on 9.0.0 and 11.3.0).

#include "engine/model/problem_inside.h"

#include "engine/model/naming.h"
#include "engine/model/tongue.h"

#include <string.h>

// Did QEMU give an image up and stop the guest? 9.0.0 calls that state after the snapshot, 11.3.0 after the error.
static bool stands_still(const Domain *domain)
{
    return domain->state == DOMAIN_PAUSED &&
           (g_strcmp0(domain->reason_text, "snapshot") == 0 || g_strcmp0(domain->reason_text, "after an error") == 0);
}

static char *snapshot_sentence(const State *state, const char *target, const char *image)
{
    return g_strdup_printf(_("%s, disk %s: the header of %s was overwritten, so this state cannot be read. When NOW is safe "
                             "and the guest is off, bring the file back from a backup; do not delete what is above it."),
                           state_name(state), target, image);
}

static char *now_sentence(const Domain *domain, const State *state, const char *target, const char *image)
{
    g_autofree char *guest = name_quote(domain->name);

    if (stands_still(domain))
        return g_strdup_printf(_("%s, disk %s: the header of %s was overwritten, and QEMU has given the image up: the guest "
                                 "stands still and cannot go on. Do not resume it, its disk would fail. What its memory "
                                 "holds is lost; its disks hold all that it had written. Stop it (virsh destroy %s), then "
                                 "bring the file back from a backup."), state_name(state), target, image, guest);
    return g_strdup_printf(_("%s, disk %s: the header of %s was overwritten. QEMU goes on with what it knows of it; when the "
                             "guest stops, this state cannot be read any more. Leave it running, do not save or migrate it, "
                             "and copy the disk: virsh blockcopy %s %s NEW-FILE --transient-job --wait --pivot; then let the "
                             "definition name the new file (virsh edit)."), state_name(state), target, image, guest, target);
}

// The disk by which the state reads the image.
static const char *target_through(const Picture *picture, const State *state, const char *image)
{
    for (guint i = 0; i < state->n_nodes; i++) {
        g_autoptr(GPtrArray) chain = g_ptr_array_new();

        (void) images_chain(picture->images, state->nodes[i].image, chain); // how far it is known
        if (g_ptr_array_find_with_equal_func(chain, image, g_str_equal, NULL))
            return state->nodes[i].target;
    }
    return NULL;
}

static void tell_states(GPtrArray *problems, const Picture *picture, const Reach *reach, const char *image)
{
    g_autoptr(GPtrArray) states = reach_of(reach, image);

    for (guint i = 0; i < states->len; i++) {
        const State *state = states->pdata[i];
        const char *target = target_through(picture, state, image);

        if (target)
            problems_add(problems, PROBLEM_CONFLICT, state->snapshot ? state->snapshot->name : NULL, target, image,
                         state->snapshot ? snapshot_sentence(state, target, image)
                                         : now_sentence(picture->domain, state, target, image));
    }
}

void problems_check_damaged(GPtrArray *problems, const Picture *picture, const Reach *reach)
{
    g_autoptr(GPtrArray) images = images_list(picture->images);

    for (guint i = 0; i < images->len; i++) {
        const Image *image = images->pdata[i];

        if (image->damaged)
            tell_states(problems, picture, reach, image->path);
    }
}
