// SPDX-License-Identifier: GPL-2.0-or-later
// An act as the audit log tells of it: who did what to which guest, and how it ended.
#pragma once

#include <glib.h>

typedef struct AuditRecord {
    gint64 time; // seconds since 1970
    char *user;
    char *uri; // without anything secret
    char *uuid, *guest;
    char *title;       // the plan's
    char *fingerprint; // the plan's; NULL: it had none
    char *outcome;     // "done", "failed", ...
    int code;          // libvirt's; 0: none
} AuditRecord;

void audit_record_free(AuditRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditRecord, audit_record_free)
