// SPDX-License-Identifier: GPL-2.0-or-later
// Merging image files of this very machine with qemu-img, of a guest that is off. Included by engine/virt/*.c only; a
// job's thread copies, its sampler measures.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Copy Copy;

Copy *copy_new(void);
void copy_free(Copy *copy);

// A STEP_COMMIT or STEP_REBASE. Both may be done again, and are cut off with this process.
Failure *copy_step(Copy *copy, LvDomain *domain, const Step *step);

// Before a STEP_DEFINE that leads NOW to the images that its overlays were copied into: is all of that there? A guest
// that ran in between wrote more into its overlay, which the image below does not have.
Failure *copy_check(const Copy *copy, const Step *define);

// Did a STEP_COMMIT come so far that something may be written?
bool copy_wrote(const Copy *copy);

// How far a STEP_COMMIT is.
void copy_measure(const Copy *copy, const Step *step, Progress *progress);
