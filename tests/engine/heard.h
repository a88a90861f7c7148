// SPDX-License-Identifier: GPL-2.0-or-later
// An engine under test, and everything it has said so far. Included once, by test_engine*.c.
#pragma once

#include "engine/engine.h"

#include <poll.h>
#include <string.h>

#define PATIENCE_MS 20000 // so long a test waits for what must come; sanitizers are slow

#define WEB "5a9a2f4e-0000-4000-8000-000000000001" // guests of tests/data/engine/node.xml
#define DB  "5a9a2f4e-0000-4000-8000-000000000002"

typedef struct Heard {
    Engine *engine;
    GPtrArray *messages; // of Message, oldest first
} Heard;

static void heard_free_message(gpointer message)
{
    message_free(message);
}

static inline Heard heard_start(const char *uri, EngineFlags flags)
{
    return (Heard){.engine = engine_start(uri, flags),
                   .messages = g_ptr_array_new_with_free_func(heard_free_message)};
}

// The URI of a test host in tests/data/engine/; the caller frees it.
static inline char *heard_uri(const char *file)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "data", "engine", file, NULL);

    return g_strconcat("test://", path, NULL);
}

// Waits for one more message; NULL when none came in time. It stays owned by `heard`.
static inline Message *heard_next(Heard *heard, int ms)
{
    struct pollfd waiting = {.fd = engine_fd(heard->engine), .events = POLLIN};
    Message *message = engine_next(heard->engine);

    if (!message && poll(&waiting, 1, ms) == 1)
        message = engine_next(heard->engine);
    if (message) {
        g_autofree char *line = message_describe(message);

        g_test_message("%s", line);
        g_ptr_array_add(heard->messages, message);
    }
    return message;
}

// Waits for the next message of that kind; what comes before it is kept. Fails the test without
// one.
static inline Message *heard_wait(Heard *heard, MessageKind kind)
{
    gint64 until = g_get_monotonic_time() + PATIENCE_MS * 1000;

    while (g_get_monotonic_time() < until) {
        Message *message = heard_next(heard, 1000);

        if (message && message->kind == kind)
            return message;
    }
    g_error("no message of kind %d came", kind);
}

static inline Picture *heard_picture(Heard *heard, const char *uuid)
{
    for (;;) {
        Message *message = heard_wait(heard, MSG_DOMAIN);

        if (strcmp(message->picture->domain->uuid, uuid) == 0)
            return message->picture;
    }
}

// Waits until a picture of the guest has, or has not, a snapshot of that name.
static inline Picture *heard_snapshot(Heard *heard, const char *uuid, const char *name, bool there)
{
    for (;;) {
        Picture *picture = heard_picture(heard, uuid);

        if ((picture_snapshot(picture, name) != NULL) == there)
            return picture;
    }
}

// Plans and waits for the answer, which must be a plan.
static inline const Plan *heard_plan(Heard *heard, const Wish *wish)
{
    guint64 ticket = engine_plan(heard->engine, wish);
    Message *message = heard_wait(heard, MSG_PLAN);

    g_assert_cmpuint(message->plan.ticket, ==, ticket);
    g_assert_null(message->plan.failure);
    g_assert_nonnull(message->plan.plan);
    g_assert_nonnull(message->plan.picture);
    return message->plan.plan;
}

// Runs a plan and waits for the end of its job.
static inline JobNews *heard_run(Heard *heard, const Plan *plan)
{
    guint64 job = engine_run(heard->engine, plan);
    Message *message = heard_wait(heard, MSG_JOB_ENDED);

    g_assert_cmpuint(message->job.job, ==, job);
    return &message->job;
}

static inline unsigned heard_count(const Heard *heard, MessageKind kind)
{
    unsigned n = 0;

    for (guint i = 0; i < heard->messages->len; i++)
        n += ((const Message *) g_ptr_array_index(heard->messages, i))->kind == kind;
    return n;
}

// Where the last message of that kind stands; -1: nowhere.
static inline int heard_last(const Heard *heard, MessageKind kind)
{
    for (int i = (int) heard->messages->len - 1; i >= 0; i--)
        if (((const Message *) g_ptr_array_index(heard->messages, (guint) i))->kind == kind)
            return i;
    return -1;
}

// Ends the engine: STOPPED comes once, and nothing after it.
static inline void heard_stop(Heard *heard)
{
    engine_stop(heard->engine);
    heard_wait(heard, MSG_STOPPED);
    g_assert_null(engine_next(heard->engine));
    g_assert_cmpuint(heard_count(heard, MSG_STOPPED), ==, 1);
    engine_free(heard->engine);
    g_ptr_array_unref(heard->messages);
}
