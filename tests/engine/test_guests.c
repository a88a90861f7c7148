// SPDX-License-Identifier: GPL-2.0-or-later
// The list of guests on libvirt's test driver: whose handles a connection keeps.

#include "engine/virt/guests.h"
#include "engine/virt/libvirt.h"

static const char uuid[] = "11111111-2222-3333-4444-555555555555";

static virDomainPtr define_guest(virConnectPtr other)
{
    g_autofree char *xml = g_strdup_printf("<domain type='test'><name>short</name><uuid>%s</uuid><memory>1</memory>"
                                           "<os><type>hvm</type></os></domain>", uuid);
    virDomainPtr domain = virDomainDefineXML(other, xml);

    g_assert_nonnull(domain);
    return domain;
}

static void list(Connection *connection)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(GPtrArray) guests = guests_read(connection, &failure);

    g_assert_nonnull(guests);
}

static bool is_found(Connection *connection)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, &failure);

    g_assert_true(domain || failure);
    return domain != NULL;
}

// A guest that went leaves no handle behind once the list says so.
static void test_gone(void)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(Connection) connection = connection_open("test:///default", false, NULL, NULL, &failure);
    virConnectPtr other = virConnectOpen("test:///default"); // the same host, past the first connection
    virDomainPtr domain;

    g_assert_nonnull(connection);
    domain = define_guest(other);
    list(connection);
    g_assert_true(is_found(connection));
    g_assert_cmpint(virDomainUndefine(domain), ==, 0);
    g_assert_true(is_found(connection)); // nobody has looked since
    list(connection);
    g_assert_false(is_found(connection));
    virDomainFree(domain);
    virConnectClose(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guests/gone", test_gone);
    return g_test_run();
}
