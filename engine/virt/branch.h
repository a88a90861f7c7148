// SPDX-License-Identifier: GPL-2.0-or-later
// A revert in steps of our own: new layers, the record of the new branch, the guest's new configuration. What
// each step replaced is kept, so that all of it can be taken back until the guest stands on the new layers.
// Included by engine/virt/*.c only; the job's thread calls.
#pragma once

#include "engine/virt/libvirt.h"
#include "engine/virt/past.h"

typedef struct Branch Branch;

// `name` is the guest's, for sentences; all three are borrowed and outlive the branch.
Branch *branch_new(Connection *connection, LvDomain *domain, const char *name, const char *mark);
void branch_free(Branch *branch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Branch, branch_free)

// Takes over what the steps that were done have left, so that the rest can be done or all of it taken back.
Failure *branch_adopt(Branch *branch, const Past *past);

// Runs one of the steps from STEP_MAKE_LAYERS to STEP_REMOVE_FILES. A `note` is a sentence for the operator about
// what was left although the step is done.
Failure *branch_step(Branch *branch, const Step *step, char **note);

// From here on nothing is taken back: a snapshot that the guest could have gone back to is about to go.
void branch_settle(Branch *branch);

// Is there no way back any more?
bool branch_is_settled(const Branch *branch);

// Is there anything to take back? Not once the guest was started on the new layers, or what it left removed.
bool branch_can_undo(const Branch *branch);

// Takes everything back, the last step first, and stops at the first step that will not go back. A sentence
// that says how the guest is then; the caller frees it. `whole`: nothing is left of it.
char *branch_undo(Branch *branch, bool *whole);
