// SPDX-License-Identifier: GPL-2.0-or-later
// Wishes of guest "web", and what comes of them, in one line, for tests of the rules.
#pragma once

#include "engine/model/plan.h"

// "create NAME OPTION...", "delete NAME", "delete NAME+NAME", "revert NAME OPTION...". "-" is no name.
// Options: external internal memory memory:FILE quiesce DISK=PATH DISK=no, lose force off running paused, metadata,
// children-only, discard-children, description:BYTES.
Wish *wishes_read(const char *text);

// "refused H11 law 2" with the rules named, or the steps, each as "kind subject target:merged>written-removed"
// and the files it makes; " LOSES" where data is lost for good. The caller frees it.
char *wishes_plan(const Plan *plan);
