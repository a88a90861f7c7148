// SPDX-License-Identifier: GPL-2.0-or-later
// Reading what real daemons wrote (tests/data/xml/VERSION), and files made to hurt (.../hostile).

#include "engine/xml/domain_xml.h"
#include "engine/xml/host_xml.h"
#include "engine/xml/snapshot_xml.h"
#include "engine/xml/storage_xml.h"
#include "tests/unit/xml_text.h"

#define IMAGES "/var/lib/libvirt/images/"

static const char *const versions[] = {"9.0", "11.3", "12.8"};

// The text of VERSION/NAME; NULL where that daemon has no such thing.
static char *load(const char *folder, const char *name, gsize *length)
{
    g_autofree char *relative = g_build_filename(folder, name, NULL);
    g_autofree char *path = sample_path(relative);
    char *text = NULL;

    return g_file_get_contents(path, &text, length, NULL) ? text : NULL;
}

static Definition *load_domain(const char *version, const char *name)
{
    g_autoptr(GError) error = NULL;
    gsize length = 0;
    g_autofree char *text = load(version, name, &length);
    Definition *def = text ? xml_read_domain(text, length, &error) : NULL;

    g_assert_no_error(error);
    return def;
}

static Snapshot *load_snapshot(const char *version, const char *name)
{
    g_autoptr(GError) error = NULL;
    gsize length = 0;
    g_autofree char *text = load(version, name, &length);
    Snapshot *snapshot = text ? xml_read_snapshot(text, length, &error) : NULL;

    g_assert_no_error(error);
    return snapshot;
}

// Reads a text as what its file name says it is.
static bool read_as_named(const char *name, const char *text, gsize length, GError **error)
{
    g_auto(VolumeFacts) facts = {.allocation = -1};
    g_autofree char *path = NULL;

    if (g_str_has_prefix(name, "snapshot") || g_str_has_prefix(name, "root-wrong-snapshot")) {
        g_autoptr(Snapshot) snapshot = xml_read_snapshot(text, length, error);

        return snapshot;
    }
    if (g_str_has_prefix(name, "volume"))
        return xml_read_volume(text, length, &facts, error);
    if (g_str_has_prefix(name, "pool"))
        return (path = xml_read_pool_path(text, length, error));
    if (g_str_has_prefix(name, "capabilities")) {
        g_autoptr(Host) host = host_new("test:///x");

        return xml_read_capabilities(text, length, host, error);
    }
    g_autoptr(Definition) def = xml_read_domain(text, length, error);

    return def;
}

static void test_all_of_a_version(gconstpointer version)
{
    g_autofree char *path = sample_path(version);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    int count = 0;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir))) {
        g_autoptr(GError) error = NULL;
        gsize length = 0;
        g_autofree char *text = load(version, name, &length);

        if (!g_str_has_suffix(name, ".xml"))
            continue;
        if (!read_as_named(name, text, length, &error))
            g_test_message("%s/%s", (const char *) version, name);
        g_assert_no_error(error);
        count++;
    }
    g_assert_cmpint(count, >=, 20);
}

static void assert_chain(const Disk *disk, const char *top, const char *const *layers, bool ends)
{
    g_assert_nonnull(disk);
    g_assert_cmpstr(disk->path, ==, top);
    g_assert_nonnull(disk->backing);
    g_assert_cmpuint(disk->backing->len, ==, g_strv_length((char **) layers));
    for (guint i = 0; layers[i]; i++) {
        const Layer *layer = g_ptr_array_index(disk->backing, i);

        g_assert_cmpint(layer->type, ==, SOURCE_FILE);
        g_assert_cmpstr(layer->path, ==, layers[i]);
        g_assert_cmpstr(layer->format, ==, "qcow2");
    }
    g_assert_true(disk->chain_ends == ends);
}

static void test_live_chain(gconstpointer version)
{
    static const char *const layers[] = {IMAGES "data-web.running.qcow2", IMAGES "data-web.fresh",
                                         IMAGES "data-web.qcow2", NULL};
    g_autoptr(Definition) def = load_domain(version, "domain-live-chain.xml");

    g_assert_cmpstr(def->name, ==, "data-web");
    g_assert_cmpstr(def->type, ==, "qemu");
    g_assert_cmpuint(def->memory, ==, 32 * 1024 * 1024);
    g_assert_cmpuint(def->vcpus, ==, 1);
    g_assert_cmpuint(def->immobile->len, ==, 0);
    assert_chain(definition_disk(def, "vda"), IMAGES "data-web.with-memory.qcow2", layers, true);
}

// A merge is running: its <mirror> names a layer of the chain and changes nothing.
static void test_live_merging(gconstpointer version)
{
    static const char *const layers[] = {IMAGES "data-web.with-memory.qcow2",
                                         IMAGES "data-web.running.qcow2", IMAGES "data-web.fresh",
                                         IMAGES "data-web.qcow2", NULL};
    g_autoptr(Definition) def = load_domain(version, "domain-live-merging.xml");

    assert_chain(definition_disk(def, "vda"), IMAGES "data-web.paused.qcow2", layers, true);
}

static void test_mirror(gconstpointer version)
{
    gsize length = 0;
    g_autofree char *text = load(version, "domain-live-merging.xml", &length);
    g_autofree char *into = xml_read_mirror(text, length, "vda");

    g_assert_cmpstr(into, ==, IMAGES "data-web.with-memory.qcow2");
    g_assert_null(xml_read_mirror(text, length, "vdb"));
    g_assert_null(xml_read_mirror("<domain/>", 9, "vda"));
    g_assert_null(xml_read_mirror("<", 1, "vda"));
}

static void test_off(gconstpointer version)
{
    g_autoptr(Definition) fresh = load_domain(version, "domain-off-fresh.xml");
    g_autoptr(Definition) later = load_domain(version, "domain-off-after-live-snapshots.xml");

    g_assert_null(definition_disk(fresh, "vda")->backing);
    g_assert_false(definition_disk(later, "vda")->chain_ends); // the base was never configured
}

static void test_drives(gconstpointer version)
{
    g_autoptr(Definition) def = load_domain(version, "domain-live-disks-cdrom.xml");
    const Disk *empty = definition_disk(def, "sdb");

    g_assert_cmpuint(def->disks->len, ==, 5);
    g_assert_cmpint(definition_disk(def, "sda")->device, ==, DEVICE_CDROM);
    g_assert_cmpstr(definition_disk(def, "sda")->path, ==, IMAGES "data-two.iso");
    g_assert_true(definition_disk(def, "sda")->readonly);
    g_assert_cmpint(empty->type, ==, SOURCE_NONE);
    g_assert_null(empty->path);
    g_assert_cmpint(definition_disk(def, "fda")->device, ==, DEVICE_FLOPPY);
    g_assert_cmpint(def->agent, ==, AGENT_DISCONNECTED);
}

static void test_disk_kinds(gconstpointer version)
{
    static const char *const layers[] = {IMAGES "data-flags-base.qcow2", NULL};
    g_autoptr(Definition) def = load_domain(version, "domain-off-disk-kinds.xml");

    g_assert_true(definition_disk(def, "vda")->readonly);
    g_assert_true(definition_disk(def, "vdb")->shareable);
    g_assert_true(definition_disk(def, "vdc")->transient);
    g_assert_cmpint(definition_disk(def, "vdd")->mode, ==, DISK_MODE_NO);
    g_assert_cmpint(definition_disk(def, "vde")->type, ==, SOURCE_BLOCK);
    g_assert_cmpstr(definition_disk(def, "vdf")->path, ==, "rbd:pool/data-flags");
    g_assert_cmpstr(definition_disk(def, "vdg")->path, ==, "nbd:export");
    g_assert_cmpstr(definition_disk(def, "vdh")->path, ==, "default/data-flags.qcow2");
    g_assert_true(definition_disk(def, "vdi")->encrypted);
    assert_chain(definition_disk(def, "vdj"), IMAGES "data-flags-configured.qcow2", layers, true);
    g_assert_cmpstr(definition_disk(def, "vdk")->path, ==, IMAGES "fat");
    g_assert_cmpstr(definition_disk(def, "sdz")->path, ==, IMAGES "it's \"odd\" & long.qcow2");
    g_assert_cmpstr(g_ptr_array_index(def->immobile, 0), ==, "transient disk vdc");
}

static void test_uefi(gconstpointer version)
{
    g_autoptr(Definition) raw = load_domain(version, "domain-off-uefi.xml");
    g_autoptr(Definition) qcow2 = load_domain(version, "domain-off-uefi-qcow2-nvram.xml");

    g_assert_true(raw->uefi);
    g_assert_cmpstr(raw->nvram, ==, "/var/lib/libvirt/qemu/nvram/data-uefi_VARS.fd");
    g_assert_true(qcow2->uefi);
    g_assert_nonnull(qcow2->nvram);
}

static void test_external(gconstpointer version)
{
    g_autoptr(Snapshot) fresh = load_snapshot(version, "snapshot-external-off-markup.xml");
    g_autoptr(Snapshot) running = load_snapshot(version, "snapshot-external-running.xml");
    g_autoptr(Snapshot) memory = load_snapshot(version, "snapshot-external-memory.xml");

    g_assert_cmpstr(fresh->name, ==, "fresh");
    g_assert_cmpint(fresh->state, ==, SNAPSHOT_OFF);
    g_assert_true(g_str_has_prefix(fresh->description,
                                   "<b>5 > 4 && \"quotes\" 'single' ]]> &amp; </description>\n"));
    g_assert_null(fresh->inactive);
    g_assert_cmpint(running->state, ==, SNAPSHOT_DISK_ONLY);
    g_assert_cmpstr(running->parent, ==, "fresh");
    g_assert_cmpint(running->memory, ==, MEMORY_NO);
    g_assert_cmpstr(snapshot_frozen(running, "vda"), ==, IMAGES "data-web.fresh");
    g_assert_cmpstr(snapshot_overlay(running, "vda"), ==, IMAGES "data-web.running.qcow2");
    g_assert_cmpint(snapshot_kind(running), ==, KIND_EXTERNAL);
    g_assert_nonnull(running->inactive);
    g_assert_cmpint(memory->memory, ==, MEMORY_EXTERNAL);
    g_assert_cmpstr(memory->memory_file, ==, IMAGES "data-web.with-memory.mem");
    g_assert_cmpint(memory->created, >, 1500000000);
}

static void test_internal(gconstpointer version)
{
    g_autoptr(Snapshot) off = load_snapshot(version, "snapshot-internal-off.xml");
    g_autoptr(Snapshot) running = load_snapshot(version, "snapshot-internal-running.xml");

    g_assert_cmpint(snapshot_kind(off), ==, KIND_INTERNAL);
    g_assert_cmpint(off->memory, ==, MEMORY_NO);
    g_assert_cmpint(running->memory, ==, MEMORY_INTERNAL);
    g_assert_cmpstr(snapshot_frozen(running, "vda"), ==, IMAGES "data-int.qcow2");
    g_assert_null(snapshot_overlay(running, "vda"));
}

static void test_left_out(gconstpointer version)
{
    g_autoptr(Snapshot) s = load_snapshot(version, "snapshot-external-disk-excluded.xml");

    g_assert_true(snapshot_covers(s, "vda"));
    g_assert_false(snapshot_covers(s, "vdb"));
    g_assert_false(snapshot_covers(s, "sdb"));
}

static void test_cut_off_delete(gconstpointer version)
{
    g_autoptr(Snapshot) s = load_snapshot(version, "snapshot-delete-in-progress.xml");

    g_assert_true(snapshot_delete_in_progress(s));
}

static void test_reverted(gconstpointer version)
{
    g_autoptr(Snapshot) s = load_snapshot(version, "snapshot-reverted-to.xml");

    if (!s) {
        g_test_skip("this libvirt does not revert to external snapshots");
        return;
    }
    g_assert_nonnull(s->revert_disks);
    g_assert_true(g_str_has_prefix(snapshot_expected_now(s, "vda"), IMAGES "data-rev.1"));
    g_assert_cmpstr(snapshot_overlay(s, "vda"), ==, IMAGES "data-rev.a.qcow2");
}

static void test_host(gconstpointer version)
{
    g_autoptr(Host) host = host_new("test:///x");
    gsize length = 0;
    g_autofree char *text = load(version, "capabilities.xml", &length);

    g_assert_true(xml_read_capabilities(text, length, host, NULL));
    g_assert_true(host->external_snapshots == (strcmp(version, "9.0") != 0));
    g_assert_cmpstr(host->security_model, ==, "dac");
}

static void test_storage(gconstpointer version)
{
    g_auto(VolumeFacts) base = {.allocation = -1}, overlay = {.allocation = -1};
    gsize base_length = 0, overlay_length = 0, pool_length = 0;
    g_autofree char *base_text = load(version, "volume-base.xml", &base_length);
    g_autofree char *overlay_text = load(version, "volume-overlay.xml", &overlay_length);
    g_autofree char *pool_text = load(version, "pool-dir.xml", &pool_length);
    g_autofree char *folder = xml_read_pool_path(pool_text, pool_length, NULL);

    g_assert_true(xml_read_volume(base_text, base_length, &base, NULL));
    g_assert_true(xml_read_volume(overlay_text, overlay_length, &overlay, NULL));
    g_assert_false(base.has_backing);
    g_assert_cmpint(base.capacity, ==, 268435456);
    g_assert_cmpstr(overlay.path, ==, IMAGES "data-web.running.qcow2");
    g_assert_cmpstr(overlay.backing, ==, IMAGES "data-web.fresh");
    g_assert_cmpstr(overlay.backing_format, ==, "qcow2");
    g_assert_cmpint(overlay.allocation, >, 0);
    g_assert_cmpstr(folder, ==, "/var/lib/libvirt/images");
}

// What no daemon at hand prints, edited from what one did print.
static void test_hand_made(void)
{
    g_autoptr(Definition) tpm = load_domain("hand-made", "domain-off-tpm.xml");
    g_autoptr(Snapshot) old = load_snapshot("hand-made", "snapshot-without-domain.xml");
    g_autoptr(Snapshot) manual = load_snapshot("hand-made", "snapshot-manual-disk.xml");
    g_autoptr(Snapshot) marks =
        load_snapshot("hand-made", "snapshot-reverted-to-delete-in-progress.xml");
    g_autoptr(Snapshot) overlays =
        load_snapshot("hand-made", "snapshot-external-network-block.xml");
    g_autoptr(Host) host = host_new("test:///x");
    gsize length = 0;
    g_autofree char *capabilities = load("hand-made", "capabilities-apparmor.xml", &length);
    bool network = false, block = false;

    g_assert_true(tpm->tpm);
    g_assert_null(old->definition);
    g_assert_true(snapshot_delete_in_progress(marks));
    g_assert_nonnull(marks->revert_disks);
    g_assert_true(xml_read_capabilities(capabilities, length, host, NULL));
    g_assert_cmpstr(host->security_model, ==, "apparmor");
    g_assert_cmpint(snapshot_disk(manual, "vdb")->mode, ==, DISK_MODE_MANUAL);
    for (guint i = 0; i < overlays->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(overlays->disks, i);

        network |= disk->type == SOURCE_NETWORK && g_str_has_prefix(disk->path, "nbd:");
        block |= disk->type == SOURCE_BLOCK && g_str_has_prefix(disk->path, "/dev/");
    }
    g_assert_true(network && block);
}

// What each hostile file is answered with. Files that are not named here must only be survived.
static const struct {
    const char *name;
    int code; // -1: it is harmless and is read
} verdicts[] = {
    {"domain-1000-disks.xml", -1},
    {"domain-chain-200.xml", -1},
    {"domain-comments.xml", -1},
    {"domain-name-markup.xml", -1},
    {"domain-source-quotes.xml", -1},
    {"domain-xinclude.xml", -1},
    {"domain-deep-chain.xml", XML_ERROR_LIMIT},
    {"domain-deep-elements.xml", XML_ERROR_LIMIT},
    {"domain-dtd-default-attributes.xml", XML_ERROR_CONTENT},
    {"domain-dtd-external.xml", XML_ERROR_CONTENT},
    {"domain-entity-bomb-attribute.xml", XML_ERROR_CONTENT},
    {"domain-entity-bomb.xml", XML_ERROR_CONTENT},
    {"domain-entity-external-http.xml", XML_ERROR_CONTENT},
    {"domain-entity-parameter.xml", XML_ERROR_CONTENT},
    {"domain-memory-huge.xml", XML_ERROR_CONTENT},
    {"domain-name-missing.xml", XML_ERROR_CONTENT},
    {"domain-nul.xml", XML_ERROR_SYNTAX},
    {"domain-trailing-garbage.xml", XML_ERROR_SYNTAX},
    {"domain-uuid-bad.xml", XML_ERROR_CONTENT},
    {"root-in-namespace.xml", XML_ERROR_CONTENT},
    {"root-wrong-snapshot.xml", XML_ERROR_CONTENT},
    {"snapshot-cdata-end-escaped.xml", -1},
    {"snapshot-cdata-section.xml", -1},
    {"snapshot-name-path.xml", -1},
    {"snapshot-name-quotes.xml", -1},
    {"snapshot-utf8-4-bytes.xml", -1},
    {"snapshot-control-raw.xml", XML_ERROR_SYNTAX},
    {"snapshot-encoding-unknown.xml", XML_ERROR_SYNTAX},
    {"snapshot-disk-mode-unknown.xml", XML_ERROR_CONTENT},
    {"snapshot-entity-external-file.xml", XML_ERROR_CONTENT},
    {"snapshot-entity-quadratic.xml", XML_ERROR_CONTENT},
    {"snapshot-latin1-declared.xml", XML_ERROR_SYNTAX},
    {"snapshot-name-missing.xml", XML_ERROR_CONTENT},
    {"snapshot-time-huge.xml", XML_ERROR_CONTENT},
    {"snapshot-utf16.xml", XML_ERROR_SYNTAX},
    {"snapshot-utf8-overlong.xml", XML_ERROR_SYNTAX},
    {"volume-capacity-huge.xml", XML_ERROR_CONTENT},
    {"volume-path-missing.xml", XML_ERROR_CONTENT},
    {"volume-unit-overflow.xml", XML_ERROR_CONTENT},
};

static void test_verdicts(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++) {
        g_autoptr(GError) error = NULL;
        gsize length = 0;
        g_autofree char *text = load("hostile", verdicts[i].name, &length);
        bool read;

        g_test_message("%s", verdicts[i].name);
        g_assert_nonnull(text);
        read = read_as_named(verdicts[i].name, text, length, &error);
        g_assert_true(read == (verdicts[i].code == -1));
        if (!read)
            assert_sentence(error, verdicts[i].code, "The XML of ");
    }
}

// Every hostile file as everything that we read.
static void test_survived(void)
{
    static const char *const kinds[] = {"domain", "snapshot", "volume", "pool", "capabilities"};
    g_autofree char *path = sample_path("hostile");
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir))) {
        gsize length = 0;
        g_autofree char *text = load("hostile", name, &length);

        for (gsize i = 0; text && i < G_N_ELEMENTS(kinds); i++) {
            g_autoptr(GError) error = NULL;

            if (!read_as_named(kinds[i], text, length, &error))
                assert_sentence(error, (XmlError) error->code, "The XML of ");
        }
    }
}

static void add_for_versions(const char *name, GTestDataFunc test)
{
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autofree char *path = g_strdup_printf("/xml/samples/%s/%s", versions[i], name);

        g_test_add_data_func(path, versions[i], test);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_for_versions("all", test_all_of_a_version);
    add_for_versions("live-chain", test_live_chain);
    add_for_versions("live-merging", test_live_merging);
    add_for_versions("mirror", test_mirror);
    add_for_versions("off", test_off);
    add_for_versions("drives", test_drives);
    add_for_versions("disk-kinds", test_disk_kinds);
    add_for_versions("uefi", test_uefi);
    add_for_versions("external", test_external);
    add_for_versions("internal", test_internal);
    add_for_versions("left-out", test_left_out);
    add_for_versions("cut-off-delete", test_cut_off_delete);
    add_for_versions("reverted", test_reverted);
    add_for_versions("host", test_host);
    add_for_versions("storage", test_storage);
    g_test_add_func("/xml/samples/hand-made", test_hand_made);
    g_test_add_func("/xml/samples/hostile/verdicts", test_verdicts);
    g_test_add_func("/xml/samples/hostile/survived", test_survived);
    return g_test_run();
}
