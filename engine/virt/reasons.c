// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's reason codes. Those that say nothing new ("booted", "unknown") are left out.

#include "engine/virt/reasons.h"

#include "engine/virt/libvirt.h"

static const char *const running[] = {
    [VIR_DOMAIN_RUNNING_MIGRATED] = "migrated",
    [VIR_DOMAIN_RUNNING_RESTORED] = "restored",
    [VIR_DOMAIN_RUNNING_FROM_SNAPSHOT] = "from snapshot",
    [VIR_DOMAIN_RUNNING_SAVE_CANCELED] = "save cancelled",
    [VIR_DOMAIN_RUNNING_CRASHED] = "after a crash",
    [VIR_DOMAIN_RUNNING_POSTCOPY] = "post-copy",
};

static const char *const paused[] = {
    [VIR_DOMAIN_PAUSED_USER] = "user",
    [VIR_DOMAIN_PAUSED_MIGRATION] = "migration",
    [VIR_DOMAIN_PAUSED_SAVE] = "saving",
    [VIR_DOMAIN_PAUSED_DUMP] = "dumping",
    [VIR_DOMAIN_PAUSED_IOERROR] = "I/O error",
    [VIR_DOMAIN_PAUSED_WATCHDOG] = "watchdog",
    [VIR_DOMAIN_PAUSED_FROM_SNAPSHOT] = "from snapshot",
    [VIR_DOMAIN_PAUSED_SHUTTING_DOWN] = "shutting down",
    [VIR_DOMAIN_PAUSED_SNAPSHOT] = "snapshot",
    [VIR_DOMAIN_PAUSED_CRASHED] = "crashed",
    [VIR_DOMAIN_PAUSED_STARTING_UP] = "starting",
    [VIR_DOMAIN_PAUSED_POSTCOPY] = "post-copy",
    [VIR_DOMAIN_PAUSED_POSTCOPY_FAILED] = "post-copy failed",
    [14 /* VIR_DOMAIN_PAUSED_API_ERROR, since 9.2 */] = "after an error",
};

static const char *const off[] = {
    [VIR_DOMAIN_SHUTOFF_DESTROYED] = "powered off",
    [VIR_DOMAIN_SHUTOFF_CRASHED] = "crashed",
    [VIR_DOMAIN_SHUTOFF_MIGRATED] = "migrated",
    [VIR_DOMAIN_SHUTOFF_SAVED] = "saved",
    [VIR_DOMAIN_SHUTOFF_FAILED] = "failed to start",
    [VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT] = "from snapshot",
    [VIR_DOMAIN_SHUTOFF_DAEMON] = "daemon",
};

static const char *pick(const char *const *words, gsize n, int reason)
{
    return reason >= 0 && (gsize) reason < n ? words[reason] : NULL;
}

const char *reason_word(int state, int reason)
{
    switch (state) {
    case VIR_DOMAIN_RUNNING:
        return pick(running, G_N_ELEMENTS(running), reason);
    case VIR_DOMAIN_PAUSED:
        return pick(paused, G_N_ELEMENTS(paused), reason);
    case VIR_DOMAIN_SHUTOFF:
        return pick(off, G_N_ELEMENTS(off), reason);
    default:
        return NULL;
    }
}
