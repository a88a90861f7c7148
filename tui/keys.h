// SPDX-License-Identifier: GPL-2.0-or-later
// Keys and what they do: one table from which bindings, the last row, the help and docs come. Which keys
// are bound now, after the operator's settings, is in tui/keymap.h.
#pragma once

#include <glib.h>
#include <stdbool.h>

// A key: a Unicode character, a control character (Ctrl-A is 1), or one of the names below.
typedef guint32 Key;

#define KEY_CTRL(letter) ((Key)(letter) - '@') // of a capital letter

enum {
    KEY_NONE = 0,
    KEY_TAB_CHAR = '\t',
    KEY_RETURN = '\r',
    KEY_ESCAPE = 27,
    KEY_FIRST = 0x110000, // beyond Unicode
    KEY_UP_ARROW,
    KEY_DOWN_ARROW,
    KEY_LEFT_ARROW,
    KEY_RIGHT_ARROW,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_HOME_KEY,
    KEY_END_KEY,
    KEY_ERASE, // backspace, whatever the terminal sends
    KEY_DELETE,
    KEY_BACKTAB,
    KEY_WORD_LEFT, // Ctrl-Left, Alt-Left
    KEY_WORD_RIGHT,
    KEY_WORD_DELETE, // Ctrl-Delete
    KEY_F1,
    KEY_F12 = KEY_F1 + 11,
    KEY_RESIZED,     // the terminal has another size
    KEY_PASTE_BEGIN, // bracketed paste: what follows is text, never a command
    KEY_PASTE_END,
};

// Where an action is offered.
typedef enum KeyContext {
    CONTEXT_MAIN = 1 << 0,    // any pane of the main screen
    CONTEXT_GUESTS = 1 << 1,  // the guest list has the focus
    CONTEXT_TREE = 1 << 2,    // the tree
    CONTEXT_DETAILS = 1 << 3,
    CONTEXT_DISKS = 1 << 4,
    CONTEXT_PAGE = 1 << 5,    // help, log, jobs and other pages
    CONTEXT_DIALOG = 1 << 6,  // a dialog with buttons
    CONTEXT_FIELD = 1 << 7,   // a text field has the focus
} KeyContext;

#define CONTEXT_PANES (CONTEXT_GUESTS | CONTEXT_TREE | CONTEXT_DETAILS | CONTEXT_DISKS)
#define CONTEXT_LISTS (CONTEXT_PANES | CONTEXT_PAGE)

// id, contexts, default keys, word in the last row ("" = not shown), sentence in the help
#define ACTIONS(X)                                                                                 \
    X(UP, CONTEXT_LISTS, "k Up", "", "Move up one row.")                                           \
    X(DOWN, CONTEXT_LISTS, "j Down", "", "Move down one row.")                                     \
    X(PAGE_UP, CONTEXT_LISTS, "PageUp", "", "Move up one page.")                                   \
    X(PAGE_DOWN, CONTEXT_LISTS, "PageDown", "", "Move down one page.")                             \
    X(TOP, CONTEXT_LISTS, "g Home", "", "Go to the first row.")                                    \
    X(BOTTOM, CONTEXT_LISTS, "G End", "", "Go to the last row.")                                   \
    X(OPEN, CONTEXT_GUESTS | CONTEXT_TREE, "Enter", "open", "Open the guest, or the details of the state.") \
    X(FOLD, CONTEXT_TREE, "h Left", "", "Fold the branch, or go to its parent.")                   \
    X(UNFOLD, CONTEXT_TREE, "l Right", "", "Unfold the branch.")                                   \
    X(GO_NOW, CONTEXT_TREE, "@", "", "Go to NOW, the state the guest writes.")                     \
    X(GO_PARENT, CONTEXT_TREE, "u", "", "Go to the snapshot this one is based on.")                \
    X(GO_ROOT, CONTEXT_TREE, "^", "", "Go to the root of this branch.")                            \
    X(NEXT_SIBLING, CONTEXT_TREE, "]", "", "Go to the next snapshot with the same parent.")        \
    X(PREVIOUS_SIBLING, CONTEXT_TREE, "[", "", "Go to the previous snapshot with the same parent.") \
    X(FOLD_ALL, CONTEXT_TREE, "z", "", "Fold every branch that NOW does not stand on.")            \
    X(UNFOLD_ALL, CONTEXT_TREE, "Z", "", "Unfold all branches.")                                   \
    X(MARK, CONTEXT_TREE, "m", "", "Mark the snapshot or not; d and D are about two or more marked ones at once.") \
    X(UNMARK_ALL, CONTEXT_TREE, "M", "", "Take all marks away.")                                   \
    X(FIND, CONTEXT_LISTS, "/ F3", "find", "Find: a name, a note, is:ram, older:7d; goes there while you type.") \
    X(FIND_NEXT, CONTEXT_LISTS, "n", "", "Find the next one.")                                     \
    X(FIND_PREVIOUS, CONTEXT_LISTS, "N", "", "Find the previous one.")                             \
    X(FILTER, CONTEXT_GUESTS | CONTEXT_TREE, "& F4", "", "Show only what matches, in the same words; Esc shows all again.") \
    X(COMMAND, CONTEXT_LISTS, ":", "", "Do any of these by its name, \":revert NAME\": Tab completes both.") \
    X(JUMP, CONTEXT_PANES, "'", "", "Go to a snapshot or guest by its name; Tab completes it.")    \
    X(RECENT, CONTEXT_PANES, "b", "", "Go back to a guest that was opened lately.")                \
    X(NEXT_PANE, CONTEXT_PANES, "Tab", "pane", "Go to the next pane.")                             \
    X(PREVIOUS_PANE, CONTEXT_PANES, "BackTab", "", "Go to the previous pane.")                     \
    X(CREATE, CONTEXT_PANES, "c", "create", "Create a snapshot of NOW.")                           \
    X(REVERT, CONTEXT_TREE | CONTEXT_DETAILS | CONTEXT_DISKS, "r", "revert", "Revert the guest to the selected snapshot.") \
    X(DELETE, CONTEXT_TREE | CONTEXT_DETAILS | CONTEXT_DISKS, "d", "delete", "Delete the selected snapshot; data written later stays.") \
    X(DISCARD, CONTEXT_TREE | CONTEXT_DETAILS | CONTEXT_DISKS, "D", "discard", "Discard the selected snapshot and all below it, data included.") \
    X(REPAIR, CONTEXT_PANES, "p", "", "Plan the repair of what is wrong with the guest's snapshots.") \
    X(XML, CONTEXT_PANES, "i", "", "Show libvirt's XML of the selected state.")                    \
    X(DIFF, CONTEXT_PANES, "=", "", "Compare the selected state with the marked one, or with NOW.") \
    X(COPY_NAME, CONTEXT_PANES, "y", "", "Copy the name of the guest or snapshot.")                \
    X(CHAINS, CONTEXT_PANES, "v", "", "Show the images of the guest, disk by disk, from base to live.") \
    X(JOBS, CONTEXT_PANES, "J", "", "Show running and ended jobs.")                                \
    X(LOG, CONTEXT_PANES, "L", "log", "Show the log: what was done, what libvirt said.")           \
    X(AUDIT, CONTEXT_PANES, "A", "", "Show the audit log: what this user has done, when, and how it ended.") \
    X(REFRESH, CONTEXT_PANES, "F5 Ctrl-R", "", "Read everything anew.")                           \
    X(CONNECT, CONTEXT_PANES, "H", "", "Connect again, or to another libvirt.")                    \
    X(THEME, CONTEXT_PANES, "F7", "", "Show everything in the next theme, or in one that is named.") \
    X(CANCEL_JOB, CONTEXT_PANES | CONTEXT_PAGE, "K", "", "Ask to cancel the running job of this guest.") \
    X(HELP, CONTEXT_LISTS, "? F1", "help", "Show this help.")                                      \
    X(BACK, CONTEXT_LISTS | CONTEXT_DIALOG | CONTEXT_FIELD, "Esc", "", "Leave the dialog or page; go back one pane.") \
    X(QUIT, CONTEXT_LISTS, "q F10", "quit", "Go back; on the guest list: quit.")                   \
    X(QUIT_NOW, CONTEXT_LISTS | CONTEXT_DIALOG | CONTEXT_FIELD, "Ctrl-C", "", "Ask whether to quit; pressed twice: quit, if no job runs.") \
    X(SUSPEND, CONTEXT_LISTS | CONTEXT_DIALOG | CONTEXT_FIELD, "Ctrl-Z", "", "Suspend virt-snap; not while a job runs.") \
    X(REDRAW, CONTEXT_LISTS | CONTEXT_DIALOG | CONTEXT_FIELD, "Ctrl-L", "", "Draw the screen anew.") \
    X(NEXT_FIELD, CONTEXT_DIALOG | CONTEXT_FIELD, "Tab Down", "next", "Go to the next choice or button.") \
    X(PREVIOUS_FIELD, CONTEXT_DIALOG | CONTEXT_FIELD, "BackTab Up", "", "Go to the previous choice or button.") \
    X(CHOOSE_LEFT, CONTEXT_DIALOG, "Left", "", "Choose the button or value to the left.")          \
    X(CHOOSE_RIGHT, CONTEXT_DIALOG, "Right", "", "Choose the button or value to the right.")       \
    X(SCROLL_UP, CONTEXT_DIALOG, "PageUp", "", "Scroll the dialog's text up.")                     \
    X(SCROLL_DOWN, CONTEXT_DIALOG, "PageDown", "", "Scroll the dialog's text down.")               \
    X(PRESS, CONTEXT_DIALOG | CONTEXT_FIELD, "Enter", "choose", "Press the focused button.")       \
    X(TOGGLE, CONTEXT_DIALOG, "Space", "change", "Change the focused choice.")

typedef enum Action {
    ACTION_NONE,
#define X(id, ...) ACTION_##id,
    ACTIONS(X)
#undef X
    ACTION_N,
} Action;

const char *action_name(Action action);  // "previous-pane": for config and tests
Action action_find(const char *name);    // the other way; ACTION_NONE if there is no such action
const char *action_label(Action action); // word for the last row, or ""
const char *action_help(Action action);
unsigned action_contexts(Action action);
const char *action_place(Action action); // where it is offered, for sentences: "the tree"

// Its keys in the table, joined by blanks: "k Up".
const char *action_default_keys(Action action);

// What an action may lead to. Each opens a dialog first; a key for loss is all the same no neighbour and not
// the shifted form of one without risk, as a test demands.
typedef enum Risk {
    RISK_NONE,   // moves and shows
    RISK_CHANGE, // something is done; no state is given up
    RISK_LOSS,   // a state may be given up
} Risk;
Risk action_risk(Action action);

// What may follow its name on the command line.
typedef enum Operand {
    OPERAND_NONE,
    OPERAND_SNAPSHOT, // of the selected guest; it becomes the selected state first
    OPERAND_PLACE,    // NOW, a snapshot, a guest
    OPERAND_THEME,
    OPERAND_URI,
    OPERAND_NAME,     // for something new
    OPERAND_WORDS,    // to find or filter by
} Operand;
Operand action_operand(Action action);

// Reads one key name: "k", "Up", "Ctrl-L", "F5", "Space", "Esc"; "C-l" is "Ctrl-L" too.
// KEY_NONE if there is no such key. Ctrl-H is Backspace, Ctrl-I Tab and Ctrl-M Enter, as terminals have it.
Key key_parse(const char *name);

// The name of a key as people write it and key_parse() reads it. The caller frees it.
char *key_to_name(Key key);

// The mouse, as keys: what it did and in which cell of the screen.
typedef enum MouseDeed {
    MOUSE_CLICK, // the left button was pressed
    MOUSE_WHEEL_UP,
    MOUSE_WHEEL_DOWN,
} MouseDeed;

Key key_of_mouse(MouseDeed deed, int row, int col); // from 0; KEY_NONE beyond 4095
bool key_is_mouse(Key key);
MouseDeed key_mouse_deed(Key key);
int key_mouse_row(Key key);
int key_mouse_col(Key key);

// Is it no key but something that happened: another size, a paste, the mouse?
bool key_is_event(Key key);
