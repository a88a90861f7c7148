// SPDX-License-Identifier: GPL-2.0-or-later
// Reading snapshot records: what is in them, and what libvirt takes for granted when it is not.

#include "engine/xml/snapshot_xml.h"
#include "tests/unit/xml_text.h"

static Snapshot *read_snapshot(const char *text)
{
    g_autoptr(GError) error = NULL;
    Snapshot *snapshot = xml_read_snapshot(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_nonnull(snapshot);
    return snapshot;
}

static void assert_refused(const char *text)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(xml_read_snapshot(text, strlen(text), &error));
    assert_sentence(error, XML_ERROR_CONTENT, "The XML of a snapshot");
}

// clang-format off
static const char whole[] =
    "<domainsnapshot>"
    "<name>s2</name><description>after &amp; before</description>"
    "<state>running</state><parent><name>s1</name></parent>"
    "<creationTime>1700000002</creationTime>"
    "<memory snapshot='external' file='/t/web.mem'/>"
    "<disks>"
    "<disk name='vda' snapshot='external' type='file'>"
    "<snapshotDeleteInProgress/><driver type='qcow2'/><source file='/t/web.s2'/></disk>"
    "<disk name='sda' snapshot='no'/>"
    "</disks>"
    "<revertDisks>"
    "<disk name='vda' snapshot='external' type='file'>"
    "<driver type='qcow2'/><source file='/t/web.1700'/></disk>"
    "</revertDisks>"
    GUEST("<disk><source file='/t/web.s1'/><target dev='vda'/></disk>")
    "<inactiveDomain type='kvm'><name>web</name><uuid>" UUID "</uuid></inactiveDomain>"
    "<active>1</active><cookie/>"
    "</domainsnapshot>";

static const char named_by_path[] =
    "<domainsnapshot><name>s1</name>"
    "<disks>"
    "<disk name='/a' snapshot='internal'/>"
    "<disk name='/twice' snapshot='no'/>"
    "<disk name='/gone' snapshot='no'/>"
    "<disk name='vdd' snapshot='no'/>"
    "</disks>"
    "<revertDisks><disk name='/a' snapshot='external'><source file='/r'/></disk></revertDisks>"
    GUEST("<disk><source file='/a'/><target dev='vda'/></disk>"
          "<disk><source file='/twice'/><target dev='vdb'/></disk>"
          "<disk><source file='/twice'/><target dev='vdc'/></disk>"
          "<disk><source file='vdd'/><target dev='vde'/></disk>"
          "<disk><target dev='vdd'/></disk>")
    "</domainsnapshot>";
// clang-format on

static void test_whole(void)
{
    g_autoptr(Snapshot) s = read_snapshot(whole);

    g_assert_cmpstr(s->name, ==, "s2");
    g_assert_cmpstr(s->description, ==, "after & before");
    g_assert_cmpstr(s->parent, ==, "s1");
    g_assert_cmpint(s->created, ==, 1700000002);
    g_assert_cmpint(s->state, ==, SNAPSHOT_RUNNING);
    g_assert_cmpstr(s->state_text, ==, "running");
    g_assert_cmpint(s->memory, ==, MEMORY_EXTERNAL);
    g_assert_cmpstr(s->memory_file, ==, "/t/web.mem");
    g_assert_cmpuint(s->disks->len, ==, 2);
    g_assert_cmpstr(snapshot_disk(s, "vda")->format, ==, "qcow2");
    g_assert_cmpint(snapshot_disk(s, "vda")->type, ==, SOURCE_FILE);
    g_assert_cmpint(snapshot_disk(s, "sda")->mode, ==, DISK_MODE_NO);
    g_assert_cmpstr(snapshot_frozen(s, "vda"), ==, "/t/web.s1");
    g_assert_cmpstr(snapshot_overlay(s, "vda"), ==, "/t/web.s2");
    g_assert_cmpstr(snapshot_expected_now(s, "vda"), ==, "/t/web.1700");
    g_assert_true(snapshot_delete_in_progress(s));
    g_assert_cmpstr(s->inactive->name, ==, "web");
}

static void test_least(void)
{
    g_autoptr(Snapshot) s = read_snapshot(SNAPSHOT("<description/><parent/>"));

    g_assert_cmpstr(s->name, ==, "s1");
    g_assert_null(s->description);
    g_assert_null(s->parent);
    g_assert_null(s->state_text);
    g_assert_cmpint(s->state, ==, SNAPSHOT_UNKNOWN);
    g_assert_cmpint(s->created, ==, 0);
    g_assert_cmpint(s->memory, ==, MEMORY_NO);
    g_assert_null(s->memory_file);
    g_assert_cmpuint(s->disks->len, ==, 0);
    g_assert_null(s->revert_disks);
    g_assert_null(s->definition);
    g_assert_null(s->inactive);
    g_assert_cmpint(snapshot_kind(s), ==, KIND_NONE);
}

static void test_states(void)
{
    static const struct {
        const char *text;
        SnapshotState state;
        MemoryMode memory; // when the record says nothing about it
    } cases[] = {
        {"running", SNAPSHOT_RUNNING, MEMORY_INTERNAL},
        {"paused", SNAPSHOT_PAUSED, MEMORY_INTERNAL},
        {"shutoff", SNAPSHOT_OFF, MEMORY_NO},
        {"disk-snapshot", SNAPSHOT_DISK_ONLY, MEMORY_NO},
        {"crashed", SNAPSHOT_OTHER, MEMORY_INTERNAL},
        {"dreaming", SNAPSHOT_OTHER, MEMORY_INTERNAL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(SNAPSHOT("<state>%s</state>"), cases[i].text);
        g_autoptr(Snapshot) s = read_snapshot(text);

        g_assert_cmpint(s->state, ==, cases[i].state);
        g_assert_cmpstr(s->state_text, ==, cases[i].text);
        g_assert_cmpint(s->memory, ==, cases[i].memory);
    }
}

static void test_memory(void)
{
    g_autoptr(Snapshot) no =
        read_snapshot(SNAPSHOT("<state>running</state><memory snapshot='no'/>"));
    g_autoptr(Snapshot) internal = read_snapshot(SNAPSHOT("<memory snapshot='internal'/>"));
    g_autoptr(Snapshot) file = read_snapshot(SNAPSHOT("<memory file='/m'/>"));

    g_assert_cmpint(no->memory, ==, MEMORY_NO);
    g_assert_cmpint(internal->memory, ==, MEMORY_INTERNAL);
    g_assert_cmpint(file->memory, ==, MEMORY_EXTERNAL);
    g_assert_cmpstr(file->memory_file, ==, "/m");
}

static void test_refused(void)
{
    assert_refused("<domainsnapshot><state>running</state></domainsnapshot>");
    assert_refused("<domainsnapshot><name></name></domainsnapshot>");
    assert_refused("<domain><name>s1</name></domain>");
    assert_refused(SNAPSHOT("<memory snapshot='external'/>"));
    assert_refused(SNAPSHOT("<memory snapshot='elsewhere' file='/m'/>"));
    assert_refused(SNAPSHOT("<disks><disk snapshot='no'/></disks>"));
    assert_refused(SNAPSHOT("<disks><disk name='vda' snapshot='maybe'/></disks>"));
    assert_refused(SNAPSHOT("<revertDisks><disk name='vda' snapshot='maybe'/></revertDisks>"));
    assert_refused(SNAPSHOT("<creationTime>soon</creationTime>"));
    assert_refused(SNAPSHOT("<creationTime>-1</creationTime>"));
    assert_refused(SNAPSHOT("<creationTime>253402300800</creationTime>"));
    assert_refused(SNAPSHOT("<domain type='kvm'><uuid>" UUID "</uuid></domain>"));
    assert_refused(SNAPSHOT("<inactiveDomain><name>web</name></inactiveDomain>"));
}

static void test_disk_defaults(void)
{
    g_autoptr(Snapshot) s = read_snapshot(SNAPSHOT(
        "<disks><disk name='vda'/><disk name='vdb'><source file='/b'/></disk><disk name='vdc'>"
        "<driver type='qed'/></disk><disk name='vdd' snapshot='internal'><source file='/d'/></disk>"
        "<disk name='vde' snapshot='external' type='block'><source dev='/dev/e'/></disk>"
        "<disk name='vdf' snapshot='external' type='network'><source protocol='rbd' "
        "name='p/f'/></disk>"
        "<disk name='vdg' snapshot='manual'/></disks>"));

    g_assert_cmpint(snapshot_disk(s, "vda")->mode, ==, DISK_MODE_DEFAULT);
    g_assert_cmpint(snapshot_disk(s, "vdb")->mode, ==, DISK_MODE_EXTERNAL);
    g_assert_cmpstr(snapshot_disk(s, "vdb")->path, ==, "/b");
    g_assert_cmpint(snapshot_disk(s, "vdc")->mode, ==, DISK_MODE_EXTERNAL);
    g_assert_null(snapshot_disk(s, "vdc")->path);
    g_assert_cmpint(snapshot_disk(s, "vdd")->mode, ==, DISK_MODE_INTERNAL);
    g_assert_null(snapshot_disk(s, "vdd")->path);
    g_assert_cmpint(snapshot_disk(s, "vdd")->type, ==, SOURCE_NONE);
    g_assert_cmpint(snapshot_disk(s, "vde")->type, ==, SOURCE_BLOCK);
    g_assert_cmpstr(snapshot_disk(s, "vde")->path, ==, "/dev/e");
    g_assert_cmpstr(snapshot_disk(s, "vdf")->path, ==, "rbd:p/f");
    g_assert_cmpint(snapshot_disk(s, "vdg")->mode, ==, DISK_MODE_MANUAL);
    g_assert_false(snapshot_delete_in_progress(s));
}

// Old records name disks by the file they had.
static void test_disk_named_by_path(void)
{
    g_autoptr(Snapshot) s = read_snapshot(named_by_path);

    g_assert_cmpint(snapshot_disk(s, "vda")->mode, ==, DISK_MODE_INTERNAL);
    g_assert_cmpstr(snapshot_expected_now(s, "vda"), ==, "/r");
    g_assert_nonnull(snapshot_disk(s, "/twice"));
    g_assert_nonnull(snapshot_disk(s, "/gone"));
    g_assert_nonnull(snapshot_disk(s, "vdd")); // a target is a target, whatever file is called so
    g_assert_null(snapshot_disk(s, "vde"));
}

static void test_definition_not_stored(void)
{
    g_autoptr(Snapshot) s = read_snapshot(SNAPSHOT("<domain><uuid>" UUID "</uuid></domain>"));

    g_assert_null(s->definition);
}

static void test_kinds(void)
{
    g_autoptr(Snapshot) internal =
        read_snapshot(SNAPSHOT("<disks><disk name='vda' snapshot='internal'/></disks>"));
    g_autoptr(Snapshot) mixed =
        read_snapshot(SNAPSHOT("<disks><disk name='vda' snapshot='internal'/><disk name='vdb' "
                               "snapshot='external'/></disks>"));

    g_assert_cmpint(snapshot_kind(internal), ==, KIND_INTERNAL);
    g_assert_cmpint(snapshot_kind(mixed), ==, KIND_MIXED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/snapshot/whole", test_whole);
    g_test_add_func("/xml/snapshot/least", test_least);
    g_test_add_func("/xml/snapshot/states", test_states);
    g_test_add_func("/xml/snapshot/memory", test_memory);
    g_test_add_func("/xml/snapshot/refused", test_refused);
    g_test_add_func("/xml/snapshot/disk-defaults", test_disk_defaults);
    g_test_add_func("/xml/snapshot/disk-named-by-path", test_disk_named_by_path);
    g_test_add_func("/xml/snapshot/definition-not-stored", test_definition_not_stored);
    g_test_add_func("/xml/snapshot/kinds", test_kinds);
    return g_test_run();
}
