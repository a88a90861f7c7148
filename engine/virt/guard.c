// SPDX-License-Identifier: GPL-2.0-or-later
// The id tells one process of a guest from the next, events tell what happened in between.

#include "engine/virt/guard.h"

#include "engine/model/tongue.h"
#include "engine/virt/loop.h"

#include <stdatomic.h>

#define ID_UNKNOWN ((unsigned) -1)
#define HAS_RUN_NS (30 * 1000000ULL) // three ticks of the clock that /proc counts in

struct Guard {
    virConnectPtr raw;
    char uuid[VIR_UUID_STRING_BUFLEN];
    unsigned id;
    int callback;
    atomic_bool resumed;
};

static int on_lifecycle(virConnectPtr raw, virDomainPtr domain, int event, int detail, void *data)
{
    Guard *guard = data;

    (void) raw;
    (void) domain;
    (void) detail;
    if (event == VIR_DOMAIN_EVENT_RESUMED)
        atomic_store(&guard->resumed, true);
    return 0;
}

Guard *guard_new(Connection *connection, LvDomain *domain)
{
    Guard *guard = g_new0(Guard, 1);

    guard->raw = connection_raw(connection);
    guard->id = ID_UNKNOWN;
    atomic_init(&guard->resumed, false);
    if (virDomainGetUUIDString(domain, guard->uuid) == 0) {
        guard->callback =
            virConnectDomainEventRegisterAny(guard->raw, domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                             VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), guard, NULL);
        if (guard->callback >= 0)
            return guard;
    }
    g_free(guard);
    return NULL;
}

void guard_free(Guard *guard)
{
    if (!guard)
        return;
    // On a broken line this fails, but it does take the callback out.
    (void) virConnectDomainEventDeregisterAny(guard->raw, guard->callback);
    loop_turn();
    g_free(guard);
}

bool guard_remember(Guard *guard)
{
    g_autoptr(LvDomain) fresh = virDomainLookupByUUIDString(guard->raw, guard->uuid);

    // Unknown, it is never taken for ours.
    guard->id = fresh ? virDomainGetID(fresh) : ID_UNKNOWN;
    return fresh != NULL;
}

// The processors of a guest that was started paused and never resumed have used no time (tried on 9.0: 0 ns, and 50 ms
// right after a resume). What cannot be told may have run.
static bool has_run(LvDomain *domain)
{
    virDomainInfo info;
    g_autofree virVcpuInfo *processors = NULL;
    unsigned long long used = 0;
    int n;

    if (virDomainGetInfo(domain, &info) < 0)
        return true;
    processors = g_new0(virVcpuInfo, info.nrVirtCpu);
    n = virDomainGetVcpus(domain, processors, info.nrVirtCpu, NULL, 0);
    for (int i = 0; i < n; i++)
        used += processors[i].cpuTime;
    return n < 0 || used >= HAS_RUN_NS;
}

Guard *guard_take(Connection *connection, LvDomain *domain, int id)
{
    Guard *guard = guard_new(connection, domain);

    if (!guard)
        return NULL;
    guard->id = (unsigned) id;
    if (has_run(domain))
        atomic_store(&guard->resumed, true);
    return guard;
}

int guard_id(const Guard *guard)
{
    return (int) guard->id;
}

const char *guard_why_not_ours(Guard *guard, bool *unreached)
{
    g_autoptr(LvDomain) fresh = virDomainLookupByUUIDString(guard->raw, guard->uuid);
    int state;

    *unreached = false;
    if (!fresh && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN)
        return _("it is not there any more");
    *unreached = !fresh || virDomainGetState(fresh, &state, NULL, 0) < 0;
    if (*unreached)
        return _("it could not be asked for its state");
    if (state == VIR_DOMAIN_SHUTOFF)
        return _("it was stopped by somebody else meanwhile");
    if (guard->id == ID_UNKNOWN || virDomainGetID(fresh) != guard->id)
        return _("it was started anew by somebody else meanwhile");
    loop_turn(); // an event that came in before the answers above has been heard now
    if (state != VIR_DOMAIN_PAUSED || atomic_load(&guard->resumed))
        return _("it was resumed by somebody else meanwhile");
    return NULL;
}
