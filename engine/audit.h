// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log, beside the journal: a line for each act, whatever came of it. Any engine thread.
#pragma once

#include "engine/message.h"

// Adds a line. What goes wrong is left: the act is done.
void audit_add(const char *line);

// The last of its acts (of AuditRecord), oldest first; an empty list where nothing was done yet. `unread` gets how
// many lines were no such thing. NULL and `failure` if it cannot be had.
GPtrArray *audit_read(unsigned *unread, Failure **failure);
