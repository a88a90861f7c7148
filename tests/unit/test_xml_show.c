// SPDX-License-Identifier: GPL-2.0-or-later
// A snapshot's stored configuration as a text of its own, from what libvirts really print.

#include "engine/xml/error.h"
#include "engine/xml/show_xml.h"

#include <string.h>

static char *show(const char *file, GError **error)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "data", "xml", file, NULL);
    g_autofree char *text = NULL;
    gsize length = 0;

    g_assert_true(g_file_get_contents(path, &text, &length, NULL));
    return xml_show_definition(text, length, error);
}

static void test_samples(void)
{
    static const char *const files[] = {"9.0/snapshot-external-running.xml", "9.0/snapshot-internal-off.xml",
                                        "11.3/snapshot-external-memory.xml", "12.8/snapshot-reverted-to.xml"};

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = show(files[i], &error);

        g_assert_no_error(error);
        g_assert_true(g_str_has_prefix(text, "<domain type="));
        g_assert_true(g_str_has_suffix(text, "\n</domain>\n"));
        g_assert_nonnull(strstr(text, "\n  <name>"));
        g_assert_nonnull(strstr(text, "\n  <devices>\n    <"));
        g_assert_null(strstr(text, "domainsnapshot"));
    }
}

// The same configuration is the same text, wherever it was taken from and however it is indented there.
static void test_alike(void)
{
    static const char guest[] = "<domain type='kvm'>\n  <name>a</name>\n  <devices>\n    <disk  type='file'/>\n"
                                "  </devices>\n  <x>  two words </x>\n</domain>\n";
    static const char record[] = "<domainsnapshot>\n  <name>s</name>\n  <domain type=\"kvm\">\n    <name>a</name>\n"
                                 "    <devices>\n      <disk type='file'></disk>\n    </devices>\n"
                                 "    <x>  two words </x>\n  </domain>\n</domainsnapshot>\n";
    g_autoptr(GError) error = NULL;
    g_autofree char *one = xml_show_guest(guest, strlen(guest), &error);
    g_autofree char *other = xml_show_definition(record, strlen(record), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(one, ==, other);
    g_assert_cmpstr(one, ==, "<domain type=\"kvm\">\n  <name>a</name>\n  <devices>\n    <disk type=\"file\"/>\n"
                             "  </devices>\n  <x>  two words </x>\n</domain>\n");
}

static void test_none(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(show("hand-made/snapshot-without-domain.xml", &error));
    g_assert_error(error, XML_ERROR, XML_ERROR_CONTENT);
    g_clear_error(&error);
    g_assert_null(xml_show_definition("<domain", 7, &error));
    g_assert_error(error, XML_ERROR, XML_ERROR_SYNTAX);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml-show/samples", test_samples);
    g_test_add_func("/xml-show/alike", test_alike);
    g_test_add_func("/xml-show/none", test_none);
    return g_test_run();
}
