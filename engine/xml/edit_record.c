// SPDX-License-Identifier: GPL-2.0-or-later
// Records: made for a branch, on other overlays, with another parent, and after images that they name were merged.

#include "engine/xml/edit.h"

#include "engine/xml/compose.h"
#include "engine/xml/edit_inside.h"
#include "engine/xml/element.h"

#include <string.h>

static void fill_overlay(xmlNode *entry, const StepDisk *disk)
{
    node_set(entry, "name", disk->target);
    node_set(entry, "snapshot", "external");
    node_set(entry, "type", "file");
    node_set(node_add(entry, "driver", NULL), "type", disk->format);
    node_set(node_add(entry, "source", NULL), "file", disk->writes);
}

// One entry for each disk of the definition: libvirt would choose for those that are not named.
static void write_disks(xmlNode *record, xmlNode *domain, const Step *step)
{
    xmlNode *disks = node_put(record, "disks", NULL);

    for (xmlNode *disk = node_child(node_child(domain, "devices"), "disk"); disk; disk = node_next(disk, "disk")) {
        const StepDisk *taken = disks_of_step(step, disks_target(disk));
        xmlNode *entry = node_add(disks, "disk", NULL);

        if (taken) {
            fill_overlay(entry, taken);
        } else {
            node_set(entry, "name", disks_target(disk));
            node_set(entry, "snapshot", "no");
        }
    }
}

static void write_state(xmlNode *record)
{
    g_autofree char *state = element_text(node_child(record, "state"));

    if (g_strcmp0(state, "shutoff") != 0)
        node_put(record, "state", "disk-snapshot");
    node_set(node_put(record, "memory", NULL), "snapshot", "no");
    node_drop_children(record, "cookie"); // what QEMU needs beside the memory
}

static void write_identity(xmlNode *record, const Step *step, gint64 now)
{
    g_autofree char *created = g_strdup_printf("%" G_GINT64_FORMAT, now);
    g_autofree char *description = step->description ? xml_clean_text(step->description) : NULL;

    node_put(record, "name", step->subject);
    node_put(record, "creationTime", created);
    node_drop_children(record, "description");
    if (description)
        node_add(record, "description", description);
    node_add(node_put(record, "parent", NULL), "name", step->origin);
}

static bool copy_record(xmlNode *record, const char *present, const Step *step, gint64 created, GError **error)
{
    g_autoptr(xmlDoc) now = edit_open_definition(present, "The XML of a guest", error);
    xmlNode *domain = node_child(record, "domain");
    xmlNode *inactive = node_child(record, "inactiveDomain");

    if (!now)
        return false;
    if (!domain)
        return element_fail(record, error, "the snapshot holds no definition");
    if (!edit_domain(domain, xmlDocGetRootElement(now), step, SIDE_FROZEN, error) ||
        (inactive && !edit_domain(inactive, xmlDocGetRootElement(now), step, SIDE_FROZEN, error)))
        return false;
    write_identity(record, step, created);
    write_state(record);
    write_disks(record, domain, step);
    return true;
}

static bool renew_record(xmlNode *record, const Step *step, GError **error)
{
    guint renewed = 0;

    for (xmlNode *disk = node_child(node_child(record, "disks"), "disk"), *next; disk; disk = next) {
        const char *name = element_attribute(disk, "name");
        const StepDisk *taken = name ? disks_of_step(step, name) : NULL;
        xmlNode *entry;

        next = node_next(disk, "disk");
        if (!taken)
            continue;
        entry = node_must(xmlNewDocNode(disk->doc, NULL, (const xmlChar *) "disk", NULL));
        fill_overlay(entry, taken);
        node_add_copy(entry, node_child(disk, "snapshotDeleteInProgress")); // what it says is still so
        xmlReplaceNode(disk, entry);
        xmlFreeNode(disk);
        renewed++;
    }
    return renewed == step->disks->len || element_fail(record, error, "a disk that the plan names is not there");
}

char *xml_edit_record(const char *snapshot, const char *present, const Step *step, gint64 now, GError **error)
{
    g_autoptr(xmlDoc) doc = edit_open_snapshot(snapshot, error);
    bool copy = g_strcmp0(step->subject, step->origin) != 0;
    xmlNode *record = doc ? xmlDocGetRootElement(doc) : NULL;

    if (!doc || !edit_check_step(record, step, copy, error))
        return NULL;
    if (!xml_carries(step->subject) || !xml_carries(step->origin)) {
        element_fail(record, error, "a name in the plan cannot be written as XML");
        return NULL;
    }
    node_drop_children(record, "revertDisks");
    if (!(copy ? copy_record(record, present, step, now, error) : renew_record(record, step, error)))
        return NULL;
    return node_write(record);
}

static xmlNode *disk_named(xmlNode *disks, const char *name)
{
    for (xmlNode *disk = node_child(disks, "disk"); disk; disk = node_next(disk, "disk"))
        if (g_strcmp0(element_attribute(disk, "name"), name) == 0)
            return disk;
    return NULL;
}

static bool has_external(xmlNode *disks)
{
    for (xmlNode *disk = node_child(disks, "disk"); disk; disk = node_next(disk, "disk"))
        if (element_says(disk, "snapshot", "external"))
            return true;
    return false;
}

char *xml_edit_complete(const char *snapshot, GError **error)
{
    g_autoptr(xmlDoc) doc = edit_open_snapshot(snapshot, error);
    xmlNode *record = doc ? xmlDocGetRootElement(doc) : NULL;
    xmlNode *disks = node_child(record, "disks");
    xmlNode *devices = node_child(node_child(record, "domain"), "devices");

    if (!doc || !has_external(disks))
        return doc ? g_strdup(snapshot) : NULL;
    for (xmlNode *disk = node_child(devices, "disk"); disk; disk = node_next(disk, "disk")) {
        const char *target = disks_target(disk);
        xmlNode *entry = target && !disk_named(disks, target) ? node_add(disks, "disk", NULL) : NULL;

        if (!entry)
            continue;
        node_set(entry, "name", target);
        node_set(entry, "snapshot", "no");
    }
    return node_write(record);
}

static bool write_reverts(xmlNode *record, const Step *step, GError **error)
{
    xmlNode *reverts = node_child(record, "revertDisks");

    if (!reverts)
        reverts = node_add(record, "revertDisks", NULL);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        xmlNode *old = disk_named(reverts, disk->target);

        if (!disk_named(node_child(record, "disks"), disk->target) || disks_of_step(step, disk->target) != disk)
            return element_fail(record, error, "a disk that the plan names is not there, or named twice");
        if (old)
            node_drop(old);
        fill_overlay(node_add(reverts, "disk", NULL), disk);
    }
    return true;
}

char *xml_edit_renewed(const char *snapshot, const Step *step, bool reverts, GError **error)
{
    g_autoptr(xmlDoc) doc = edit_open_snapshot(snapshot, error);
    xmlNode *record = doc ? xmlDocGetRootElement(doc) : NULL;

    if (!doc || !edit_check_step(record, step, false, error))
        return NULL;
    if (!(reverts ? write_reverts(record, step, error) : renew_record(record, step, error)))
        return NULL;
    return node_write(record);
}

char *xml_edit_reparented(const char *snapshot, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) doc = edit_open_snapshot(snapshot, error);
    xmlNode *record = doc ? xmlDocGetRootElement(doc) : NULL;

    if (!doc)
        return NULL;
    if (step->origin && !xml_carries(step->origin)) {
        element_fail(record, error, "a name in the plan cannot be written as XML");
        return NULL;
    }
    node_drop_children(record, "parent");
    if (step->origin)
        node_add(node_add(record, "parent", NULL), "name", step->origin);
    return node_write(record);
}

// ---- Images that were merged ------------------------------------------------------------------

static bool stands_for(xmlNode *layer, const char *file)
{
    return g_strcmp0(element_attribute(node_child(layer, "source"), "file"), file) == 0;
}

// The layer below takes the place of the one that is gone.
static void drop_layer(xmlNode *layer)
{
    xmlNode *below = node_child(layer, "backingStore");

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
    xmlNode *layer = node_child(disk, "backingStore");

    if (stands_for(disk, entry->backing)) {
        node_set(node_child(disk, "source"), "file", entry->writes);
        node_set(node_must(node_child(disk, "driver")), "type", entry->format);
        if (layer)
            drop_layer(layer);
        return;
    }
    while (layer && !stands_for(layer, entry->backing))
        layer = node_child(layer, "backingStore");
    if (layer)
        drop_layer(layer);
}

static bool follow_domain(xmlNode *domain, const Step *step, GError **error)
{
    g_autoptr(GHashTable) disks = disks_index(domain, error);

    for (guint i = 0; disks && i < step->disks->len; i++) {
        const StepDisk *entry = g_ptr_array_index(step->disks, i);
        xmlNode *disk = g_hash_table_lookup(disks, entry->target);

        if (!entry->backing)
            continue;
        if (!disk || !node_child(disk, "driver"))
            return element_fail(domain, error, "a disk that the plan names is not there, or has no format");
        follow_disk(disk, entry);
    }
    return disks != NULL;
}

static bool leave_out(xmlNode *record, const StepDisk *entry, GError **error)
{
    xmlNode *disk = disk_named(node_child(record, "disks"), entry->target);
    xmlNode *revert = disk_named(node_child(record, "revertDisks"), entry->target);
    xmlNode *left;

    if (!disk)
        return element_fail(record, error, "a disk that the plan names is not there");
    left = node_must(xmlNewDocNode(disk->doc, NULL, (const xmlChar *) "disk", NULL));
    node_set(left, "name", entry->target);
    node_set(left, "snapshot", "no");
    xmlReplaceNode(disk, left);
    xmlFreeNode(disk);
    if (revert)
        node_drop(revert);
    return true;
}

char *xml_edit_followed(const char *snapshot, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) doc = edit_open_snapshot(snapshot, error);
    xmlNode *record = doc ? xmlDocGetRootElement(doc) : NULL;
    xmlNode *inactive = node_child(record, "inactiveDomain");

    if (!doc || !edit_check_step(record, step, false, error))
        return NULL;
    if (!node_child(record, "domain")) {
        element_fail(record, error, "the snapshot holds no definition");
        return NULL;
    }
    if (!follow_domain(node_child(record, "domain"), step, error) ||
        (inactive && !follow_domain(inactive, step, error)))
        return NULL;
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *entry = g_ptr_array_index(step->disks, i);

        if (entry->mode == DISK_MODE_NO && !leave_out(record, entry, error))
            return NULL;
    }
    return node_write(record);
}
