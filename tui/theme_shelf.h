// SPDX-License-Identifier: GPL-2.0-or-later
// All themes there are, read once before the first frame: while the program runs no folder is asked, which may lie on a
// file server that does not answer.
#pragma once

#include "tui/theme.h"

typedef struct ThemeShelf ThemeShelf;

// Reads every theme of theme_names(), and `wanted`, which may be a path.
ThemeShelf *theme_shelf_new(const char *wanted);
void theme_shelf_free(ThemeShelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThemeShelf, theme_shelf_free)

// Of const char *, sorted; without one that is a path. The caller unrefs.
GPtrArray *theme_shelf_names(const ThemeShelf *shelf);

// A copy of the theme, which the caller frees, and what is wrong with it as for theme_load(); NULL and a fault: there
// is none, or it could not be read.
Theme *theme_shelf_get(const ThemeShelf *shelf, const char *name, GPtrArray *faults);
