// SPDX-License-Identifier: GPL-2.0-or-later
// Domains: what a guest is called, what it has, what it writes to.

#include "engine/xml/domain_xml.h"

#include "engine/xml/definition_xml.h"
#include "engine/xml/device_xml.h"
#include "engine/xml/disk_xml.h"
#include "engine/xml/document.h"
#include "engine/xml/element.h"
#include "engine/xml/hardware_xml.h"
#include "engine/xml/number.h"

#define KIB 1024

static bool read_identity(const xmlNode *element, Definition *def, GError **error)
{
    g_autofree char *name = element_text(element_child(element, "name"));
    g_autofree char *uuid = element_text(element_child(element, "uuid"));

    shared_text_set(&def->type, element_attribute(element, "type"));
    shared_text_set(&def->name, name);
    shared_text_set(&def->uuid, uuid);
    if (!def->name)
        return element_fail(element, error, "the guest has no <name>");
    if (!def->uuid)
        return element_fail(element, error, "the guest has no <uuid>");
    if (!g_uuid_string_is_valid(def->uuid))
        return element_fail(element_child(element, "uuid"), error, "the <uuid> is none");
    return true;
}

static bool read_resources(const xmlNode *element, Definition *def, GError **error)
{
    const xmlNode *vcpu = element_child(element, "vcpu");
    guint64 vcpus = 0;

    if (!number_read_size(element_child(element, "memory"), KIB, &def->memory, error) ||
        !number_read(vcpu, G_MAXUINT, &vcpus, error) ||
        !number_read_attribute(vcpu, "current", G_MAXUINT, &vcpus, error))
        return false;
    def->vcpus = (unsigned) vcpus;
    return true;
}

// <nvram>PATH</nvram>, <nvram type='file'><source file='PATH'/></nvram>, or (seen in 12.8) for
// firmware that keeps its variables in JSON, <varstore path='PATH'/>.
static void read_firmware(const xmlNode *os, Definition *def)
{
    const xmlNode *nvram = element_child(os, "nvram");
    SourceType type;

    def->uefi = element_says(os, "firmware", "efi") ||
                element_says(element_child(os, "loader"), "type", "pflash");
    if (element_child(nvram, "source"))
        def->nvram = source_read(nvram, &type);
    else
        def->nvram = element_text(nvram);
    if (def->nvram)
        def->nvram_format = g_strdup(element_attribute(nvram, "format"));
    else
        def->nvram = g_strdup(element_attribute(element_child(os, "varstore"), "path"));
}

static void read_disks(const xmlNode *devices, Definition *def)
{
    for (const xmlNode *e = element_child(devices, "disk"); e; e = element_next(e, "disk")) {
        Disk *disk = disk_read(e);

        if (disk)
            g_ptr_array_add(def->disks, disk);
    }
}

Definition *definition_read(const xmlNode *element, GError **error)
{
    g_autoptr(Definition) def = definition_new();

    if (!read_identity(element, def, error) || !read_resources(element, def, error))
        return NULL;
    read_firmware(element_child(element, "os"), def);
    read_disks(element_child(element, "devices"), def);
    devices_read(element, def);
    hardware_read(element, def);
    return g_steal_pointer(&def);
}

Definition *xml_read_domain(const char *text, gsize length, GError **error)
{
    g_autoptr(xmlDoc) doc = document_open(text, length, "domain", "The XML of a guest", error);

    return doc ? definition_read(document_root(doc), error) : NULL;
}

char *xml_read_mirror(const char *text, gsize length, const char *target)
{
    g_autoptr(xmlDoc) doc = document_open(text, length, "domain", "The XML of a guest", NULL);
    const xmlNode *devices = doc ? element_child(document_root(doc), "devices") : NULL;

    for (const xmlNode *e = element_child(devices, "disk"); e; e = element_next(e, "disk")) {
        const xmlNode *mirror = element_child(e, "mirror");
        SourceType type;

        if (g_strcmp0(element_attribute(element_child(e, "target"), "dev"), target) == 0 &&
            g_strcmp0(element_attribute(mirror, "job"), "active-commit") == 0)
            return source_read(mirror, &type);
    }
    return NULL;
}
