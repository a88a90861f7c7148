// SPDX-License-Identifier: GPL-2.0-or-later
// Definitions on other disks.

#include "engine/xml/edit.h"

#include "engine/xml/compose.h"
#include "engine/xml/edit_inside.h"
#include "engine/xml/element.h"

#include <string.h>

bool edit_check_step(const xmlNode *root, const Step *step, bool copy, GError **error)
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

bool edit_domain(xmlNode *domain, xmlNode *now, const Step *step, Side side, GError **error)
{
    g_autoptr(GHashTable) disks = NULL;
    g_autoptr(GHashTable) present = NULL;
    g_autofree char *name = element_text(node_child(now, "name"));
    g_autofree char *uuid = element_text(node_child(now, "uuid"));

    if (!name || !uuid || !node_child(now, "devices") || !node_child(domain, "devices"))
        return element_fail(now, error, "a definition has no name, no UUID or no devices");
    disks = disks_index(domain, error);
    present = disks ? disks_index(now, error) : NULL;
    if (!present || !disks_set_sources(disks, domain, step, side, error))
        return false;
    node_put(domain, "name", name);
    node_put(domain, "uuid", uuid);
    disks_follow_present(disks, domain, present, now, step);
    return true;
}

xmlDoc *edit_open_definition(const char *text, const char *what, GError **error)
{
    return document_open_whole(text, strlen(text), "domain", what, error);
}

xmlDoc *edit_open_snapshot(const char *text, GError **error)
{
    return document_open_whole(text, strlen(text), "domainsnapshot", "The XML of a snapshot", error);
}

char *xml_edit_definition(const char *snapshot, const char *present, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) record = edit_open_snapshot(snapshot, error);
    g_autoptr(xmlDoc) now = record ? edit_open_definition(present, "The XML of a guest", error) : NULL;
    xmlNode *domain;

    if (!now || !edit_check_step(xmlDocGetRootElement(record), step, false, error))
        return NULL;
    domain = node_child(xmlDocGetRootElement(record), "inactiveDomain");
    if (!domain)
        domain = node_child(xmlDocGetRootElement(record), "domain");
    if (!domain) {
        element_fail(xmlDocGetRootElement(record), error, "the snapshot holds no definition");
        return NULL;
    }
    if (!edit_domain(domain, xmlDocGetRootElement(now), step, SIDE_WRITTEN, error))
        return NULL;
    xmlNodeSetName(domain, (const xmlChar *) "domain");
    return node_write(domain);
}

char *xml_edit_stored(const char *present, GError **error)
{
    g_autoptr(xmlDoc) doc = edit_open_definition(present, "The XML of a guest", error);
    xmlNode *devices = doc ? node_child(xmlDocGetRootElement(doc), "devices") : NULL;

    for (xmlNode *disk = node_child(devices, "disk"); disk; disk = node_next(disk, "disk"))
        node_drop_children(disk, "backingStore");
    return doc ? node_write(xmlDocGetRootElement(doc)) : NULL;
}

static char *edit_sources(const char *text, const char *what, const Step *step, GError **error)
{
    g_autoptr(xmlDoc) doc = edit_open_definition(text, what, error);
    g_autoptr(GHashTable) disks = NULL;

    if (!doc || !edit_check_step(xmlDocGetRootElement(doc), step, false, error))
        return NULL;
    disks = disks_index(xmlDocGetRootElement(doc), error);
    if (!disks || !disks_set_sources(disks, xmlDocGetRootElement(doc), step, SIDE_WRITTEN, error))
        return NULL;
    return node_write(xmlDocGetRootElement(doc));
}

char *xml_edit_present(const char *present, const Step *step, GError **error)
{
    return edit_sources(present, "The XML of a guest", step, error);
}

char *xml_edit_saved(const char *saved, const Step *step, GError **error)
{
    return edit_sources(saved, "The XML of a memory image", step, error);
}
