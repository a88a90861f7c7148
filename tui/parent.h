// SPDX-License-Identifier: GPL-2.0-or-later
// The process that the shell waits for, and the one that works.
//
// The terminal interface is two processes in one process group: the one that the shell started waits and does
// nothing else; its child has the screen, the engines and the jobs. So the shell can get its prompt back while jobs
// go on: the child leaves the terminal and the session, and tells the parent to end. Until then the parent is what
// a shell takes it for: it ends as the child ends, stops when the child stops, and passes signals on that were meant
// for it.
//
// Before any thread is started; afterwards the front end's thread only.
#pragma once

#include <stdbool.h>

// Splits the process; returns in the child. False if there can be no other process.
bool parent_start(void);

// Readable once the parent is gone; -1: there is none.
int parent_fd(void);

// True once the parent was killed: nobody waits for us, and a shell may have taken the terminal.
bool parent_gone(void);

// The parent ends with that exit status, and the shell goes on. Before, this process leaves the session and the
// terminal, so that no hang-up reaches it any more; its standard input and output lead nowhere. Does nothing without
// a parent, or a second time.
void parent_release(int status);
