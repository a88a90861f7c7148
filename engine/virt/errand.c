// SPDX-License-Identifier: GPL-2.0-or-later
// One list of places, two lines that take from it.

#include "engine/virt/errand.h"

#include "engine/virt/flight.h"

#include <stdatomic.h>

struct Shared {
    RefCount refs;
    Errand errand;

    pthread_mutex_t lock; // for all below, and around the errand's take() and deliver()
    const GPtrArray *handles; // NULL: it has ended
    GArray *away;             // of guint: places that the second line has taken and not brought back
};

static Shared *shared_new(const Errand *errand, const GPtrArray *handles)
{
    Shared *shared = g_new0(Shared, 1);

    refcount_init(&shared->refs);
    pthread_mutex_init(&shared->lock, NULL);
    shared->errand = *errand;
    shared->handles = handles;
    shared->away = g_array_new(FALSE, FALSE, sizeof(guint));
    return shared;
}

Shared *shared_ref(Shared *shared)
{
    refcount_ref(&shared->refs);
    return shared;
}

void shared_unref(Shared *shared)
{
    if (!refcount_unref(&shared->refs))
        return;
    g_array_unref(shared->away);
    pthread_mutex_destroy(&shared->lock);
    g_free(shared);
}

// ---- the first line ---------------------------------------------------------------------------

// What the second line has had for longest.
static bool take_over(Shared *shared, guint *place)
{
    if (shared->away->len == 0)
        return false;
    *place = g_array_index(shared->away, guint, 0);
    g_array_remove_index(shared->away, 0);
    return true;
}

static void go_once(void *data, guint index)
{
    Shared *shared = data;
    const Errand *errand = &shared->errand;
    void *result;
    bool sure, taken;
    guint place;

    (void) index; // which place is next is found out when its turn has come
    pthread_mutex_lock(&shared->lock);
    taken = errand->take(errand->data, &place) || take_over(shared, &place);
    pthread_mutex_unlock(&shared->lock);
    if (!taken)
        return;
    result = errand->ask(shared->handles->pdata[place], &sure);
    pthread_mutex_lock(&shared->lock);
    errand->deliver(errand->data, place, result);
    pthread_mutex_unlock(&shared->lock);
}

void errand_run(Connection *connection, Helper *helper, const GPtrArray *handles, const Errand *errand)
{
    Shared *shared = shared_new(errand, handles);

    helper_send(helper, shared);
    flight_run(connection, errand->n, go_once, shared);
    helper_send(helper, NULL);
    pthread_mutex_lock(&shared->lock);
    shared->handles = NULL;
    pthread_mutex_unlock(&shared->lock);
    shared_unref(shared);
}

// ---- the second line --------------------------------------------------------------------------

typedef struct Help {
    Shared *shared;
    GHashTable *handles;
    atomic_bool unsure; // once: the line may have broken
} Help;

// A place, and this line's handle for it. NULL: there is none; a line that knows less may know it wrong.
static LvSnapshot *take_away(Help *help, guint *place)
{
    Shared *shared = help->shared;
    LvSnapshot *handle = NULL;

    pthread_mutex_lock(&shared->lock);
    if (shared->handles && shared->errand.take(shared->errand.data, place)) {
        handle = g_hash_table_lookup(help->handles, virDomainSnapshotGetName(shared->handles->pdata[*place]));
        g_array_append_val(shared->away, *place);
        if (!handle)
            atomic_store(&help->unsure, true);
    }
    pthread_mutex_unlock(&shared->lock);
    return handle;
}

static bool is_away(Shared *shared, guint place)
{
    for (guint i = 0; i < shared->away->len; i++)
        if (g_array_index(shared->away, guint, i) == place) {
            g_array_remove_index(shared->away, i);
            return true;
        }
    return false;
}

static void bring(Shared *shared, guint place, void *result, bool sure)
{
    bool wanted;

    pthread_mutex_lock(&shared->lock);
    wanted = shared->handles && sure && is_away(shared, place);
    if (wanted)
        shared->errand.deliver(shared->errand.data, place, result);
    pthread_mutex_unlock(&shared->lock);
    if (!wanted)
        shared->errand.drop(result);
}

static void help_once(void *data, guint index)
{
    Help *help = data;
    LvSnapshot *handle;
    bool sure = false;
    guint place;
    void *result;

    (void) index; // as above
    if (atomic_load(&help->unsure) || !(handle = take_away(help, &place)))
        return;
    result = help->shared->errand.ask(handle, &sure);
    if (!sure)
        atomic_store(&help->unsure, true);
    bring(help->shared, place, result, sure);
}

bool errand_help(Shared *shared, Connection *connection, GHashTable *handles)
{
    Help help = {.shared = shared, .handles = handles};

    flight_run(connection, shared->errand.n, help_once, &help);
    return !atomic_load(&help.unsure);
}
