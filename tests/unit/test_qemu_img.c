// SPDX-License-Identifier: GPL-2.0-or-later
// What qemu-img prints about one image.

#include "engine/json/qemu_img.h"

#include <string.h>

static bool read_text(const char *text, ImageFacts *facts)
{
    g_autoptr(GError) error = NULL;
    bool read = json_read_qemu_img(text, strlen(text), facts, &error);

    g_assert_true(read == (error == NULL));
    return read;
}

static void test_overlay(void)
{
    g_auto(ImageFacts) facts = {0};

    g_assert_true(read_text(
        "{\"virtual-size\": 1073741824, \"filename\": \"/i/a.s1.qcow2\", \"format\": \"qcow2\","
        " \"actual-size\": 200704, \"full-backing-filename\": \"/i/a.qcow2\","
        " \"backing-filename\": \"a.qcow2\", \"backing-filename-format\": \"qcow2\","
        " \"snapshots\": [{\"id\": \"1\", \"name\": \"clean\"}, {\"id\": \"2\"}, 3]}",
        &facts));
    g_assert_cmpstr(facts.format, ==, "qcow2");
    g_assert_cmpstr(facts.backing, ==, "/i/a.qcow2");
    g_assert_cmpstr(facts.backing_format, ==, "qcow2");
    g_assert_cmpint(facts.allocation, ==, 200704);
    g_assert_cmpint(facts.capacity, ==, 1073741824);
    g_assert_cmpuint(facts.tags->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(facts.tags, 0), ==, "clean");
}

static void test_base(void)
{
    g_auto(ImageFacts) facts = {0};

    g_assert_true(
        read_text("{\"format\": \"raw\", \"actual-size\": -5, \"virtual-size\": \"big\"}", &facts));
    g_assert_null(facts.backing);
    g_assert_cmpint(facts.allocation, ==, -1);
    g_assert_cmpint(facts.capacity, ==, -1);
    g_assert_cmpuint(facts.tags->len, ==, 0);
}

static void test_nonsense(void)
{
    static const char *const texts[] = {
        "", "[]", "{", "null", "{}", "{\"format\": 3}", "\"qcow2\"", "{\"format\": null}"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(ImageFacts) facts = {0};

        g_assert_false(read_text(texts[i], &facts));
        g_assert_null(facts.format);
        g_assert_null(facts.tags);
    }
}

static bool map_holds(const char *text)
{
    bool holds = false;

    g_assert_true(json_read_qemu_map(text, strlen(text), &holds, NULL));
    return holds;
}

static void test_map(void)
{
    bool holds = false;
    g_autofree char *layer = json_write_top_layer("/i/a \"b\" \\ ü");

    g_assert_false(map_holds("[{\"start\": 0, \"length\": 4, \"depth\": 0, \"present\": false, \"zero\": true, \"data\": false}]"));
    g_assert_true(map_holds("[{\"present\": false}, {\"present\": true, \"zero\": true, \"data\": false}]")); // zeroes hide what is below
    g_assert_true(map_holds("[{\"start\": 0, \"length\": 4, \"depth\": 0}]")); // an older qemu-img does not say
    g_assert_true(map_holds("[{\"present\": \"false\"}]"));
    g_assert_true(map_holds("[3]"));
    g_assert_true(map_holds("[]"));
    g_assert_false(json_read_qemu_map("{}", 2, &holds, NULL));
    g_assert_false(json_read_qemu_map("[{\"pres", 7, &holds, NULL));
    g_assert_cmpstr(layer, ==, "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/i/a \\\"b\\\" \\\\ ü\"},\"backing\":null}");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu-img/overlay", test_overlay);
    g_test_add_func("/qemu-img/base", test_base);
    g_test_add_func("/qemu-img/nonsense", test_nonsense);
    g_test_add_func("/qemu-img/map", test_map);
    return g_test_run();
}
