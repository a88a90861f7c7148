// SPDX-License-Identifier: GPL-2.0-or-later
// Many guests: guests URI FOLDER OFF SNAPSHOTS RUNNING defines OFF guests off-000, off-001, ... with so many records
// each (defined, not taken: nothing is in their images), and starts RUNNING guests job-000, ... with none. The image of
// a guest is FOLDER/NAME.qcow2, which is there.

#include <glib.h>
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>

static char *guest_xml(const char *name, const char *folder)
{
    return g_strdup_printf("<domain type='qemu'><name>%s</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>"
                           "<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features><devices>"
                           "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                           "<source file='%s/%s.qcow2'/><target dev='vda' bus='virtio'/></disk>"
                           "<controller type='usb' model='none'/><memballoon model='none'/></devices></domain>",
                           name, folder, name);
}

static char *record_xml(int number, const char *definition)
{
    g_autofree char *parent = number ? g_strdup_printf("<parent><name>s%02d</name></parent>", number - 1) : g_strdup("");

    return g_strdup_printf("<domainsnapshot><name>s%02d</name><description>Number %d.</description>"
                           "<state>shutoff</state><creationTime>%d</creationTime>%s<memory snapshot='no'/>"
                           "<disks><disk name='vda' snapshot='internal'/></disks>%s</domainsnapshot>",
                           number, number, 1700000000 + number * 86400, parent, definition);
}

static void add_records(virDomainPtr domain, int snapshots)
{
    char *definition = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);

    for (int i = 0; i < snapshots; i++) {
        unsigned flags = VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
                         (i + 1 == snapshots ? VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT : 0);
        g_autofree char *xml = record_xml(i, definition);
        virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML(domain, xml, flags);

        if (!snapshot)
            exit(EXIT_FAILURE);
        virDomainSnapshotFree(snapshot);
    }
    free(definition);
}

static void add_guest(virConnectPtr connection, const char *kind, int number, const char *folder, int snapshots)
{
    g_autofree char *name = g_strdup_printf("%s-%03d", kind, number);
    g_autofree char *xml = guest_xml(name, folder);
    virDomainPtr domain = virDomainDefineXML(connection, xml);

    if (!domain || (snapshots < 0 && virDomainCreate(domain) < 0))
        exit(EXIT_FAILURE);
    add_records(domain, snapshots);
    virDomainFree(domain);
}

int main(int argc, char **argv)
{
    virConnectPtr connection = argc == 6 ? virConnectOpen(argv[1]) : NULL;
    int off = argc == 6 ? (int) strtol(argv[3], NULL, 10) : 0;
    int snapshots = argc == 6 ? (int) strtol(argv[4], NULL, 10) : 0;
    int running = argc == 6 ? (int) strtol(argv[5], NULL, 10) : 0;

    if (!connection)
        return EXIT_FAILURE;
    for (int i = 0; i < off; i++)
        add_guest(connection, "off", i, argv[2], snapshots);
    for (int i = 0; i < running; i++)
        add_guest(connection, "job", i, argv[2], -1);
    virConnectClose(connection);
    return EXIT_SUCCESS;
}
