// SPDX-License-Identifier: GPL-2.0-or-later
// <capabilities> -> the parts of Host that it tells. Any thread may call, each with a Host of its
// own.
#pragma once

#include "engine/model/host.h"

// Sets `external_snapshots` (some guest architecture has <externalSnapshot/>: libvirt from 9.9 on,
// which also reverts to them and deletes them; 9.0 makes them without saying so) and
// `security_model`: selinux or apparmor where one of them is listed, else the first that is not
// "none" ("dac"), else "none"; NULL where the host lists no model. False and `error` (XML_ERROR),
// with `host` untouched, when the text cannot be read.
bool xml_read_capabilities(const char *text, gsize length, Host *host, GError **error);
