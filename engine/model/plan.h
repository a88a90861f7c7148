// SPDX-License-Identifier: GPL-2.0-or-later
// A plan: data that a dialog shows, the command line prints, a job runs and tests compare.
//
// There is no second description of what will happen: every sentence below is built when the plan
// is made, and every file a step touches is named in it.
#pragma once

#include "engine/model/host.h"
#include "engine/model/loss.h"
#include "engine/model/picture.h"
#include "engine/model/reach.h"
#include "engine/model/wish.h"

#define PLAN_FORMAT 1

typedef enum StepKind {
    STEP_CREATE,       // take a snapshot
    STEP_START_PAUSED, // start the guest with its CPUs stopped, for the merge
    STEP_DELETE,       // libvirt's delete: a merge (external) or the removal of a tag (internal)
    STEP_STOP_STARTED, // stop what STEP_START_PAUSED started, if nobody resumed it
    STEP_REVERT,       // libvirt's revert
    // A revert in steps of our own (rules_compose.c), in this order:
    STEP_MAKE_LAYERS,  // make empty images on others, through the storage API
    STEP_RECORD,       // record where NOW will write: a new snapshot's record, or that of a leaf renewed
    STEP_DEFINE,       // give the guest the configuration that a snapshot stored, on other images
    STEP_POWER_OFF,    // end the guest's QEMU
    STEP_POWER_ON,     // start the guest
    STEP_RESTORE,      // start the guest with the memory that a snapshot saved
    STEP_REMOVE_FILES, // remove images, through the storage API
    STEP_REPARENT,     // record that a snapshot is a child of another
    STEP_RENEW,        // correct the record of a snapshot: what NOW writes to above it
    STEP_FOLLOW,       // correct the record of a snapshot: where a disk is whose merge was carried out without it
    STEP_MAKE_CURRENT, // name a snapshot the current one: what NOW is based on
    // A chain that grows too long (rules_shorten.c):
    STEP_MERGE_LAYERS, // QEMU merges each `merges`, below what NOW writes to, down into `writes`, and it is removed
    // NOW on an overlay that no snapshot records (merge_now.h):
    STEP_MERGE_NOW,    // QEMU merges what NOW writes to, `merges`, into `writes`, and NOW goes on there; the file stays
    // A merge without a QEMU of libvirt's, of a guest that is off, on this machine (rules_commit.c):
    STEP_COMMIT,       // qemu-img copies each `merges` down into `writes`; the file stays
    STEP_REBASE,       // qemu-img writes into the header of each `writes` that it stands on `backing`
    // Around steps that end the QEMU of a transient guest (rules_transient.c):
    STEP_PERSIST,      // store the guest's configuration, and write its snapshot records again
    STEP_RELEASE,      // take the stored configuration away again, while the guest runs
} StepKind;

// What a step does to one disk.
typedef struct StepDisk {
    char *target;
    DiskMode mode;  // create: internal, external or no
    char *writes;   // the image that is written or made; NULL: none
    char *format;   // of the image made; commit: of `merges`; rebase: of `writes`
    char *removes;  // the image that is removed; NULL: none
    char *merges;   // the image whose data is copied into `writes`; NULL: none
    char *backing;  // make-layers, rebase: the image that `writes` stands on; record: the image that the new
                    // snapshot freezes (NULL: the one it froze already); follow: the image that is gone, in
                    // whose place `writes` is named
    char *backing_format; // make-layers, rebase: its format; commit: that of `writes`
    gint64 bytes;   // bytes to copy at most; SIZE_UNKNOWN
} StepDisk;

typedef struct Step {
    StepKind kind;
    char *subject; // snapshot or guest it is about
    char *effect;  // one sentence: what it does
    char *undo;    // one sentence: how to go back; NULL: cannot be undone
    bool cancellable;
    char *description; // create, record: text for the record; NULL: none
    MemoryMode memory; // create
    char *memory_file; // create with external memory; define and restore: the file that is read;
                       // delete and remove-files: the file that is removed
    char *origin; // record: the snapshot whose record is copied under the name `subject`, or which is
                  // `subject` itself; reparent: the new parent (NULL: none); define: the snapshot
                  // that stored the configuration (NULL: the guest's own, on other images); else NULL
    bool disk_only;    // create: external disks without memory (libvirt's DISK_ONLY)
    bool quiesce;      // create: the agent freezes the file systems meanwhile
    bool metadata_only; // delete: the record only
    AfterChoice after;  // revert, power-on, restore: state asked for afterwards
    bool reset_nvram;   // revert, power-on, restore
    GPtrArray *disks;  // of StepDisk
} Step;

// Why a plan is refused, or what to know before saying yes.
typedef struct Reason {
    char *rule; // "H35", "INV-1", "law 2", "name": what decided
    char *text; // one sentence: what, why, what next
} Reason;

// A lawful way to get near what was wished.
typedef struct Route {
    char *text;    // one sentence
    char *command; // a virt-snap command line; NULL where it is done elsewhere
} Route;

typedef struct World World; // engine/model/world.h

typedef enum Verdict {
    VERDICT_OK,
    VERDICT_REFUSED,
} Verdict;

typedef struct Plan {
    Wish *wish; // with all names minted
    Verdict verdict;
    char *title;         // "Delete snapshot s1 of web01"
    GPtrArray *outcomes; // of char *: what you get, first
    GPtrArray *reasons;  // of Reason: why refused
    GPtrArray *warnings; // of Reason: what to know
    GPtrArray *routes;   // of Route
    GPtrArray *steps;    // of Step
    GPtrArray *lost;     // of Loss: states given up
    bool loses_data;     // data that is in no surviving state: the operator types to confirm
    char *after;         // state of the guest afterwards: "running", "off", ...
    World *afterwards;   // images and records after the last step, as simulated; NULL: the plan is refused, was
                         // read from a file, or the host moves no images. No part of the fingerprint
    gint64 copy_bytes;   // most bytes copied; SIZE_UNKNOWN
    gint64 space_needed; // bytes; SIZE_UNKNOWN
    gint64 space_free;   // bytes; SIZE_UNKNOWN
    char *fingerprint;   // hash of all that must be equal when it is made again
} Plan;

// Makes the plan for a wish from a fresh picture. Pure: asks nothing and touches nothing.
// `neighbours` may be NULL: then no other guest was looked at, and acts that could harm one are
// refused for that reason. Names that the wish left open are minted into the plan's copy of it,
// from the picture and `now` (seconds since 1970).
Plan *plan_make(const Wish *wish, const Picture *picture, const Neighbours *neighbours,
                const Host *host, gint64 now);

// May its plan write or remove an image that exists, so that the other guests have to be looked at before? Creating
// does so only where layers are merged first.
bool plan_meets_others(const Wish *wish, const Picture *picture, const Host *host);

Plan *plan_new(const Wish *wish); // empty, for plan_make and for readers of plan files
void plan_free(Plan *plan);

// A deep copy: the dialog keeps its own, the job runs another.
Plan *plan_copy(const Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

// Adds a reason, warning or route that is already a sentence. For readers of plan files.
void plan_add_reason(GPtrArray *reasons, const char *rule, const char *text);
void plan_add_route(Plan *plan, const char *command, const char *text);

// An equal plan: same steps, subjects, files, lost states and choices (law 5). Sizes may differ.
bool plan_equal(const Plan *a, const Plan *b);

Step *plan_add_step(Plan *plan, StepKind kind, const char *subject);
Step *step_new(StepKind kind, const char *subject); // of no plan yet
Step *step_copy(const Step *step);                  // a deep one
void step_free(Step *step);
StepDisk *step_add_disk(Step *step, const char *target, DiskMode mode);
void plan_refuse(Plan *plan, const char *rule, const char *format, ...) G_GNUC_PRINTF(3, 4);
void plan_warn(Plan *plan, const char *rule, const char *format, ...) G_GNUC_PRINTF(3, 4);
void plan_outcome(Plan *plan, const char *format, ...) G_GNUC_PRINTF(2, 3);
void plan_loses(Plan *plan, LossKind kind, const char *name); // as loss_new()
// `command` is the words after "virt-snap"; foreign names in it are quoted with name_quote().
void plan_route(Plan *plan, const char *command, const char *format, ...) G_GNUC_PRINTF(3, 4);

// Sets the fingerprint once everything else stands.
void plan_seal(Plan *plan);

const char *step_kind_word(StepKind kind); // "create", "start-paused", ...
bool step_kind_parse(const char *word, StepKind *kind);

// The whole plan in sentences, as `virt-snap plan` prints it. Lines end in '\n'; caller frees.
char *plan_text(const Plan *plan);
