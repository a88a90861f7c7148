// SPDX-License-Identifier: GPL-2.0-or-later
// The disks of a definition that is edited, for engine/xml/edit*.c only.
#pragma once

#include "engine/model/plan.h"
#include "engine/xml/node.h"

// Which of a step's images a disk gets.
typedef enum Side {
    SIDE_WRITTEN, // what NOW writes to
    SIDE_FROZEN,  // what the new branch freezes
} Side;

// The name that a <disk> has in the guest; NULL: none.
const char *disks_target(xmlNode *disk);

// The <disk>s of a definition by target, borrowed. NULL and `error` where two have one name, or one has none.
GHashTable *disks_index(xmlNode *domain, GError **error);

// What the step writes on that disk; NULL: nothing.
const StepDisk *disks_of_step(const Step *step, const char *target);

// Gives each disk that the step writes its image. False and `error`: one is not there, or is more than a file.
bool disks_set_sources(GHashTable *disks, xmlNode *domain, const Step *step, Side side, GError **error);

// Makes all disks that the step does not name what they are in `now`, whose disks are `present`.
void disks_follow_present(GHashTable *disks, xmlNode *domain, GHashTable *present, xmlNode *now, const Step *step);
