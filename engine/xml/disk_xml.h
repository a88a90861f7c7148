// SPDX-License-Identifier: GPL-2.0-or-later
// <disk> and <source> -> Disk, Layer and paths, for this room only.
#pragma once

#include "engine/model/definition.h"

#include <libxml/tree.h>

// Reads the type attribute and the <source> child of a <disk> or <backingStore>. Returns the path
// as Disk.path has it (the caller frees it), and its type. NULL and SOURCE_NONE where there is no
// source. For kinds without a name of their own the path is the one attribute that tells them
// apart: the folder (dir), the socket (vhostuser), the device (vhostvdpa),
// "nvme:ADDRESS/NAMESPACE".
char *source_read(const xmlNode *owner, SourceType *type);

// A mode in words; false: not one we know. "default" is not among them, nor in libvirt.
bool disk_mode_parse(const char *word, DiskMode *mode);

// Reads a <disk> of a domain. NULL when it has no <target dev>.
Disk *disk_read(const xmlNode *element);
