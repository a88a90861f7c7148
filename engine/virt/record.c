// SPDX-License-Identifier: GPL-2.0-or-later
// Redefining snapshots.

#include "engine/virt/record.h"

#include "engine/virt/failure.h"
#include "engine/xml/edit.h"
#include "engine/xml/snapshot_xml.h"

#include <stdlib.h>
#include <string.h>

void kept_clear(Kept *kept)
{
    g_clear_pointer(&kept->name, g_free);
    g_clear_pointer(&kept->xml, g_free);
}

char *record_take_text(char *text)
{
    char *copy = g_strdup(text);

    free(text);
    return copy;
}

char *record_read(LvDomain *domain, const char *guest, const char *name, Failure **failure)
{
    g_autoptr(LvSnapshot) snapshot = virDomainSnapshotLookupByName(domain, name, 0);
    char *xml;

    if (!snapshot) {
        *failure = failure_last("Cannot find the snapshot %s of %s", name, guest);
        return NULL;
    }
    xml = virDomainSnapshotGetXMLDesc(snapshot, VIR_DOMAIN_SNAPSHOT_XML_SECURE);
    if (!xml)
        *failure = failure_last("The record of snapshot %s cannot be read", name);
    return record_take_text(xml);
}

Failure *record_write(LvDomain *domain, const char *name, const char *xml, bool current)
{
    unsigned flags = VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE | (current ? VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT : 0);
    g_autoptr(GError) error = NULL;
    g_autofree char *whole = xml_edit_complete(xml, &error);
    g_autoptr(Snapshot) read = whole ? xml_read_snapshot(whole, strlen(whole), &error) : NULL;
    g_autoptr(LvSnapshot) snapshot = NULL;

    if (!read)
        return failure_unread(error, "The record of snapshot %s was not written: it would not be understood", name);
    if (read->state == SNAPSHOT_DISK_ONLY) // as virsh does when it redefines such a one
        flags |= VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY;
    snapshot = virDomainSnapshotCreateXML(domain, whole, flags);
    return snapshot ? NULL : failure_last("Writing the record of snapshot %s failed", name);
}

char *record_current(LvDomain *domain)
{
    g_autoptr(LvSnapshot) current = virDomainSnapshotCurrent(domain, 0);

    return current ? g_strdup(virDomainSnapshotGetName(current)) : NULL;
}

Failure *record_put_back(LvDomain *domain, const char *guest, const Kept *kept, bool current)
{
    Failure *failure = NULL;
    g_autofree char *now = record_current(domain);
    g_autofree char *xml = record_read(domain, guest, kept->name, &failure);
    bool moves = current && g_strcmp0(now, kept->name) != 0;

    if (failure || (!moves && g_strcmp0(xml, kept->xml) == 0))
        return failure;
    return record_write(domain, kept->name, kept->xml, moves);
}
