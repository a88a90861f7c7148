// SPDX-License-Identifier: GPL-2.0-or-later
// Deletes that were carried out on some disks only (H14): libvirt puts NOW on the merged image disk by disk, and where
// it fails in between, the records know nothing of the disks that are done. Told by the chains, and set right by
// letting the records follow; then the delete can be carried out on the other disks.
#pragma once

#include "engine/model/plan.h"

// Is the merge of this disk, which the snapshot covers, done? So it is where NOW reads what the snapshot froze without
// the layer that the records put in between, and that layer is gone, or `begun`: a merge is known to have taken place.
bool half_is_merged(const Picture *picture, const Snapshot *snapshot, const char *target, bool begun);

// Is any? Are all?
bool half_is_begun(const Picture *picture, const Snapshot *snapshot, bool begun);
bool half_is_whole(const Picture *picture, const Snapshot *snapshot, bool begun);

// The first snapshot whose delete was carried out on some disks; NULL: there is none.
const Snapshot *half_find(const Picture *picture);

// The first snapshot whose layer NOW reads past although it is there and no delete of libvirt's left a mark: somebody
// merged or pulled images by other means (H40). NULL: there is none.
const Snapshot *half_find_by_hand(const Picture *picture);

// Is `image` the layer that was merged from this disk of the snapshot (NULL: of none)?
bool half_is_layer(const Picture *picture, const Snapshot *snapshot, const char *target, const char *image, bool begun);

// The layer that the merge takes away, as the records have it; NULL: none is known. Borrowed from the picture.
const char *half_layer(const Picture *picture, const Snapshot *snapshot, const char *target);

// Does the snapshot's record say, in its stored definitions, that the disk stands on the image?
bool half_names(const Snapshot *snapshot, const char *target, const char *image);

// Adds to the plan the steps after which the records agree with the images: those above name what the layer was merged
// into, and the snapshot leaves out the disks that are done, unless that is all of them.
void half_add_steps(Plan *plan, const Picture *picture, const Snapshot *snapshot, bool begun);

// Adds to the plan a step that removes the layers that were merged and are still there.
void half_add_removal(Plan *plan, const Picture *picture, const Snapshot *snapshot, bool begun);
