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
    atomic_init(&engine->unattended, false);
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

void engine_first(Engine *engine, const char *const *names)
{
    roster_tell_first(engine->roster, names);
}

void engine_refresh(Engine *engine, const char *uuid)
{
    roster_want(engine->roster, uuid);
    keeper_wake(engine->keeper);
}

static guint64 new_ticket(Engine *engine)
{
    return atomic_fetch_add(&engine->ticket, 1) + 1;
}

guint64 engine_plan(Engine *engine, const Wish *wish)
{
    guint64 ticket = new_ticket(engine);

    worklist_add_plan(engine->work, ticket, wish);
    return ticket;
}

guint64 engine_read_text(Engine *engine, const char *uuid, const char *snapshot)
{
    guint64 ticket = new_ticket(engine);

    worklist_add_text(engine->work, ticket, uuid, snapshot);
    return ticket;
}

guint64 engine_run(Engine *engine, const Plan *plan)
{
    return jobs_add(engine->jobs, plan);
}

GPtrArray *engine_journal(bool set_aside, Failure **failure)
{
    return journal_list(set_aside, failure);
}

bool engine_forget(const char *id, Failure **failure)
{
    return journal_forget(id, failure);
}

guint64 engine_list_journal(Engine *engine)
{
    guint64 ticket = new_ticket(engine);

    worklist_add_reading(engine->work, WORK_JOURNAL, ticket);
    return ticket;
}

void engine_drop(Engine *engine, const char *id)
{
    worklist_add_forget(engine->work, id);
}

guint64 engine_read_audit(Engine *engine)
{
    guint64 ticket = new_ticket(engine);

    worklist_add_reading(engine->work, WORK_AUDIT, ticket);
    return ticket;
}

guint64 engine_keep(Engine *engine, const char *path, const char *text)
{
    guint64 ticket = new_ticket(engine);

    worklist_add_keep(engine->work, ticket, path, text);
    return ticket;
}

guint64 engine_examine(Engine *engine, const char *id, bool lose_now)
{
    guint64 ticket = new_ticket(engine);

    worklist_add_entry(engine->work, ticket, id, lose_now);
    return ticket;
}

guint64 engine_take_up(Engine *engine, const char *id, bool undo, bool lose_now, const Remains *shown,
                       Failure **failure)
{
    JournalEntry *entry = NULL;
    Hold *hold = journal_take(id, &entry, failure);

    return hold ? jobs_take_up(engine->jobs, entry, hold, undo, lose_now, shown) : 0;
}

void engine_resume(Engine *engine, const char *id, bool undo, const Remains *shown)
{
    worklist_add_take_up(engine->work, id, undo, shown);
}

void engine_leave(Engine *engine)
{
    atomic_store(&engine->unattended, true);
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
