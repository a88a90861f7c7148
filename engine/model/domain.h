// SPDX-License-Identifier: GPL-2.0-or-later
// A guest itself: identity, state, its live and its inactive definition. Immutable once built.
#pragma once

#include "engine/model/definition.h"
#include "engine/model/refcount.h"

// The values are libvirt's virDomainState; engine/virt asserts that.
typedef enum DomainState {
    DOMAIN_NOSTATE = 0,
    DOMAIN_RUNNING = 1,
    DOMAIN_BLOCKED = 2,
    DOMAIN_PAUSED = 3,
    DOMAIN_SHUTDOWN = 4, // shutting down, still there
    DOMAIN_OFF = 5,
    DOMAIN_CRASHED = 6,
    DOMAIN_SUSPENDED = 7, // pmsuspended
} DomainState;

// What virDomainGetControlInfo says: whether libvirt can be asked about the guest right now.
typedef enum DomainControl {
    CONTROL_FREE,
    CONTROL_JOB,      // a job holds the guest
    CONTROL_OCCUPIED, // the monitor is waiting for QEMU
    CONTROL_ERROR,
} DomainControl;

typedef struct Domain {
    RefCount refs;
    char *name;
    char *uuid;
    int id; // -1: not running
    DomainState state;
    int reason;        // libvirt's reason code within the state
    char *reason_text; // a word or two ("user", "from snapshot"); NULL: nothing worth saying
    bool persistent;
    bool managed_save;
    unsigned checkpoints; // incremental-backup checkpoints that exist
    bool block_job;       // some disk has a running block job
    bool block_job_over;  // every one of them is a merge that has copied all, and waits for somebody to end it
    char *block_job_disk; // its target; NULL without one
    DomainControl control;
    guint64 control_ms;   // age of that job; 0 if free
    Definition *live;     // NULL: off, or not readable now
    Definition *inactive; // NULL: transient, or not readable now
} Domain;

Domain *domain_new(const char *name, const char *uuid);
Domain *domain_ref(const Domain *domain);
void domain_unref(Domain *domain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Domain, domain_unref)

// A process exists: running, paused, blocked, shutting down, crashed with its memory kept, suspended.
bool domain_is_active(const Domain *domain);

// The definition that says what NOW writes to: live when active, else inactive. NULL if unknown.
const Definition *domain_now(const Domain *domain);

// One lower-case word for the state, as virsh and operators say it ("running", "paused", "off").
const char *domain_state_word(DomainState state);
