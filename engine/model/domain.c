// SPDX-License-Identifier: GPL-2.0-or-later
// The guest as a value.

#include "engine/model/domain.h"

Domain *domain_new(const char *name, const char *uuid)
{
    Domain *domain = g_new0(Domain, 1);

    refcount_init(&domain->refs);
    domain->name = g_strdup(name);
    domain->uuid = g_strdup(uuid);
    domain->id = -1;
    domain->state = DOMAIN_OFF;
    return domain;
}

Domain *domain_ref(const Domain *domain)
{
    Domain *shared = (Domain *) domain;

    refcount_ref(&shared->refs);
    return shared;
}

void domain_unref(Domain *domain)
{
    if (!domain || !refcount_unref(&domain->refs))
        return;
    g_free(domain->name);
    g_free(domain->uuid);
    g_free(domain->reason_text);
    g_free(domain->block_job_disk);
    definition_unref(domain->live);
    definition_unref(domain->inactive);
    g_free(domain);
}

bool domain_is_active(const Domain *domain)
{
    switch (domain->state) {
    case DOMAIN_RUNNING:
    case DOMAIN_BLOCKED:
    case DOMAIN_PAUSED:
    case DOMAIN_SHUTDOWN:
    case DOMAIN_SUSPENDED:
        return true;
    case DOMAIN_CRASHED:
        return domain->id >= 0;
    case DOMAIN_NOSTATE:
    case DOMAIN_OFF:
        return false;
    }
    return false;
}

const Definition *domain_now(const Domain *domain)
{
    return domain_is_active(domain) ? domain->live : domain->inactive;
}

const char *domain_state_word(DomainState state)
{
    switch (state) {
    case DOMAIN_NOSTATE:
        return "no state";
    case DOMAIN_RUNNING:
    case DOMAIN_BLOCKED: // "blocked on a resource": to an operator it runs
        return "running";
    case DOMAIN_PAUSED:
        return "paused";
    case DOMAIN_SHUTDOWN:
        return "shutting down";
    case DOMAIN_OFF:
        return "off";
    case DOMAIN_CRASHED:
        return "crashed";
    case DOMAIN_SUSPENDED:
        return "suspended";
    }
    return "unknown";
}
