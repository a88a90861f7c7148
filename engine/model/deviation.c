// SPDX-License-Identifier: GPL-2.0-or-later
// Two worlds side by side: the one that the simulation ended with, and that of a fresh look. Overlays that libvirt
// names itself stand in the first under a name of their own; which one is meant is learnt from where NOW writes.

#include "engine/model/deviation.h"

#include "engine/model/domain.h"
#include "engine/model/tongue.h"

#include <string.h>

typedef struct Comparison {
    const World *foreseen;
    const World *found;
    GHashTable *names; // what stands for a path -> the path
    GPtrArray *deviations;
} Comparison;

static void G_GNUC_PRINTF(2, 3) deviate(Comparison *c, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(c->deviations, g_strdup_vprintf(_(format), args));
    va_end(args);
}

static const char *word(const char *text)
{
    return text ? text : "nothing";
}

// A path of the foreseen world as it is called now.
static const char *real_path(const Comparison *c, const char *path)
{
    const char *name = path ? g_hash_table_lookup(c->names, path) : NULL;

    return name ? name : path;
}

static void learn_names(Comparison *c)
{
    const WorldState *now = world_state(c->foreseen, NULL);

    for (guint i = 0; now && i < now->nodes.len; i++) {
        const WorldNode *node = now->nodes.pdata[i];
        const WorldImage *image = world_image(c->foreseen, node->image);
        const char *path = world_now(c->found, node->target);

        if (image && image->unnamed && path)
            g_hash_table_insert(c->names, (gpointer) node->image, (gpointer) path);
    }
}

// ---- where the guest writes -------------------------------------------------------------------

static const PoolList *stored_nodes(const World *world)
{
    for (guint i = 0; i < world->configs->len; i++) {
        const WorldConfig *config = world->configs->pdata[i];

        if (config->start == START_INACTIVE && strcmp(config->guest, world->guest) == 0)
            return &config->nodes;
    }
    return NULL;
}

static const char *node_image(const PoolList *nodes, const char *target)
{
    for (guint i = 0; nodes && i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];

        if (strcmp(node->target, target) == 0)
            return node->image;
    }
    return NULL;
}

// `next`: of the next start, not of NOW.
static void compare_nodes(Comparison *c, bool next, const PoolList *foreseen, const PoolList *found)
{
    for (guint i = 0; foreseen && found && i < foreseen->len; i++) {
        const WorldNode *node = foreseen->pdata[i];
        const char *planned = real_path(c, node->image);
        const char *is = node_image(found, node->target);

        if (g_strcmp0(planned, is) != 0)
            deviate(c, next ? N_("The next start writes disk %s to %s, not to %s as planned.")
                            : N_("NOW writes disk %s to %s, not to %s as planned."), node->target, word(is), word(planned));
    }
}

static void compare_writers(Comparison *c)
{
    const WorldState *planned = world_state(c->foreseen, NULL), *is = world_state(c->found, NULL);

    if (planned && is)
        compare_nodes(c, false, &planned->nodes, &is->nodes);
    compare_nodes(c, true, stored_nodes(c->foreseen), stored_nodes(c->found));
}

// ---- records ----------------------------------------------------------------------------------

static void compare_text(Comparison *c, const char *snapshot, const char *what, const char *planned, const char *is)
{
    planned = real_path(c, planned);
    if (g_strcmp0(planned, is) != 0)
        deviate(c, "The record of snapshot %s says %s as its %s, not %s as planned.", snapshot, word(is), what,
                word(planned));
}

static void compare_disk(Comparison *c, const char *snapshot, const WorldDisk *planned, const WorldDisk *is)
{
    if (!is) {
        if (planned->mode != DISK_MODE_NO) // libvirt forgets such entries (H84), and it is left out as before
            deviate(c, "The record of snapshot %s does not know disk %s.", snapshot, planned->target);
        return;
    }
    compare_text(c, snapshot, _("frozen image"), planned->frozen, is->frozen);
    compare_text(c, snapshot, _("overlay"), planned->overlay, is->overlay);
    compare_text(c, snapshot, _("overlay after a revert"), planned->revert, is->revert);
}

static void compare_record(Comparison *c, const WorldRecord *planned, const WorldRecord *is)
{
    compare_text(c, planned->name, _("parent"), planned->parent, is->parent);
    compare_text(c, planned->name, _("memory file"), planned->memory_file, is->memory_file);
    for (guint i = 0; i < planned->disks.len; i++) {
        const WorldDisk *disk = planned->disks.pdata[i];

        compare_disk(c, planned->name, disk, world_record_disk(is, disk->target));
    }
}

static void compare_records(Comparison *c)
{
    for (guint i = 0; i < c->foreseen->records->len; i++) {
        const WorldRecord *planned = c->foreseen->records->pdata[i];
        const WorldRecord *is = world_record(c->found, planned->name);

        if (is)
            compare_record(c, planned, is);
        else
            deviate(c, "The snapshot %s is not there.", planned->name);
    }
    for (guint i = 0; i < c->found->records->len; i++) {
        const WorldRecord *is = c->found->records->pdata[i];

        if (!world_record(c->foreseen, is->name))
            deviate(c, "The snapshot %s is there, which was not planned.", is->name);
    }
    if (g_strcmp0(c->foreseen->current, c->found->current) != 0)
        deviate(c, "The current snapshot is %s, not %s as planned.",
                c->found->current ? c->found->current : "none", c->foreseen->current ? c->foreseen->current : "none");
}

// ---- images -----------------------------------------------------------------------------------

static void compare_image(Comparison *c, const WorldImage *planned, const Images *images)
{
    const char *path = real_path(c, planned->path);
    const WorldImage *is = world_image(c->found, path);
    const Image *seen = images_get(images, path);
    const char *backing = real_path(c, planned->backing);

    if (seen && seen->presence == PRESENCE_MISSING && planned->exists)
        deviate(c, "%s is not there.", path);
    if (!is || is->backing_state == BACKING_UNKNOWN || planned->backing_state == BACKING_UNKNOWN || !planned->exists)
        return;
    if (planned->backing_state != is->backing_state || g_strcmp0(backing, is->backing) != 0)
        deviate(c, "%s stands on %s, not on %s as planned.", path, word(is->backing), word(backing));
}

static gint by_path(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const WorldImage *const *) a)->path, (*(const WorldImage *const *) b)->path);
}

static void compare_images(Comparison *c, const Images *images)
{
    g_autoptr(GPtrArray) own = g_ptr_array_new();

    for (guint i = 0; i < c->foreseen->images->len; i++) {
        WorldImage *image = c->foreseen->images->pdata[i];

        if (image->named || image->made)
            g_ptr_array_add(own, image);
    }
    g_ptr_array_sort(own, by_path);
    for (guint i = 0; i < own->len; i++)
        compare_image(c, own->pdata[i], images);
}

void deviations_find(const World *foreseen, const Picture *found, GPtrArray *deviations)
{
    g_autoptr(World) world = world_new(found, NULL);
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    Comparison comparison = {.foreseen = foreseen, .found = world, .names = names, .deviations = deviations};

    learn_names(&comparison);
    compare_records(&comparison);
    compare_writers(&comparison);
    compare_images(&comparison, found->images);
}
