// SPDX-License-Identifier: GPL-2.0-or-later
// Printing for people: cleaned text, sentences on stderr, columns.
//
// Whatever came from outside is cleaned here, on terminals and pipes alike: a guest's name must not
// be able to move the cursor of whoever reads a saved list tomorrow.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

// Where and how to print.
typedef struct CliPaper {
    bool ascii;        // letters of ASCII only; others become '?'
    bool ascii_errors; // the same on stderr, which may be a terminal where stdout is none
    bool ascii_lines;  // no line drawing characters
    bool json;         // answers are JSON: sentences for people go to stderr
} CliPaper;

// Cleaned lines as they are; one '\n' is added if the text does not end in one.
void cli_put(const CliPaper *paper, FILE *out, const char *text);
void cli_printf(const CliPaper *paper, FILE *out, const char *format, ...) G_GNUC_PRINTF(3, 4);

// "virt-snap: SENTENCE" on stderr.
void cli_error(const CliPaper *paper, const char *format, ...) G_GNUC_PRINTF(2, 3);

// JSON: to stdout as it is.
void cli_put_json(const char *json);

// A table of text; columns are as wide as their widest cell, the last one is not padded.
typedef struct CliTable CliTable;

// `headings` NULL-terminated, marked for translation; it gives the number of columns.
CliTable *cli_table_new(const CliPaper *paper, const char *const *headings);
void cli_table_free(CliTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliTable, cli_table_free)

// Adds the next cell, row by row; cleaned. NULL counts as "".
void cli_table_cell(CliTable *table, const char *text);
void cli_table_cellf(CliTable *table, const char *format, ...) G_GNUC_PRINTF(2, 3);
void cli_table_print(const CliTable *table, FILE *out);
