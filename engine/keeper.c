// SPDX-License-Identifier: GPL-2.0-or-later
// The keeper's thread: connect, serve, pause, again; and the end of all.

#include "engine/keeper.h"

#include "engine/model/tongue.h"
#include "engine/opener.h"
#include "engine/private.h"
#include "engine/reader.h"
#include "engine/thread.h"
#include "engine/virt/helper.h"
#include "engine/virt/watch.h"

// Pauses between tries: 1, 2, 4, ... seconds, at most this many.
#define LONGEST_PAUSE_MS 30000
// So long the end waits for connections that helped with reads.
#define HELPERS_MS 500
// A host that answers nothing for so long is said to be silent.
#define SILENT_MS 15000

struct Keeper {
    Engine *engine;
    Opener *opener;
    pthread_t thread;
    pthread_t readers[READERS];

    pthread_mutex_t lock; // for all below
    pthread_cond_t changed;
    Connection *connection; // NULL: none
    Host *host;             // as last seen
    bool ready;             // CONNECTED was said: others may use the connection
    Failure *lost;          // the line broke: why
    bool stop;
    bool woken; // something may be due
    bool hurry; // do not wait for the end of the pause
};

static void lock(Keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
}

static void unlock(Keeper *keeper)
{
    pthread_cond_broadcast(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
}

// ---- while connected --------------------------------------------------------------------------

static void lose(Keeper *keeper, Connection *connection, Failure *failure)
{
    lock(keeper);
    if (keeper->connection == connection && !keeper->lost)
        keeper->lost = g_steal_pointer(&failure);
    unlock(keeper);
    failure_free(failure);
}

static void lost_line(Keeper *keeper, const char *detail)
{
    g_autofree char *what = g_strdup_printf(_("The connection was lost: %s"), detail);

    lock(keeper);
    if (!keeper->lost)
        keeper->lost = failure_new(what, NULL, 0, _("It is tried again by itself"));
    unlock(keeper);
}

// In the event loop's thread: marks, and nothing else.
static void on_notice(void *data, WatchEvent event, const char *uuid, const char *detail)
{
    Keeper *keeper = data;

    switch (event) {
    case WATCH_LIFECYCLE:
        roster_mark_stale(keeper->engine->roster, NULL);
        roster_mark_stale(keeper->engine->roster, uuid);
        keeper_wake(keeper);
        break;
    case WATCH_BLOCK_JOB:
        roster_mark_stale(keeper->engine->roster, uuid);
        keeper_wake(keeper);
        break;
    case WATCH_CLOSED:
        lost_line(keeper, detail);
        break;
    }
}

static void say_connected(Keeper *keeper)
{
    Message *message = message_new(MSG_CONNECTED);

    message->host = keeper_host(keeper);
    channel_send(keeper->engine->channel, message);
}

// Says when the host begins to be silent, and when it speaks again. Returns whether it is silent.
static bool tell_silence(Engine *engine, bool was)
{
    bool silent = worklist_silence(engine->work) >= SILENT_MS;
    Message *message;

    if (silent == was || engine->flags & ENGINE_NO_RETRY) // a command waits anyway
        return silent;
    message = message_new(MSG_NOTICE);
    message->lost.failure =
        silent ? failure_new(_("The host does not answer any more: what is shown is old"), NULL, 0,
                             _("It is waited for. The daemon may stand still, or the line may be cut"))
               : failure_new(_("The host answers again"), NULL, 0, NULL);
    channel_send(engine->channel, message);
    return silent;
}

// Puts on the list what is due, until the line breaks or the engine ends.
static void serve(Keeper *keeper)
{
    Engine *engine = keeper->engine;
    // Only this thread takes the connection away, and not before it returns from here.
    Watch *watch = watch_new(keeper->connection, on_notice, keeper);
    bool silent = false;

    say_connected(keeper);
    roster_restart(engine->roster, watch_has_lifecycle(watch));
    lock(keeper);
    keeper->ready = true;
    keeper->hurry = false;
    pthread_cond_broadcast(&keeper->changed);
    while (!keeper->stop && !keeper->lost) {
        gint64 next;

        keeper->woken = false;
        pthread_mutex_unlock(&keeper->lock);
        next = roster_schedule(engine->roster, engine->work);
        silent = tell_silence(engine, silent);
        pthread_mutex_lock(&keeper->lock);
        while (!keeper->stop && !keeper->lost && !keeper->woken &&
               thread_wait(&keeper->changed, &keeper->lock, next))
            ;
    }
    pthread_mutex_unlock(&keeper->lock);
    watch_free(watch);
}

// Forgets a broken connection. Returns why it broke; the caller frees it. NULL: it did not.
static Failure *drop_broken(Keeper *keeper)
{
    Connection *connection = NULL;
    Failure *failure;

    lock(keeper);
    failure = g_steal_pointer(&keeper->lost);
    if (failure) {
        connection = g_steal_pointer(&keeper->connection);
        keeper->ready = false;
    }
    unlock(keeper);
    connection_unref(connection);
    return failure;
}

// One try. True: there is a connection now. False: `failure` says why not; NULL: the engine ends.
static bool connect_once(Keeper *keeper, Failure **failure)
{
    Connection *connection = NULL;
    Host *host = NULL;

    if (!opener_open(keeper->opener, &connection, &host, failure))
        return false;
    lock(keeper);
    keeper->connection = connection;
    host_unref(keeper->host);
    keeper->host = host;
    unlock(keeper);
    return true;
}

// ---- the keeper's life ------------------------------------------------------------------------

static void say_lost(Keeper *keeper, Failure *failure, gint64 pause, bool ever)
{
    Message *message = message_new(MSG_LOST);

    message->lost.failure = failure;
    message->lost.retry_ms = pause;
    message->lost.fatal = !ever;
    channel_send(keeper->engine->channel, message);
}

// Waits out the pause (-1: for ever), a wish to hurry, or the end.
static void rest(Keeper *keeper, gint64 pause)
{
    gint64 until = pause < 0 ? 0 : thread_clock() + pause;

    lock(keeper);
    while (!keeper->stop && !keeper->hurry && thread_wait(&keeper->changed, &keeper->lock, until))
        ;
    keeper->hurry = false;
    unlock(keeper);
}

bool keeper_is_stopping(Keeper *keeper)
{
    bool stop;

    lock(keeper);
    stop = keeper->stop;
    unlock(keeper);
    return stop;
}

static void keep(Keeper *keeper)
{
    bool once = keeper->engine->flags & ENGINE_NO_RETRY, ever = false;
    gint64 pause = 1000;

    while (!keeper_is_stopping(keeper)) {
        Failure *failure = NULL;

        if (connect_once(keeper, &failure)) {
            ever = true;
            pause = 1000;
            serve(keeper);
            failure = drop_broken(keeper);
        }
        if (!failure)
            continue; // only the end of the engine breaks off without one
        say_lost(keeper, failure, once ? -1 : pause, ever);
        rest(keeper, once ? -1 : pause);
        pause = MIN(pause * 2, LONGEST_PAUSE_MS);
    }
}

static void *run_keeper(void *data)
{
    Keeper *keeper = data;
    Engine *engine = keeper->engine;
    Connection *connection;

    keep(keeper);
    opener_close(keeper->opener);
    opener_await(keeper->opener);
    jobs_finish(engine->jobs);
    worklist_close(engine->work);
    for (int i = 0; i < READERS; i++)
        pthread_join(keeper->readers[i], NULL);
    helper_await_all(HELPERS_MS);
    lock(keeper);
    connection = g_steal_pointer(&keeper->connection);
    keeper->ready = false;
    unlock(keeper);
    connection_unref(connection);
    channel_send(engine->channel, message_new(MSG_STOPPED));
    return NULL;
}

void keeper_start(Engine *engine, const char *uri)
{
    Keeper *keeper = g_new0(Keeper, 1);

    pthread_mutex_init(&keeper->lock, NULL);
    thread_cond_init(&keeper->changed);
    keeper->engine = engine;
    keeper->opener = opener_new(uri, engine->flags & ENGINE_READ_ONLY, engine->channel);
    engine->keeper = keeper; // before the threads that need it
    for (int i = 0; i < READERS; i++)
        thread_start(&keeper->readers[i], reader_run, engine);
    thread_start(&keeper->thread, run_keeper, keeper);
}

void keeper_stop(Keeper *keeper)
{
    lock(keeper);
    keeper->stop = true;
    unlock(keeper);
    opener_close(keeper->opener);
}

void keeper_join(Keeper *keeper)
{
    pthread_join(keeper->thread, NULL);
    opener_unref(keeper->opener);
    host_unref(keeper->host);
    failure_free(keeper->lost);
    pthread_mutex_destroy(&keeper->lock);
    pthread_cond_destroy(&keeper->changed);
    g_free(keeper);
}

// ---- for the others ---------------------------------------------------------------------------

Connection *keeper_connection(Keeper *keeper)
{
    Connection *connection = NULL;

    lock(keeper);
    if (keeper->ready && !keeper->lost)
        connection = connection_ref(keeper->connection);
    unlock(keeper);
    return connection;
}

Connection *keeper_await(Keeper *keeper, gint64 ms)
{
    gint64 until = thread_clock() + ms;
    bool hopeless = keeper->engine->flags & ENGINE_NO_RETRY;

    lock(keeper);
    while ((!keeper->ready || keeper->lost) && !keeper->stop && !hopeless &&
           thread_wait(&keeper->changed, &keeper->lock, until))
        ;
    unlock(keeper);
    return keeper_connection(keeper);
}

Host *keeper_host(Keeper *keeper)
{
    Host *host;

    lock(keeper);
    host = keeper->host ? host_ref(keeper->host) : NULL;
    unlock(keeper);
    return host;
}

Connection *keeper_open_second(Keeper *keeper, Failure **failure)
{
    Connection *first = keeper_connection(keeper);

    if (first && connection_is_private(first))
        return first;
    connection_unref(first);
    return opener_open_more(keeper->opener, failure);
}

bool keeper_check(Keeper *keeper, Connection *connection, const Failure *failure)
{
    if (connection_alive(connection))
        return false;
    lose(keeper, connection, failure_copy(failure));
    return true;
}

void keeper_wake(Keeper *keeper)
{
    lock(keeper);
    keeper->woken = true;
    unlock(keeper);
}

void keeper_reconnect(Keeper *keeper)
{
    lock(keeper);
    keeper->hurry = true;
    unlock(keeper);
}

void keeper_answer(Keeper *keeper, guint64 ticket, const char *const *answers)
{
    opener_answer(keeper->opener, ticket, answers);
}
