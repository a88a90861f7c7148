// SPDX-License-Identifier: GPL-2.0-or-later
// Draws prepared lines, and says how much of them is in sight.

#include "engine/model/tongue.h"
#include "tui/canvas.h"
#include "tui/text.h"
#include "tui/view.h"

#include <string.h>

const char *text_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

char *text_names(const GPtrArray *names, guint most)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < names->len && i < most; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *) names->pdata[i]);
    if (names->len > most)
        g_string_append_printf(text, _(" and %u more"), names->len - most);
    return g_string_free(text, FALSE);
}

void text_draw(const Lines *lines, int top, Rect area, Role role)
{
    for (int row = 0; row < area.rows && top + row < lines_count(lines); row++) {
        int count;
        const Span *spans = lines_spans(lines, top + row, &count);

        for (int i = 0; i < count; i++) {
            Role shown = spans[i].role == ROLE_TEXT ? role : spans[i].role;

            if (spans[i].text)
                canvas_text(area, row, spans[i].col, shown, spans[i].text);
            else
                canvas_glyph(area, row, spans[i].col, shown, spans[i].glyph);
        }
    }
}

void text_draw_position(int top, int rows, int count, Rect frame, Role role)
{
    g_autofree char *text = NULL;

    if (count <= rows || rows <= 0)
        return;
    text = g_strdup_printf(_(" %d-%d of %d "), top + 1, MIN(top + rows, count), count);
    canvas_text(frame, frame.rows - 1, MAX(1, frame.cols - text_width(text) - 2), role, text);
}
