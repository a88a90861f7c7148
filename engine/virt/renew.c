// SPDX-License-Identifier: GPL-2.0-or-later
// Redefining with a net below: the old text is kept, the new one read back.

#include "engine/virt/renew.h"

#include "engine/model/half.h"
#include "engine/model/tongue.h"
#include "engine/virt/failure.h"
#include "engine/virt/record.h"
#include "engine/xml/edit.h"
#include "engine/xml/snapshot_xml.h"

#include <string.h>

// A record as it was before a step, and what was current then.
typedef struct Before {
    Kept record;
    Kept current; // STEP_MAKE_CURRENT: its record loses <revertDisks>; no name: none was current
    bool moved;   // the step was a STEP_MAKE_CURRENT
} Before;

struct Renewal {
    Connection *connection;
    LvDomain *domain;
    const char *guest;
    GPtrArray *done; // of Before
};

static void free_before(gpointer data)
{
    Before *before = data;

    kept_clear(&before->record);
    kept_clear(&before->current);
    g_free(before);
}

Renewal *renewal_new(Connection *connection, LvDomain *domain, const char *guest)
{
    Renewal *renewal = g_new0(Renewal, 1);

    renewal->connection = connection;
    renewal->domain = domain;
    renewal->guest = guest;
    renewal->done = g_ptr_array_new_with_free_func(free_before);
    return renewal;
}

void renewal_free(Renewal *renewal)
{
    if (!renewal)
        return;
    g_ptr_array_unref(renewal->done);
    g_free(renewal);
}

bool renewal_can_undo(const Renewal *renewal)
{
    return renewal->done->len > 0;
}

// ---- the way back -----------------------------------------------------------------------------

static Failure *put_back(Renewal *renewal, const Before *before)
{
    Failure *failure;

    if (before->moved && !before->current.name)
        return failure_unread(NULL, "Snapshot %s stays the current one; none was before", before->record.name);
    failure = record_put_back(renewal->domain, renewal->guest, &before->record, false);
    if (!failure && before->current.name)
        failure = record_put_back(renewal->domain, renewal->guest, &before->current, true);
    return failure;
}

char *renewal_undo(Renewal *renewal, bool *whole)
{
    *whole = true;
    while (*whole && renewal->done->len > 0) {
        g_autoptr(Failure) failure = put_back(renewal, renewal->done->pdata[renewal->done->len - 1]);

        *whole = failure == NULL;
        if (failure) {
            g_autofree char *text = failure_text(failure);

            return g_strdup_printf(_("Not every record could be put back. %s"), text);
        }
        g_ptr_array_set_size(renewal->done, (gint) renewal->done->len - 1);
    }
    return g_strdup(_("The records that had been corrected were put back as they were."));
}

// ---- the steps --------------------------------------------------------------------------------

static bool keep_current(Renewal *renewal, Before *before, Failure **failure)
{
    before->current.name = record_current(renewal->domain);
    if (!before->current.name && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT)
        return true;
    if (!before->current.name) {
        *failure = failure_last("Which snapshot of %s is the current one cannot be read", renewal->guest);
        return false;
    }
    before->current.xml = record_read(renewal->domain, renewal->guest, before->current.name, failure);
    return before->current.xml != NULL;
}

static bool keep(Renewal *renewal, const Step *step, Before *before, Failure **failure)
{
    before->record.name = g_strdup(step->subject);
    before->record.xml = record_read(renewal->domain, renewal->guest, step->subject, failure);
    if (!before->record.xml)
        return false;
    before->moved = step->kind == STEP_MAKE_CURRENT;
    return !before->moved || keep_current(renewal, before, failure);
}

static bool follows(const Snapshot *read, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (disk->mode == DISK_MODE_NO ? snapshot_covers(read, disk->target)
                                       : half_names(read, disk->target, disk->backing))
            return false;
    }
    return true;
}

// Does libvirt say what the step asked for?
static bool is_renewed(Renewal *renewal, const Step *step)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(Snapshot) read = NULL;
    g_autofree char *xml = record_read(renewal->domain, renewal->guest, step->subject, &failure);
    g_autofree char *current = record_current(renewal->domain);

    read = xml ? xml_read_snapshot(xml, strlen(xml), NULL) : NULL;
    if (read && step->kind == STEP_FOLLOW)
        return follows(read, step);
    for (guint i = 0; read && i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (disk->writes && g_strcmp0(snapshot_expected_now(read, disk->target), disk->writes) != 0)
            return false;
    }
    if (read && step->kind == STEP_REPARENT)
        return g_strcmp0(read->parent, step->origin) == 0;
    return read && (step->kind != STEP_MAKE_CURRENT || g_strcmp0(current, step->subject) == 0);
}

static char *edit(Renewal *renewal, const Step *step, const char *xml, Failure **failure)
{
    g_autoptr(Host) host = NULL;
    g_autoptr(GError) error = NULL;
    char *edited;

    if (step->kind == STEP_MAKE_CURRENT)
        return g_strdup(xml);
    if (step->kind == STEP_REPARENT || step->kind == STEP_FOLLOW) {
        edited = step->kind == STEP_FOLLOW ? xml_edit_followed(xml, step, &error)
                                           : xml_edit_reparented(xml, step, &error);
        if (!edited)
            *failure = failure_unread(error, "The record of snapshot %s was not corrected", step->subject);
        return edited;
    }
    host = connection_host(renewal->connection, NULL, false, failure);
    if (!host)
        return NULL;
    edited = xml_edit_renewed(xml, step, host_has(host, FACT_EXTERNAL_REVERT), &error);
    if (!edited)
        *failure = failure_unread(error, "The record of snapshot %s was not corrected", step->subject);
    return edited;
}

Failure *renewal_step(Renewal *renewal, const Step *step)
{
    Failure *failure = NULL;
    Before *before = g_new0(Before, 1);
    g_autofree char *edited = NULL;

    if (!keep(renewal, step, before, &failure) || !(edited = edit(renewal, step, before->record.xml, &failure))) {
        free_before(before);
        return failure;
    }
    g_ptr_array_add(renewal->done, before);
    // A renewed record that is current stays so; written with CURRENT it would lose its <revertDisks> again.
    failure = record_write(renewal->domain, step->subject, edited, before->moved);
    if (!failure && is_renewed(renewal, step))
        return NULL;
    if (!failure)
        failure = failure_unread(NULL, "libvirt took the record of snapshot %s, but does not say what it was to say",
                                 step->subject);
    return failure;
}
