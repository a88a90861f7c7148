// SPDX-License-Identifier: GPL-2.0-or-later
// A cursor and a scroll position in any list.
#include "tui/list.h"

#include <glib.h>

void list_fit(List *list, int count, int height)
{
    count = MAX(count, 0);
    height = MAX(height, 1);
    list->cursor = CLAMP(list->cursor, 0, MAX(count - 1, 0));
    if (list->top > list->cursor) {
        list->top = list->cursor;
    }
    if (list->cursor - list->top >= height) {
        list->top = list->cursor - height + 1;
    }
    list->top = CLAMP(list->top, 0, MAX(count - height, 0));
}

bool list_go(List *list, int row, int count, int height)
{
    int before;

    list_fit(list, count, height);
    before = list->cursor;
    list->cursor = row;
    list_fit(list, count, height);
    return list->cursor != before;
}

bool list_move(List *list, int rows, int count, int height)
{
    list_fit(list, count, height);
    return list_go(list, (int)CLAMP((gint64)list->cursor + rows, 0, G_MAXINT), count, height);
}
