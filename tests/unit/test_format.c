// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and times as operators read them.

#include "engine/model/forecast.h"
#include "tui/format.h"

#include <locale.h>
#include <string.h>

#define NOW 1792504920 // 2026-10-20 14:02 UTC
#define DAY (24 * 3600)

static void assert_text(char *text, const char *expected)
{
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_size(void)
{
    static const struct {
        gint64 bytes;
        const char *text;
    } samples[] = {
        {-1, "?"},
        {0, "0"},
        {812, "812"},
        {1023, "1023"},
        {1024, "1.0K"},
        {1024 * 1023 + 511, "1023K"},
        {1024 * 1024 - 512, "1.0M"},
        {1024 * 1024 - 1, "1.0M"},
        {10188, "9.9K"},
        {10189, "10K"},
        {41 * 1024 * 1024, "41M"},
        {(gint64)(3.9 * 1024 * 1024 * 1024), "3.9G"},
        {G_GINT64_CONSTANT(1024) << 30, "1.0T"},
        {G_MAXINT64, "8.0E"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        assert_text(size_short(samples[i].bytes), samples[i].text);
    }
    for (int shift = 0; shift < 63; shift++) { // around each power: never wider than a column of 5
        for (gint64 off = -600; off <= 600; off += 100) {
            g_autofree char *text = size_short(MAX((G_GINT64_CONSTANT(1) << shift) + off, 0));
            g_assert_cmpuint(strlen(text), <=, 5);
        }
    }
}

static void test_size_in_a_sentence(void)
{
    assert_text(size_text(SIZE_UNKNOWN), "an unknown amount");
    assert_text(size_text(0), "0 bytes");
    assert_text(size_text(1), "1 byte");
    assert_text(size_text(1023), "1023 bytes");
    assert_text(size_text(648 * 1024), "648K");
}

static void test_age(void)
{
    static const struct {
        gint64 age;
        const char *text, *brief;
    } samples[] = {
        {0, "just now", "now"},
        {59, "just now", "now"},
        {-60, "just now", "now"},
        {-61, "in the future", "soon"},
        {60, "1 minute ago", "1m"},
        {3599, "59 minutes ago", "59m"},
        {3600, "1 hour ago", "1h"},
        {DAY - 1, "23 hours ago", "23h"},
        {DAY, "1 day ago", "1d"},
        {13 * DAY, "13 days ago", "13d"},
        {14 * DAY, "2 weeks ago", "2w"},
        {62 * DAY, "8 weeks ago", "8w"},
        {81 * DAY, "2 months ago", "11w"},
        {700 * DAY, "22 months ago", "100w"},
        {731 * DAY, "2 years ago", "2y"},
        {NOW, "56 years ago", "56y"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        assert_text(format_age(NOW - samples[i].age, NOW), samples[i].text);
        assert_text(format_age_short(NOW - samples[i].age, NOW), samples[i].brief);
    }
}

// Times come from records that anybody may have written.
static void test_absurd_times(void)
{
    assert_text(format_age(G_MAXINT64, -2), "in the future");
    assert_text(format_age_short(G_MININT64, NOW), "999y");
    assert_text(format_time(G_MAXINT64), "?");
    assert_text(format_date(G_MININT64, NOW), "?");
    assert_text(format_duration(G_MININT64), "0:00");
}

static void test_calendar(void)
{
    assert_text(format_time(NOW), "2026-10-20 14:02");
    assert_text(format_time(0), "1970-01-01 00:00");
    assert_text(format_date(NOW - 49 * DAY, NOW), "09-01");
    assert_text(format_date(NOW - 414 * DAY, NOW), "2025-09-01");
}

static void test_duration(void)
{
    assert_text(format_duration(0), "0:00");
    assert_text(format_duration(7999), "0:07");
    assert_text(format_duration(751000), "12:31");
    assert_text(format_duration(3729000), "1:02:09");
    assert_text(format_duration(360000000), "100:00:00");
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/format/size", test_size);
    g_test_add_func("/format/size-in-a-sentence", test_size_in_a_sentence);
    g_test_add_func("/format/age", test_age);
    g_test_add_func("/format/absurd-times", test_absurd_times);
    g_test_add_func("/format/calendar", test_calendar);
    g_test_add_func("/format/duration", test_duration);
    return g_test_run();
}
