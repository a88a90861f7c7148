// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and times as operators read them. Whole numbers only: no decimal comma of a locale gets in.
#include "tui/format.h"

#include "engine/model/tongue.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)
#define YEAR (365 * DAY + DAY / 4)
#define MONTH (YEAR / 12)

// Clocks of hosts differ; what is ahead by less than this is now.
#define CLOCK_SKEW MINUTE

// Times come from foreign records, so their difference may not fit.
static gint64 age_of(gint64 then, gint64 now)
{
    gint64 age;

    if (__builtin_sub_overflow(now, then, &age)) {
        return then > now ? G_MININT64 : G_MAXINT64;
    }
    return age;
}

char *format_age(gint64 then, gint64 now)
{
    gint64 age = age_of(then, now);

    if (age < -CLOCK_SKEW) {
        return g_strdup(_("in the future"));
    }
    if (age < MINUTE) {
        return g_strdup(_("just now"));
    }
    if (age < HOUR) {
        return g_strdup_printf(P_("%d minute ago", "%d minutes ago", (unsigned long) (age / MINUTE)), (int) (age / MINUTE));
    }
    if (age < DAY) {
        return g_strdup_printf(P_("%d hour ago", "%d hours ago", (unsigned long) (age / HOUR)), (int) (age / HOUR));
    }
    if (age < 2 * WEEK) {
        return g_strdup_printf(P_("%d day ago", "%d days ago", (unsigned long) (age / DAY)), (int) (age / DAY));
    }
    if (age < 9 * WEEK) {
        return g_strdup_printf(P_("%d week ago", "%d weeks ago", (unsigned long) (age / WEEK)), (int) (age / WEEK));
    }
    if (age < 2 * YEAR) {
        return g_strdup_printf(P_("%d month ago", "%d months ago", (unsigned long) (age / MONTH)), (int) (age / MONTH));
    }
    return g_strdup_printf(P_("%d year ago", "%d years ago", (unsigned long) (age / YEAR)), (int) (age / YEAR));
}

char *format_age_short(gint64 then, gint64 now)
{
    gint64 age = age_of(then, now);

    if (age < -CLOCK_SKEW) {
        return g_strdup("soon");
    }
    if (age < MINUTE) {
        return g_strdup("now");
    }
    if (age < HOUR) {
        return g_strdup_printf("%dm", (int)(age / MINUTE));
    }
    if (age < DAY) {
        return g_strdup_printf("%dh", (int)(age / HOUR));
    }
    if (age < 2 * WEEK) {
        return g_strdup_printf("%dd", (int)(age / DAY));
    }
    if (age < 2 * YEAR) {
        return g_strdup_printf("%dw", (int)(age / WEEK));
    }
    return g_strdup_printf("%dy", (int)MIN(age / YEAR, 999));
}

static char *local_time(gint64 then, const char *format)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(then);
    char *text = time != NULL ? g_date_time_format(time, format) : NULL;

    return text != NULL ? text : g_strdup("?");
}

char *format_time(gint64 then)
{
    return local_time(then, "%Y-%m-%d %H:%M");
}

char *format_date(gint64 then, gint64 now)
{
    g_autofree char *year = local_time(then, "%Y");
    g_autofree char *this_year = local_time(now, "%Y");

    return local_time(then, g_str_equal(year, this_year) ? "%m-%d" : "%Y-%m-%d");
}

char *format_duration(gint64 milliseconds)
{
    gint64 seconds = MAX(milliseconds, 0) / 1000;
    gint64 hours = seconds / HOUR;
    int minutes = (int)(seconds % HOUR / MINUTE);

    if (hours > 0) {
        return g_strdup_printf("%" G_GINT64_FORMAT ":%02d:%02d", hours, minutes, (int)(seconds % MINUTE));
    }
    return g_strdup_printf("%d:%02d", minutes, (int)(seconds % MINUTE));
}
