// SPDX-License-Identifier: GPL-2.0-or-later
// A cursor and a scroll position in any list. No drawing inside.
#pragma once

#include <stdbool.h>

typedef struct List {
    int cursor; // selected row; 0 in an empty list
    int top;    // first visible row
} List;

// Keeps cursor and top valid for `count` rows of which `height` are visible: the cursor in sight, no
// blank rows at the end while rows are hidden above.
void list_fit(List *list, int count, int height);

// Moves the cursor by `rows`, clamped. Returns false if it did not move.
bool list_move(List *list, int rows, int count, int height);
bool list_go(List *list, int row, int count, int height);
