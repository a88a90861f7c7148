// SPDX-License-Identifier: GPL-2.0-or-later
// A transient guest that is stored for the time of a plan, so that it and its snapshot records outlive the end of its
// QEMU (H63). Included by engine/virt/*.c only; the job's thread calls.
//
// Texts that are kept here hold the guest's secrets; they are never logged nor put into a sentence.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Stored Stored;

// `name` is the guest's, for sentences; all three are borrowed and outlive it. After a process that was cut off:
// `records` (name -> text) as they were before the plan, and which of them was `current`; else NULL.
Stored *stored_new(Connection *connection, LvDomain *domain, const char *name, GHashTable *records,
                   const char *current);
void stored_free(Stored *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stored, stored_free)

// A STEP_PERSIST. May be done again: what is stored already stays, and the records are written once more.
Failure *stored_persist(Stored *stored);

// A STEP_RELEASE. Refuses where the guest does not run: libvirt would forget it.
Failure *stored_release(Stored *stored);

// The guest as it was: its records written, and transient if it runs. A sentence that says so; the caller frees it.
// `whole`: as far as that was possible.
char *stored_undo(Stored *stored, bool *whole);
