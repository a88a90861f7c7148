// SPDX-License-Identifier: GPL-2.0-or-later
// Which snapshot records have to be read again, and which still say what they said.
//
// libvirt tells of no change to a record. What changes one is known, though: it is made, its parent goes or gets
// another child, a merge or a delete without data rewrites what stands above and below, and the current one is where
// reverts write. All else can only change by a redefinition of somebody's own.
#pragma once

#include "engine/model/picture.h"

// For each of `listed` (of Snapshot: names, and parents where `parents` says that they are known) the snapshot of `old`
// that may stand for it, borrowed, or NULL: it has to be read. `current` is libvirt's current snapshot now (may be
// NULL), `suspects` (names as keys; may be NULL) are records that an act of ours may have changed. Nothing is taken
// from `old` (may be NULL) when the names have changed and the parents are not known. Free the array with
// g_ptr_array_unref().
GPtrArray *reread_spare(const GPtrArray *listed, bool parents, const char *current, const Picture *old,
                        GHashTable *suspects);

// Are the names, and the current one, those of `old`? Then nobody has made or removed a snapshot since.
bool reread_same_names(const GPtrArray *listed, const char *current, const Picture *old);
