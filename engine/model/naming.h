// SPDX-License-Identifier: GPL-2.0-or-later
// Names: what a new snapshot may be called, and where its files go.
#pragma once

#include "engine/model/picture.h"

// Is this a legal name for a new snapshot? NULL if so, else a sentence (caller frees) that says what
// is wrong and what is allowed: [A-Za-z0-9._-], not starting with '.', at most 100 bytes (H45 and
// the record's file name).
char *name_fault(const char *name);

// Does QEMU take the name as part of a job's id? libvirt makes one of it for internal snapshots of running
// guests since 10.9.0 (H45); other tools, and earlier libvirts, allowed any name.
bool name_makes_job_id(const char *name);

// The name as a word of a shell's command line: quoted where a shell would not take it as it stands. Caller frees.
char *name_quote(const char *name);

// A name that no snapshot of the picture has: `prefix` and the time as YYYYMMDD-HHMM, then -2, -3, ...
// `now` in seconds since 1970, local time. Caller frees.
char *name_mint(const Picture *picture, const char *prefix, gint64 now);

// The overlay of a new snapshot for a disk: in the folder of the disk's image, that image's name without
// suffix and without the former snapshot's name, then ".NAME.qcow2" ("-2", "-3", ... after NAME if an
// image of that path is known already). NULL for disks that are not files. Caller frees.
char *overlay_mint(const Picture *picture, const Disk *disk, const char *name);

// The file for external memory, beside the first writable disk: ".NAME.mem". Caller frees.
char *memory_mint(const Picture *picture, const char *name);

// How long libvirt's revert has to wait, in microseconds (H78): it names its overlays by the second (web.1795301435),
// and asked twice in one second it stops the guest and then finds the name taken (tried on 11.3 and 12.8). A
// whole second is enough, whatever the clock of the host says. `now` in seconds since 1970; 0: it need not wait.
gint64 name_pause(const Images *images, gint64 now);

// Does the image at `path` lie in the folder of `other`, and bear the same name up to the first dot? So libvirt names
// what it puts on an image, and so do we.
bool name_is_like(const char *path, const char *other);

// Does it bear all of that one's name but the suffix, then a dot, as what is put on a base image does?
bool name_continues(const char *path, const char *base);

// Names in a row, in the operator's language: "a", "a and b", "a, b and c"; where they are more than `most`, which is at
// least 2, "a, b and 5 more". NULL for none. Caller frees.
char *names_row(const GPtrArray *names, guint most);

// The names nearest to `wanted` among `names` (at most three), for "did you mean". Caller frees.
char **names_near(const char *wanted, const char *const *names);
