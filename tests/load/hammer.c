// SPDX-License-Identifier: GPL-2.0-or-later
// A client that leaves the daemon no rest: hammer URI SECONDS lists all guests with their states and snapshots, and
// registers and deregisters for events, without a pause. Prints how often.

#include <glib.h>
#include <libvirt/libvirt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int heard(virConnectPtr connection, virDomainPtr domain, int event, int detail, void *data)
{
    (void) connection;
    (void) domain;
    (void) event;
    (void) detail;
    (void) data;
    return 0;
}

static void *run_events(void *data)
{
    (void) data;
    while (virEventRunDefaultImpl() >= 0)
        ;
    return NULL;
}

static void list_snapshots(virDomainPtr domain)
{
    virDomainSnapshotPtr *snapshots = NULL;
    int n = virDomainListAllSnapshots(domain, &snapshots, 0);

    for (int i = 0; i < n; i++)
        virDomainSnapshotFree(snapshots[i]);
    free(snapshots);
}

static void list_guests(virConnectPtr connection)
{
    virDomainPtr *domains = NULL;
    int n = virConnectListAllDomains(connection, &domains, 0);

    for (int i = 0; i < n; i++) {
        int state;

        (void) virDomainGetState(domains[i], &state, NULL, 0);
        list_snapshots(domains[i]);
        virDomainFree(domains[i]);
    }
    free(domains);
}

static void ask_once(virConnectPtr connection)
{
    virDomainStatsRecordPtr *records = NULL;
    int callback = virConnectDomainEventRegisterAny(connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                    VIR_DOMAIN_EVENT_CALLBACK(heard), NULL, NULL);

    list_guests(connection);
    if (virConnectGetAllDomainStats(connection, VIR_DOMAIN_STATS_STATE, &records, 0) >= 0)
        virDomainStatsRecordListFree(records);
    (void) virConnectDomainEventDeregisterAny(connection, callback);
}

int main(int argc, char **argv)
{
    gint64 until = argc == 3 ? g_get_monotonic_time() + strtol(argv[2], NULL, 10) * G_USEC_PER_SEC : 0;
    virConnectPtr connection;
    pthread_t events;
    int rounds = 0;

    virEventRegisterDefaultImpl();
    pthread_create(&events, NULL, run_events, NULL);
    connection = argc == 3 ? virConnectOpen(argv[1]) : NULL;
    if (!connection)
        return EXIT_FAILURE;
    for (; g_get_monotonic_time() < until; rounds++)
        ask_once(connection);
    printf("%d rounds\n", rounds);
    virConnectClose(connection);
    return EXIT_SUCCESS;
}
