// SPDX-License-Identifier: GPL-2.0-or-later
// Disks of a domain: where the guest writes, and the chain below as far as the XML tells it.
//
// Only direct children of a <disk> or <backingStore> are looked at. A <mirror> holds a <source> and
// a chain of its own, which are a block job's target and not the guest's.

#include "engine/xml/disk_xml.h"

#include "engine/xml/element.h"

#include <string.h>

// "" is as good as nothing: libvirt prints neither.
static char *copy_attribute(const xmlNode *element, const char *name)
{
    const char *value = element_attribute(element, name);

    return value && *value ? g_strdup(value) : NULL;
}

static char *join_attributes(const xmlNode *element, const char *first, const char *separator,
                             const char *second)
{
    const char *a = element_attribute(element, first);
    const char *b = element_attribute(element, second);

    return a && *a ? g_strconcat(a, separator, b ? b : "", NULL) : NULL;
}

// "nvme:0000:01:00.0/1", from <source type='pci' namespace='1'><address .../></source>.
static char *read_nvme(const xmlNode *source)
{
    static const char *const parts[] = {"domain", "bus", "slot", "function"};
    static const char separators[] = "::./";
    const xmlNode *address = element_child(source, "address");
    const char *space = element_attribute(source, "namespace");
    GString *path = g_string_new("nvme:");

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        const char *part = element_attribute(address, parts[i]);

        if (part)
            g_string_append(path, g_str_has_prefix(part, "0x") ? part + 2 : part);
        g_string_append_c(path, separators[i]);
    }
    g_string_append(path, space ? space : "");
    return g_string_free(path, FALSE);
}

static char *read_other(const xmlNode *source, const char *kind)
{
    static const char *const names[] = {"dir", "path", "dev", "file"};
    char *path = NULL;

    if (!source)
        return NULL;
    if (strcmp(kind, "nvme") == 0)
        return read_nvme(source);
    for (gsize i = 0; !path && i < G_N_ELEMENTS(names); i++)
        path = copy_attribute(source, names[i]);
    return path;
}

char *source_read(const xmlNode *owner, SourceType *type)
{
    const xmlNode *source = element_child(owner, "source");
    const char *kind = element_attribute(owner, "type");
    char *path;

    if (!kind || strcmp(kind, "file") == 0) { // libvirt's default
        *type = SOURCE_FILE;
        path = copy_attribute(source, "file");
    } else if (strcmp(kind, "block") == 0) {
        *type = SOURCE_BLOCK;
        path = copy_attribute(source, "dev");
    } else if (strcmp(kind, "network") == 0) {
        *type = SOURCE_NETWORK;
        path = join_attributes(source, "protocol", ":", "name");
    } else if (strcmp(kind, "volume") == 0) {
        *type = SOURCE_VOLUME;
        path = join_attributes(source, "pool", "/", "volume");
    } else {
        *type = SOURCE_OTHER;
        return read_other(source, kind);
    }
    if (!path)
        *type = SOURCE_NONE;
    return path;
}

bool disk_mode_parse(const char *word, DiskMode *mode)
{
    static const struct {
        const char *word;
        DiskMode mode;
    } modes[] = {
        {"no", DISK_MODE_NO},
        {"internal", DISK_MODE_INTERNAL},
        {"external", DISK_MODE_EXTERNAL},
        {"manual", DISK_MODE_MANUAL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (strcmp(word, modes[i].word) == 0) {
            *mode = modes[i].mode;
            return true;
        }
    }
    return false;
}

static bool is_encrypted(const xmlNode *owner)
{
    return element_child(owner, "encryption") ||
           element_child(element_child(owner, "source"), "encryption");
}

// Walks down the nested <backingStore> elements. The one that ends a chain has no type attribute
// (libvirt, virDomainDiskBackingStoreParse).
static void read_chain(const xmlNode *element, Disk *disk)
{
    const xmlNode *store = element_child(element, "backingStore");

    if (store)
        disk->backing = g_ptr_array_new_with_free_func((GDestroyNotify) layer_free);
    for (; store; store = element_child(store, "backingStore")) {
        const char *format = element_attribute(element_child(store, "format"), "type");
        g_autofree char *path = NULL;
        SourceType type;

        if (!element_attribute(store, "type")) {
            disk->chain_ends = true;
            return;
        }
        path = source_read(store, &type);
        disk_add_layer(disk, layer_new(type, path, format));
        disk->encrypted |= is_encrypted(store);
    }
}

static DeviceType read_device(const xmlNode *element)
{
    if (element_says(element, "device", "cdrom"))
        return DEVICE_CDROM;
    if (element_says(element, "device", "floppy"))
        return DEVICE_FLOPPY;
    return element_says(element, "device", "lun") ? DEVICE_LUN : DEVICE_DISK;
}

Disk *disk_read(const xmlNode *element)
{
    const xmlNode *target = element_child(element, "target");
    g_autofree char *name = copy_attribute(target, "dev");
    const char *mode = element_attribute(element, "snapshot");
    Disk *disk;

    if (!name)
        return NULL;
    disk = disk_new(name);
    shared_text_set(&disk->bus, element_attribute(target, "bus"));
    disk->device = read_device(element);
    disk->path = source_read(element, &disk->type);
    shared_text_set(&disk->format, element_attribute(element_child(element, "driver"), "type"));
    if (!mode || !disk_mode_parse(mode, &disk->mode))
        disk->mode = DISK_MODE_DEFAULT;
    disk->readonly = element_child(element, "readonly");
    disk->shareable = element_child(element, "shareable");
    disk->transient = element_child(element, "transient");
    disk->encrypted = is_encrypted(element);
    read_chain(element, disk);
    return disk;
}
