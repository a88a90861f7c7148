// SPDX-License-Identifier: GPL-2.0-or-later
// The verb themes: what there is, and how it looks. On a terminal a small screen is printed in the colours of
// the theme, by sequences of our own: curses is for whole screens.
#include "tui/cli_verbs.h"

#include "tui/settings.h"
#include "tui/text.h"
#include "tui/theme.h"

#include <string.h>
#include <unistd.h>

#define PREVIEW_COLS 64

typedef struct Piece {
    Role role;
    const char *text;
} Piece;

#define PIECES 5

// A row each: pieces of text, filled up with the role of the last.
static const Piece preview[][PIECES] = {
    {{ROLE_TITLE, " virt-snap  hv3  web01  running"}},
    {{ROLE_BORDER_FOCUS, "+- "}, {ROLE_HEADING, "Snapshots of web01"}, {ROLE_BORDER_FOCUS, " ---------"}},
    {{ROLE_GUIDE, " * "}, {ROLE_TEXT, "installed  "}, {ROLE_DIM, "07-02 "}, {ROLE_EXTERNAL, "ext"}},
    {{ROLE_GUIDE, " |-o "}, {ROLE_TEXT, "updated  "}, {ROLE_DIM, "07-05 "}, {ROLE_INTERNAL, "int"}, {ROLE_PROBLEM, "  ! image is missing"}},
    {{ROLE_SELECTED, " | o tested   08-20 ext  (selected)"}},
    {{ROLE_SELECTED_AWAY, " | o older    08-21 ext  (selected, focus elsewhere)"}},
    {{ROLE_NOW, " `-@ NOW  "}, {ROLE_TEXT, "3.9G in no snapshot  "}, {ROLE_UNKNOWN, "? size unknown"}},
    {{ROLE_RUNNING, " running  "}, {ROLE_PAUSED, "paused  "}, {ROLE_OFF, "off  "}, {ROLE_STALE, "OLD since 14:02  "}, {ROLE_GOOD, "done"}},
    {{ROLE_WARNING, " To know: "}, {ROLE_TEXT, "the guest pauses  "}, {ROLE_DANGER, " Data is lost: NOW "}},
    {{ROLE_DIALOG_BORDER, " | "}, {ROLE_FIELD, "text that is typed"}, {ROLE_DIALOG, "  "}, {ROLE_BUTTON_FOCUS, "[>Cancel<]"}, {ROLE_BUTTON, "  [ Run ]"}},
    {{ROLE_JOB, " J merge tested of web01 "}, {ROLE_BAR, "#####"}, {ROLE_DIM, "....."}, {ROLE_JOB, "  41%"}},
    {{ROLE_NOTICE, " Started: merge tested.  "}, {ROLE_NOTICE_ERROR, " ! Not possible now. "}},
    {{ROLE_KEY, " c "}, {ROLE_KEY_LABEL, "create  "}, {ROLE_KEY, "d "}, {ROLE_KEY_LABEL, "delete  "}, {ROLE_DIM, "(r revert)"}},
};

static void print_piece(const Theme *theme, Role role, int colours, const char *text)
{
    Style style = theme_style(theme, role, colours);
    g_autofree char *sequence = theme_sequence(&style, colours);

    printf("%s%s", sequence, text);
}

static void print_preview(const Theme *theme, int colours)
{
    for (gsize i = 0; i < G_N_ELEMENTS(preview); i++) {
        int cols = 0;

        fputs("    ", stdout);
        for (int j = 0; j < PIECES && preview[i][j].text; j++) {
            print_piece(theme, preview[i][j].role, colours, preview[i][j].text);
            cols += text_width(preview[i][j].text);
        }
        g_autofree char *blanks = g_strnfill((gsize) MAX(0, PREVIEW_COLS - cols), ' ');
        print_piece(theme, preview[i][1].text ? ROLE_TEXT : preview[i][0].role, colours, blanks);
        puts("\033[0m");
    }
}

static bool on_terminal(void)
{
    const char *term = g_getenv("TERM");

    return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

static bool show_theme(const char *name, const CliPaper *paper)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Theme) theme = theme_load(name, faults);
    int colours = theme_colours_told(g_getenv("TERM"), g_getenv("COLORTERM"), g_getenv("NO_COLOR"));

    if (theme)
        cli_printf(paper, stdout, *theme->purpose ? "%s: %s" : "%s%s", theme->name, theme->purpose);
    if (theme && on_terminal()) {
        print_preview(theme, colours);
        putchar('\n');
    }
    for (guint i = 0; i < faults->len; i++)
        cli_error(paper, "%s", (const char *) faults->pdata[i]);
    return faults->len == 0;
}

int cli_themes(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(GPtrArray) names = options->theme ? NULL : theme_names();
    bool good = true;

    if (options->theme)
        return show_theme(options->theme, paper) ? EXIT_DONE : EXIT_FAILED;
    for (guint i = 0; i < names->len; i++)
        good &= show_theme(names->pdata[i], paper);
    return good ? EXIT_DONE : EXIT_FAILED;
}
