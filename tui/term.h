// SPDX-License-Identifier: GPL-2.0-or-later
// The terminal: started, read, suspended and given back whole, also after a crash.
//
// Front end's thread only, which is the one that takes the signals SIGWINCH, SIGTSTP and SIGCONT; all
// other threads block them. setlocale() comes first. Beside canvas.c the only file that knows curses;
// tests/fake/keyboard.c is another implementation that takes keys from a script.
#pragma once

#include "tui/keys.h"
#include "tui/theme.h"

typedef struct TermOptions {
    const Theme *theme; // borrowed for the whole time
    bool mouse;         // report clicks and the wheel; the terminal's own selection then needs Shift
    bool ascii;         // line drawing by '|', '-', '+', also chosen when the locale is not UTF-8
} TermOptions;

// Enters full-screen mode. Fails with a sentence if input or output is no terminal, or TERM is unknown or
// names one that cannot place its cursor.
bool term_start(const TermOptions *options, GError **error);

// Gives the terminal back. Safe to call twice; exit() calls it too.
void term_stop(void);

// The file descriptor to poll for reading: keys, but also a changed size and signals about stopping, so
// that none is missed between two polls.
int term_fd(void);

// The next key, KEY_NONE if none waits. Never blocks. To be called until KEY_NONE whenever term_fd()
// is readable. A stop asked for from outside (kill -TSTP) arrives as C-z, for whoever knows whether
// the process may be stopped now.
Key term_key(void);

// True once the terminal is gone (the line dropped and no SIGHUP told us): nothing will ever be read.
bool term_lost(void);

// Stops the process as Ctrl-Z does elsewhere: gives the terminal back, stops, takes it again. False if
// it did not stop, because nobody is there who could continue it.
bool term_suspend(void);

// Draw everything anew at the next frame, as after foreign output.
void term_redraw(void);

// Another theme from the next frame on; borrowed as the first one was.
void term_theme(const Theme *theme);

void term_beep(void);

// Names the terminal's window, where terminfo tells how (tsl and fsl); nothing else is sent while the text stays. It is
// foreign until here: cleaned. The name goes with term_stop().
void term_title(const char *text);

// Puts text into the terminal's clipboard (OSC 52). False where terminfo tells of none (its Ms), or the text
// is longer than terminals take.
bool term_copy(const char *text);
