// SPDX-License-Identifier: GPL-2.0-or-later
// Prepared text: two flat arrays (lines point into spans) and one chunk that owns the strings.

#include "tui/lines.h"

#include "engine/model/tongue.h"
#include "tui/text.h"

#define LABEL_WIDTH 9

typedef struct LineEntry {
    guint first; // index of its first span
    guint count;
} LineEntry;

struct Lines {
    int width;
    int end; // column after the last piece put on the last line
    GArray *lines; // of LineEntry
    GArray *spans; // of Span
    GStringChunk *text;
};

Lines *lines_new(int width)
{
    Lines *lines = g_new0(Lines, 1);

    lines->width = MAX(width, 1);
    lines->lines = g_array_new(FALSE, FALSE, sizeof(LineEntry));
    lines->spans = g_array_new(FALSE, FALSE, sizeof(Span));
    lines->text = g_string_chunk_new(1024);
    return lines;
}

void lines_free(Lines *lines)
{
    if (!lines)
        return;
    g_array_unref(lines->lines);
    g_array_unref(lines->spans);
    g_string_chunk_free(lines->text);
    g_free(lines);
}

int lines_width(const Lines *lines)
{
    return lines->width;
}

int lines_count(const Lines *lines)
{
    return (int) lines->lines->len;
}

const Span *lines_spans(const Lines *lines, int line, int *count)
{
    const LineEntry *entry = &g_array_index(lines->lines, LineEntry, line);

    *count = (int) entry->count;
    return entry->count > 0 ? &g_array_index(lines->spans, Span, entry->first) : NULL;
}

char *lines_text(const Lines *lines, int line)
{
    GString *text = g_string_new(NULL);
    int col = 0, count;
    const Span *spans = lines_spans(lines, line, &count);

    for (int i = 0; i < count; i++) {
        for (; col < spans[i].col; col++)
            g_string_append_c(text, ' ');
        g_string_append(text, spans[i].text ? spans[i].text : spans[i].glyph == GLYPH_ARROW ? ">" : " ");
        col += spans[i].text ? text_width(spans[i].text) : 1;
    }
    return g_string_free(text, FALSE);
}

void lines_begin(Lines *lines)
{
    LineEntry entry = {.first = lines->spans->len};

    g_array_append_val(lines->lines, entry);
    lines->end = 0;
}

static int put_span(Lines *lines, Span span, int width)
{
    g_array_append_val(lines->spans, span);
    g_array_index(lines->lines, LineEntry, lines->lines->len - 1).count++;
    lines->end = MAX(lines->end, span.col + width);
    return lines->end;
}

// Puts text that is clean already.
static int put_clean(Lines *lines, int col, Role role, const char *text)
{
    Span span = {.col = col, .role = role, .text = g_string_chunk_insert(lines->text, text)};

    return put_span(lines, span, text_width(text));
}

void lines_put_glyph(Lines *lines, int col, Role role, Glyph glyph)
{
    put_span(lines, (Span) {.col = col, .role = role, .glyph = glyph}, 1);
}

int lines_put(Lines *lines, int col, Role role, const char *text)
{
    g_autofree char *clean = text_clean(text, false);

    return put_clean(lines, col, role, clean);
}

void lines_put_right(Lines *lines, Role role, const char *text)
{
    g_autofree char *clean = text_clean(text, false);

    put_clean(lines, MAX(0, lines->width - text_width(clean)), role, clean);
}

int lines_room(const Lines *lines)
{
    return lines->width - lines->end;
}

// Wraps text at `col`; the first line goes on the line begun last, the others on lines of their own.
static void put_wrapped(Lines *lines, int col, Role role, const char *text)
{
    g_autoptr(GPtrArray) wrapped = NULL;
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n", -1);
    bool first = true;

    for (guint p = 0; paragraphs[p]; p++) {
        g_autofree char *clean = text_clean(paragraphs[p], false);

        g_clear_pointer(&wrapped, g_ptr_array_unref);
        wrapped = text_wrap(clean, MAX(lines->width - col, 1));
        for (guint i = 0; i < wrapped->len; i++) {
            if (!first)
                lines_begin(lines);
            first = false;
            put_clean(lines, col, role, wrapped->pdata[i]);
        }
    }
}

void lines_add(Lines *lines, int indent, Role role, const char *text)
{
    lines_begin(lines);
    put_wrapped(lines, indent, role, text);
}

void lines_printf(Lines *lines, int indent, Role role, const char *format, ...)
{
    va_list args;
    g_autofree char *text = NULL;

    va_start(args, format);
    text = g_strdup_vprintf(_(format), args);
    va_end(args);
    lines_add(lines, indent, role, text);
}

void lines_field(Lines *lines, const char *label, Role role, const char *value)
{
    int end;

    lines_begin(lines);
    end = lines_put(lines, 0, ROLE_HEADING, label);
    put_wrapped(lines, MAX(LABEL_WIDTH, end + 1), role, value);
}

void lines_fieldf(Lines *lines, const char *label, Role role, const char *format, ...)
{
    va_list args;
    g_autofree char *text = NULL;

    va_start(args, format);
    text = g_strdup_vprintf(_(format), args);
    va_end(args);
    lines_field(lines, label, role, text);
}

void lines_item(Lines *lines, const char *mark, Role role, const char *text)
{
    lines_begin(lines);
    put_wrapped(lines, lines_put(lines, 0, role, mark) + 1, role, text);
}

void lines_gap(Lines *lines)
{
    guint n = lines->lines->len;

    if (n > 0 && g_array_index(lines->lines, LineEntry, n - 1).count > 0)
        lines_begin(lines);
}
