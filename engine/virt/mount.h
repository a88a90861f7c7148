// SPDX-License-Identifier: GPL-2.0-or-later
// This machine's file systems.
#pragma once

#include <stdbool.h>

// Is nobody able to write to the folder's file system: mounted so, or made so by an error of its own? False where it
// cannot be told.
bool mount_is_read_only(const char *folder);
