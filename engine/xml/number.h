// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers in XML, for this room only: decimal digits and nothing else, in range, or an error.
//
// A NULL element or a missing attribute leaves `value` as it was and is no error.
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <stdbool.h>

// The text of an element, at most `max`. White space around it is allowed.
bool number_read(const xmlNode *element, guint64 max, guint64 *value, GError **error);

// The same from an attribute.
bool number_read_attribute(const xmlNode *element, const char *name, guint64 max, guint64 *value,
                           GError **error);

// The text of an element as bytes. Its unit attribute is read as libvirt does (virScaleInteger):
// "bytes", "KB" = 1000, "k" and "KiB" = 1024, ... up to E; without one, `scale` bytes are a unit.
// At most G_MAXINT64.
bool number_read_size(const xmlNode *element, guint64 scale, guint64 *bytes, GError **error);
