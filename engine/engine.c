// SPDX-License-Identifier: GPL-2.0-or-later
// The front door: puts an engine together and passes requests to those who do them.

#include "engine/engine.h"

#include "engine/private.h"
#include "engine/virt/loop.h"

Engine *engine_start(const char *uri, EngineFlags flags)
{
    Engine *engine = g_new0(Engine, 1);

    loop_start(); // here, not on a thread: it sets a variable of the environment
    engine->flags = flags;
    engine->channel = channel_new();
    engine->work = worklist_new();
    engine->roster = roster_new();
    engine->jobs = jobs_new(engine);
    atomic_init(&engine->ticket, 0);
    keeper_start(engine, uri);
    return engine;
}

void engine_stop(Engine *engine)
{
    keeper_stop(engine->keeper);
}

void engine_free(Engine *engine)
{
    if (!engine)
        return;
    keeper_stop(engine->keeper);
    keeper_join(engine->keeper);
    jobs_free(engine->jobs);
    roster_free(engine->roster);
    worklist_free(engine->work);
    channel_free(engine->channel);
    g_free(engine);
}

int engine_fd(const Engine *engine)
{
    return channel_fd(engine->channel);
}

Message *engine_next(Engine *engine)
{
    return channel_next(engine->channel);
}

void engine_watch(Engine *engine, const char *const *uuids)
{
    roster_watch(engine->roster, uuids);
    keeper_wake(engine->keeper);
}

void engine_poll_every(Engine *engine, unsigned milliseconds)
{
    roster_poll_every(engine->roster, milliseconds);
    keeper_wake(engine->keeper);
}

void engine_refresh(Engine *engine, const char *uuid)
{
    roster_want(engine->roster, uuid);
    keeper_wake(engine->keeper);
}

guint64 engine_plan(Engine *engine, const Wish *wish)
{
    guint64 ticket = atomic_fetch_add(&engine->ticket, 1) + 1;

    worklist_add_plan(engine->work, ticket, wish);
    return ticket;
}

guint64 engine_run(Engine *engine, const Plan *plan)
{
    return jobs_add(engine->jobs, plan);
}

void engine_cancel(Engine *engine, guint64 job)
{
    jobs_cancel(engine->jobs, job);
}

void engine_answer(Engine *engine, guint64 ticket, const char *const *answers)
{
    keeper_answer(engine->keeper, ticket, answers);
}

void engine_reconnect(Engine *engine)
{
    keeper_reconnect(engine->keeper);
}
