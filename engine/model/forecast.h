// SPDX-License-Identifier: GPL-2.0-or-later
// Forecasts: what a plan will copy and need. Sizes only have to stay sufficient; they are never part
// of what makes two plans equal.
#pragma once

#include "engine/model/picture.h"

// Adds two sizes; SIZE_UNKNOWN if either is.
gint64 size_add(gint64 a, gint64 b);

// Bytes that merging this image down copies at most: its allocation, or SIZE_UNKNOWN.
gint64 forecast_merge(const Picture *picture, const char *overlay);

// "3.9 GiB", "512 KiB", "0 bytes", "an unknown amount". Caller frees.
char *size_text(gint64 bytes);
