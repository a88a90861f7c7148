// SPDX-License-Identifier: GPL-2.0-or-later
// What a revert changes in the configuration: told from two definitions as libvirt writes them.

#include "engine/model/changes.h"
#include "engine/xml/domain_xml.h"

#include <string.h>

#define UUID "5a9a2f4e-0000-4000-8000-000000000001"

#define GUEST(memory, vcpus, machine, os, devices)                                                       \
    "<domain type='kvm'><name>web</name><uuid>" UUID "</uuid><memory unit='MiB'>" memory "</memory>"     \
    "<vcpu>" vcpus "</vcpu><os><type arch='x86_64' machine='" machine "'>hvm</type>" os "</os>"          \
    "<cpu mode='host-passthrough' check='none'/><devices>" devices "</devices></domain>"

#define NIC(mac, network)                                                                                \
    "<interface type='network'><mac address='" mac "'/><source network='" network "'/>"                  \
    "<model type='virtio'/></interface>"
#define DISK(target, bus, file)                                                                          \
    "<disk type='file' device='disk'><source file='" file "'/><target dev='" target "' bus='" bus "'/></disk>"
#define DRIVE(media)                                                                                     \
    "<disk type='file' device='cdrom'>" media "<target dev='sda' bus='sata'/><readonly/></disk>"
#define USUAL                                                                                            \
    DISK("vda", "virtio", "/i/a") "<controller type='pci' index='0' model='pcie-root'/>"                 \
    "<serial type='pty'><target type='isa-serial' port='0'/></serial><sound model='ich9'/>"              \
    "<graphics type='vnc' port='-1'/><video><model type='virtio'/></video>"

#define STORED GUEST("1024", "2", "pc-q35-7.2", "<boot dev='hd'/>", USUAL NIC("52:54:00:00:00:01", "default"))

static Definition *read_domain(const char *text)
{
    g_autoptr(GError) error = NULL;
    Definition *def = xml_read_domain(text, strlen(text), &error);

    g_assert_no_error(error);
    return def;
}

static char *changes(const char *live, const char *inactive, const char *stored, bool disks_stay)
{
    g_autoptr(Domain) domain = domain_new("web", UUID);
    g_autoptr(Snapshot) snapshot = snapshot_new("s1");
    g_autoptr(GPtrArray) found = NULL;

    domain->live = live ? read_domain(live) : NULL;
    domain->inactive = inactive ? read_domain(inactive) : NULL;
    snapshot->definition = read_domain(stored);
    g_ptr_array_add(snapshot->disks, snapshot_disk_new("vda", DISK_MODE_EXTERNAL, "/i/s1"));
    found = changes_of_revert(domain, snapshot, disks_stay);
    g_assert_cmpuint(found->len, <=, CHANGES_MAX);
    g_ptr_array_add(found, NULL);
    return g_strjoinv("\n", (char **) found->pdata);
}

static void assert_changes(const char *live, const char *inactive, const char *stored, const char *expected)
{
    g_autofree char *text = changes(live, inactive, stored, false);

    g_assert_cmpstr(text, ==, expected);
}

static void test_none(void)
{
    assert_changes(NULL, STORED, STORED, "");
    assert_changes(STORED, STORED, STORED, "");
    assert_changes(STORED, NULL, STORED, ""); // transient
}

// What libvirt fills in at start is no change.
static void test_started(void)
{
    static const char live[] =
        "<domain type='kvm' id='3'><name>web</name><uuid>" UUID "</uuid><memory unit='KiB'>1048576</memory>"
        "<vcpu>2</vcpu><os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><boot dev='hd'/></os>"
        "<cpu mode='host-passthrough' check='none' migratable='on'/><devices>"
        DISK("vda", "virtio", "/i/a") "<controller type='pci' index='0' model='pcie-root'><alias name='pcie.0'/>"
        "</controller><controller type='pci' index='1' model='pcie-root-port'/><interface type='network'>"
        "<mac address='52:54:00:00:00:01'/><source network='default' portid='x' bridge='virbr0'/>"
        "<target dev='vnet3'/><model type='virtio'/></interface><serial type='pty'><source path='/dev/pts/1'/>"
        "<target type='isa-serial' port='0'/></serial><sound model='ich9'><alias name='sound0'/></sound>"
        "<graphics type='vnc' port='5900' autoport='yes'/><video><model type='virtio'/></video></devices></domain>";

    assert_changes(live, STORED, STORED, "");
}

static void test_machine(void)
{
    assert_changes(NULL, GUEST("2048", "4", "pc-q35-9.0", "<loader type='pflash'>/fw.fd</loader><boot dev='network'/>",
                               USUAL NIC("52:54:00:00:00:01", "default")), STORED,
                   "Memory: 2048M now, 1024M then.\n"
                   "Processors: 4 now, 2 then.\n"
                   "Machine type: pc-q35-9.0, x86_64 now, pc-q35-7.2, x86_64 then.\n"
                   "Firmware: /fw.fd now, BIOS then.\n"
                   "Boot order: network now, hd then.");
}

static void test_devices(void)
{
    assert_changes(NULL, GUEST("1024", "2", "pc-q35-7.2", "<boot dev='hd'/>",
                               DISK("vda", "virtio", "/i/other") "<sound model='ich9'/><sound model='ac97'/>"
                               NIC("52:54:00:00:00:01", "lab") NIC("52:54:00:00:00:02", "lab")
                               "<serial type='pty'><target type='isa-serial' port='0'/></serial>"
                               "<graphics type='vnc'/><hostdev mode='subsystem' type='pci'><source>"
                               "<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source></hostdev>"
                               "<filesystem type='mount'><driver type='virtiofs'/><source dir='/srv'/>"
                               "<target dir='share'/></filesystem>"), STORED,
                   "Sound device (ac97) goes: the snapshot does not have it.\n"
                   "Network interface 52:54:00:00:00:01: network, lab, virtio now, network, default, virtio then.\n"
                   "Network interface 52:54:00:00:00:02 (network, lab, virtio) goes: the snapshot does not have it.\n"
                   "Host device 0x0000, 0x01, 0x00, 0x0 (subsystem, pci) goes: the snapshot does not have it.\n"
                   "Shared folder share (virtiofs, /srv) goes: the snapshot does not have it.\n"
                   "Video card (virtio) comes back: the guest does not have it now.");
}

static void test_plugged(void)
{
    assert_changes(GUEST("1024", "2", "pc-q35-7.2", "<boot dev='hd'/>", USUAL NIC("52:54:00:00:00:01", "default")
                         NIC("52:54:00:00:00:09", "lab")), STORED, STORED,
                   "Network interface 52:54:00:00:00:09 (network, lab, virtio) goes: the snapshot does not have it.");
}

static void test_disks(void)
{
    static const char now[] = GUEST("1024", "2", "pc-q35-7.2", "<boot dev='hd'/>",
                                    USUAL DRIVE("<source file='/iso/new.iso'/>") DISK("vdb", "virtio", "/i/b")
                                    NIC("52:54:00:00:00:01", "default"));
    static const char then[] = GUEST("1024", "2", "pc-q35-7.2", "<boot dev='hd'/>",
                                     DRIVE("") USUAL NIC("52:54:00:00:00:01", "default"));
    g_autofree char *stay = changes(NULL, now, then, true);
    g_autofree char *follow = changes(NULL, now, then, false);

    g_assert_cmpstr(stay, ==, "");
    g_assert_cmpstr(follow, ==, "CD-ROM sda: sata, /iso/new.iso now, sata, empty then.\n"
                    "Disk vdb (virtio, /i/b) goes: the snapshot does not have it.");
}

// Foreign text is cut and cleaned, and no number of devices makes the answer long.
static void test_hostile(void)
{
    g_autofree char *many = g_strnfill(5000, 'x');
    g_autofree char *wide = g_strdup_printf(GUEST("1", "1", "%s\xe2\x80\xae&#10;", "", ""), many);
    g_autofree char *text = changes(NULL, wide, STORED, false);
    GString *devices = g_string_new(NULL);
    g_autofree char *crowd = NULL;
    g_autofree char *short_text = NULL;

    g_assert_cmpuint(strlen(text), <, 2000);
    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(devices, "<sound model='m%u'/><sound model='&lt;&#9;%%s: %%n'/>", i);
    crowd = g_strdup_printf(GUEST("1", "1", "pc", "", "%s"), devices->str);
    g_string_free(devices, TRUE);
    short_text = changes(NULL, crowd, STORED, false);
    g_assert_nonnull(strstr(short_text, "more changes: compare with"));
    g_assert_null(strchr(short_text, '\t'));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/changes/none", test_none);
    g_test_add_func("/changes/started", test_started);
    g_test_add_func("/changes/machine", test_machine);
    g_test_add_func("/changes/devices", test_devices);
    g_test_add_func("/changes/plugged", test_plugged);
    g_test_add_func("/changes/disks", test_disks);
    g_test_add_func("/changes/hostile", test_hostile);
    return g_test_run();
}
