// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of the audit log.
#pragma once

#include "engine/json/json_guard.h"
#include "engine/model/audit.h"
#include "engine/model/plan.h"

// An act that is written down.
typedef struct AuditLine {
    gint64 time; // seconds since 1970
    const char *user;
    const char *uri; // without anything secret in it
    const Plan *plan;
    const char *outcome;
    int code; // libvirt's; 0: none
} AuditLine;

// One line that ends in '\n'; the caller frees it.
char *json_write_audit(const AuditLine *line);

// Reads one; NULL if it is not fit. Members that it does not know are left: a later version may write more. Names in it
// are foreign, as everywhere: they may hold any character.
AuditRecord *json_read_audit(const char *text, gsize length);
