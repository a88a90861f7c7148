// SPDX-License-Identifier: GPL-2.0-or-later
// What term.c tells canvas.c. For these two only.
#pragma once

#include "tui/theme.h"

// The curses screen is there. `theme` is borrowed until canvas_close().
void canvas_open(const Theme *theme, bool ascii);
void canvas_close(void);
void canvas_theme(const Theme *theme); // another one from now on, borrowed likewise
