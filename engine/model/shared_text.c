// SPDX-License-Identifier: GPL-2.0-or-later
// A table of texts behind a lock.

#include "engine/model/shared_text.h"

#include <glib.h>
#include <stdatomic.h>

typedef struct Shared {
    char *text; // the key
    guint holders;
} Shared;

// Held for a lookup: nobody waits long, and ThreadSanitizer sees it, as it does not see GLib's own mutex.
static atomic_flag busy = ATOMIC_FLAG_INIT;
static GHashTable *table; // text -> Shared; NULL while nobody holds any

static void lock(void)
{
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        g_thread_yield();
}

static void unlock(void)
{
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

static void free_shared(gpointer data)
{
    Shared *shared = data;

    g_free(shared->text);
    g_free(shared);
}

static Shared *find_or_add(const char *text)
{
    Shared *shared = g_hash_table_lookup(table, text);

    if (shared)
        return shared;
    shared = g_new0(Shared, 1);
    shared->text = g_strdup(text);
    g_hash_table_insert(table, shared->text, shared);
    return shared;
}

const char *shared_text_take(const char *text)
{
    Shared *shared;

    if (!text)
        return NULL;
    lock();
    if (!table)
        table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_shared);
    shared = find_or_add(text);
    shared->holders++;
    unlock();
    return shared->text; // stays while we hold it
}

void shared_text_drop(const char *text)
{
    Shared *shared;

    if (!text)
        return;
    lock();
    shared = table ? g_hash_table_lookup(table, text) : NULL;
    g_assert(shared && shared->text == text); // a text of another kind was put where one of these belongs
    if (--shared->holders == 0)
        g_hash_table_remove(table, text);
    if (g_hash_table_size(table) == 0)
        g_clear_pointer(&table, g_hash_table_unref);
    unlock();
}

void shared_text_set(const char **place, const char *text)
{
    const char *taken = shared_text_take(text); // first: it may be the one that is there

    shared_text_drop(*place);
    *place = taken;
}
