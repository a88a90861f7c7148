// SPDX-License-Identifier: GPL-2.0-or-later
// States and what they reach: an index from each image to the states that read it and to the images
// that stand on it, so that "who needs this?" is a walk upwards from one image.

#include "engine/model/reach.h"

#include <string.h>

struct Reach {
    GPtrArray *states;     // of State, NOW last
    GHashTable *direct;    // image -> GPtrArray of State
    GHashTable *overlays;  // image -> GPtrArray of const char *
};

static void state_free(gpointer data)
{
    State *state = data;

    g_array_unref(state->nodes);
    g_free(state);
}

static void free_array(gpointer array)
{
    g_ptr_array_unref(array);
}

static void index_add(GHashTable *index, const char *image, gpointer value)
{
    GPtrArray *values = g_hash_table_lookup(index, image);

    if (!values) {
        values = g_ptr_array_new();
        g_hash_table_insert(index, (gpointer) image, values);
    }
    if (values->len == 0 || values->pdata[values->len - 1] != value) // two disks, one image
        g_ptr_array_add(values, value);
}

static State *add_state(Reach *reach, const Snapshot *snapshot)
{
    State *state = g_new0(State, 1);

    state->snapshot = snapshot;
    state->nodes = g_array_new(FALSE, FALSE, sizeof(StateNode));
    g_ptr_array_add(reach->states, state);
    return state;
}

static void add_node(Reach *reach, State *state, const char *target, const char *image,
                     const char *tag)
{
    StateNode node = {.target = target, .image = image, .tag = tag};

    g_array_append_val(state->nodes, node);
    index_add(reach->direct, image, state);
}

static void add_snapshot(Reach *reach, const Snapshot *snapshot)
{
    State *state = add_state(reach, snapshot);

    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];
        const char *image = snapshot_frozen(snapshot, disk->target);

        if (image)
            add_node(reach, state, disk->target, image,
                     disk->mode == DISK_MODE_INTERNAL ? snapshot->name : NULL);
    }
}

static void add_now(Reach *reach, const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);
    State *state = add_state(reach, NULL);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (disk->path)
            add_node(reach, state, disk->target, disk->path, NULL);
    }
}

Reach *reach_new(const Picture *picture)
{
    Reach *reach = g_new0(Reach, 1);
    g_autoptr(GPtrArray) images = images_list(picture->images);

    reach->states = g_ptr_array_new_with_free_func(state_free);
    reach->direct = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_array);
    reach->overlays = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_array);
    for (guint i = 0; i < images->len; i++) {
        Image *image = images->pdata[i];

        if (image->backing_state == BACKING_IMAGE)
            index_add(reach->overlays, image->backing, image->path);
    }
    for (guint i = 0; i < picture->snapshots->len; i++)
        add_snapshot(reach, picture->snapshots->pdata[i]);
    add_now(reach, picture);
    return reach;
}

void reach_free(Reach *reach)
{
    if (!reach)
        return;
    g_hash_table_unref(reach->direct);
    g_hash_table_unref(reach->overlays);
    g_ptr_array_unref(reach->states);
    g_free(reach);
}

const GPtrArray *reach_states(const Reach *reach)
{
    return reach->states;
}

static GPtrArray *copy_of(GHashTable *index, const char *image)
{
    const GPtrArray *found = g_hash_table_lookup(index, image);
    GPtrArray *copy = g_ptr_array_new();

    for (guint i = 0; found && i < found->len; i++)
        g_ptr_array_add(copy, found->pdata[i]);
    return copy;
}

GPtrArray *reach_direct(const Reach *reach, const char *image)
{
    return copy_of(reach->direct, image);
}

GPtrArray *reach_overlays(const Reach *reach, const char *image)
{
    return copy_of(reach->overlays, image);
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
        const GPtrArray *readers = g_hash_table_lookup(reach->direct, path);
        const GPtrArray *above = g_hash_table_lookup(reach->overlays, path);

        if (!g_hash_table_add(met_images, (gpointer) path))
            continue;
        for (guint i = 0; readers && i < readers->len; i++)
            if (g_hash_table_add(met_states, readers->pdata[i]))
                g_ptr_array_add(states, readers->pdata[i]);
        for (guint i = 0; above && i < above->len; i++)
            g_ptr_array_add(todo, above->pdata[i]);
    }
    return states;
}

const char *state_name(const State *state)
{
    return state->snapshot ? state->snapshot->name : "NOW";
}
