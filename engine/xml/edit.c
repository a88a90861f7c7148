// SPDX-License-Identifier: GPL-2.0-or-later
// Trees of libxml2, changed in place and written again. What is foreign is copied, never pasted.

#include "engine/xml/edit.h"

#include "engine/xml/compose.h"
#include "engine/xml/document.h"
#include "engine/xml/element.h"
#include "engine/xml/error.h"

#include <string.h>

// Which of a step's images a disk gets.
typedef enum Side {
    SIDE_WRITTEN, // what NOW writes to
    SIDE_FROZEN,  // what the new branch freezes
} Side;

// ---- Nodes ------------------------------------------------------------------------------------

static void *must(void *made)
{
    if (!made)
        g_error("libxml2 could not make a node: out of memory");
    return made;
}

// `node` or the next sibling that is an element of libvirt's own with that name.
static xmlNode *named(xmlNode *node, const char *name)
{
    for (; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && !node->ns && strcmp((const char *) node->name, name) == 0)
            return node;
    return NULL;
}

static xmlNode *child(xmlNode *parent, const char *name)
{
    return parent ? named(parent->children, name) : NULL;
}

static void drop(xmlNode *node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

static void drop_children(xmlNode *parent, const char *name)
{
    for (xmlNode *node = child(parent, name), *next; node; node = next) {
        next = named(node->next, name);
        drop(node);
    }
}

static void set(xmlNode *node, const char *attribute, const char *value)
{
    must(xmlSetProp(node, (const xmlChar *) attribute, (const xmlChar *) value));
}

static xmlNode *add(xmlNode *parent, const char *name, const char *text)
{
    // Escapes the text, as xmlNewChild() would not.
    return must(xmlNewTextChild(parent, NULL, (const xmlChar *) name, (const xmlChar *) text));
}

static xmlNode *put(xmlNode *parent, const char *name, const char *text)
{
    drop_children(parent, name);
    return add(parent, name, text);
}

static void add_copy(xmlNode *parent, xmlNode *node)
{
    if (node)
        must(xmlAddChild(parent, must(xmlDocCopyNode(node, parent->doc, 1))));
}

// The element alone as text, with the namespaces that it uses.
static char *write_element(xmlNode *element)
{
    g_autoptr(xmlDoc) doc = must(xmlNewDoc((const xmlChar *) "1.0"));
    xmlBuffer *buffer = must(xmlBufferCreate());
    xmlNode *copy = must(xmlDocCopyNode(element, doc, 1));
    char *text;

    xmlDocSetRootElement(doc, copy);
    if (xmlReconciliateNs(doc, copy) < 0 || xmlNodeDump(buffer, doc, copy, 0, 0) < 0)
        g_error("libxml2 could not write XML: out of memory");
    text = g_strdup((const char *) xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

// ---- Disks ------------------------------------------------------------------------------------

static const char *target_of(xmlNode *disk)
{
    return element_attribute(child(disk, "target"), "dev");
}

// The <disk>s of a definition by target. NULL and `error` where two have one name, or one has none.
static GHashTable *index_disks(xmlNode *domain, GError **error)
{
    g_autoptr(GHashTable) disks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    xmlNode *devices = child(domain, "devices");

    for (xmlNode *disk = child(devices, "disk"); disk; disk = named(disk->next, "disk")) {
        const char *target = target_of(disk);

        if (!target || !g_hash_table_insert(disks, g_strdup(target), disk)) {
            element_fail(disk, error, "a disk has no name of its own");
            return NULL;
        }
    }
    return g_steal_pointer(&disks);
}

static const StepDisk *step_disk(const Step *step, const char *target)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);

        if (disk->writes && strcmp(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

static bool set_source(xmlNode *disk, const char *file, const char *format, GError **error)
{
    xmlNode *old = child(disk, "source");
    xmlNode *driver = child(disk, "driver");
    const char *policy = element_attribute(old, "startupPolicy");
    xmlNode *source;

    if (child(old, "slices") || child(old, "encryption") || child(disk, "encryption"))
        return element_fail(disk, error, "a disk is encrypted, or only a part of its file");
    source = must(xmlNewDocNode(disk->doc, NULL, (const xmlChar *) "source", NULL));
    set(source, "file", file);
    if (policy)
        set(source, "startupPolicy", policy);
    for (xmlNode *label = child(old, "seclabel"); label; label = named(label->next, "seclabel"))
        add_copy(source, label);
    drop_children(disk, "source");
    drop_children(disk, "backingStore");
    drop_children(disk, "mirror");
    must(xmlAddChild(disk, source));
    set(disk, "type", "file");
    set(driver ? driver : add(disk, "driver", NULL), "type", format);
    return true;
}

static bool set_sources(GHashTable *disks, xmlNode *domain, const Step *step, Side side, GError **error)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *entry = g_ptr_array_index(step->disks, i);
        xmlNode *disk = g_hash_table_lookup(disks, entry->target);

        if (!entry->writes)
            continue;
        if (!disk)
            return element_fail(domain, error, "a disk that the plan names is not there");
        if (!set_source(disk, side == SIDE_FROZEN ? entry->backing : entry->writes, entry->format, error))
            return false;
    }
    return true;
}

// A disk as the guest has it now, in the place that the stored definition gives it.
static void adopt(xmlNode *stored, xmlNode *present)
{
    xmlNode *copy = must(xmlDocCopyNode(present, stored->doc, 1));
    bool same_bus = g_strcmp0(element_attribute(child(stored, "target"), "bus"),
                              element_attribute(child(present, "target"), "bus")) == 0;

    drop_children(copy, "address");
    drop_children(copy, "boot");
    if (same_bus)
        add_copy(copy, child(stored, "address"));
    add_copy(copy, child(stored, "boot"));
    xmlReplaceNode(stored, copy);
    xmlFreeNode(stored);
}

// Libvirt finds it a place; one of its present address may be taken in the stored definition.
static void append(xmlNode *devices, xmlNode *present)
{
    xmlNode *copy = must(xmlDocCopyNode(present, devices->doc, 1));

    drop_children(copy, "address");
    drop_children(copy, "alias");
    drop_children(copy, "boot");
    must(xmlAddChild(devices, copy));
}

static void follow_present(GHashTable *disks, xmlNode *domain, GHashTable *present, xmlNode *now, const Step *step)
{
    for (xmlNode *disk = child(child(domain, "devices"), "disk"), *next; disk; disk = next) {
        xmlNode *other = g_hash_table_lookup(present, target_of(disk));

        next = named(disk->next, "disk");
        if (step_disk(step, target_of(disk)))
            continue;
        if (other)
            adopt(disk, other);
        else
            drop(disk);
    }
    for (xmlNode *disk = child(child(now, "devices"), "disk"); disk; disk = named(disk->next, "disk"))
        if (!g_hash_table_contains(disks, target_of(disk)) && !step_disk(step, target_of(disk)))
            append(child(domain, "devices"), disk);
}

// ---- Definitions ------------------------------------------------------------------------------

// Nothing that the plan names may be altered on its way.
static bool check_step(const xmlNode *root, const Step *step, bool copy, GError **error)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);

        bool left_out = disk->mode == DISK_MODE_NO; // it gets no image

        if (!xml_carries(disk->target) || (!left_out && (!xml_carries(disk->writes) || !xml_carries(disk->format))) ||
            (copy && !xml_carries(disk->backing)))
            return element_fail(root, error, "a name in the plan cannot be written as XML");
    }
    return true;
}

// `now`: the present definition.
static bool edit_domain(xmlNode *domain, xmlNode *now, const Step *step, Side side, GError **error)
{
    g_autoptr(GHashTable) disks = NULL;
    g_autoptr(GHashTable) present = NULL;
    g_autofree char *name = element_text(child(now, "name"));
    g_autofree char *uuid = element_text(child(now, "uuid"));

    if (!name || !uuid || !child(now, "devices") || !child(domain, "devices"))
        return element_fail(now, error, "a definition has no name, no UUID or no devices");
    disks = index_disks(domain, error);
    present = disks ? index_disks(now, error) : NULL;
    if (!present || !set_sources(disks, domain, step, side, error))
        return false;
    put(domain, "name", name);
    put(domain, "uuid", uuid);
    follow_present(disks, domain, present, now, step);
    return true;
}

static xmlDoc *open_definition(const char *text, const char *what, GError **error)
{
    return document_open_whole(text, strlen(text), "domain", what, error);
}

static xmlDoc *open_snapshot(const char *text, GError **error)
{
    return document_open_whole(text, strlen(text), "domainsnapshot", "The XML of a snapshot", error);
}

static xmlNode *root_of(xmlDoc *doc)
{
    return xmlDocGetRootElement(doc);
}

char *xml_edit_definition(const char *snapshot, const char *present, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) record = open_snapshot(snapshot, error);
    g_autoptr(xmlDoc) now = record ? open_definition(present, "The XML of a guest", error) : NULL;
    xmlNode *domain;

    if (!now || !check_step(root_of(record), step, false, error))
        return NULL;
    domain = child(root_of(record), "inactiveDomain");
    if (!domain)
        domain = child(root_of(record), "domain");
    if (!domain) {
        element_fail(root_of(record), error, "the snapshot holds no definition");
        return NULL;
    }
    if (!edit_domain(domain, root_of(now), step, SIDE_WRITTEN, error))
        return NULL;
    xmlNodeSetName(domain, (const xmlChar *) "domain");
    return write_element(domain);
}

char *xml_edit_stored(const char *present, GError **error)
{
    g_autoptr(xmlDoc) doc = open_definition(present, "The XML of a guest", error);
    xmlNode *devices = doc ? child(root_of(doc), "devices") : NULL;

    for (xmlNode *disk = child(devices, "disk"); disk; disk = named(disk->next, "disk"))
        drop_children(disk, "backingStore");
    return doc ? write_element(root_of(doc)) : NULL;
}

static char *edit_sources(const char *text, const char *what, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) doc = open_definition(text, what, error);
    g_autoptr(GHashTable) disks = NULL;

    if (!doc || !check_step(root_of(doc), step, false, error))
        return NULL;
    disks = index_disks(root_of(doc), error);
    if (!disks || !set_sources(disks, root_of(doc), step, SIDE_WRITTEN, error))
        return NULL;
    return write_element(root_of(doc));
}

char *xml_edit_present(const char *present, const Step *step, GError **error)
{
    return edit_sources(present, "The XML of a guest", step, error);
}

char *xml_edit_saved(const char *saved, const Step *step, GError **error)
{
    return edit_sources(saved, "The XML of a memory image", step, error);
}

// ---- Records ----------------------------------------------------------------------------------

static void fill_overlay(xmlNode *entry, const StepDisk *disk)
{
    set(entry, "name", disk->target);
    set(entry, "snapshot", "external");
    set(entry, "type", "file");
    set(add(entry, "driver", NULL), "type", disk->format);
    set(add(entry, "source", NULL), "file", disk->writes);
}

// One entry for each disk of the definition: libvirt would choose for those that are not named.
static void write_disks(xmlNode *record, xmlNode *domain, const Step *step)
{
    xmlNode *disks = put(record, "disks", NULL);

    for (xmlNode *disk = child(child(domain, "devices"), "disk"); disk; disk = named(disk->next, "disk")) {
        const StepDisk *taken = step_disk(step, target_of(disk));
        xmlNode *entry = add(disks, "disk", NULL);

        if (taken) {
            fill_overlay(entry, taken);
        } else {
            set(entry, "name", target_of(disk));
            set(entry, "snapshot", "no");
        }
    }
}

static void write_state(xmlNode *record)
{
    g_autofree char *state = element_text(child(record, "state"));

    if (g_strcmp0(state, "shutoff") != 0)
        put(record, "state", "disk-snapshot");
    set(put(record, "memory", NULL), "snapshot", "no");
    drop_children(record, "cookie"); // what QEMU needs beside the memory
}

static void write_identity(xmlNode *record, const Step *step, gint64 now)
{
    g_autofree char *created = g_strdup_printf("%" G_GINT64_FORMAT, now);
    g_autofree char *description = step->description ? xml_clean_text(step->description) : NULL;

    put(record, "name", step->subject);
    put(record, "creationTime", created);
    drop_children(record, "description");
    if (description)
        add(record, "description", description);
    add(put(record, "parent", NULL), "name", step->origin);
}

static bool copy_record(xmlNode *record, const char *present, const Step *step, gint64 created, GError **error)
{
    g_autoptr(xmlDoc) now = open_definition(present, "The XML of a guest", error);
    xmlNode *domain = child(record, "domain");
    xmlNode *inactive = child(record, "inactiveDomain");

    if (!now)
        return false;
    if (!domain)
        return element_fail(record, error, "the snapshot holds no definition");
    if (!edit_domain(domain, root_of(now), step, SIDE_FROZEN, error) ||
        (inactive && !edit_domain(inactive, root_of(now), step, SIDE_FROZEN, error)))
        return false;
    write_identity(record, step, created);
    write_state(record);
    write_disks(record, domain, step);
    return true;
}

static bool renew_record(xmlNode *record, const Step *step, GError **error)
{
    guint renewed = 0;

    for (xmlNode *disk = child(child(record, "disks"), "disk"), *next; disk; disk = next) {
        const char *name = element_attribute(disk, "name");
        const StepDisk *taken = name ? step_disk(step, name) : NULL;
        xmlNode *entry;

        next = named(disk->next, "disk");
        if (!taken)
            continue;
        entry = must(xmlNewDocNode(disk->doc, NULL, (const xmlChar *) "disk", NULL));
        fill_overlay(entry, taken);
        add_copy(entry, child(disk, "snapshotDeleteInProgress")); // what it says is still so
        xmlReplaceNode(disk, entry);
        xmlFreeNode(disk);
        renewed++;
    }
    return renewed == step->disks->len || element_fail(record, error, "a disk that the plan names is not there");
}

char *xml_edit_record(const char *snapshot, const char *present, const Step *step, gint64 now, GError **error)
{
    g_autoptr(xmlDoc) doc = open_snapshot(snapshot, error);
    bool copy = g_strcmp0(step->subject, step->origin) != 0;
    xmlNode *record = doc ? root_of(doc) : NULL;

    if (!doc || !check_step(record, step, copy, error))
        return NULL;
    if (!xml_carries(step->subject) || !xml_carries(step->origin)) {
        element_fail(record, error, "a name in the plan cannot be written as XML");
        return NULL;
    }
    drop_children(record, "revertDisks");
    if (!(copy ? copy_record(record, present, step, now, error) : renew_record(record, step, error)))
        return NULL;
    return write_element(record);
}

static xmlNode *disk_named(xmlNode *disks, const char *name)
{
    for (xmlNode *disk = child(disks, "disk"); disk; disk = named(disk->next, "disk"))
        if (g_strcmp0(element_attribute(disk, "name"), name) == 0)
            return disk;
    return NULL;
}

static bool write_reverts(xmlNode *record, const Step *step, GError **error)
{
    xmlNode *reverts = child(record, "revertDisks");

    if (!reverts)
        reverts = add(record, "revertDisks", NULL);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        xmlNode *old = disk_named(reverts, disk->target);

        if (!disk_named(child(record, "disks"), disk->target) || step_disk(step, disk->target) != disk)
            return element_fail(record, error, "a disk that the plan names is not there, or named twice");
        if (old)
            drop(old);
        fill_overlay(add(reverts, "disk", NULL), disk);
    }
    return true;
}

char *xml_edit_renewed(const char *snapshot, const Step *step, bool reverts, GError **error)
{
    g_autoptr(xmlDoc) doc = open_snapshot(snapshot, error);
    xmlNode *record = doc ? root_of(doc) : NULL;

    if (!doc || !check_step(record, step, false, error))
        return NULL;
    if (!(reverts ? write_reverts(record, step, error) : renew_record(record, step, error)))
        return NULL;
    return write_element(record);
}

char *xml_edit_reparented(const char *snapshot, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) doc = open_snapshot(snapshot, error);
    xmlNode *record = doc ? root_of(doc) : NULL;

    if (!doc)
        return NULL;
    if (step->origin && !xml_carries(step->origin)) {
        element_fail(record, error, "a name in the plan cannot be written as XML");
        return NULL;
    }
    drop_children(record, "parent");
    if (step->origin)
        add(add(record, "parent", NULL), "name", step->origin);
    return write_element(record);
}

// ---- Images that were merged ------------------------------------------------------------------

static bool stands_for(xmlNode *layer, const char *file)
{
    return g_strcmp0(element_attribute(child(layer, "source"), "file"), file) == 0;
}

// The layer below takes the place of the one that is gone.
static void drop_layer(xmlNode *layer)
{
    xmlNode *below = child(layer, "backingStore");

    if (below) {
        xmlUnlinkNode(below);
        xmlReplaceNode(layer, below);
    } else {
        xmlUnlinkNode(layer);
    }
    xmlFreeNode(layer);
}

static void follow_disk(xmlNode *disk, const StepDisk *entry)
{
    xmlNode *layer = child(disk, "backingStore");

    if (stands_for(disk, entry->backing)) {
        set(child(disk, "source"), "file", entry->writes);
        set(must(child(disk, "driver")), "type", entry->format);
        if (layer)
            drop_layer(layer);
        return;
    }
    while (layer && !stands_for(layer, entry->backing))
        layer = child(layer, "backingStore");
    if (layer)
        drop_layer(layer);
}

static bool follow_domain(xmlNode *domain, const Step *step, GError **error)
{
    g_autoptr(GHashTable) disks = index_disks(domain, error);

    for (guint i = 0; disks && i < step->disks->len; i++) {
        const StepDisk *entry = g_ptr_array_index(step->disks, i);
        xmlNode *disk = g_hash_table_lookup(disks, entry->target);

        if (!entry->backing)
            continue;
        if (!disk || !child(disk, "driver"))
            return element_fail(domain, error, "a disk that the plan names is not there, or has no format");
        follow_disk(disk, entry);
    }
    return disks != NULL;
}

static bool leave_out(xmlNode *record, const StepDisk *entry, GError **error)
{
    xmlNode *disk = disk_named(child(record, "disks"), entry->target);
    xmlNode *revert = disk_named(child(record, "revertDisks"), entry->target);
    xmlNode *left;

    if (!disk)
        return element_fail(record, error, "a disk that the plan names is not there");
    left = must(xmlNewDocNode(disk->doc, NULL, (const xmlChar *) "disk", NULL));
    set(left, "name", entry->target);
    set(left, "snapshot", "no");
    xmlReplaceNode(disk, left);
    xmlFreeNode(disk);
    if (revert)
        drop(revert);
    return true;
}

char *xml_edit_followed(const char *snapshot, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) doc = open_snapshot(snapshot, error);
    xmlNode *record = doc ? root_of(doc) : NULL;
    xmlNode *inactive = child(record, "inactiveDomain");

    if (!doc || !check_step(record, step, false, error))
        return NULL;
    if (!child(record, "domain")) {
        element_fail(record, error, "the snapshot holds no definition");
        return NULL;
    }
    if (!follow_domain(child(record, "domain"), step, error) || (inactive && !follow_domain(inactive, step, error)))
        return NULL;
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *entry = g_ptr_array_index(step->disks, i);

        if (entry->mode == DISK_MODE_NO && !leave_out(record, entry, error))
            return NULL;
    }
    return write_element(record);
}
