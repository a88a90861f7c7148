// SPDX-License-Identifier: GPL-2.0-or-later
// One table for each disk that was asked for.

#include "engine/model/chain_map.h"

typedef struct ChainPlaces {
    GPtrArray *images; // of const char *, from the top
    GHashTable *places; // image -> its place
} ChainPlaces;

static void free_places(gpointer data)
{
    ChainPlaces *chain = data;

    g_ptr_array_unref(chain->images);
    g_hash_table_unref(chain->places);
    g_free(chain);
}

void chain_map_clear(ChainMap *map)
{
    g_clear_pointer(&map->by_target, g_hash_table_unref);
}

static const char *top_of(const ChainMap *map, const char *target)
{
    const Disk *disk = map->of ? definition_disk(map->of->definition, target) : NULL;

    return !map->of ? picture_now(map->picture, target) : disk ? disk->path : NULL;
}

static ChainPlaces *walk(const ChainMap *map, const char *target)
{
    ChainPlaces *chain = g_new(ChainPlaces, 1);
    const char *top = top_of(map, target);

    chain->images = g_ptr_array_new();
    chain->places = g_hash_table_new(g_str_hash, g_str_equal);
    if (top)
        (void) images_chain(map->picture->images, top, chain->images);
    for (guint i = chain->images->len; i-- > 0;) // of an image that is met twice, as in a loop, the first place counts
        g_hash_table_insert(chain->places, chain->images->pdata[i], GUINT_TO_POINTER(i + 1));
    return chain;
}

static const ChainPlaces *find(ChainMap *map, const char *target)
{
    ChainPlaces *chain;

    if (!map->by_target)
        map->by_target = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_places);
    chain = g_hash_table_lookup(map->by_target, target);
    if (!chain) {
        chain = walk(map, target);
        g_hash_table_insert(map->by_target, (gpointer) target, chain);
    }
    return chain;
}

guint chain_map_place(ChainMap *map, const char *target, const char *image)
{
    return image ? GPOINTER_TO_UINT(g_hash_table_lookup(find(map, target)->places, image)) : 0;
}

const char *chain_map_image(ChainMap *map, const char *target, guint place)
{
    return find(map, target)->images->pdata[place - 1];
}
