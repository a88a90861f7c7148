// SPDX-License-Identifier: GPL-2.0-or-later
// Big trees on libvirt's test driver: the skeleton comes first and is confirmed; what did not change is not read again.
// Lists of names that no libvirt gives are made here, between the engine and the library.

#include "tests/engine/heard.h"

#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <stdatomic.h>

enum { SNAPSHOTS = 60 };

static atomic_bool repeating; // the last name of each list is the first one again
static atomic_uint lists;     // that were asked for

static int (*list_all)(virDomainPtr, virDomainSnapshotPtr **, unsigned); // the library's own

// What the engine calls, since a program's own function goes before that of a library.
int virDomainListAllSnapshots(virDomainPtr domain, virDomainSnapshotPtr **snapshots, unsigned flags)
{
    int n = list_all(domain, snapshots, flags);

    atomic_fetch_add(&lists, 1);
    if (n > 1 && snapshots && atomic_load(&repeating)) {
        virDomainSnapshotFree((*snapshots)[n - 1]);
        virDomainSnapshotRef((*snapshots)[0]);
        (*snapshots)[n - 1] = (*snapshots)[0];
    }
    return n;
}

// A host that the test can also reach past the engine.
typedef struct Shared {
    Heard heard;
    virConnectPtr other;
    virDomainPtr guest;
    char uuid[VIR_UUID_STRING_BUFLEN];
} Shared;

static int parent_of(int i)
{
    return i % 20 == 0 ? -1 : i % 7 == 0 ? i / 2 : i - 1; // chains with a branch at every seventh
}

static void define_behind(Shared *shared, int i, const char *description)
{
    int parent = parent_of(i);
    g_autofree char *above =
        parent < 0 ? g_strdup("") : g_strdup_printf("<parent><name>s%02d</name></parent>", parent);
    g_autofree char *xml =
        g_strdup_printf("<domainsnapshot><name>s%02d</name><description>%s</description><state>shutoff</state>"
                        "<creationTime>%d</creationTime>%s<domain type='test'><name>test</name><uuid>%s</uuid>"
                        "<memory>1</memory><os><type>hvm</type></os></domain></domainsnapshot>",
                        i, description, 1700000000 + i, above, shared->uuid);
    unsigned current = i == SNAPSHOTS - 1 ? VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT : 0;
    virDomainSnapshotPtr snapshot =
        virDomainSnapshotCreateXML(shared->guest, xml, VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE | current);

    g_assert_nonnull(snapshot);
    virDomainSnapshotFree(snapshot);
}

static void shared_start(Shared *shared)
{
    const char *watched[] = {shared->uuid, NULL};

    shared->other = virConnectOpen("test:///default");
    shared->guest = virDomainLookupByName(shared->other, "test");
    g_assert_cmpint(virDomainGetUUIDString(shared->guest, shared->uuid), ==, 0);
    for (int i = 0; i < SNAPSHOTS; i++)
        define_behind(shared, i, "first");
    shared->heard = heard_start("test:///default", 0);
    engine_watch(shared->heard.engine, watched);
}

static void shared_stop(Shared *shared)
{
    heard_stop(&shared->heard);
    virDomainFree(shared->guest);
    virConnectClose(shared->other);
}

static Picture *whole_picture(Shared *shared)
{
    for (;;) {
        Picture *picture = heard_picture(&shared->heard, shared->uuid);

        if (picture->details)
            return picture;
        g_assert_cmpuint(picture->unread, >, 0);
        g_assert_nonnull(picture->incomplete);
    }
}

static void expect_tree(const Picture *picture)
{
    g_assert_cmpuint(picture->snapshots->len, ==, SNAPSHOTS);
    for (int i = 0; i < SNAPSHOTS; i++) {
        g_autofree char *name = g_strdup_printf("s%02d", i);
        g_autofree char *parent = parent_of(i) < 0 ? NULL : g_strdup_printf("s%02d", parent_of(i));
        const Snapshot *snapshot = picture_snapshot(picture, name);

        g_assert_nonnull(snapshot);
        g_assert_cmpstr(snapshot->parent, ==, parent);
    }
}

static void test_skeleton(void)
{
    Shared shared = {0};
    Picture *first, *whole;

    shared_start(&shared);
    first = heard_picture(&shared.heard, shared.uuid);
    g_assert_cmpuint(first->unread, ==, SNAPSHOTS); // names and parents, before any record
    g_assert_false(first->details);
    g_assert_cmpstr(first->current, ==, "s59");
    expect_tree(first);
    whole = whole_picture(&shared);
    g_assert_null(whole->incomplete);
    expect_tree(whole);
    g_assert_cmpint(picture_snapshot(whole, "s30")->created, ==, 1700000030);
    shared_stop(&shared);
}

static const Snapshot *described(const Picture *picture, const char *name, const char *description)
{
    const Snapshot *snapshot = picture_snapshot(picture, name);

    g_assert_cmpstr(snapshot->description, ==, description);
    return snapshot;
}

// Somebody made a snapshot: it and its parent are read, no other. Only a refresh reads all.
static void test_sharing(void)
{
    Shared shared = {0};
    virDomainSnapshotPtr made;
    const Snapshot *before;
    Picture *picture;

    shared_start(&shared);
    picture = whole_picture(&shared);
    before = described(picture, "s10", "first");
    define_behind(&shared, 10, "second"); // nothing tells of it
    made = virDomainSnapshotCreateXML(shared.guest, "<domainsnapshot><name>new</name></domainsnapshot>", 0);
    g_assert_nonnull(made);
    virDomainSnapshotFree(made);
    do
        picture = whole_picture(&shared);
    while (!picture_snapshot(picture, "new"));
    g_assert_cmpstr(picture_snapshot(picture, "new")->parent, ==, "s59");
    g_assert_true(described(picture, "s10", "first") == before);
    engine_refresh(shared.heard.engine, shared.uuid);
    picture = whole_picture(&shared);
    g_assert_true(described(picture, "s10", "second") != before);
    shared_stop(&shared);
}

static void delete_behind(Shared *shared, int i)
{
    g_autofree char *name = g_strdup_printf("s%02d", i);
    virDomainSnapshotPtr snapshot = virDomainSnapshotLookupByName(shared->guest, name, 0);

    g_assert_cmpint(virDomainSnapshotDelete(snapshot, 0), ==, 0);
    virDomainSnapshotFree(snapshot);
}

// The list changes between the calls of a look, again and again: names that went, came back, stand elsewhere. What is
// shown in the end is what there is, and every picture on the way is a tree.
static void test_changing(void)
{
    Shared shared = {0};
    Picture *picture;

    shared_start(&shared);
    for (int turn = 0; turn < 8; turn++) {
        picture = heard_picture(&shared.heard, shared.uuid);
        g_assert_cmpuint(picture->snapshots->len, <=, SNAPSHOTS);
        for (int i = 41; i < SNAPSHOTS - 1; i++)
            delete_behind(&shared, i);
        engine_refresh(shared.heard.engine, shared.uuid);
        for (int i = 41; i < SNAPSHOTS - 1; i++)
            define_behind(&shared, i, "again");
        define_behind(&shared, SNAPSHOTS - 1, "again");
    }
    delete_behind(&shared, 5);
    engine_refresh(shared.heard.engine, shared.uuid);
    do // a look that was under way when they came back tells of fewer, and is followed by another
        picture = whole_picture(&shared);
    while (picture_snapshot(picture, "s05") || picture->snapshots->len != SNAPSHOTS - 1);
    g_assert_cmpstr(picture_snapshot(picture, "s06")->parent, ==, "s04");
    g_assert_cmpstr(picture_snapshot(picture, "s58")->description, ==, "again");
    shared_stop(&shared);
}

// A plan is made from what the records say now, whatever the screen shows.
static void test_plan_reads_anew(void)
{
    Shared shared = {0};
    g_autoptr(Wish) wish = NULL;
    const Message *answer;

    shared_start(&shared);
    whole_picture(&shared);
    define_behind(&shared, 10, "second");
    wish = wish_new(VERB_DELETE, shared.uuid, "test", "s10");
    heard_plan(&shared.heard, wish);
    answer = g_ptr_array_index(shared.heard.messages, (guint) heard_last(&shared.heard, MSG_PLAN));
    described(answer->plan.picture, "s10", "second");
    shared_stop(&shared);
}

// A list that names one snapshot twice is not believed: what is known stays, the reason is said, and nobody asks again
// and again. Once the list is in order, so is the picture.
static void test_repeated(void)
{
    Shared shared = {0};
    Picture *picture;

    shared_start(&shared);
    picture = whole_picture(&shared);
    atomic_store(&repeating, true);
    for (int turn = 0; turn < 3; turn++) {
        atomic_store(&lists, 0);
        engine_refresh(shared.heard.engine, shared.uuid);
        do
            picture = heard_picture(&shared.heard, shared.uuid);
        while (!picture->incomplete || !strstr(picture->incomplete, "twice"));
        g_assert_nonnull(strstr(picture->incomplete, "the snapshot s")); // which one, is libvirt's order
        g_assert_false(picture->details); // nothing is planned on it
        expect_tree(picture);
        g_assert_cmpuint(atomic_load(&lists), <=, 12); // one look, and what a poll or another look may ask beside it
    }
    atomic_store(&repeating, false);
    engine_refresh(shared.heard.engine, shared.uuid);
    picture = whole_picture(&shared);
    g_assert_null(picture->incomplete);
    expect_tree(picture);
    shared_stop(&shared);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    *(void **) &list_all = dlsym(RTLD_NEXT, "virDomainListAllSnapshots");
    g_test_add_func("/reading/skeleton", test_skeleton);
    g_test_add_func("/reading/sharing", test_sharing);
    g_test_add_func("/reading/plan-reads-anew", test_plan_reads_anew);
    g_test_add_func("/reading/changing", test_changing);
    g_test_add_func("/reading/repeated", test_repeated);
    return g_test_run();
}
