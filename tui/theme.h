// SPDX-License-Identifier: GPL-2.0-or-later
// Themes: what each role on the screen looks like. Read from themes/NAME.theme; no curses here.
//
// File: lines "role = foreground background attribute..."; '#' at the start of a line is a comment.
// Colours: default, black red green yellow blue magenta cyan white, the same with bright-, 0-255, #rrggbb.
// Attributes: bold dim reverse underline italic. What a terminal with fewer colours shows is computed here.
#pragma once

#include <glib.h>
#include <stdbool.h>

// role, name in theme files, what it is for
#define ROLES(X)                                                        \
    X(TEXT, "text", "ordinary text")                                    \
    X(DIM, "dim", "less important text: times, hints, base paths")      \
    X(TITLE, "title", "the first row")                                  \
    X(BORDER, "border", "frames of panes without the focus")            \
    X(BORDER_FOCUS, "border-focus", "the frame of the focused pane")    \
    X(HEADING, "heading", "names of panes, headings, labels")           \
    X(SELECTED, "selected", "the selected row where the focus is")      \
    X(SELECTED_AWAY, "selected-away", "the selected row elsewhere")     \
    X(GUIDE, "guide", "guide lines of trees and chains")                \
    X(NOW, "now", "NOW, the state the guest writes")                    \
    X(RUNNING, "running", "guests that run")                            \
    X(OFF, "off", "guests that are off")                                \
    X(PAUSED, "paused", "guests that are paused")                       \
    X(EXTERNAL, "external", "external snapshots (own file)")            \
    X(INTERNAL, "internal", "internal snapshots (inside the image)")    \
    X(PROBLEM, "problem", "what is wrong or missing")                   \
    X(UNKNOWN, "unknown", "what could not be learnt")                   \
    X(WARNING, "warning", "what to know before saying yes")             \
    X(DANGER, "danger", "loss of data")                                 \
    X(JOB, "job", "running jobs")                                       \
    X(BAR, "bar", "the filled part of a progress bar")                  \
    X(GOOD, "good", "what went well")                                   \
    X(KEY, "key", "keys in the last row and in the help")               \
    X(KEY_LABEL, "key-label", "what those keys do")                     \
    X(NOTICE, "notice", "the message row")                              \
    X(NOTICE_ERROR, "notice-error", "the message row with an error")    \
    X(DIALOG, "dialog", "text of dialogs")                              \
    X(DIALOG_BORDER, "dialog-border", "frames of dialogs")              \
    X(BUTTON, "button", "buttons")                                      \
    X(BUTTON_FOCUS, "button-focus", "the focused button")               \
    X(FIELD, "field", "text that is typed")                             \
    X(STALE, "stale", "what is old because the connection is lost")

typedef enum Role {
#define X(id, name, purpose) ROLE_##id,
    ROLES(X)
#undef X
    ROLE_N,
} Role;

#define COLOUR_DEFAULT (-1)
#define COLOUR_RGB (1 << 24) // added to 0xRRGGBB: a colour that is none of the 256

typedef enum Attribute {
    ATTRIBUTE_BOLD = 1 << 0,
    ATTRIBUTE_DIM = 1 << 1,
    ATTRIBUTE_REVERSE = 1 << 2,
    ATTRIBUTE_UNDERLINE = 1 << 3,
    ATTRIBUTE_ITALIC = 1 << 4,
} Attribute;

typedef struct Style {
    int foreground, background; // 0-255, COLOUR_RGB + 0xRRGGBB, or COLOUR_DEFAULT
    unsigned attributes;        // of Attribute
} Style;

typedef struct Theme {
    char *name;
    char *purpose; // the first comment of the file, behind its name; "" if there is none
    Style styles[ROLE_N];
} Theme;

// The built-in theme, equal to themes/default.theme; `mono` without colours, as under NO_COLOR.
Theme *theme_builtin(bool mono);

// Reads a theme from text. What is wrong is added to `faults` (of char *), sentences that name `file`, line and
// reason; the other lines hold. Roles not mentioned keep the built-in style. The theme's name is that of the
// file without folder and ".theme".
Theme *theme_parse(const char *text, const char *file, GPtrArray *faults);

// Finds NAME.theme in $XDG_CONFIG_HOME/virt-snap/themes, the data folder, then ./themes, and reads
// it. A name with a slash is a path. "default" and "mono" are there even if no file is. NULL and a
// fault if there is none or it cannot be read.
Theme *theme_load(const char *name, GPtrArray *faults);
void theme_free(Theme *theme);

// The names of all themes that theme_load() finds, sorted; of char *. Caller unrefs.
GPtrArray *theme_names(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Theme, theme_free)

// What a role looks like on a terminal with `colours` colours: colours it does not have become the nearest
// ones, and text that could be read on its background still can. With 0 a role that relied on colour gets the
// attributes of the built-in mono theme beside its own.
Style theme_style(const Theme *theme, Role role, int colours);

// Red, green and blue of a colour that is not the default, as 0xRRGGBB; of the first 16 as xterm has them.
guint32 theme_rgb(int colour);

// How much lighter one of two colours is, from 1 to 21, as WCAG 2 counts; 4.5 is asked of ordinary text.
double theme_contrast(int one, int other);

// How many colours a terminal has by what its environment says: 0, 8, 256 or 1 << 24. For output that curses
// does not make. NULL: not set.
int theme_colours_told(const char *term, const char *colorterm, const char *no_color);

// The sequence that makes a terminal write like this, "\033[0;1;36m". Caller frees.
char *theme_sequence(const Style *style, int colours);

const char *role_name(Role role);
