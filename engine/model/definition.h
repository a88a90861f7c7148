// SPDX-License-Identifier: GPL-2.0-or-later
// A domain definition: what one domain XML says about a guest.
//
// A guest has up to two of its own (live and inactive), and every snapshot stores one or two more.
// Only what is drawn or planned with is kept; XML text is not. Filled by engine/xml, read everywhere.
//
// Thousands of snapshots differ in their paths alone: a `const char *` in here is one copy of what they share, set with
// shared_text_set().
#pragma once

#include "engine/model/refcount.h"
#include "engine/model/shared_text.h"

#include <glib.h>
#include <stdbool.h>

typedef enum SourceType {
    SOURCE_NONE,    // an empty drive
    SOURCE_FILE,    // path is an absolute file name
    SOURCE_BLOCK,   // path is a block device
    SOURCE_NETWORK, // path is "protocol:name"
    SOURCE_VOLUME,  // path is "pool/volume"
    SOURCE_OTHER,   // dir, nvme, vhostuser, ...: path may be NULL
} SourceType;

typedef enum DeviceType {
    DEVICE_DISK,
    DEVICE_CDROM,
    DEVICE_FLOPPY,
    DEVICE_LUN,
} DeviceType;

// What a snapshot does with a disk, or what a disk's own definition asks for.
typedef enum DiskMode {
    DISK_MODE_DEFAULT, // nothing said
    DISK_MODE_NO,
    DISK_MODE_INTERNAL,
    DISK_MODE_EXTERNAL,
    DISK_MODE_MANUAL,
} DiskMode;

// One image below the top of a disk's backing chain, as a domain XML tells it.
typedef struct Layer {
    SourceType type;
    char *path;
    const char *format; // NULL: not recorded
} Layer;

typedef struct Disk {
    const char *target; // "vda": the name libvirt knows the disk by; never NULL
    const char *bus;
    DeviceType device;
    SourceType type;
    char *path;   // the image the guest writes to; NULL for an empty drive
    const char *format; // NULL: not given
    DiskMode mode;
    bool readonly;
    bool shareable;
    bool transient;
    bool encrypted;
    GPtrArray *backing; // of Layer, nearest first; NULL: the XML says nothing about backing images
    bool chain_ends;    // the XML ends the chain with an empty <backingStore/>: nothing lies below
} Disk;

typedef enum AgentState {
    AGENT_ABSENT, // no guest agent channel
    AGENT_DISCONNECTED,
    AGENT_CONNECTED,
} AgentState;

// Immutable once read, and shared: an old picture's definition stays in the next one while the guest is
// busy and cannot be asked.
typedef struct Definition {
    RefCount refs;
    const char *name;
    const char *uuid;
    const char *type; // "kvm", "qemu", "test"
    guint64 memory; // bytes
    unsigned vcpus;
    GPtrArray *disks; // of Disk, in the XML's order
    bool uefi;        // firmware='efi' or a pflash loader
    char *nvram;      // path of the variable store, or NULL
    char *nvram_format;
    bool tpm; // an emulated TPM, whose state no snapshot of disks holds
    AgentState agent;
    GPtrArray *immobile; // of char *: devices that forbid saving memory ("hostdev pci", "virtiofs")
    const char *hardware; // lines "WHAT: VALUE": the machine and all devices but disks; NULL: nothing is known
} Definition;

Definition *definition_new(void);
Definition *definition_ref(const Definition *def); // NULL gives NULL
Definition *definition_copy(const Definition *def); // a deep one
void definition_unref(Definition *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Definition, definition_unref)

Disk *disk_new(const char *target);
Disk *disk_copy(const Disk *disk);
void disk_free(Disk *disk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Disk, disk_free)

Layer *layer_new(SourceType type, const char *path, const char *format);
void layer_free(Layer *layer);

// Appends one more image below the ones already there. Takes ownership of the layer.
void disk_add_layer(Disk *disk, Layer *layer);

// The disk named `target`, or NULL. `def` may be NULL.
const Disk *definition_disk(const Definition *def, const char *target);

// Is one of its disks on the image? False for no definition.
bool definition_has_image(const Definition *def, const char *image);

// True for disks whose writes matter: not a CD-ROM or floppy, not read-only, not shareable, not empty.
// The others are outside every plan (law 3).
bool disk_is_writable(const Disk *disk);

// True where an image of `type` is found on the host's file system by its path.
bool source_is_local(SourceType type);
