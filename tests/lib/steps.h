// SPDX-License-Identifier: GPL-2.0-or-later
// Plans written by hand, for tests of what comes of them.
//
// Steps are separated by ", ": the kind of step, its subject, then words:
//   DISK=PATH   writes PATH (create: the new overlay)     DISK=in    create: inside the image
//   DISK=no     create: left out                          -PATH      removes PATH (disk vda)
//   ~PATH       the memory file that is made or removed    of:NAME    record: the snapshot that is copied
//   DISK=PATH>BACKING   make-layers, record, rebase: on that image
//   DISK=PATH<MERGED    commit: what is copied into it     record-only  delete: libvirt's record only
// "discard NAME: " before them is the wish.
#pragma once

#include "engine/model/plan.h"

// A plan of guest "web" whose wish is in words, that of the last step, or a revert. NOW is given up, or kept in snapshot "keep".
Plan *steps_plan(const char *text, bool lose_now);
