// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's XML for people to read and compare. Any thread may call.
#pragma once

#include <glib.h>

// The configuration that a snapshot stored (<inactiveDomain>, else <domain>), as a <domain> of its own; and
// that of a guest. Both are written in the same way, so that one can be laid beside the other line by line.
// NULL and `error` (XML_ERROR) where the text cannot be read or stores none; the caller frees it.
char *xml_show_definition(const char *snapshot, gsize length, GError **error);
char *xml_show_guest(const char *guest, gsize length, GError **error);
