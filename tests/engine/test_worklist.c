// SPDX-License-Identifier: GPL-2.0-or-later
// The work list and the roster: urgency, merging, one reader per guest, and what is due when.

#include "engine/roster.h"
#include "engine/thread.h"
#include "engine/worklist.h"

static void expect(Worklist *list, WorkKind kind, const char *uuid)
{
    Work *work = worklist_take(list);

    g_assert_nonnull(work);
    g_assert_cmpint(work->kind, ==, kind);
    g_assert_cmpstr(work->uuid, ==, uuid);
    worklist_done(list, work);
}

// The list must be empty but for this marker, which is the least urgent of all.
static void expect_empty(Worklist *list)
{
    worklist_add(list, WORK_COUNT, "marker");
    expect(list, WORK_COUNT, "marker");
}

static void test_urgency(void)
{
    Worklist *list = worklist_new();

    worklist_add(list, WORK_COUNT, NULL);
    worklist_add(list, WORK_LOOK, "a");
    worklist_add(list, WORK_POLL, "b");
    worklist_add(list, WORK_LOOK_OPEN, "c");
    worklist_add(list, WORK_GUESTS, NULL);
    worklist_add_job_end(list, 7, "d");
    expect(list, WORK_JOB_END, "d");
    expect(list, WORK_GUESTS, NULL);
    expect(list, WORK_LOOK_OPEN, "c");
    expect(list, WORK_POLL, "b");
    expect(list, WORK_LOOK, "a");
    expect(list, WORK_COUNT, NULL);
    worklist_free(list);
}

static void test_merge(void)
{
    Worklist *list = worklist_new();

    worklist_add(list, WORK_LOOK, "a");
    worklist_add(list, WORK_LOOK, "b");
    worklist_add(list, WORK_LOOK, "a");
    worklist_add(list, WORK_POLL, "a");      // a look tells more
    worklist_add(list, WORK_LOOK_OPEN, "b"); // the same look, more urgent
    expect(list, WORK_LOOK_OPEN, "b");
    expect(list, WORK_LOOK, "a");
    expect_empty(list);

    worklist_add_job_end(list, 1, "a"); // ends are never merged
    worklist_add_job_end(list, 2, "a");
    expect(list, WORK_JOB_END, "a");
    expect(list, WORK_JOB_END, "a");
    worklist_free(list);
}

// What was begun is not merged with: the guest may have changed behind the look's back.
static void test_begun(void)
{
    Worklist *list = worklist_new();
    Work *begun;

    worklist_add(list, WORK_LOOK, "a");
    begun = worklist_take(list);
    worklist_add(list, WORK_LOOK, "a");
    worklist_add(list, WORK_LOOK, "b");
    expect(list, WORK_LOOK, "b"); // "a" waits until its first look is done
    worklist_done(list, begun);
    expect(list, WORK_LOOK, "a");
    expect_empty(list);
    worklist_free(list);
}

static void *take_one(void *data)
{
    Work *work = worklist_take(data);

    if (work)
        worklist_done(data, work);
    return work;
}

static void test_close(void)
{
    Worklist *list = worklist_new();
    pthread_t thread;
    void *work;

    thread_start(&thread, take_one, list);
    worklist_close(list);
    pthread_join(thread, &work);
    g_assert_null(work);
    worklist_add(list, WORK_LOOK, "a");
    g_assert_null(worklist_take(list));
    worklist_free(list);
}

// Our own files: one at a time, in order, and also after the end.
static void test_filing(void)
{
    Worklist *list = worklist_new();
    Work *first;

    worklist_add_keep(list, 1, "/a", "one");
    worklist_add_keep(list, 2, "/a", "two");
    worklist_add(list, WORK_LOOK, "a");
    first = worklist_take(list);
    g_assert_cmpuint(first->number, ==, 1);
    expect(list, WORK_LOOK, "a"); // the second waits for the first
    worklist_add_forget(list, "id");
    worklist_add(list, WORK_LOOK, "b");
    worklist_close(list);
    worklist_done(list, first);
    expect(list, WORK_FORGET, NULL);
    expect(list, WORK_KEEP, NULL);
    g_assert_null(worklist_take(list));
    worklist_free(list);
}

// ---- the roster -------------------------------------------------------------------------------

static void free_guest(gpointer guest)
{
    guest_free(guest);
}

static void take_guests(Roster *roster, Channel *channel, const char *first, const char *second)
{
    g_autoptr(GPtrArray) guests = g_ptr_array_new_with_free_func(free_guest);

    g_ptr_array_add(guests, guest_new(first, first));
    if (second)
        g_ptr_array_add(guests, guest_new(second, second));
    roster_take_guests(roster, guests, channel);
}

static void take_picture(Roster *roster, const char *uuid, const char *digest)
{
    g_autoptr(Picture) picture =
        picture_new(domain_new(uuid, uuid), g_ptr_array_new(), NULL, images_new());

    picture->details = digest != NULL;
    roster_take_picture(roster, uuid, picture, digest);
    roster_look_ended(roster, uuid, true);
}

static void test_roster_due(void)
{
    static const char *const watched[] = {"b", "a", NULL};
    Channel *channel = channel_new();
    Roster *roster = roster_new();
    Worklist *list = worklist_new();

    roster_restart(roster, true);
    g_assert_cmpint(roster_schedule(roster, list), ==, 0); // nobody watches: no timer
    expect(list, WORK_GUESTS, NULL);
    take_guests(roster, channel, "a", "b");
    roster_schedule(roster, list);
    expect(list, WORK_COUNT, NULL);
    roster_take_count(roster, "a", 3);
    roster_take_count(roster, "b", 0);
    g_assert_cmpint(roster_schedule(roster, list), ==, 0);
    expect_empty(list);

    roster_watch(roster, watched);
    g_assert_cmpint(roster_schedule(roster, list), >, thread_clock());
    expect(list, WORK_LOOK_OPEN, "b");
    expect(list, WORK_LOOK, "a");
    roster_schedule(roster, list);
    expect_empty(list); // a look that is under way is not asked for again
    take_picture(roster, "a", "1");
    take_picture(roster, "b", "1");
    g_assert_true(roster_digest_differs(roster, "a", "2", 3));
    g_assert_false(roster_digest_differs(roster, "b", "1", 0));

    roster_mark_stale(roster, "a");
    roster_mark_stale(roster, "a");
    roster_schedule(roster, list);
    expect(list, WORK_LOOK, "a");
    expect_empty(list);
    worklist_free(list);
    roster_free(roster);
    channel_free(channel);
}

// A busy guest is looked at again by itself, a guest with a job of ours is left alone.
static void test_roster_busy(void)
{
    static const char *const watched[] = {"a", NULL};
    g_autoptr(Picture) job =
        picture_new(domain_new("a", "a"), g_ptr_array_new(), NULL, images_new());
    Channel *channel = channel_new();
    Roster *roster = roster_new();
    Worklist *list = worklist_new();
    g_autoptr(Picture) kept = NULL;

    roster_restart(roster, true);
    take_guests(roster, channel, "a", NULL);
    roster_take_count(roster, "a", 0);
    roster_watch(roster, watched);
    roster_schedule(roster, list);
    expect(list, WORK_GUESTS, NULL);
    expect(list, WORK_LOOK_OPEN, "a");
    take_picture(roster, "a", NULL);
    g_assert_false(roster_digest_differs(roster, "a", "2", 0)); // a look is coming anyway
    g_assert_cmpint(roster_schedule(roster, list), >, 0);

    roster_set_job(roster, "a", job);
    kept = roster_job(roster, "a");
    g_assert_true(kept == job);
    g_assert_cmpint(roster_schedule(roster, list), ==, 0); // no poll while it runs
    roster_set_job(roster, "a", NULL);
    g_assert_null(roster_job(roster, "a"));
    worklist_free(list);
    roster_free(roster);
    channel_free(channel);
}

// A guest that is gone is forgotten; another one's picture survives the new list.
// A look at a busy guest finds nothing out: what was to be read again is read by the next one.
static void test_roster_look_again(void)
{
    Roster *roster = roster_new();
    Channel *channel = channel_new();
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    GHashTable *suspects = NULL, *none = NULL;

    take_guests(roster, channel, "a", NULL);
    g_ptr_array_add(names, (gpointer) "s1");
    roster_suspect(roster, "a", names);
    roster_want(roster, "a");
    g_assert_true(roster_look_begins(roster, "a", &suspects));
    g_assert_false(roster_look_begins(roster, "a", &none));
    g_assert_null(none);
    roster_look_again(roster, "a", true, suspects);
    g_hash_table_unref(suspects);
    g_assert_true(roster_look_begins(roster, "a", &suspects));
    g_assert_true(g_hash_table_contains(suspects, "s1"));
    g_hash_table_unref(suspects);
    roster_free(roster);
    channel_free(channel);
}

// Of which nothing can be seen, a guest is not looked at all the time.
static void test_roster_unseen(void)
{
    const char *watched[] = {"a", NULL};
    Worklist *list = worklist_new();
    Roster *roster = roster_new();
    Channel *channel = channel_new();
    gint64 next;

    roster_restart(roster, true);
    take_guests(roster, channel, "a", NULL);
    roster_take_count(roster, "a", 0);
    roster_watch(roster, watched);
    roster_schedule(roster, list);
    expect(list, WORK_GUESTS, NULL);
    expect(list, WORK_LOOK_OPEN, "a");
    roster_look_ended(roster, "a", false);
    next = roster_schedule(roster, list);
    g_assert_cmpint(next, >, thread_clock());
    expect_empty(list);
    roster_free(roster);
    worklist_free(list);
    channel_free(channel);
}

static void test_roster_gone(void)
{
    Channel *channel = channel_new();
    Roster *roster = roster_new();
    g_autoptr(Picture) kept = NULL;
    g_auto(GStrv) uuids = NULL;

    take_guests(roster, channel, "a", "b");
    take_picture(roster, "b", "1");
    take_guests(roster, channel, "b", "c");
    uuids = roster_uuids(roster);
    g_assert_cmpuint(g_strv_length(uuids), ==, 2);
    kept = roster_picture(roster, "b");
    g_assert_nonnull(kept);
    g_assert_null(roster_picture(roster, "a"));
    roster_free(roster);
    channel_free(channel);
}

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

static Picture *picture_of(guint snapshots, gint64 seen)
{
    GPtrArray *array = g_ptr_array_new_with_free_func(unref_snapshot);
    Picture *picture;

    for (guint i = 0; i < snapshots; i++) {
        g_autofree char *name = g_strdup_printf("s%u", i);

        g_ptr_array_add(array, snapshot_new(name));
    }
    picture = picture_new(domain_new("a", "a"), array, NULL, images_new());
    picture->seen = seen;
    return picture;
}

static bool may_glance(Roster *roster)
{
    g_autoptr(Picture) picture = roster_may_glance(roster, "a");

    return picture != NULL;
}

// Few names are read with each poll; thousands after a while only, and after each change.
static void test_roster_glance(void)
{
    Channel *channel = channel_new();
    Roster *roster = roster_new();
    g_autoptr(Picture) small = picture_of(499, 1), big = picture_of(500, 1);
    gint64 begun = thread_clock();

    take_guests(roster, channel, "a", NULL);
    g_assert_false(may_glance(roster));
    roster_take_picture(roster, "a", small, "1");
    g_assert_false(may_glance(roster));
    roster_take_picture(roster, "a", big, NULL); // what the names are is not known
    g_assert_false(may_glance(roster));
    roster_take_picture(roster, "a", big, "2");
    g_assert_true(may_glance(roster));
    while (may_glance(roster) && thread_clock() < begun + 60000)
        g_usleep(1000);
    g_assert_false(may_glance(roster));
    (void) roster_digest_differs(roster, "a", "2", 500); // they were read again
    g_assert_true(may_glance(roster));
    roster_free(roster);
    channel_free(channel);
}

static gint64 reach_seen(Roster *roster)
{
    g_autoptr(Picture) picture = roster_reach(roster, "a");

    return picture ? picture->seen : 0;
}

// What was read last counts, for whatever it was read.
static void test_roster_reach(void)
{
    Channel *channel = channel_new();
    Roster *roster = roster_new();
    g_autoptr(Picture) first = picture_of(1, 1), second = picture_of(1, 2), third = picture_of(1, 3);

    take_guests(roster, channel, "a", NULL);
    g_assert_cmpint(reach_seen(roster), ==, 0);
    roster_take_reach(roster, "a", first);
    g_assert_cmpint(reach_seen(roster), ==, 1);
    roster_take_picture(roster, "a", second, "1");
    g_assert_cmpint(reach_seen(roster), ==, 2);
    roster_take_reach(roster, "a", third);
    g_assert_cmpint(reach_seen(roster), ==, 3);
    roster_free(roster);
    channel_free(channel);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worklist/urgency", test_urgency);
    g_test_add_func("/worklist/merge", test_merge);
    g_test_add_func("/worklist/begun", test_begun);
    g_test_add_func("/worklist/close", test_close);
    g_test_add_func("/worklist/filing", test_filing);
    g_test_add_func("/roster/due", test_roster_due);
    g_test_add_func("/roster/busy", test_roster_busy);
    g_test_add_func("/roster/look-again", test_roster_look_again);
    g_test_add_func("/roster/unseen", test_roster_unseen);
    g_test_add_func("/roster/gone", test_roster_gone);
    g_test_add_func("/roster/glance", test_roster_glance);
    g_test_add_func("/roster/reach", test_roster_reach);
    return g_test_run();
}
