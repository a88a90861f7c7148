// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's types inside this room: owning pointers that free themselves, under names of our own (a
// later libvirt that brings its own cannot clash). Included by engine/virt/*.c only.
#pragma once

#include "engine/virt/connect.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

// libvirt's free functions reset the thread's last error: make a Failure of it (failure_last())
// right after the call that failed, before anything is freed.
#define LV_AUTOPTR(Type, vir, verb, name)                                    \
    typedef vir Type;                                                        \
    static inline void name(Type *object)                                    \
    {                                                                        \
        if (object)                                                          \
            (void) verb(object); /* fails only for what is no such object */ \
    }                                                                        \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(Type, name)

LV_AUTOPTR(LvDomain, virDomain, virDomainFree, lv_domain_free)
LV_AUTOPTR(LvSnapshot, virDomainSnapshot, virDomainSnapshotFree, lv_snapshot_free)
LV_AUTOPTR(LvPool, virStoragePool, virStoragePoolFree, lv_pool_free)
LV_AUTOPTR(LvVolume, virStorageVol, virStorageVolFree, lv_volume_free)

// The libvirt connection inside; borrowed.
virConnectPtr connection_raw(const Connection *connection);

// A handle of the guest for calls; kept from the last list of guests, so it usually costs no call.
// Its name and id may be old: look them up afresh where they matter. NULL and `failure` if it is
// gone.
LvDomain *connection_domain(Connection *connection, const char *uuid, Failure **failure);

// Keeps a handle for connection_domain(); takes a reference of its own.
void connection_keep_domain(Connection *connection, const char *uuid, LvDomain *domain);

// Lets go of all handles but those of the guests `listed` (uuids, as keys): where guests come and go by the thousand,
// those that went would be kept for ever.
void connection_drop_others(Connection *connection, GHashTable *listed);

// Has the job copied all? A merge of what a guest writes to, or that of libvirt's own delete, waits then.
bool block_job_has_all(const virDomainBlockJobInfo *info);
