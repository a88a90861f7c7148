// SPDX-License-Identifier: GPL-2.0-or-later
// Memory for many small things that go together: taken one by one, given back all at once.
//
// A world has half a million of them, and allocating each took longer than all that is done with them. What was taken
// stays until the end of the pool, also where nobody needs it any more.
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Pool Pool;

Pool *pool_new(void);
void pool_free(Pool *pool);

// `size` bytes, all zero, aligned for anything.
gpointer pool_take(Pool *pool, gsize size);
#define pool_new0(pool, Type) ((Type *) pool_take((pool), sizeof(Type)))

// The pool's own copy of a text, one for all that are equal; NULL for NULL.
const char *pool_text(Pool *pool, const char *text);

// A list that grows in a pool. All zero: an empty one. It has no end of its own.
typedef struct PoolList {
    gpointer *pdata; // read as that of GPtrArray is
    guint len;
    guint room;
} PoolList;

void pool_list_add(Pool *pool, PoolList *list, gpointer item);
void pool_list_remove_index(PoolList *list, guint index); // those behind it move up
bool pool_list_find(const PoolList *list, gconstpointer item, guint *index); // the first; false: it is not there
