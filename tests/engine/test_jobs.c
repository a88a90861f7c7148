// SPDX-License-Identifier: GPL-2.0-or-later
// Jobs on libvirt's test driver: plan, run, the second look, the order of news, the queue.

#include "tests/engine/heard.h"

#include <libvirt/libvirt.h>

// A host that the test can also reach past the engine.
typedef struct Shared {
    Heard heard;
    virConnectPtr other;
    virDomainPtr guest;
    char uuid[VIR_UUID_STRING_BUFLEN];
} Shared;

static void shared_start(Shared *shared)
{
    const char *watched[] = {shared->uuid, NULL};

    shared->other = virConnectOpen("test:///default");
    shared->guest = virDomainLookupByName(shared->other, "test");
    g_assert_cmpint(virDomainGetUUIDString(shared->guest, shared->uuid), ==, 0);
    shared->heard = heard_start("test:///default", 0);
    engine_watch(shared->heard.engine, watched);
    heard_picture(&shared->heard, shared->uuid);
}

// The last connection to go takes all snapshots with it.
static void shared_stop(Shared *shared)
{
    heard_stop(&shared->heard);
    virDomainFree(shared->guest);
    virConnectClose(shared->other);
}

static void take_behind(Shared *shared, const char *name)
{
    g_autofree char *xml =
        g_strdup_printf("<domainsnapshot><name>%s</name></domainsnapshot>", name);
    virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML(shared->guest, xml, 0);

    g_assert_nonnull(snapshot);
    virDomainSnapshotFree(snapshot);
}

static void delete_behind(Shared *shared, const char *name)
{
    virDomainSnapshotPtr snapshot = virDomainSnapshotLookupByName(shared->guest, name, 0);

    g_assert_cmpint(virDomainSnapshotDelete(snapshot, 0), ==, 0);
    virDomainSnapshotFree(snapshot);
}

static Wish *wish_for(const Shared *shared, Verb verb, const char *name)
{
    Wish *wish = wish_new(verb, shared->uuid, "test", name);

    if (verb == VERB_REVERT) {
        wish->now = NOW_LOSE;
        wish->force = true;
    }
    return wish;
}

static const Plan *plan(Shared *shared, Verb verb, const char *name)
{
    g_autoptr(Wish) wish = wish_for(shared, verb, name);

    return heard_plan(&shared->heard, wish);
}

static void expect_done(const JobNews *news)
{
    g_assert_cmpint(news->outcome, ==, JOB_DONE);
    g_assert_null(news->failure);
    g_assert_cmpstr(news->story, ==, "All is as planned.");
}

static void test_life(void)
{
    Shared shared = {0};
    Heard *heard = &shared.heard;
    const Message *last;

    shared_start(&shared);
    expect_done(heard_run(heard, plan(&shared, VERB_CREATE, "one")));
    // The picture comes before the end, and shows it.
    last = g_ptr_array_index(heard->messages, (guint) heard_last(heard, MSG_DOMAIN));
    g_assert_true(last->picture->details);
    g_assert_cmpstr(last->picture->current, ==, "one");
    g_assert_cmpint(heard_last(heard, MSG_DOMAIN), <, heard_last(heard, MSG_JOB_ENDED));
    g_assert_cmpint(heard_last(heard, MSG_JOB_STARTED), <, heard_last(heard, MSG_JOB_STEP));
    g_assert_cmpint(heard_last(heard, MSG_JOB_STEP), <, heard_last(heard, MSG_DOMAIN));

    expect_done(heard_run(heard, plan(&shared, VERB_CREATE, "two")));
    expect_done(heard_run(heard, plan(&shared, VERB_DELETE, "one")));
    expect_done(heard_run(heard, plan(&shared, VERB_REVERT, "two")));
    g_assert_cmpuint(heard_count(heard, MSG_JOB_ENDED), ==, 4);
    g_assert_cmpuint(heard_count(heard, MSG_JOB_STARTED), ==, 4);
    shared_stop(&shared);
}

static void test_keep_now(void)
{
    Shared shared = {0};
    g_autoptr(Wish) wish = NULL;
    const Plan *revert;

    shared_start(&shared);
    expect_done(heard_run(&shared.heard, plan(&shared, VERB_CREATE, "one")));
    wish = wish_for(&shared, VERB_REVERT, "one");
    wish->now = NOW_KEEP;
    revert = heard_plan(&shared.heard, wish);
    g_assert_cmpuint(revert->steps->len, ==, 2);
    g_assert_nonnull(revert->wish->keep_name);
    expect_done(heard_run(&shared.heard, revert));
    shared_stop(&shared);
}

// Law 5: what was shown is run, or nothing.
static void test_changed(void)
{
    Shared shared = {0};
    const Plan *revert;
    JobNews *news;

    shared_start(&shared);
    expect_done(heard_run(&shared.heard, plan(&shared, VERB_CREATE, "one")));
    revert = plan(&shared, VERB_REVERT, "one");
    take_behind(&shared, "others");
    news = heard_run(&shared.heard, revert);
    g_assert_true(news->outcome == JOB_CHANGED || news->outcome == JOB_REFUSED);
    g_assert_nonnull(strstr(news->story, "othing was touched"));
    g_assert_cmpuint(heard_count(&shared.heard, MSG_JOB_STEP), ==, 2); // of the first job
    g_assert_cmpint(heard_last(&shared.heard, MSG_DOMAIN), <,
                    heard_last(&shared.heard, MSG_JOB_ENDED));
    shared_stop(&shared);
}

static void test_refused(void)
{
    Shared shared = {0};
    const Plan *removal;
    JobNews *news;

    shared_start(&shared);
    expect_done(heard_run(&shared.heard, plan(&shared, VERB_CREATE, "one")));
    removal = plan(&shared, VERB_DELETE, "one");
    delete_behind(&shared, "one");
    news = heard_run(&shared.heard, removal);
    g_assert_cmpint(news->outcome, ==, JOB_REFUSED);
    g_assert_nonnull(strstr(news->story, "one"));
    shared_stop(&shared);
}

// A guest that went between plan and run.
static void test_gone(void)
{
    Heard heard = heard_start("test:///default", 0);
    g_autoptr(Wish) wish = wish_new(VERB_CREATE, DB, "db", "one");
    g_autoptr(Plan) made_up = plan_new(wish);
    Message *message;
    JobNews *news;

    heard_wait(&heard, MSG_HOST);
    engine_plan(heard.engine, wish);
    message = heard_wait(&heard, MSG_PLAN);
    g_assert_null(message->plan.plan);
    g_assert_nonnull(message->plan.failure);
    news = heard_run(&heard, made_up);
    g_assert_cmpint(news->outcome, ==, JOB_FAILED);
    g_assert_nonnull(news->failure);
    heard_stop(&heard);
}

// A test host on a file lives in one connection only: jobs use that one.
static void test_private(void)
{
    g_autofree char *uri = heard_uri("node.xml");
    Heard heard = heard_start(uri, 0);
    g_autoptr(Wish) wish = wish_new(VERB_CREATE, DB, "db", "one");
    static const char *const watched[] = {DB, NULL};

    engine_watch(heard.engine, watched);
    heard_picture(&heard, DB);
    wish->kind = KIND_INTERNAL;
    expect_done(heard_run(&heard, heard_plan(&heard, wish)));
    heard_stop(&heard);
}

// ---- the queue --------------------------------------------------------------------------------

// The outcome of a job by its number, which must have ended once.
static JobOutcome outcome_of(const Heard *heard, guint64 job)
{
    unsigned ends = 0;
    JobOutcome outcome = JOB_FAILED;

    for (guint i = 0; i < heard->messages->len; i++) {
        const Message *message = g_ptr_array_index(heard->messages, i);

        if (message->kind != MSG_JOB_ENDED || message->job.job != job)
            continue;
        outcome = message->job.outcome;
        ends++;
    }
    g_assert_cmpuint(ends, ==, 1);
    return outcome;
}

// Several jobs for one guest: one after the other, and each has its second look. A plan whose turn
// comes after another has changed the guest is not run.
static void test_queue(void)
{
    Shared shared = {0};
    const Plan *first, *second;
    guint64 jobs[3];

    shared_start(&shared);
    first = plan(&shared, VERB_CREATE, "one");
    second = plan(&shared, VERB_CREATE, "two");
    jobs[0] = engine_run(shared.heard.engine, first);
    jobs[1] = engine_run(shared.heard.engine, first); // its name is taken by then
    jobs[2] = engine_run(shared.heard.engine, second);
    for (int i = 0; i < 3; i++)
        heard_wait(&shared.heard, MSG_JOB_ENDED);
    g_assert_cmpint(outcome_of(&shared.heard, jobs[0]), ==, JOB_DONE);
    g_assert_cmpint(outcome_of(&shared.heard, jobs[1]), ==, JOB_REFUSED);
    g_test_message("the third: %s", job_outcome_word(outcome_of(&shared.heard, jobs[2])));
    shared_stop(&shared);
}

// Stopping the engine finishes what runs, withdraws what waits, and ends each exactly once.
static void test_stop(void)
{
    Shared shared = {0};
    const Plan *create;
    guint64 jobs[5];
    unsigned done = 0;

    shared_start(&shared);
    create = plan(&shared, VERB_CREATE, "one");
    for (int i = 0; i < 5; i++)
        jobs[i] = engine_run(shared.heard.engine, create);
    engine_cancel(shared.heard.engine, jobs[4]);
    engine_cancel(shared.heard.engine, 4711); // no such job
    engine_stop(shared.heard.engine);
    heard_wait(&shared.heard, MSG_STOPPED);
    for (int i = 0; i < 5; i++)
        done += outcome_of(&shared.heard, jobs[i]) == JOB_DONE;
    g_assert_cmpuint(done, ==, 1);
    g_assert_cmpint(outcome_of(&shared.heard, jobs[0]), ==, JOB_DONE);
    g_assert_cmpint(outcome_of(&shared.heard, jobs[4]), ==, JOB_CANCELLED);
    engine_free(shared.heard.engine);
    g_ptr_array_unref(shared.heard.messages);
    virDomainFree(shared.guest);
    virConnectClose(shared.other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jobs/life", test_life);
    g_test_add_func("/jobs/keep-now", test_keep_now);
    g_test_add_func("/jobs/changed", test_changed);
    g_test_add_func("/jobs/refused", test_refused);
    g_test_add_func("/jobs/gone", test_gone);
    g_test_add_func("/jobs/private", test_private);
    g_test_add_func("/jobs/queue", test_queue);
    g_test_add_func("/jobs/stop", test_stop);
    return g_test_run();
}
