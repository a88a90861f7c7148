// SPDX-License-Identifier: GPL-2.0-or-later
// The world a plan is tried on before anybody sees it: images, states, configurations and records as
// values that can be changed.
//
// Contents are not bytes but lists of ids. Each image starts with an id of its own; merging puts the
// upper list before the lower one; what a node reads is the list of its image followed by those below.
// Two equal lists are equal bytes, whoever wrote them.
//
// All that a world is made of lies in its pool and lives until its end. Texts too, but most are not copied: they are
// those of the pictures that the world was made of, or of the steps that were tried on it, and it holds both.
//
// Trees have thousands of states and plans hundreds of steps, so a world keeps beside its images, states and records
// where they are found by name, who stands on what, and what the last step touched. It also keeps how all was before
// each change. Hence a world is changed through world_edit.h alone.
#pragma once

#include "engine/model/picture.h"
#include "engine/model/pool.h"
#include "engine/model/reach.h"
#include "engine/model/refcount.h"

// What can be read somewhere (world_read.c). Of one world: the same pointer exactly where the bytes are the same.
typedef struct WorldContent WorldContent;

// What an image or tag itself holds, newest first. It is never changed, so whoever holds the same may share it.
typedef struct WorldData {
    guint id;
    const struct WorldData *older; // NULL: that was all
} WorldData;

typedef struct WorldTag {
    const struct WorldImage *image;
    const char *name;
    const WorldData *data;
} WorldTag;

typedef struct WorldImage {
    const char *path;
    struct WorldPlace *place; // at that path
    BackingState backing_state;
    const char *backing;
    struct WorldPlace *under; // at that path; NULL: no backing image
    const WorldData *data; // NULL: it holds nothing
    PoolList tags;         // of WorldTag
    bool exists;
    bool made;  // by the plan
    bool unnamed; // ... and libvirt will choose its name: `path` only stands for it
    bool named; // by a record or definition of the guest the plan is about
    bool altered; // it is in the list of those
    const WorldContent *content; // of the active content; NULL: not looked up since something changed
} WorldImage;

// A place in an image that a disk reads or writes.
typedef struct WorldNode {
    const char *target;
    const char *image;
    const char *tag; // NULL: the active content
    const WorldContent *reads; // of a state: what it read when that came to be
} WorldNode;

// Something somebody may want back.
typedef struct WorldState {
    const char *guest;
    const char *name; // snapshot; NULL: NOW
    PoolList nodes;   // of WorldNode
    const char *memory_file;
    bool given_up; // by the operator, by name
    bool touched;  // it is in the list of those
    guint order;   // of two states of a world the later one has the higher number
} WorldState;

// Something that could be started, and then writes.
typedef enum WorldStart {
    START_LIVE, // it runs
    START_INACTIVE,
    START_SAVED, // a managed save, on the images it was saved with
} WorldStart;

typedef struct WorldConfig {
    const char *guest;
    WorldStart start;
    PoolList nodes; // of WorldNode: writable disks only
} WorldConfig;

// What libvirt recorded of a snapshot of the guest the plan is about.
typedef struct WorldDisk {
    const char *target;
    DiskMode mode;
    const char *frozen;  // source in the stored definition; NULL: none
    const struct WorldPlace *at; // of that; NULL: none
    const char *overlay; // <disks>
    const char *revert;  // <revertDisks>
} WorldDisk;

typedef struct WorldRecord {
    const char *name;
    const char *parent;
    PoolList disks; // of WorldDisk
    const char *memory_file;
    guint order; // as that of a state
} WorldRecord;

// What is at or on a path.
typedef struct WorldPlace {
    WorldImage *image; // NULL: none, though something names one there
    PoolList overlays; // of WorldImage: those with this backing image
    PoolList states;   // of WorldState: once per node that they have here
    guint frozen;      // disks of records with this image
} WorldPlace;

typedef struct World {
    RefCount refs;
    Pool *pool;
    GPtrArray *pictures;  // of Picture: whose texts it has
    GPtrArray *steps;     // of Step: likewise
    GPtrArray *images;    // of WorldImage, in no order
    GPtrArray *states;    // of WorldState, all guests
    GPtrArray *configs;   // of WorldConfig, all guests
    GPtrArray *records;   // of WorldRecord, this guest
    const char *guest;
    const char *current;
    bool active; // the guest has a process
    guint ids;   // last one given
    GHashTable *places;   // path -> WorldPlace
    GHashTable *tags;     // by image and name: the first WorldTag of both
    GHashTable *by_name;  // name -> WorldState of this guest
    WorldState *now;      // of this guest
    GHashTable *recorded; // name -> WorldRecord
    GHashTable *children; // name -> PoolList of WorldRecord, in no order
    GHashTable *contents; // all that were met
    GPtrArray *altered;   // of WorldImage: not as in the pictures that the world was made of
    GPtrArray *touched;   // of WorldState: what they read may have changed since world_forget_changes()
    GPtrArray *removed;   // of WorldImage: gone since then
    struct WorldPast *past; // how it was before each change (world_again.c)
} World;

// The world of a guest and its neighbours (NULL: none known).
World *world_new(const Picture *picture, const Neighbours *neighbours);
World *world_ref(const World *world); // once nobody changes it any more
void world_unref(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_unref)

// Takes back all steps that were tried on it: it is as it was made. What was asked of it meanwhile holds no more, but
// texts stay.
void world_restart(World *world);

// The steps that were tried on it are past, and what they made was there before: restarts go no further back from here.
void world_go_on(World *world);

// A world to try steps on: the one in `home`, which is empty meanwhile, or else a new one. It is given back as it was.
// A home (NULL: none) may be empty; whoever has it frees what is in it.
World *world_borrow(World **home, const Picture *picture, const Neighbours *neighbours);
void world_return(World **home, World *world);

// Texts that are given to a world from here on must live as long as it does. A copy that does; NULL for NULL.
const char *world_text(World *world, const char *text);

WorldImage *world_image(const World *world, const char *path); // NULL: not there
WorldImage *world_add_image(World *world, const char *path);
WorldTag *world_tag(const World *world, const WorldImage *image, const char *name);

WorldRecord *world_record(const World *world, const char *name);
WorldRecord *world_add_record(World *world, const char *name, const char *parent);
WorldDisk *world_add_record_disk(World *world, WorldRecord *record, const char *target, DiskMode mode,
                                 const char *frozen, const char *overlay);
WorldDisk *world_record_disk(const WorldRecord *record, const char *target);
unsigned world_children(const World *world, const char *name); // snapshots only
const PoolList *world_children_of(const World *world, const char *name); // of WorldRecord, in no order; NULL: none

WorldConfig *world_add_config(World *world, const char *guest, WorldStart start); // without disks

WorldState *world_state(const World *world, const char *name); // of this guest; NULL name: NOW
WorldState *world_add_state(World *world, const char *guest, const char *name);
const char *world_now(const World *world, const char *target); // what NOW writes to, or NULL

// What is at a path; NULL: nothing names it.
const WorldPlace *world_place(const World *world, const char *path);

// What a node reads, down to the end of its chain, which may be a missing or unknown image: that is part of it.
const WorldContent *world_read(World *world, const WorldNode *node);

// Does it end in an image or tag that is missing?
bool world_content_is_missing(const WorldContent *content);

// The image that it is said to stand on, whether that is there or not; NULL: none, or nothing is known at its path.
WorldImage *world_below(const WorldImage *image);

// Does the state reach the active content of `image`, itself or below?
bool world_reaches(const World *world, const WorldState *state, const char *image);

// Calls `found` for every state that does, in no order, until it returns true; a state may come more than once. With
// `tags` those count too that hold a tag inside the image. Was there an end to it?
typedef bool (*WorldReacher)(const WorldState *state, gpointer data);
bool world_find_reaching(const World *world, const char *image, bool tags, WorldReacher found, gpointer data);

// How many disks of this guest's records were frozen in the image.
guint world_frozen(const World *world, const char *image);

// Remembers what the state reads now as what it has to read.
void world_settle(World *world, WorldState *state);

// From here on `touched` and `removed` tell of later changes only.
void world_forget_changes(World *world);
