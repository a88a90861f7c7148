// SPDX-License-Identifier: GPL-2.0-or-later
// Making a running guest persistent and transient again, with its snapshot records.
//
// libvirt takes the definition of a transient guest that runs for that of a new guest, and removes what an older one of
// that name may have left: the files of its own snapshot records (qemuDomainNamePathsCleanup; H79, tried on 9.0, 11.3
// and 12.8; not of one that was stored when it started and undefined since, tried on 9.0). The daemon goes on to know
// them until it ends. So each is written again, parents first. Undefining a guest that runs leaves them alone.

#include "engine/virt/stored.h"

#include "engine/model/tongue.h"
#include "engine/virt/failure.h"
#include "engine/virt/record.h"
#include "engine/xml/domain_xml.h"
#include "engine/xml/edit.h"
#include "engine/xml/snapshot_xml.h"

#include <stdlib.h>
#include <string.h>

struct Stored {
    Connection *connection;
    LvDomain *domain;
    const char *name;
    GHashTable *records; // as they were before the plan; NULL: the daemon was told of them again
    char *current;
};

Stored *stored_new(Connection *connection, LvDomain *domain, const char *name, GHashTable *records,
                   const char *current)
{
    Stored *stored = g_new0(Stored, 1);

    stored->connection = connection;
    stored->domain = domain;
    stored->name = name;
    stored->records = records ? g_hash_table_ref(records) : NULL;
    stored->current = g_strdup(current);
    return stored;
}

void stored_free(Stored *stored)
{
    if (!stored)
        return;
    g_clear_pointer(&stored->records, g_hash_table_unref);
    g_free(stored->current);
    g_free(stored);
}

// ---- records ----------------------------------------------------------------------------------

static void free_kept(gpointer data)
{
    kept_clear(data);
    g_free(data);
}

static void keep(GPtrArray *records, const char *name, char *xml)
{
    Kept *kept = g_new0(Kept, 1);

    kept->name = g_strdup(name);
    kept->xml = xml;
    g_ptr_array_add(records, kept);
}

// All that the daemon knows, parents first (of Kept). NULL and `failure`.
static GPtrArray *read_records(Stored *stored, Failure **failure)
{
    g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(free_kept);
    virDomainSnapshotPtr *handles = NULL;
    int n = virDomainListAllSnapshots(stored->domain, &handles, VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL);

    if (n < 0)
        *failure = failure_last("Cannot list the snapshots of %s", stored->name);
    for (int i = 0; i < n; i++) {
        g_autoptr(LvSnapshot) handle = handles[i];
        const char *name = virDomainSnapshotGetName(handle);
        char *xml = *failure ? NULL : record_read(stored->domain, stored->name, name, failure);

        if (xml)
            keep(records, name, xml);
    }
    free(handles);
    return *failure ? NULL : g_steal_pointer(&records);
}

static bool is_there(Stored *stored, const char *name, Failure **failure)
{
    g_autoptr(LvSnapshot) snapshot = virDomainSnapshotLookupByName(stored->domain, name, 0);

    if (!snapshot && virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_SNAPSHOT)
        *failure = failure_last("Cannot find the snapshot %s of %s", name, stored->name);
    return snapshot != NULL;
}

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

// The saved records that are not there, by name. They were written again parents first: one with a child that is there
// was not lost, but deleted. Void after `failure`.
static GHashTable *find_missing(Stored *stored, Failure **failure)
{
    GHashTable *missing = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unref_snapshot);
    g_autoptr(GPtrArray) deleted = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer name, xml;

    g_hash_table_iter_init(&iter, stored->records);
    while (!*failure && g_hash_table_iter_next(&iter, &name, &xml)) {
        g_autoptr(Snapshot) read = xml_read_snapshot(xml, strlen(xml), NULL);
        bool there = is_there(stored, name, failure);

        if (there && read && read->parent)
            g_ptr_array_add(deleted, g_strdup(read->parent));
        else if (!there && read)
            g_hash_table_insert(missing, name, g_steal_pointer(&read));
    }
    for (guint i = 0; i < deleted->len; i++)
        (void) g_hash_table_remove(missing, deleted->pdata[i]);
    return missing;
}

// NOW writes into what it froze: it was merged, and deleted with that.
static bool is_merged(const Snapshot *snapshot, const Definition *now)
{
    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];
        const SnapshotDisk *covered = snapshot_disk(snapshot, disk->target);

        if (covered && covered->mode == DISK_MODE_EXTERNAL &&
            g_strcmp0(snapshot_frozen(snapshot, disk->target), disk->path) == 0)
            return true;
    }
    return false;
}

// True: it is there now. Not before its parent is.
static bool bring_back(Stored *stored, const Snapshot *record, GHashTable *missing, Failure **failure)
{
    if (record->parent && g_hash_table_contains(missing, record->parent))
        return false;
    *failure = record_write(stored->domain, record->name, g_hash_table_lookup(stored->records, record->name),
                            g_strcmp0(record->name, stored->current) == 0);
    return *failure == NULL;
}

static Definition *read_now(Stored *stored, Failure **failure)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = record_take_text(virDomainGetXMLDesc(stored->domain, 0));
    Definition *now = xml ? xml_read_domain(xml, strlen(xml), &error) : NULL;

    if (!xml)
        *failure = failure_last("The configuration of %s cannot be read", stored->name);
    else if (!now)
        *failure = failure_unread(error, "The configuration of %s cannot be read", stored->name);
    return now;
}

// The daemon was restarted while the files were gone.
static Failure *bring_lost_back(Stored *stored)
{
    g_autoptr(Definition) now = NULL;
    g_autoptr(GHashTable) missing = NULL;
    Failure *failure = NULL;
    bool again = true;

    if (!stored->records)
        return NULL;
    now = read_now(stored, &failure);
    missing = now ? find_missing(stored, &failure) : NULL;
    while (again && !failure) {
        GHashTableIter iter;
        gpointer record;

        again = false;
        g_hash_table_iter_init(&iter, missing);
        while (!failure && g_hash_table_iter_next(&iter, NULL, &record)) {
            if (!is_merged(record, now) && !bring_back(stored, record, missing, &failure))
                continue;
            g_hash_table_iter_remove(&iter);
            again = true;
        }
    }
    return failure;
}

// Without CURRENT: what is current stays so, and keeps its <revertDisks>.
static Failure *write_records(Stored *stored, const GPtrArray *records)
{
    Failure *failure = NULL;

    for (guint i = 0; i < records->len && !failure; i++) {
        const Kept *kept = records->pdata[i];

        failure = record_write(stored->domain, kept->name, kept->xml, false);
    }
    return failure;
}

static Failure *write_again(Stored *stored)
{
    Failure *failure = bring_lost_back(stored);
    g_autoptr(GPtrArray) records = failure ? NULL : read_records(stored, &failure);

    return records ? write_records(stored, records) : failure;
}

// ---- the guest --------------------------------------------------------------------------------

static Failure *define(Stored *stored)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = record_take_text(
        virDomainGetXMLDesc(stored->domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE));
    g_autofree char *edited = NULL;
    g_autoptr(LvDomain) defined = NULL;

    if (!xml)
        return failure_last("The configuration of %s cannot be read", stored->name);
    edited = xml_edit_stored(xml, &error);
    if (!edited)
        return failure_unread(error, "The configuration of %s was not stored", stored->name);
    defined = virDomainDefineXML(connection_raw(stored->connection), edited);
    return defined ? NULL : failure_last("Storing the configuration of %s failed", stored->name);
}

Failure *stored_persist(Stored *stored)
{
    int persistent = virDomainIsPersistent(stored->domain);
    Failure *failure = NULL;

    if (persistent < 0)
        return failure_last("Whether %s is stored cannot be read", stored->name);
    if (!persistent)
        failure = define(stored);
    return failure ? failure : write_again(stored);
}

// Should it stop right now: libvirt undefines no guest that is off and has snapshots.
Failure *stored_release(Stored *stored)
{
    const unsigned flags = VIR_DOMAIN_UNDEFINE_KEEP_NVRAM | VIR_DOMAIN_UNDEFINE_KEEP_TPM;

    if (virDomainIsActive(stored->domain) != 1)
        return failure_unread(NULL, "%s does not run, so it stays stored: libvirt would forget it and its snapshot "
                              "records. Once it runs again, virsh undefine makes it transient", stored->name);
    if (virDomainUndefineFlags(stored->domain, flags) < 0)
        return failure_last("Making %s transient again failed", stored->name);
    return NULL;
}

char *stored_undo(Stored *stored, bool *whole)
{
    g_autoptr(Failure) failure = write_again(stored);
    bool runs = virDomainIsActive(stored->domain) == 1;
    g_autofree char *text = NULL;

    if (!failure && runs && virDomainIsPersistent(stored->domain) == 1)
        failure = stored_release(stored);
    *whole = failure == NULL;
    if (failure) {
        text = failure_text(failure);
        return g_strdup_printf(_("%s stays stored. %s"), stored->name, text);
    }
    return runs ? g_strdup_printf(_("%s is transient again."), stored->name) :
                  g_strdup_printf(_("%s is off and stays stored, with its snapshot records: libvirt would forget them "
                                    "else. Once it runs again, virsh undefine makes it transient."), stored->name);
}
