// SPDX-License-Identifier: GPL-2.0-or-later
// The images of a guest as trees, one per disk, out of a picture or out of a world.

#include "engine/model/chains.h"

#include "engine/model/world.h"

#include <string.h>

// What a source knows of one image. Strings are the source's.
typedef struct Seen {
    bool known, missing, made, unnamed;
    BackingState backing_state;
    const char *backing;
} Seen;

// A snapshot or NOW that names an image on a disk.
typedef enum UseKind {
    USE_NOW,
    USE_FROZEN,
    USE_TAG,
    USE_AFTER,
} UseKind;

typedef struct Use {
    UseKind kind;
    const char *target, *image, *snapshot;
} Use;

typedef struct Source {
    Seen (*look)(const void *data, const char *path);
    const void *data;
    GArray *uses; // of Use, NOW's first
    const Definition *now; // NULL: not known
} Source;

typedef struct Node Node;
struct Node {
    ChainImage *image; // taken over by the chain
    Node *parent;
    GPtrArray *children; // of Node
    bool live_line; // NOW writes it or stands on it
};

static void free_image(gpointer data)
{
    ChainImage *image = data;

    g_free(image->path);
    g_ptr_array_unref(image->frozen);
    g_ptr_array_unref(image->tags);
    g_ptr_array_unref(image->after);
    g_free(image);
}

static void free_chain(gpointer data)
{
    Chain *chain = data;

    g_free(chain->target);
    g_ptr_array_unref(chain->images);
    g_free(chain);
}

static void free_node(gpointer data)
{
    Node *node = data;

    g_ptr_array_unref(node->children);
    g_free(node);
}

static ChainImage *image_new(const char *path, const Seen *seen)
{
    ChainImage *image = g_new0(ChainImage, 1);

    image->path = g_strdup(path);
    image->missing = seen->missing;
    image->made = seen->made;
    image->unnamed = seen->unnamed;
    image->unknown = !seen->missing && seen->backing_state == BACKING_UNKNOWN;
    image->frozen = g_ptr_array_new_with_free_func(g_free);
    image->tags = g_ptr_array_new_with_free_func(g_free);
    image->after = g_ptr_array_new_with_free_func(g_free);
    return image;
}

static bool stands_on(const Node *node, const Node *base)
{
    for (; node; node = node->parent)
        if (node == base)
            return true;
    return false;
}

// The node of an image and, as far down as is known, of what it stands on.
static Node *add_node(const Source *source, GHashTable *nodes, const char *path)
{
    Node *first = g_hash_table_lookup(nodes, path), *above = NULL;

    while (path) {
        Node *node = g_hash_table_lookup(nodes, path);
        bool old = node != NULL;
        Seen seen = source->look(source->data, path);

        if (!old) {
            node = g_new0(Node, 1);
            node->image = image_new(path, &seen);
            node->children = g_ptr_array_new();
            g_hash_table_insert(nodes, node->image->path, node);
        }
        if (above && !stands_on(node, above)) { // a loop is cut where it closes
            above->parent = node;
            g_ptr_array_add(node->children, above);
        }
        first = first ? first : node;
        above = node;
        path = old || seen.backing_state != BACKING_IMAGE ? NULL : seen.backing;
    }
    return first;
}

static void add_use(const Source *source, GHashTable *nodes, const Use *use)
{
    Node *node;

    if (use->kind == USE_AFTER && !source->look(source->data, use->image).known)
        return; // a name in a record, of which nothing is left
    node = add_node(source, nodes, use->image);
    if (use->kind == USE_FROZEN)
        g_ptr_array_add(node->image->frozen, g_strdup(use->snapshot));
    if (use->kind == USE_TAG)
        g_ptr_array_add(node->image->tags, g_strdup(use->snapshot));
    if (use->kind == USE_AFTER)
        g_ptr_array_add(node->image->after, g_strdup(use->snapshot));
    if (use->kind != USE_NOW)
        return;
    node->image->live = true;
    for (; node && !node->live_line; node = node->parent)
        node->live_line = true;
}

static int node_compare(gconstpointer a, gconstpointer b)
{
    const Node *first = *(Node *const *) a, *second = *(Node *const *) b;

    if (first->live_line != second->live_line)
        return first->live_line ? 1 : -1;
    return strcmp(first->image->path, second->image->path);
}

static GPtrArray *roots_of(GHashTable *nodes)
{
    GPtrArray *roots = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, nodes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Node *node = value;

        g_ptr_array_sort(node->children, node_compare);
        if (!node->parent)
            g_ptr_array_add(roots, node);
    }
    g_ptr_array_sort(roots, node_compare);
    return roots;
}

static void push_all(GPtrArray *stack, const GPtrArray *nodes)
{
    for (guint i = nodes->len; i > 0; i--)
        g_ptr_array_add(stack, nodes->pdata[i - 1]);
}

// Adds to what an image stands on who reads that through it: its own readers, and the tags inside it.
static void pass_down(const Node *node)
{
    ChainImage *image = node->image;

    image->reached += image->frozen->len;
    image->reached_now |= image->live;
    if (!node->parent)
        return;
    node->parent->image->reached += image->reached + image->tags->len;
    node->parent->image->reached_now |= image->reached_now;
}

// Hands the images over to the chain, in the order of their tree.
static void list_images(Chain *chain, GHashTable *nodes)
{
    g_autoptr(GPtrArray) roots = roots_of(nodes);
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    g_autoptr(GPtrArray) listed = g_ptr_array_new();

    push_all(stack, roots);
    while (stack->len > 0) {
        Node *node = g_ptr_array_steal_index(stack, stack->len - 1);
        const GPtrArray *siblings = node->parent ? node->parent->children : NULL;

        node->image->base = !node->parent;
        node->image->forked = siblings && siblings->len > 1;
        node->image->last = siblings && siblings->pdata[siblings->len - 1] == node;
        node->image->depth = (node->parent ? node->parent->image->depth : 0) + node->image->forked;
        g_ptr_array_add(chain->images, node->image);
        g_ptr_array_add(listed, node);
        push_all(stack, node->children);
    }
    for (guint i = listed->len; i > 0; i--) // from the leaves down to the bases
        pass_down(listed->pdata[i - 1]);
}

static Chain *make_chain(const Source *source, const char *target)
{
    g_autoptr(GHashTable) nodes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_node);
    Chain *chain = g_new0(Chain, 1);

    chain->target = g_strdup(target);
    chain->images = g_ptr_array_new_with_free_func(free_image);
    for (guint i = 0; i < source->uses->len; i++) {
        const Use *use = &g_array_index(source->uses, Use, i);

        if (strcmp(use->target, target) == 0)
            add_use(source, nodes, use);
    }
    list_images(chain, nodes);
    return chain;
}

static GPtrArray *make_chains(const Source *source)
{
    GPtrArray *chains = g_ptr_array_new_with_free_func(free_chain);

    for (guint i = 0; i < source->uses->len; i++) {
        const Use *use = &g_array_index(source->uses, Use, i);

        const Disk *disk = definition_disk(source->now, use->target);

        if (!chains_find(chains, use->target) && (!disk || disk_is_writable(disk)))
            g_ptr_array_add(chains, make_chain(source, use->target));
    }
    return chains;
}

static void add(GArray *uses, UseKind kind, const char *target, const char *image, const char *snapshot)
{
    Use use = {kind, target, image, snapshot};

    if (image)
        g_array_append_val(uses, use);
}

// ---- out of a picture

static Seen look_at_picture(const void *data, const char *path)
{
    const Image *image = images_get(((const Picture *) data)->images, path);

    if (!image)
        return (Seen) {.backing_state = BACKING_UNKNOWN};
    return (Seen) {
        .known = image->presence == PRESENCE_FOUND || image->backing_by > TOLD_BY_RECORD,
        .missing = image->presence == PRESENCE_MISSING,
        .backing_state = image->backing_state,
        .backing = image->backing,
    };
}

static void add_state(GArray *uses, const State *state)
{
    for (guint i = 0; i < state->n_nodes; i++) {
        const StateNode *node = &state->nodes[i];

        add(uses, !state->snapshot ? USE_NOW : node->tag ? USE_TAG : USE_FROZEN, node->target, node->image,
            state->snapshot ? state->snapshot->name : NULL);
    }
}

GPtrArray *picture_chains(const Picture *picture, const Reach *reach)
{
    g_autoptr(GArray) uses = g_array_new(FALSE, FALSE, sizeof(Use));
    Source source = {look_at_picture, picture, uses, domain_now(picture->domain)};
    const GPtrArray *states = reach_states(reach); // NOW last

    for (guint i = states->len; i > 0; i--)
        if (!((const State *) states->pdata[i - 1])->snapshot)
            add_state(uses, states->pdata[i - 1]);
    for (guint i = 0; i < states->len; i++)
        if (((const State *) states->pdata[i])->snapshot)
            add_state(uses, states->pdata[i]);
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        for (guint d = 0; d < snapshot->disks->len; d++) {
            const char *target = ((const SnapshotDisk *) snapshot->disks->pdata[d])->target;

            add(uses, USE_AFTER, target, snapshot_overlay(snapshot, target), snapshot->name);
        }
    }
    return make_chains(&source);
}

// ---- out of a world

typedef struct Afterwards {
    const World *world;
    const GPtrArray *before; // of Chain
} Afterwards;

static bool was_seen(const GPtrArray *before, const char *path)
{
    for (guint i = 0; before && i < before->len; i++)
        if (chain_image(before->pdata[i], path))
            return true;
    return false;
}

// A name in a record, of which nothing was seen before, is no file that the plan made.
static Seen look_at_world(const void *data, const char *path)
{
    const Afterwards *afterwards = data;
    const WorldImage *image = world_image(afterwards->world, path);

    if (!image)
        return (Seen) {.backing_state = BACKING_UNKNOWN};
    return (Seen) {
        .known = image->exists && (image->made || was_seen(afterwards->before, path)),
        .missing = !image->exists,
        .made = image->made,
        .unnamed = image->unnamed,
        .backing_state = image->backing_state,
        .backing = image->backing,
    };
}

static void add_world_state(GArray *uses, const WorldState *state)
{
    for (guint i = 0; i < state->nodes.len; i++) {
        const WorldNode *node = state->nodes.pdata[i];

        add(uses, !state->name ? USE_NOW : node->tag ? USE_TAG : USE_FROZEN, node->target, node->image, state->name);
    }
}

static GPtrArray *world_chains(const World *world, const GPtrArray *before, const Definition *now)
{
    g_autoptr(GArray) uses = g_array_new(FALSE, FALSE, sizeof(Use));
    const Afterwards afterwards = {world, before};
    Source source = {look_at_world, &afterwards, uses, now};

    if (world_state(world, NULL))
        add_world_state(uses, world_state(world, NULL));
    for (guint i = 0; i < world->states->len; i++) {
        const WorldState *state = world->states->pdata[i];

        if (state->name && strcmp(state->guest, world->guest) == 0)
            add_world_state(uses, state);
    }
    for (guint i = 0; i < world->records->len; i++) {
        const WorldRecord *record = world->records->pdata[i];

        for (guint d = 0; d < record->disks.len; d++) {
            const WorldDisk *disk = record->disks.pdata[d];

            add(uses, USE_AFTER, disk->target, disk->overlay, record->name);
        }
    }
    return make_chains(&source);
}

static bool same_data(const WorldData *a, const WorldData *b)
{
    while (a && b && a->id == b->id) {
        a = a->older;
        b = b->older;
    }
    return !a && !b;
}

// What an image held was one thing, and each tag that was inside it another: more than one means a merge,
// and that of such a tag that it went back there.
static bool is_rewritten(const World *world, const ChainImage *before)
{
    const WorldImage *image = before ? world_image(world, before->path) : NULL;

    for (guint i = 0; image && i < before->tags->len; i++) {
        const WorldTag *tag = world_tag(world, image, before->tags->pdata[i]);

        if (tag && same_data(tag->data, image->data))
            return true;
    }
    return image && image->data && image->data->older;
}

GPtrArray *plan_chains(const Plan *plan, const GPtrArray *before, const Definition *now)
{
    GPtrArray *after = plan->afterwards ? world_chains(plan->afterwards, before, now) : NULL;

    for (guint i = 0; after && i < after->len; i++) {
        const Chain *chain = after->pdata[i];
        const Chain *old = chains_find(before, chain->target);

        for (guint j = 0; j < chain->images->len; j++) {
            ChainImage *image = chain->images->pdata[j];

            image->rewritten = is_rewritten(plan->afterwards, chain_image(old, image->path));
        }
    }
    return after;
}

// ---- asking

const Chain *chains_find(const GPtrArray *chains, const char *target)
{
    for (guint i = 0; chains && i < chains->len; i++)
        if (strcmp(((const Chain *) chains->pdata[i])->target, target) == 0)
            return chains->pdata[i];
    return NULL;
}

const ChainImage *chain_image(const Chain *chain, const char *path)
{
    for (guint i = 0; chain && i < chain->images->len; i++)
        if (strcmp(((const ChainImage *) chain->images->pdata[i])->path, path) == 0)
            return chain->images->pdata[i];
    return NULL;
}
