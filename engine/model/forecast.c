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

char *size_short(gint64 bytes)
{
    static const char units[] = "KMGTPE";
    gint64 count = bytes, tenths;
    int unit;

    if (bytes < 0) // SIZE_UNKNOWN
        return g_strdup("?");
    if (bytes < 1024)
        return g_strdup_printf("%d", (int) bytes);
    // One step less than the unit wants, so that tenths can be made without overflow.
    for (unit = 0; count >= 1024 * 1024 - 512; unit++)
        count = count / 1024 + (count % 1024 >= 512);
    tenths = (count * 10 + 512) / 1024;
    if (tenths < 100)
        return g_strdup_printf("%d.%d%c", (int) (tenths / 10), (int) (tenths % 10), units[unit]);
    return g_strdup_printf("%d%c", (int) ((count + 512) / 1024), units[unit]);
}

char *size_text(gint64 bytes)
{
    if (bytes == SIZE_UNKNOWN)
        return g_strdup(_("an unknown amount"));
    return bytes < 1024 ? g_strdup_printf(P_("%d byte", "%d bytes", (gulong) bytes), (int) bytes) : size_short(bytes);
}
