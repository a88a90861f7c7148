// SPDX-License-Identifier: GPL-2.0-or-later
// The list of guests and the poll.

#include "engine/virt/guests.h"

#include "engine/virt/failure.h"
#include "engine/virt/flight.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/record.h"
#include "engine/virt/records.h"

#include <stdlib.h>

G_STATIC_ASSERT((int) DOMAIN_RUNNING == (int) VIR_DOMAIN_RUNNING);
G_STATIC_ASSERT((int) DOMAIN_BLOCKED == (int) VIR_DOMAIN_BLOCKED);
G_STATIC_ASSERT((int) DOMAIN_PAUSED == (int) VIR_DOMAIN_PAUSED);
G_STATIC_ASSERT((int) DOMAIN_SHUTDOWN == (int) VIR_DOMAIN_SHUTDOWN);
G_STATIC_ASSERT((int) DOMAIN_OFF == (int) VIR_DOMAIN_SHUTOFF);
G_STATIC_ASSERT((int) DOMAIN_CRASHED == (int) VIR_DOMAIN_CRASHED);
G_STATIC_ASSERT((int) DOMAIN_SUSPENDED == (int) VIR_DOMAIN_PMSUSPENDED);

static void free_guest(gpointer guest)
{
    guest_free(guest);
}

static bool is_gone(void)
{
    return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
}

static Guest *read_guest(Connection *connection, virDomainPtr domain, GHashTable *persistent)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    Guest *guest;

    if (virDomainGetUUIDString(domain, uuid) < 0)
        return NULL;
    connection_keep_domain(connection, uuid, domain);
    guest = guest_new(uuid, virDomainGetName(domain));
    guest->id = (int) virDomainGetID(domain);
    guest->persistent = g_hash_table_contains(persistent, uuid);
    return guest;
}

// A list of guests, and what came of the call for it.
typedef struct List {
    virDomainPtr *domains;
    int n;
    Failure *failure;
} List;

static void list_guests(Connection *connection, unsigned flags, List *list)
{
    list->n = virConnectListAllDomains(connection_raw(connection), &list->domains, flags);
    if (list->n < 0)
        list->failure = failure_last("Cannot list the guests");
}

static void list_clear(List *list)
{
    for (int i = 0; i < list->n; i++)
        virDomainFree(list->domains[i]);
    free(list->domains);
    failure_free(list->failure);
}

// The uuids of a list, as keys.
static GHashTable *uuids_of(const List *list)
{
    GHashTable *uuids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char uuid[VIR_UUID_STRING_BUFLEN];

    for (int i = 0; i < list->n; i++)
        if (virDomainGetUUIDString(list->domains[i], uuid) == 0)
            g_hash_table_add(uuids, g_strdup(uuid));
    return uuids;
}

static int state_of(const virDomainStatsRecord *record)
{
    for (int i = 0; i < record->nparams; i++)
        if (g_str_equal(record->params[i].field, "state.state") &&
            record->params[i].type == VIR_TYPED_PARAM_INT)
            return record->params[i].value.i;
    return VIR_DOMAIN_NOSTATE;
}

// The states of all guests in one call; false where the driver does not know it.
static bool read_states(Connection *connection, GHashTable *states)
{
    virDomainStatsRecordPtr *records = NULL;
    int n = virConnectGetAllDomainStats(connection_raw(connection), VIR_DOMAIN_STATS_STATE,
                                        &records, 0);

    for (int i = 0; i < n; i++) {
        char *uuid = g_malloc(VIR_UUID_STRING_BUFLEN);

        if (virDomainGetUUIDString(records[i]->dom, uuid) < 0)
            g_free(uuid);
        else
            g_hash_table_replace(states, uuid, GINT_TO_POINTER(state_of(records[i])));
    }
    if (records)
        virDomainStatsRecordListFree(records);
    return n >= 0;
}

static void take_state(Connection *connection, Guest *guest, GHashTable *states)
{
    g_autoptr(LvDomain) domain = NULL;
    g_autoptr(Failure) failure = NULL;
    gpointer found;
    int state;

    if (states && g_hash_table_lookup_extended(states, guest->uuid, NULL, &found)) {
        guest->state = (DomainState) GPOINTER_TO_INT(found);
        return;
    }
    // One call per guest; a guest that went meanwhile keeps "no state" until the next list.
    domain = connection_domain(connection, guest->uuid, &failure);
    if (domain && virDomainGetState(domain, &state, NULL, 0) == 0)
        guest->state = (DomainState) state;
}

// Whoever is listed is on one list, never put together from two: a guest that becomes persistent, or transient, between
// two calls would be missing then, and what is known of it forgotten.
typedef struct Listing {
    Connection *connection;
    List all, persistent;
    GHashTable *states; // uuid -> state
    bool stated;        // the driver knows that call
} Listing;

static void listing_clear(Listing *listing)
{
    list_clear(&listing->all);
    list_clear(&listing->persistent);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Listing, listing_clear)

static void list_one(void *data, guint index)
{
    Listing *listing = data;

    if (index == 0)
        list_guests(listing->connection, 0, &listing->all);
    else if (index == 1)
        list_guests(listing->connection, VIR_CONNECT_LIST_DOMAINS_PERSISTENT, &listing->persistent);
    else
        listing->stated = read_states(listing->connection, listing->states);
}

static GPtrArray *take_listing(const Listing *listing)
{
    GPtrArray *guests = g_ptr_array_new_with_free_func(free_guest);
    g_autoptr(GHashTable) all = uuids_of(&listing->all);
    g_autoptr(GHashTable) persistent = uuids_of(&listing->persistent);

    connection_drop_others(listing->connection, all);
    for (int i = 0; i < listing->all.n; i++) {
        Guest *guest = read_guest(listing->connection, listing->all.domains[i], persistent);

        if (!guest)
            continue;
        take_state(listing->connection, guest, listing->stated ? listing->states : NULL);
        g_ptr_array_add(guests, guest);
    }
    return guests;
}

GPtrArray *guests_read(Connection *connection, Failure **failure)
{
    g_autoptr(GHashTable) states = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(Listing) listing = {.connection = connection, .states = states};

    flight_run(connection, 3, list_one, &listing);
    *failure = listing.all.failure ? g_steal_pointer(&listing.all.failure)
                                   : g_steal_pointer(&listing.persistent.failure);
    return *failure ? NULL : take_listing(&listing);
}

int guests_count(Connection *connection, const char *uuid, Failure **failure)
{
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, failure);
    int count;

    if (!domain)
        return -1;
    count = virDomainSnapshotNum(domain, 0);
    // A guest that is gone, or a driver without snapshots, has none.
    if (count < 0 && (is_gone() || virGetLastErrorCode() == VIR_ERR_NO_SUPPORT))
        return 0;
    if (count < 0)
        *failure = failure_last("Cannot count the snapshots of the guest %s", uuid);
    return count;
}

bool guests_glance(Connection *connection, const char *uuid, int *count, char **current)
{
    g_autoptr(Failure) failure = NULL; // whoever polls then is told it
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, &failure);

    *count = domain ? virDomainSnapshotNum(domain, 0) : -1;
    *current = *count > 0 ? record_current(domain) : NULL;
    return *count >= 0 && (*current || *count == 0 || virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT);
}

// virDomainSnapshotListNames has a quarter of the bytes (12,048 and 48,052 for 1,000 on 9.0), but where more names came
// than the caller has room for, the test driver of 9.0 was seen to return the number of all: whoever reads so many
// reads past the end. Whether other drivers do was not tried; their lists are kept by the same code.
char *guests_poll(Connection *connection, const char *uuid, int *count, Failure **failure)
{
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, failure);
    g_autoptr(Records) records = domain ? records_list(connection, domain, false, failure) : NULL;

    if (!records)
        return NULL;
    *count = (int) records->handles->len;
    return records_digest(records);
}
