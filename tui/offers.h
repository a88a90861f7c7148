// SPDX-License-Identifier: GPL-2.0-or-later
// What a dialog offers for a guest, what it chooses beforehand, and why something is not offered. Shared by
// the dialogs of the screen and the questions of --plain, so that both lead to the same wishes. Pure; the
// plan that follows is the judge.
#pragma once

#include "engine/model/host.h"
#include "engine/model/picture.h"
#include "engine/model/plan.h"
#include "engine/model/wish.h"

// The kind to begin with: that in use, else external where the host moves images. *why (static, may become
// NULL): the reason, where there is one. Mixing kinds is what hurts operators most.
SnapshotKind offer_kind(const Picture *picture, const Host *host, const char **why);

// Is there anything to ask about memory, and about freezing the file systems? An internal snapshot of a
// running guest always holds its memory.
bool offer_memory(const Picture *picture, SnapshotKind kind);
bool offer_quiesce(const Picture *picture, SnapshotKind kind, bool memory);

// Why it can't be chosen though it is offered: static words; NULL: it can.
const char *offer_memory_fault(const Picture *picture);
const char *offer_quiesce_fault(const Picture *picture);

// What the guest feels of a snapshot of that kind: a sentence, static.
const char *offer_create_effect(const Picture *picture, SnapshotKind kind, bool memory);

// What a new snapshot needs, and how much is free where its files will lie: sentences (char *), one for the memory if
// it is saved into a file, one for each folder. `plan` is one to create it. The caller frees the array.
GPtrArray *offer_create_room(const Plan *plan, const Picture *picture);

// How many disks can take part in a snapshot.
unsigned offer_disks(const Definition *now);

// What is wrong with a name for a new snapshot of this guest: a sentence that the caller frees; NULL: nothing.
char *offer_name_fault(const Picture *picture, const char *name);

// The risk that going to this snapshot brings, as something to agree to (static); NULL: none.
const char *offer_revert_risk(const Picture *picture, const Snapshot *snapshot);

// A discard: where NOW goes if what it stands on is discarded; NULL: there is nothing it could go to.
const Snapshot *offer_refuge(const Wish *wish, const Picture *picture);

// What becomes of NOW, which holds `bytes` that are in no snapshot (SIZE_UNKNOWN: nobody knows): a sentence that the
// caller frees.
char *offer_discard_now(const Wish *wish, const Picture *picture, gint64 bytes);

// What going there does to a running guest, as something to agree to (static); NULL: nothing.
const char *offer_refuge_risk(const Wish *wish, const Picture *picture);
