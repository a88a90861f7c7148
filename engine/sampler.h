// SPDX-License-Identifier: GPL-2.0-or-later
// The sampler of a running job: a thread that says every half second how far the present step is,
// and passes on a cancel where libvirt can abort. It asks only what answers while the step runs.
#pragma once

#include "engine/job.h"
#include "engine/virt/act.h"

typedef struct Sampler Sampler;

// Begins to sample the job's step number `step`.
Sampler *sampler_start(Job *job, Act *act, unsigned step);

// Ends it: when this returns, no more progress of the step is sent. True: it had the step aborted.
bool sampler_stop(Sampler *sampler);
