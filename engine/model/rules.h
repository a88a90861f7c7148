// SPDX-License-Identifier: GPL-2.0-or-later
// The rules' own room: what the files rules*.c share. Only plan_make() is for everybody else.
//
// A rule turns a wish into steps, or refuses with a sentence. Checks that several verbs need are here;
// each returns false after it refused, so that a rule may stop where going on would only repeat.
#pragma once

#include "engine/model/forecast.h"
#include "engine/model/plan.h"
#include "engine/model/problem.h"
#include "engine/model/world.h"

typedef struct Planning {
    Plan *plan;
    Wish *wish; // the plan's own copy; names are minted into it
    const Picture *picture;
    const Domain *domain;
    const Definition *now;
    const Neighbours *neighbours; // NULL: nobody looked
    const Host *host;
    const Reach *reach;
    const GPtrArray *going; // of const Snapshot *, leaf first: what the wish discards (discarded.h)
    World **world; // home of the one that steps are tried on (world_borrow)
    gint64 time; // seconds since 1970
    bool keeps;  // a revert takes a snapshot of NOW first
    bool by_hand; // of the snapshot that a repair is about the operator says that it was merged by other means (half.h)
} Planning;

// plan_make() on a world of that picture in `home` (world_borrow), or one that is made; of a plan that stands it is the
// `afterwards`.
Plan *rules_plan(const Wish *wish, const Picture *picture, const Neighbours *neighbours, const Host *host, gint64 now,
                 World **home);

void rules_create(Planning *p);
void rules_delete(Planning *p);
void rules_delete_several(Planning *p);
void rules_delete_kept(Planning *p); // behind a snapshot of NOW (rules_stead.c)
void rules_revert(Planning *p);
void rules_discard(Planning *p);
void rules_repair(Planning *p);

// Adds what a plan made for a part of the wish says and does, but for its first outcome: that is told for the whole.
// The part loses its steps (rules_several.c).
void rules_take_part(Planning *p, Plan *part);

// Adds the route to the repair of that problem.
void rules_route_repair(Planning *p, ProblemKind kind);

// The snapshot that NOW is based on as its images tell, or the one the wish names if that is one of several they
// leave open (rules_based.c). NULL after refusing.
const Snapshot *rules_find_base(Planning *p);

// The snapshot that another one is based on as its images tell; NULL: none, or they leave several open.
const Snapshot *rules_find_parent(const Planning *p, const Snapshot *of);

// Adds the steps that give each snapshot a parent that exists, or none (rules_parents.c).
void rules_repair_parents(Planning *p);

// Has each one such a parent? While not, libvirt's records are not written. Refuses with the way to its repair.
bool rules_check_parents(Planning *p);

// Does NOW read through every layer that the records put below it? Refuses with the ways to the repair.
bool rules_check_by_hand(Planning *p);

// A way to grant a wish: adds the steps to the plan, or refuses.
typedef void (*RulesWay)(Planning *p, const Snapshot *snapshot);

// Tries a way on a plan of its own, under the laws too. True: it stands, and is now the plan of `p` (and its wish
// that of `p`). Else `*refused` is the plan with the reasons, which the caller owns.
bool rules_try(Planning *p, const Snapshot *snapshot, RulesWay way, Plan **refused);

// Makes a plan that rules_try() gave back the plan of `p`, which takes ownership.
void rules_adopt(Planning *p, Plan *refused);

// The steps that bring the guest to `target`, as a part of whatever the wish is. Refuses or adds.
void rules_revert_to(Planning *p, const Snapshot *target);

// May what the wish discards go, as far as can be said before any step is made? (rules_discard.c)
bool rules_may_discard(Planning *p);

// Adds the steps that discard it, behind those that the plan has.
void rules_discard_going(Planning *p);

// Does the guest run after the steps that the plan has?
bool rules_runs_then(const Planning *p);

// Adds the step that takes the tags of an internal snapshot out of its images; NULL after refusing (rules_delete.c).
Step *rules_add_tag_removal(Planning *p, const Snapshot *snapshot);

// Adds the step that takes a snapshot of NOW by the rules of `wish`, which may differ from the plan's
// own (revert keeps NOW first). Returns NULL after refusing.
Step *rules_add_create(Planning *p, Wish *wish);

// What speaks against a snapshot of this guest, whichever disks it takes (rules_create_checks.c).
bool rules_check_create(Planning *p, const Wish *wish);

// What to know about living with it: adds warnings only.
void rules_warn_create(Planning *p, const Wish *wish);

// Deleting an external snapshot (rules_merge.c).
void rules_merge(Planning *p, const Snapshot *snapshot);

// Do the host's guests run under AppArmor profiles that let no merge write into a backing image (H19)? Distributions
// may have allowed it, which cannot be seen from here.
bool rules_are_confined(const Planning *p);

// Is a merge of this guest one by qemu-img, because libvirt's would be forbidden (rules_commit.c)?
bool rules_commits(const Planning *p);

// The rest of such a merge: `step` is its STEP_COMMIT, whose disks say what is merged where. False after refusing.
bool rules_add_commit(Planning *p, const Snapshot *snapshot, Step *step);

// H47: the current snapshot may go only if another becomes current then, or none is left.
bool rules_check_successor(Planning *p, const Snapshot *snapshot);

// Adds what the merges of `step` need, and what is free there, to the plan's figures. False: it is not enough
// (rules_storage.c).
bool rules_add_space(Planning *p, const Step *step);

// Can the files be written and removed that the plan's steps say?
bool rules_check_storage(Planning *p);

// Dropping the record of a snapshot while its images stay (rules_drop.c).
void rules_drop(Planning *p, const Snapshot *snapshot);

// Ends the plan so that the record of whichever snapshot is current then says what NOW writes to (law 7, H76).
void rules_renew_current(Planning *p);

// Reverting to an external snapshot in steps of our own (rules_compose.c). `why` says, without its final dot, why
// libvirt's own revert is not used, and `rule` what said so.
void rules_compose_revert(Planning *p, const Snapshot *target, const char *rule, const char *why);

// A transient guest ceases to be when its QEMU ends, and its snapshot records with it (H63). Around steps that end it,
// it is stored in libvirt (rules_transient.c). May that be done, for a revert to `snapshot`? Refuses.
bool rules_check_transient(Planning *p, const Snapshot *snapshot);

// Adds the step that stores it, or the one that takes that back; nothing where the guest is persistent.
void rules_persist(Planning *p);
void rules_release(Planning *p);

// What the snapshot that keeps NOW has to hold.
typedef enum KeepScope {
    KEEP_ALL,     // every writable disk
    KEEP_CHANGED, // those that the revert changes; with the guest's memory all of them
} KeepScope;

// What becomes of NOW before a revert (rules_now.c): adds the step that keeps it, or says what is lost. False
// after refusing.
bool rules_keep_now(Planning *p, const Snapshot *snapshot, KeepScope scope);
void rules_lose_now(Planning *p);

// Ends the plan of a revert by removing what NOW wrote and no state needs any more (rules_clear.c).
void rules_clear_now(Planning *p);

// Ends the plan of a delete by removing what only the snapshot's record named, and no state needs any more.
void rules_clear_deleted(Planning *p, const Snapshot *snapshot);

// Is NOW known to hold nothing that the current snapshot does not? Then there is nothing to keep.
bool rules_now_is_empty(const Planning *p);

// The outcome of any revert, the guest's state after it, and what to know about it.
void rules_describe_revert(Planning *p, const Snapshot *snapshot, SnapshotKind kind);

// The guest's state after a revert: "running", "paused", "off".
const char *rules_state_after(const Planning *p, const Snapshot *snapshot);

// Does going back to it bring memory back?
bool rules_holds_memory(const Snapshot *snapshot);

// The file with the snapshot's memory, if it has one, is known to be there.
bool rules_check_memory_file(Planning *p, const Snapshot *snapshot);

// May `step` make a file `path` for disk `target`: an absolute name that nothing has, nor another disk of the step?
bool rules_check_new_file(Planning *p, const Step *step, const char *target, const char *path);

// May NOW's chain have `depth` layers (H56, H57)? Warns where that is many.
bool rules_check_depth(Planning *p, unsigned depth);

// H56: on so many layers a guest still starts (tried on 11.3 with QEMU 10.0; not on one more).
#define RULES_DEPTH_STARTS 25

// The same, asked quietly; and does the guest start on so many?
bool rules_has_room(const Planning *p, unsigned depth);
bool rules_starts(const Planning *p, unsigned depth);

// Adds the corrections of all records, but for that of `merged` (NULL: of none), that name what the step merges
// (rules_merge_steps.c).
void rules_add_followers(Planning *p, const Step *merge, const Snapshot *merged);

// Where `depth` layers would be too many: adds the steps that merge those in NOW's chains that nobody holds, once in a
// plan and before all others (rules_shorten.c). Where there are none it adds nothing. May refuse for want of space.
void rules_make_room(Planning *p, unsigned depth);

// Merges them because that was wished, or refuses.
void rules_merge_idle(Planning *p);

// How many layers the chain of `image`, or the longest of NOW's, has after that.
unsigned rules_layers(const Planning *p, const char *image);
unsigned rules_layers_of_now(const Planning *p);

// Can the QEMU of this guest merge layers in NOW's chains, once it runs? Says why not; says what to know about it.
bool rules_can_merge(const Planning *p);
void rules_refuse_merge(Planning *p);
void rules_tell_merge(Planning *p);

// Adds the steps that take NOW off overlays which no snapshot records, down to what the record of `base` says it
// writes to, but for their removal (rules_merge_now.c). NULL: there are none, or after refusing.
Step *rules_add_merge_now(Planning *p, const Snapshot *base);

// Whatever forbids every act: read-only, a guest that is busy, half seen, or in between states.
bool rules_check_guest(Planning *p);

// Whatever forbids every act but create: a record that contradicts the disks, no current
// snapshot, an interrupted delete, a saved memory state, a definition that differs from the live one.
bool rules_check_tree(Planning *p);

// The same but for what libvirt calls current.
bool rules_check_records(Planning *p);

// INV-5: the live and the stored definition name the same images. Where they differ, the next start
// would write into an image that a snapshot froze (H38).
bool rules_check_definitions(Planning *p);

// The snapshot a wish is about; NULL after refusing with the nearest names.
const Snapshot *rules_find_subject(Planning *p);
// Any that it names.
const Snapshot *rules_find_snapshot(Planning *p, const char *name);

// No other guest holds the image, or could, unseen. False after refusing.
bool rules_check_neighbours(Planning *p, const char *image);

// The image is known to be there. `needed`: a sentence, marked with N_(), that says what for.
bool rules_check_present(Planning *p, const char *image, const char *needed);

// And nothing that it stands on is known to be gone: a state is to be read through it.
bool rules_check_whole(Planning *p, const char *image, const char *needed);

// No snapshot but `except` (and those in `except_too`, may be NULL) has `image` as a disk in its record.
bool rules_check_exclusive(Planning *p, const char *image, const Snapshot *except,
                           const Snapshot *except_too);

// The disks of `def` that a snapshot without choices would take: writable, not excluded by itself.
bool rules_disk_takes_part(const Disk *disk);

// The state names in `states` other than `except`: "s1, s2 and NOW"; NULL if none. Caller frees.
char *rules_other_states(const GPtrArray *states, const Snapshot *except, bool except_now);

// A command line for a route, names quoted: rules_command("plan delete", guest, snapshot, "--x").
// Caller frees.
char *rules_command(const char *verb, const char *domain, const char *snapshot, const char *options);

// The command line of the present revert or discard with one more option. Caller frees.
char *rules_again(const Planning *p, const char *option);
