// SPDX-License-Identifier: GPL-2.0-or-later
// Looking at one guest: everything that libvirt tells, as a Picture.
//
// Before anything that could wait for a job on the guest, libvirt is asked whether one runs
// (virDomainGetControlInfo answers at once even then). If so, only the state is read, and the new
// picture shares the old one's snapshots, with details = false and a sentence why.
#pragma once

#include "engine/model/picture.h"
#include "engine/virt/storage.h"

typedef enum LookDepth {
    LOOK_WHOLE,
    LOOK_STATE, // a job of ours holds the guest: its state only
} LookDepth;

// Looks at the guest `uuid`. `old` is its last picture, or NULL. `digest` (may be NULL) gets what a
// poll finds as long as nobody changes a snapshot, NULL without details; the caller frees it.
// NULL and `failure` only when the guest is gone or the line broke; whatever else cannot be read is
// named in the picture's `incomplete`.
Picture *look_picture(Connection *connection, Storage *storage, const char *uuid,
                      const Picture *old, LookDepth depth, char **digest, Failure **failure);
