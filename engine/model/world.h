// SPDX-License-Identifier: GPL-2.0-or-later
// The world a plan is tried on before anybody sees it: images, states, configurations and records as
// values that can be changed.
//
// Contents are not bytes but lists of ids. Each image starts with an id of its own; merging puts the
// upper list before the lower one; what a node reads is the list of its image followed by those below.
// Two equal lists are equal bytes, whoever wrote them.
#pragma once

#include "engine/model/picture.h"
#include "engine/model/reach.h"
#include "engine/model/refcount.h"

typedef struct WorldTag {
    char *name;
    GArray *data; // of guint
} WorldTag;

typedef struct WorldImage {
    char *path;
    BackingState backing_state;
    char *backing;
    GArray *data;    // of guint: what the image itself holds, newest first
    GPtrArray *tags; // of WorldTag
    bool exists;
    bool made;  // by the plan
    bool unnamed; // ... and libvirt will choose its name: `path` only stands for it
    bool named; // by a record or definition of the guest the plan is about
} WorldImage;

// A place in an image that a disk reads or writes.
typedef struct WorldNode {
    char *target;
    char *image;
    char *tag; // NULL: the active content
} WorldNode;

// Something somebody may want back.
typedef struct WorldState {
    char *guest;
    char *name; // snapshot; NULL: NOW
    GPtrArray *nodes; // of WorldNode
    GPtrArray *reads; // of char *: per node, what it read when the state came to be
    char *memory_file;
    bool given_up; // by the operator, by name
} WorldState;

// Something that could be started, and then writes.
typedef enum WorldStart {
    START_LIVE, // it runs
    START_INACTIVE,
    START_SAVED, // a managed save, on the images it was saved with
} WorldStart;

typedef struct WorldConfig {
    char *guest;
    WorldStart start;
    GPtrArray *nodes; // of WorldNode: writable disks only
} WorldConfig;

// What libvirt recorded of a snapshot of the guest the plan is about.
typedef struct WorldDisk {
    char *target;
    DiskMode mode;
    char *frozen;  // source in the stored definition; NULL: none
    char *overlay; // <disks>
    char *revert;  // <revertDisks>
} WorldDisk;

typedef struct WorldRecord {
    char *name;
    char *parent;
    GPtrArray *disks; // of WorldDisk
    char *memory_file;
} WorldRecord;

typedef struct World {
    RefCount refs;
    GHashTable *images;   // path -> WorldImage
    GPtrArray *states;    // of WorldState, all guests
    GPtrArray *configs;   // of WorldConfig, all guests
    GPtrArray *records;   // of WorldRecord, this guest
    char *guest;
    char *current;
    bool active; // the guest has a process
    guint ids;   // last one given
} World;

// The world of a guest and its neighbours (NULL: none known).
World *world_new(const Picture *picture, const Neighbours *neighbours);
World *world_ref(const World *world); // once nobody changes it any more
void world_unref(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_unref)

WorldImage *world_image(const World *world, const char *path); // NULL: not there
WorldImage *world_add_image(World *world, const char *path);
WorldTag *world_tag(const WorldImage *image, const char *name);

WorldRecord *world_record(const World *world, const char *name);
WorldRecord *world_add_record(World *world, const char *name, const char *parent);
WorldDisk *world_add_record_disk(WorldRecord *record, const char *target, DiskMode mode, const char *frozen,
                                 const char *overlay);
WorldDisk *world_record_disk(const WorldRecord *record, const char *target);
unsigned world_children(const World *world, const char *name); // snapshots only
bool world_is_ancestor(const World *world, const char *ancestor, const char *name);

WorldState *world_state(const World *world, const char *name); // of this guest; NULL name: NOW
WorldState *world_add_state(World *world, const char *guest, const char *name);
void world_add_node(GPtrArray *nodes, const char *target, const char *image, const char *tag);
const char *world_now(const World *world, const char *target); // what NOW writes to, or NULL

// What a node reads, as text that is equal exactly when the bytes are. Ends in "missing PATH" or
// "unknown PATH" where the chain does. Caller frees.
char *world_read(const World *world, const WorldNode *node);

// Does the state reach the active content of `image`, itself or below?
bool world_reaches(const World *world, const WorldState *state, const char *image);

// Remembers what the state reads now as what it has to read.
void world_settle(const World *world, WorldState *state);
