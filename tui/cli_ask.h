// SPDX-License-Identifier: GPL-2.0-or-later
// Questions to the person at the terminal. stdin may be a pipe: the controlling terminal is asked.
#pragma once

#include "engine/message.h"
#include "tui/cli_print.h"

// Is there somebody to ask?
bool cli_can_ask(void);

// Prints the question and reads one line, without its end. NULL: no terminal, or no answer. With
// `secret` nothing is echoed. The caller frees the answer.
char *cli_ask(const CliPaper *paper, const char *question, bool secret);

// Forgets what was typed so far: a line typed or pasted before its question was there answers nothing.
void cli_ask_forget(void);

// One answer for each of `credentials` (of Credential); NULL if one was declined or nobody is
// there.
char **cli_ask_credentials(const CliPaper *paper, const GPtrArray *credentials);
