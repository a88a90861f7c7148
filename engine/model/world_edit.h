// SPDX-License-Identifier: GPL-2.0-or-later
// The changes that steps are made of, for the files simulate*.c.
#pragma once

#include "engine/model/simulate.h"

// Sets `fault` to a sentence and returns false.
bool simulate_fail(char **fault, const char *format, ...) G_GNUC_PRINTF(2, 3);

// Is anything of it in files of its own: what a disk was, or its memory?
bool simulate_is_external(const WorldRecord *record);

// A delete, and merges without one (simulate_merge.c).
bool simulate_delete(World *world, const Host *host, const Step *step, char **fault);
bool simulate_commit(World *world, const Step *step, char **fault);
bool simulate_rebase(World *world, const Step *step, char **fault);
bool simulate_merge_layers(World *world, const Step *step, char **fault);
bool simulate_merge_now(World *world, const Step *step, char **fault);

// Records that are written anew (simulate_records.c).
bool simulate_renew(World *world, const Host *host, const Step *step, char **fault);
bool simulate_follow(World *world, const Step *step, char **fault);
bool simulate_make_current(World *world, const Step *step, char **fault);
bool simulate_reparent(World *world, const Step *step, char **fault);

// The steps of a composed revert (simulate_compose.c).
bool simulate_compose(World *world, const Step *step, char **fault);

// The tables of all contents and of all tags of a world, empty (world_read.c).
GHashTable *world_contents_new(void);
GHashTable *world_tags_new(void);

typedef struct WorldPast WorldPast;

// How it was (world_again.c). Every change of what was there before goes through one of these, so that world_restart()
// can take it back; while a world is built nothing is kept.
WorldPast *world_past_new(void);
void world_past_free(WorldPast *past);
void world_keep(World *world, gpointer at, gsize size); // what is there will be changed
#define world_set(world, field, value) (world_keep((world), &(field), sizeof(field)), (field) = (value))
void world_list_add(World *world, PoolList *list, gpointer item);
void world_list_remove(World *world, PoolList *list, gconstpointer item);
void world_list_remove_fast(World *world, PoolList *list, gconstpointer item); // the last one takes its place
void world_array_add(World *world, GPtrArray *array, gpointer item);
void world_array_remove(World *world, GPtrArray *array, gconstpointer item);
void world_table_set(World *world, GHashTable *table, gconstpointer key, gpointer value); // the key is new
void world_table_drop(World *world, GHashTable *table, gconstpointer key);

// What is at a path, made if nothing was there.
WorldPlace *world_place_at(World *world, const char *path);

// Whatever reads the image, itself or from above, may read something else from here on. To be called before the change
// where that is one of backing images, and before or after any other.
void world_touch(World *world, WorldImage *image);
void world_touch_state(World *world, WorldState *state);

void world_set_backing(World *world, WorldImage *image, const char *backing);
void world_remove(World *world, WorldImage *image); // the file is gone
void world_set_data(World *world, WorldImage *image, const WorldData *data);
void world_add_tag(World *world, WorldImage *image, const char *name, const WorldData *data);
void world_drop_tag(World *world, WorldImage *image, WorldTag *tag);
void world_set_parent(World *world, WorldRecord *record, const char *parent);
void world_set_frozen(World *world, WorldDisk *disk, const char *image);

// Nodes of states; those of configurations are in no table.
void world_add_state_node(World *world, WorldState *state, const char *target, const char *image, const char *tag);
void world_set_node(World *world, WorldState *state, WorldNode *node, const char *image);
void world_clear_nodes(World *world, WorldState *state);
void world_add_node(World *world, PoolList *nodes, const char *target, const char *image, const char *tag);

// Both are gone for good, with all that tables say of them.
void world_drop_state(World *world, WorldState *state);
void world_drop_record(World *world, WorldRecord *record);

// A new, empty image on `backing`.
WorldImage *world_make_overlay(World *world, const char *path, const char *backing);

// QEMU's block-commit: what `above` holds comes to lie before what `below` holds.
void world_merge_down(World *world, WorldImage *above, WorldImage *below);

// Active contents of the state named `from` become `to`.
void world_move_state(World *world, WorldState *state, const char *from, const char *to);

// Is it the guest the plan is about?
bool world_is_ours(const World *world, const char *guest);

// Whatever of this guest wrote to `from` writes to `to` from now on.
void world_move_now(World *world, const char *from, const char *to);

// Taking a snapshot or naming another one current makes libvirt forget where NOW was after a revert.
void world_forget_reverts(World *world, const char *name);
