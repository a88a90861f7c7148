// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's snapshot records of one guest: names and the current one in two calls, parents in a few more, then
// each XML. Included by engine/virt/*.c only.
#pragma once

#include "engine/virt/helper.h"
#include "engine/virt/libvirt.h"

typedef struct Records {
    GPtrArray *handles; // of LvSnapshot; parents before their children if `ordered`
    bool ordered;       // the driver can list in topological order
    char *current;      // name; NULL: none
    GHashTable *leaves; // names (keys) of those without children; NULL: not asked for, or the driver cannot tell
    GHashTable *roots;  // names (keys) of those without a parent; NULL likewise
} Records;

// Two calls at once, or four with the `shape` of the tree (leaves and roots). NULL and `failure` when they fail; a
// driver without snapshots has none.
Records *records_list(Connection *connection, LvDomain *domain, bool shape, Failure **failure);
void records_free(Records *records);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Records, records_free)

// See picture_digest(). The caller frees it.
char *records_digest(const Records *records);

// The names as unread snapshots, in the order of `handles`. No call.
GPtrArray *records_names(const Records *records);

// Finds the parents of `names`, as made by records_names(), from records with leaves: one call for each node that
// follows a leaf and is no root. False: they cannot be had this way, and nothing was set.
//
// In topological order the child of a node that has one stands right behind it, since libvirt walks depth first
// (virDomainMomentForEachDescendant, 9.0.0 to 12.8.0). Its API promises no more than parents before children: what is
// found is provisional until the records are read.
bool records_find_parents(Connection *connection, Helper *helper, const Records *records, GPtrArray *names);

// Reads one record: a new Snapshot. NULL when it went meanwhile; one that cannot be read is there by name only, and
// `why` gets a sentence (the caller frees it). Any thread may call.
Snapshot *records_read_one(LvSnapshot *handle, char **why);
