// SPDX-License-Identifier: GPL-2.0-or-later
// Which snapshots a wish gives up with all they hold: asked by the rule that plans it, by the law that judges
// it, and by the dialog that lists them.
#pragma once

#include "engine/model/picture.h"
#include "engine/model/wish.h"

// The snapshots (const Snapshot *, borrowed from the picture) that go, leaf first; empty for a wish that
// discards none, or none of whose subjects is there. The caller frees the array.
//
// With `children_only`, the record that a composed revert made for the branch of NOW is no child: where NOW stands
// directly on it, it stands on the subject as far as anybody can tell, and the record stays.
GPtrArray *discarded_snapshots(const Wish *wish, const Picture *picture);

// Where NOW goes back to: the nearest snapshot at or above the current one that stays; where no snapshot of the guest
// stays, the root that NOW stands on, whose content it then goes on from by itself. NULL: there is none.
const Snapshot *discarded_refuge(const GPtrArray *going, const Picture *picture);

// Does NOW stand on one of them, so that it has to go somewhere else first?
bool discarded_holds_now(const GPtrArray *going, const Picture *picture);
