// SPDX-License-Identifier: GPL-2.0-or-later
// Drawing: clipping, cutting, wide characters, roles. The frame is 12x4 where nothing else is said.

#include "tests/fake/grid.h"
#include "tui/canvas.h"

#include <string.h>

static Rect start(void)
{
    grid_set_size(4, 12);
    canvas_begin();
    return (Rect){0, 0, 4, 12};
}

static void assert_screen(const char *expected)
{
    g_autofree char *text = grid_text();

    g_assert_cmpstr(text, ==, expected);
}

static void assert_roles(const char *expected)
{
    g_autofree char *text = grid_roles();

    g_assert_cmpstr(text, ==, expected);
}

static void test_text(void)
{
    Rect all = start();

    g_assert_cmpint(canvas_text(all, 0, 2, ROLE_TEXT, "abc"), ==, 3);
    g_assert_cmpint(canvas_text(all, 1, 2, ROLE_TEXT, "0123456789"), ==, 10);
    g_assert_cmpint(canvas_text(all, 2, 2, ROLE_TEXT, "0123456789a"), ==, 10);
    g_assert_cmpint(canvas_printf(all, 3, 0, ROLE_TEXT, "%s: %d", "n", 7), ==, 4);
    assert_screen("  abc\n  0123456789\n  012345678…\nn: 7\n");
}

// Nothing is drawn outside the area, and the area may lie anywhere.
static void test_clipping(void)
{
    Rect area = {1, 3, 2, 5};

    start();
    g_assert_cmpint(canvas_text(area, -1, 0, ROLE_TEXT, "above"), ==, 0);
    g_assert_cmpint(canvas_text(area, 2, 0, ROLE_TEXT, "below"), ==, 0);
    g_assert_cmpint(canvas_text(area, 0, 5, ROLE_TEXT, "right"), ==, 0);
    canvas_text(area, 0, 3, ROLE_TEXT, "cut");
    canvas_text(area, 1, -2, ROLE_TEXT, "scrolled away");
    canvas_glyph(area, 0, 5, ROLE_TEXT, GLYPH_ARROW);
    assert_screen("\n      c…\n   roll…\n\n");
    canvas_fill((Rect){-5, -5, 90, 90}, ROLE_TEXT);
    canvas_box((Rect){2, 8, 90, 90}, ROLE_TEXT, ROLE_TEXT, "x");
    canvas_text((Rect){0, -2, 1, 5}, 0, 0, ROLE_TEXT, "abcdef");
    canvas_highlight((Rect){3, 11, 9, 9}, ROLE_NOW);
    canvas_bar((Rect){0, 0, 1, 3}, 0, 2, 90, 1);
    assert_screen("cd█\n\n        ┌─ x\n        │\n");
    canvas_text((Rect){0, 0, 0, 0}, 0, 0, ROLE_TEXT, "x");
}

static void test_wide(void)
{
    Rect all = start();

    g_assert_cmpint(canvas_text(all, 0, 0, ROLE_TEXT, "日本語日本語"), ==, 12);
    g_assert_cmpint(canvas_text(all, 1, 0, ROLE_TEXT, "日本語日本語x"), ==, 11);
    g_assert_cmpint(canvas_text(all, 2, 1, ROLE_TEXT, "日本語日本語"), ==, 11);
    assert_screen("日本語日本語\n日本語日本…\n 日本語日本…\n\n");
}

// Half of a wide character never stays on the screen.
static void test_wide_overwritten(void)
{
    Rect all = start();

    for (int row = 0; row < 4; row++) {
        canvas_text(all, row, 0, ROLE_TEXT, "a日本語");
    }
    canvas_text(all, 0, 1, ROLE_TEXT, "x");
    canvas_text(all, 1, 2, ROLE_TEXT, "x");
    canvas_text(all, 2, 2, ROLE_TEXT, "京");
    canvas_text(all, 3, 0, ROLE_TEXT, "京");
    assert_screen("ax 本語\na x本語\na 京 語\n京 本語\n");
}

static void test_foreign(void)
{
    Rect all = start();

    canvas_text(all, 0, 0, ROLE_TEXT, "\033[2J\r");
    canvas_text(all, 1, 0, ROLE_TEXT, "e\u0301 \u202Ex");
    canvas_text(all, 2, 0, ROLE_TEXT, "a\xFF\nb");
    assert_screen("\uFFFD[2J\uFFFD\ne\u0301 \uFFFDx\na\uFFFD b\n\n");
}

static void test_ascii(void)
{
    Rect all = {0, 0, 4, 12};

    grid_set_ascii(true);
    start();
    canvas_box((Rect){0, 0, 4, 12}, ROLE_TEXT, ROLE_TEXT, "日本日本日");
    canvas_text(rect_inside(all), 0, 0, ROLE_TEXT, "e\u0301é日|");
    canvas_bar(rect_inside(all), 1, 0, 4, 0.5);
    for (Glyph glyph = 0; glyph < GLYPH_N; glyph++) {
        canvas_glyph(all, 3, 2 + (int)glyph, ROLE_TEXT, glyph);
    }
    assert_screen("+- ????~ --+\n|e???|     |\n|##..      |\n+--||`~#.>-+\n");
    grid_set_ascii(false);
}

static void test_glyphs(void)
{
    Rect all = start();

    for (Glyph glyph = 0; glyph < GLYPH_N; glyph++) {
        canvas_glyph(all, 0, (int)glyph, ROLE_TEXT, glyph);
    }
    canvas_hline((Rect){1, 2, 1, 3}, 0, ROLE_TEXT);
    assert_screen("─│├└…█░→\n  ───\n\n\n");
}

static void test_box(void)
{
    Rect all = start();

    canvas_box(all, ROLE_BORDER, ROLE_HEADING, "a title too long");
    canvas_text(rect_inside(all), 0, 0, ROLE_TEXT, "0123456789a");
    assert_screen("┌─ a tit… ─┐\n│012345678…│\n│          │\n└──────────┘\n");
    assert_roles("bbHHHHHHHHbb\nb..........b\nb..........b\nbbbbbbbbbbbb\n. text\nb border\nH heading\n");
    start();
    canvas_box((Rect){0, 0, 4, 1}, ROLE_BORDER, ROLE_HEADING, "x");
    canvas_box((Rect){0, 2, 2, 6}, ROLE_BORDER, ROLE_HEADING, "ti"); // no room for a title
    canvas_box((Rect){2, 2, 2, 7}, ROLE_BORDER, ROLE_HEADING, NULL);
    assert_screen("  ┌────┐\n  └────┘\n  ┌─────┐\n  └─────┘\n");
}

static void test_field(void)
{
    Rect all = start();

    canvas_text(all, 0, 0, ROLE_TEXT, "xxxxxxxxxxxx");
    canvas_field(all, 0, 1, 5, ROLE_FIELD, "ab");
    canvas_field(all, 1, 1, 5, ROLE_FIELD, "abcdef");
    canvas_field(all, 2, 9, 5, ROLE_FIELD, "z");
    canvas_field(all, 3, 0, 0, ROLE_FIELD, "z");
    assert_screen("xab   xxxxxx\n abcd…\n         z\n\n");
    assert_roles(".FFFFF\n.FFFFF\n.........FFF\n\n. text\nF field\n");
}

static void test_highlight(void)
{
    Rect all = start();

    canvas_text(all, 1, 0, ROLE_NOW, "日 NOW");
    canvas_highlight((Rect){1, 0, 1, 8}, ROLE_SELECTED);
    canvas_highlight((Rect){2, 10, 5, 50}, ROLE_DANGER);
    assert_screen("\n日 NOW\n\n\n");
    assert_roles("\nSSSSSSSS\n..........XX\n..........XX\n. text\nS selected\nX danger\n");
}

static void assert_bar(double fraction, const char *expected)
{
    Rect all = start();
    g_autofree char *text = NULL;

    canvas_bar(all, 0, 0, 4, fraction);
    text = grid_text();
    g_assert_true(g_str_has_prefix(text, expected));
}

static void test_bar(void)
{
    assert_bar(0, "░░░░\n");
    assert_bar(0.24, "░░░░\n");
    assert_bar(0.25, "█░░░\n");
    assert_bar(0.999, "███░\n"); // full is done
    assert_bar(1, "████\n");
    assert_bar(7, "████\n");
    assert_bar(-1, "░░░░\n");
    assert_bar(0.0 / (*(volatile double *)&(double){0.0}), "░░░░\n");
}

static void assert_cursor(int row, int col, bool visible)
{
    int got_row, got_col;

    g_assert_true(grid_cursor(&got_row, &got_col) == visible);
    g_assert_cmpint(got_row, ==, row);
    g_assert_cmpint(got_col, ==, col);
}

static void test_cursor(void)
{
    start();
    assert_cursor(3, 0, false);
    canvas_cursor((Rect){1, 2, 2, 5}, 1, 3, true);
    assert_cursor(2, 5, true);
    canvas_cursor((Rect){1, 2, 2, 5}, 9, 9, false);
    assert_cursor(2, 6, false);
    canvas_cursor((Rect){1, 2, 0, 0}, 0, 0, true);
    assert_cursor(2, 6, false);
    start();
    assert_cursor(3, 0, false);
}

// A frame forgets the one before, and the size may change between two.
static void test_frames(void)
{
    int before = grid_frames();

    canvas_text(start(), 0, 0, ROLE_TEXT, "old");
    canvas_end();
    grid_set_size(2, 5);
    canvas_begin();
    canvas_end();
    assert_screen("\n\n");
    g_assert_cmpint(grid_frames(), ==, before + 2);
    grid_set_size(0, 0);
    canvas_begin();
    canvas_text((Rect){0, 0, 4, 12}, 0, 0, ROLE_TEXT, "x");
    canvas_cursor((Rect){0, 0, 4, 12}, 0, 0, true);
    assert_screen("");
}

static void test_long_text(void)
{
    g_autofree char *text = g_strnfill(10 * 1024 * 1024, 'x');
    gint64 before = g_get_monotonic_time();
    Rect all = start();

    for (int i = 0; i < 1000; i++) {
        canvas_text(all, 0, 0, ROLE_TEXT, text);
        canvas_field(all, 1, 0, 5, ROLE_TEXT, text);
    }
    g_assert_cmpint(g_get_monotonic_time() - before, <, G_USEC_PER_SEC);
    assert_screen("xxxxxxxxxxx…\nxxxx…\n\n\n");
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/canvas/text", test_text);
    g_test_add_func("/canvas/clipping", test_clipping);
    g_test_add_func("/canvas/wide", test_wide);
    g_test_add_func("/canvas/wide-overwritten", test_wide_overwritten);
    g_test_add_func("/canvas/foreign", test_foreign);
    g_test_add_func("/canvas/ascii", test_ascii);
    g_test_add_func("/canvas/glyphs", test_glyphs);
    g_test_add_func("/canvas/box", test_box);
    g_test_add_func("/canvas/field", test_field);
    g_test_add_func("/canvas/highlight", test_highlight);
    g_test_add_func("/canvas/bar", test_bar);
    g_test_add_func("/canvas/cursor", test_cursor);
    g_test_add_func("/canvas/frames", test_frames);
    g_test_add_func("/canvas/long-text", test_long_text);
    result = g_test_run();
    grid_free();
    return result;
}
