// SPDX-License-Identifier: GPL-2.0-or-later
// The pipe and its backlog: order, what a newer message replaces, and a receiver that stands still.

#include "engine/channel.h"
#include "engine/thread.h"

#include <poll.h>
#include <string.h>

#define PIPE 32 // messages that are let into the pipe at once

static Message *progress(guint64 job, guint64 done)
{
    Message *message = message_new(MSG_JOB_PROGRESS);

    message->job.job = job;
    message->job.progress.done = done;
    return message;
}

static Message *step(guint64 job, unsigned number)
{
    Message *message = message_new(MSG_JOB_STEP);

    message->job.job = job;
    message->job.step = number;
    return message;
}

static Message *ended(guint64 job, const char *uuid)
{
    Message *message = message_new(MSG_JOB_ENDED);

    message->job.job = job;
    message->job.uuid = g_strdup(uuid);
    return message;
}

static Message *domain(const char *uuid, int id)
{
    Message *message = message_new(MSG_DOMAIN);
    Domain *guest = domain_new("guest", uuid);

    guest->id = id;
    message->picture = picture_new(guest, g_ptr_array_new(), NULL, images_new());
    return message;
}

static void free_guest(gpointer guest)
{
    guest_free(guest);
}

static Message *host(unsigned guests)
{
    Message *message = message_new(MSG_HOST);

    message->guests = g_ptr_array_new_with_free_func(free_guest);
    for (unsigned i = 0; i < guests; i++)
        g_ptr_array_add(message->guests, guest_new("u", "n"));
    return message;
}

static Message *work(const char *uuid)
{
    Message *message = message_new(MSG_WORK);

    message->work.uuid = g_strdup(uuid);
    message->work.jobs = g_ptr_array_new();
    return message;
}

static Message *lost(MessageKind kind, const char *what)
{
    Message *message = message_new(kind);

    message->lost.failure = failure_new(what, NULL, 0, NULL);
    return message;
}

// A channel whose pipe is full of steps of job 0, so that what follows goes to the backlog.
static Channel *full_channel(void)
{
    Channel *channel = channel_new();

    for (unsigned i = 0; channel_backlog(channel) == 0; i++)
        channel_send(channel, step(0, i));
    return channel;
}

static void drain_steps(Channel *channel)
{
    Message *message;
    unsigned n = 0;

    while (channel_backlog(channel) > 0 || n < 1) {
        message = channel_next(channel);
        g_assert_nonnull(message);
        g_assert_cmpint(message->kind, ==, MSG_JOB_STEP);
        g_assert_cmpuint(message->job.step, ==, n++);
        message_free(message);
    }
}

// What comes after the filling, one letter per message, in order.
static char *rest(Channel *channel)
{
    static const char letters[] = "CLAHDWPTJUKqsSpENX";
    GString *text = g_string_new(NULL);
    Message *message;

    G_STATIC_ASSERT(sizeof(letters) == MSG_STOPPED + 2); // one for each kind, and the end
    while ((message = channel_next(channel))) {
        if (message->kind != MSG_JOB_STEP || message->job.job != 0) {
            g_string_append_c(text, letters[message->kind]);
            if (message->kind == MSG_JOB_PROGRESS)
                g_string_append_printf(text, "%" G_GUINT64_FORMAT, message->job.progress.done);
            if (message->kind == MSG_DOMAIN)
                g_string_append_printf(text, "%d", message->picture->domain->id);
            if (message->kind == MSG_HOST)
                g_string_append_printf(text, "%u", message->guests->len);
        }
        message_free(message);
    }
    return g_string_free(text, FALSE);
}

static bool readable(const Channel *channel)
{
    struct pollfd waiting = {.fd = channel_fd(channel), .events = POLLIN};

    return poll(&waiting, 1, 0) == 1;
}

static void test_order(void)
{
    Channel *channel = channel_new();

    g_assert_null(channel_next(channel));
    g_assert_false(readable(channel));
    for (unsigned i = 0; i < 10 * PIPE; i++)
        channel_send(channel, step(0, i));
    for (unsigned i = 0; i < 10 * PIPE; i++) {
        Message *message;

        g_assert_true(readable(channel)); // poll() wakes for each, backlog or not
        message = channel_next(channel);
        g_assert_cmpuint(message->job.step, ==, i);
        message_free(message);
    }
    g_assert_null(channel_next(channel));
    channel_free(channel);
}

static void test_frees_the_rest(void)
{
    Channel *channel = full_channel();

    channel_send(channel, domain("a", 1));
    channel_free(channel); // a leak would end the test under ASan
}

typedef struct Replacement {
    const char *name;
    Message *(*make[8])(void);
    const char *left;
} Replacement;

// clang-format off
static Message *p1(void) { return progress(1, 10); }
static Message *p2(void) { return progress(1, 20); }
static Message *other_p(void) { return progress(2, 30); }
static Message *s1(void) { return step(1, 1); }
static Message *da1(void) { return domain("a", 1); }
static Message *da2(void) { return domain("a", 2); }
static Message *db3(void) { return domain("b", 3); }
static Message *ea(void) { return ended(1, "a"); }
static Message *eb(void) { return ended(1, "b"); }
static Message *h1(void) { return host(1); }
static Message *h2(void) { return host(2); }
static Message *wa(void) { return work("a"); }
static Message *wb(void) { return work("b"); }
static Message *l(void) { return lost(MSG_LOST, "gone"); }
static Message *c(void) { return message_new(MSG_STOPPED); }
static Message *n1(void) { return lost(MSG_NOTICE, "one"); }
static Message *n2(void) { return lost(MSG_NOTICE, "two"); }

// The channel frees messages of kind CONNECTED through host_unref(NULL), which is allowed.
static Message *con(void) { return message_new(MSG_CONNECTED); }

static const Replacement replacements[] = {
    {"work of a guest", {wa, wb, wa}, "WW"},
    {"progress replaces progress", {p1, p2}, "p20"},
    {"progress stays behind its step", {p1, s1, p2}, "Sp20"},
    {"progress of another job stays", {p1, other_p}, "p10p30"},
    {"a picture replaces the guest's older one", {da1, db3, da2}, "D3D2"},
    {"a job's end keeps its picture", {da1, ea, da2}, "D1ED2"},
    {"another guest's end does not", {da1, eb, da2}, "ED2"},
    {"a list takes the place of the older one", {h1, da1, h2}, "H2D1"},
    {"nothing is replaced across a new connection", {h1, da1, con, h2, da2}, "H1D1CH2D2"},
    {"nor across its loss", {h1, da1, l, h2, da2}, "H1D1LH2D2"},
    {"a loss replaces a loss", {l, l}, "L"},
    {"but not across a connection", {l, con, l}, "LCL"},
    {"a notice is said once", {n1, n2, n1}, "NN"},
    {"the end comes last", {p1, da1, c}, "p10D1X"},
};
// clang-format on

static void test_replace(gconstpointer data)
{
    const Replacement *expected = data;
    Channel *channel = full_channel();
    g_autofree char *left = NULL;

    for (int i = 0; expected->make[i]; i++)
        channel_send(channel, expected->make[i]());
    left = rest(channel);
    g_assert_cmpstr(left, ==, expected->left);
    channel_free(channel);
}

// ---- a receiver that stands still, and then comes back ----------------------------------------

static void *send_much(void *data)
{
    Channel *channel = data;

    for (unsigned i = 0; i < 200000; i++)
        channel_send(channel, i % 2 ? progress(1, i) : domain("a", (int) i));
    channel_send(channel, ended(1, "a"));
    return NULL;
}

static void test_stalled(void)
{
    Channel *channel = channel_new();
    Message *message, *last = NULL;
    unsigned n = 0;
    pthread_t thread;

    thread_start(&thread, send_much, channel);
    pthread_join(thread, NULL); // it ends although nobody reads
    g_assert_cmpuint(channel_backlog(channel), <=, 3);
    while ((message = channel_next(channel))) {
        message_free(last);
        last = message;
        n++;
    }
    g_assert_cmpint(last->kind, ==, MSG_JOB_ENDED);
    g_assert_cmpuint(n, <=, PIPE + 3);
    message_free(last);
    channel_free(channel);
}

static void *send_steps(void *data)
{
    for (unsigned i = 0; i < 20000; i++)
        channel_send(data, step(1, i));
    return NULL;
}

// Sender and receiver at once: nothing is lost, nothing overtakes.
static void test_concurrent(void)
{
    Channel *channel = channel_new();
    pthread_t thread;

    thread_start(&thread, send_steps, channel);
    for (unsigned i = 0; i < 20000;) {
        struct pollfd waiting = {.fd = channel_fd(channel), .events = POLLIN};
        Message *message;

        g_assert_cmpint(poll(&waiting, 1, 10000), ==, 1);
        while ((message = channel_next(channel))) {
            g_assert_cmpuint(message->job.step, ==, i++);
            message_free(message);
        }
    }
    pthread_join(thread, NULL);
    channel_free(channel);
}

static void test_filling(void)
{
    Channel *channel = full_channel();

    drain_steps(channel);
    channel_free(channel);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/channel/order", test_order);
    g_test_add_func("/channel/filling", test_filling);
    g_test_add_func("/channel/frees-the-rest", test_frees_the_rest);
    for (gsize i = 0; i < G_N_ELEMENTS(replacements); i++) {
        g_autofree char *path = g_strdup_printf("/channel/replace/%s", replacements[i].name);

        g_test_add_data_func(path, &replacements[i], test_replace);
    }
    g_test_add_func("/channel/stalled", test_stalled);
    g_test_add_func("/channel/concurrent", test_concurrent);
    return g_test_run();
}
