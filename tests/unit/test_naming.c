// SPDX-License-Identifier: GPL-2.0-or-later
// Names: what is legal, what is minted, and what somebody probably meant.

#include "engine/model/naming.h"
#include "engine/model/wish.h"
#include "tests/lib/world.h"

#include <string.h>

static void test_legal(void)
{
    static const char *const legal[] = {"a", "before-upgrade_2", "2026.11", "A-Z"};
    static const char *const illegal[] = {"", ".hidden", "-x", "a/b", "a b", "a'b", "a\"b", "\xc3\xa4",
                                          "a\x1b[2J", "a\n", "..", "]]>", "\xf0\x9f\x90\xa7"};
    g_autofree char *longest = g_strnfill(100, 'x');
    g_autofree char *too_long = g_strnfill(101, 'x');

    for (guint i = 0; i < G_N_ELEMENTS(legal); i++)
        g_assert_null(name_fault(legal[i]));
    for (guint i = 0; i < G_N_ELEMENTS(illegal); i++) {
        g_autofree char *fault = name_fault(illegal[i]);

        g_assert_nonnull(fault);
        g_assert_true(g_str_has_suffix(fault, "."));
    }
    g_assert_null(name_fault(longest));
    g_assert_nonnull(too_long);
    g_autofree char *fault = name_fault(too_long);
    g_assert_nonnull(fault);
    g_autofree char *none = name_fault(NULL);
    g_assert_nonnull(none);
}

static void test_mint(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\nsnapshot snap-20231114-2213 1 shutoff\n");
    g_autofree char *fresh = name_mint(picture, "x", 1700000000);
    g_autofree char *second = name_mint(picture, "snap", 1700000000);

    g_assert_cmpstr(fresh, ==, "x-20231114-2213");
    g_assert_cmpstr(second, ==, "snap-20231114-2213-2");
}

static void assert_overlay(const char *image, const char *expected)
{
    g_autofree char *world = g_strdup_printf("guest web off\nsnapshot s1 1 shutoff\ndisk vda %s\n"
                                             "image /i/taken.s2.qcow2 base 1\n", image);
    g_autoptr(Picture) picture = world_picture(world);
    g_autofree char *path = overlay_mint(picture, definition_disk(domain_now(picture->domain), "vda"), "s2");

    g_assert_cmpstr(path, ==, expected);
}

static void test_overlay(void)
{
    assert_overlay("/i/web.qcow2", "/i/web.s2.qcow2");
    assert_overlay("/i/web.s1.qcow2", "/i/web.s2.qcow2");
    assert_overlay("/i/web", "/i/web.s2.qcow2");
    assert_overlay("/i/debian.12.qcow2", "/i/debian.12.s2.qcow2");
    assert_overlay("/i.d/.hidden", "/i.d/.hidden.s2.qcow2");
    assert_overlay("/i/taken.qcow2", "/i/taken.s2-2.qcow2");
    assert_overlay("/i/web.1757917759", "/i/web.s2.qcow2");
    assert_overlay("relative.qcow2", NULL);
}

static void test_memory(void)
{
    g_autoptr(Picture) picture = world_picture("guest web running\ndisk sda /iso/x raw cdrom\ndisk vda /i/web.qcow2\n");
    g_autoptr(Picture) none = world_picture("guest web running\ndisk sda /iso/x raw cdrom\n");
    g_autofree char *path = memory_mint(picture, "s1");

    g_assert_cmpstr(path, ==, "/i/web.s1.mem");
    g_assert_null(memory_mint(none, "s1"));
}

static void assert_near(const char *wanted, const char *expected)
{
    static const char *const names[] = {"web01", "web02", "web10", "database", "Mail", NULL};
    g_auto(GStrv) near = names_near(wanted, names);
    g_autofree char *list = g_strjoinv(" ", near);

    g_assert_cmpstr(list, ==, expected);
}

static void test_near(void)
{
    assert_near("web1", "web01 web10 web02");
    assert_near("databse", "database");
    assert_near("mail", "Mail");
    assert_near("zzzzzzzz", "");
    assert_near("base", "database");
}

// H78: an overlay of this very second, or of the next where the host's clock is ahead, has to be waited out.
static void test_pause(void)
{
    g_autoptr(Picture) picture = world_picture("guest web off\ndisk vda /i/web.1700000000\n");

    g_assert_cmpint(name_pause(picture->images, 1700000000), ==, G_USEC_PER_SEC);
    g_assert_cmpint(name_pause(picture->images, 1700000001), ==, G_USEC_PER_SEC);
    g_assert_cmpint(name_pause(picture->images, 1699999999), ==, G_USEC_PER_SEC);
    g_assert_cmpint(name_pause(picture->images, 1700000002), ==, 0);
    g_assert_cmpint(name_pause(picture->images, 1699999998), ==, 0);
}

static void test_row(void)
{
    static const struct {
        guint count, most;
        const char *row;
    } cases[] = {{0, 3, NULL}, {1, 3, "a"}, {2, 3, "a and b"}, {3, 3, "a, b and c"}, {4, 3, "a, b and 2 more"}, {4, 2, "a and 3 more"}};
    static const char *const letters[] = {"a", "b", "c", "d"};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        g_autofree char *row = NULL;

        for (guint j = 0; j < cases[i].count; j++)
            g_ptr_array_add(names, (gpointer) letters[j]);
        row = names_row(names, cases[i].most);
        g_assert_cmpstr(row, ==, cases[i].row);
    }
}

// What is recorded is never translated; in English both say the same.
static void test_subjects(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "u", "web", "s0");

    for (guint i = 1; i < 9; i++) {
        g_autofree char *name = g_strdup_printf("s%u", i);
        g_autofree char *shown = wish_subjects(wish), *recorded = wish_subjects_recorded(wish);

        g_assert_cmpstr(shown, ==, recorded);
        wish_add_subject(wish, name);
    }
    g_autofree char *shown = wish_subjects(wish), *recorded = wish_subjects_recorded(wish);
    g_assert_cmpstr(shown, ==, "s0, s1, s2, s3, s4 and 4 more");
    g_assert_cmpstr(recorded, ==, shown);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/naming/legal", test_legal);
    g_test_add_func("/naming/mint", test_mint);
    g_test_add_func("/naming/overlay", test_overlay);
    g_test_add_func("/naming/memory", test_memory);
    g_test_add_func("/naming/near", test_near);
    g_test_add_func("/naming/pause", test_pause);
    g_test_add_func("/naming/row", test_row);
    g_test_add_func("/naming/subjects", test_subjects);
    return g_test_run();
}
