// SPDX-License-Identifier: GPL-2.0-or-later
// Files of our own in $XDG_STATE_HOME/virt-snap, by names below an open folder: no link is followed, nothing is
// believed that is not a plain file of this user alone, and what is replaced is replaced whole.
// For engine/journal.c.
#pragma once

#include "engine/message.h"

// Opens the folder, made if it is not there (0700). -1 and `failure` if it cannot be had, or belongs to or can be
// written by anybody else.
int folder_open(Failure **failure);

// Its path; the caller frees it.
char *folder_path(void);

// Writes a file: a temporary one, synced, renamed to `name`; then the folder is synced. With `held` the file is
// flocked before it gets its name, and stays open in *held.
bool folder_put(int folder, const char *name, const char *text, int *held, Failure **failure);

// Opens a file to be read. -1: `fault` gets a clause why it is not believed ("it belongs to somebody else"), or NULL
// where it is not there; the caller frees it.
int folder_open_file(int folder, const char *name, char **fault);

// All of an open file; NULL and `fault` if it is too big or cannot be read. The caller frees it.
GString *folder_read(int fd, char **fault);

// Is the open file still the one that bears the name?
bool folder_is_same(int folder, const char *name, int fd);
