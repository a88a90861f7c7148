// SPDX-License-Identifier: GPL-2.0-or-later
// Where the parts of a dialog stand: text, fields and buttons, one below the other within its frame.
//
// The buttons are always in sight. What is left is shared: the text scrolls by its keys, the fields with the
// focus. Nothing is drawn here.
#pragma once

#include "tui/app.h"

#define DIALOG_LABEL_COLS 11 // columns for what stands before a field or choice
#define DIALOG_TOGGLE_COLS 4 // the box before what a toggle says

// Where an item stands within its part.
typedef struct DialogPlace {
    int row, col;
} DialogPlace;

// Fields, or buttons. The row `top` is the first that is shown, so that what has the focus is in sight.
typedef struct DialogPart {
    Rect room;
    int rows; // of all its items
    int top;
} DialogPart;

typedef struct DialogLayout {
    Rect area; // frame included
    Rect body; // of the text
    DialogPart fields, buttons;
    DialogPlace *places; // of each item of the form
} DialogLayout;

// As the dialog's form and text are now. The caller frees it.
DialogLayout *dialog_layout(const App *app, const Dialog *dialog);
void dialog_layout_free(DialogLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DialogLayout, dialog_layout_free)

// The part that an item belongs to.
const DialogPart *dialog_part_of(const DialogLayout *layout, const FormItem *item);

// The hint below a field, or what a toggle says, in lines for a form so many columns wide; NULL: nothing of that kind.
// The caller frees the array.
GPtrArray *dialog_item_lines(const FormItem *item, int cols);
int dialog_item_rows(const FormItem *item, int cols);
