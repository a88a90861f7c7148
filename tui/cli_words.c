// SPDX-License-Identifier: GPL-2.0-or-later
// Words for what a snapshot holds. Every state has one; none depends on colour.
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"

#define NAMES_SHOWN 3 // before "and N more"

const char *cli_kind_text(const Snapshot *snapshot)
{
    switch (snapshot_kind(snapshot)) {
    case KIND_NONE:
        return "no disk";
    case KIND_INTERNAL:
        return "internal";
    case KIND_EXTERNAL:
        return "external";
    case KIND_MIXED:
        return "internal and external";
    }
    return "";
}

const char *cli_memory_text(const Snapshot *snapshot)
{
    if (snapshot->memory != MEMORY_NO)
        return "disk+RAM";
    switch (snapshot->state) {
    case SNAPSHOT_OFF:
        return "off";
    case SNAPSHOT_DISK_ONLY:
    case SNAPSHOT_RUNNING:
    case SNAPSHOT_PAUSED:
        return "disk-only";
    case SNAPSHOT_UNKNOWN:
    case SNAPSHOT_OTHER:
        break;
    }
    return snapshot->state_text ? snapshot->state_text : _("state unknown");
}

const char *cli_state_text(const Snapshot *snapshot)
{
    switch (snapshot->state) {
    case SNAPSHOT_RUNNING:
        return "running";
    case SNAPSHOT_PAUSED:
        return "paused";
    case SNAPSHOT_OFF:
        return "off";
    case SNAPSHOT_DISK_ONLY:
        return _("disks of a running guest, without its memory");
    case SNAPSHOT_UNKNOWN:
    case SNAPSHOT_OTHER:
        break;
    }
    return snapshot->state_text ? snapshot->state_text : "unknown";
}

// "a, b, c and 4 more"; empty for none.
char *cli_join_names(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(names->len, NAMES_SHOWN); i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (char *) g_ptr_array_index(names, i));
    if (names->len > NAMES_SHOWN)
        g_string_append_printf(text, _(" and %u more"), names->len - NAMES_SHOWN);
    return g_string_free(text, FALSE);
}
