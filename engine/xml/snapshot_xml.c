// SPDX-License-Identifier: GPL-2.0-or-later
// Snapshots: a record as libvirt stores it, with its defaults filled in as libvirt fills them in.

#include "engine/xml/snapshot_xml.h"

#include "engine/xml/definition_xml.h"
#include "engine/xml/disk_xml.h"
#include "engine/xml/document.h"
#include "engine/xml/element.h"
#include "engine/xml/number.h"

#include <string.h>

#define LAST_SECOND G_GINT64_CONSTANT(253402300799) // of the year 9999: what a calendar can show

static SnapshotState parse_state(const char *text)
{
    static const struct {
        const char *word;
        SnapshotState state;
    } states[] = {
        {"running", SNAPSHOT_RUNNING},
        {"paused", SNAPSHOT_PAUSED},
        {"shutoff", SNAPSHOT_OFF},
        {"disk-snapshot", SNAPSHOT_DISK_ONLY},
    };

    if (!text)
        return SNAPSHOT_UNKNOWN;
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
        if (strcmp(text, states[i].word) == 0)
            return states[i].state;
    return SNAPSHOT_OTHER;
}

static bool read_identity(const xmlNode *element, Snapshot *snapshot, GError **error)
{
    guint64 created = 0;
    g_autofree char *state = element_text(element_child(element, "state"));

    snapshot->name = element_text(element_child(element, "name"));
    snapshot->description = element_text(element_child(element, "description"));
    snapshot->parent = element_text(element_child(element_child(element, "parent"), "name"));
    shared_text_set(&snapshot->state_text, state);
    snapshot->state = parse_state(state);
    if (!snapshot->name)
        return element_fail(element, error, "the snapshot has no <name>");
    if (!number_read(element_child(element, "creationTime"), LAST_SECOND, &created, error))
        return false;
    snapshot->created = (gint64) created;
    return true;
}

// What a record without <memory> means.
static MemoryMode default_memory(SnapshotState state)
{
    if (state == SNAPSHOT_OFF || state == SNAPSHOT_DISK_ONLY || state == SNAPSHOT_UNKNOWN)
        return MEMORY_NO;
    return MEMORY_INTERNAL;
}

static bool read_memory(const xmlNode *element, Snapshot *snapshot, GError **error)
{
    const xmlNode *memory = element_child(element, "memory");
    const char *mode = element_attribute(memory, "snapshot");
    const char *file = element_attribute(memory, "file");

    if (!mode)
        snapshot->memory = file ? MEMORY_EXTERNAL : default_memory(snapshot->state);
    else if (strcmp(mode, "no") == 0)
        snapshot->memory = MEMORY_NO;
    else if (strcmp(mode, "internal") == 0)
        snapshot->memory = MEMORY_INTERNAL;
    else if (strcmp(mode, "external") == 0)
        snapshot->memory = MEMORY_EXTERNAL;
    else
        return element_fail(memory, error, "the memory is kept in a way we do not know");
    if (snapshot->memory != MEMORY_EXTERNAL)
        return true;
    if (!file || !*file)
        return element_fail(memory, error, "external memory has no file");
    snapshot->memory_file = g_strdup(file);
    return true;
}

static bool read_definitions(const xmlNode *element, Snapshot *snapshot, GError **error)
{
    const xmlNode *domain = element_child(element, "domain");
    const xmlNode *inactive = element_child(element, "inactiveDomain");
    const char *type = element_attribute(domain, "type");

    if (type && *type && !(snapshot->definition = definition_read(domain, error)))
        return false;
    return !inactive || (snapshot->inactive = definition_read(inactive, error));
}

// Targets by their own name and by their source path. A path that two disks share names neither.
static GHashTable *index_targets(const Definition *def)
{
    GHashTable *targets = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; def && i < def->disks->len; i++) {
        Disk *disk = g_ptr_array_index(def->disks, i);

        if (disk->path)
            g_hash_table_insert(targets, disk->path,
                                g_hash_table_contains(targets, disk->path) ? NULL : (gpointer) disk->target);
    }
    for (guint i = 0; def && i < def->disks->len; i++) {
        Disk *disk = g_ptr_array_index(def->disks, i);

        g_hash_table_insert(targets, (gpointer) disk->target, (gpointer) disk->target);
    }
    return targets;
}

static SnapshotDisk *read_disk(const xmlNode *element, GHashTable *targets, GError **error)
{
    const char *name = element_attribute(element, "name");
    const char *word = element_attribute(element, "snapshot");
    const char *format = element_attribute(element_child(element, "driver"), "type");
    const char *target = name ? g_hash_table_lookup(targets, name) : NULL;
    DiskMode mode = DISK_MODE_DEFAULT;
    g_autofree char *path = NULL;
    SnapshotDisk *disk;
    SourceType type;

    if (!name || !*name) {
        element_fail(element, error, "a disk has no name");
        return NULL;
    }
    if (word && !disk_mode_parse(word, &mode)) {
        element_fail(element, error, "a disk is kept in a way we do not know");
        return NULL;
    }
    path = source_read(element, &type);
    if (!word && (path || format))
        mode = DISK_MODE_EXTERNAL;
    disk =
        snapshot_disk_new(target ? target : name, mode, mode == DISK_MODE_EXTERNAL ? path : NULL);
    disk->type = disk->path ? type : SOURCE_NONE;
    shared_text_set(&disk->format, format);
    disk->delete_in_progress = element_child(element, "snapshotDeleteInProgress");
    return disk;
}

static bool read_disks(const xmlNode *element, Snapshot *snapshot, GError **error)
{
    g_autoptr(GHashTable) targets = index_targets(snapshot->definition);
    const xmlNode *disks = element_child(element, "disks");
    const xmlNode *revert = element_child(element, "revertDisks");
    SnapshotDisk *disk;

    for (const xmlNode *e = element_child(disks, "disk"); e; e = element_next(e, "disk")) {
        if (!(disk = read_disk(e, targets, error)))
            return false;
        g_ptr_array_add(snapshot->disks, disk);
    }
    for (const xmlNode *e = element_child(revert, "disk"); e; e = element_next(e, "disk")) {
        if (!(disk = read_disk(e, targets, error)))
            return false;
        snapshot_add_revert_disk(snapshot, disk);
    }
    return true;
}

Snapshot *xml_read_snapshot(const char *text, gsize length, GError **error)
{
    g_autoptr(xmlDoc) doc =
        document_open(text, length, "domainsnapshot", "The XML of a snapshot", error);
    g_autoptr(Snapshot) snapshot = NULL;
    const xmlNode *root;

    if (!doc)
        return NULL;
    root = document_root(doc);
    snapshot = snapshot_new(NULL);
    if (!read_identity(root, snapshot, error) || !read_memory(root, snapshot, error) ||
        !read_definitions(root, snapshot, error) || !read_disks(root, snapshot, error))
        return NULL;
    return g_steal_pointer(&snapshot);
}
