// SPDX-License-Identifier: GPL-2.0-or-later
// Edited definitions and records: what has to change does, everything else stays, and what is not libvirt's is
// refused without a crash and without quoting it.

#include "engine/xml/domain_xml.h"
#include "engine/xml/edit.h"
#include "engine/xml/error.h"
#include "engine/xml/snapshot_xml.h"

#include <string.h>

#define UUID    "5a9a2f4e-0000-4000-8000-000000000001"
#define SECRET  "hunter2<&>"
#define PRESENT                                                                                                 \
    "<domain type='qemu'><name>web</name><uuid>" UUID "</uuid><devices>"                                        \
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/i/now.qcow2'/>"           \
    "<target dev='vda' bus='virtio'/><address type='pci' slot='0x04'/></disk>"                                  \
    "<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none'/><source dev='/dev/vg/b'/>"   \
    "<target dev='vdb' bus='virtio'/><address type='pci' slot='0x09'/><boot order='1'/></disk>"                 \
    "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>"                         \
    "<disk type='file' device='disk'><source file='/i/c.qcow2'/><target dev='vdc' bus='virtio'/>"               \
    "<boot order='2'/><alias name='ua-c'/><address type='pci' slot='0x05'/></disk>"                             \
    "</devices></domain>"

#define STORED(element, more)                                                                                   \
    "<" element " type='qemu' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>old</name>"  \
    "<uuid>" UUID "</uuid><metadata><x:note xmlns:x='urn:x'>a &lt; b</x:note></metadata>"                       \
    "<memory unit='KiB'>32768</memory><devices>"                                                                \
    "<disk type='block' device='disk' snapshot='external'><driver name='qemu' type='raw' discard='unmap'/>"     \
    "<source dev='/i/frozen.raw' index='1' startupPolicy='optional'><seclabel model='dac' relabel='no'/></source>" \
    "<backingStore type='file'><source file='/i/below'/></backingStore><target dev='vda' bus='virtio'/>"        \
    "<address type='pci' slot='0x04'/></disk>"                                                                  \
    "<disk type='file' device='disk'><source file='/i/old-b'/><target dev='vdb' bus='virtio'/>"                 \
    "<address type='pci' slot='0x06'/></disk>"                                                                  \
    "<disk type='file' device='cdrom'><source file='/i/x.iso'/><target dev='sda' bus='sata'/><readonly/></disk>" \
    "<disk type='file' device='disk'><source file='/i/gone'/><target dev='vdz' bus='virtio'/></disk>" more      \
    "<graphics type='vnc' passwd='hunter2&lt;&amp;&gt;'/></devices>"                                            \
    "<qemu:commandline><qemu:arg value='-x'/></qemu:commandline></" element ">"

#define RECORD(state, memory, more)                                                                             \
    "<domainsnapshot><name>s1</name><description>first</description><state>" state "</state>"                   \
    "<parent><name>s0</name></parent><creationTime>1700000000</creationTime>" memory                            \
    "<disks><disk name='vda' snapshot='external' type='file'><driver type='qcow2'/><source file='/i/over'/></disk>" \
    "<disk name='vdb' snapshot='no'/></disks>"                                                                  \
    "<revertDisks><disk name='vda' snapshot='external' type='file'><source file='/i/rev'/></disk></revertDisks>" \
    STORED("domain", "") more "<cookie><cpu/></cookie></domainsnapshot>"

#define NO_REVERTS                                                                                              \
    "<domainsnapshot><name>s1</name><state>shutoff</state><parent><name>s0</name></parent>"                     \
    "<creationTime>1700000000</creationTime><disks><disk name='vda' snapshot='external' type='file'>"           \
    "<driver type='qcow2'/><source file='/i/over'/><snapshotDeleteInProgress/></disk>"                          \
    "<disk name='vdb' snapshot='no'/></disks>" STORED("domain", "") "<cookie><cpu/></cookie></domainsnapshot>"

#define OFF    RECORD("shutoff", "<memory snapshot='no'/>", "")
#define MEMORY RECORD("running", "<memory snapshot='external' file='/i/m.mem'/>", STORED("inactiveDomain", ""))

static Plan *plan_with(StepKind kind, const char *subject)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, UUID, "web", "s1");
    Plan *plan = plan_new(wish);
    Step *step = plan_add_step(plan, kind, subject);
    StepDisk *disk;

    step->origin = g_strdup("s1");
    disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);
    disk->writes = g_strdup("/i/new & top.qcow2");
    disk->backing = g_strdup("/i/new-base.qcow2");
    disk->format = g_strdup("qcow2");
    return plan;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        g_error("no \"%s\" in\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        g_error("\"%s\" in\n%s", part, text);
}

static const Disk *disk_of(const Definition *def, const char *target)
{
    const Disk *disk = definition_disk(def, target);

    g_assert_nonnull(disk);
    return disk;
}

// What every edited definition has: `path` on vda, and all other disks as the guest has them now.
static void check_definition(const Definition *def, const char *path)
{
    g_assert_cmpstr(def->name, ==, "web");
    g_assert_cmpstr(def->uuid, ==, UUID);
    g_assert_cmpuint(def->memory, ==, 32768 << 10);
    g_assert_cmpstr(disk_of(def, "vda")->path, ==, path);
    g_assert_cmpint(disk_of(def, "vda")->type, ==, SOURCE_FILE);
    g_assert_cmpstr(disk_of(def, "vda")->format, ==, "qcow2");
    g_assert_null(disk_of(def, "vda")->backing);
    g_assert_cmpstr(disk_of(def, "vdb")->path, ==, "/dev/vg/b");
    g_assert_cmpint(disk_of(def, "vdb")->type, ==, SOURCE_BLOCK);
    g_assert_null(disk_of(def, "sda")->path);
    g_assert_cmpstr(disk_of(def, "vdc")->path, ==, "/i/c.qcow2");
    g_assert_null(definition_disk(def, "vdz"));
    g_assert_cmpuint(def->disks->len, ==, 4);
}

static void check_kept(const char *text)
{
    assert_has(text, "<qemu:commandline><qemu:arg value=\"-x\"/></qemu:commandline>");
    assert_has(text, "xmlns:qemu=");
    assert_has(text, "a &lt; b</x:note>");
    assert_has(text, "passwd=\"hunter2&lt;&amp;&gt;\"");
    assert_has(text, "discard=\"unmap\"");
    assert_has(text, "startupPolicy=\"optional\"");
    assert_has(text, "<seclabel model=\"dac\" relabel=\"no\"/>");
    assert_lacks(text, "/i/below");
}

static void test_definition(gconstpointer record)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_DEFINE, "web");
    Step *step = plan->steps->pdata[0];
    g_autofree char *text = xml_edit_definition(record, PRESENT, step, &error);
    g_autoptr(Definition) def = NULL;

    g_assert_no_error(error);
    def = xml_read_domain(text, strlen(text), &error);
    g_assert_no_error(error);
    check_definition(def, "/i/new & top.qcow2");
    check_kept(text);
    g_assert_true(g_str_has_prefix(text, "<domain "));
    // Places: that of the stored definition for a disk it knows, libvirt's choice for one it does not.
    assert_has(text, "slot=\"0x06\"");
    assert_lacks(text, "slot=\"0x09\"");
    assert_lacks(text, "slot=\"0x05\"");
    assert_lacks(text, "ua-c");
    assert_lacks(text, "<boot");
}

static void test_copy_of_off(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_RECORD, "after");
    Step *step = plan->steps->pdata[0];
    g_autofree char *text = NULL;
    g_autoptr(Snapshot) snapshot = NULL;

    step->description = g_strdup("where \x01 < NOW went");
    text = xml_edit_record(OFF, PRESENT, step, 1800000000, &error);
    g_assert_no_error(error);
    snapshot = xml_read_snapshot(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(snapshot->name, ==, "after");
    g_assert_cmpstr(snapshot->parent, ==, "s1");
    g_assert_cmpint(snapshot->created, ==, 1800000000);
    g_assert_cmpstr(snapshot->description, ==, "where \xEF\xBF\xBD < NOW went");
    g_assert_cmpint(snapshot->state, ==, SNAPSHOT_OFF);
    g_assert_null(snapshot->revert_disks);
    g_assert_cmpstr(snapshot_frozen(snapshot, "vda"), ==, "/i/new-base.qcow2");
    g_assert_cmpstr(snapshot_overlay(snapshot, "vda"), ==, "/i/new & top.qcow2");
    g_assert_cmpuint(snapshot->disks->len, ==, 4); // libvirt would choose for those that are not named
    g_assert_cmpint(snapshot_disk(snapshot, "vdb")->mode, ==, DISK_MODE_NO);
    g_assert_cmpint(snapshot_disk(snapshot, "vdc")->mode, ==, DISK_MODE_NO);
    check_definition(snapshot->definition, "/i/new-base.qcow2");
    check_kept(text);
}

static void test_copy_of_memory(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_RECORD, "after");
    Step *step = plan->steps->pdata[0];
    g_autofree char *text = xml_edit_record(MEMORY, PRESENT, step, 1, &error);
    g_autoptr(Snapshot) snapshot = NULL;

    g_assert_no_error(error);
    snapshot = xml_read_snapshot(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_cmpint(snapshot->state, ==, SNAPSHOT_DISK_ONLY);
    g_assert_cmpint(snapshot->memory, ==, MEMORY_NO);
    g_assert_null(snapshot->description);
    assert_lacks(text, "m.mem");
    assert_lacks(text, "cookie");
    check_definition(snapshot->definition, "/i/new-base.qcow2");
    check_definition(snapshot->inactive, "/i/new-base.qcow2");
}

static void test_renewed(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_RECORD, "s1");
    Step *step = plan->steps->pdata[0];
    g_autofree char *text = xml_edit_record(MEMORY, PRESENT, step, 1, &error);
    g_autoptr(Snapshot) snapshot = NULL;

    g_assert_no_error(error);
    snapshot = xml_read_snapshot(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(snapshot->name, ==, "s1");
    g_assert_cmpstr(snapshot->parent, ==, "s0");
    g_assert_cmpint(snapshot->created, ==, 1700000000);
    g_assert_cmpint(snapshot->memory, ==, MEMORY_EXTERNAL);
    g_assert_cmpint(snapshot->state, ==, SNAPSHOT_RUNNING);
    g_assert_null(snapshot->revert_disks);
    g_assert_cmpstr(snapshot_frozen(snapshot, "vda"), ==, "/i/frozen.raw");
    g_assert_cmpstr(snapshot_overlay(snapshot, "vda"), ==, "/i/new & top.qcow2");
    g_assert_cmpuint(snapshot->disks->len, ==, 2);
    g_assert_cmpstr(disk_of(snapshot->definition, "vdb")->path, ==, "/i/old-b"); // as it was
    assert_has(text, "<cookie><cpu/></cookie>");
}

static void test_saved(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_DEFINE, "web");
    Step *step = plan->steps->pdata[0];
    g_autofree char *text = xml_edit_saved(STORED("domain", ""), step, &error);
    g_autoptr(Definition) def = NULL;

    g_assert_no_error(error);
    def = xml_read_domain(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(disk_of(def, "vda")->path, ==, "/i/new & top.qcow2");
    g_assert_cmpstr(disk_of(def, "vdb")->path, ==, "/i/old-b"); // the memory was saved with it
    g_assert_cmpstr(disk_of(def, "sda")->path, ==, "/i/x.iso");
    g_assert_cmpstr(def->name, ==, "old");
    check_kept(text);
}

static void test_present(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_DEFINE, "web");
    Step *step = plan->steps->pdata[0];
    g_autofree char *text = xml_edit_present(STORED("domain", ""), step, &error);
    g_autoptr(Definition) def = NULL;

    g_assert_no_error(error);
    def = xml_read_domain(text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(disk_of(def, "vda")->path, ==, "/i/new & top.qcow2");
    g_assert_cmpstr(disk_of(def, "vdb")->path, ==, "/i/old-b");
    check_kept(text);
}

// A disk of somebody else's namespace is none.
static void test_foreign_disk(void)
{
    static const char foreign[] =
        RECORD("shutoff", "", "<inactiveDomain type='q'><name>w</name><uuid>" UUID "</uuid><devices>"
               "<x:disk xmlns:x='urn:x'><target dev='vda'/></x:disk>"
               "<disk type='file'><x:target xmlns:x='urn:x' dev='vdq'/><source file='/i/f'/><target dev='vda'/></disk>"
               "</devices></inactiveDomain>");
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_DEFINE, "web");
    Step *step = plan->steps->pdata[0];
    g_autofree char *text = xml_edit_definition(foreign, PRESENT, step, &error);

    g_assert_no_error(error);
    assert_has(text, "<x:disk xmlns:x=\"urn:x\"><target dev=\"vda\"/></x:disk>");
    assert_has(text, "<source file=\"/i/new &amp; top.qcow2\"/>");
}

// ---- Hostile ----------------------------------------------------------------------------------

static void assert_refused(const char *record, const char *present, const Step *step, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = step->kind == STEP_RECORD ? xml_edit_record(record, present, step, 1, &error) :
                                                        xml_edit_definition(record, present, step, &error);

    g_assert_null(text);
    g_assert_nonnull(error);
    g_assert_true(error->domain == XML_ERROR);
    assert_has(error->message, words);
    assert_lacks(error->message, "hunter2");
}

#define DISK(inside) "<disk type='file'>" inside "</disk>"
#define SMALL(devices)                                                                                          \
    "<domainsnapshot><name>s</name><domain type='q'><name>w</name><uuid>u</uuid><devices>" devices              \
    "</devices></domain></domainsnapshot>"
#define VDA "<source file='/i/f'/><target dev='vda'/>"

static void test_refused(void)
{
    g_autoptr(Plan) plan = plan_with(STEP_DEFINE, "web");
    Step *step = plan->steps->pdata[0];

    assert_refused("", PRESENT, step, "empty");
    assert_refused("<domainsnapshot>", PRESENT, step, "well-formed");
    assert_refused(OFF "x", PRESENT, step, "well-formed");
    assert_refused("<!DOCTYPE x [<!ENTITY a 'hunter2'>]>" OFF, PRESENT, step, "DOCTYPE");
    assert_refused("\xff" OFF, PRESENT, step, "UTF-8");
    assert_refused("<domain/>", PRESENT, step, "does not begin");
    assert_refused("<x:domainsnapshot xmlns:x='urn:x'/>", PRESENT, step, "does not begin");
    assert_refused("<domainsnapshot xmlns='urn:x'/>", PRESENT, step, "does not begin");
    assert_refused("<domainsnapshot/>", PRESENT, step, "no definition");
    assert_refused("<domainsnapshot><domain/></domainsnapshot>", PRESENT, step, "no devices");
    assert_refused(OFF, "<domain/>", step, "no name");
    assert_refused(OFF, "<domain><name>w</name><uuid>u</uuid></domain>", step, "no devices");
    assert_refused(OFF, OFF, step, "does not begin");
    assert_refused(SMALL(""), PRESENT, step, "is not there");
    assert_refused(SMALL(DISK(VDA) DISK(VDA)), PRESENT, step, "name of its own");
    assert_refused(SMALL(DISK(VDA) DISK("")), PRESENT, step, "name of its own");
    assert_refused(SMALL(DISK("<target dev='vda'/><source file='/i/f'><slices/></source>")), PRESENT, step, "part of its file");
    assert_refused(SMALL(DISK("<target dev='vda'/><source file='/i/f'><encryption format='luks'/></source>")), PRESENT, step,
                   "encrypted");
    assert_refused(SMALL(DISK(VDA "<encryption format='qcow'/>")), PRESENT, step, "encrypted");
}

static void test_refused_record(void)
{
    g_autoptr(Plan) plan = plan_with(STEP_RECORD, "after");
    Step *step = plan->steps->pdata[0];

    assert_refused(OFF, "", step, "empty");
    assert_refused("<domainsnapshot/>", PRESENT, step, "no definition");
    assert_refused(SMALL(""), PRESENT, step, "is not there");
    g_free(step->subject);
    step->subject = g_strdup("s1");
    assert_refused("<domainsnapshot/>", PRESENT, step, "is not there");
    assert_refused("<domainsnapshot><disks><disk/><disk name='vdb'/></disks></domainsnapshot>", PRESENT, step, "is not there");
    assert_refused("<domainsnapshot><disks><disk name='vda'/><disk name='vda'/></disks></domainsnapshot>", PRESENT, step,
                   "is not there");
}

// It would be another file, or another snapshot, than the plan names.
static void test_names_xml_cannot_carry(void)
{
    g_autoptr(Plan) plan = plan_with(STEP_RECORD, "after");
    Step *step = plan->steps->pdata[0];
    StepDisk *disk = g_ptr_array_index(step->disks, 0);

    g_free(disk->writes);
    disk->writes = g_strdup("/i/\x1b[31m");
    assert_refused(OFF, PRESENT, step, "cannot be written");
    g_free(disk->writes);
    disk->writes = g_strdup("/i/ok");
    g_free(disk->backing);
    disk->backing = NULL;
    assert_refused(OFF, PRESENT, step, "cannot be written");
    disk->backing = g_strdup("/i/\xff");
    assert_refused(OFF, PRESENT, step, "cannot be written");
    g_free(disk->backing);
    disk->backing = g_strdup("/i/base");
    g_free(step->subject);
    step->subject = g_strdup("a\x07");
    assert_refused(OFF, PRESENT, step, "cannot be written");
}

static void test_deep_and_wide(void)
{
    g_autoptr(Plan) plan = plan_with(STEP_DEFINE, "web");
    Step *step = plan->steps->pdata[0];
    g_autoptr(GString) deep = g_string_new("<domainsnapshot>");
    g_autoptr(GString) wide = g_string_new("<domainsnapshot><domain type='q'><devices>" DISK(VDA));
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    for (int i = 0; i < 5000; i++)
        g_string_append(deep, "<a>");
    assert_refused(deep->str, PRESENT, step, "too deep");
    for (int i = 0; i < 20000; i++)
        g_string_append_printf(wide, "<disk><target dev='v%d'/></disk>", i);
    g_string_append(wide, "</devices></domain></domainsnapshot>");
    text = xml_edit_definition(wide->str, PRESENT, step, &error);
    g_assert_no_error(error);
    assert_lacks(text, "dev=\"v77\"");
}

// ---- Renewed records --------------------------------------------------------------------------

static void check_renewed(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) read = xml_read_snapshot(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(snapshot_expected_now(read, "vda"), ==, expected);
    g_assert_cmpstr(snapshot_frozen(read, "vda"), ==, "/i/frozen.raw");
    g_assert_false(snapshot_covers(read, "vdb"));
    g_assert_cmpint(read->created, ==, 1700000000);
    g_assert_cmpstr(read->parent, ==, "s0");
    assert_has(text, "passwd=\"hunter2&lt;&amp;&gt;\"");
    assert_has(text, "<cookie><cpu/></cookie>");
    assert_has(text, "xmlns:qemu=");
    assert_lacks(text, "/i/rev<");
}

static const char *const hostile[] = {
    "/i/new & top.qcow2", "/i/]]>.qcow2", "/i/<x a='1' b=\"2\">&lt;&#10;", "/i/\xc3\xbc -->", NULL,
};

static void test_renewal(void)
{
    for (guint i = 0; hostile[i]; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Plan) plan = plan_with(STEP_RENEW, "s1");
        Step *step = plan->steps->pdata[0];
        StepDisk *disk = step->disks->pdata[0];
        g_autofree char *reverts = NULL;
        g_autofree char *disks = NULL;

        g_free(disk->writes);
        disk->writes = g_strdup(hostile[i]);
        reverts = xml_edit_renewed(MEMORY, step, true, &error);
        g_assert_no_error(error);
        check_renewed(reverts, hostile[i]);
        assert_has(reverts, "/i/over"); // what the disks say stays
        disks = xml_edit_renewed(NO_REVERTS, step, false, &error);
        g_assert_no_error(error);
        check_renewed(disks, hostile[i]);
        assert_lacks(disks, "/i/over");
        assert_lacks(disks, "revertDisks");
        assert_has(disks, "<snapshotDeleteInProgress/>");
    }
}

static void test_renewal_first_time(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = plan_with(STEP_RENEW, "s1");
    g_autofree char *text = xml_edit_renewed(NO_REVERTS, plan->steps->pdata[0], true, &error);

    g_assert_no_error(error);
    check_renewed(text, "/i/new & top.qcow2");
    assert_has(text, "/i/over");
}

static void refuse_renewed(const char *target, const char *writes, const char *format)
{
    for (int reverts = 0; reverts < 2; reverts++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Plan) plan = plan_with(STEP_RENEW, "s1");
        StepDisk *disk = step_add_disk(plan->steps->pdata[0], target, DISK_MODE_EXTERNAL);

        disk->writes = g_strdup(writes);
        disk->format = g_strdup(format);
        g_assert_null(xml_edit_renewed(MEMORY, plan->steps->pdata[0], reverts == 1, &error));
        g_assert_error(error, XML_ERROR, XML_ERROR_CONTENT);
        assert_lacks(error->message, "hunter2");
    }
}

static void test_renewal_refused(void)
{
    refuse_renewed("vdz", "/i/z", "qcow2");          // not in the record
    refuse_renewed("vda", "/i/again", "qcow2");      // twice
    refuse_renewed("vdb", "/i/\x01", "qcow2");       // no XML can say that
    refuse_renewed("vdb", "/i/b", NULL);             // no format: it would be guessed
    refuse_renewed("vdb", "/i/\xff", "qcow2");
}

static void test_reparented(void)
{
    static const char *const parents[] = {"s9", "a & <b> \"c\" ]]> ü 🐧", NULL};

    for (guint i = 0; i < G_N_ELEMENTS(parents); i++) {
        g_autoptr(Plan) plan = plan_with(STEP_REPARENT, "s1");
        Step *step = plan->steps->pdata[0];
        g_autofree char *text = NULL;
        g_autoptr(Snapshot) read = NULL;

        g_free(step->origin);
        step->origin = g_strdup(parents[i]);
        text = xml_edit_reparented(MEMORY, step, NULL);
        g_assert_nonnull(text);
        read = xml_read_snapshot(text, strlen(text), NULL);
        g_assert_nonnull(read);
        g_assert_cmpstr(read->parent, ==, parents[i]);
        g_assert_cmpstr(snapshot_expected_now(read, "vda"), ==, "/i/rev"); // all else stays
        g_assert_nonnull(strstr(text, "<cookie><cpu/></cookie>"));
        g_assert_nonnull(strstr(text, "hunter2"));
    }
}

static void test_reparented_refused(void)
{
    g_autoptr(Plan) plan = plan_with(STEP_REPARENT, "s1");
    Step *step = plan->steps->pdata[0];
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) broken = NULL;

    g_free(step->origin);
    step->origin = g_strdup("a\001b");
    g_assert_null(xml_edit_reparented(MEMORY, step, &error));
    g_assert_nonnull(error);
    g_assert_null(strstr(error->message, "hunter2"));
    g_assert_null(xml_edit_reparented("<domainsnapshot><name>", step, &broken));
    g_assert_nonnull(broken);
}

// The layer /i/a is gone, and what it held is in /i/0: at the top of a definition, and further below in another.
#define COMPLETE(DISKS)                                                                                               \
    "<domainsnapshot><name>s1</name><state>shutoff</state><creationTime>1</creationTime><disks>" DISKS "</disks>"      \
    "<domain type='qemu'><name>web</name><uuid>5a9a2f4e-0000-4000-8000-000000000001</uuid>"                           \
    "<memory>1024</memory><os><type>hvm</type></os><devices>"                                                         \
    "<disk type='file' device='disk'><source file='/i/a'/><target dev='vda'/></disk>"                                 \
    "<disk type='file' device='disk'><source file='/j/a'/><target dev='vdb'/></disk>"                                 \
    "<disk type='file' device='cdrom'><target dev='sda'/></disk></devices></domain></domainsnapshot>"
#define COVERED "<disk name='vda' snapshot='external' type='file'><source file='/i/b'/></disk>"

// A disk that no entry names is left out in so many words, or libvirt takes it for one that the snapshot covers.
static void test_complete(void)
{
    g_autofree char *text = xml_edit_complete(COMPLETE(COVERED), NULL);
    g_autofree char *again = xml_edit_complete(text, NULL);
    g_autofree char *inside = xml_edit_complete(COMPLETE("<disk name='vda' snapshot='internal'/>"), NULL);
    g_autoptr(Snapshot) read = xml_read_snapshot(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(read);
    g_assert_cmpuint(read->disks->len, ==, 3);
    g_assert_cmpint(snapshot_disk(read, "vda")->mode, ==, DISK_MODE_EXTERNAL);
    g_assert_cmpint(snapshot_disk(read, "vdb")->mode, ==, DISK_MODE_NO);
    g_assert_cmpint(snapshot_disk(read, "sda")->mode, ==, DISK_MODE_NO);
    g_assert_cmpstr(snapshot_overlay(read, "vda"), ==, "/i/b");
    g_assert_cmpstr(again, ==, text);
    g_assert_cmpstr(inside, ==, COMPLETE("<disk name='vda' snapshot='internal'/>"));
    g_assert_null(xml_edit_complete("<domain/>", &error));
    g_assert_nonnull(error);
}

static void test_followed(void)
{
    static const char text[] =
        "<domainsnapshot><name>s1</name><state>shutoff</state><creationTime>1</creationTime>"
        "<disks><disk name='vda' snapshot='external' type='file'><source file='/i/b'/></disk>"
        "<disk name='vdb' snapshot='external' type='file'><source file='/j/b'/></disk></disks>"
        "<revertDisks><disk name='vdb' snapshot='external' type='file'><source file='/j/r'/></disk></revertDisks>"
        "<domain type='qemu'><name>web</name><uuid>5a9a2f4e-0000-4000-8000-000000000001</uuid>"
        "<memory>1024</memory><os><type>hvm</type></os><devices>"
        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/i/a'/>"
        "<backingStore type='file'><format type='raw'/><source file='/i/0'/><backingStore/></backingStore>"
        "<target dev='vda' bus='virtio'/></disk>"
        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/j/a'/>"
        "<target dev='vdb' bus='virtio'/></disk></devices></domain>"
        "<inactiveDomain type='qemu'><name>web</name><uuid>5a9a2f4e-0000-4000-8000-000000000001</uuid>"
        "<memory>1024</memory><os><type>hvm</type></os><devices>"
        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/i/c'/>"
        "<backingStore type='file'><format type='qcow2'/><source file='/i/a'/>"
        "<backingStore type='file'><format type='raw'/><source file='/i/0'/><backingStore/></backingStore>"
        "</backingStore><target dev='vda' bus='virtio'/></disk></devices></inactiveDomain></domainsnapshot>";
    g_autoptr(Plan) plan = plan_with(STEP_FOLLOW, "s1");
    Step *step = plan->steps->pdata[0];
    g_autofree char *edited = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) read = NULL;
    const Disk *top, *below;
    StepDisk *disk;

    g_ptr_array_set_size(step->disks, 0);
    disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);
    disk->writes = g_strdup("/i/0");
    disk->format = g_strdup("raw");
    disk->backing = g_strdup("/i/a");
    step_add_disk(step, "vdb", DISK_MODE_NO);
    edited = xml_edit_followed(text, step, &error);
    g_assert_no_error(error);
    read = xml_read_snapshot(edited, strlen(edited), NULL);
    g_assert_nonnull(read);
    top = definition_disk(read->definition, "vda");
    g_assert_cmpstr(top->path, ==, "/i/0");
    g_assert_cmpstr(top->format, ==, "raw");
    g_assert_true(top->chain_ends);
    below = definition_disk(read->inactive, "vda");
    g_assert_cmpstr(below->path, ==, "/i/c");
    g_assert_cmpstr(((const Layer *) below->backing->pdata[0])->path, ==, "/i/0");
    g_assert_cmpuint(below->backing->len, ==, 1);
    g_assert_cmpstr(definition_disk(read->definition, "vdb")->path, ==, "/j/a");
    g_assert_cmpint(snapshot_disk(read, "vdb")->mode, ==, DISK_MODE_NO);
    g_assert_cmpstr(snapshot_overlay(read, "vda"), ==, "/i/b");
    g_assert_null(strstr(edited, "/j/r"));
    g_free(disk->target);
    disk->target = g_strdup("vdz");
    g_assert_null(xml_edit_followed(text, step, &error));
    g_assert_nonnull(error);
}

// What was read from a guest that runs: the rest is libvirt's to drop when it is defined.
static void test_stored(void)
{
    static const char running[] =
        "<domain id='7'><name>web</name><uuid>u</uuid><devices>"
        "<disk type='file'><source file='/i/b' index='2'/><backingStore type='file'><source file='/i/a'/><backingStore/>"
        "</backingStore><target dev='vda'/><auth username='x'/></disk>"
        "<disk type='file'><source file='/i/c'/><backingStore/><target dev='vdb'/></disk>"
        "<graphics type='vnc' passwd='hunter2'/></devices></domain>";
    g_autoptr(GError) error = NULL;
    g_autofree char *text = xml_edit_stored(running, NULL);

    g_assert_nonnull(text);
    g_assert_null(strstr(text, "backingStore"));
    g_assert_null(strstr(text, "/i/a"));
    g_assert_nonnull(strstr(text, "<source file=\"/i/b\" index=\"2\"/>"));
    g_assert_nonnull(strstr(text, "hunter2"));
    g_assert_null(xml_edit_stored("<domain><name>", &error));
    g_assert_nonnull(error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/edit/definition/off", OFF, test_definition);
    g_test_add_data_func("/edit/definition/inactive", MEMORY, test_definition);
    g_test_add_func("/edit/copy/off", test_copy_of_off);
    g_test_add_func("/edit/copy/memory", test_copy_of_memory);
    g_test_add_func("/edit/renewed", test_renewed);
    g_test_add_func("/edit/saved", test_saved);
    g_test_add_func("/edit/present", test_present);
    g_test_add_func("/edit/foreign-disk", test_foreign_disk);
    g_test_add_func("/edit/refused", test_refused);
    g_test_add_func("/edit/refused-record", test_refused_record);
    g_test_add_func("/edit/names-xml-cannot-carry", test_names_xml_cannot_carry);
    g_test_add_func("/edit/deep-and-wide", test_deep_and_wide);
    g_test_add_func("/edit/renewal", test_renewal);
    g_test_add_func("/edit/renewal-first-time", test_renewal_first_time);
    g_test_add_func("/edit/renewal-refused", test_renewal_refused);
    g_test_add_func("/xml/edit/stored", test_stored);
    g_test_add_func("/xml/edit/reparented", test_reparented);
    g_test_add_func("/xml/edit/followed", test_followed);
    g_test_add_func("/xml/edit/complete", test_complete);
    g_test_add_func("/xml/edit/reparented-refused", test_reparented_refused);
    return g_test_run();
}
