// SPDX-License-Identifier: GPL-2.0-or-later
// Forecasts: what a plan will copy and need. Sizes only have to stay sufficient; they are never part
// of what makes two plans equal.
#pragma once

#include "engine/model/picture.h"

// Adds two sizes; SIZE_UNKNOWN if either is.
gint64 size_add(gint64 a, gint64 b);

// Bytes that merging this image down copies at most: its allocation, or SIZE_UNKNOWN.
gint64 forecast_merge(const Picture *picture, const char *overlay);

// "812", "3.9G", "41M": powers of 1024, at most 5 columns, the same in every locale; "?" for SIZE_UNKNOWN. Caller frees.
char *size_short(gint64 bytes);

// The same for sentences: "812 bytes", "3.9G", "an unknown amount". Caller frees.
char *size_text(gint64 bytes);
