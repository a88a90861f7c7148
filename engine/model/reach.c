// SPDX-License-Identifier: GPL-2.0-or-later
// States and what they reach: an index from each image to the states that read it and to the images
// that stand on it, so that "who needs this?" is a walk upwards from one image.

#include "engine/model/reach.h"

#include <string.h>

// An image, and a state that reads it or an image that stands on it.
typedef struct Link {
    guint hash;
    const char *image;
    gpointer value;
} Link;

struct Reach {
    State *all;        // NOW last
    GArray *nodes;     // of StateNode: those of all states, one after the other
    GPtrArray *states; // of State: all of them
    GArray *direct;    // of Link to State, by hash and image
    GArray *overlays;  // of Link to const char *, likewise
};

// ---- links ------------------------------------------------------------------------------------

// Tables of arrays would be five times as big, and big trees have tens of thousands of images.
static int compare_links(gconstpointer first, gconstpointer second)
{
    const Link *a = first, *b = second;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return strcmp(a->image, b->image);
}

static void add_link(GArray *links, const char *image, gpointer value)
{
    Link link = {.hash = g_str_hash(image), .image = image, .value = value};

    g_array_append_val(links, link);
}

// The first link of `image`, and how many it has.
static const Link *find_links(const GArray *links, const char *image, guint *n)
{
    const Link key = {.hash = g_str_hash(image), .image = image};
    guint begin = 0, end = links->len;

    while (begin < end) {
        guint middle = begin + (end - begin) / 2;

        if (compare_links(&g_array_index(links, Link, middle), &key) < 0)
            begin = middle + 1;
        else
            end = middle;
    }
    while (end < links->len && compare_links(&g_array_index(links, Link, end), &key) == 0)
        end++;
    *n = end - begin;
    return &g_array_index(links, Link, begin);
}

static GPtrArray *values_of(const GArray *links, const char *image)
{
    GPtrArray *values = g_ptr_array_new();
    guint n;
    const Link *link = find_links(links, image, &n);

    for (guint i = 0; i < n; i++)
        if (i == 0 || link[i].value != link[i - 1].value) // two disks, one image
            g_ptr_array_add(values, link[i].value);
    return values;
}

// ---- states -----------------------------------------------------------------------------------

static void add_node(Reach *reach, State *state, const char *target, const char *image, const char *tag)
{
    StateNode node = {.target = target, .image = image, .tag = tag};

    g_array_append_val(reach->nodes, node);
    state->n_nodes++;
    add_link(reach->direct, image, state);
}

static void add_snapshot(Reach *reach, State *state)
{
    const Snapshot *snapshot = state->snapshot;

    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];
        const char *image = snapshot_frozen(snapshot, disk->target);

        if (image)
            add_node(reach, state, disk->target, image, disk->mode == DISK_MODE_INTERNAL ? snapshot->name : NULL);
    }
}

static void add_now(Reach *reach, State *state, const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (disk->path)
            add_node(reach, state, disk->target, disk->path, NULL);
    }
}

static void add_states(Reach *reach, const Picture *picture)
{
    guint n = picture->snapshots->len, begin = 0;

    reach->all = g_new0(State, n + 1);
    reach->states = g_ptr_array_sized_new(n + 1);
    for (guint i = 0; i < n; i++) {
        reach->all[i].snapshot = picture->snapshots->pdata[i];
        add_snapshot(reach, &reach->all[i]);
    }
    add_now(reach, &reach->all[n], picture);
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
            add_link(reach->overlays, image->backing, image->path);
    }
}

Reach *reach_new(const Picture *picture)
{
    Reach *reach = g_new0(Reach, 1);

    reach->nodes = g_array_sized_new(FALSE, FALSE, sizeof(StateNode), 1); // there is data to point to, if only its end
    reach->direct = g_array_sized_new(FALSE, FALSE, sizeof(Link), 1);
    reach->overlays = g_array_sized_new(FALSE, FALSE, sizeof(Link), 1);
    add_states(reach, picture);
    add_overlays(reach, picture);
    g_array_sort(reach->direct, compare_links); // which keeps the order of equals
    g_array_sort(reach->overlays, compare_links);
    return reach;
}

void reach_free(Reach *reach)
{
    if (!reach)
        return;
    g_array_unref(reach->direct);
    g_array_unref(reach->overlays);
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
    return values_of(reach->direct, image);
}

GPtrArray *reach_overlays(const Reach *reach, const char *image)
{
    return values_of(reach->overlays, image);
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
        guint readers, above;
        const Link *reader = find_links(reach->direct, path, &readers);
        const Link *overlay = find_links(reach->overlays, path, &above);

        if (!g_hash_table_add(met_images, (gpointer) path))
            continue;
        for (guint i = 0; i < readers; i++)
            if (g_hash_table_add(met_states, reader[i].value))
                g_ptr_array_add(states, reader[i].value);
        for (guint i = 0; i < above; i++)
            g_ptr_array_add(todo, overlay[i].value);
    }
    return states;
}

const char *state_name(const State *state)
{
    return state->snapshot ? state->snapshot->name : "NOW";
}
