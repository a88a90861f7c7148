// SPDX-License-Identifier: GPL-2.0-or-later
// Taking NOW off overlays that no snapshot records: QEMU merges them down, NOW goes on in the images below, and the
// overlays are removed.
//
//   frozen by s <- was NOW's <- overlay of a snapshot that failed, or that another tool forgot      before
//   frozen by s <- NOW                                                                              after
//
// NOW holds what it held. What is merged into was NOW's own until the overlay was put on it, and no state reads it but
// through the overlay: whoever builds such steps has to see to that, and the laws ask it again. Cut off at any moment
// every state reads what it read, since all that was copied lies under the overlay as well.
#pragma once

#include "engine/model/plan.h"

// Adds a step that merges nothing yet, behind the start of a guest that is off.
Step *merge_now_begin(Plan *plan, const Picture *picture);

// This disk's `overlay` is merged into `below`, on which it stands.
void merge_now_add(Step *step, const Picture *picture, const char *target, const char *overlay, const char *below);

// The steps behind it: the stop of the guest, and `plan->copy_bytes` with what is copied. Where nothing was to be
// merged all of it is taken out of the plan again, and it returns false.
bool merge_now_end(Plan *plan, const Picture *picture, Step *step);

// Adds the step that removes what is merged. It belongs behind those that correct records.
void merge_now_add_removal(Plan *plan, const Step *merge);

// What this disk of NOW writes to once the steps of the plan are done; NULL: unknown.
const char *merge_now_target(const Plan *plan, const Picture *picture, const char *target);
