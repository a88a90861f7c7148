// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of the settings, for tui/settings*.c only.
#pragma once

#include "tui/settings.h"

// A settings file while it is read.
typedef struct Reading {
    Settings *settings;
    GKeyFile *keys;    // of the good lines
    GHashTable *lines; // "group\nkey" -> line number
    char *group;       // of the present line; NULL: none that is known
    bool group_told;   // that it is not known
} Reading;

// Notes what is wrong with a line: the reason, without the point at its end.
void settings_fault(Settings *settings, unsigned line, const char *format, ...) G_GNUC_PRINTF(3, 4);

void settings_read_lines(Reading *reading, const char *text);
void settings_take_values(Reading *reading); // of [general] and [hosts]

// The line that sets a key; 0: none does.
unsigned settings_line_of(const Reading *reading, const char *group, const char *key);
