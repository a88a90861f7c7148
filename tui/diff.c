// SPDX-License-Identifier: GPL-2.0-or-later
// The longest common subsequence of what is left between a common beginning and a common end.
#include "tui/diff.h"

#include <stdbool.h>
#include <string.h>

#define CELLS_MAX (4 * 1024 * 1024)

static void add(GArray *lines, DiffKind kind, const char *line)
{
    DiffLine entry = {kind, line};

    g_array_append_val(lines, entry);
}

// longest[i][j]: of a from i on and b from j on.
static guint16 *longest_common(const char *const *a, gsize n, const char *const *b, gsize m)
{
    guint16 *longest = g_new0(guint16, (n + 1) * (m + 1));

    for (gsize i = n; i-- > 0;) {
        for (gsize j = m; j-- > 0;) {
            guint16 below = longest[(i + 1) * (m + 1) + j], right = longest[i * (m + 1) + j + 1];

            longest[i * (m + 1) + j] = strcmp(a[i], b[j]) == 0 ? (guint16)(longest[(i + 1) * (m + 1) + j + 1] + 1)
                                                               : MAX(below, right);
        }
    }
    return longest;
}

static void diff_middle(GArray *lines, const char *const *a, gsize n, const char *const *b, gsize m)
{
    bool compare = n < G_MAXUINT16 && m < G_MAXUINT16 && (n + 1) * (m + 1) <= CELLS_MAX;
    g_autofree guint16 *longest = compare ? longest_common(a, n, b, m) : NULL;
    gsize i = 0, j = 0;

    while (compare && i < n && j < m) {
        if (strcmp(a[i], b[j]) == 0) {
            add(lines, DIFF_SAME, a[i++]);
            j++;
        } else if (longest[(i + 1) * (m + 1) + j] >= longest[i * (m + 1) + j + 1]) {
            add(lines, DIFF_REMOVED, a[i++]);
        } else {
            add(lines, DIFF_ADDED, b[j++]);
        }
    }
    while (i < n) {
        add(lines, DIFF_REMOVED, a[i++]);
    }
    while (j < m) {
        add(lines, DIFF_ADDED, b[j++]);
    }
}

// Is a line within `context` of a difference?
static bool is_near(const GArray *lines, guint at, guint context)
{
    guint first = at > context ? at - context : 0;

    for (guint i = first; i < lines->len && i <= at + context; i++) {
        if (g_array_index(lines, DiffLine, i).kind != DIFF_SAME) {
            return true;
        }
    }
    return false;
}

static GArray *shorten(const GArray *lines, guint context)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(DiffLine));

    for (guint i = 0; i < lines->len; i++) {
        if (is_near(lines, i, context)) {
            g_array_append_val(out, g_array_index(lines, DiffLine, i));
        } else if (out->len > 0 && g_array_index(out, DiffLine, out->len - 1).kind != DIFF_SKIPPED) {
            add(out, DIFF_SKIPPED, NULL);
        }
    }
    if (out->len > 0 && g_array_index(out, DiffLine, out->len - 1).kind == DIFF_SKIPPED) {
        g_array_set_size(out, out->len - 1); // nothing follows that it would stand before
    }
    return out;
}

GArray *diff_lines(const char *const *a, const char *const *b, guint context)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(DiffLine));
    gsize n = g_strv_length((char **)a), m = g_strv_length((char **)b);
    gsize first = 0, end = 0;

    while (first < n && first < m && strcmp(a[first], b[first]) == 0) {
        add(lines, DIFF_SAME, a[first++]);
    }
    while (end < n - first && end < m - first && strcmp(a[n - 1 - end], b[m - 1 - end]) == 0) {
        end++;
    }
    diff_middle(lines, a + first, n - first - end, b + first, m - first - end);
    for (gsize i = n - end; i < n; i++) {
        add(lines, DIFF_SAME, a[i]);
    }
    return shorten(lines, context);
}
