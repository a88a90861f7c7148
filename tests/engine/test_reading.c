// SPDX-License-Identifier: GPL-2.0-or-later
// Big trees on libvirt's test driver: the skeleton comes first and is confirmed; what did not change is not read again.
// Lists of names that no libvirt gives are made here, between the engine and the library.

#include "tests/engine/tree_host.h"

#include <dlfcn.h>
#include <stdatomic.h>

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

static void test_skeleton(void)
{
    TreeHost host = {0};
    Picture *first, *whole;

    tree_start(&host, 0);
    first = heard_picture(&host.heard, host.uuid);
    g_assert_cmpuint(first->unread, ==, SNAPSHOTS); // names and parents, before any record
    g_assert_false(first->details);
    g_assert_cmpstr(first->current, ==, "s59");
    expect_tree(first);
    whole = whole_picture(&host);
    g_assert_null(whole->incomplete);
    expect_tree(whole);
    g_assert_cmpint(picture_snapshot(whole, "s30")->created, ==, 1700000030);
    tree_stop(&host);
}

// A command shows nothing on the way: what it is told first is all.
static void test_whole(void)
{
    TreeHost host = {0};
    Picture *picture;

    tree_start(&host, ENGINE_WHOLE_PICTURES);
    picture = heard_picture(&host.heard, host.uuid);
    g_assert_true(picture->details);
    g_assert_null(picture->incomplete);
    g_assert_cmpuint(picture->unread, ==, 0);
    expect_tree(picture);
    tree_stop(&host);
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
    TreeHost host = {0};
    virDomainSnapshotPtr made;
    const Snapshot *before;
    Picture *picture;

    tree_start(&host, 0);
    picture = whole_picture(&host);
    before = described(picture, "s10", "first");
    define_behind(&host, 10, "second"); // nothing tells of it
    made = virDomainSnapshotCreateXML(host.guest, "<domainsnapshot><name>new</name></domainsnapshot>", 0);
    g_assert_nonnull(made);
    virDomainSnapshotFree(made);
    do
        picture = whole_picture(&host);
    while (!picture_snapshot(picture, "new"));
    g_assert_cmpstr(picture_snapshot(picture, "new")->parent, ==, "s59");
    g_assert_true(described(picture, "s10", "first") == before);
    engine_refresh(host.heard.engine, host.uuid);
    picture = whole_picture(&host);
    g_assert_true(described(picture, "s10", "second") != before);
    tree_stop(&host);
}

static void delete_behind(TreeHost *host, int i)
{
    g_autofree char *name = g_strdup_printf("s%02d", i);
    virDomainSnapshotPtr snapshot = virDomainSnapshotLookupByName(host->guest, name, 0);

    g_assert_cmpint(virDomainSnapshotDelete(snapshot, 0), ==, 0);
    virDomainSnapshotFree(snapshot);
}

// The list changes between the calls of a look, again and again: names that went, came back, stand elsewhere. What is
// shown in the end is what there is, and every picture on the way is a tree.
static void test_changing(void)
{
    TreeHost host = {0};
    Picture *picture;

    tree_start(&host, 0);
    for (int turn = 0; turn < 8; turn++) {
        picture = heard_picture(&host.heard, host.uuid);
        g_assert_cmpuint(picture->snapshots->len, <=, SNAPSHOTS);
        for (int i = 41; i < SNAPSHOTS - 1; i++)
            delete_behind(&host, i);
        engine_refresh(host.heard.engine, host.uuid);
        for (int i = 41; i < SNAPSHOTS - 1; i++)
            define_behind(&host, i, "again");
        define_behind(&host, SNAPSHOTS - 1, "again");
    }
    delete_behind(&host, 5);
    engine_refresh(host.heard.engine, host.uuid);
    do // a look that was under way when they came back tells of fewer, and is followed by another
        picture = whole_picture(&host);
    while (picture_snapshot(picture, "s05") || picture->snapshots->len != SNAPSHOTS - 1);
    g_assert_cmpstr(picture_snapshot(picture, "s06")->parent, ==, "s04");
    g_assert_cmpstr(picture_snapshot(picture, "s58")->description, ==, "again");
    tree_stop(&host);
}

// A plan is made from what the records say now, whatever the screen shows.
static void test_plan_reads_anew(void)
{
    TreeHost host = {0};
    g_autoptr(Wish) wish = NULL;
    const Message *answer;

    tree_start(&host, 0);
    whole_picture(&host);
    define_behind(&host, 10, "second");
    wish = wish_new(VERB_DELETE, host.uuid, "test", "s10");
    heard_plan(&host.heard, wish);
    answer = g_ptr_array_index(host.heard.messages, (guint) heard_last(&host.heard, MSG_PLAN));
    described(answer->plan.picture, "s10", "second");
    tree_stop(&host);
}

// A list that names one snapshot twice is not believed: what is known stays, the reason is said, and nobody asks again
// and again. Once the list is in order, so is the picture.
static void test_repeated(void)
{
    TreeHost host = {0};
    Picture *picture;

    tree_start(&host, 0);
    picture = whole_picture(&host);
    atomic_store(&repeating, true);
    for (int turn = 0; turn < 3; turn++) {
        atomic_store(&lists, 0);
        engine_refresh(host.heard.engine, host.uuid);
        do
            picture = heard_picture(&host.heard, host.uuid);
        while (!picture->incomplete || !strstr(picture->incomplete, "twice"));
        g_assert_nonnull(strstr(picture->incomplete, "the snapshot s")); // which one, is libvirt's order
        g_assert_false(picture->details); // nothing is planned on it
        expect_tree(picture);
        g_assert_cmpuint(atomic_load(&lists), <=, 12); // one look, and what a poll or another look may ask beside it
    }
    atomic_store(&repeating, false);
    engine_refresh(host.heard.engine, host.uuid);
    picture = whole_picture(&host);
    g_assert_null(picture->incomplete);
    expect_tree(picture);
    tree_stop(&host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    *(void **) &list_all = dlsym(RTLD_NEXT, "virDomainListAllSnapshots");
    g_test_add_func("/reading/skeleton", test_skeleton);
    g_test_add_func("/reading/whole", test_whole);
    g_test_add_func("/reading/sharing", test_sharing);
    g_test_add_func("/reading/plan-reads-anew", test_plan_reads_anew);
    g_test_add_func("/reading/changing", test_changing);
    g_test_add_func("/reading/repeated", test_repeated);
    return g_test_run();
}
