// SPDX-License-Identifier: GPL-2.0-or-later
// Devices: the guest agent's channel, the TPM, and whatever forbids saving the guest's memory.
//
// Snapshots with memory and live internal ones need a guest that could be migrated. The list
// follows libvirt's qemuMigrationSrcIsAllowed (9.0 to 12.8, src/qemu/qemu_migration.c); what only
// the running QEMU knows (a mounted 9p share, VirGL, vDPA) is left to libvirt, which refuses before
// it acts.

#include "engine/xml/device_xml.h"

#include "engine/xml/element.h"

#include <string.h>

static void add_blocker(Definition *def, char *blocker)
{
    for (guint i = 0; i < def->immobile->len; i++) {
        if (strcmp(g_ptr_array_index(def->immobile, i), blocker) == 0) {
            g_free(blocker);
            return;
        }
    }
    g_ptr_array_add(def->immobile, blocker);
}

// Unplugged by QEMU itself before it saves.
static bool is_teamed(const xmlNode *device)
{
    return element_says(element_child(device, "teaming"), "type", "transient");
}

// USB and SCSI devices stay behind and do not hinder.
static void read_hostdev(const xmlNode *device, Definition *def)
{
    const char *type = element_attribute(device, "type");

    if (!type)
        type = element_attribute(device, "mode");
    if (!type || strcmp(type, "usb") == 0 || strcmp(type, "scsi") == 0)
        return;
    if (strcmp(type, "pci") == 0 && is_teamed(device))
        return;
    add_blocker(def, g_strdup_printf("hostdev %s", type));
}

static void read_interface(const xmlNode *device, Definition *def)
{
    if (element_says(device, "type", "hostdev") && !is_teamed(device))
        add_blocker(def, g_strdup("interface hostdev"));
}

static void read_filesystem(const xmlNode *device, Definition *def)
{
    if (element_says(element_child(device, "driver"), "type", "virtiofs"))
        add_blocker(def, g_strdup("virtiofs"));
}

static void read_shmem(const xmlNode *device, Definition *def)
{
    const char *name = element_attribute(device, "name");

    if (!element_says(device, "role", "master"))
        add_blocker(def, g_strdup_printf("shmem %s", name ? name : ""));
}

static void read_channel(const xmlNode *device, Definition *def)
{
    const xmlNode *target = element_child(device, "target");

    if (!element_says(target, "type", "virtio") ||
        !element_says(target, "name", "org.qemu.guest_agent.0"))
        return;
    if (element_says(target, "state", "connected"))
        def->agent = AGENT_CONNECTED;
    else if (def->agent == AGENT_ABSENT)
        def->agent = AGENT_DISCONNECTED;
}

// A passed-through TPM keeps its state in the chip.
static void read_tpm(const xmlNode *device, Definition *def)
{
    const xmlNode *backend = element_child(device, "backend");

    if (element_says(backend, "type", "emulator") || element_says(backend, "type", "external"))
        def->tpm = true;
}

static void read_device(const xmlNode *device, Definition *def)
{
    static const struct {
        const char *name;
        void (*read)(const xmlNode *device, Definition *def);
    } readers[] = {
        {"hostdev", read_hostdev}, {"interface", read_interface}, {"filesystem", read_filesystem},
        {"shmem", read_shmem},     {"channel", read_channel},     {"tpm", read_tpm},
    };

    if (device->type != XML_ELEMENT_NODE)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
        if (strcmp((const char *) device->name, readers[i].name) == 0)
            readers[i].read(device, def);
}

// QEMU cannot restore an invariant clock whose frequency nobody wrote down.
static bool has_unscaled_invtsc(const xmlNode *domain)
{
    const xmlNode *feature = element_child(element_child(domain, "cpu"), "feature");
    const xmlNode *timer = element_child(element_child(domain, "clock"), "timer");

    while (feature && !(element_says(feature, "name", "invtsc") &&
                        (element_says(feature, "policy", "require") ||
                         element_says(feature, "policy", "force"))))
        feature = element_next(feature, "feature");
    while (timer && !(element_says(timer, "name", "tsc") && element_attribute(timer, "frequency")))
        timer = element_next(timer, "timer");
    return feature && !timer;
}

void devices_read(const xmlNode *domain, Definition *def)
{
    const xmlNode *devices = element_child(domain, "devices");

    for (const xmlNode *device = devices ? devices->children : NULL; device; device = device->next)
        read_device(device, def);
    for (guint i = 0; i < def->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(def->disks, i);

        if (disk->transient)
            g_ptr_array_add(def->immobile, g_strdup_printf("transient disk %s", disk->target));
    }
    if (has_unscaled_invtsc(domain))
        add_blocker(def, g_strdup("invtsc"));
}
