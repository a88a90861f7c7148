// SPDX-License-Identifier: GPL-2.0-or-later
// What readers do with each kind of work.

#include "engine/reader.h"

#include "engine/filing.h"
#include "engine/journal.h"
#include "engine/model/findings.h"
#include "engine/model/tongue.h"
#include "engine/planner.h"
#include "engine/private.h"
#include "engine/thread.h"
#include "engine/virt/block_jobs.h"
#include "engine/virt/failure.h"
#include "engine/virt/guests.h"
#include "engine/virt/look.h"
#include "engine/virt/texts.h"

// So long a reader counts snapshots of guests nobody looks at, before it serves others again.
#define COUNT_SLICE_MS 100
// So long the end of a job waits for a connection to look at its guest.
#define AWAIT_MS 10000

static void notice(Engine *engine, Failure *failure)
{
    Message *message = message_new(MSG_NOTICE);

    message->lost.failure = failure;
    channel_send(engine->channel, message);
}

// A read failed. A broken line is the keeper's business; a guest that is gone shows in the list;
// anything else is said. Takes `failure`.
static void read_failed(Engine *engine, Connection *connection, Failure *failure)
{
    if (keeper_check(engine->keeper, connection, failure)) {
        failure_free(failure);
    } else if (failure_is_gone(failure)) {
        failure_free(failure);
        roster_mark_stale(engine->roster, NULL);
        keeper_wake(engine->keeper);
    } else if (roster_is_news(engine->roster, failure)) {
        notice(engine, failure);
    } else {
        failure_free(failure);
    }
}

static void read_guests(Engine *engine, Connection *connection)
{
    Failure *failure = NULL;
    g_autoptr(GPtrArray) guests = guests_read(connection, &failure);

    if (guests)
        roster_take_guests(engine->roster, guests, engine->channel);
    else
        read_failed(engine, connection, failure);
    keeper_wake(engine->keeper); // new guests on the list may be due
}

static void say_domain(Engine *engine, Picture *picture)
{
    Message *message = message_new(MSG_DOMAIN);

    picture_examine(picture);
    message->picture = picture_ref(picture);
    channel_send(engine->channel, message);
}

// While a job of ours holds a guest, only a change of its state is worth a picture.
static bool is_news(const Picture *picture, const Picture *old, LookDepth depth)
{
    return depth == LOOK_WHOLE || !old || old->details ||
           picture->domain->state != old->domain->state;
}

// ---- one look ---------------------------------------------------------------------------------

// Who looks at a guest, and what for.
typedef struct Seen {
    Engine *engine;
    const char *uuid;
    bool needed; // what became of a job is judged by it: never broken off
} Seen;

// LookWatch.so_far
static bool show_so_far(void *data, Picture *picture)
{
    const Seen *seen = data;

    if (picture)
        say_domain(seen->engine, picture);
    picture_unref(picture);
    return seen->needed ||
           (!keeper_is_stopping(seen->engine->keeper) && roster_is_wanted(seen->engine->roster, seen->uuid));
}

// LookWatch.first
static char **first_wanted(void *data, unsigned *number)
{
    const Seen *seen = data;

    return roster_first(seen->engine->roster, seen->uuid, number);
}

// Looks at a guest and says what was seen; a new reference, NULL: it could not be looked at.
// `care`: STORAGE_FRESH where chains have changed for sure.
static Picture *look_as(Seen *seen, Connection *connection, StorageCare care)
{
    Engine *engine = seen->engine;
    const char *uuid = seen->uuid;
    g_autoptr(Host) host = keeper_host(engine->keeper);
    g_autoptr(Picture) old = roster_picture(engine->roster, uuid);
    g_autoptr(Picture) job = roster_job(engine->roster, uuid);
    g_autoptr(Storage) storage = NULL;
    g_autofree char *digest = NULL;
    LookWatch watch = {seen, !(engine->flags & ENGINE_WHOLE_PICTURES), show_so_far, first_wanted};
    Look look = {.uuid = uuid, .depth = job ? LOOK_STATE : LOOK_WHOLE, .old = old, .watch = &watch};
    g_autoptr(GHashTable) suspects = NULL;
    Failure *failure = NULL;
    Picture *picture;

    look.afresh = roster_look_begins(engine->roster, uuid, &suspects);
    look.suspects = suspects;
    storage = storage_new(connection, host, look.afresh && care == STORAGE_CACHED ? STORAGE_ASKED : care);
    picture = look_picture(connection, storage, &look, &digest, &failure);
    if (!picture) {
        read_failed(engine, connection, failure);
    } else if (is_news(picture, old, look.depth)) {
        roster_take_picture(engine->roster, uuid, picture, digest);
        say_domain(engine, picture);
        roster_say_counts(engine->roster, engine->channel);
    }
    if (!digest)
        roster_look_again(engine->roster, uuid, look.afresh, suspects);
    roster_look_ended(engine->roster, uuid, picture != NULL);
    keeper_wake(engine->keeper); // a busy guest is due again soon
    return picture;
}

static Picture *look(Engine *engine, Connection *connection, const char *uuid, StorageCare care)
{
    Seen seen = {.engine = engine, .uuid = uuid};

    return look_as(&seen, connection, care);
}

// What others do to the guest's disks. One that begins shows in no snapshot and is told by no event.
static bool tell_work(Engine *engine, Connection *connection, const char *uuid, const Domain *domain)
{
    GPtrArray *jobs = domain->live ? block_jobs_read(connection, uuid, domain->live) : g_ptr_array_new();
    bool begun = jobs && jobs->len && !domain->block_job;
    Message *message;

    if (!jobs || !roster_take_working(engine->roster, uuid, jobs->len > 0)) {
        g_clear_pointer(&jobs, g_ptr_array_unref);
        return false;
    }
    message = message_new(MSG_WORK);
    message->work.uuid = g_strdup(uuid);
    message->work.jobs = jobs;
    channel_send(engine->channel, message);
    return begun;
}

static void poll_work(Engine *engine, Connection *connection, const char *uuid)
{
    g_autoptr(Picture) picture = roster_picture(engine->roster, uuid);

    if (picture && tell_work(engine, connection, uuid, picture->domain))
        picture_unref(look(engine, connection, uuid, STORAGE_CACHED));
}

static bool seems_unchanged(Engine *engine, Connection *connection, const char *uuid)
{
    g_autoptr(Picture) picture = roster_may_glance(engine->roster, uuid);
    g_autofree char *current = NULL;
    int count;

    return picture && guests_glance(connection, uuid, &count, &current) && count == (int) picture->snapshots->len &&
           g_strcmp0(current, picture->current) == 0;
}

static void poll_guest(Engine *engine, Connection *connection, const char *uuid)
{
    g_autoptr(Picture) picture = NULL;
    g_autofree char *digest = NULL;
    Failure *failure = NULL;
    int count = 0;

    if (seems_unchanged(engine, connection, uuid)) {
        poll_work(engine, connection, uuid);
        return;
    }
    digest = guests_poll(connection, uuid, &count, &failure);
    if (!digest)
        read_failed(engine, connection, failure);
    else if (roster_digest_differs(engine->roster, uuid, digest, count))
        picture = look(engine, connection, uuid, STORAGE_FRESH);
    if (digest)
        poll_work(engine, connection, uuid);
    roster_say_counts(engine->roster, engine->channel);
}

static void count_snapshots(Engine *engine, Connection *connection)
{
    gint64 until = thread_clock() + COUNT_SLICE_MS;

    while (thread_clock() < until) {
        g_autofree char *uuid = roster_uncounted(engine->roster);
        Failure *failure = NULL;
        int count;

        if (!uuid)
            break;
        count = guests_count(connection, uuid, &failure);
        if (failure) {
            read_failed(engine, connection, failure);
            if (!connection_alive(connection))
                return;
        }
        roster_take_count(engine->roster, uuid, count < 0 ? GUEST_UNCOUNTABLE : count);
    }
    roster_say_counts(engine->roster, engine->channel);
    keeper_wake(engine->keeper); // the rest, if any
}

static Failure *not_connected(void)
{
    return failure_new(_("There is no connection to the host"), NULL, 0,
                       _("Wait until it is back, then try again"));
}

static void answer_entry(Engine *engine, Connection *connection, const Work *work)
{
    Message *message = message_new(MSG_PLAN);
    g_autoptr(JournalFound) found = journal_read(work->entry);
    g_auto(Examined) examined = {0};

    message->plan.ticket = work->number;
    if (!found->entry)
        examined.failure = failure_new(found->fault, NULL, 0, NULL);
    else if (connection)
        planner_examine(engine, connection, found->entry, work->lose_now, &examined);
    else
        examined.failure = not_connected();
    if (connection && examined.failure)
        (void) keeper_check(engine->keeper, connection, examined.failure);
    message->plan.plan = g_steal_pointer(&examined.rest);
    message->plan.remains = g_steal_pointer(&examined.remains);
    message->plan.picture = g_steal_pointer(&examined.picture);
    message->plan.failure = g_steal_pointer(&examined.failure);
    channel_send(engine->channel, message);
}

static void answer_plan(Engine *engine, Connection *connection, const Work *work)
{
    Message *message = message_new(MSG_PLAN);
    g_auto(Planned) planned = {0};

    message->plan.ticket = work->number;
    if (connection)
        planner_plan(engine, connection, work->wish, false, &planned);
    else
        planned.failure = not_connected();
    if (connection && planned.failure)
        (void) keeper_check(engine->keeper, connection,
                            planned.failure); // the failure is sent in any case
    if (planned.picture)
        picture_examine(planned.picture);
    message->plan.plan = g_steal_pointer(&planned.plan);
    message->plan.picture = g_steal_pointer(&planned.picture);
    message->plan.failure = g_steal_pointer(&planned.failure);
    channel_send(engine->channel, message);
}

static void answer_text(Engine *engine, Connection *connection, const Work *work)
{
    Message *message = message_new(MSG_TEXT);
    g_auto(Texts) texts = {0};

    message->text.ticket = work->number;
    if (!connection)
        message->text.failure = not_connected();
    else if (!texts_read(connection, work->uuid, work->snapshot, &texts, &message->text.failure))
        (void) keeper_check(engine->keeper, connection, message->text.failure); // sent in any case
    message->text.text = g_steal_pointer(&texts.text);
    message->text.definition = g_steal_pointer(&texts.definition);
    channel_send(engine->channel, message);
}

// The guest is looked at without the job's hand on it, so that its end finds the picture on screen.
// If the line broke with the job, the look waits for the next one for a while.
static void end_job(Engine *engine, const Work *work)
{
    g_autoptr(Connection) connection = keeper_await(engine->keeper, AWAIT_MS);
    Seen seen = {engine, work->uuid, .needed = true};
    g_autoptr(Failure) failure = NULL;
    g_autoptr(Picture) picture = NULL;

    roster_set_job(engine->roster, work->uuid, NULL);
    if (!connection) // the keeper gave it up, or is late; the job itself may have found the host again
        connection = jobs_connection(engine->jobs, &failure);
    if (connection)
        picture = look_as(&seen, connection, STORAGE_FRESH);
    if (connection && !picture && !connection_alive(connection)) {
        connection_unref(connection);
        connection = keeper_await(engine->keeper, AWAIT_MS);
        picture = connection ? look_as(&seen, connection, STORAGE_FRESH) : NULL;
    }
    jobs_end(engine->jobs, work->number, picture);
}

// Work for which there has to be a connection. Without one it is dropped: it is found due again
// when there is one.
static void do_read(Engine *engine, Connection *connection, const Work *work)
{
    switch (work->kind) {
    case WORK_GUESTS:
        read_guests(engine, connection);
        break;
    case WORK_LOOK_OPEN:
    case WORK_LOOK:
        picture_unref(look(engine, connection, work->uuid, STORAGE_CACHED));
        break;
    case WORK_POLL:
        poll_guest(engine, connection, work->uuid);
        break;
    case WORK_COUNT:
        count_snapshots(engine, connection);
        break;
    case WORK_PLAN:
    case WORK_TEXT:
    case WORK_JOB_END:
    case WORK_JOURNAL:
    case WORK_FORGET:
    case WORK_TAKE_UP:
    case WORK_AUDIT:
    case WORK_KEEP:
        break; // see do_work()
    }
}

static void take_up(Engine *engine, const Work *work)
{
    JournalEntry *entry = NULL;
    Failure *failure = NULL;
    Hold *hold = journal_take(work->entry, &entry, &failure);

    if (hold)
        (void) jobs_take_up(engine->jobs, entry, hold, work->undo, false, work->shown);
    else
        notice(engine, failure);
}

static void do_work(Engine *engine, const Work *work)
{
    g_autoptr(Connection) connection = NULL;

    if (work->kind == WORK_JOB_END) {
        end_job(engine, work);
        return;
    }
    if (work->kind == WORK_TAKE_UP) {
        take_up(engine, work);
        return;
    }
    if (worklist_is_filing(work->kind)) {
        filing_do(engine->channel, work);
        return;
    }
    connection = keeper_connection(engine->keeper);
    if (work->kind == WORK_PLAN && work->entry)
        answer_entry(engine, connection, work);
    else if (work->kind == WORK_PLAN)
        answer_plan(engine, connection, work);
    else if (work->kind == WORK_TEXT)
        answer_text(engine, connection, work);
    else if (connection)
        do_read(engine, connection, work);
}

void *reader_run(void *data)
{
    Engine *engine = data;
    Work *work;

    while ((work = worklist_take(engine->work))) {
        do_work(engine, work);
        worklist_done(engine->work, work);
    }
    return NULL;
}
