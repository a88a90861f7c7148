// SPDX-License-Identifier: GPL-2.0-or-later
// Files beside a guest's images that no guest of this host names, but that may stand on one of them.
#pragma once

#include "engine/model/reach.h"
#include "engine/virt/storage.h"

// Asks every file of the folders that `picture` has listed, and that neither it nor a neighbour names, for its
// backing image, and tells `neighbours` of those that have one. Volumes tell; where the storage is local the
// file itself does. What nobody can read stays unknown. Files of `plan` (NULL: none), which has begun, are the guest's
// own though no record may name them any more, or yet.
void strays_look(Storage *storage, const Picture *picture, Neighbours *neighbours, const Plan *plan);
