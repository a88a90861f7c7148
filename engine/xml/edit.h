// SPDX-License-Identifier: GPL-2.0-or-later
// Definitions and records, edited: libvirt's XML in, libvirt's XML out, on other disks. Any thread may call.
//
// Everything that is not named below is kept as it stands, elements of foreign namespaces (<qemu:commandline>)
// included. The texts hold secrets (they are asked for with the SECURE flag, else a redefinition would lose
// them): they are neither logged nor shown, and errors (XML_ERROR) quote no values.
//
// A step's disks say what changes: on each disk with a `writes` that becomes the source, with its `format`. Two
// disks of one name, a disk that is not there, or a text that XML cannot carry are errors.
#pragma once

#include "engine/model/plan.h"

// The configuration that a snapshot stored (<inactiveDomain>, else <domain>) for a STEP_DEFINE: on the step's disks,
// with the name and UUID of `present`, the guest's stored definition. Disks that the step does not name are
// as `present` says: with its source, gone if it has no such disk, added if only it has one.
char *xml_edit_definition(const char *snapshot, const char *present, const Step *step, GError **error);

// The record for a STEP_RECORD. Where the step's subject is another than its origin: a copy of the record `snapshot`
// as a child of origin, that was made at `now` (seconds since 1970), whose stored definitions name each disk's
// `backing` and whose disks are `writes`; other disks as above, and left out of it. It holds no memory, so one
// of a snapshot with memory becomes disk-only. Else: the record itself with `writes` as the disks' overlays.
char *xml_edit_record(const char *snapshot, const char *present, const Step *step, gint64 now, GError **error);

// The record for a STEP_RENEW: `writes` is what NOW writes to above the snapshot. `reverts`: that is said in
// <revertDisks>, where entries of other disks stay; else in the disks themselves. All else stays.
char *xml_edit_renewed(const char *snapshot, const Step *step, bool reverts, GError **error);

// The record for a STEP_REPARENT: a child of the step's origin (NULL: of none). All else stays.
char *xml_edit_reparented(const char *snapshot, const Step *step, GError **error);

// The record for a STEP_FOLLOW. Of a disk with a `backing` that the stored definitions name, at the top or in the chain
// below, `writes` takes the place, with its `format`; a disk of mode "no" is left out of the snapshot.
char *xml_edit_followed(const char *snapshot, const Step *step, GError **error);

// The record of an external snapshot, before it is written: with an entry for each disk of its definition that has
// none, which leaves it out. libvirt would take such a disk for one that the snapshot covers, on an image that nobody
// made; libvirt itself forgets these entries (H84). Other records stay as they are.
char *xml_edit_complete(const char *snapshot, GError **error);

// The configuration of a guest that runs and has none stored, to be stored: without the chains that its QEMU has open,
// which libvirt would believe from then on, whatever becomes of the images.
char *xml_edit_stored(const char *present, GError **error);

// The configuration of a guest, on the disks of a STEP_DEFINE without an origin. All else stays.
char *xml_edit_present(const char *present, const Step *step, GError **error);

// The XML of a memory image, on the disks of a STEP_DEFINE. All else is as the memory expects it.
char *xml_edit_saved(const char *saved, const Step *step, GError **error);
