// SPDX-License-Identifier: GPL-2.0-or-later
// What changes for a guest when a stored configuration takes the place of its present one.
#pragma once

#include "engine/model/picture.h"

// Sentences (char *), the machine first, then devices, then disks: what is another then, what goes, what comes back.
// Empty: nothing of what is compared differs. `disks_stay`: disks that the snapshot does not cover stay as they are
// now, as a revert in steps of our own leaves them. The images of disks that it covers are the revert itself and are
// not listed. At most CHANGES_MAX, the last one then says how many more. The caller frees the array.
#define CHANGES_MAX 24
GPtrArray *changes_of_revert(const Domain *domain, const Snapshot *snapshot, bool disks_stay);
