// SPDX-License-Identifier: GPL-2.0-or-later
// One host of the command line. See cli_host.h.
#include "tui/cli_host.h"

#include "tui/cli_ask.h"

#include <poll.h>
#include <string.h>

#define SECOND          G_USEC_PER_SEC
#define COUNT_PATIENCE  (10 * SECOND) // for the numbers in a list
#define NOTICE_PATIENCE (2 * SECOND)  // for a picture, once something could not be read

// ---- Life ------------------------------------------------------------------------------------

CliHost *cli_host_start(const char *uri, const CliOptions *options, const CliPaper *paper)
{
    // Names are there before the rest, and who completes a word waits for nothing else.
    EngineFlags flags = ENGINE_NO_RETRY | (options->names ? 0 : ENGINE_WHOLE_PICTURES) |
                        (options->read_only ? ENGINE_READ_ONLY : 0) | (options->keep_xml ? ENGINE_KEEP_TEXTS : 0);
    CliHost *host = g_new0(CliHost, 1);
    host->paper = paper;
    host->asked = g_strdup(uri);
    host->engine = engine_start(uri, flags);
    return host;
}

void cli_host_free(CliHost *host)
{
    if (!host)
        return;
    if (!host->stopped)
        engine_stop(host->engine);
    while (!host->stopped)
        message_free(cli_host_next(host, -1));
    engine_free(host->engine);
    host_unref(host->host);
    g_clear_pointer(&host->guests, g_ptr_array_unref);
    failure_free(host->failure);
    failure_free(host->notice);
    g_free(host->asked);
    g_free(host);
}

static void free_host(gpointer host)
{
    cli_host_free(host);
}

GPtrArray *cli_hosts_start(const CliOptions *options, const CliPaper *paper)
{
    GPtrArray *hosts = g_ptr_array_new_with_free_func(free_host);
    for (guint i = 0; i < MAX(1, options->uris->len); i++) {
        const char *uri = options->uris->len ? g_ptr_array_index(options->uris, i) : NULL;
        g_ptr_array_add(hosts, cli_host_start(uri, options, paper));
    }
    return hosts;
}

// ---- Messages --------------------------------------------------------------------------------

static void answer(CliHost *host, const Message *message)
{
    g_auto(GStrv) answers = cli_ask_credentials(host->paper, message->ask.credentials);
    if (!answers && !cli_can_ask())
        cli_error(host->paper, "%s asks for a password, and there is no terminal to ask on.",
                  cli_host_uri(host));
    engine_answer(host->engine, message->ask.ticket, (const char *const *) answers);
    for (char **secret = answers; secret && *secret; secret++)
        explicit_bzero(*secret, strlen(*secret));
}

static void take_notice(CliHost *host, const Message *message)
{
    g_autofree char *text = failure_text(message->lost.failure);
    cli_error(host->paper, "%s", text);
    failure_free(host->notice);
    host->notice = failure_copy(message->lost.failure);
    host->noticed_at = g_get_monotonic_time();
}

// Takes over what every wait must know. False: the caller's own business.
static bool take_over(CliHost *host, Message *message)
{
    switch (message->kind) {
    case MSG_CONNECTED:
        host_unref(host->host);
        host->host = g_steal_pointer(&message->host);
        return true;
    case MSG_LOST:
        failure_free(host->failure);
        host->failure = g_steal_pointer(&message->lost.failure);
        return true;
    case MSG_HOST:
        g_clear_pointer(&host->guests, g_ptr_array_unref);
        host->guests = g_steal_pointer(&message->guests);
        return true;
    case MSG_ASK:
        answer(host, message);
        return true;
    case MSG_NOTICE:
        take_notice(host, message);
        return true;
    case MSG_STOPPED:
        host->stopped = true;
        return true;
    case MSG_DOMAIN:
    case MSG_WORK:
    case MSG_PLAN:
    case MSG_TEXT:
    case MSG_JOURNAL:
    case MSG_AUDIT:
    case MSG_KEPT:
    case MSG_JOB_QUEUED:
    case MSG_JOB_STARTED:
    case MSG_JOB_STEP:
    case MSG_JOB_PROGRESS:
    case MSG_JOB_ENDED:
        return false;
    }
    return false;
}

Message *cli_host_take(CliHost *host, bool *empty)
{
    g_autoptr(Message) message = engine_next(host->engine);
    *empty = !message;
    if (!message || take_over(host, message))
        return NULL;
    return g_steal_pointer(&message);
}

// Milliseconds for poll(2); -1: for ever.
static int patience(gint64 until)
{
    gint64 left = until < 0 ? -1 : until - g_get_monotonic_time();
    if (until < 0)
        return -1;
    return left <= 0 ? 0 : (int) MIN(left / 1000 + 1, G_MAXINT);
}

Message *cli_host_next(CliHost *host, gint64 until)
{
    bool empty;
    Message *message = cli_host_take(host, &empty);
    if (!empty || host->stopped)
        return message;
    struct pollfd fd = {.fd = engine_fd(host->engine), .events = POLLIN};
    poll(&fd, 1, patience(until));
    return cli_host_take(host, &empty);
}

// ---- Waiting ---------------------------------------------------------------------------------

bool cli_host_listed(CliHost *host)
{
    while (!host->guests && !host->failure && !host->stopped)
        message_free(cli_host_next(host, -1));
    return host->guests && !host->failure;
}

static bool is_counted(const CliHost *host)
{
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = g_ptr_array_index(host->guests, i);
        if (guest->snapshots < 0)
            return false;
    }
    return true;
}

void cli_host_counted(CliHost *host)
{
    gint64 until = g_get_monotonic_time() + COUNT_PATIENCE;
    while (!is_counted(host) && !host->failure && !host->stopped && g_get_monotonic_time() < until)
        message_free(cli_host_next(host, until));
}

// A picture that could not be read is never followed by one; only a notice tells.
static bool gave_up(const CliHost *host, gint64 since)
{
    bool noticed = host->noticed_at > since;
    return host->failure || host->stopped ||
           (noticed && g_get_monotonic_time() > host->noticed_at + NOTICE_PATIENCE);
}

static GHashTable *wanted_guests(const CliHost *host, const char *uuid)
{
    GHashTable *wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = g_ptr_array_index(host->guests, i);
        if (!uuid || strcmp(guest->uuid, uuid) == 0)
            g_hash_table_add(wanted, g_strdup(guest->uuid));
    }
    return wanted;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    const Picture *left = *(Picture *const *) a, *right = *(Picture *const *) b;
    int order = strcmp(left->domain->name, right->domain->name);
    return order ? order : strcmp(left->domain->uuid, right->domain->uuid);
}

static void unref_picture(gpointer picture)
{
    picture_unref(picture);
}

// Guests that are no longer listed are not waited for.
static void forget_gone(const CliHost *host, GHashTable *missing)
{
    g_autoptr(GHashTable) listed = wanted_guests(host, NULL);
    GHashTableIter iter;
    gpointer uuid;
    g_hash_table_iter_init(&iter, missing);
    while (g_hash_table_iter_next(&iter, &uuid, NULL)) {
        if (!g_hash_table_contains(listed, uuid))
            g_hash_table_iter_remove(&iter);
    }
}

GPtrArray *cli_host_look(CliHost *host, const char *uuid)
{
    GPtrArray *pictures = g_ptr_array_new_with_free_func(unref_picture);
    g_autoptr(GHashTable) missing = wanted_guests(host, uuid);
    gint64 since = g_get_monotonic_time();
    engine_refresh(host->engine, uuid);
    while (g_hash_table_size(missing) > 0 && !gave_up(host, since)) {
        gint64 until = host->noticed_at > since ? host->noticed_at + NOTICE_PATIENCE : -1;
        g_autoptr(Message) message = cli_host_next(host, until);
        if (message && message->kind == MSG_DOMAIN &&
            g_hash_table_remove(missing, message->picture->domain->uuid))
            g_ptr_array_add(pictures, picture_ref(message->picture));
        else if (!message)
            forget_gone(host, missing);
    }
    g_ptr_array_sort(pictures, by_name);
    return pictures;
}
