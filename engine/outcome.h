// SPDX-License-Identifier: GPL-2.0-or-later
// After a job: is what was found what the plan said? Deviations are told in the job's story.
#pragma once

#include "engine/job.h"

// Compares the picture after the job (NULL: the guest could not be looked at) with its plan, and
// adds what differs to the story.
void outcome_compare(Job *job, const Picture *after);

// One sentence for each deviation of `after` from what the first `done` steps of `plan` promise.
// The caller frees the array (of char *).
GPtrArray *outcome_deviations(const Plan *plan, unsigned done, const Picture *after);
