// SPDX-License-Identifier: GPL-2.0-or-later
// <domain> -> Definition. Any thread may call; nothing is kept between calls.
//
// Elements and attributes that are not needed are ignored, so newer daemons stay readable.
#pragma once

#include "engine/model/definition.h"

// Reads a guest's XML as virDomainGetXMLDesc prints it, live or inactive. `text` need not end in
// NUL; it is not kept. NULL and `error` (XML_ERROR) when it cannot be read, when <name> or <uuid>
// is missing, or when a number is none.
//
// Of what the model keeps, these are choices:
// - Disks without <target dev> are skipped: libvirt refuses them, so none is ever printed.
// - Disk.encrypted is set by <encryption> in the disk, its source or any layer below it.
// - <mirror> (a running block job's target) belongs to no chain and is ignored; see xml_read_mirror().
// - `vcpus` is what the guest has now (<vcpu current=...>), else its maximum.
// - `immobile` holds what virDomainSave and snapshots with memory refuse (libvirt 9.0 to 12.8,
//   qemuMigrationSrcIsAllowed, and QEMU itself for VFIO): hostdev other than usb and scsi,
//   interfaces that are hostdevs, virtiofs (12.8 can save some of them), shmem without role
//   'master', transient disks, and the CPU feature invtsc without a TSC frequency. Not 9p, which
//   QEMU cannot save only while it is mounted.
Definition *xml_read_domain(const char *text, gsize length, GError **error);

// The image that the disk is being merged into by an active block commit. NULL: by none, or it cannot be read. The
// caller frees it.
char *xml_read_mirror(const char *text, gsize length, const char *target);
