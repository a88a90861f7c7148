// SPDX-License-Identifier: GPL-2.0-or-later
// An engine's life: connecting, failing to, being asked, watching, stopping at any moment.

#include "tests/engine/heard.h"

#include <libvirt/libvirt.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CYCLES 100
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CYCLES 100
#endif
#endif
#ifndef CYCLES
#define CYCLES 1000
#endif

static const char *const watch_web[] = {WEB, NULL};

static const Guest *find_guest(const Message *host, const char *uuid)
{
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = g_ptr_array_index(host->guests, i);

        if (strcmp(guest->uuid, uuid) == 0)
            return guest;
    }
    return NULL;
}

static void test_start(void)
{
    g_autofree char *uri = heard_uri("node.xml");
    Heard heard = heard_start(uri, 0);
    Message *message = heard_next(&heard, PATIENCE_MS);

    g_assert_cmpint(message->kind, ==, MSG_CONNECTED);
    g_assert_cmpstr(message->host->uri, ==, uri);
    g_assert_cmpstr(message->host->driver, ==, "TEST");
    g_assert_false(message->host->local); // its images are stories
    message = heard_next(&heard, PATIENCE_MS);
    g_assert_cmpint(message->kind, ==, MSG_HOST);
    g_assert_cmpuint(message->guests->len, ==, 2);
    g_assert_cmpint(find_guest(message, WEB)->state, ==, DOMAIN_RUNNING);
    g_assert_cmpint(find_guest(message, DB)->state, ==, DOMAIN_OFF);
    g_assert_true(find_guest(message, DB)->persistent);
    message = heard_wait(&heard, MSG_HOST); // counts come behind the list
    g_assert_cmpint(find_guest(message, WEB)->snapshots, ==, 1);
    g_assert_cmpint(find_guest(message, DB)->snapshots, ==, 0);
    heard_stop(&heard);
}

static void test_picture(void)
{
    g_autofree char *uri = heard_uri("node.xml");
    Heard heard = heard_start(uri, 0);
    const Image *image;
    Picture *picture;

    engine_watch(heard.engine, watch_web); // before anything is known
    picture = heard_picture(&heard, WEB);
    g_assert_true(picture->details);
    g_assert_null(picture->incomplete);
    g_assert_cmpstr(picture->current, ==, "base");
    image = images_get(picture->images, "/t/web.base.qcow2");
    g_assert_cmpint(image->presence, ==, PRESENCE_FOUND);
    g_assert_cmpstr(image->backing, ==, "/t/web.qcow2");
    image = images_get(picture->images, "/t/web.qcow2");
    g_assert_cmpint(image->presence, ==, PRESENCE_MISSING); // its pool says so
    heard_stop(&heard);
}

// libvirt's own words, of a snapshot and of the guest, each with its ticket.
static void test_text(void)
{
    g_autofree char *uri = heard_uri("node.xml");
    Heard heard = heard_start(uri, ENGINE_READ_ONLY);
    Message *message;
    guint64 ticket;

    heard_wait(&heard, MSG_HOST);
    ticket = engine_read_text(heard.engine, WEB, "base");
    message = heard_wait(&heard, MSG_TEXT);
    g_assert_cmpuint(message->text.ticket, ==, ticket);
    g_assert_true(g_str_has_prefix(message->text.text, "<domainsnapshot>"));
    g_assert_true(g_str_has_prefix(message->text.definition, "<domain "));
    ticket = engine_read_text(heard.engine, WEB, NULL);
    message = heard_wait(&heard, MSG_TEXT);
    g_assert_cmpuint(message->text.ticket, ==, ticket);
    g_assert_true(g_str_has_prefix(message->text.text, "<domain "));
    g_assert_true(g_str_has_prefix(message->text.definition, "<domain "));
    engine_read_text(heard.engine, WEB, "nobody");
    message = heard_wait(&heard, MSG_TEXT);
    g_assert_null(message->text.text);
    g_assert_nonnull(message->text.failure->said);
    heard_stop(&heard);
}

static void test_read_only(void)
{
    g_autofree char *uri = heard_uri("node.xml");
    Heard heard = heard_start(uri, ENGINE_READ_ONLY);
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, WEB, "web", "base");
    const Image *image;

    engine_watch(heard.engine, watch_web);
    image = images_get(heard_picture(&heard, WEB)->images, "/t/web.qcow2");
    g_assert_cmpint(image->presence, ==,
                    PRESENCE_UNKNOWN); // the pool cannot be refreshed: not known
    g_assert_cmpint(heard_plan(&heard, wish)->verdict, ==, VERDICT_REFUSED);
    heard_stop(&heard);
}

static void test_refresh_all(void)
{
    g_autofree char *uri = heard_uri("node.xml");
    Heard heard = heard_start(uri, 0);

    heard_wait(&heard, MSG_HOST);
    engine_refresh(heard.engine, NULL);
    heard_picture(&heard, DB); // nobody watches either
    heard_stop(&heard);
}

// ---- what others change -----------------------------------------------------------------------

static void test_others(void)
{
    Heard heard = heard_start("test:///default", 0);
    virConnectPtr other = virConnectOpen("test:///default");
    virDomainPtr guest = virDomainLookupByName(other, "test");
    char uuid[VIR_UUID_STRING_BUFLEN];
    const char *watched[] = {uuid, NULL};
    virDomainSnapshotPtr snapshot;
    gint64 began;

    g_assert_cmpint(virDomainGetUUIDString(guest, uuid), ==, 0);
    engine_watch(heard.engine, watched);
    heard_picture(&heard, uuid);

    // No event tells of a snapshot: the poll finds it.
    began = g_get_monotonic_time();
    snapshot = virDomainSnapshotCreateXML(
        guest, "<domainsnapshot><name>others</name></domainsnapshot>", 0);
    g_assert_nonnull(snapshot);
    heard_snapshot(&heard, uuid, "others", true);
    g_test_message("seen after %.2f s", (double) (g_get_monotonic_time() - began) / G_USEC_PER_SEC);
    g_assert_cmpint(virDomainSnapshotDelete(snapshot, 0), ==, 0);
    heard_snapshot(&heard, uuid, "others", false);

    // Of a changed state an event tells.
    g_assert_cmpint(virDomainSuspend(guest), ==, 0);
    while (heard_picture(&heard, uuid)->domain->state != DOMAIN_PAUSED)
        ;
    g_assert_cmpint(virDomainResume(guest), ==, 0);
    while (heard_picture(&heard, uuid)->domain->state != DOMAIN_RUNNING)
        ;
    virDomainSnapshotFree(snapshot);
    virDomainFree(guest);
    heard_stop(&heard);
    virConnectClose(other);
}

// Idle, a watched guest costs polls but no messages.
static void test_idle(void)
{
    g_autofree char *uri = heard_uri("node.xml");
    Heard heard = heard_start(uri, 0);

    engine_watch(heard.engine, watch_web);
    heard_picture(&heard, WEB);
    while (heard_next(&heard, 700))
        ; // counts
    g_assert_null(heard_next(&heard, 3500));
    heard_stop(&heard);
}

// ---- connecting -------------------------------------------------------------------------------

static void test_no_daemon(void)
{
    Heard heard = heard_start("qemu+unix:///system?socket=/nonexistent/socket", 0);
    Message *message = heard_next(&heard, PATIENCE_MS);

    g_assert_cmpint(message->kind, ==, MSG_LOST);
    g_assert_true(message->lost.fatal);
    g_assert_cmpint(message->lost.retry_ms, ==, 1000);
    g_assert_nonnull(strstr(message->lost.failure->what, "/nonexistent/socket"));
    g_assert_nonnull(message->lost.failure->said);
    g_assert_nonnull(message->lost.failure->advice);
    message = heard_wait(&heard, MSG_LOST);
    g_assert_cmpint(message->lost.retry_ms, ==, 2000); // growing pauses
    engine_reconnect(heard.engine);
    message = heard_next(&heard, 1500); // at once
    g_assert_nonnull(message);
    g_assert_cmpint(message->lost.retry_ms, ==, 4000);
    heard_stop(&heard); // does not wait for the pause either
}

static void test_no_retry(void)
{
    Heard heard = heard_start("qemu+unix:///system?socket=/nonexistent/socket", ENGINE_NO_RETRY);
    g_autoptr(Wish) wish = wish_new(VERB_CREATE, WEB, "web", "s");
    Message *message = heard_next(&heard, PATIENCE_MS);

    g_assert_cmpint(message->kind, ==, MSG_LOST);
    g_assert_cmpint(message->lost.retry_ms, ==, -1);
    engine_plan(heard.engine, wish);
    message = heard_wait(&heard, MSG_PLAN); // is answered all the same
    g_assert_null(message->plan.plan);
    g_assert_nonnull(message->plan.failure);
    engine_read_text(heard.engine, WEB, NULL);
    message = heard_wait(&heard, MSG_TEXT);
    g_assert_nonnull(message->text.failure);
    g_assert_cmpuint(heard_count(&heard, MSG_LOST), ==, 1);
    heard_stop(&heard);
}

// A daemon that accepts and says nothing: opening blocks for as long as it likes.
static void test_stop_while_connecting(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_autofree char *folder = g_dir_make_tmp("virt-snap-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "socket", NULL);
    g_autofree char *uri = g_strdup_printf("qemu+unix:///system?socket=%s", path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), line;
    gint64 began;
    Heard heard;

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    g_assert_cmpint(bind(listener, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint(listen(listener, 4), ==, 0);
    heard = heard_start(uri, 0);
    line = accept(listener, NULL, NULL); // now it hangs
    g_assert_cmpint(line, >=, 0);
    began = g_get_monotonic_time();
    heard_stop(&heard);
    g_assert_cmpint(g_get_monotonic_time() - began, <, 5 * G_USEC_PER_SEC);
    close(line); // the abandoned try ends, and must find nothing that is freed
    close(listener);
    unlink(path);
    rmdir(folder);
    g_usleep(100000);
}

// Answers one question; NULL: declines.
static void answer(Heard *heard, const char *text, bool secret)
{
    const char *answers[] = {text, NULL};
    Message *message = heard_wait(heard, MSG_ASK);
    const Credential *credential = g_ptr_array_index(message->ask.credentials, 0);

    g_assert_cmpuint(message->ask.credentials->len, ==, 1);
    g_assert_true(credential->secret == secret);
    engine_answer(heard->engine, message->ask.ticket + 1, NULL); // an answer to nothing
    engine_answer(heard->engine, message->ask.ticket, text ? answers : NULL);
}

// The test driver asks for the user and for the password one after the other.
static void test_ask(void)
{
    g_autofree char *uri = heard_uri("locked.xml");
    Heard heard = heard_start(uri, 0);

    answer(&heard, "ali", false);
    answer(&heard, "wrong", true);
    g_assert_cmpint(heard_next(&heard, PATIENCE_MS)->kind, ==, MSG_LOST);
    engine_reconnect(heard.engine);
    answer(&heard, NULL, false); // declined
    g_assert_cmpint(heard_next(&heard, PATIENCE_MS)->kind, ==, MSG_LOST);
    engine_reconnect(heard.engine);
    answer(&heard, "ali", false);
    answer(&heard, "open-sesame", true);
    g_assert_cmpint(heard_next(&heard, PATIENCE_MS)->kind, ==, MSG_CONNECTED);
    heard_stop(&heard);
}

static void test_stop_while_asking(void)
{
    g_autofree char *uri = heard_uri("locked.xml");
    Heard heard = heard_start(uri, 0);

    heard_wait(&heard, MSG_ASK);
    heard_stop(&heard);
}

// ---- the end ----------------------------------------------------------------------------------

static void test_cycles(void)
{
    g_autofree char *uri = heard_uri("node.xml");

    for (int i = 0; i < CYCLES; i++) {
        Heard heard = heard_start(uri, 0);

        engine_watch(heard.engine, watch_web);
        if (i % 3 == 1)
            heard_wait(&heard, MSG_CONNECTED);
        if (i % 3 == 2)
            heard_wait(&heard, MSG_DOMAIN);
        heard_stop(&heard);
    }
}

// Freed without having been stopped or listened to.
static void test_free_at_once(void)
{
    g_autofree char *uri = heard_uri("node.xml");

    engine_free(engine_start(uri, 0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/start", test_start);
    g_test_add_func("/engine/picture", test_picture);
    g_test_add_func("/engine/text", test_text);
    g_test_add_func("/engine/read-only", test_read_only);
    g_test_add_func("/engine/refresh-all", test_refresh_all);
    g_test_add_func("/engine/others", test_others);
    g_test_add_func("/engine/idle", test_idle);
    g_test_add_func("/engine/no-daemon", test_no_daemon);
    g_test_add_func("/engine/no-retry", test_no_retry);
    g_test_add_func("/engine/stop-while-connecting", test_stop_while_connecting);
    g_test_add_func("/engine/ask", test_ask);
    g_test_add_func("/engine/stop-while-asking", test_stop_while_asking);
    g_test_add_func("/engine/cycles", test_cycles);
    g_test_add_func("/engine/free-at-once", test_free_at_once);
    return g_test_run();
}
