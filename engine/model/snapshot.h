// SPDX-License-Identifier: GPL-2.0-or-later
// A snapshot as libvirt records it. Immutable once built, shared by reference between pictures.
//
// The trap every reader must know: the file named in an external snapshot's <disks> is the overlay
// written AFTER it. The frozen content is the image that the stored definition names. Hence two
// questions, never one: snapshot_frozen() and snapshot_overlay().
#pragma once

#include "engine/model/definition.h"
#include "engine/model/refcount.h"

typedef enum SnapshotState {
    SNAPSHOT_UNKNOWN,
    SNAPSHOT_RUNNING,
    SNAPSHOT_PAUSED,
    SNAPSHOT_OFF,       // "shutoff"
    SNAPSHOT_DISK_ONLY, // "disk-snapshot": disks of a running guest, without its memory
    SNAPSHOT_OTHER,     // "crashed", "pmsuspended", ...
} SnapshotState;

typedef enum MemoryMode {
    MEMORY_NO,
    MEMORY_INTERNAL,
    MEMORY_EXTERNAL,
} MemoryMode;

typedef enum SnapshotKind {
    KIND_NONE,     // holds no disk and no memory
    KIND_INTERNAL, // tags inside the images
    KIND_EXTERNAL, // frozen images under overlays
    KIND_MIXED,    // both in one: libvirt does not make these, foreign tools might
} SnapshotKind;

// One <disk> of a snapshot's <disks> or <revertDisks>.
typedef struct SnapshotDisk {
    const char *target; // shared_text.h
    DiskMode mode;
    SourceType type;
    char *path;         // external: the overlay; else NULL
    const char *format; // shared_text.h
    bool delete_in_progress; // <snapshotDeleteInProgress/>: a delete below was cut off (H15)
} SnapshotDisk;

typedef struct Snapshot {
    RefCount refs;
    char *name;
    char *description; // NULL: none
    char *parent;      // NULL: a root
    bool unread;       // its record was not read yet: name and parent are all that is known, and provisional
    bool unreadable;   // nor can it be read: libvirt refuses, or nobody understands it
    gint64 created;    // seconds since 1970
    SnapshotState state;
    const char *state_text; // as libvirt wrote it; shared_text.h
    MemoryMode memory;
    char *memory_file;       // external memory only
    GPtrArray *disks;        // of SnapshotDisk
    GPtrArray *revert_disks; // of SnapshotDisk; NULL: no <revertDisks>
    Definition *definition;  // <domain>; NULL: not stored (pre-0.9.5 records)
    Definition *inactive;    // <inactiveDomain>; NULL: none
} Snapshot;

Snapshot *snapshot_new(const char *name);
Snapshot *snapshot_ref(const Snapshot *snapshot);
void snapshot_unref(Snapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_unref)

SnapshotDisk *snapshot_disk_new(const char *target, DiskMode mode, const char *path);
void snapshot_disk_free(SnapshotDisk *disk);

// Adds an entry of <revertDisks>. Takes ownership.
void snapshot_add_revert_disk(Snapshot *snapshot, SnapshotDisk *disk);

SnapshotKind snapshot_kind(const Snapshot *snapshot);

// The <disks> entry of `target`, or NULL when the snapshot has none.
const SnapshotDisk *snapshot_disk(const Snapshot *snapshot, const char *target);

// Does the snapshot hold the content of this disk (internal or external)?
bool snapshot_covers(const Snapshot *snapshot, const char *target);

// The image whose content the snapshot froze (external) or in which its tag lies (internal): the
// source in the stored definition. NULL when the snapshot does not cover the disk or stores none.
const char *snapshot_frozen(const Snapshot *snapshot, const char *target);

// The overlay written after the snapshot was taken: its <disks> source. NULL if not external.
const char *snapshot_overlay(const Snapshot *snapshot, const char *target);

// Where NOW writes if this snapshot is the current one and its record tells the truth (INV-1):
// <revertDisks>, else <disks>, else, for an internal one, the frozen image.
const char *snapshot_expected_now(const Snapshot *snapshot, const char *target);

// What the record of a composed revert's new branch says of itself: the copy of snapshot `name`. Caller frees.
char *snapshot_copy_description(const char *name);

// Is it such a copy, made by a revert to the snapshot `name`, whose child it is?
bool snapshot_is_copy(const Snapshot *snapshot, const char *name);

// True if any disk carries <snapshotDeleteInProgress/>.
bool snapshot_delete_in_progress(const Snapshot *snapshot);

// Orders by time, then name: the order of siblings wherever they are drawn or discarded.
int snapshot_compare(const Snapshot *a, const Snapshot *b);

// Sorts an array of Snapshot * that way; while some are unread, by name alone, so that no row moves when another's time
// becomes known.
void snapshots_sort(GPtrArray *snapshots);
