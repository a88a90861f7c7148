// SPDX-License-Identifier: GPL-2.0-or-later
// Files that operators write: settings and themes. They are read whole, and may be anything.
#pragma once

#include <glib.h>

// The text of a file: a regular one (or a link to it) of at most `most` bytes, without NUL bytes. NULL and a
// sentence otherwise. Caller frees.
char *config_file_read(const char *path, gsize most, GError **error);

// A fault in such a file for a row: the reason, then the file's name without its folder, from
// "FOLDER/FILE:LINE: reason; what could stand there instead." Any other message stays as it is. Caller frees.
char *config_fault_brief(const char *message);
