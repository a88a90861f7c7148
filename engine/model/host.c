// SPDX-License-Identifier: GPL-2.0-or-later
// The table of facts about libvirt versions. Every behaviour that a rule depends on stands here once,
// with the release range in which it holds and where that was learnt.

#include "engine/model/host.h"

#include <string.h>

#define V LIBVIRT_VERSION

typedef enum Drivers {
    ON_QEMU = 1 << 0,
    ON_TEST = 1 << 1, // libvirt's test driver: records only, no images, no jobs
    ON_BOTH = ON_QEMU | ON_TEST,
} Drivers;

typedef struct FactRow {
    Drivers drivers;     // where it can hold at all
    unsigned long since; // first release in which it holds
    unsigned long until; // first release in which it no longer does; 0: still does
    const char *source;
} FactRow;

static const FactRow facts[FACT_N] = {
    [FACT_EXTERNAL_REVERT] = {ON_QEMU, V(9, 9, 0), 0,
        "NEWS 9.9.0; qemuSnapshotRevertValidate in 9.0.0 refuses"},
    [FACT_EXTERNAL_DELETE] = {ON_QEMU, V(9, 0, 0), 0,
        "NEWS 9.0.0; qemuSnapshotDelete"},
    [FACT_OFF_DELETE] = {ON_QEMU, V(9, 9, 0), 0,
        "tried: 9.0.0 fails with 'could not find base disk source' but for the current leaf, 11.3.0 and 12.8.0 merge"},
    [FACT_DELETE_KNOWS_BRANCHES] = {ON_QEMU, V(9, 9, 0), 0,
        "H77; tried on 9.0.0, whose source has no rebase of other branches"},
    [FACT_DELETE_UPDATES_PATHS] = {ON_QEMU, V(11, 3, 0), 0,
        "H13; qemuSnapshotDeleteUpdateDisks 10.0.0 against 11.3.0"},
    [FACT_DROP_REWRITES_RECORDS] = {ON_QEMU, V(9, 0, 0), V(11, 3, 0),
        "tried: 9.0.0 does, 11.3.0 and 12.8.0 leave them; of those between it is not known, so no plan relies on it"},
    [FACT_DELETE_UNLINKS_LEAF] = {ON_QEMU, V(9, 9, 0), 0,
        "qemuSnapshotDiscardExternal 10.0.0 and 11.3.0; 9.0.0 always merges"},
    [FACT_LEAF_DELETE_SPARES_BASE] = {ON_QEMU, V(11, 0, 0), 0,
        "H1, H2; NEWS 11.0.0"},
    [FACT_DELETE_SURVIVES_MISSING] = {ON_QEMU, V(12, 8, 0), 0,
        "H50; qemuSnapshotDiskHasBackingDisk, crash tried on 11.3.0, gone in 12.8.0"},
    [FACT_DELETE_CRASHES_ON_BRANCHES] = {ON_QEMU, V(10, 0, 0), V(12, 8, 0),
        "H50; qemuSnapshotDiskHasBackingDisk reads one layer only and compares nothing; crash tried on 11.3.0"},
    [FACT_DISK_ONLY_REVERT] = {ON_QEMU, V(10, 10, 0), 0,
        "H29; qemuSnapshotRevert 10.0.0 against 11.3.0"},
    [FACT_OFF_EXTERNAL_REVERT] = {ON_QEMU, V(10, 0, 0), 0,
        "H30; the order of qemu-img create and definition before 10.0.0"},
    [FACT_INTERNAL_LIVE_REVERT_CRASHES] = {ON_QEMU, V(9, 9, 0), V(9, 10, 0),
        "H24; NEWS 9.10.0"},
    [FACT_INTERNAL_LIVE_REVERT_BROKEN] = {ON_QEMU, V(11, 2, 0), V(11, 4, 0),
        "H25; NEWS 11.4.0; Debian 13 carries the fix in its 11.3.0"},
    [FACT_INTERNAL_LIVE_JOBS] = {ON_QEMU, V(10, 9, 0), 0,
        "H45; QMP jobs named after the snapshot since 10.9.0"},
    [FACT_INTERNAL_LIVE_DELETE_TELLS] = {ON_QEMU, V(10, 9, 0), 0,
        "H52; qemuSnapshotDiscardImpl 9.0.0 and 10.0.0 drop the answer of delvm, 11.3.0 waits for the job"},
    [FACT_MEMORY_ONLY_DELETE] = {ON_QEMU, V(9, 1, 0), 0,
        "H22; NEWS 9.1.0"},
    [FACT_DELETE_REMOVES_MEMORY] = {ON_QEMU, V(9, 1, 0), 0,
        "NEWS 9.1.0; qemuSnapshotDiscardExternal"},
    [FACT_SHALLOW_CHAINS_ONLY] = {ON_QEMU, V(10, 8, 0), V(12, 0, 0),
        "H56; NEWS 10.8.0 (json-c) and 12.0.0"},
    [FACT_INTERNAL_UEFI_RUNNING] = {ON_QEMU, V(10, 10, 0), 0,
        "H27, H28; NEWS 10.9.0 and 10.10.0: with NVRAM in qcow2"},
    [FACT_INTERNAL_UEFI_OFF] = {ON_QEMU, V(9, 3, 0), 0,
        "NEWS 9.3.0; qemuSnapshotPrepare"},
    [FACT_APPARMOR_ALLOWS_COMMIT] = {ON_QEMU, V(12, 1, 0), 0,
        "H19; NEWS 12.1.0"},
    [FACT_OFF_OVERLAYS_PRIVATE] = {ON_QEMU, V(11, 10, 0), 0,
        "H21; NEWS 11.10.0, CVE-2025-13193"},
    [FACT_IMAGES] = {ON_QEMU, 0, 0,
        "the test driver keeps records but no images, and refuses DISK_ONLY (tried on 9.0.0 to 12.8.0)"},
};

Host *host_new(const char *uri)
{
    Host *host = g_new0(Host, 1);

    refcount_init(&host->refs);
    host->uri = g_strdup(uri);
    return host;
}

Host *host_ref(const Host *host)
{
    Host *shared = (Host *) host;

    refcount_ref(&shared->refs);
    return shared;
}

void host_unref(Host *host)
{
    if (!host || !refcount_unref(&host->refs))
        return;
    g_free(host->uri);
    g_free(host->real_uri);
    g_free(host->hostname);
    g_free(host->driver);
    g_free(host->security_model);
    g_free(host);
}

static Drivers host_driver(const Host *host)
{
    if (!host->driver)
        return 0;
    if (g_ascii_strcasecmp(host->driver, "QEMU") == 0)
        return ON_QEMU;
    return g_ascii_strcasecmp(host->driver, "TEST") == 0 ? ON_TEST : 0;
}

bool host_has(const Host *host, HostFact fact)
{
    const FactRow *row = &facts[fact];

    if (!(row->drivers & host_driver(host)))
        return false;
    return host->daemon_version >= row->since &&
           (row->until == 0 || host->daemon_version < row->until);
}

const char *host_fact_source(HostFact fact)
{
    return facts[fact].source;
}

char *host_version_text(unsigned long version)
{
    return g_strdup_printf("%lu.%lu.%lu", version / 1000000, version / 1000 % 1000, version % 1000);
}

char *host_describe(const Host *host)
{
    g_autofree char *version = host_version_text(host->daemon_version);

    return g_strdup_printf("libvirt %s (%s)", version, host->driver ? host->driver : "unknown driver");
}
