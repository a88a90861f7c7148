// SPDX-License-Identifier: GPL-2.0-or-later
// Reading guests: identity, sizes, firmware, disks of each kind, chains, devices that bind a guest.

#include "engine/xml/domain_xml.h"
#include "tests/unit/xml_text.h"

static Definition *read_domain(const char *text)
{
    g_autoptr(GError) error = NULL;
    Definition *def = xml_read_domain(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_nonnull(def);
    return def;
}

// The only disk of a guest that has this one.
static Disk *read_disk(Definition **def, const char *disk)
{
    g_autofree char *text = g_strdup_printf(GUEST("%s"), disk);

    *def = read_domain(text);
    g_assert_cmpuint((*def)->disks->len, ==, 1);
    return g_ptr_array_index((*def)->disks, 0);
}

static void assert_refused(const char *text, XmlError code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(xml_read_domain(text, strlen(text), &error));
    assert_sentence(error, code, "The XML of a guest");
}

static void assert_layer(const Disk *disk, guint i, SourceType type, const char *path,
                         const char *format)
{
    const Layer *layer;

    g_assert_nonnull(disk->backing);
    g_assert_cmpuint(i, <, disk->backing->len);
    layer = g_ptr_array_index(disk->backing, i);
    g_assert_cmpint(layer->type, ==, type);
    g_assert_cmpstr(layer->path, ==, path);
    g_assert_cmpstr(layer->format, ==, format);
}

static void test_identity(void)
{
    g_autoptr(Definition) def = read_domain("<?xml version='1.0'?>\n<domain type='kvm' id='3'>\n"
                                            "<name>a &lt;b&gt; &amp; c</name><uuid>" UUID "</uuid>"
                                            "<title>x</title></domain>\n");

    g_assert_cmpstr(def->name, ==, "a <b> & c");
    g_assert_cmpstr(def->uuid, ==, UUID);
    g_assert_cmpstr(def->type, ==, "kvm");
    g_assert_cmpuint(def->disks->len, ==, 0);
    g_assert_cmpuint(def->immobile->len, ==, 0);
    g_assert_cmpint(def->agent, ==, AGENT_ABSENT);
    g_assert_false(def->uefi || def->tpm);
}

static void test_identity_missing(void)
{
    assert_refused("<domain><uuid>" UUID "</uuid></domain>", XML_ERROR_CONTENT);
    assert_refused("<domain><name/><uuid>" UUID "</uuid></domain>", XML_ERROR_CONTENT);
    assert_refused("<domain><name>web</name></domain>", XML_ERROR_CONTENT);
    assert_refused("<domain><name>web</name><uuid>5a9a2f4e</uuid></domain>", XML_ERROR_CONTENT);
    assert_refused("<guest><name>web</name><uuid>" UUID "</uuid></guest>", XML_ERROR_CONTENT);
    assert_refused("<domain><name>web</name><uuid>" UUID "</uuid>", XML_ERROR_SYNTAX);
}

static void test_line_of_error(void)
{
    const char *text = "<domain>\n<name>web</name>\n\n<uuid>none</uuid></domain>";
    g_autoptr(GError) error = NULL;

    g_assert_null(xml_read_domain(text, strlen(text), &error));
    g_assert_cmpstr(error->message, ==, "The XML of a guest, line 4: the <uuid> is none.");
}

static void test_memory(void)
{
    static const struct {
        const char *text;
        guint64 bytes;
    } sizes[] = {
        {"<memory>1024</memory>", 1048576},
        {"<memory unit='KiB'>2097152</memory>", G_GUINT64_CONSTANT(2147483648)},
        {"<memory unit='b'>7</memory>", 7},
        {"<memory unit='bytes'> 7\n</memory>", 7},
        {"<memory unit='KB'>3</memory>", 3000},
        {"<memory unit='k'>3</memory>", 3072},
        {"<memory unit='GiB'>4</memory>", G_GUINT64_CONSTANT(4294967296)},
        {"<memory unit='TB'>1</memory>", G_GUINT64_CONSTANT(1000000000000)},
        {"<memory unit='EiB'>7</memory>", G_GUINT64_CONSTANT(7) << 60},
        {"", 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = g_strdup_printf(
            "<domain><name>web</name><uuid>" UUID "</uuid>%s</domain>", sizes[i].text);
        g_autoptr(Definition) def = read_domain(text);

        g_assert_cmpuint(def->memory, ==, sizes[i].bytes);
    }
}

static void test_numbers_refused(void)
{
    static const char *const bad[] = {
        "<memory/>",
        "<memory>-1</memory>",
        "<memory>+1</memory>",
        "<memory>0x10</memory>",
        "<memory>1.5</memory>",
        "<memory>1e3</memory>",
        "<memory>12 34</memory>",
        "<memory>99999999999999999999999</memory>",
        "<memory unit='EiB'>8</memory>",
        "<memory unit='parsec'>1</memory>",
        "<memory unit='KiBs'>1</memory>",
        "<vcpu>many</vcpu>",
        "<vcpu>4294967296</vcpu>",
        "<vcpu current='-1'>2</vcpu>",
        "<vcpu>00000000000000000000000000000000000000000000000000000000000000000000000000000000x</vcpu>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text =
            g_strdup_printf("<domain><name>web</name><uuid>" UUID "</uuid>%s</domain>", bad[i]);

        assert_refused(text, XML_ERROR_CONTENT);
    }
}

static void test_vcpus(void)
{
    g_autoptr(Definition) all =
        read_domain("<domain><name>w</name><uuid>" UUID "</uuid><vcpu>4</vcpu></domain>");
    g_autoptr(Definition) some =
        read_domain("<domain><name>w</name><uuid>" UUID "</uuid>"
                    "<vcpu placement='static' current='2'>4</vcpu></domain>");

    g_assert_cmpuint(all->vcpus, ==, 4);
    g_assert_cmpuint(some->vcpus, ==, 2);
}

static void test_firmware(void)
{
    static const struct {
        const char *os;
        bool uefi;
        const char *nvram, *format;
    } cases[] = {
        {"<os><type>hvm</type></os>", false, NULL, NULL},
        {"<os firmware='efi'/>", true, NULL, NULL},
        {"<os firmware='bios'><loader type='rom'>/r</loader></os>", false, NULL, NULL},
        {"<os><loader type='pflash'>/c</loader><nvram template='/t'>/v</nvram></os>", true, "/v",
         NULL},
        {"<os><loader type='pflash'>/c</loader><nvram format='qcow2'>/v</nvram></os>", true, "/v",
         "qcow2"},
        {"<os firmware='efi'><nvram type='file' format='raw'><source file='/n'/></nvram></os>",
         true, "/n", "raw"},
        {"<os firmware='efi'><nvram type='network'><source protocol='nbd' name='x'/></nvram></os>",
         true, "nbd:x", NULL},
        {"<os firmware='efi'><nvram template='/t'/></os>", true, NULL, NULL},
        {"<os firmware='efi'><varstore template='/t' path='/j'/></os>", true, "/j", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(
            "<domain><name>web</name><uuid>" UUID "</uuid>%s</domain>", cases[i].os);
        g_autoptr(Definition) def = read_domain(text);

        g_assert_true(def->uefi == cases[i].uefi);
        g_assert_cmpstr(def->nvram, ==, cases[i].nvram);
        g_assert_cmpstr(def->nvram_format, ==, cases[i].format);
    }
}

static void test_sources(void)
{
    static const struct {
        const char *disk;
        SourceType type;
        const char *path;
    } cases[] = {
        {"type='file'><source file='/a' index='1'/>", SOURCE_FILE, "/a"},
        {"><source file='/a'/>", SOURCE_FILE, "/a"},
        {"type='file'>", SOURCE_NONE, NULL},
        {"type='file'><source startupPolicy='optional'/>", SOURCE_NONE, NULL},
        {"type='file'><source file=''/>", SOURCE_NONE, NULL},
        {"type='file'><source file='&apos;&quot;&lt;&#10;'/>", SOURCE_FILE, "'\"<\n"},
        {"type='block'><source dev='/dev/vg/a'/>", SOURCE_BLOCK, "/dev/vg/a"},
        {"type='block'><source file='/a'/>", SOURCE_NONE, NULL},
        {"type='network'><source protocol='rbd' name='pool/a'><host name='h'/></source>",
         SOURCE_NETWORK, "rbd:pool/a"},
        {"type='network'><source protocol='nbd'/>", SOURCE_NETWORK, "nbd:"},
        {"type='network'><source name='a'/>", SOURCE_NONE, NULL},
        {"type='volume'><source pool='p' volume='v'/>", SOURCE_VOLUME, "p/v"},
        {"type='dir'><source dir='/d'/>", SOURCE_OTHER, "/d"},
        {"type='vhostuser'><source type='unix' path='/s'/>", SOURCE_OTHER, "/s"},
        {"type='vhostvdpa'><source dev='/dev/vhost-vdpa-0'/>", SOURCE_OTHER, "/dev/vhost-vdpa-0"},
        {"type='nvme'><source type='pci' managed='yes' namespace='1'>"
         "<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>",
         SOURCE_OTHER, "nvme:0000:01:00.0/1"},
        {"type='nvme'>", SOURCE_OTHER, NULL},
        {"type='tape'><source reel='3'/>", SOURCE_OTHER, NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("<disk %s<target dev='vda'/></disk>", cases[i].disk);
        g_autoptr(Definition) def = NULL;
        Disk *disk = read_disk(&def, text);

        g_assert_cmpint(disk->type, ==, cases[i].type);
        g_assert_cmpstr(disk->path, ==, cases[i].path);
        g_assert_null(disk->backing);
        g_assert_false(disk->chain_ends);
    }
}

static void test_disk_facts(void)
{
    g_autoptr(Definition) def = NULL, plain = NULL;
    Disk *disk =
        read_disk(&def, "<disk type='file' device='lun' snapshot='manual'><driver name='qemu' "
                        "type='qcow2'/><source file='/a'/><target dev='sda' bus='scsi'/><readonly/>"
                        "<shareable/><transient/></disk>");

    g_assert_cmpstr(disk->target, ==, "sda");
    g_assert_cmpstr(disk->bus, ==, "scsi");
    g_assert_cmpstr(disk->format, ==, "qcow2");
    g_assert_cmpint(disk->device, ==, DEVICE_LUN);
    g_assert_cmpint(disk->mode, ==, DISK_MODE_MANUAL);
    g_assert_true(disk->readonly && disk->shareable && disk->transient);

    disk = read_disk(&plain, "<disk snapshot='sometimes'><target dev='vda'/></disk>");
    g_assert_null(disk->bus);
    g_assert_null(disk->format);
    g_assert_cmpint(disk->device, ==, DEVICE_DISK);
    g_assert_cmpint(disk->mode, ==, DISK_MODE_DEFAULT);
    g_assert_false(disk->readonly || disk->shareable || disk->transient || disk->encrypted);
}

static void test_disk_without_target(void)
{
    g_autoptr(Definition) def =
        read_domain(GUEST("<disk><source file='/a'/></disk><disk><target/></disk>"
                          "<disk><target dev=''/></disk>"
                          "<disk device='floppy'><target dev='fda'/></disk>"
                          "<disk device='cdrom'><target dev='sda'/></disk>"));

    g_assert_cmpuint(def->disks->len, ==, 2);
    g_assert_cmpint(definition_disk(def, "fda")->device, ==, DEVICE_FLOPPY);
    g_assert_cmpint(definition_disk(def, "sda")->device, ==, DEVICE_CDROM);
}

static void test_chain(void)
{
    g_autoptr(Definition) def = NULL;
    Disk *disk = read_disk(
        &def, "<disk type='file'><source file='/top' index='3'/>"
              "<backingStore type='file' index='2'><format type='qcow2'/><source file='/mid'/>"
              "<backingStore type='block' index='1'><format type='raw'/><source dev='/dev/base'/>"
              "<backingStore/></backingStore></backingStore><target dev='vda'/></disk>");

    g_assert_cmpuint(disk->backing->len, ==, 2);
    assert_layer(disk, 0, SOURCE_FILE, "/mid", "qcow2");
    assert_layer(disk, 1, SOURCE_BLOCK, "/dev/base", "raw");
    g_assert_true(disk->chain_ends);
}

static void test_chain_ends(void)
{
    g_autoptr(Definition) open = NULL, closed = NULL;
    Disk *disk =
        read_disk(&closed, "<disk><source file='/a'/><backingStore/><target dev='vda'/></disk>");

    g_assert_nonnull(disk->backing);
    g_assert_cmpuint(disk->backing->len, ==, 0);
    g_assert_true(disk->chain_ends);

    disk = read_disk(&open, "<disk><source file='/a'/><backingStore type='file'><source file='/b'/>"
                            "</backingStore><target dev='vda'/></disk>");
    assert_layer(disk, 0, SOURCE_FILE, "/b", NULL);
    g_assert_false(disk->chain_ends);
}

// A block job's target looks like a source with a chain; it is neither.
static void test_mirror(void)
{
    g_autoptr(Definition) def = NULL;
    Disk *disk = read_disk(
        &def,
        "<disk type='file'><mirror type='file' job='copy' ready='yes'><format type='raw'/>"
        "<source file='/copy' index='9'/><backingStore type='file'><source file='/copybase'/>"
        "<backingStore/></backingStore></mirror><source file='/top'/>"
        "<backingStore type='file'><format type='qcow2'/><source file='/base'/></backingStore>"
        "<target dev='vda'/></disk>");

    g_assert_cmpstr(disk->path, ==, "/top");
    g_assert_cmpuint(disk->backing->len, ==, 1);
    assert_layer(disk, 0, SOURCE_FILE, "/base", "qcow2");
    g_assert_false(disk->chain_ends);
}

static void test_encrypted(void)
{
    static const char *const disks[] = {
        "<disk><source file='/a'><encryption format='luks'/></source><target dev='vda'/></disk>",
        "<disk><source file='/a'/><encryption format='luks'/><target dev='vda'/></disk>",
        ("<disk><source file='/a'/><backingStore type='file'><source file='/b'><encryption "
         "format='luks'/>"
         "</source></backingStore><target dev='vda'/></disk>"),
    };

    for (gsize i = 0; i < G_N_ELEMENTS(disks); i++) {
        g_autoptr(Definition) def = NULL;

        g_assert_true(read_disk(&def, disks[i])->encrypted);
    }
}

static void test_agent(void)
{
#define CHANNEL(rest) "<channel type='unix'><source/><target type='virtio' " rest "/></channel>"
    g_autoptr(Definition) off = read_domain(GUEST(CHANNEL("name='org.qemu.guest_agent.0'")));
    g_autoptr(Definition) gone =
        read_domain(GUEST(CHANNEL("name='org.qemu.guest_agent.0' state='disconnected'")));
    g_autoptr(Definition) there =
        read_domain(GUEST(CHANNEL("name='com.redhat.spice.0' state='disconnected'")
                              CHANNEL("name='org.qemu.guest_agent.0' state='connected'")));
    g_autoptr(Definition) spice =
        read_domain(GUEST(CHANNEL("name='com.redhat.spice.0' state='connected'")));

    g_assert_cmpint(off->agent, ==, AGENT_DISCONNECTED);
    g_assert_cmpint(gone->agent, ==, AGENT_DISCONNECTED);
    g_assert_cmpint(there->agent, ==, AGENT_CONNECTED);
    g_assert_cmpint(spice->agent, ==, AGENT_ABSENT);
}

static void test_tpm(void)
{
    g_autoptr(Definition) emulated =
        read_domain(GUEST("<tpm model='tpm-crb'><backend type='emulator'/></tpm>"));
    g_autoptr(Definition) chip =
        read_domain(GUEST("<tpm model='tpm-tis'><backend type='passthrough'/></tpm>"));

    g_assert_true(emulated->tpm);
    g_assert_false(chip->tpm);
}

static void assert_immobile(const char *inside, const char *expected)
{
    g_autofree char *text =
        g_strdup_printf("<domain><name>w</name><uuid>" UUID "</uuid>%s</domain>", inside);
    g_autoptr(Definition) def = read_domain(text);
    g_autoptr(GString) found = g_string_new(NULL);

    for (guint i = 0; i < def->immobile->len; i++)
        g_string_append_printf(found, "%s%s", i ? "; " : "",
                               (char *) g_ptr_array_index(def->immobile, i));
    g_assert_cmpstr(found->str, ==, expected);
}

static void test_immobile(void)
{
    assert_immobile(
        "<devices><hostdev mode='subsystem' type='pci'/><hostdev mode='subsystem' type='pci'/>"
        "<hostdev mode='subsystem' type='mdev'/></devices>",
        "hostdev pci; hostdev mdev");
    assert_immobile(
        "<devices><hostdev mode='subsystem' type='usb'/><hostdev mode='subsystem' type='scsi'/>"
        "<hostdev mode='subsystem' type='pci'><teaming type='transient' persistent='ua'/></hostdev>"
        "<interface type='hostdev'><teaming type='transient'/></interface>"
        "<interface type='network'/></devices>",
        "");
    assert_immobile("<devices><interface type='hostdev'/></devices>", "interface hostdev");
    assert_immobile("<devices><filesystem><driver type='virtiofs'/></filesystem><filesystem>"
                    "<driver type='path'/></filesystem></devices>",
                    "virtiofs");
    assert_immobile(
        "<devices><shmem name='a' role='master'/><shmem name='b' role='peer'/></devices>",
        "shmem b");
    assert_immobile("<devices><disk><target dev='vdb'/><transient/></disk></devices>",
                    "transient disk vdb");
}

static void test_invtsc(void)
{
    assert_immobile("<cpu><feature policy='require' name='vmx'/><feature policy='require' "
                    "name='invtsc'/></cpu>",
                    "invtsc");
    assert_immobile("<cpu><feature policy='disable' name='invtsc'/></cpu>", "");
    assert_immobile("<cpu><feature policy='require' name='invtsc'/></cpu><clock><timer name='rtc'/>"
                    "<timer name='tsc' frequency='3000000000'/></clock>",
                    "");
}

// Elements of foreign namespaces, comments and whatever a newer libvirt invents.
static void test_unknown(void)
{
    g_autoptr(Definition) def = read_domain(
        "<domain type='kvm' xmlns:x='urn:x' new='1'><x:name>no</x:name><metadata><m:a "
        "xmlns:m='urn:m'>"
        "<name>no</name></m:a></metadata><!-- <name>no</name> --><?name no?><name>w<!-- "
        "-->e<i/>b</name>"
        "<uuid x:no='1'>" UUID "</uuid><devices><x:disk><target dev='vdz'/></x:disk><gadget/>"
        "<disk colour='red'><target dev='vda' shape='round'/><gadget/></disk></devices></domain>");

    g_assert_cmpstr(def->name, ==, "web");
    g_assert_cmpuint(def->disks->len, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/domain/identity", test_identity);
    g_test_add_func("/xml/domain/identity-missing", test_identity_missing);
    g_test_add_func("/xml/domain/line-of-error", test_line_of_error);
    g_test_add_func("/xml/domain/memory", test_memory);
    g_test_add_func("/xml/domain/numbers-refused", test_numbers_refused);
    g_test_add_func("/xml/domain/vcpus", test_vcpus);
    g_test_add_func("/xml/domain/firmware", test_firmware);
    g_test_add_func("/xml/domain/sources", test_sources);
    g_test_add_func("/xml/domain/disk-facts", test_disk_facts);
    g_test_add_func("/xml/domain/disk-without-target", test_disk_without_target);
    g_test_add_func("/xml/domain/chain", test_chain);
    g_test_add_func("/xml/domain/chain-ends", test_chain_ends);
    g_test_add_func("/xml/domain/mirror", test_mirror);
    g_test_add_func("/xml/domain/encrypted", test_encrypted);
    g_test_add_func("/xml/domain/agent", test_agent);
    g_test_add_func("/xml/domain/tpm", test_tpm);
    g_test_add_func("/xml/domain/immobile", test_immobile);
    g_test_add_func("/xml/domain/invtsc", test_invtsc);
    g_test_add_func("/xml/domain/unknown", test_unknown);
    return g_test_run();
}
