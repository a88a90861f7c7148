// SPDX-License-Identifier: GPL-2.0-or-later
// Records of the audit log.

#include "engine/model/audit.h"

void audit_record_free(AuditRecord *record)
{
    if (!record)
        return;
    g_free(record->user);
    g_free(record->uri);
    g_free(record->uuid);
    g_free(record->guest);
    g_free(record->title);
    g_free(record->fingerprint);
    g_free(record->outcome);
    g_free(record);
}
