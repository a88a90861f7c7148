// SPDX-License-Identifier: GPL-2.0-or-later
// The changes that steps are made of, for the files simulate*.c.
#pragma once

#include "engine/model/simulate.h"

// Sets `fault` to a sentence and returns false.
bool simulate_fail(char **fault, const char *format, ...) G_GNUC_PRINTF(2, 3);

// The steps of a composed revert (simulate_compose.c).
bool simulate_compose(World *world, const Step *step, char **fault);

GArray *world_copy_data(const GArray *data);
void world_set_text(char **text, const char *value);

// A new, empty image on `backing`.
WorldImage *world_make_overlay(World *world, const char *path, const char *backing);

// QEMU's block-commit: what `above` holds comes to lie before what `below` holds.
void world_merge_down(WorldImage *above, WorldImage *below);

// Active contents named `from` become `to`.
void world_move_nodes(GPtrArray *nodes, const char *from, const char *to);

// Is it the guest the plan is about?
bool world_is_ours(const World *world, const char *guest);

// Whatever of this guest wrote to `from` writes to `to` from now on.
void world_move_now(World *world, const char *from, const char *to);

// Taking a snapshot or naming another one current makes libvirt forget where NOW was after a revert.
void world_forget_reverts(World *world, const char *name);
