// SPDX-License-Identifier: GPL-2.0-or-later
// Printing for people. See cli_print.h.
#include "tui/cli_print.h"

#include "engine/model/tongue.h"
#include "tui/text.h"

#include <string.h>

void cli_put(const CliPaper *paper, FILE *out, const char *text)
{
    gsize length = strlen(text);
    g_autofree char *body = g_strndup(text, length - (length && text[length - 1] == '\n'));
    g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
    if (!lines[0]) // g_strsplit() gives no line for ""
        fputc('\n', out);
    for (char **line = lines; *line; line++) {
        g_autofree char *clean = text_clean(*line, out == stderr ? paper->ascii_errors : paper->ascii);
        fprintf(out, "%s\n", clean);
    }
}

void cli_printf(const CliPaper *paper, FILE *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(_(format), args);
    va_end(args);
    cli_put(paper, out, text);
}

void cli_error(const CliPaper *paper, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sentence = g_strdup_vprintf(_(format), args);
    va_end(args);
    fflush(stdout); // what was answered stands before what went wrong
    cli_printf(paper, stderr, "virt-snap: %s", sentence);
}

void cli_put_json(const char *json)
{
    fputs(json, stdout);
}

// ---- Tables ----------------------------------------------------------------------------------

struct CliTable {
    const CliPaper *paper;
    guint columns;
    GPtrArray *cells; // of char *, clean; the headings first
};

CliTable *cli_table_new(const CliPaper *paper, const char *const *headings)
{
    CliTable *table = g_new0(CliTable, 1);
    table->paper = paper;
    table->columns = g_strv_length((char **) headings);
    table->cells = g_ptr_array_new_with_free_func(g_free);
    for (const char *const *heading = headings; *heading; heading++)
        cli_table_cell(table, _(*heading));
    return table;
}

void cli_table_free(CliTable *table)
{
    if (!table)
        return;
    g_ptr_array_unref(table->cells);
    g_free(table);
}

void cli_table_cell(CliTable *table, const char *text)
{
    g_ptr_array_add(table->cells, text_clean(text ? text : "", table->paper->ascii));
}

void cli_table_cellf(CliTable *table, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    cli_table_cell(table, text);
}

static int column_width(const CliTable *table, guint column)
{
    int width = 0;
    for (guint i = column; i < table->cells->len; i += table->columns)
        width = MAX(width, text_width(g_ptr_array_index(table->cells, i)));
    return width;
}

// One row without blanks at its end.
static char *row_text(const CliTable *table, guint first, const int *widths)
{
    GString *row = g_string_new(NULL);
    for (guint i = 0; i < table->columns && first + i < table->cells->len; i++) {
        const char *cell = g_ptr_array_index(table->cells, first + i);
        g_string_append_printf(row, "%s%*s  ", cell, widths[i] - text_width(cell), "");
    }
    return g_strchomp(g_string_free(row, FALSE));
}

void cli_table_print(const CliTable *table, FILE *out)
{
    g_autofree int *widths = g_new0(int, table->columns);
    for (guint i = 0; i < table->columns; i++)
        widths[i] = column_width(table, i);
    for (guint i = 0; i < table->cells->len; i += table->columns) {
        g_autofree char *row = row_text(table, i, widths);
        fprintf(out, "%s\n", row);
    }
}
