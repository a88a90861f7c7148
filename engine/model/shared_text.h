// SPDX-License-Identifier: GPL-2.0-or-later
// Texts that many values hold: one copy of each, counted. Any thread may call.
//
// GLib's interned GRefStrings are not for several threads: one may take a text that another is just giving back
// (seen with GLib 2.74, "g_atomic_ref_count_inc: assertion 'old_value > 0' failed").
#pragma once

// The one copy of `text`; to be given back with shared_text_drop(). NULL for NULL.
const char *shared_text_take(const char *text);
void shared_text_drop(const char *text);

// Puts the one copy of `text` (NULL: none) in `place`; what was there, also such a copy or NULL, is given back.
void shared_text_set(const char **place, const char *text);
