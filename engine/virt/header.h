// SPDX-License-Identifier: GPL-2.0-or-later
// Looking into image files of this very machine, where they are not plain with qemu-img. Blocks while that runs.
#pragma once

#include "engine/json/qemu_img.h"
#include "engine/model/image.h"

// Looks at the file or device at `path`, which must be absolute, and at nothing below it. `format`
// NULL: qemu-img probes. FOUND fills `facts`; MISSING: it is not there; UNKNOWN: not readable for
// us, no qemu-img, or it did not understand the file.
Presence header_read(const char *path, const char *format, ImageFacts *facts);

// The same for a file that is no image (a memory file): size only.
Presence header_stat(const char *path, gint64 *allocation);

// Is there a file at `path` that does not begin as a qcow2 image does? False where it cannot be read.
bool header_is_lost(const char *path);

// Is the qcow2 file at `path`, which nobody has open, known to hold no data of its own?
bool header_is_empty(const char *path);
