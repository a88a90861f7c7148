// SPDX-License-Identifier: GPL-2.0-or-later
// A form: the fields, choices and buttons of a dialog, and which of them has the focus.
//
// Every dialog is one form with another description, so focus, typing and pressing behave the same
// everywhere. No drawing inside; tui/views/dialog.c draws it.
#pragma once

#include "tui/entry.h"
#include "tui/theme.h"

typedef enum FormKind {
    FORM_FIELD,  // text that is typed
    FORM_CHOICE, // one of several values
    FORM_TOGGLE, // yes or no
    FORM_BUTTON,
} FormKind;

typedef struct FormItem {
    FormKind kind;
    int id; // the dialog's own number for it
    char *label;
    char *hint; // drawn behind or below; NULL: none
    Role hint_role;
    bool hidden;
    bool disabled; // drawn, but never gets the focus
    bool danger;   // a button that loses data
    bool secret;   // a field whose text is not shown
    Entry entry;
    char **values; // choice: NULL-terminated
    int value;     // choice: index; toggle: 0 or 1
} FormItem;

typedef struct Form {
    char *title;
    GPtrArray *items; // of FormItem
    int focus;        // index, -1: nothing can have it
    bool stacked;     // buttons one below the other instead of in one row
    int typing;       // the field that takes what is typed where no field has the focus; -1: none
} Form;

typedef enum FormEvent {
    FORM_IGNORED, // not a key or action for it
    FORM_TAKEN,   // the focus moved, or nothing to tell
    FORM_CHANGED, // a value or text changed
    FORM_PRESSED, // a button was pressed: *id says which
    FORM_ENTERED, // Enter in a field: *id says which
} FormEvent;

Form *form_new(const char *title);
void form_free(Form *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

FormItem *form_add_field(Form *form, int id, const char *label, const char *text);
FormItem *form_add_choice(Form *form, int id, const char *label, const char *const *values, int value);
FormItem *form_add_toggle(Form *form, int id, const char *label, bool on);
FormItem *form_add_button(Form *form, int id, const char *label);

// The item with that number; NULL: none.
FormItem *form_item(const Form *form, int id);
FormItem *form_focused(const Form *form);
const char *form_text(const Form *form, int id); // "" without such a field
int form_value(const Form *form, int id);        // 0 without such an item

void form_set_hint(FormItem *item, Role role, const char *hint);

// Gives the focus to an item, if it can have it.
void form_focus(Form *form, int id);

// Moves the focus to the next usable item if the present one was hidden or disabled.
void form_fit(Form *form);

FormEvent form_act(Form *form, Action action, int *id);

// Gives the focus to the form's field for typing if the key is a visible character and no field has it.
void form_reach(Form *form, Key key);

// A key for the field that has the focus.
FormEvent form_type(Form *form, Key key);
