// SPDX-License-Identifier: GPL-2.0-or-later
// The second connection's thread: opens it, finds the snapshots on it, and helps with one errand after another.

#include "engine/virt/helper.h"

#include "engine/thread.h"
#include "engine/virt/errand.h"

#include <stdlib.h>

// All three, to be worth a connection of some ten calls. On a faster line it is the daemon and we who take the time.
#define SLOW_TRIP_US   3000
#define WORTH_TRIPS_US 5000000
#define WORTH_CALLS    50

struct Helper {
    RefCount refs; // who began it, and its thread
    char *uri;
    char *uuid;
    bool read_only;

    pthread_mutex_t lock; // for all below
    pthread_cond_t changed;
    Shared *shared; // NULL: nothing to do
    bool ended;
};

// ---- which are under way ----------------------------------------------------------------------

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t counted;
static pthread_once_t counted_made = PTHREAD_ONCE_INIT;
static unsigned helpers; // threads that have not ended

static void make_counted(void)
{
    thread_cond_init(&counted);
}

static void count(int more)
{
    pthread_once(&counted_made, make_counted);
    pthread_mutex_lock(&counting);
    helpers = (unsigned) ((int) helpers + more);
    pthread_cond_broadcast(&counted);
    pthread_mutex_unlock(&counting);
}

void helper_await_all(gint64 ms)
{
    gint64 until = thread_clock() + ms;

    pthread_once(&counted_made, make_counted);
    pthread_mutex_lock(&counting);
    while (helpers > 0 && thread_wait(&counted, &counting, until))
        ;
    pthread_mutex_unlock(&counting);
}

// ---- its thread -------------------------------------------------------------------------------

static void unref(Helper *helper)
{
    if (!refcount_unref(&helper->refs))
        return;
    pthread_cond_destroy(&helper->changed);
    pthread_mutex_destroy(&helper->lock);
    g_free(helper->uri);
    g_free(helper->uuid);
    g_free(helper);
}

// ConnectAsk: nobody is asked.
static char **decline(void *data, GPtrArray *credentials)
{
    (void) data;
    g_ptr_array_unref(credentials);
    return NULL;
}

static void free_handle(gpointer handle)
{
    lv_snapshot_free(handle);
}

// Name -> LvSnapshot; NULL: they cannot be listed.
static GHashTable *find_handles(Connection *connection, const char *uuid)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, &failure);
    virDomainSnapshotPtr *snapshots = NULL;
    int n = domain ? virDomainListAllSnapshots(domain, &snapshots, 0) : -1;
    GHashTable *handles = n >= 0 ? g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_handle) : NULL;

    for (int i = 0; i < n; i++)
        g_hash_table_replace(handles, (char *) virDomainSnapshotGetName(snapshots[i]), snapshots[i]);
    free(snapshots);
    return handles;
}

// What is to be done next, a new reference; NULL: no more.
static Shared *await_errand(Helper *helper)
{
    Shared *shared = NULL;

    pthread_mutex_lock(&helper->lock);
    while (!helper->ended && !helper->shared)
        thread_wait(&helper->changed, &helper->lock, 0);
    if (!helper->ended)
        shared = g_steal_pointer(&helper->shared);
    pthread_mutex_unlock(&helper->lock);
    return shared;
}

static void serve(Helper *helper, Connection *connection, GHashTable *handles)
{
    bool useful = true;
    Shared *shared;

    while (useful && (shared = await_errand(helper))) {
        useful = errand_help(shared, connection, handles);
        shared_unref(shared);
    }
}

static bool has_ended(Helper *helper)
{
    bool ended;

    pthread_mutex_lock(&helper->lock);
    ended = helper->ended;
    pthread_mutex_unlock(&helper->lock);
    return ended;
}

static void *run_helper(void *data)
{
    Helper *helper = data;
    g_autoptr(Failure) failure = NULL; // see helper.h
    Connection *connection = connection_open(helper->uri, helper->read_only, decline, NULL, &failure);
    GHashTable *handles = connection && !has_ended(helper) ? find_handles(connection, helper->uuid) : NULL;

    if (handles)
        serve(helper, connection, handles);
    g_clear_pointer(&handles, g_hash_table_unref);
    connection_unref(connection);
    unref(helper);
    count(-1);
    return NULL;
}

// ---- for those who work -----------------------------------------------------------------------

Helper *helper_begin(const Connection *first, const char *uuid, guint calls)
{
    gint64 trip = connection_trip(first);
    Helper *helper;

    if (calls < WORTH_CALLS || trip < SLOW_TRIP_US || trip * calls < WORTH_TRIPS_US || !connection_asks_nobody(first))
        return NULL;
    helper = g_new0(Helper, 1);
    refcount_init(&helper->refs);
    helper->uri = g_strdup(connection_uri(first));
    helper->read_only = connection_is_read_only(first);
    helper->uuid = g_strdup(uuid);
    pthread_mutex_init(&helper->lock, NULL);
    thread_cond_init(&helper->changed);
    refcount_ref(&helper->refs);
    count(1);
    thread_start_detached(run_helper, helper);
    return helper;
}

static void set(Helper *helper, Shared *shared, bool ended)
{
    Shared *before;

    pthread_mutex_lock(&helper->lock);
    before = helper->shared;
    helper->shared = shared ? shared_ref(shared) : NULL;
    helper->ended = ended;
    pthread_cond_broadcast(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
    if (before)
        shared_unref(before);
}

void helper_send(Helper *helper, Shared *shared)
{
    if (helper)
        set(helper, shared, false);
}

void helper_end(Helper *helper)
{
    if (!helper)
        return;
    set(helper, NULL, true);
    unref(helper);
}
