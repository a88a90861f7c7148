// SPDX-License-Identifier: GPL-2.0-or-later
// <volume> and <pool> -> what chains are built from. Any thread may call; nothing is kept.
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct VolumeFacts {
    char *path;           // <target><path>: never NULL after a successful read
    char *format;         // NULL: not said, or libvirt does not know it
    char *backing;        // path of the backing image; NULL unless has_backing
    char *backing_format; // NULL: not recorded, or unknown
    bool has_backing;
    gint64 allocation; // bytes on the host; -1: not said
    gint64 capacity;   // bytes the guest sees; -1: not said
} VolumeFacts;

// Reads a volume's XML as virStorageVolGetXMLDesc prints it. `facts` is overwritten, not cleared
// first; after false it is empty (all NULL, sizes -1), and `error` (XML_ERROR) says why: not
// readable, no path, or a size that is none or does not fit.
bool xml_read_volume(const char *text, gsize length, VolumeFacts *facts, GError **error);

// Frees what `facts` holds and empties it, so that it may be cleared twice.
void volume_facts_clear(VolumeFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VolumeFacts, volume_facts_clear)

// The folder of a pool: its <target><path>. The caller frees it. NULL and `error` (XML_ERROR) when
// the text cannot be read; XML_ERROR_CONTENT also for pools that have no folder (rbd, gluster,
// ...).
char *xml_read_pool_path(const char *text, gsize length, GError **error);

// Does the pool say that other hosts may have it too (netfs, gluster, vstorage, ...)? Its source then has a host, or
// its type is one of a cluster. False where the text cannot be read.
bool xml_pool_is_network(const char *text, gsize length);
