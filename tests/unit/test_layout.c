// SPDX-License-Identifier: GPL-2.0-or-later
// The layout at the sizes people have, as text, and its promises at all sizes.

#include "tui/layout.h"

#include <glib.h>

static const char *const pane_names[PANE_N] = {"guests", "tree", "details", "disks"};

static void append(GString *text, const char *name, Rect rect)
{
    if (!rect_empty(rect)) {
        g_string_append_printf(text, " %s %d,%d %dx%d", name, rect.row, rect.col, rect.rows, rect.cols);
    }
}

static char *layout_text(const Layout *layout)
{
    GString *text = g_string_new(layout->too_small ? " too small" : "");

    append(text, "title", layout->title);
    for (Pane pane = 0; pane < PANE_N; pane++) {
        append(text, pane_names[pane], layout->panes[pane]);
    }
    append(text, "jobs", layout->jobs);
    append(text, "notice", layout->notice);
    append(text, "keys", layout->keys);
    return g_string_free(text, FALSE);
}

static const struct {
    int rows, cols;
    Pane focus;
    int jobs;
    const char *text;
} samples[] = {
    {10, 40, PANE_GUESTS, 0, " title 0,0 1x40 guests 1,0 7x40 notice 8,0 1x40 keys 9,0 1x40"},
    {10, 40, PANE_TREE, 3, " title 0,0 1x40 tree 1,0 6x40 jobs 7,0 1x40 notice 8,0 1x40 keys 9,0 1x40"},
    {10, 40, PANE_DETAILS, 0, " title 0,0 1x40 details 1,0 7x40 notice 8,0 1x40 keys 9,0 1x40"},
    {10, 40, PANE_DISKS, 0, " title 0,0 1x40 disks 1,0 7x40 notice 8,0 1x40 keys 9,0 1x40"},
    {10, 60, PANE_TREE, 0,
     " title 0,0 1x60 tree 1,0 7x27 details 1,27 7x33 notice 8,0 1x60 keys 9,0 1x60"},
    {10, 60, PANE_DISKS, 0,
     " title 0,0 1x60 tree 1,0 7x27 disks 1,27 7x33 notice 8,0 1x60 keys 9,0 1x60"},
    {16, 60, PANE_GUESTS, 0,
     " title 0,0 1x60 guests 1,0 13x24 tree 1,24 13x36 notice 14,0 1x60 keys 15,0 1x60"},
    {16, 60, PANE_TREE, 2,
     " title 0,0 1x60 tree 1,0 11x27 details 1,27 6x33 disks 7,27 5x33 jobs 12,0 2x60 notice 14,0 1x60"
     " keys 15,0 1x60"},
    {24, 80, PANE_GUESTS, 0,
     " title 0,0 1x80 guests 1,0 21x32 tree 1,32 21x48 notice 22,0 1x80 keys 23,0 1x80"},
    {24, 80, PANE_DETAILS, 1,
     " title 0,0 1x80 tree 1,0 20x36 details 1,36 11x44 disks 12,36 9x44 jobs 21,0 1x80 notice 22,0 1x80"
     " keys 23,0 1x80"},
    {30, 119, PANE_GUESTS, 0,
     " title 0,0 1x119 guests 1,0 27x47 tree 1,47 27x72 notice 28,0 1x119 keys 29,0 1x119"},
    {30, 119, PANE_DISKS, 9,
     " title 0,0 1x119 tree 1,0 24x53 details 1,53 13x66 disks 14,53 11x66 jobs 25,0 3x119"
     " notice 28,0 1x119 keys 29,0 1x119"},
    {40, 120, PANE_GUESTS, 0,
     " title 0,0 1x120 guests 1,0 37x26 tree 1,26 37x42 details 1,68 20x52 disks 21,68 17x52"
     " notice 38,0 1x120 keys 39,0 1x120"},
    {40, 140, PANE_TREE, 0,
     " title 0,0 1x140 guests 1,0 37x30 tree 1,30 37x49 details 1,79 20x61 disks 21,79 17x61"
     " notice 38,0 1x140 keys 39,0 1x140"},
    {9, 80, PANE_TREE, 0, " too small"},
    {24, 39, PANE_TREE, 0, " too small"},
    {0, 0, PANE_TREE, 0, " too small"},
};

static void test_samples(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        Layout layout = layout_make(samples[i].rows, samples[i].cols, samples[i].focus, samples[i].jobs);
        g_autofree char *text = layout_text(&layout);

        g_assert_cmpstr(text, ==, samples[i].text);
    }
}

// Counts a rectangle into the picture of the screen.
static void cover(char *picture, int rows, int cols, Rect rect)
{
    for (int row = rect.row; row < rect.row + rect.rows; row++) {
        for (int col = rect.col; col < rect.col + rect.cols; col++) {
            g_assert_true(row >= 0 && row < rows && col >= 0 && col < cols);
            picture[row * cols + col]++;
        }
    }
}

static void assert_covered(int rows, int cols, Pane focus, int jobs)
{
    Layout layout = layout_make(rows, cols, focus, jobs);
    g_autofree char *picture = g_malloc0((gsize)(rows * cols));

    cover(picture, rows, cols, layout.title);
    cover(picture, rows, cols, layout.jobs);
    cover(picture, rows, cols, layout.notice);
    cover(picture, rows, cols, layout.keys);
    for (Pane pane = 0; pane < PANE_N; pane++) {
        cover(picture, rows, cols, layout.panes[pane]);
    }
    for (int i = 0; i < rows * cols; i++) {
        g_assert_cmpint(picture[i], ==, 1);
    }
    g_assert_false(layout.too_small);
    g_assert_false(rect_empty(rect_inside(layout.panes[focus]))); // the focus is always in sight
    g_assert_cmpint(layout.jobs.rows, <=, jobs);
    g_assert_cmpint(layout.keys.row, ==, rows - 1);
}

static void test_all_sizes(void)
{
    for (int rows = LAYOUT_MIN_ROWS; rows <= 64; rows += 3) {
        for (int cols = LAYOUT_MIN_COLS; cols <= 260; cols++) {
            for (Pane focus = 0; focus < PANE_N; focus++) {
                assert_covered(rows, cols, focus, cols % 5);
            }
        }
    }
}

static void assert_dialog(int rows, int cols, int want_rows, int want_cols, const char *expected)
{
    Rect rect = layout_dialog(rows, cols, want_rows, want_cols);
    g_autofree char *text = g_strdup_printf("%d,%d %dx%d", rect.row, rect.col, rect.rows, rect.cols);

    g_assert_cmpstr(text, ==, expected);
}

static void test_dialog(void)
{
    assert_dialog(24, 80, 10, 60, "7,10 10x60");
    assert_dialog(24, 80, 99, 99, "1,1 22x78");
    assert_dialog(24, 80, 22, 78, "1,1 22x78");
    assert_dialog(10, 40, 7, 41, "1,1 7x38");
    assert_dialog(1, 1, 5, 5, "0,0 0x0");
}

static void test_inside(void)
{
    Rect inside = rect_inside((Rect){3, 4, 5, 6});

    g_assert_true(inside.row == 4 && inside.col == 5 && inside.rows == 3 && inside.cols == 4);
    g_assert_true(rect_empty(rect_inside((Rect){3, 4, 2, 6})));
    g_assert_true(rect_empty(rect_inside((Rect){0, 0, 0, 0})));
    g_assert_false(rect_empty(inside));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/layout/samples", test_samples);
    g_test_add_func("/layout/all-sizes", test_all_sizes);
    g_test_add_func("/layout/dialog", test_dialog);
    g_test_add_func("/layout/inside", test_inside);
    return g_test_run();
}
