// SPDX-License-Identifier: GPL-2.0-or-later
// The fake engine: a list of messages and a record of calls.

#include "tests/fake/fake_engine.h"

struct Engine {
    GQueue messages; // of Message
    GString *calls;
    GString *watched;
    GString *answers;
    Wish *wish;
    guint64 tickets;
};

Engine *engine_start(const char *uri, EngineFlags flags)
{
    Engine *engine = g_new0(Engine, 1);

    g_queue_init(&engine->messages);
    engine->calls = g_string_new(NULL);
    engine->watched = g_string_new(NULL);
    engine->answers = g_string_new(NULL);
    g_string_append_printf(engine->calls, "start %s%s\n", uri ? uri : "default",
                           flags & ENGINE_READ_ONLY ? " read-only" : "");
    return engine;
}

void engine_stop(Engine *engine)
{
    g_string_append(engine->calls, "stop\n");
    fake_engine_push(engine, message_new(MSG_STOPPED));
}

void engine_free(Engine *engine)
{
    Message *message;

    while ((message = g_queue_pop_head(&engine->messages)))
        message_free(message);
    g_string_free(engine->calls, TRUE);
    g_string_free(engine->watched, TRUE);
    g_string_free(engine->answers, TRUE);
    wish_free(engine->wish);
    g_free(engine);
}

int engine_fd(const Engine *engine)
{
    (void) engine;
    return -1;
}

Message *engine_next(Engine *engine)
{
    return g_queue_pop_head(&engine->messages);
}

void engine_watch(Engine *engine, const char *const *uuids)
{
    g_autofree char *joined = g_strjoinv(" ", (char **) uuids);

    g_string_assign(engine->watched, joined);
}

void engine_first(Engine *engine, const char *const *names)
{
    g_string_append_printf(engine->calls, "first %s, %u names\n", names[0] ? names[0] : "-", g_strv_length((char **) names));
}

void engine_poll_every(Engine *engine, unsigned milliseconds)
{
    g_string_append_printf(engine->calls, "poll every %u ms\n", milliseconds);
}

static GPtrArray *journal; // what the next engine_journal() finds; NULL: nothing

static void free_found(gpointer found)
{
    journal_found_free(found);
}

void fake_engine_journal(JournalFound *found)
{
    if (!journal)
        journal = g_ptr_array_new_with_free_func(free_found);
    g_ptr_array_add(journal, found);
}

static bool journal_held;
static unsigned journal_unanswered;

unsigned fake_engine_hold_journal(Engine *engine, bool hold)
{
    unsigned unanswered = journal_unanswered;

    journal_held = hold;
    journal_unanswered = 0;
    if (!hold && unanswered)
        (void) engine_list_journal(engine);
    return unanswered;
}

guint64 engine_list_journal(Engine *engine)
{
    Message *message;

    if (journal_held) {
        journal_unanswered++;
        return 0;
    }
    message = message_new(MSG_JOURNAL);
    message->journal.found = journal ? g_steal_pointer(&journal) : g_ptr_array_new_with_free_func(free_found);
    fake_engine_push(engine, message);
    return 0;
}

void engine_drop(Engine *engine, const char *id)
{
    g_string_append_printf(engine->calls, "drop %s\n", id);
}

void engine_resume(Engine *engine, const char *id, bool undo, const Remains *shown)
{
    (void) shown;
    g_string_append_printf(engine->calls, "%s %s\n", undo ? "undo" : "finish", id);
}

guint64 engine_examine(Engine *engine, const char *id, bool lose_now)
{
    g_string_append_printf(engine->calls, "examine %" G_GUINT64_FORMAT " %s%s\n", ++engine->tickets, id,
                           lose_now ? " lose-now" : "");
    return engine->tickets;
}

static GPtrArray *audit; // what the next engine_read_audit() finds; NULL: nothing

void fake_engine_audit(GPtrArray *records)
{
    audit = records;
}

guint64 engine_read_audit(Engine *engine)
{
    Message *message = message_new(MSG_AUDIT);

    message->audit.ticket = ++engine->tickets;
    message->audit.records = audit ? g_steal_pointer(&audit) : g_ptr_array_new();
    fake_engine_push(engine, message);
    return engine->tickets;
}

guint64 engine_keep(Engine *engine, const char *path, const char *text)
{
    Message *message = message_new(MSG_KEPT);
    g_autofree char *folder = g_path_get_dirname(path);

    message->kept.ticket = ++engine->tickets;
    if (g_mkdir_with_parents(folder, 0700) < 0 || !g_file_set_contents(path, text, -1, NULL))
        message->kept.failure = failure_new("The file can't be written", "it is not to be", 0, NULL);
    fake_engine_push(engine, message);
    return engine->tickets;
}

void engine_refresh(Engine *engine, const char *uuid)
{
    g_string_append_printf(engine->calls, "refresh %s\n", uuid ? uuid : "all");
}

static void describe_wish(GString *line, const Wish *wish)
{
    g_string_append_printf(line, "%s %s", verb_word(wish->verb), wish->snapshot);
    for (guint i = 0; i < wish->others->len; i++)
        g_string_append_printf(line, ", %s", (const char *) wish->others->pdata[i]);
    g_string_append_printf(line, " of %s", wish->domain);
    if (wish->verb == VERB_CREATE)
        g_string_append_printf(line, "%s%s%s", wish->kind == KIND_EXTERNAL ? " external" : " internal",
                               wish->memory ? " memory" : "", wish->quiesce ? " quiesce" : "");
    for (guint i = 0; wish->verb == VERB_CREATE && i < wish->disks->len; i++) {
        const DiskWish *disk = wish->disks->pdata[i];

        if (!disk->include)
            g_string_append_printf(line, " without %s", disk->target);
    }
    if (wish->verb == VERB_DISCARD)
        g_string_append_printf(line, "%s%s%s", wish->children_only ? " children-only" : "",
                               wish->now == NOW_LOSE ? " lose-now" : "", wish->force ? " force" : "");
    if (wish->verb == VERB_REVERT)
        g_string_append_printf(line, "%s%s%s%s", wish->now == NOW_LOSE ? " lose-now" : " keep-now ",
                               wish->now == NOW_KEEP ? wish->keep_name : "",
                               wish->discard_children ? " discard-children" : "", wish->force ? " force" : "");
}

guint64 engine_plan(Engine *engine, const Wish *wish)
{
    wish_free(engine->wish);
    engine->wish = wish_copy(wish);
    g_string_append_printf(engine->calls, "plan %" G_GUINT64_FORMAT " ", ++engine->tickets);
    describe_wish(engine->calls, wish);
    g_string_append_c(engine->calls, '\n');
    return engine->tickets;
}

guint64 engine_read_text(Engine *engine, const char *uuid, const char *snapshot)
{
    g_string_append_printf(engine->calls, "text %s of %s\n", snapshot ? snapshot : "NOW", uuid);
    return ++engine->tickets;
}

guint64 engine_run(Engine *engine, const Plan *plan)
{
    g_string_append_printf(engine->calls, "run %s\n", plan->title);
    return ++engine->tickets;
}

void engine_cancel(Engine *engine, guint64 job)
{
    g_string_append_printf(engine->calls, "cancel %" G_GUINT64_FORMAT "\n", job);
}

void engine_answer(Engine *engine, guint64 ticket, const char *const *answers)
{
    g_autofree char *joined = answers ? g_strjoinv("|", (char **) answers) : NULL;

    g_string_assign(engine->answers, joined ? joined : "");
    g_string_append_printf(engine->calls, "answer %" G_GUINT64_FORMAT "%s\n", ticket,
                           answers ? "" : " declined");
}

void engine_reconnect(Engine *engine)
{
    g_string_append(engine->calls, "reconnect\n");
}

char *fake_engine_calls(Engine *engine)
{
    char *calls = g_strdup(engine->calls->str);

    g_string_truncate(engine->calls, 0);
    return calls;
}

const char *fake_engine_watched(const Engine *engine)
{
    return engine->watched->str;
}

const Wish *fake_engine_wish(const Engine *engine)
{
    return engine->wish;
}

const char *fake_engine_answers(const Engine *engine)
{
    return engine->answers->str;
}

void fake_engine_push(Engine *engine, Message *message)
{
    g_queue_push_tail(&engine->messages, message);
}
