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
// So many at most in the process: one that hangs while it is opened has no end.
#define MOST_HELPERS 2

struct Helper {
    RefCount refs; // who began it, and its thread
    char *uri;
    char *hostname; // as the first connection told it; NULL: it did not
    char *uuid;
    bool read_only;

    pthread_mutex_t lock; // for all below
    pthread_cond_t changed;
    Shared *shared; // NULL: nothing to do
    bool ended;

    bool open, let_go; // guarded by `counting`
};

// ---- which are under way ----------------------------------------------------------------------

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t counted;
static pthread_once_t counted_made = PTHREAD_ONCE_INIT;
static unsigned helpers; // threads that have not ended
static unsigned leaving; // of those that have a connection to close, and were let go

static void make_counted(void)
{
    thread_cond_init(&counted);
}

static void lock_counts(void)
{
    pthread_once(&counted_made, make_counted);
    pthread_mutex_lock(&counting);
}

static void unlock_counts(void)
{
    pthread_cond_broadcast(&counted);
    pthread_mutex_unlock(&counting);
}

static bool count_begun(void)
{
    bool room;

    lock_counts();
    room = helpers < MOST_HELPERS;
    helpers += room;
    unlock_counts();
    return room;
}

// False: it was let go meanwhile.
static bool count_open(Helper *helper)
{
    bool wanted;

    lock_counts();
    helper->open = wanted = !helper->let_go;
    unlock_counts();
    return wanted;
}

static void count_let_go(Helper *helper)
{
    lock_counts();
    helper->let_go = true;
    leaving += helper->open;
    unlock_counts();
}

static void count_ended(Helper *helper)
{
    lock_counts();
    helpers--;
    if (helper->open && helper->let_go)
        leaving--;
    helper->open = false;
    unlock_counts();
}

void helper_await_all(gint64 ms)
{
    gint64 until = thread_clock() + ms;

    lock_counts();
    while (leaving > 0 && thread_wait(&counted, &counting, until))
        ;
    unlock_counts();
}

// ---- its thread -------------------------------------------------------------------------------

static void unref(Helper *helper)
{
    if (!refcount_unref(&helper->refs))
        return;
    pthread_cond_destroy(&helper->changed);
    pthread_mutex_destroy(&helper->lock);
    g_free(helper->hostname);
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

// A name may stand for several machines, one after the other.
static bool is_same_host(const Helper *helper, Connection *connection)
{
    char *hostname = virConnectGetHostname(connection_raw(connection));
    bool same = hostname && g_strcmp0(hostname, helper->hostname) == 0; // what does not tell is not known to be it

    free(hostname);
    return same;
}

static void *run_helper(void *data)
{
    Helper *helper = data;
    g_autoptr(Failure) failure = NULL; // see helper.h
    Connection *connection = connection_open(helper->uri, helper->read_only, decline, NULL, &failure);
    bool wanted = connection && count_open(helper) && is_same_host(helper, connection);
    GHashTable *handles = wanted ? find_handles(connection, helper->uuid) : NULL;

    if (handles)
        serve(helper, connection, handles);
    g_clear_pointer(&handles, g_hash_table_unref);
    connection_unref(connection);
    count_ended(helper);
    unref(helper);
    return NULL;
}

// ---- for those who work -----------------------------------------------------------------------

static bool is_worth_it(Connection *first, guint calls)
{
    gint64 trip = connection_trip(first);

    return calls >= WORTH_CALLS && trip >= SLOW_TRIP_US && trip * calls >= WORTH_TRIPS_US;
}

static Helper *helper_new(Connection *first, const char *uuid)
{
    Helper *helper = g_new0(Helper, 1);

    refcount_init(&helper->refs);
    helper->uri = g_strdup(connection_uri(first));
    helper->hostname = connection_hostname(first);
    helper->read_only = connection_is_read_only(first);
    helper->uuid = g_strdup(uuid);
    pthread_mutex_init(&helper->lock, NULL);
    thread_cond_init(&helper->changed);
    return helper;
}

Helper *helper_begin(Connection *first, const char *uuid, guint calls)
{
    Helper *helper;

    if (!is_worth_it(first, calls) || !connection_asks_nobody(first) || !count_begun())
        return NULL;
    helper = helper_new(first, uuid);
    refcount_ref(&helper->refs); // its thread's
    if (thread_try_detached(run_helper, helper))
        return helper;
    count_ended(helper);
    unref(helper);
    unref(helper);
    return NULL;
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
    count_let_go(helper);
    set(helper, NULL, true);
    unref(helper);
}
