// SPDX-License-Identifier: GPL-2.0-or-later
// What a view is: a const table of functions. Panes, pages and dialogs each are one file in views/.
//
// Painting is const: it reads the App and draws, nothing else. What needs work (wrapping text,
// looking up chains) is done in build(), which app_settle() calls when something may have changed.
#pragma once

#include "tui/app.h"

struct View {
    unsigned context; // CONTEXT_*: which actions it offers
    // The title in its frame. Caller frees.
    char *(*title)(const App *app);
    // A view of text fills `lines`; a view that draws rows itself has draw() instead.
    void (*build)(const App *app, Lines *lines);
    void (*draw)(const App *app, Rect area, bool focus);
    // Does an action; false: not its business. NULL: scrolling is all it does.
    bool (*act)(App *app, Action action);
};

struct DialogView {
    int cols; // width it would like to have, frame included
    int wide_cols; // the same on a screen of LAYOUT_WIDE_COLS and more; 0: no other
    bool warns; // drawn with the colours of danger
    // Fills the text above the form's items. NULL: there is none.
    void (*build)(const App *app, const Dialog *dialog, Lines *lines);
    // A value changed, or what the App knows: check it, set hints, hide and show. NULL: nothing to do.
    void (*change)(App *app, Dialog *dialog);
    // A button was pressed, or Enter in a field. The dialog may close itself here.
    void (*press)(App *app, Dialog *dialog, int id);
    // Esc: closes; NULL: just that.
    void (*cancel)(App *app, Dialog *dialog);
};

// Panes, in the order of Pane; pages.
extern const View *const view_panes[PANE_N];
extern const View view_guests, view_tree, view_details, view_disks;
extern const View view_help, view_log, view_jobs, view_chains, view_xml, view_diff, view_audit;

// The whole frame (views/screen.c).
void screen_draw(const App *app);
Rect page_area(const App *app); // the room of a page: all panes together
void title_draw(const App *app, Rect area);
// "41%  118M/s  0:12": how far a job is, in words. Caller frees.
char *job_numbers(const App *app, const AppJob *job);
void jobs_line_draw(const App *app, Rect area);
bool jobs_line_shows(const App *app, const AppJob *job); // by the layout that was settled
void dialog_draw(const App *app, const Dialog *dialog);
int dialog_item_at(const App *app, const Dialog *dialog, int row, int col); // index in its form; -1: none

// Draws prepared lines from line `top` (views/text.c); `role` replaces ROLE_TEXT.
void text_draw(const Lines *lines, int top, Rect area, Role role);
// "a, b, c and 4 more": at most `most` of the names. Caller frees.
char *text_names(const GPtrArray *names, guint most);
// The last part of a path, within it.
const char *text_base_name(const char *path);
// "12-30 of 41" in the lower edge of a framed area, if not all is visible.
void text_draw_position(int top, int rows, int count, Rect frame, Role role);

// Rows a dialog would like below its body, and the room of its body (views/dialog_layout.c).
int dialog_form_rows(const Dialog *dialog, int cols);
int dialog_cols(const App *app, const Dialog *dialog); // the width of its body, without the frame
Rect dialog_body_area(const App *app, const Dialog *dialog);
