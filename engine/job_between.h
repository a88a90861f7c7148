// SPDX-License-Identifier: GPL-2.0-or-later
// Between two steps of a job others may act: libvirt holds no lock for a plan. For engine/job*.c only; the job's thread
// calls.
#pragma once

#include "engine/job.h"
#include "engine/virt/act.h"

// Before step `index`: is the guest as the steps before it leave it, as far as that step could do harm? A step that
// switches NOW, merges or removes is judged afresh by the laws; before any that removes, the snapshots are counted.
// False: it is not, or could not be seen; the outcome and the story are set.
bool job_still_fits(Job *job, Connection *connection, Act *act, unsigned index);
