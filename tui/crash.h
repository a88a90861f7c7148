// SPDX-License-Identifier: GPL-2.0-or-later
// Gives the terminal back when the program crashes, in whatever thread. For term.c only.
//
// On SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT the terminal's modes are set back and one prepared
// string is written; then the signal goes its usual way (a core, the shell's message, a sanitizer's
// report). Nothing in the handler allocates, locks or calls curses.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#define CRASH_TEXT_MAX 512

// Catches those signals from now on. `modes` and `text` (cut at CRASH_TEXT_MAX bytes) are copied.
void crash_start(int fd, const struct termios *modes, const char *text, size_t length);

// Is the terminal ours at the moment? Not before this was said once.
void crash_arm(bool armed);

// The signals do what they did before crash_start().
void crash_stop(void);
