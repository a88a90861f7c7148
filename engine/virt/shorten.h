// SPDX-License-Identifier: GPL-2.0-or-later
// Merging layers in the chains of a guest's QEMU, below what it writes to or from there down. Included by
// engine/virt/*.c only; a job's thread merges, its sampler measures.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Shorten Shorten;

Shorten *shorten_new(void);
void shorten_free(Shorten *shorten);

// A STEP_MERGE_LAYERS or STEP_MERGE_NOW. Cut off, libvirt brings to an end the merge it is at, unless QEMU ends; then
// that can be made again. That of what NOW writes to waits at its end, and the same step takes it up.
Failure *shorten_step(Shorten *shorten, LvDomain *domain, const Step *step);

// How far it is. Asks nobody.
void shorten_measure(const Shorten *shorten, const Step *step, Progress *progress);
