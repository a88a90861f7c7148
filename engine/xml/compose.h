// SPDX-License-Identifier: GPL-2.0-or-later
// Step -> <domainsnapshot>, the text that asks libvirt for a snapshot; and what it needs to make an image. Any
// thread may call.
//
// The text is written by libxml2, which escapes what needs it; nothing is pasted.
#pragma once

#include "engine/model/plan.h"

// The XML for virDomainSnapshotCreateXML: name, description, memory and the mode of each disk of a
// STEP_CREATE. External disks name their overlay as type 'file', even below /dev: libvirt checks
// files before it writes, block devices it overwrites unseen. The caller frees the text.
//
// A description may hold anything: see xml_clean_text(). Everything else is written as the step has
// it or not at all: NULL for a step of another kind, for a name, target, file or format that is
// missing or that XML cannot carry (it would be another file than the plan names), for an external
// disk without a file and a disk without a mode (libvirt would choose).
char *xml_compose_snapshot(const Step *step);

// The <volume> for an empty layer of a STEP_MAKE_LAYERS: the name of the file `writes` without its folder, in qcow2
// format, on `backing`, as large as that, readable by its owner only. The caller frees the text; NULL as above.
char *xml_compose_layer(const StepDisk *disk);

// The <pool> that shows a folder. The caller frees the text; NULL as above.
char *xml_compose_pool(const char *name, const char *folder);

// Can XML carry the text as it is? False for NULL and an empty one.
bool xml_carries(const char *text);

// A copy of `text` in which everything that XML 1.0 forbids (control characters but tab, newline
// and carriage return, U+FFFE, U+FFFF) and everything that is not UTF-8 is replaced by U+FFFD. The
// caller frees it.
char *xml_clean_text(const char *text);
