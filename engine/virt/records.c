// SPDX-License-Identifier: GPL-2.0-or-later
// Reading snapshot records.

#include "engine/virt/records.h"

#include "engine/model/picture.h"
#include "engine/virt/failure.h"
#include "engine/xml/snapshot_xml.h"

#include <stdlib.h>
#include <string.h>

static void free_handle(gpointer handle)
{
    lv_snapshot_free(handle);
}

static void free_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

void records_free(Records *records)
{
    if (!records)
        return;
    g_ptr_array_unref(records->handles);
    g_free(records->current);
    g_free(records);
}

static bool read_handles(LvDomain *domain, Records *records, Failure **failure)
{
    const char *name = virDomainGetName(domain);
    virDomainSnapshotPtr *snapshots = NULL;
    int n = virDomainListAllSnapshots(domain, &snapshots, 0);

    if (n < 0 && virGetLastErrorCode() != VIR_ERR_NO_SUPPORT) {
        *failure = failure_last("Cannot list the snapshots of %s", name);
        return false;
    }
    for (int i = 0; i < n; i++)
        g_ptr_array_add(records->handles, snapshots[i]);
    free(snapshots);
    return true;
}

// The call fails where nothing is current: one call fewer than asking first.
static bool read_current(LvDomain *domain, Records *records, Failure **failure)
{
    const char *name = virDomainGetName(domain);
    g_autoptr(LvSnapshot) current = virDomainSnapshotCurrent(domain, 0);

    if (current) {
        records->current = g_strdup(virDomainSnapshotGetName(current));
        return true;
    }
    if (virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT ||
        virGetLastErrorCode() == VIR_ERR_NO_SUPPORT)
        return true;
    *failure = failure_last("Cannot read the current snapshot of %s", name);
    return false;
}

Records *records_list(LvDomain *domain, Failure **failure)
{
    g_autoptr(Records) records = g_new0(Records, 1);

    records->handles = g_ptr_array_new_with_free_func(free_handle);
    if (!read_handles(domain, records, failure) || !read_current(domain, records, failure))
        return NULL;
    return g_steal_pointer(&records);
}

char *records_digest(const Records *records)
{
    g_autofree const char **names = g_new0(const char *, records->handles->len + 1);

    for (guint i = 0; i < records->handles->len; i++)
        names[i] = virDomainSnapshotGetName(g_ptr_array_index(records->handles, i));
    return picture_digest(names, records->current);
}

// NULL when the record went meanwhile; the next poll finds another digest then.
static Snapshot *read_one(LvSnapshot *handle, char **incomplete)
{
    const char *name = virDomainSnapshotGetName(handle);
    char *xml = virDomainSnapshotGetXMLDesc(handle, 0);
    g_autoptr(Failure) failure = NULL;
    g_autoptr(GError) error = NULL;
    Snapshot *snapshot;

    if (!xml && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT)
        return NULL;
    if (!xml)
        failure = failure_last("The record of snapshot %s cannot be read", name);
    snapshot = xml ? xml_read_snapshot(xml, strlen(xml), &error) : NULL;
    free(xml);
    if (snapshot)
        return snapshot;
    if (!failure)
        failure = failure_unread(error, "The record of snapshot %s cannot be understood", name);
    if (!*incomplete)
        *incomplete = failure_text(failure);
    return snapshot_new(name);
}

GPtrArray *records_read(const Records *records, char **incomplete)
{
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(free_snapshot);

    for (guint i = 0; i < records->handles->len; i++) {
        Snapshot *snapshot = read_one(g_ptr_array_index(records->handles, i), incomplete);

        if (snapshot)
            g_ptr_array_add(snapshots, snapshot);
    }
    return snapshots;
}
