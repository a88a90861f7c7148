// SPDX-License-Identifier: GPL-2.0-or-later
// Images: who outranks whom, and how walks down a chain end.

#include "engine/model/image.h"

static void link_image(Images *images, const char *path, const char *backing)
{
    image_tell_backing(images_add(images, path), TOLD_BY_VOLUME, backing, NULL);
}

static ChainEnd walk(const Images *images, const char *path, char **text)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    ChainEnd end = images_chain(images, path, chain);

    g_ptr_array_add(chain, NULL);
    *text = g_strjoinv(" ", (char **) chain->pdata);
    return end;
}

static void assert_walk(const Images *images, const char *path, ChainEnd expected, const char *layers)
{
    g_autofree char *text = NULL;

    g_assert_cmpint(walk(images, path, &text), ==, expected);
    g_assert_cmpstr(text, ==, layers);
}

// As LVM names its devices: a '-' within a name is doubled.
static void test_volume_names(void)
{
    static const char *const names[][2] = {
        {"/dev/mapper/vg-lv", "/dev/vg/lv"},
        {"/dev/mapper/vg--0-web--1-root", NULL},
        {"/dev/mapper/vg--0-web--1", "/dev/vg-0/web-1"},
        {"/dev/mapper/a----b-c", "/dev/a--b/c"},
        {"/dev/mapper/crypt", NULL},
        {"/dev/mapper/vg-", NULL},
        {"/dev/vg/lv", NULL},
        {"/dev/mapper/", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *volume = image_volume_name(names[i][0]);

        g_assert_cmpstr(volume, ==, names[i][1]);
    }
}

static void test_ends(void)
{
    g_autoptr(Images) images = images_new();

    link_image(images, "/c", "/b");
    link_image(images, "/b", "/a");
    link_image(images, "/a", NULL);
    link_image(images, "/u", "/half");
    images_add(images, "/half");
    link_image(images, "/m", "/lost");
    images_add(images, "/lost")->presence = PRESENCE_MISSING;
    link_image(images, "/x", "/nowhere");
    assert_walk(images, "/c", CHAIN_COMPLETE, "/c /b /a");
    assert_walk(images, "/u", CHAIN_UNKNOWN, "/u /half");
    assert_walk(images, "/m", CHAIN_MISSING, "/m /lost");
    assert_walk(images, "/x", CHAIN_UNKNOWN, "/x");
    assert_walk(images, "/unheard-of", CHAIN_UNKNOWN, "/unheard-of");
}

static void test_loops(void)
{
    g_autoptr(Images) images = images_new();

    link_image(images, "/self", "/self");
    link_image(images, "/1", "/2");
    link_image(images, "/2", "/3");
    link_image(images, "/3", "/2");
    g_assert_cmpint(images_chain(images, "/self", NULL), ==, CHAIN_LOOP);
    g_assert_cmpint(images_chain(images, "/1", NULL), ==, CHAIN_LOOP);
}

static void test_depth(void)
{
    g_autoptr(Images) images = images_new();

    for (int i = 0; i < 200; i++) {
        g_autofree char *path = g_strdup_printf("/%d", i);
        g_autofree char *backing = g_strdup_printf("/%d", i + 1);

        link_image(images, path, i < 199 ? backing : NULL);
    }
    g_assert_cmpint(images_chain(images, "/0", NULL), ==, CHAIN_COMPLETE);
    for (int i = 199; i < CHAIN_LIMIT + 10; i++) {
        g_autofree char *path = g_strdup_printf("/%d", i);
        g_autofree char *backing = g_strdup_printf("/%d", i + 1);

        image_tell_backing(images_add(images, path), TOLD_BY_LIVE, backing, NULL);
    }
    g_assert_cmpint(images_chain(images, "/0", NULL), ==, CHAIN_TOO_DEEP);
}

static void test_rank(void)
{
    g_autoptr(Images) images = images_new();
    Image *image = images_add(images, "/o");

    image_tell_backing(image, TOLD_BY_RECORD, "/old", "raw");
    g_assert_null(image->conflict);
    image_tell_backing(image, TOLD_BY_LIVE, "/new", NULL);
    g_assert_cmpstr(image->backing, ==, "/new");
    g_assert_nonnull(image->conflict);
    image_tell_backing(image, TOLD_BY_VOLUME, "/other", NULL);
    g_assert_cmpstr(image->backing, ==, "/new");
    image_tell_backing(image, TOLD_BY_LIVE, NULL, NULL);
    g_assert_cmpint(image->backing_state, ==, BACKING_NONE);
    g_assert_null(image->backing);
}

// An overlay that a record names may stand higher than directly on what it froze.
static void test_overlay_is_no_contradiction(void)
{
    g_autoptr(Images) images = images_new();
    Image *image = images_add(images, "/o");

    image_tell_backing(image, TOLD_BY_OVERLAY, "/base", "qcow2");
    g_assert_cmpstr(image->backing, ==, "/base");
    image_tell_backing(image, TOLD_BY_VOLUME, "/between", "qcow2");
    g_assert_cmpstr(image->backing, ==, "/between");
    image_tell_backing(image, TOLD_BY_OVERLAY, "/base", "qcow2");
    g_assert_cmpstr(image->backing, ==, "/between");
    g_assert_null(image->conflict);
}

static void test_format_kept(void)
{
    g_autoptr(Images) images = images_new();
    Image *image = images_add(images, "/o");

    image_tell_backing(image, TOLD_BY_VOLUME, "/b", "qcow2");
    image_tell_backing(image, TOLD_BY_LIVE, "/b", NULL);
    g_assert_cmpstr(image->backing_format, ==, "qcow2");
    g_assert_null(image->conflict);
    g_assert_cmpint(image->backing_by, ==, TOLD_BY_LIVE);
}

static void assert_absolute(const char *image, const char *backing, const char *expected)
{
    g_autofree char *path = image_absolute_backing(image, backing);

    g_assert_cmpstr(path, ==, expected);
}

static void test_absolute_backing(void)
{
    assert_absolute("/i/a", NULL, NULL);
    assert_absolute("/i/a", "/j/b", "/j/b");
    assert_absolute("/i/a", "b", "/i/b");
    assert_absolute("/i/a", "../j/./b", "/j/b");
    assert_absolute("/i/a", "nbd://host/b", "nbd://host/b");
}

static void test_space(void)
{
    g_autoptr(Images) images = images_new();

    images_tell_free(images, "/vm", 42);
    g_assert_cmpint(images_free_space(images, "/vm/a.qcow2"), ==, 42);
    g_assert_cmpint(images_free_space(images, "/vm/deeper/a.qcow2"), ==, SIZE_UNKNOWN);
}

static void test_read_only(void)
{
    g_autoptr(Images) images = images_new();
    g_autoptr(Images) copy = NULL;

    images_tell_read_only(images, "/vm");
    copy = images_copy(images);
    g_assert_true(images_read_only(copy, "/vm/a.qcow2"));
    g_assert_false(images_read_only(copy, "/vm/deeper/a.qcow2"));
}

static char *all(const Images *images)
{
    g_autoptr(GPtrArray) list = images_list(images);
    g_autoptr(GPtrArray) files = images_list_files(images);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, "%s ", ((const Image *) list->pdata[i])->path);
    for (guint i = 0; i < files->len; i++)
        g_string_append_printf(text, "(%s) ", (const char *) files->pdata[i]);
    return g_string_free(text, FALSE);
}

static void assert_all(const Images *images, const char *expected)
{
    g_autofree char *text = all(images);

    g_assert_cmpstr(text, ==, expected);
}

// What a copy changes is its own, and what it does not change is that of the first.
static void test_copy(void)
{
    static const char *const names[] = {"b", "d", NULL};
    g_autoptr(Images) images = images_new();
    g_autoptr(Images) copy = NULL;
    g_autoptr(Images) again = NULL;

    link_image(images, "/i/c", "/i/b");
    link_image(images, "/i/b", "/i/a");
    link_image(images, "/i/a", NULL);
    images_tell_folder(images, "/i", names);
    images_sort(images);
    copy = images_copy(images);
    assert_all(copy, "/i/a /i/b /i/c (/i/b) (/i/d) ");
    g_assert_true(images_get(copy, "/i/a") == images_get(images, "/i/a"));

    images_add(copy, "/i/c")->allocation = 7;
    g_assert_cmpint(images_get(copy, "/i/c")->allocation, ==, 7);
    g_assert_cmpstr(images_get(copy, "/i/c")->backing, ==, "/i/b");
    g_assert_cmpint(images_get(images, "/i/c")->allocation, ==, SIZE_UNKNOWN);
    images_add(copy, "/i/aa");
    images_drop(copy, "/i/b");
    images_drop(copy, "/i/d");
    g_assert_null(images_get(copy, "/i/b"));
    g_assert_false(images_taken(copy, "/i/b"));
    g_assert_false(images_taken(copy, "/i/d"));
    g_assert_true(images_taken(copy, "/i/a"));
    g_assert_true(images_folder_listed(copy, "/i/d"));
    assert_all(copy, "/i/a /i/aa /i/c ");

    again = images_copy(copy);
    images_drop(again, "/i/aa");
    images_add(again, "/i/b");
    g_assert_cmpint(images_get(again, "/i/b")->backing_state, ==, BACKING_UNKNOWN);
    g_assert_cmpint(images_get(again, "/i/c")->allocation, ==, 7);
    assert_all(again, "/i/a /i/b /i/c ");
    assert_all(copy, "/i/a /i/aa /i/c ");
    assert_all(images, "/i/a /i/b /i/c (/i/b) (/i/d) ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/image/volume-names", test_volume_names);
    g_test_add_func("/image/ends", test_ends);
    g_test_add_func("/image/loops", test_loops);
    g_test_add_func("/image/depth", test_depth);
    g_test_add_func("/image/rank", test_rank);
    g_test_add_func("/image/overlay-is-no-contradiction", test_overlay_is_no_contradiction);
    g_test_add_func("/image/format-kept", test_format_kept);
    g_test_add_func("/image/absolute-backing", test_absolute_backing);
    g_test_add_func("/image/space", test_space);
    g_test_add_func("/image/read-only", test_read_only);
    g_test_add_func("/image/copy-shares", test_copy);
    return g_test_run();
}
