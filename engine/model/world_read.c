// SPDX-License-Identifier: GPL-2.0-or-later
// Reading in a world: what is where by name, what a node reads, who reads an image.
//
// A content is a list of ids whose rest is the content below it. Lists are kept once (`contents`), so what a node reads
// is compared by its address, and each image remembers its own until something at or below it changes: reading a chain
// whose lower part was read before costs one look per layer above that.

#include "engine/model/world_edit.h"

#include <string.h>

struct WorldContent {
    guint id;                  // 0: an end
    const WorldContent *below; // NULL: an end
    const char *end;           // what is there: nothing, an image that is missing, ...
    bool missing;
};

// ---- by name ----------------------------------------------------------------------------------

WorldImage *world_image(const World *world, const char *path)
{
    const WorldPlace *place = world_place(world, path);

    return place ? place->image : NULL;
}

static guint hash_tag(gconstpointer key)
{
    const WorldTag *tag = key;

    return g_str_hash(tag->name) * 31 + g_direct_hash(tag->image);
}

static gboolean same_tag(gconstpointer a, gconstpointer b)
{
    const WorldTag *one = a, *other = b;

    return one->image == other->image && strcmp(one->name, other->name) == 0;
}

GHashTable *world_tags_new(void)
{
    return g_hash_table_new(hash_tag, same_tag);
}

WorldTag *world_tag(const World *world, const WorldImage *image, const char *name)
{
    const WorldTag wanted = {.image = image, .name = name};

    return g_hash_table_lookup(world->tags, &wanted);
}

WorldRecord *world_record(const World *world, const char *name)
{
    return name ? g_hash_table_lookup(world->recorded, name) : NULL;
}

WorldDisk *world_record_disk(const WorldRecord *record, const char *target)
{
    for (guint i = 0; i < record->disks.len; i++) {
        WorldDisk *disk = record->disks.pdata[i];

        if (strcmp(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

const PoolList *world_children_of(const World *world, const char *name)
{
    return g_hash_table_lookup(world->children, name);
}

unsigned world_children(const World *world, const char *name)
{
    const PoolList *children = world_children_of(world, name);

    return children ? children->len : 0;
}

WorldState *world_state(const World *world, const char *name)
{
    return name ? g_hash_table_lookup(world->by_name, name) : world->now;
}

const char *world_now(const World *world, const char *target)
{
    for (guint i = 0; world->now && i < world->now->nodes.len; i++) {
        const WorldNode *node = world->now->nodes.pdata[i];

        if (strcmp(node->target, target) == 0)
            return node->image;
    }
    return NULL;
}

const WorldPlace *world_place(const World *world, const char *path)
{
    return path ? g_hash_table_lookup(world->places, path) : NULL;
}

// ---- contents ---------------------------------------------------------------------------------

static guint hash_content(gconstpointer key)
{
    const WorldContent *content = key;

    return content->id * 2654435761u + (content->end ? g_str_hash(content->end) : g_direct_hash(content->below) >> 4);
}

static gboolean same_content(gconstpointer a, gconstpointer b)
{
    const WorldContent *one = a, *other = b;

    return one->id == other->id && one->below == other->below && g_strcmp0(one->end, other->end) == 0;
}

GHashTable *world_contents_new(void)
{
    return g_hash_table_new(hash_content, same_content);
}

static const WorldContent *keep_content(World *world, const WorldContent *wanted)
{
    WorldContent *kept = g_hash_table_lookup(world->contents, wanted);

    if (kept)
        return kept;
    kept = pool_new0(world->pool, WorldContent);
    *kept = *wanted;
    kept->end = world_text(world, wanted->end);
    g_hash_table_add(world->contents, kept);
    return kept;
}

// The end of a list: in words, since two chains that end in the same image that cannot be read are the same.
static const WorldContent *end_of(World *world, const char *what, const char *path)
{
    g_autofree char *end = g_strconcat(what, path, NULL);

    return keep_content(world, &(WorldContent) {.end = end, .missing = g_str_has_prefix(what, "missing")});
}

static const WorldContent *put_one_before(World *world, guint id, const WorldContent *below)
{
    return keep_content(world, &(WorldContent) {.id = id, .below = below, .missing = below->missing});
}

static const WorldContent *put_before(World *world, const WorldData *data, const WorldContent *below)
{
    g_autoptr(GArray) ids = NULL; // from the oldest on they come to lie on what is below

    if (!data || !data->older)
        return data ? put_one_before(world, data->id, below) : below;
    ids = g_array_new(FALSE, FALSE, sizeof(guint));
    for (; data; data = data->older)
        g_array_append_val(ids, data->id);
    for (guint i = ids->len; i-- > 0;)
        below = put_one_before(world, g_array_index(ids, guint, i), below);
    return below;
}

static const WorldContent *read_below(World *world, const WorldImage *image);

// The active content of an image whose content below is known.
static const WorldContent *read_layer(World *world, const WorldImage *image, const WorldContent *below)
{
    return image->exists ? put_before(world, image->data, below) : end_of(world, "missing ", image->path);
}

WorldImage *world_below(const WorldImage *image)
{
    return image->backing_state == BACKING_IMAGE && image->under ? image->under->image : NULL;
}

// From the lowest layer that is not known yet upwards: chains may be deeper than a stack.
static const WorldContent *read_image(World *world, WorldImage *image)
{
    g_autoptr(GPtrArray) layers = NULL;
    guint most = world->images->len;

    if (image->content)
        return image->content;
    layers = g_ptr_array_new();
    for (WorldImage *at = image; at && !at->content; at = at->exists ? world_below(at) : NULL) {
        if (layers->len > most) { // its own ancestor: nobody reads that to an end
            world_set(world, at->content, end_of(world, "loop at ", at->path));
            break;
        }
        g_ptr_array_add(layers, at);
    }
    for (guint i = layers->len; i-- > 0;) {
        WorldImage *at = layers->pdata[i];

        if (!at->content)
            world_set(world, at->content, read_layer(world, at, at->exists ? read_below(world, at) : NULL));
    }
    return image->content;
}

// What lies below an image that exists.
static const WorldContent *read_below(World *world, const WorldImage *image)
{
    WorldImage *backing;

    if (image->backing_state == BACKING_UNKNOWN)
        return end_of(world, "unknown below ", image->path);
    if (image->backing_state != BACKING_IMAGE)
        return end_of(world, "", NULL);
    backing = world_below(image);
    return backing ? read_image(world, backing) : end_of(world, "missing ", image->backing);
}

const WorldContent *world_read(World *world, const WorldNode *node)
{
    WorldImage *image = world_image(world, node->image);
    const WorldTag *tag = image && node->tag ? world_tag(world, image, node->tag) : NULL;
    const WorldContent *active = image ? read_image(world, image) : NULL; // for a tag too: see world_touch()

    if (node->tag && !tag) {
        g_autofree char *path = g_strconcat(node->tag, " in ", node->image, NULL);

        return end_of(world, "missing tag ", path);
    }
    if (!image)
        return end_of(world, "missing ", node->image);
    return tag && image->exists ? put_before(world, tag->data, read_below(world, image)) : active;
}

bool world_content_is_missing(const WorldContent *content)
{
    return content->missing;
}

void world_settle(World *world, WorldState *state)
{
    for (guint i = 0; i < state->nodes.len; i++) {
        WorldNode *node = state->nodes.pdata[i];

        world_set(world, node->reads, world_read(world, node));
    }
    world_touch_state(world, state);
}

// ---- who reaches what -------------------------------------------------------------------------

bool world_reaches(const World *world, const WorldState *state, const char *image)
{
    const WorldImage *wanted = world_image(world, image);
    guint most = world->images->len;

    for (guint i = 0; wanted && i < state->nodes.len; i++) {
        const WorldNode *node = state->nodes.pdata[i];
        const WorldImage *at = world_image(world, node->image);
        bool active = !node->tag;

        for (guint depth = 0; at && depth <= most; depth++) {
            if (active && at == wanted)
                return true;
            active = true; // below a tag lies the backing image's active content
            at = world_below(at);
        }
    }
    return false;
}

static bool tell_states(const WorldPlace *place, const char *path, bool tags, WorldReacher found, gpointer data)
{
    for (guint i = 0; i < place->states.len; i++) {
        const WorldState *state = place->states.pdata[i];

        for (guint j = 0; j < state->nodes.len; j++) {
            const WorldNode *node = state->nodes.pdata[j];

            if ((tags || !node->tag) && g_strcmp0(node->image, path) == 0 && found(state, data))
                return true;
        }
    }
    return false;
}

// Those that were not met yet are told of at once: a base may have thousands, and the first is often all that is asked.
static bool tell_overlays(const WorldPlace *place, GPtrArray *todo, GHashTable *met, WorldReacher found, gpointer data)
{
    for (guint i = 0; i < place->overlays.len; i++) {
        const WorldImage *above = place->overlays.pdata[i];

        if (!g_hash_table_add(met, (gpointer) above))
            continue;
        if (tell_states(above->place, above->path, true, found, data))
            return true;
        g_ptr_array_add(todo, above->place);
    }
    return false;
}

bool world_find_reaching(const World *world, const char *image, bool tags, WorldReacher found, gpointer data)
{
    const WorldPlace *place = world_place(world, image);
    g_autoptr(GHashTable) met = NULL;
    g_autoptr(GPtrArray) todo = NULL; // of WorldPlace

    if (place && tell_states(place, image, tags, found, data))
        return true;
    if (!place || place->overlays.len == 0)
        return false; // as with nearly everything that is written
    met = g_hash_table_new(NULL, NULL);
    todo = g_ptr_array_new();
    g_ptr_array_add(todo, (gpointer) place);
    for (guint i = 0; i < todo->len; i++)
        if (tell_overlays(todo->pdata[i], todo, met, found, data))
            return true;
    return false;
}

guint world_frozen(const World *world, const char *image)
{
    const WorldPlace *place = world_place(world, image);

    return place ? place->frozen : 0;
}
