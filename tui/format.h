// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and times as operators read them, the same in every locale. All results are owned by the
// caller. Seconds are since 1970; `now` is told, never asked for, so that tests can choose it.
#pragma once

#include <glib.h>

// "just now", "1 minute ago", "3 days ago"; "in the future" if `then` is over a minute ahead (the
// clocks of two hosts differ by less).
char *format_age(gint64 then, gint64 now);

// At most 4 columns: "now", "5m", "3h", "12d", "8w", "2y"; "soon" for the future.
char *format_age_short(gint64 then, gint64 now);

// "2026-09-01 14:02", local time; "?" for what no calendar holds.
char *format_time(gint64 then);

// "09-01", or "2025-09-01" if not of this year.
char *format_date(gint64 then, gint64 now);

// "0:07", "12:31", "1:02:09".
char *format_duration(gint64 milliseconds);
