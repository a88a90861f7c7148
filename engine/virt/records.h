// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's snapshot records of one guest: names and the current one in two calls, then each XML.
// Included by engine/virt/*.c only.
#pragma once

#include "engine/virt/libvirt.h"

typedef struct Records {
    GPtrArray *handles; // of LvSnapshot
    char *current;      // name; NULL: none
} Records;

// Two calls. NULL and `failure` when they fail; a driver without snapshots has none.
Records *records_list(LvDomain *domain, Failure **failure);
void records_free(Records *records);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Records, records_free)

// See picture_digest(). The caller frees it.
char *records_digest(const Records *records);

// Reads every record, one call each: an array of Snapshot. One that went meanwhile is left out; one
// that cannot be read is there by name only, and `incomplete` (NULL before) gets a sentence.
GPtrArray *records_read(const Records *records, char **incomplete);
