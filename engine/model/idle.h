// SPDX-License-Identifier: GPL-2.0-or-later
// Layers that nobody holds: images in NOW's chains, below what it writes to, which no snapshot froze and on which one
// image only stands. They are left where a snapshot's record alone was deleted; reading goes through them all the same.
#pragma once

#include "engine/model/reach.h"

// May this layer be written and removed? And: `layer` can go down into `into`, which is then what it stands on.
typedef bool (*IdleMay)(const char *layer, gpointer data);
typedef void (*IdleFound)(const char *layer, const char *into, gpointer data);

// Finds the idle layers in the chain of `now`, as far as this guest and what is seen of its images tell, that lie on
// others such and bear their names: from the base up, so that merging one after the other copies each byte once. `may`
// NULL: all of them.
void idle_find(const Picture *picture, const Reach *reach, const char *now, IdleMay may, IdleFound found,
               gpointer data);

// How many there are in all chains of NOW.
unsigned idle_count(const Picture *picture, const Reach *reach);
