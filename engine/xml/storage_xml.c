// SPDX-License-Identifier: GPL-2.0-or-later
// Storage: one level of a backing chain per volume, and the folder of a pool.

#include "engine/xml/storage_xml.h"

#include "engine/xml/document.h"
#include "engine/xml/element.h"
#include "engine/xml/number.h"

#include <string.h>

// libvirt has names for "no idea" as well.
static char *read_format(const xmlNode *owner)
{
    const char *format = element_attribute(element_child(owner, "format"), "type");

    if (!format || !*format || !strcmp(format, "unknown") || !strcmp(format, "auto") ||
        !strcmp(format, "none"))
        return NULL;
    return g_strdup(format);
}

static bool read_bytes(const xmlNode *element, gint64 *bytes, GError **error)
{
    guint64 value = 0;

    if (!number_read_size(element, 1, &value, error))
        return false;
    *bytes = element ? (gint64) value : -1;
    return true;
}

static bool read_volume(const xmlNode *volume, VolumeFacts *facts, GError **error)
{
    const xmlNode *target = element_child(volume, "target");
    const xmlNode *backing = element_child(volume, "backingStore");

    facts->path = element_text(element_child(target, "path"));
    if (!facts->path)
        return element_fail(volume, error, "the volume has no <path>");
    facts->format = read_format(target);
    facts->backing = element_text(element_child(backing, "path"));
    facts->has_backing = facts->backing;
    if (facts->has_backing)
        facts->backing_format = read_format(backing);
    return read_bytes(element_child(volume, "allocation"), &facts->allocation, error) &&
           read_bytes(element_child(volume, "capacity"), &facts->capacity, error);
}

bool xml_read_volume(const char *text, gsize length, VolumeFacts *facts, GError **error)
{
    g_autoptr(xmlDoc) doc =
        document_open(text, length, "volume", "The XML of a storage volume", error);

    *facts = (VolumeFacts){.allocation = -1, .capacity = -1};
    if (doc && read_volume(document_root(doc), facts, error))
        return true;
    volume_facts_clear(facts);
    return false;
}

void volume_facts_clear(VolumeFacts *facts)
{
    g_free(facts->path);
    g_free(facts->format);
    g_free(facts->backing);
    g_free(facts->backing_format);
    *facts = (VolumeFacts){.allocation = -1, .capacity = -1};
}

char *xml_read_pool_path(const char *text, gsize length, GError **error)
{
    g_autoptr(xmlDoc) doc = document_open(text, length, "pool", "The XML of a storage pool", error);
    char *path;

    if (!doc)
        return NULL;
    path = element_text(element_child(element_child(document_root(doc), "target"), "path"));
    if (!path)
        element_fail(document_root(doc), error, "the pool has no folder");
    return path;
}

bool xml_pool_is_network(const char *text, gsize length)
{
    static const char *const clusters[] = {"netfs", "gluster", "vstorage", "rbd", "sheepdog", "iscsi", "iscsi-direct", NULL};
    g_autoptr(xmlDoc) doc = document_open(text, length, "pool", "The XML of a storage pool", NULL);
    const xmlNode *source = doc ? element_child(document_root(doc), "source") : NULL;
    const char *type = doc ? element_attribute(document_root(doc), "type") : NULL;

    return (type && g_strv_contains(clusters, type)) || element_child(source, "host");
}
