// SPDX-License-Identifier: GPL-2.0-or-later
// The disks of a definition: each gets its file, or what the guest has now.

#include "engine/xml/edit_disks.h"

#include "engine/xml/element.h"

#include <string.h>

const char *disks_target(xmlNode *disk)
{
    return element_attribute(node_child(disk, "target"), "dev");
}

GHashTable *disks_index(xmlNode *domain, GError **error)
{
    g_autoptr(GHashTable) disks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    xmlNode *devices = node_child(domain, "devices");

    for (xmlNode *disk = node_child(devices, "disk"); disk; disk = node_next(disk, "disk")) {
        const char *target = disks_target(disk);

        if (!target || !g_hash_table_insert(disks, g_strdup(target), disk)) {
            element_fail(disk, error, "a disk has no name of its own");
            return NULL;
        }
    }
    return g_steal_pointer(&disks);
}

const StepDisk *disks_of_step(const Step *step, const char *target)
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
    xmlNode *old = node_child(disk, "source");
    xmlNode *driver = node_child(disk, "driver");
    const char *policy = element_attribute(old, "startupPolicy");
    xmlNode *source;

    if (node_child(old, "slices") || node_child(old, "encryption") || node_child(disk, "encryption"))
        return element_fail(disk, error, "a disk is encrypted, or only a part of its file");
    source = node_must(xmlNewDocNode(disk->doc, NULL, (const xmlChar *) "source", NULL));
    node_set(source, "file", file);
    if (policy)
        node_set(source, "startupPolicy", policy);
    for (xmlNode *label = node_child(old, "seclabel"); label; label = node_next(label, "seclabel"))
        node_add_copy(source, label);
    node_drop_children(disk, "source");
    node_drop_children(disk, "backingStore");
    node_drop_children(disk, "mirror");
    node_must(xmlAddChild(disk, source));
    node_set(disk, "type", "file");
    node_set(driver ? driver : node_add(disk, "driver", NULL), "type", format);
    return true;
}

bool disks_set_sources(GHashTable *disks, xmlNode *domain, const Step *step, Side side, GError **error)
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
    xmlNode *copy = node_must(xmlDocCopyNode(present, stored->doc, 1));
    bool same_bus = g_strcmp0(element_attribute(node_child(stored, "target"), "bus"),
                              element_attribute(node_child(present, "target"), "bus")) == 0;

    node_drop_children(copy, "address");
    node_drop_children(copy, "boot");
    if (same_bus)
        node_add_copy(copy, node_child(stored, "address"));
    node_add_copy(copy, node_child(stored, "boot"));
    xmlReplaceNode(stored, copy);
    xmlFreeNode(stored);
}

// Libvirt finds it a place; one of its present address may be taken in the stored definition.
static void append(xmlNode *devices, xmlNode *present)
{
    xmlNode *copy = node_must(xmlDocCopyNode(present, devices->doc, 1));

    node_drop_children(copy, "address");
    node_drop_children(copy, "alias");
    node_drop_children(copy, "boot");
    node_must(xmlAddChild(devices, copy));
}

void disks_follow_present(GHashTable *disks, xmlNode *domain, GHashTable *present, xmlNode *now, const Step *step)
{
    for (xmlNode *disk = node_child(node_child(domain, "devices"), "disk"), *next; disk; disk = next) {
        xmlNode *other = g_hash_table_lookup(present, disks_target(disk));

        next = node_next(disk, "disk");
        if (disks_of_step(step, disks_target(disk)))
            continue;
        if (other)
            adopt(disk, other);
        else
            node_drop(disk);
    }
    for (xmlNode *disk = node_child(node_child(now, "devices"), "disk"); disk; disk = node_next(disk, "disk"))
        if (!g_hash_table_contains(disks, disks_target(disk)) && !disks_of_step(step, disks_target(disk)))
            append(node_child(domain, "devices"), disk);
}
