// SPDX-License-Identifier: GPL-2.0-or-later
// Text: cells, widths, cleaning, fitting and wrapping, on good and on hostile bytes.

#include "tui/text.h"

#include <string.h>

#define BAD "\xEF\xBF\xBD"
#define ZWJ "\xE2\x80\x8D"
#define VS16 "\xEF\xB8\x8F"

static const struct {
    const char *text, *clean, *ascii;
    int width;
} samples[] = {
    {"", "", "", 0},
    {"pre-upgrade", "pre-upgrade", "pre-upgrade", 11},
    {"tab\tnewline\n.", "tab newline .", "tab newline .", 13},
    // letters with marks, and marks on nothing
    {"e\u0301", "e\u0301", "e", 1},
    {"\u0301e", BAD "e", "?e", 2},
    {" \u0301", " " BAD, " ?", 2},
    {"\u3000\u0301", "\u3000" BAD, "???", 3},
    {"a\u0301\u0302\u0303\u0304\u0305\u0306", "a\u0301\u0302\u0303\u0304" BAD BAD, "a??", 3},
    {"1\u20E3", "1" BAD, "1?", 2},
    // two columns
    {"\u65E5\u672C", "\u65E5\u672C", "????", 4},
    {"\uAC00", "\uAC00", "??", 2},
    {"\u1112\u1161\u11AB.", "\u1112\u1161\u11AB.", "??.", 3},
    {"x\u1161", "x" BAD, "x?", 2},
    // emoji: alone, with a selector, joined, coloured; flags
    {"\U0001F600", "\U0001F600", "??", 2},
    {"\u2764" VS16 ".", "\u2764.", "?.", 2},
    {VS16 "x" VS16, BAD "x", "?x", 2},
    {"\U0001F468" ZWJ "\U0001F469", "\U0001F468" BAD "\U0001F469", "?????", 5},
    {"\U0001F44D\U0001F3FD", "\U0001F44D" BAD, "???", 3},
    {"\U0001F1E9\U0001F1EA", BAD BAD, "??", 2},
    // what would disturb the screen
    {"\033[2J", BAD "[2J", "?[2J", 4},
    {"a\007b\177c\r", "a" BAD "b" BAD "c" BAD, "a?b?c?", 6},
    {"\xC2\x85\xC2\x9B" "1m", BAD BAD "1m", "??1m", 4},
    {"a\u2028b\u2029", "a" BAD "b" BAD, "a?b?", 4},
    // what would deceive: bidi, invisible, tags, fillers, private use, unassigned
    {"a\u202Eb\u2066\u200F", "a" BAD "b" BAD BAD, "a?b??", 5},
    {"a\u200Bb\u00ADc\uFEFF\u2060", "a" BAD "b" BAD "c" BAD BAD, "a?b?c??", 7},
    {"\U000E0041\U000E0100\u180E\u034F", BAD BAD BAD BAD, "????", 4},
    {"\u115F\u3164\uFFA0", BAD BAD BAD, "???", 3},
    {"\uE000\U000F0000\u0378\uFFFF", BAD BAD BAD BAD, "????", 4},
    // invalid UTF-8: one replacement per byte; a surrogate; overlong; beyond Unicode; cut off
    {"a\xFFz", "a" BAD "z", "a?z", 3},
    {"\xED\xA0\x80", BAD BAD BAD, "???", 3},
    {"\xC0\xAF", BAD BAD, "??", 2},
    {"\xF4\x90\x80\x80", BAD BAD BAD BAD, "????", 4},
    {"\xE6\x97", BAD BAD, "??", 2},
    {"e\xCC", "e" BAD, "e?", 2},
    // right-to-left letters are letters
    {"\u05E9\u05DC\u05D5\u05DD", "\u05E9\u05DC\u05D5\u05DD", "????", 4},
};

static void test_samples(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autofree char *clean = text_clean(samples[i].text, false);
        g_autofree char *ascii = text_clean(samples[i].text, true);
        g_autofree char *again = text_clean(clean, false);

        g_assert_cmpstr(clean, ==, samples[i].clean);
        g_assert_cmpstr(ascii, ==, samples[i].ascii);
        g_assert_cmpstr(again, ==, clean);
        g_assert_cmpint(text_width(samples[i].text), ==, samples[i].width);
        g_assert_cmpint(text_width(clean), ==, samples[i].width);
        g_assert_cmpint((int)strlen(ascii), ==, samples[i].width);
    }
}

static void test_char_width(void)
{
    g_assert_cmpint(text_char_width('a'), ==, 1);
    g_assert_cmpint(text_char_width(0x301), ==, 0);
    g_assert_cmpint(text_char_width(0x65E5), ==, 2);
    g_assert_cmpint(text_char_width('\033'), ==, 1);
    g_assert_cmpint(text_char_width(0x200B), ==, 1);
    g_assert_cmpint(text_char_width(TEXT_REPLACEMENT), ==, 1);
}

// Whatever bytes: what is cleaned is valid, has no control characters, and is as wide as was said.
static void test_random_bytes(void)
{
    for (int round = 0; round < 20000; round++) {
        char bytes[24];
        int length = g_test_rand_int_range(0, sizeof bytes);

        for (int i = 0; i < length; i++) {
            bytes[i] = (char)g_test_rand_int_range(1, 256);
        }
        bytes[length] = '\0';
        g_autofree char *clean = text_clean(bytes, false);
        g_autofree char *again = text_clean(clean, false);

        g_assert_true(g_utf8_validate(clean, -1, NULL));
        g_assert_cmpstr(clean, ==, again);
        g_assert_cmpint(text_width(bytes), ==, text_width(clean));
        for (const char *c = clean; *c != '\0'; c = g_utf8_next_char(c)) {
            g_assert_false(g_unichar_iscntrl(g_utf8_get_char(c)));
        }
    }
}

static void assert_fit(const char *text, int columns, gsize bytes, int used)
{
    int got;

    g_assert_cmpuint(text_fit(text, columns, &got), ==, bytes);
    g_assert_cmpint(got, ==, used);
}

static void test_fit(void)
{
    assert_fit("abc", 2, 2, 2);
    assert_fit("abc", 3, 3, 3);
    assert_fit("abc", 9, 3, 3);
    assert_fit("abc", 0, 0, 0);
    assert_fit("abc", -1, 0, 0);
    assert_fit("\u65E5\u672C", 3, 3, 2); // half a character does not fit
    assert_fit("e\u0301x", 1, 3, 1);     // marks belong to their letter
    assert_fit("\033x", 1, 1, 1);
}

// A frame must not wait for a description of 10 MB, whatever it is made of.
static void test_long_text(void)
{
    static const char *const pieces[] = {"x", "\u0301", VS16, "\u65E5", "\xFF", "\u200B",
                                         "a\u0301\u0302"};

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        gsize size = strlen(pieces[i]), count = 10 * 1024 * 1024 / size;
        g_autofree char *text = g_malloc(count * size + 1);
        gint64 before;
        int used;

        for (gsize at = 0; at < count; at++) {
            memcpy(text + at * size, pieces[i], size);
        }
        text[count * size] = '\0';
        before = g_get_monotonic_time();
        for (int rows = 0; rows < 100; rows++) {
            g_assert_cmpuint(text_fit(text, 200, &used), <=, 200 * 16);
            g_assert_cmpint(used, >=, 199);
        }
        g_assert_cmpint(g_get_monotonic_time() - before, <, G_USEC_PER_SEC);
    }
}

static void assert_wrap(const char *text, int columns, const char *expected)
{
    g_autoptr(GPtrArray) lines = text_wrap(text, columns);
    g_autofree char *joined = NULL;

    for (guint i = 0; i < lines->len; i++) {
        g_assert_cmpint(text_width(lines->pdata[i]), <=, MAX(columns, 1));
    }
    g_ptr_array_add(lines, NULL);
    joined = g_strjoinv("|", (char **)lines->pdata);
    g_assert_cmpstr(joined, ==, expected);
}

static void test_wrap(void)
{
    assert_wrap("", 10, "");
    assert_wrap("one two three", 7, "one two|three");
    assert_wrap("one two three", 8, "one two|three");
    assert_wrap("one two three", 6, "one|two|three");
    assert_wrap("one   two", 4, "one|two");
    assert_wrap("trailing   ", 8, "trailing");
    assert_wrap("/var/lib/libvirt", 6, "/var/l|ib/lib|virt");
    assert_wrap("in /var/lib/libvirt", 6, "in|/var/l|ib/lib|virt");
    assert_wrap("a\nb\n\nc\n", 10, "a|b||c");
    assert_wrap("dos\r\nlines", 10, "dos|lines");
    assert_wrap("  indented text", 10, "  indented|text");
    assert_wrap("\u65E5\u672C\u8A9E", 5, "\u65E5\u672C|\u8A9E");
    assert_wrap("a\u65E5", 1, "a|" BAD);
    assert_wrap("bad\033 x", 4, "bad" BAD "|x");
    assert_wrap("abc", 0, "a|b|c");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/samples", test_samples);
    g_test_add_func("/text/char-width", test_char_width);
    g_test_add_func("/text/random-bytes", test_random_bytes);
    g_test_add_func("/text/fit", test_fit);
    g_test_add_func("/text/long", test_long_text);
    g_test_add_func("/text/wrap", test_wrap);
    return g_test_run();
}
