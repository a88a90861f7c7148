// SPDX-License-Identifier: GPL-2.0-or-later
// Pictures and reach: which image belongs to whom, and whether the records tell the truth.

#include "engine/model/picture_after.h"
#include "engine/model/reach.h"
#include "tests/lib/wishes.h"
#include "tests/lib/world.h"

#include <string.h>

#define CHAIN                                                          \
    "disk vda /i/web.b.qcow2\n"                                        \
    "image /i/web.qcow2 base 100\n"                                    \
    "image /i/web.a.qcow2 on:/i/web.qcow2 10\n"                        \
    "image /i/web.b.qcow2 on:/i/web.a.qcow2 20\n"                      \
    "snapshot a 1 shutoff\n"                                           \
    "ext vda /i/web.qcow2 /i/web.a.qcow2\n"                            \
    "snapshot b 2 shutoff parent=a\n"                                  \
    "ext vda /i/web.a.qcow2 /i/web.b.qcow2\n"                          \
    "current b\n"

static char *names_of(GPtrArray *states)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < states->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", state_name(states->pdata[i]));
    g_ptr_array_unref(states);
    return g_string_free(text, FALSE);
}

static void test_frozen_and_overlay(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\n" CHAIN);
    const Snapshot *a = picture_snapshot(picture, "a");

    g_assert_cmpstr(snapshot_frozen(a, "vda"), ==, "/i/web.qcow2");
    g_assert_cmpstr(snapshot_overlay(a, "vda"), ==, "/i/web.a.qcow2");
    g_assert_null(snapshot_frozen(a, "vdb"));
    g_assert_cmpint(snapshot_kind(a), ==, KIND_EXTERNAL);
    g_assert_cmpint(picture_kind(picture), ==, KIND_EXTERNAL);
    g_assert_cmpuint(picture_depth(picture), ==, 3);
    g_assert_true(picture_depth_is_known(picture));
}

static void test_expected_now(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\n"
                                               "disk vda /i/web.77\n"
                                               "snapshot a 1 shutoff\n"
                                               "ext vda /i/web.qcow2 /i/web.a\n"
                                               "revert vda /i/web.77\n"
                                               "snapshot i 2 shutoff\n"
                                               "int vda /i/x.qcow2\n"
                                               "current a\n");

    g_assert_cmpstr(snapshot_expected_now(picture_snapshot(picture, "a"), "vda"), ==, "/i/web.77");
    g_assert_cmpstr(snapshot_expected_now(picture_snapshot(picture, "i"), "vda"), ==, "/i/x.qcow2");
    g_assert_true(picture_current_matches(picture, NULL));
    g_assert_cmpint(picture_kind(picture), ==, KIND_MIXED);
}

static void test_mismatch(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\n" CHAIN "current a\n");
    g_autofree char *why = NULL;

    g_assert_false(picture_current_matches(picture, &why));
    g_assert_nonnull(strstr(why, "/i/web.a.qcow2"));
    g_assert_nonnull(strstr(why, "/i/web.b.qcow2"));
}

static void test_now_bytes(void)
{
    g_autoptr(Picture) chain = world_picture("guest web off\n" CHAIN);
    g_autoptr(Picture) fresh = world_picture("guest web off\ndisk vda /i/a\nimage /i/a on:/i/b 1\nimage /i/b base 2\n");
    g_autoptr(Picture) tagged = world_picture("guest web off\ndisk vda /i/a\nimage /i/a base 1\n"
                                              "snapshot s 1 shutoff\nint vda /i/a\n");

    g_assert_cmpint(picture_now_bytes(chain), ==, 20 << 20);
    g_assert_cmpint(picture_now_bytes(fresh), ==, 3 << 20);
    g_assert_cmpint(picture_now_bytes(tagged), ==, SIZE_UNKNOWN);
}

static void test_digest(void)
{
    const char *one[] = {"a", "b", NULL};
    const char *other[] = {"b", "a", NULL};
    const char *glued[] = {"ab", NULL};
    g_autofree char *first = picture_digest(one, "a");
    g_autofree char *second = picture_digest(other, "a");
    g_autofree char *moved = picture_digest(one, "b");
    g_autofree char *joined = picture_digest(glued, "a");

    g_assert_cmpstr(first, ==, second);
    g_assert_cmpstr(first, !=, moved);
    g_assert_cmpstr(first, !=, joined);
}

static void test_reach(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\n" CHAIN);
    g_autoptr(Reach) reach = reach_new(picture);
    g_autofree char *base = names_of(reach_of(reach, "/i/web.qcow2"));
    g_autofree char *top = names_of(reach_of(reach, "/i/web.b.qcow2"));
    g_autofree char *direct = names_of(reach_direct(reach, "/i/web.qcow2"));
    g_autofree char *nobody = names_of(reach_of(reach, "/i/else"));

    g_assert_cmpstr(base, ==, "a b NOW");
    g_assert_cmpstr(top, ==, "NOW");
    g_assert_cmpstr(direct, ==, "a");
    g_assert_cmpstr(nobody, ==, "");
}

static void test_reach_of_a_loop(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\ndisk vda /1\nimage /1 on:/2 1\nimage /2 on:/1 1\n");
    g_autoptr(Reach) reach = reach_new(picture);
    g_autofree char *names = names_of(reach_of(reach, "/2"));

    g_assert_cmpstr(names, ==, "NOW");
}

static void test_neighbours(void)
{
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Picture) clone = world_picture("guest clone off\ndisk vda /i/c\nimage /i/c on:/i/web.qcow2 1\n"
                                             "image /i/web.qcow2 base 1\ndisk sda /iso/x raw cdrom\n"
                                             "disk vdb /dark/d\n");

    neighbours_add(neighbours, clone);
    g_assert_cmpstr(neighbours_holder(neighbours, "/i/web.qcow2"), ==, "clone");
    g_assert_null(neighbours_holder(neighbours, "/iso/x"));
    g_assert_null(neighbours_unseen(neighbours, "/i/web.qcow2"));
    g_assert_nonnull(neighbours_unseen(neighbours, "/dark/other"));
    neighbours_add_unseen(neighbours, "ghost", "it is busy.");
    g_assert_nonnull(strstr(neighbours_unseen(neighbours, "/i/web.qcow2"), "ghost"));
}

static void test_shared_snapshots(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\n" CHAIN);
    Picture *again = picture_ref(picture);
    Snapshot *kept = snapshot_ref(picture_snapshot(picture, "a"));

    picture_unref(again);
    g_assert_cmpstr(kept->name, ==, "a");
    snapshot_unref(kept);
}

static void test_repeated(void)
{
    static const char *const twice[] = {"a", "b", "c", "b", "a", NULL}, *const once[] = {"a", "A", "", NULL},
                      *const none[] = {NULL};

    g_assert_cmpstr(picture_repeated_name(twice), ==, "b");
    g_assert_null(picture_repeated_name(once));
    g_assert_null(picture_repeated_name(none));
}

// What a plan does not change is in the picture after it what it was in the one before: the same, not a copy.
static void test_after_shares(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\n"
                                               "disk vda /i/d\n"
                                               "image /i/base base 100\nimage /i/a on:/i/base 10\n"
                                               "image /i/b on:/i/a 10\nimage /i/c on:/i/b 10\nimage /i/d on:/i/c 10\n"
                                               "snapshot a 1 shutoff\next vda /i/base /i/a\n"
                                               "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"
                                               "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\n"
                                               "snapshot d 4 shutoff parent=c\next vda /i/c /i/d\n"
                                               "current d\n");
    g_autoptr(Wish) wish = wishes_read("delete b");
    g_autoptr(Host) host = world_host(LIBVIRT_VERSION(11, 3, 0), NULL);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Plan) plan = plan_make(wish, picture, neighbours, host, 1800000000);
    g_autoptr(Picture) after = NULL;

    g_assert_cmpint(plan->verdict, ==, VERDICT_OK);
    after = picture_after(picture, plan);
    g_assert_cmpuint(after->snapshots->len, ==, 3);
    g_assert_true(picture_snapshot(after, "a") == picture_snapshot(picture, "a"));
    g_assert_true(picture_snapshot(after, "d") == picture_snapshot(picture, "d"));
    g_assert_cmpstr(picture_snapshot(after, "c")->parent, ==, "a"); // which b was
    g_assert_cmpstr(picture_snapshot(picture, "c")->parent, ==, "b");
    g_assert_cmpstr(snapshot_frozen(picture_snapshot(after, "c"), "vda"), ==, "/i/a");
    g_assert_null(images_get(after->images, "/i/b"));
    g_assert_true(images_get(after->images, "/i/d") == images_get(picture->images, "/i/d"));
    g_assert_cmpstr(images_get(after->images, "/i/c")->backing, ==, "/i/a");
    g_assert_cmpstr(images_get(picture->images, "/i/c")->backing, ==, "/i/b");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/picture/frozen-and-overlay", test_frozen_and_overlay);
    g_test_add_func("/picture/expected-now", test_expected_now);
    g_test_add_func("/picture/mismatch", test_mismatch);
    g_test_add_func("/picture/now-bytes", test_now_bytes);
    g_test_add_func("/picture/digest", test_digest);
    g_test_add_func("/picture/shared-snapshots", test_shared_snapshots);
    g_test_add_func("/picture/after-shares", test_after_shares);
    g_test_add_func("/reach/chain", test_reach);
    g_test_add_func("/reach/loop", test_reach_of_a_loop);
    g_test_add_func("/reach/neighbours", test_neighbours);
    g_test_add_func("/picture/repeated-name", test_repeated);
    return g_test_run();
}
