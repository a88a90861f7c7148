// SPDX-License-Identifier: GPL-2.0-or-later
// Tries to connect, each on its own thread.

#include "engine/opener.h"

#include "engine/asking.h"
#include "engine/thread.h"

// So long the end of an engine waits for a try, before it is abandoned.
#define ABANDON_MS 500

struct Opener {
    RefCount refs;
    char *uri;
    bool read_only;
    Asking *asking;
    Channel *channel; // not touched once `asking` is closed

    pthread_mutex_t lock; // for all below
    pthread_cond_t changed;
    bool closed;
    bool trying;            // opener_open() waits
    unsigned tries;         // threads that have not ended
    Connection *connection; // what the last try left
    Host *host;
    Failure *failure;
};

Opener *opener_new(const char *uri, bool read_only, Channel *channel)
{
    Opener *opener = g_new0(Opener, 1);

    refcount_init(&opener->refs);
    pthread_mutex_init(&opener->lock, NULL);
    thread_cond_init(&opener->changed);
    opener->uri = g_strdup(uri);
    opener->read_only = read_only;
    opener->asking = asking_new();
    opener->channel = channel;
    return opener;
}

void opener_unref(Opener *opener)
{
    if (!refcount_unref(&opener->refs))
        return;
    connection_unref(opener->connection);
    host_unref(opener->host);
    failure_free(opener->failure);
    asking_free(opener->asking);
    g_free(opener->uri);
    pthread_mutex_destroy(&opener->lock);
    pthread_cond_destroy(&opener->changed);
    g_free(opener);
}

static void lock(Opener *opener)
{
    pthread_mutex_lock(&opener->lock);
}

static void unlock(Opener *opener)
{
    pthread_cond_broadcast(&opener->changed);
    pthread_mutex_unlock(&opener->lock);
}

static char **ask(void *data, GPtrArray *credentials)
{
    Opener *opener = data;

    return asking_ask(opener->asking, opener->channel, credentials);
}

Connection *opener_open_more(Opener *opener, Failure **failure)
{
    Connection *connection = connection_open(opener->uri, opener->read_only, ask, opener, failure);

    asking_settle(opener->asking, connection != NULL);
    return connection;
}

// Leaves what came of the try, unless nobody waits for it any more.
static void *run_try(void *data)
{
    Opener *opener = data;
    Failure *failure = NULL;
    Connection *connection = opener_open_more(opener, &failure);
    Host *host =
        connection ? connection_host(connection, opener->uri, opener->read_only, &failure) : NULL;

    if (!host)
        g_clear_pointer(&connection, connection_unref);
    lock(opener);
    if (!opener->closed) {
        opener->connection = g_steal_pointer(&connection);
        opener->host = g_steal_pointer(&host);
        opener->failure = g_steal_pointer(&failure);
        opener->trying = false;
    }
    unlock(opener);
    connection_unref(connection);
    host_unref(host);
    failure_free(failure);
    lock(opener);
    opener->tries--;
    unlock(opener);
    opener_unref(opener);
    return NULL;
}

bool opener_open(Opener *opener, Connection **connection, Host **host, Failure **failure)
{
    lock(opener);
    if (!opener->closed) {
        refcount_ref(&opener->refs); // the thread's
        opener->trying = true;
        opener->tries++;
        thread_start_detached(run_try, opener);
    }
    while (opener->trying && !opener->closed)
        thread_wait(&opener->changed, &opener->lock, 0);
    *connection = g_steal_pointer(&opener->connection);
    *host = g_steal_pointer(&opener->host);
    *failure = g_steal_pointer(&opener->failure);
    unlock(opener);
    return *connection != NULL;
}

void opener_answer(Opener *opener, guint64 ticket, const char *const *answers)
{
    asking_answer(opener->asking, ticket, answers);
}

void opener_close(Opener *opener)
{
    asking_close(opener->asking);
    lock(opener);
    opener->closed = true;
    unlock(opener);
}

void opener_await(Opener *opener)
{
    gint64 until = thread_clock() + ABANDON_MS;

    lock(opener);
    while (opener->tries > 0 && thread_wait(&opener->changed, &opener->lock, until))
        ;
    unlock(opener);
}
