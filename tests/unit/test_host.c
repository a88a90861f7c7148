// SPDX-License-Identifier: GPL-2.0-or-later
// Facts about libvirt versions: the ranges hold at their edges, and each names its source.

#include "engine/model/host.h"
#include "tests/lib/world.h"

#include <string.h>

static bool has(unsigned long version, const char *driver, HostFact fact)
{
    g_autoptr(Host) host = world_host(version, driver);

    return host_has(host, fact);
}

static void test_edges(void)
{
    g_assert_false(has(LIBVIRT_VERSION(9, 8, 0), NULL, FACT_EXTERNAL_REVERT));
    g_assert_true(has(LIBVIRT_VERSION(9, 9, 0), NULL, FACT_EXTERNAL_REVERT));
    g_assert_true(has(LIBVIRT_VERSION(9, 9, 0), NULL, FACT_INTERNAL_LIVE_REVERT_CRASHES));
    g_assert_false(has(LIBVIRT_VERSION(9, 10, 0), NULL, FACT_INTERNAL_LIVE_REVERT_CRASHES));
    g_assert_false(has(LIBVIRT_VERSION(10, 7, 0), NULL, FACT_SHALLOW_CHAINS_ONLY));
    g_assert_true(has(LIBVIRT_VERSION(11, 3, 0), NULL, FACT_SHALLOW_CHAINS_ONLY));
    g_assert_false(has(LIBVIRT_VERSION(12, 0, 0), NULL, FACT_SHALLOW_CHAINS_ONLY));
}

static void test_drivers(void)
{
    g_assert_false(has(LIBVIRT_VERSION(12, 8, 0), "TEST", FACT_IMAGES));
    g_assert_false(has(LIBVIRT_VERSION(12, 8, 0), "TEST", FACT_EXTERNAL_REVERT));
    g_assert_true(has(LIBVIRT_VERSION(9, 0, 0), "QEMU", FACT_IMAGES));
    g_assert_false(has(LIBVIRT_VERSION(12, 8, 0), "Xen", FACT_IMAGES));
}

static void test_sources(void)
{
    for (int fact = 0; fact < FACT_N; fact++) {
        g_assert_nonnull(host_fact_source((HostFact) fact));
        g_assert_cmpuint(strlen(host_fact_source((HostFact) fact)), >, 4);
    }
}

static void test_text(void)
{
    g_autoptr(Host) host = world_host(LIBVIRT_VERSION(11, 3, 0), NULL);
    g_autofree char *text = host_describe(host);

    g_assert_cmpstr(text, ==, "libvirt 11.3.0 (QEMU)");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/edges", test_edges);
    g_test_add_func("/host/drivers", test_drivers);
    g_test_add_func("/host/sources", test_sources);
    g_test_add_func("/host/text", test_text);
    return g_test_run();
}
