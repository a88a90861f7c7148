// SPDX-License-Identifier: GPL-2.0-or-later
// Strict numbers and sizes (number.h).

#include "engine/xml/number.h"

#include "engine/xml/element.h"

#include <string.h>

// White space around digits is allowed, as in libvirt; signs, points and hexadecimal are not.
static bool parse(const char *text, guint64 max, guint64 *value)
{
    g_autofree char *digits = g_strstrip(g_strdup(text ? text : ""));

    return g_ascii_string_to_unsigned(digits, 10, 0, max, value, NULL);
}

bool number_read(const xmlNode *element, guint64 max, guint64 *value, GError **error)
{
    g_autofree char *text = element_text(element);

    if (!element || parse(text, max, value))
        return true;
    return element_fail(element, error, "<%s> holds no number from 0 to %" G_GUINT64_FORMAT,
                        (const char *) element->name, max);
}

bool number_read_attribute(const xmlNode *element, const char *name, guint64 max, guint64 *value,
                           GError **error)
{
    const char *text = element_attribute(element, name);

    if (!text || parse(text, max, value))
        return true;
    return element_fail(element, error, "<%s %s> holds no number from 0 to %" G_GUINT64_FORMAT,
                        (const char *) element->name, name, max);
}

// How many bytes one `unit` is; 0: no unit that libvirt knows.
static guint64 unit_bytes(const char *unit)
{
    static const char prefixes[] = "kmgtpe";
    const char *prefix;
    guint64 base, bytes = 1;

    if (!g_ascii_strcasecmp(unit, "b") || !g_ascii_strcasecmp(unit, "byte") ||
        !g_ascii_strcasecmp(unit, "bytes"))
        return 1;
    prefix = *unit ? strchr(prefixes, g_ascii_tolower(*unit)) : NULL;
    if (!prefix)
        return 0;
    if (unit[1] == '\0' || !g_ascii_strcasecmp(unit + 1, "ib"))
        base = 1024;
    else if (!g_ascii_strcasecmp(unit + 1, "b"))
        base = 1000;
    else
        return 0;
    for (const char *p = prefixes; p <= prefix; p++)
        bytes *= base;
    return bytes;
}

bool number_read_size(const xmlNode *element, guint64 scale, guint64 *bytes, GError **error)
{
    const char *unit = element_attribute(element, "unit");
    guint64 each = unit && *unit ? unit_bytes(unit) : scale;
    g_autofree char *text = element_text(element);
    guint64 count;

    if (!element)
        return true;
    if (each == 0)
        return element_fail(element, error, "<%s> has a unit that is none",
                            (const char *) element->name);
    if (!parse(text, G_MAXINT64 / each, &count))
        return element_fail(element, error, "<%s> holds no size below 8 EiB",
                            (const char *) element->name);
    *bytes = count * each;
    return true;
}
