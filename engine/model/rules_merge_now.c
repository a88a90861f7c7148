// SPDX-License-Identifier: GPL-2.0-or-later
// NOW writes to an overlay that no snapshot records, on the image that the records say it writes to: a create that
// failed after the disks were switched (H48), or another tool's layer that was not taken away. It is merged down, and
// the records are right again (merge_now.h).
//
// Only into the very image that the record names: whatever else lies between may be a template of somebody's.

#include "engine/model/merge_now.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

static bool is_plain(const Planning *p, const char *target)
{
    const Disk *disk = definition_disk(p->now, target);

    return disk && disk_is_writable(disk) && disk->type == SOURCE_FILE && disk->format && !disk->encrypted;
}

// How many layers NOW's chain has above the image that the record names; 0 where that one is not below them.
static guint surplus(const Planning *p, const Snapshot *base, const char *target, const GPtrArray *chain)
{
    const char *expected = snapshot_expected_now(base, target);
    const Image *named = expected ? images_get(p->picture->images, expected) : NULL;

    if (!named || g_strcmp0(named->backing, snapshot_frozen(base, target)) != 0 || !is_plain(p, target))
        return 0;
    for (guint i = 0; i < chain->len && !(i > 0 && picture_records(p->picture, chain->pdata[i - 1])); i++)
        if (strcmp(chain->pdata[i], expected) == 0)
            return i;
    return 0;
}

// `above` is what stands on it in NOW's chain; NULL: nothing.
static bool check_overlays(Planning *p, const char *path, const char *above)
{
    g_autoptr(GPtrArray) overlays = reach_overlays(p->reach, path);

    for (guint i = 0; i < overlays->len; i++)
        if (g_strcmp0(overlays->pdata[i], above) != 0) {
            plan_refuse(p->plan, "law 2", "%s stands on %s, which NOW's overlay would be merged into. Remove that file if nobody "
                        "needs it, or give it an image of its own; then repair again.", (const char *) overlays->pdata[i], path);
            return false;
        }
    return true;
}

// A layer that is there, and that nothing but NOW stands on; what is merged away holds no snapshots inside.
static bool check_layer(Planning *p, const char *path, const char *above, bool goes)
{
    const Image *image = images_get(p->picture->images, path);

    if (!rules_check_present(p, path, N_("It is needed to merge NOW's overlay.")) || !rules_check_neighbours(p, path) ||
        !check_overlays(p, path, above))
        return false;
    if (image->conflict)
        plan_refuse(p->plan, "law 6", "What is known of %s does not agree: %s.", path, image->conflict);
    else if (goes && image->tags && image->tags->len > 0)
        plan_refuse(p->plan, "law 1", "%s holds snapshots inside that no record names, and they would be lost with it. Remove "
                    "them first (qemu-img snapshot -d, while the guest is off).", path);
    return p->plan->verdict == VERDICT_OK;
}

static bool add_disk(Planning *p, Step *merge, const Snapshot *base, const char *target)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    const char *now = picture_now(p->picture, target);
    guint layers;

    if (!now || images_chain(p->picture->images, now, chain) != CHAIN_COMPLETE)
        return true;
    layers = surplus(p, base, target, chain);
    for (guint i = 0; layers > 0 && i <= layers; i++)
        if (!check_layer(p, chain->pdata[i], i > 0 ? chain->pdata[i - 1] : NULL, i < layers))
            return false;
    for (guint i = 0; i < layers; i++)
        merge_now_add(merge, p->picture, target, chain->pdata[i], chain->pdata[i + 1]);
    return true;
}

static bool check_merge(Planning *p, const Step *merge)
{
    if (!rules_can_merge(p))
        rules_refuse_merge(p);
    else if (!rules_add_space(p, merge))
        plan_refuse(p->plan, "INV-12", "There is not enough free space for the merge. Make room first.");
    return p->plan->verdict == VERDICT_OK;
}

Step *rules_add_merge_now(Planning *p, const Snapshot *base)
{
    Step *merge = merge_now_begin(p->plan, p->picture);

    for (guint i = 0; i < base->disks->len; i++) {
        const SnapshotDisk *entry = base->disks->pdata[i];

        if (entry->mode == DISK_MODE_EXTERNAL && !add_disk(p, merge, base, entry->target))
            return NULL;
    }
    if (!merge_now_end(p->plan, p->picture, merge))
        return NULL;
    if (check_merge(p, merge)) {
        rules_tell_merge(p);
        plan_warn(p->plan, "backup", "Backups make such overlays while they copy what lies below. If one runs now, let it end "
                  "first: what it copies would change, and it takes its overlay away by itself.");
    }
    return merge;
}
