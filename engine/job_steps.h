// SPDX-License-Identifier: GPL-2.0-or-later
// The steps of a job, and their way back. For engine/job*.c only; the job's thread calls.
#pragma once

#include "engine/job.h"
#include "engine/virt/act.h"

// Runs the steps from job->done on, to the end or to the first that fails; undoes what can be undone then. Sets
// job->lost where the line broke in the middle of a step.
void job_run_steps(Job *job, Connection *connection, Act *act);

// Has `act` know what the steps of an interrupted job left. False and `failure`.
bool job_adopt(Job *job, Act *act, const Remains *remains, Failure **failure);

// Takes an interrupted job back, after job_adopt().
void job_take_back(Job *job, Act *act);

// Says how far libvirt is with a step that another process began.
void job_sample(Job *job, Act *act, unsigned step);
