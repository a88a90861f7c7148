// SPDX-License-Identifier: GPL-2.0-or-later
// Acting: one function per kind of step, each one libvirt call that changes something, or a few that belong
// together.
//
// An Act belongs to one running job. Its thread runs the steps; its sampler, another thread, may
// call act_sample() and act_abort() meanwhile.
#pragma once

#include "engine/virt/connect.h"
#include "engine/virt/past.h"

typedef struct Act Act;

// NULL and `failure` when the guest cannot be found. `mark` names the job (NULL: none); see layers_new().
Act *act_new(Connection *connection, const char *uuid, const char *mark, Failure **failure);
void act_free(Act *act);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Act, act_free)

// Ends what helped a process that was cut off at its job, and that nobody else needs.
void act_clear_left(Act *act);

// Takes up what a process left when it was cut off. NULL: the rest of its steps can be run, or taken back.
Failure *act_adopt(Act *act, const Past *past);

// Runs one step and waits for its end. NULL: it is done; else why not.
Failure *act_step(Act *act, const Step *step);

// True from a STEP_START_PAUSED that worked until its STEP_STOP_STARTED was tried.
bool act_has_started(const Act *act);

// The process that it made; -1: none.
int act_started_id(const Act *act);

// The names of the guest's snapshots, as it has them now; the caller frees them. NULL and `failure`.
GPtrArray *act_snapshots(Act *act, Failure **failure);

// Is there something of a composed revert, or are there corrected records, that can be taken back? Then act_undo()
// does it: a sentence that says how the guest is then; the caller frees it. `whole`: nothing is left of it.
bool act_can_undo(const Act *act);
char *act_undo(Act *act, bool *whole);

// Of a STEP_COMMIT that failed: may something be written?
bool act_has_copied(const Act *act);

// A sentence that the last step left for the operator although it is done, or NULL. Taken away; the
// caller frees it.
char *act_take_note(Act *act);

// How far `step` is, by the one call that answers while it runs: bytes and the disk, as far as
// libvirt tells. Not earlier than ACT_SAMPLE_MS after the step began: asked right at the beginning
// of a memory save, libvirt answers only at its end.
void act_sample(Act *act, const Step *step, Progress *progress);
#define ACT_SAMPLE_MS 500

// Aborts the running step where libvirt can; false: it could not now.
bool act_abort(Act *act, const Step *step);

// Was it libvirt's answer to act_abort()?
bool act_was_aborted(const Failure *failure);
