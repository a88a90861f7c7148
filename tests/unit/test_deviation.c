// SPDX-License-Identifier: GPL-2.0-or-later
// What a plan foresaw against what is found: each difference is named, and what cannot be seen is none.

#include "engine/model/deviation.h"
#include "tests/lib/world.h"

#include <string.h>

#define GUEST  "guest web off\ndisk vda /i/c\n"
#define IMAGES "image /i/a base 10\nimage /i/b on:/i/a 20\nimage /i/c on:/i/b 30\n"
#define FIRST  "snapshot a 1 shutoff\next vda /i/a /i/b\n"
#define SECOND "snapshot b 2 shutoff parent=a\next vda /i/b /i/c\n"

static char *found(const char *foreseen, const char *text)
{
    g_autoptr(Picture) planned = world_picture(foreseen);
    g_autoptr(Picture) picture = world_picture(text);
    g_autoptr(World) world = world_new(planned, NULL);
    g_autoptr(GPtrArray) deviations = g_ptr_array_new_with_free_func(g_free);

    deviations_find(world, picture, deviations);
    g_ptr_array_add(deviations, NULL);
    return g_strjoinv("\n", (char **) deviations->pdata);
}

static void expect(const char *text, const char *expected)
{
    g_autofree char *deviations = found(GUEST IMAGES FIRST SECOND "current b\n", text);

    g_assert_cmpstr(deviations, ==, expected);
}

static void test_all(void)
{
    expect(GUEST IMAGES FIRST SECOND "current b\n", "");
    expect(GUEST IMAGES FIRST "current a\n",
           "The snapshot b is not there.\nThe current snapshot is a, not b as planned.");
    expect(GUEST IMAGES FIRST SECOND "snapshot d 3 shutoff parent=b\next vda /i/c /i/d\ncurrent b\n",
           "The snapshot d is there, which was not planned.");
    expect("guest web off\ndisk vda /i/d\n" IMAGES "image /i/d on:/i/c 1\n" FIRST SECOND "current b\n",
           "NOW writes disk vda to /i/d, not to /i/c as planned.\n"
           "The next start writes disk vda to /i/d, not to /i/c as planned.");
    expect(GUEST IMAGES FIRST "snapshot b 2 shutoff\next vda /i/b /i/x\nrevert vda /i/c\ncurrent b\n",
           "The record of snapshot b says nothing as its parent, not a as planned.\n"
           "The record of snapshot b says /i/x as its overlay, not /i/c as planned.\n"
           "The record of snapshot b says /i/c as its overlay after a revert, not nothing as planned.");
    expect(GUEST "image /i/a base 10\nimage /i/b missing 20\nimage /i/c on:/i/a 30\n" FIRST SECOND "current b\n",
           "/i/b is not there.\n/i/c stands on /i/a, not on /i/b as planned.");
    expect(GUEST "image /i/a base 10\nimage /i/b unknown ?\nimage /i/c unknown ?\n" FIRST SECOND "current b\n", "");
}

// A disk that is left out is so without an entry; one that is covered is not.
static void test_no_entry(void)
{
    static const char without[] = "guest web off\ndisk vda /i/b\ndisk vdb /j/a\nimage /i/a base 10\n"
                                  "image /i/b on:/i/a 20\nimage /j/a base 5\nsnapshot a 1 shutoff\next vda /i/a /i/b\n";
    g_autofree char *with = g_strconcat(without, "out vdb /j/a\ncurrent a\n", NULL);
    g_autofree char *covered = g_strconcat(without, "ext vdb /j/a /j/b\ncurrent a\n", NULL);
    g_autofree char *now = g_strconcat(without, "current a\n", NULL);
    g_autofree char *forgotten = found(with, now);
    g_autofree char *lost = found(covered, now);

    g_assert_cmpstr(forgotten, ==, "");
    g_assert_nonnull(strstr(lost, "The record of snapshot a does not know disk vdb."));
}

// libvirt chooses the name of an overlay: it is whatever NOW writes to.
static void test_unnamed(void)
{
    g_autoptr(Picture) planned = world_picture(GUEST IMAGES FIRST SECOND "current b\n");
    g_autoptr(Picture) picture = world_picture("guest web off\ndisk vda /i/named\nimage /i/a base 10\n"
                                               "image /i/b on:/i/a 20\nimage /i/named on:/i/b 30\n" FIRST
                                               "snapshot b 2 shutoff parent=a\next vda /i/b /i/named\ncurrent b\n");
    g_autoptr(World) world = world_new(planned, NULL);
    g_autoptr(GPtrArray) deviations = g_ptr_array_new_with_free_func(g_free);

    world_image(world, "/i/c")->unnamed = true;
    deviations_find(world, picture, deviations);
    g_assert_cmpuint(deviations->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/deviation/all", test_all);
    g_test_add_func("/deviation/no-entry", test_no_entry);
    g_test_add_func("/deviation/unnamed", test_unnamed);
    return g_test_run();
}
