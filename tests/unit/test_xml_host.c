// SPDX-License-Identifier: GPL-2.0-or-later
// Reading capabilities, volumes and pools.

#include "engine/xml/host_xml.h"
#include "engine/xml/storage_xml.h"
#include "tests/unit/xml_text.h"

static void assert_capabilities(const char *inside, bool external, const char *model)
{
    g_autofree char *text = g_strdup_printf("<capabilities>%s</capabilities>", inside);
    g_autoptr(Host) host = host_new("test:///x");
    g_autoptr(GError) error = NULL;

    host->security_model = g_strdup("stale");
    host->external_snapshots = !external;
    g_assert_true(xml_read_capabilities(text, strlen(text), host, &error));
    g_assert_no_error(error);
    g_assert_true(host->external_snapshots == external);
    g_assert_cmpstr(host->security_model, ==, model);
}

static void test_capabilities(void)
{
#define MODEL(name) "<secmodel><model>" name "</model><doi>0</doi></secmodel>"
    assert_capabilities("<host>" MODEL("none") MODEL("dac") "</host>", false, "dac");
    assert_capabilities("<host>" MODEL("dac") MODEL("selinux") "</host>", false, "selinux");
    assert_capabilities("<host>" MODEL("apparmor") MODEL("dac") "</host>", false, "apparmor");
    assert_capabilities("<host>" MODEL("none") "</host>", false, "none");
    assert_capabilities("<host><secmodel/></host>", false, NULL);
    assert_capabilities("", false, NULL);
    assert_capabilities(
        "<guest><features><acpi/></features></guest><guest><features><externalSnapshot/>"
        "</features></guest>",
        true, NULL);
    assert_capabilities("<host><features><externalSnapshot/></features></host>", false, NULL);
}

static void test_capabilities_refused(void)
{
    g_autoptr(Host) host = host_new("test:///x");
    g_autoptr(GError) error = NULL;

    host->security_model = g_strdup("apparmor");
    g_assert_false(xml_read_capabilities("<domain/>", 9, host, &error));
    assert_sentence(error, XML_ERROR_CONTENT, "The XML of a host's capabilities");
    g_assert_cmpstr(host->security_model, ==, "apparmor");
}

static void test_volume(void)
{
    const char *text =
        "<volume type='file'><name>a</name><key>/p/a</key><capacity unit='bytes'>1073741824"
        "</capacity><allocation unit='KiB'>4</allocation><target><path>/p/a</path>"
        "<format type='qcow2'/></target><backingStore><path>/p/b</path><format type='raw'/>"
        "</backingStore></volume>";
    g_auto(VolumeFacts) facts = {.allocation = -1};
    g_autoptr(GError) error = NULL;

    g_assert_true(xml_read_volume(text, strlen(text), &facts, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(facts.path, ==, "/p/a");
    g_assert_cmpstr(facts.format, ==, "qcow2");
    g_assert_true(facts.has_backing);
    g_assert_cmpstr(facts.backing, ==, "/p/b");
    g_assert_cmpstr(facts.backing_format, ==, "raw");
    g_assert_cmpint(facts.capacity, ==, 1073741824);
    g_assert_cmpint(facts.allocation, ==, 4096);
    volume_facts_clear(&facts);
    g_assert_null(facts.path);
    g_assert_cmpint(facts.capacity, ==, -1);
}

static void test_volume_least(void)
{
    const char *text = "<volume><target><path>/p/a</path><format type='unknown'/></target>"
                       "<backingStore><path/><format type='raw'/></backingStore></volume>";
    g_auto(VolumeFacts) facts = {.allocation = -1};

    g_assert_true(xml_read_volume(text, strlen(text), &facts, NULL));
    g_assert_null(facts.format);
    g_assert_false(facts.has_backing);
    g_assert_null(facts.backing);
    g_assert_null(facts.backing_format);
    g_assert_cmpint(facts.capacity, ==, -1);
    g_assert_cmpint(facts.allocation, ==, -1);
}

static void test_volume_refused(void)
{
    static const char *const bad[] = {
        "<volume><name>a</name></volume>",
        "<volume><target><path>/a</path></target><capacity>9223372036854775808</capacity></volume>",
        "<volume><target><path>/a</path></target><allocation>-1</allocation></volume>",
        "<volume><target><path>/a</path></target><allocation unit='ZiB'>1</allocation></volume>",
        "<pool><target><path>/a</path></target></pool>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        VolumeFacts facts;

        g_assert_false(xml_read_volume(bad[i], strlen(bad[i]), &facts, &error));
        assert_sentence(error, XML_ERROR_CONTENT, "The XML of a storage volume");
        g_assert_null(facts.path);
        g_assert_cmpint(facts.capacity, ==, -1);
    }
}

static void test_pool(void)
{
    const char *dir =
        "<pool type='dir'><name>p</name><target><path>/p &amp; q</path></target></pool>";
    const char *rbd = "<pool type='rbd'><name>p</name><source><name>x</name></source></pool>";
    g_autofree char *path = xml_read_pool_path(dir, strlen(dir), NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(path, ==, "/p & q");
    g_assert_false(xml_pool_is_network(dir, strlen(dir)));
    g_assert_true(xml_pool_is_network(rbd, strlen(rbd)));
    g_assert_false(xml_pool_is_network("<pool", 5));
    g_assert_null(xml_read_pool_path(rbd, strlen(rbd), &error));
    assert_sentence(error, XML_ERROR_CONTENT, "The XML of a storage pool");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/host/capabilities", test_capabilities);
    g_test_add_func("/xml/host/capabilities-refused", test_capabilities_refused);
    g_test_add_func("/xml/storage/volume", test_volume);
    g_test_add_func("/xml/storage/volume-least", test_volume_least);
    g_test_add_func("/xml/storage/volume-refused", test_volume_refused);
    g_test_add_func("/xml/storage/pool", test_pool);
    return g_test_run();
}
