// SPDX-License-Identifier: GPL-2.0-or-later
// Arithmetic on sizes, some of which nobody knows.

#include "engine/model/forecast.h"

#include "engine/model/tongue.h"

gint64 size_add(gint64 a, gint64 b)
{
    if (a == SIZE_UNKNOWN || b == SIZE_UNKNOWN)
        return SIZE_UNKNOWN;
    return a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

gint64 forecast_merge(const Picture *picture, const char *overlay)
{
    const Image *image = images_get(picture->images, overlay);

    return image ? image->allocation : SIZE_UNKNOWN;
}

char *size_text(gint64 bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double) bytes;
    int unit = -1;

    if (bytes == SIZE_UNKNOWN)
        return g_strdup(_("an unknown amount"));
    while (value >= 1024 && unit + 1 < (int) G_N_ELEMENTS(units)) {
        value /= 1024;
        unit++;
    }
    if (unit < 0)
        return g_strdup_printf("%d bytes", (int) bytes);
    return g_strdup_printf(value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}
