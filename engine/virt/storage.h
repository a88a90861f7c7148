// SPDX-License-Identifier: GPL-2.0-or-later
// Storage pools and volumes, as one look needs them. Any thread may ask.
//
// A pool tells what it saw when it was refreshed last: files made since are not in it, and a
// backing image that a merge has replaced is still named (seen with 9.0.0: virStorageVolGetXMLDesc
// renews sizes only). So a pool is refreshed, at most once per Storage and only over a connection
// that may change things: when a plan depends on it (STORAGE_FRESH), else when a file was not found
// in it or what it says is in doubt.
#pragma once

#include "engine/model/image.h"
#include "engine/virt/connect.h"
#include "engine/xml/storage_xml.h"

typedef enum StorageCare {
    STORAGE_CACHED, // refreshed in doubt only
    STORAGE_ASKED,  // the same, but the files that a running QEMU has open are asked for too
    STORAGE_FRESH,  // refreshed before it is believed
} StorageCare;

typedef struct Storage Storage;

// What is on this machine is looked at without libvirt as well; a host behind a socket of its own counts as far away.
Storage *storage_new(Connection *connection, const Host *host, StorageCare care);
void storage_free(Storage *storage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Storage, storage_free)

// The name of the file or device without links, where `path` is another; NULL: it is that, or nobody can tell from
// here. The caller frees it.
char *storage_real_name(const Storage *storage, const char *path);

// What a pool knows of the image at `path`. FOUND fills `facts` (clear them afterwards); MISSING is
// said only by an active pool of that very folder that was refreshed a moment ago.
Presence storage_volume(Storage *storage, const char *path, VolumeFacts *facts);

// What a pool said about `path` is in doubt: refreshes it, and reads again into `facts` if that did
// anything. False: the facts stand as they are.
bool storage_doubt(Storage *storage, const char *path, VolumeFacts *facts);

// Lists the files of `folder` into `images`; if nobody can say, nothing is told.
void storage_tell_folder(Storage *storage, Images *images, const char *folder);

// Tells `images` if other hosts may have `folder` open as well, as far as the pool or the file system says.
void storage_tell_shared(Storage *storage, Images *images, const char *folder);

// Is the file system of `folder` mounted read-only? False also where that cannot be seen: no pool tells it.
bool storage_is_read_only(const Storage *storage, const char *folder);

// Free bytes in `folder`, or SIZE_UNKNOWN.
gint64 storage_free_space(Storage *storage, const char *folder);

StorageCare storage_care(const Storage *storage);
bool storage_is_local(const Storage *storage);
