// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks, each cut up from its begin.

#include "engine/model/pool.h"

#include <string.h>

enum { BLOCK = 64 * 1024, ALIGN = 16 };

struct Pool {
    GSList *blocks;
    char *at; // what is left of the newest block
    gsize left;
    GStringChunk *texts; // NULL: none yet
};

Pool *pool_new(void)
{
    return g_new0(Pool, 1);
}

void pool_free(Pool *pool)
{
    if (!pool)
        return;
    g_slist_free_full(pool->blocks, g_free);
    if (pool->texts)
        g_string_chunk_free(pool->texts);
    g_free(pool);
}

static void add_block(Pool *pool, gsize size)
{
    pool->left = MAX(size, (gsize) BLOCK);
    pool->at = g_malloc0(pool->left);
    pool->blocks = g_slist_prepend(pool->blocks, pool->at);
}

gpointer pool_take(Pool *pool, gsize size)
{
    gpointer taken;

    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (size > pool->left)
        add_block(pool, size);
    taken = pool->at;
    pool->at += size;
    pool->left -= size;
    return taken;
}

const char *pool_text(Pool *pool, const char *text)
{
    if (!text)
        return NULL;
    if (!pool->texts)
        pool->texts = g_string_chunk_new(1024);
    return g_string_chunk_insert_const(pool->texts, text);
}

// ---- lists ------------------------------------------------------------------------------------

static void grow(Pool *pool, PoolList *list)
{
    gpointer *items;

    list->room = list->room > 0 ? list->room * 2 : 2;
    items = pool_take(pool, list->room * sizeof(gpointer));
    if (list->len > 0)
        memcpy(items, list->pdata, list->len * sizeof(gpointer));
    list->pdata = items;
}

void pool_list_add(Pool *pool, PoolList *list, gpointer item)
{
    if (list->len == list->room)
        grow(pool, list);
    list->pdata[list->len++] = item;
}

void pool_list_remove_index(PoolList *list, guint index)
{
    list->len--;
    memmove(list->pdata + index, list->pdata + index + 1, (list->len - index) * sizeof(gpointer));
}

bool pool_list_find(const PoolList *list, gconstpointer item, guint *index)
{
    for (*index = 0; *index < list->len; ++*index)
        if (list->pdata[*index] == item)
            return true;
    return false;
}
