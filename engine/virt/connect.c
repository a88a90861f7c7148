// SPDX-License-Identifier: GPL-2.0-or-later
// Opening and closing a connection, and reading what kind of host it leads to.

#include "engine/virt/connect.h"

#include "engine/virt/apart.h"
#include "engine/virt/failure.h"
#include "engine/virt/flight.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/loop.h"
#include "engine/virt/uri.h"
#include "engine/xml/host_xml.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// A line that is dead for this long counts as lost.
#define KEEPALIVE_SECONDS 5
#define KEEPALIVE_COUNT   5

// The first client library whose loop clears up behind a thread that leaves it (commit 8074d64dc2, CVE-2024-4418). An
// older one that closes a line because of silence, while several threads wait on it, crashes the process: H80.
#define LOOP_IS_CLEAN 10003000

struct Connection {
    RefCount refs;
    virConnectPtr raw;
    char *uri; // NULL: libvirt's own choice
    bool read_only;
    bool asked; // somebody was, when it was opened
    pthread_mutex_t lock; // for all below
    gint64 trip;          // see connection_trip()
    char *hostname;       // as it told it first; NULL: not asked yet, or not told
    GHashTable *domains;  // uuid -> LvDomain
    unsigned hands;       // that nobody has
};

// ---- authentication ---------------------------------------------------------------------------

typedef struct Asker {
    ConnectAsk ask;
    void *data;
    bool asked;
} Asker;

static void free_credential(gpointer credential)
{
    credential_free(credential);
}

static GPtrArray *read_questions(const virConnectCredential *wanted, unsigned n)
{
    GPtrArray *questions = g_ptr_array_new_with_free_func(free_credential);

    for (unsigned i = 0; i < n; i++) {
        bool secret =
            wanted[i].type == VIR_CRED_PASSPHRASE || wanted[i].type == VIR_CRED_NOECHOPROMPT;
        Credential *question = credential_new(wanted[i].prompt ? wanted[i].prompt : "", secret);

        question->challenge = g_strdup(wanted[i].challenge);
        question->preset = g_strdup(wanted[i].defresult);
        g_ptr_array_add(questions, question);
    }
    return questions;
}

static void wipe_answers(char **answers)
{
    for (unsigned i = 0; answers && answers[i]; i++)
        explicit_bzero(answers[i], strlen(answers[i]));
    g_strfreev(answers);
}

static int authenticate(virConnectCredentialPtr wanted, unsigned n, void *data)
{
    Asker *asker = data;
    char **answers = asker->ask(asker->data, read_questions(wanted, n));
    bool complete = answers && g_strv_length(answers) >= n;

    asker->asked = true;
    for (unsigned i = 0; complete && i < n; i++) {
        wanted[i].result = strdup(answers[i]); // libvirt frees it
        wanted[i].resultlen = (unsigned) strlen(answers[i]);
    }
    wipe_answers(answers);
    return complete ? 0 : -1;
}

static virConnectPtr open_raw(const char *uri, bool read_only, Asker *asker)
{
    static int kinds[] = {VIR_CRED_USERNAME, VIR_CRED_AUTHNAME,     VIR_CRED_ECHOPROMPT,
                          VIR_CRED_REALM,    VIR_CRED_NOECHOPROMPT, VIR_CRED_PASSPHRASE};
    virConnectAuth auth = {
        .credtype = kinds, .ncredtype = G_N_ELEMENTS(kinds), .cb = authenticate, .cbdata = asker};
    virConnectPtr raw;

    apart_set(uri && strstr(uri, "no_tty=1")); // an ssh that may ask needs the terminal
    raw = virConnectOpenAuth(uri, &auth, read_only ? VIR_CONNECT_RO : 0);
    apart_set(false);
    return raw;
}

// ---- opening and closing ----------------------------------------------------------------------

static void free_domain(gpointer domain)
{
    lv_domain_free(domain);
}

// Without this a daemon that stands still holds its callers until it goes on, or the line itself breaks.
static void watch_for_silence(virConnectPtr raw)
{
    unsigned long library = 0;

    // Drivers inside the process have no line that could break, and say that they cannot.
    if (virGetVersion(&library, NULL, NULL) == 0 && library >= LOOP_IS_CLEAN)
        (void) virConnectSetKeepAlive(raw, KEEPALIVE_SECONDS, KEEPALIVE_COUNT);
}

Connection *connection_open(const char *uri, bool read_only, ConnectAsk ask, void *data,
                            Failure **failure)
{
    g_autofree char *resolved = NULL;
    g_autofree char *used = NULL;
    Asker asker = {.ask = ask, .data = data};
    Connection *connection;
    virConnectPtr raw;

    loop_start();
    resolved = uri_resolve_here(uri);
    used = resolved ? uri_without_tty(resolved) : NULL;
    raw = open_raw(used, read_only, &asker);
    if (!raw) {
        *failure = resolved ? failure_last("Cannot connect to %s", resolved)
                            : failure_last("Cannot connect to libvirt's default host");
        return NULL;
    }
    watch_for_silence(raw);
    connection = g_new0(Connection, 1);
    refcount_init(&connection->refs);
    connection->raw = raw;
    connection->uri = g_steal_pointer(&used);
    connection->read_only = read_only;
    connection->asked = asker.asked;
    pthread_mutex_init(&connection->lock, NULL);
    connection->hands = CONNECTION_HANDS;
    connection->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_domain);
    return connection;
}

Connection *connection_ref(Connection *connection)
{
    refcount_ref(&connection->refs);
    return connection;
}

void connection_unref(Connection *connection)
{
    if (!connection || !refcount_unref(&connection->refs))
        return;
    g_hash_table_unref(connection->domains);
    loop_turn();
    // Above 0 somebody still holds it; our counts say nobody does, and there is nobody to tell.
    (void) virConnectClose(connection->raw);
    pthread_mutex_destroy(&connection->lock);
    g_free(connection->hostname);
    g_free(connection->uri);
    g_free(connection);
}

virConnectPtr connection_raw(const Connection *connection)
{
    return connection->raw;
}

bool connection_alive(const Connection *connection)
{
    return virConnectIsAlive(connection->raw) != 0;
}

bool connection_is_private(const Connection *connection)
{
    g_autofree char *uri = NULL;
    const char *type = virConnectGetType(connection->raw);
    char *raw_uri;

    if (g_strcmp0(type, "TEST") != 0 && g_strcmp0(type, "Test") != 0)
        return false;
    raw_uri = virConnectGetURI(connection->raw);
    uri = g_strdup(raw_uri);
    free(raw_uri);
    return uri && strcmp(uri, "test:///default") != 0;
}

gint64 connection_trip(Connection *connection)
{
    gint64 trip;

    pthread_mutex_lock(&connection->lock);
    trip = connection->trip;
    pthread_mutex_unlock(&connection->lock);
    return trip;
}

char *connection_hostname(Connection *connection)
{
    char *hostname;

    pthread_mutex_lock(&connection->lock);
    hostname = g_strdup(connection->hostname);
    pthread_mutex_unlock(&connection->lock);
    return hostname;
}

// Where the daemon is here, an agent on the desktop may ask instead of us.
bool connection_asks_nobody(const Connection *connection)
{
    return !connection->asked && connection->uri && !uri_is_here(connection->uri) &&
           !uri_asks_on_tty(connection->uri) && !connection_is_private(connection);
}

const char *connection_uri(const Connection *connection)
{
    return connection->uri;
}

bool connection_is_read_only(const Connection *connection)
{
    return connection->read_only;
}

unsigned connection_lend_hands(Connection *connection, unsigned wanted)
{
    unsigned hands;

    pthread_mutex_lock(&connection->lock);
    hands = MIN(wanted, connection->hands);
    connection->hands -= hands;
    pthread_mutex_unlock(&connection->lock);
    return hands;
}

void connection_take_hands(Connection *connection, unsigned hands)
{
    pthread_mutex_lock(&connection->lock);
    connection->hands += hands;
    pthread_mutex_unlock(&connection->lock);
}

// ---- handles of guests ------------------------------------------------------------------------

void connection_keep_domain(Connection *connection, const char *uuid, LvDomain *domain)
{
    if (virDomainRef(domain) < 0)
        return; // then it is looked up when it is needed
    pthread_mutex_lock(&connection->lock);
    g_hash_table_replace(connection->domains, g_strdup(uuid), domain);
    pthread_mutex_unlock(&connection->lock);
}

static gboolean is_other(gpointer uuid, gpointer domain, gpointer listed)
{
    (void) domain;
    return !g_hash_table_contains(listed, uuid);
}

void connection_drop_others(Connection *connection, GHashTable *listed)
{
    pthread_mutex_lock(&connection->lock);
    (void) g_hash_table_foreach_remove(connection->domains, is_other, listed);
    pthread_mutex_unlock(&connection->lock);
}

LvDomain *connection_domain(Connection *connection, const char *uuid, Failure **failure)
{
    LvDomain *domain;

    pthread_mutex_lock(&connection->lock);
    domain = g_hash_table_lookup(connection->domains, uuid);
    if (domain && virDomainRef(domain) < 0)
        domain = NULL;
    pthread_mutex_unlock(&connection->lock);
    if (domain)
        return domain;
    domain = virDomainLookupByUUIDString(connection->raw, uuid);
    if (domain)
        connection_keep_domain(connection, uuid, domain);
    else
        *failure = failure_last("Cannot find the guest %s", uuid);
    return domain;
}

// ---- the host ---------------------------------------------------------------------------------

// libvirt hands out memory of malloc(); ours is GLib's.
static char *take_text(char *text)
{
    char *copy = g_strdup(text);

    free(text);
    return copy;
}

static bool same_machine(const char *hostname)
{
    const char *ours = g_get_host_name();
    gsize length = strcspn(ours, ".");

    return hostname && strcspn(hostname, ".") == length && strncmp(hostname, ours, length) == 0;
}

static bool has_qemu_img(void)
{
    g_autofree char *path = g_find_program_in_path("qemu-img");

    return path != NULL;
}

// What is asked about a host, all at once.
typedef struct Questions {
    Connection *connection;
    Host *host;
    Failure *failure; // about its version: without it nothing works
    gint64 took[2];   // microseconds, of the first two
} Questions;

static void read_version(Questions *questions)
{
    virConnectPtr raw = questions->connection->raw;
    Host *host = questions->host;
    const char *driver = virConnectGetType(raw);

    if (driver && virConnectGetLibVersion(raw, &host->daemon_version) == 0 &&
        virGetVersion(&host->library_version, NULL, NULL) == 0)
        host->driver = g_ascii_strup(driver, -1);
    else
        questions->failure = failure_last("Cannot read the version of libvirt on %s", host->real_uri);
}

static void read_capabilities(Connection *connection, Host *host)
{
    g_autofree char *text = take_text(virConnectGetCapabilities(connection->raw));

    // Without capabilities the host counts as one that can do less; nothing else depends on them.
    if (text)
        (void) xml_read_capabilities(text, strlen(text), host, NULL);
}

// Each sets fields of its own. What is not told, but for the version, stays empty: it is good to know, no more.
static void ask_host(void *data, guint index)
{
    Questions *questions = data;
    Connection *connection = questions->connection;
    gint64 begun = g_get_monotonic_time();

    if (index == 0)
        read_version(questions);
    else if (index == 1)
        (void) virConnectGetVersion(connection->raw, &questions->host->hypervisor_version);
    else if (index == 2)
        questions->host->hostname = take_text(virConnectGetHostname(connection->raw));
    else
        read_capabilities(connection, questions->host);
    if (index < G_N_ELEMENTS(questions->took))
        questions->took[index] = g_get_monotonic_time() - begun;
}

// Only once: a look while jobs run would measure them.
static void note_host(Connection *connection, const Questions *questions)
{
    pthread_mutex_lock(&connection->lock);
    if (connection->trip == 0) {
        connection->trip = MIN(questions->took[0], questions->took[1]);
        connection->hostname = g_strdup(questions->host->hostname);
    }
    pthread_mutex_unlock(&connection->lock);
}

Host *connection_host(Connection *connection, const char *uri, bool read_only, Failure **failure)
{
    g_autofree char *real_uri = take_text(virConnectGetURI(connection->raw));
    g_autoptr(Host) host = NULL;
    Questions questions = {.connection = connection};

    if (!real_uri) {
        *failure = failure_last("Cannot read what host this is");
        return NULL;
    }
    questions.host = host = host_new(uri ? uri : real_uri);
    host->real_uri = g_steal_pointer(&real_uri);
    host->read_only = read_only;
    flight_run(connection, 4, ask_host, &questions);
    note_host(connection, &questions);
    if (questions.failure) {
        *failure = questions.failure;
        return NULL;
    }
    host->local = uri_is_here(host->real_uri) && same_machine(host->hostname);
    host->own_files = host->local && geteuid() == 0 && has_qemu_img();
    return g_steal_pointer(&host);
}
