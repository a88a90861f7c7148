// SPDX-License-Identifier: GPL-2.0-or-later
// Registering for events, and letting go of them in the right order.

#include "engine/virt/watch.h"

#include "engine/model/tongue.h"
#include "engine/virt/flight.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/loop.h"

struct Watch {
    virConnectPtr raw;
    WatchNotice notice;
    void *data;
    int lifecycle; // callback ids; -1: not registered
    int block_job;
    bool closing; // the close callback is registered
};

static void tell(Watch *watch, WatchEvent event, virDomainPtr domain)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) == 0)
        watch->notice(watch->data, event, uuid, NULL);
}

static int on_lifecycle(virConnectPtr raw, virDomainPtr domain, int event, int detail, void *data)
{
    (void) raw;
    (void) event;
    (void) detail;
    tell(data, WATCH_LIFECYCLE, domain);
    return 0;
}

static void on_block_job(virConnectPtr raw, virDomainPtr domain, const char *disk, int type,
                         int status, void *data)
{
    (void) raw;
    (void) disk;
    (void) type;
    (void) status;
    tell(data, WATCH_BLOCK_JOB, domain);
}

static void on_close(virConnectPtr raw, int reason, void *data)
{
    static const char *const words[] = {
        [VIR_CONNECT_CLOSE_REASON_ERROR] = N_("an error on the line"),
        [VIR_CONNECT_CLOSE_REASON_EOF] = N_("the daemon closed the line"),
        [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = N_("the daemon did not answer any more"),
        [VIR_CONNECT_CLOSE_REASON_CLIENT] = N_("the line was closed here"),
    };
    Watch *watch = data;

    (void) raw;
    watch->notice(watch->data, WATCH_CLOSED, NULL,
                  _(reason >= 0 && (gsize) reason < G_N_ELEMENTS(words) ? words[reason] : N_("the line broke")));
}

static int register_event(Watch *watch, int event, virConnectDomainEventGenericCallback callback)
{
    return virConnectDomainEventRegisterAny(watch->raw, NULL, event, callback, watch, NULL);
}

// What a host does not tell is polled instead: see watch_has_lifecycle() and the polls.
static void begin_one(void *data, guint index)
{
    Watch *watch = data;

    if (index == 0)
        watch->lifecycle =
            register_event(watch, VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle));
    else if (index == 1)
        watch->block_job =
            register_event(watch, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2, VIR_DOMAIN_EVENT_CALLBACK(on_block_job));
    else
        watch->closing = virConnectRegisterCloseCallback(watch->raw, on_close, watch, NULL) == 0;
}

Watch *watch_new(Connection *connection, WatchNotice notice, void *data)
{
    Watch *watch = g_new0(Watch, 1);

    watch->raw = connection_raw(connection);
    watch->notice = notice;
    watch->data = data;
    flight_run(connection, 3, begin_one, watch);
    return watch;
}

void watch_free(Watch *watch)
{
    if (!watch)
        return;
    // On a broken line these fail, but they do take our callbacks out.
    if (watch->lifecycle >= 0)
        (void) virConnectDomainEventDeregisterAny(watch->raw, watch->lifecycle);
    if (watch->block_job >= 0)
        (void) virConnectDomainEventDeregisterAny(watch->raw, watch->block_job);
    if (watch->closing)
        (void) virConnectUnregisterCloseCallback(watch->raw, on_close);
    loop_turn();
    g_free(watch);
}

bool watch_has_lifecycle(const Watch *watch)
{
    return watch->lifecycle >= 0;
}
