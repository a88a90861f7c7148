// SPDX-License-Identifier: GPL-2.0-or-later
// A host: what kind of libvirt we talk to, and what that libvirt does well, badly or not at all.
//
// Each fact about a libvirt version stands once, in the table in host.c, with its range and source.
// Rules ask host_has(); nobody else compares version numbers.
#pragma once

#include "engine/model/refcount.h"

#include <glib.h>
#include <stdbool.h>

// Versions are libvirt's: major * 1,000,000 + minor * 1,000 + release.
#define LIBVIRT_VERSION(major, minor, release) ((major) * 1000000UL + (minor) * 1000UL + (release))

typedef struct Host {
    RefCount refs;
    char *uri;      // as asked for
    char *real_uri; // as libvirt resolved it
    char *hostname;
    char *driver;                    // "QEMU", "TEST", ...
    unsigned long daemon_version;    // of the daemon, not of our library
    unsigned long library_version;   // of our library
    unsigned long hypervisor_version; // QEMU's; 0 unknown
    bool read_only;
    bool local; // same machine: its files are ours to look at if permissions allow
    bool own_files; // ... and so they are to write: we are root there and have qemu-img
    bool external_snapshots; // capability <externalSnapshot/>
    char *security_model;    // "apparmor", "selinux", "none"; NULL unknown
} Host;

Host *host_new(const char *uri);
Host *host_ref(const Host *host);
void host_unref(Host *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Host, host_unref)

typedef enum HostFact {
    FACT_IMAGES,                // moves images at all (the test driver keeps records only)
    FACT_EXTERNAL_REVERT,       // reverts to external snapshots
    FACT_DISK_ONLY_REVERT,      // ... also to disk-only ones of running guests (H29)
    FACT_OFF_EXTERNAL_REVERT,   // ... and makes correct overlays while the guest is off (H30)
    FACT_EXTERNAL_DELETE,       // merges external snapshots
    FACT_OFF_DELETE,            // ... also of a guest that is off
    FACT_DELETE_KNOWS_BRANCHES, // ... and takes care of other branches (H77)
    FACT_DELETE_UPDATES_PATHS,  // ... and of their records (H13)
    FACT_DROP_REWRITES_RECORDS, // a metadata-only delete rewrites the records below as if a merge had taken place
    FACT_DELETE_UNLINKS_LEAF,   // deleting an unused leaf removes the image it froze
    FACT_LEAF_DELETE_SPARES_BASE, // ... but spares one that no external ancestor made (H1, H2)
    FACT_DELETE_SURVIVES_MISSING, // a delete does not crash the daemon on missing images (H50)
    FACT_DELETE_CRASHES_ON_BRANCHES, // ... and does on deep chains of other branches (H50)
    FACT_DELETE_REMOVES_MEMORY, // a delete removes the memory file too
    FACT_MEMORY_ONLY_DELETE,    // deletes snapshots that hold only external memory (H22)
    FACT_INTERNAL_LIVE_REVERT_CRASHES, // reverting to internal snapshots that hold memory crashes (H24)
    FACT_INTERNAL_LIVE_REVERT_BROKEN,  // ... and fails unless the distribution fixed it (H25)
    FACT_INTERNAL_LIVE_JOBS,    // names QEMU jobs after internal snapshots (H45)
    FACT_INTERNAL_LIVE_DELETE_TELLS, // says so when QEMU fails to delete an internal snapshot (H52)
    FACT_INTERNAL_UEFI_RUNNING, // internal snapshots of running UEFI guests (H27)
    FACT_INTERNAL_UEFI_OFF,
    FACT_SHALLOW_CHAINS_ONLY,    // does not start guests with more than about 25 layers (H56)
    FACT_APPARMOR_ALLOWS_COMMIT, // H19
    FACT_OFF_OVERLAYS_PRIVATE,   // overlays made while off are not world-readable (H21)
    FACT_N,
} HostFact;

bool host_has(const Host *host, HostFact fact);

// Where the fact is from: a NEWS entry, a function of a version, a lab run. Never NULL.
const char *host_fact_source(HostFact fact);

// "libvirt 9.0.0 (QEMU)" for sentences. The caller frees it.
char *host_describe(const Host *host);

// "11.3.0"; the caller frees it.
char *host_version_text(unsigned long version);
