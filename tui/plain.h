// SPDX-License-Identifier: GPL-2.0-or-later
// --plain: the guests, the tree and the dialogs as numbered text, for screen readers and serial lines. Nothing
// is placed on the screen, nothing is overwritten; every question stands at the end of what it is about.
#pragma once

#include "tui/cli_host.h"
#include "tui/tree_rows.h"

typedef struct Plain {
    const CliPaper *paper;
    GPtrArray *hosts; // of CliHost
    const CliOptions *options;
    bool over;  // somebody wants to leave, or nobody is there any more
    int status; // what the program ends with
} Plain;

// Runs until somebody leaves. `options`: hosts, read-only, and the guest to begin with. Returns the exit status.
int plain_main(const CliOptions *options, const CliPaper *paper);

// -- questions (plain_ask.c). An empty line takes what is in brackets, else goes back; q leaves the program.

// A line; `preset` (NULL: none) for an empty one. NULL: empty without a preset, or over. The caller frees it.
char *plain_line(Plain *plain, const char *question, const char *preset);

// A number from 1 to `most`; 0: back, or over.
unsigned plain_number(Plain *plain, const char *question, unsigned most);

// Numbers from 1 to `most`, separated by blanks (of unsigned; each once). The caller frees the array; NULL: back, or
// over.
GArray *plain_numbers(Plain *plain, const char *question, unsigned most);

// The question, the numbered `choices` (NULL-terminated), and which of them (from 1); `preset` for an empty line
// (0: none). 0: back, or over.
unsigned plain_choose(Plain *plain, const char *question, const char *const *choices, unsigned preset);

// Yes or no; `preset` for an empty line. False also for back; then *back is set.
bool plain_agree(Plain *plain, const char *question, bool preset, bool *back);

// -- its states, numbered from 1 as `rows` has them, and what is wrong (plain_tree.c)
void plain_put_guest(const Plain *plain, const Picture *picture, const TreeRows *rows, const GPtrArray *problems);

// -- one guest (plain_guest.c)
void plain_guest(Plain *plain, CliHost *host, const char *uuid);

// -- what is asked before a plan (plain_wish.c): a wish that the caller frees; NULL: back, or over.
Wish *plain_wish_create(Plain *plain, const CliHost *host, const Picture *picture);
Wish *plain_wish_revert(Plain *plain, const Picture *picture, const Snapshot *snapshot);
// `subjects`: a wish to discard, with the snapshots that it is about.
Wish *plain_wish_discard(Plain *plain, const Picture *picture, const Wish *subjects);

// -- the plan, its confirmation, its job (plain_plan.c)
void plain_plan(Plain *plain, CliHost *host, const Wish *wish);
