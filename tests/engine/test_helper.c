// SPDX-License-Identifier: GPL-2.0-or-later
// A second connection that helps with reads on a slow line, on libvirt's test driver: it does its share, and whatever
// becomes of it, the tree that is shown is whole. The line is slow, and the second one silent or broken, between the
// engine and the library.

#include "tests/engine/tree_host.h"

#include <dlfcn.h>

enum { SLOW_US = 100000 }; // with that many snapshots a second line is worth it

typedef enum Second {
    SECOND_WORKS,
    SECOND_IS_REFUSED,
    SECOND_BREAKS,       // each call fails
    SECOND_IS_SILENT,    // no call ends before it is let
    SECOND_ASKS,         // for a password: so did the first
    SECOND_IS_ANOTHER,   // host of the same name
    SECOND_IS_NAMELESS,  // as the first: neither tells what it is called
} Second;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static Second second;       // for all below: guarded by `lock`
static unsigned opened;     // connections of the engine
static virConnectPtr first; // the first of them
static unsigned calls[2];   // for records, on the first line and others
static bool let;            // silent calls may end
static bool waiting;        // the first line's calls wait for one on the second

// The library's own.
static virConnectPtr (*open_auth)(const char *, virConnectAuthPtr, unsigned);
static int (*get_version)(virConnectPtr, unsigned long *);
static int (*get_library_version)(virConnectPtr, unsigned long *);
static char *(*get_hostname)(virConnectPtr);
static char *(*get_xml)(virDomainSnapshotPtr, unsigned);

// What the engine calls, since a program's own function goes before that of a library.
virConnectPtr virConnectOpenAuth(const char *uri, virConnectAuthPtr auth, unsigned flags)
{
    virConnectCredential question = {.type = VIR_CRED_PASSPHRASE, .prompt = "Password"};
    virConnectPtr connection;
    bool refused, asks;

    pthread_mutex_lock(&lock);
    refused = opened++ > 0 && second == SECOND_IS_REFUSED;
    asks = second == SECOND_ASKS;
    pthread_mutex_unlock(&lock);
    if (asks && auth->cb(&question, 1, auth->cbdata) == 0)
        free(question.result);
    connection = open_auth(refused ? "test+nowhere:///" : uri, auth, flags);
    pthread_mutex_lock(&lock);
    first = opened == 1 ? connection : first;
    pthread_mutex_unlock(&lock);
    return connection;
}

int virConnectGetVersion(virConnectPtr connection, unsigned long *version)
{
    g_usleep(SLOW_US);
    return get_version(connection, version);
}

int virConnectGetLibVersion(virConnectPtr connection, unsigned long *version)
{
    g_usleep(SLOW_US);
    return get_library_version(connection, version);
}

char *virConnectGetHostname(virConnectPtr connection)
{
    Second what;
    bool is_second;

    pthread_mutex_lock(&lock);
    what = second;
    is_second = connection != first;
    pthread_mutex_unlock(&lock);
    if (what == SECOND_IS_NAMELESS)
        return NULL;
    return what == SECOND_IS_ANOTHER && is_second ? strdup("another") : get_hostname(connection);
}

static bool is_expected(void)
{
    return second == SECOND_WORKS || second == SECOND_BREAKS || second == SECOND_IS_SILENT;
}

// So many calls the second line makes in any case. Of its five threads one is then at its second call: what its first
// one told was taken.
static unsigned expected_calls(void)
{
    return second == SECOND_WORKS ? 6 : is_expected();
}

char *virDomainSnapshotGetXMLDesc(virDomainSnapshotPtr snapshot, unsigned flags)
{
    bool is_second, breaks;

    pthread_mutex_lock(&lock);
    is_second = virDomainSnapshotGetConnect(snapshot) != first;
    calls[is_second]++;
    breaks = is_second && second == SECOND_BREAKS;
    pthread_cond_broadcast(&changed);
    while (is_second ? second == SECOND_IS_SILENT && !let : waiting && calls[1] < expected_calls())
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return get_xml(snapshot, breaks ? 1U << 30 : flags); // there is no such flag
}

static void begin(Second becomes)
{
    pthread_mutex_lock(&lock);
    second = becomes;
    opened = calls[0] = calls[1] = 0;
    let = false;
    waiting = true;
    pthread_mutex_unlock(&lock);
}

static void answer(TreeHost *host)
{
    const char *const answers[] = {"secret", NULL};

    engine_answer(host->heard.engine, heard_wait(&host->heard, MSG_ASK)->ask.ticket, answers);
}

static void test_second(gconstpointer data)
{
    TreeHost host = {0};
    Picture *picture;

    begin((Second) GPOINTER_TO_INT(data));
    tree_start(&host, 0);
    if (second == SECOND_ASKS)
        answer(&host);
    picture = whole_picture(&host);
    g_assert_null(picture->incomplete);
    expect_tree(picture);
    for (guint i = 0; i < picture->snapshots->len; i++)
        g_assert_false(((const Snapshot *) picture->snapshots->pdata[i])->unreadable);
    pthread_mutex_lock(&lock);
    waiting = false; // what is read from now on is no tree
    g_assert_cmpuint(calls[0] + calls[1], >=, SNAPSHOTS);
    g_assert_cmpuint(calls[0] + calls[1], <=, SNAPSHOTS + 10); // those that the second one did not bring back
    g_assert_cmpint(calls[1] > 0, ==, is_expected());
    g_assert_cmpint(second == SECOND_WORKS, ==, calls[0] < SNAPSHOTS);
    g_assert_cmpuint(opened, ==, second == SECOND_ASKS ? 1 : 2);
    let = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    tree_stop(&host);
}

static void *find(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    g_assert_nonnull(found);
    return found;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"works", "is-refused", "breaks", "is-silent", "asks", "is-another", "is-nameless"};

    g_test_init(&argc, &argv, NULL);
    *(void **) &open_auth = find("virConnectOpenAuth");
    *(void **) &get_version = find("virConnectGetVersion");
    *(void **) &get_library_version = find("virConnectGetLibVersion");
    *(void **) &get_hostname = find("virConnectGetHostname");
    *(void **) &get_xml = find("virDomainSnapshotGetXMLDesc");
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strconcat("/helper/", names[i], NULL);

        g_test_add_data_func(path, GINT_TO_POINTER((int) i), test_second);
    }
    return g_test_run();
}
