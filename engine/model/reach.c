// SPDX-License-Identifier: GPL-2.0-or-later
// States and what they reach: an index from each image to the states that read it and to the images
// that stand on it, so that "who needs this?" is a walk upwards from one image.
//
// Big trees have tens of thousands of images: a table of arrays would be five times as big as these links, and sorting
// them takes as long as all the rest of a plan.

#include "engine/model/reach.h"

#include <string.h>

// An image, and a state that reads it or an image that stands on it.
typedef struct Link {
    const char *image;
    gpointer value;
    guint hash;
    guint next; // in its bucket, in the order in which they were added: of all links those from 1; 0: the last one
} Link;

typedef struct Links {
    GArray *all;    // of Link
    guint *buckets; // the first of each
    guint mask;     // by which bits of the hash
} Links;

struct Reach {
    State *all;        // NOW last
    GArray *nodes;     // of StateNode: those of all states, one after the other
    GPtrArray *states; // of State: all of them
    Links direct;      // to State
    Links overlays;    // to const char *
};

// ---- links ------------------------------------------------------------------------------------

static void links_init(Links *links)
{
    links->all = g_array_new(FALSE, FALSE, sizeof(Link));
}

static void links_clear(Links *links)
{
    g_array_unref(links->all);
    g_free(links->buckets);
}

static void add_link(Links *links, const char *image, gpointer value)
{
    Link link = {.hash = g_str_hash(image), .image = image, .value = value};

    g_array_append_val(links->all, link);
}

// Once all were added.
static void links_index(Links *links)
{
    guint n = 1;

    while (n < links->all->len)
        n *= 2;
    links->mask = n - 1;
    links->buckets = g_new0(guint, n);
    for (guint i = links->all->len; i-- > 0;) {
        Link *link = &g_array_index(links->all, Link, i);
        guint *first = &links->buckets[link->hash & links->mask];

        link->next = *first;
        *first = i + 1;
    }
}

static const Link *find_from(const Links *links, guint at, const char *image, guint hash)
{
    for (; at > 0; at = g_array_index(links->all, Link, at - 1).next) {
        const Link *link = &g_array_index(links->all, Link, at - 1);

        if (link->hash == hash && strcmp(link->image, image) == 0)
            return link;
    }
    return NULL;
}

// The links of an image: for (link = first_link(...); link; link = next_link(...)).
static const Link *first_link(const Links *links, const char *image)
{
    guint hash = g_str_hash(image);

    return find_from(links, links->buckets[hash & links->mask], image, hash);
}

static const Link *next_link(const Links *links, const Link *link)
{
    return find_from(links, link->next, link->image, link->hash);
}

static GPtrArray *values_of(const Links *links, const char *image)
{
    GPtrArray *values = g_ptr_array_new();

    for (const Link *link = first_link(links, image); link; link = next_link(links, link))
        if (values->len == 0 || link->value != values->pdata[values->len - 1]) // two disks, one image
            g_ptr_array_add(values, link->value);
    return values;
}

// ---- states -----------------------------------------------------------------------------------

static void add_snapshot(const Snapshot *snapshot, GArray *nodes)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];
        const StateNode node = {
            .target = disk->target,
            .image = snapshot_frozen(snapshot, disk->target),
            .tag = disk->mode == DISK_MODE_INTERNAL ? snapshot->name : NULL,
        };

        if (node.image)
            g_array_append_val(nodes, node);
    }
}

static void add_now(const Picture *picture, GArray *nodes)
{
    const Definition *now = domain_now(picture->domain);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];
        const StateNode node = {.target = disk->target, .image = disk->path};

        if (node.image)
            g_array_append_val(nodes, node);
    }
}

void state_nodes(const Picture *picture, const Snapshot *snapshot, GArray *nodes)
{
    if (snapshot)
        add_snapshot(snapshot, nodes);
    else
        add_now(picture, nodes);
}

static void add_state(Reach *reach, State *state, const Picture *picture)
{
    guint before = reach->nodes->len;

    state_nodes(picture, state->snapshot, reach->nodes);
    state->n_nodes = reach->nodes->len - before;
    for (guint i = before; i < reach->nodes->len; i++)
        add_link(&reach->direct, g_array_index(reach->nodes, StateNode, i).image, state);
}

static void add_states(Reach *reach, const Picture *picture)
{
    guint n = picture->snapshots->len, begin = 0;

    reach->all = g_new0(State, n + 1);
    reach->states = g_ptr_array_sized_new(n + 1);
    for (guint i = 0; i < n; i++) {
        reach->all[i].snapshot = picture->snapshots->pdata[i];
        add_state(reach, &reach->all[i], picture);
    }
    add_state(reach, &reach->all[n], picture);
    for (guint i = 0; i <= n; i++) { // the nodes have found their place
        reach->all[i].nodes = &g_array_index(reach->nodes, StateNode, begin);
        begin += reach->all[i].n_nodes;
        g_ptr_array_add(reach->states, &reach->all[i]);
    }
}

static void add_overlays(Reach *reach, const Picture *picture)
{
    g_autoptr(GPtrArray) images = images_list(picture->images);

    for (guint i = 0; i < images->len; i++) {
        Image *image = images->pdata[i];

        if (image->backing_state == BACKING_IMAGE)
            add_link(&reach->overlays, image->backing, image->path);
    }
}

Reach *reach_new(const Picture *picture)
{
    Reach *reach = g_new0(Reach, 1);

    reach->nodes = g_array_sized_new(FALSE, FALSE, sizeof(StateNode), 1); // there is data to point to, if only its end
    links_init(&reach->direct);
    links_init(&reach->overlays);
    add_states(reach, picture);
    add_overlays(reach, picture);
    links_index(&reach->direct);
    links_index(&reach->overlays);
    return reach;
}

void reach_free(Reach *reach)
{
    if (!reach)
        return;
    links_clear(&reach->direct);
    links_clear(&reach->overlays);
    g_array_unref(reach->nodes);
    g_ptr_array_unref(reach->states);
    g_free(reach->all);
    g_free(reach);
}

const GPtrArray *reach_states(const Reach *reach)
{
    return reach->states;
}

GPtrArray *reach_direct(const Reach *reach, const char *image)
{
    return values_of(&reach->direct, image);
}

GPtrArray *reach_overlays(const Reach *reach, const char *image)
{
    return values_of(&reach->overlays, image);
}

GPtrArray *reach_of(const Reach *reach, const char *image)
{
    GPtrArray *states = g_ptr_array_new();
    g_autoptr(GHashTable) met_states = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) met_images = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) todo = g_ptr_array_new();

    g_ptr_array_add(todo, (gpointer) image);
    while (todo->len > 0) {
        const char *path = g_ptr_array_steal_index_fast(todo, todo->len - 1);

        if (!g_hash_table_add(met_images, (gpointer) path))
            continue;
        for (const Link *reader = first_link(&reach->direct, path); reader; reader = next_link(&reach->direct, reader))
            if (g_hash_table_add(met_states, reader->value))
                g_ptr_array_add(states, reader->value);
        for (const Link *above = first_link(&reach->overlays, path); above; above = next_link(&reach->overlays, above))
            g_ptr_array_add(todo, above->value);
    }
    return states;
}

const char *state_name(const State *state)
{
    return state->snapshot ? state->snapshot->name : "NOW";
}
