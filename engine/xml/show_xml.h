// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's XML for people to read and compare. Any thread may call.
#pragma once

#include <glib.h>

// The configuration that a snapshot stored (<inactiveDomain>, else <domain>), as a <domain> of its own with
// the indentation of one, so that it can be laid beside another. NULL and `error` (XML_ERROR) where the text
// cannot be read or stores none; the caller frees it.
char *xml_show_definition(const char *snapshot, gsize length, GError **error);
