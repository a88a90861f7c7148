// SPDX-License-Identifier: GPL-2.0-or-later
// Taking a world back to how it was made, so that the next steps can be tried on it.
//
// Building the world of ten thousand snapshots takes longer than all that the rules ask of it, and a plan needs it
// several times: what is left over, who is current then, whether the laws hold. So each change notes what was there
// before, and the notes are read backwards.

#include "engine/model/world_edit.h"

#include <string.h>

typedef enum NoteKind {
    NOTE_BYTES, // these were at `where`, and are the last ones of `bytes`
    NOTE_ADDED, // to the array `where`, at `index`
    NOTE_TAKEN, // from there
    NOTE_SET,   // the table `where` did not have the key
    NOTE_DROPPED, // it had the key, with this value
} NoteKind;

typedef struct Note {
    NoteKind kind;
    guint index; // of bytes: how many
    gpointer where, key, value;
} Note;

struct WorldPast {
    GArray *notes; // of Note
    GByteArray *bytes;
};

WorldPast *world_past_new(void)
{
    WorldPast *past = g_new(WorldPast, 1);

    past->notes = g_array_new(FALSE, FALSE, sizeof(Note));
    past->bytes = g_byte_array_new();
    return past;
}

void world_past_free(WorldPast *past)
{
    if (!past)
        return;
    g_array_unref(past->notes);
    g_byte_array_unref(past->bytes);
    g_free(past);
}

// ---- changes ----------------------------------------------------------------------------------

static void note(World *world, Note what)
{
    if (world->past) // else it is being built
        g_array_append_val(world->past->notes, what);
}

void world_keep(World *world, gpointer at, gsize size)
{
    if (!world->past)
        return;
    g_byte_array_append(world->past->bytes, at, (guint) size);
    note(world, (Note) {.kind = NOTE_BYTES, .where = at, .index = (guint) size});
}

void world_list_add(World *world, PoolList *list, gpointer item)
{
    if (list->len < list->room)
        world_keep(world, &list->pdata[list->len], sizeof(gpointer));
    world_keep(world, list, sizeof(PoolList));
    pool_list_add(world->pool, list, item);
}

void world_list_remove(World *world, PoolList *list, gconstpointer item)
{
    guint index;

    if (!pool_list_find(list, item, &index))
        return;
    world_keep(world, list->pdata, list->len * sizeof(gpointer));
    world_keep(world, list, sizeof(PoolList));
    pool_list_remove_index(list, index);
}

void world_list_remove_fast(World *world, PoolList *list, gconstpointer item)
{
    guint index;

    if (!pool_list_find(list, item, &index))
        return;
    world_keep(world, &list->pdata[index], sizeof(gpointer));
    world_keep(world, list, sizeof(PoolList));
    list->pdata[index] = list->pdata[--list->len];
}

void world_array_add(World *world, GPtrArray *array, gpointer item)
{
    note(world, (Note) {.kind = NOTE_ADDED, .where = array, .index = array->len});
    g_ptr_array_add(array, item);
}

void world_array_remove(World *world, GPtrArray *array, gconstpointer item)
{
    guint index;

    if (!g_ptr_array_find(array, item, &index))
        return;
    note(world, (Note) {.kind = NOTE_TAKEN, .where = array, .index = index, .value = (gpointer) item});
    g_ptr_array_remove_index(array, index);
}

void world_table_set(World *world, GHashTable *table, gconstpointer key, gpointer value)
{
    note(world, (Note) {.kind = NOTE_SET, .where = table, .key = (gpointer) key});
    g_hash_table_insert(table, (gpointer) key, value);
}

void world_table_drop(World *world, GHashTable *table, gconstpointer key)
{
    gpointer own, value;

    if (!g_hash_table_lookup_extended(table, key, &own, &value))
        return;
    g_hash_table_remove(table, key);
    note(world, (Note) {.kind = NOTE_DROPPED, .where = table, .key = own, .value = value});
}

// ---- and back ---------------------------------------------------------------------------------

static void put_bytes_back(GByteArray *bytes, const Note *last)
{
    guint rest = bytes->len - last->index;

    memcpy(last->where, bytes->data + rest, last->index);
    g_byte_array_set_size(bytes, rest);
}

static void take_back(WorldPast *past, const Note *last)
{
    switch (last->kind) {
    case NOTE_BYTES:
        put_bytes_back(past->bytes, last);
        break;
    case NOTE_ADDED:
        g_ptr_array_remove_index(last->where, last->index);
        break;
    case NOTE_TAKEN:
        g_ptr_array_insert(last->where, (int) last->index, last->value);
        break;
    case NOTE_SET:
        g_hash_table_remove(last->where, last->key);
        break;
    case NOTE_DROPPED:
        g_hash_table_insert(last->where, last->key, last->value);
        break;
    }
}

void world_restart(World *world)
{
    WorldPast *past = world->past;

    world_forget_changes(world);
    for (guint i = past->notes->len; i-- > 0;)
        take_back(past, &g_array_index(past->notes, Note, i));
    g_array_set_size(past->notes, 0);
}

void world_go_on(World *world)
{
    world_forget_changes(world);
    for (guint i = 0; i < world->images->len; i++)
        ((WorldImage *) world->images->pdata[i])->made = false;
    for (guint i = 0; i < world->altered->len; i++)
        ((WorldImage *) world->altered->pdata[i])->altered = false;
    g_ptr_array_set_size(world->altered, 0);
    g_array_set_size(world->past->notes, 0);
    g_byte_array_set_size(world->past->bytes, 0);
}

World *world_borrow(World **home, const Picture *picture, const Neighbours *neighbours)
{
    return home && *home ? g_steal_pointer(home) : world_new(picture, neighbours);
}

void world_return(World **home, World *world)
{
    if (!home || *home) {
        world_unref(world);
        return;
    }
    world_restart(world);
    *home = world;
}
