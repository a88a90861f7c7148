// SPDX-License-Identifier: GPL-2.0-or-later
// <domainsnapshot> -> Snapshot. Any thread may call; nothing is kept between calls.
#pragma once

#include "engine/model/snapshot.h"

// Reads a snapshot's XML as virDomainSnapshotGetXMLDesc prints it. `text` need not end in NUL; it
// is not kept. NULL and `error` (XML_ERROR) when it cannot be read, when a <name> is missing, when
// a number is none, or when a disk's or the memory's mode is not one that we know.
//
// As libvirt does when it loads a record (src/conf/snapshot_conf.c, virDomainSnapshotDefParse):
// - without <memory> the memory is internal, unless the state is shutoff, disk-snapshot or missing;
// - <memory file=...> and a disk with a source or a format but without a mode are external;
// - <domain> without a type attribute (records older than 0.9.5) counts as not stored.
// A <disk> that is named by its source path gets the target that the stored definition has for that
// path; one that cannot be found there keeps the name as it stands.
// A missing <creationTime> is 0 (one after the year 9999 is an error), a missing <state>
// SNAPSHOT_UNKNOWN. <active> and <cookie> are ignored.
Snapshot *xml_read_snapshot(const char *text, gsize length, GError **error);
