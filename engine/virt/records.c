// SPDX-License-Identifier: GPL-2.0-or-later
// Reading snapshot records.

#include "engine/virt/records.h"

#include "engine/model/picture.h"
#include "engine/model/tongue.h"
#include "engine/virt/errand.h"
#include "engine/virt/failure.h"
#include "engine/virt/flight.h"
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
    g_clear_pointer(&records->leaves, g_hash_table_unref);
    g_clear_pointer(&records->roots, g_hash_table_unref);
    g_free(records->current);
    g_free(records);
}

// A driver that knows no order refuses the flag.
static int list_handles(LvDomain *domain, Records *records, virDomainSnapshotPtr **snapshots)
{
    int n = virDomainListAllSnapshots(domain, snapshots, VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL);

    records->ordered = n >= 0;
    if (n < 0 && virGetLastErrorCode() == VIR_ERR_INVALID_ARG)
        n = virDomainListAllSnapshots(domain, snapshots, 0);
    return n;
}

static bool read_handles(LvDomain *domain, Records *records, Failure **failure)
{
    const char *name = virDomainGetName(domain);
    virDomainSnapshotPtr *snapshots = NULL;
    int n = list_handles(domain, records, &snapshots);

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

// The names that a list with `flags` gives. NULL: the driver cannot tell.
static GHashTable *list_names(LvDomain *domain, unsigned flags)
{
    virDomainSnapshotPtr *snapshots = NULL;
    int n = virDomainListAllSnapshots(domain, &snapshots, flags);
    GHashTable *names = n >= 0 ? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) : NULL;

    for (int i = 0; i < n; i++) {
        g_hash_table_add(names, g_strdup(virDomainSnapshotGetName(snapshots[i])));
        virDomainSnapshotFree(snapshots[i]);
    }
    free(snapshots);
    return names;
}

typedef struct List {
    LvDomain *domain;
    Records *records;
    Failure *failures[2];
} List;

static void list_one(void *data, guint index)
{
    List *list = data;

    if (index == 0)
        (void) read_handles(list->domain, list->records, &list->failures[0]); // then there is a failure
    else if (index == 1)
        (void) read_current(list->domain, list->records, &list->failures[1]);
    else if (index == 2)
        list->records->leaves = list_names(list->domain, VIR_DOMAIN_SNAPSHOT_LIST_LEAVES);
    else
        list->records->roots = list_names(list->domain, VIR_DOMAIN_SNAPSHOT_LIST_ROOTS);
}

// NULL-terminated, borrowed; the caller frees the array.
static const char **list_of_names(const Records *records)
{
    const char **names = g_new0(const char *, records->handles->len + 1);

    for (guint i = 0; i < records->handles->len; i++)
        names[i] = virDomainSnapshotGetName(g_ptr_array_index(records->handles, i));
    return names;
}

static void check_names(const List *list, Failure **failure)
{
    g_autofree const char **names = list_of_names(list->records);
    const char *repeated = picture_repeated_name(names);
    g_autofree char *what = NULL;

    if (!repeated)
        return;
    what = g_strdup_printf(_("libvirt lists the snapshot %s of %s twice"), repeated, virDomainGetName(list->domain));
    *failure = failure_new(what, NULL, 0, _("Look again; if that stays, compare with virsh snapshot-list on the host"));
}

Records *records_list(Connection *connection, LvDomain *domain, bool shape, Failure **failure)
{
    g_autoptr(Records) records = g_new0(Records, 1);
    List list = {.domain = domain, .records = records};

    records->handles = g_ptr_array_new_with_free_func(free_handle);
    flight_run(connection, shape ? 4 : 2, list_one, &list);
    *failure = list.failures[0] ? list.failures[0] : list.failures[1];
    if (list.failures[0])
        failure_free(list.failures[1]);
    if (!*failure)
        check_names(&list, failure);
    return *failure ? NULL : g_steal_pointer(&records);
}

char *records_digest(const Records *records)
{
    g_autofree const char **names = list_of_names(records);

    return picture_digest(names, records->current);
}

// ---- the skeleton -----------------------------------------------------------------------------

GPtrArray *records_names(const Records *records)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(free_snapshot);

    for (guint i = 0; i < records->handles->len; i++) {
        Snapshot *snapshot = snapshot_new(virDomainSnapshotGetName(g_ptr_array_index(records->handles, i)));

        snapshot->unread = true;
        g_ptr_array_add(names, snapshot);
    }
    return names;
}

typedef struct Skeleton {
    GPtrArray *names;
    GArray *asked; // of guint: which nodes' parents are asked for
    guint next;    // all before it are
    bool failed;
} Skeleton;

typedef struct ParentAnswer {
    char *name; // NULL: a root, gone, or not told
    bool failed;
} ParentAnswer;

// Errand.drop
static void drop_answer(void *result)
{
    ParentAnswer *answer = result;

    g_free(answer->name);
    g_free(answer);
}

// Errand.take
static bool next_child(void *data, guint *place)
{
    Skeleton *skeleton = data;

    if (skeleton->failed || skeleton->next == skeleton->asked->len)
        return false;
    *place = g_array_index(skeleton->asked, guint, skeleton->next++);
    return true;
}

// Errand.ask
static void *ask_parent(LvSnapshot *handle, bool *sure)
{
    g_autoptr(LvSnapshot) parent = virDomainSnapshotGetParent(handle, 0);
    ParentAnswer *answer = g_new0(ParentAnswer, 1);

    answer->name = parent ? g_strdup(virDomainSnapshotGetName(parent)) : NULL;
    answer->failed = !parent && virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_SNAPSHOT; // a root, or it went meanwhile
    *sure = parent != NULL;
    return answer;
}

// Errand.deliver
static void set_parent(void *data, guint place, void *result)
{
    Skeleton *skeleton = data;
    ParentAnswer *answer = result;

    ((Snapshot *) skeleton->names->pdata[place])->parent = g_steal_pointer(&answer->name);
    skeleton->failed |= answer->failed;
    drop_answer(answer);
}

// The first one is a root; so may others be, which are told apart where the driver can.
static bool is_root(const Records *records, const Snapshot *snapshot, guint place)
{
    return place == 0 || (records->roots && g_hash_table_contains(records->roots, snapshot->name));
}

static void forget_parents(GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        g_clear_pointer(&((Snapshot *) names->pdata[i])->parent, g_free);
}

bool records_find_parents(Connection *connection, Helper *helper, const Records *records, GPtrArray *names)
{
    g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(guint));
    Skeleton skeleton = {.names = names, .asked = asked};
    Errand errand = {&skeleton, 0, next_child, ask_parent, set_parent, drop_answer};

    if (!records->ordered || !records->leaves)
        return false;
    for (guint i = 0; i < names->len; i++) {
        const Snapshot *before = i > 0 ? names->pdata[i - 1] : NULL;

        if (is_root(records, names->pdata[i], i))
            continue;
        if (g_hash_table_contains(records->leaves, before->name))
            g_array_append_val(asked, i);
        else
            ((Snapshot *) names->pdata[i])->parent = g_strdup(before->name);
    }
    errand.n = asked->len;
    errand_run(connection, helper, records->handles, &errand);
    if (!skeleton.failed)
        return true;
    forget_parents(names);
    return false;
}

// ---- one record -------------------------------------------------------------------------------

// The record that came is another's: two snapshots of one name would follow. Takes `other`.
static Failure *mixed_up(const char *name, Snapshot *other)
{
    g_autofree char *what = g_strdup_printf(_("libvirt gave the record of snapshot %s when it was asked for %s"), other->name,
                                            name);

    snapshot_unref(other);
    return failure_new(what, NULL, 0, _("Look again; if that stays, look at the record with virsh snapshot-dumpxml"));
}

Snapshot *records_read_one(LvSnapshot *handle, char **why)
{
    const char *name = virDomainSnapshotGetName(handle);
    char *xml = virDomainSnapshotGetXMLDesc(handle, 0);
    g_autoptr(Failure) failure = NULL;
    g_autoptr(GError) error = NULL;
    Snapshot *snapshot;

    if (!xml && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT)
        return NULL; // the next poll finds another digest then
    if (!xml)
        failure = failure_last("The record of snapshot %s cannot be read", name);
    snapshot = xml ? xml_read_snapshot(xml, strlen(xml), &error) : NULL;
    free(xml);
    if (snapshot && strcmp(snapshot->name, name) == 0)
        return snapshot;
    if (snapshot)
        failure = mixed_up(name, g_steal_pointer(&snapshot));
    if (!failure)
        failure = failure_unread(error, "The record of snapshot %s cannot be understood", name);
    *why = failure_text(failure);
    snapshot = snapshot_new(name);
    snapshot->unreadable = true;
    return snapshot;
}
