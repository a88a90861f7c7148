// SPDX-License-Identifier: GPL-2.0-or-later
// The list of guests and the poll.

#include "engine/virt/guests.h"

#include "engine/virt/failure.h"
#include "engine/virt/flight.h"
#include "engine/virt/libvirt.h"
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

static Guest *read_guest(Connection *connection, virDomainPtr domain, bool persistent)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    Guest *guest;

    if (virDomainGetUUIDString(domain, uuid) < 0)
        return NULL;
    connection_keep_domain(connection, uuid, domain);
    guest = guest_new(uuid, virDomainGetName(domain));
    guest->id = (int) virDomainGetID(domain);
    guest->persistent = persistent;
    return guest;
}

// One list of guests, and what came of the call for it.
typedef struct Kind {
    virDomainPtr *domains;
    int n;
    Failure *failure;
} Kind;

static void list_kind(Connection *connection, bool persistent, Kind *kind)
{
    unsigned flags =
        persistent ? VIR_CONNECT_LIST_DOMAINS_PERSISTENT : VIR_CONNECT_LIST_DOMAINS_TRANSIENT;

    kind->n = virConnectListAllDomains(connection_raw(connection), &kind->domains, flags);
    if (kind->n < 0)
        kind->failure = failure_last("Cannot list the guests");
}

// Frees the list.
static void take_kind(Connection *connection, bool persistent, Kind *kind, GPtrArray *guests)
{
    for (int i = 0; i < kind->n; i++) {
        Guest *guest = read_guest(connection, kind->domains[i], persistent);

        if (guest)
            g_ptr_array_add(guests, guest);
        virDomainFree(kind->domains[i]);
    }
    free(kind->domains);
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

typedef struct Listing {
    Connection *connection;
    Kind transient, persistent;
    GHashTable *states; // uuid -> state
    bool stated;        // the driver knows that call
} Listing;

static void list_one(void *data, guint index)
{
    Listing *listing = data;

    if (index == 0)
        list_kind(listing->connection, true, &listing->persistent);
    else if (index == 1)
        list_kind(listing->connection, false, &listing->transient);
    else
        listing->stated = read_states(listing->connection, listing->states);
}

GPtrArray *guests_read(Connection *connection, Failure **failure)
{
    GPtrArray *guests = g_ptr_array_new_with_free_func(free_guest);
    g_autoptr(GHashTable) states = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Listing listing = {.connection = connection, .states = states};

    flight_run(connection, 3, list_one, &listing);
    take_kind(connection, true, &listing.persistent, guests);
    take_kind(connection, false, &listing.transient, guests);
    if (listing.persistent.failure || listing.transient.failure) {
        g_ptr_array_unref(guests);
        *failure = listing.persistent.failure ? g_steal_pointer(&listing.persistent.failure)
                                              : g_steal_pointer(&listing.transient.failure);
        failure_free(listing.persistent.failure);
        failure_free(listing.transient.failure);
        return NULL;
    }
    for (guint i = 0; i < guests->len; i++)
        take_state(connection, g_ptr_array_index(guests, i), listing.stated ? states : NULL);
    return guests;
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

char *guests_poll(Connection *connection, const char *uuid, int *count, Failure **failure)
{
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, failure);
    g_autoptr(Records) records = domain ? records_list(connection, domain, false, failure) : NULL;

    if (!records)
        return NULL;
    *count = (int) records->handles->len;
    return records_digest(records);
}
