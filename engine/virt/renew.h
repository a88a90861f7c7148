// SPDX-License-Identifier: GPL-2.0-or-later
// Correcting records: which snapshot one is a child of, what NOW writes to above it, and which is the current
// one. No image is touched. Each step reads back what it wrote, and takes it back itself where that is not what
// was asked for.
//
// A Renewal belongs to one Act and remembers the records as they were until it is freed: they hold the guest's
// secrets.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Renewal Renewal;

// Borrows both. `guest` is its name, for sentences.
Renewal *renewal_new(Connection *connection, LvDomain *domain, const char *guest);
void renewal_free(Renewal *renewal);

// A STEP_REPARENT, STEP_RENEW, STEP_FOLLOW or STEP_MAKE_CURRENT.
Failure *renewal_step(Renewal *renewal, const Step *step);

bool renewal_can_undo(const Renewal *renewal);

// Puts the records back, the last one first. A sentence that says how they are then; the caller frees it.
// `whole`: all are as they were.
char *renewal_undo(Renewal *renewal, bool *whole);
