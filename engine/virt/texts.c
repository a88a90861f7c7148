// SPDX-License-Identifier: GPL-2.0-or-later
// One call for the handle, one that tells whether the guest is held, one for the text.

#include "engine/virt/texts.h"

#include "engine/model/tongue.h"
#include "engine/virt/failure.h"
#include "engine/virt/libvirt.h"
#include "engine/xml/show_xml.h"

#include <stdlib.h>
#include <string.h>

void texts_clear(Texts *texts)
{
    g_free(texts->text);
    g_free(texts->definition);
    *texts = (Texts) {0};
}

// libvirt's strings are malloc's; ours are GLib's.
static char *take(char *raw)
{
    char *text = g_strdup(raw);

    free(raw);
    return text;
}

static bool is_held(LvDomain *handle)
{
    virDomainControlInfo info;

    return virDomainIsActive(handle) == 1 && virDomainGetControlInfo(handle, &info, 0) == 0 &&
           info.state != VIR_DOMAIN_CONTROL_OK;
}

static bool read_guest(LvDomain *handle, Texts *texts, Failure **failure)
{
    bool persistent = virDomainIsPersistent(handle) == 1;
    const char *name = virDomainGetName(handle);

    texts->text = take(virDomainGetXMLDesc(handle, persistent ? VIR_DOMAIN_XML_INACTIVE : 0));
    if (!texts->text)
        *failure = failure_last("The definition of %s cannot be read", name);
    else
        texts->definition = xml_show_guest(texts->text, strlen(texts->text), NULL); // NULL: nothing to compare
    return texts->text != NULL;
}

static bool read_record(LvDomain *handle, const char *name, Texts *texts, Failure **failure)
{
    g_autoptr(LvSnapshot) snapshot = virDomainSnapshotLookupByName(handle, name, 0);

    texts->text = snapshot ? take(virDomainSnapshotGetXMLDesc(snapshot, 0)) : NULL;
    if (!texts->text) {
        *failure = failure_last("The record of snapshot %s cannot be read", name);
        return false;
    }
    texts->definition = xml_show_definition(texts->text, strlen(texts->text), NULL); // none: nothing to compare
    return true;
}

bool texts_read(Connection *connection, const char *uuid, const char *snapshot, Texts *texts, Failure **failure)
{
    g_autoptr(LvDomain) handle = virDomainLookupByUUIDString(connection_raw(connection), uuid);

    *texts = (Texts) {0};
    if (!handle) {
        *failure = failure_last("Cannot find the guest %s", uuid);
        return false;
    }
    if (is_held(handle)) {
        *failure = failure_new(_("A job holds the guest: its XML is not asked for"), NULL, 0,
                               _("Try again when the job has ended"));
        return false;
    }
    return snapshot ? read_record(handle, snapshot, texts, failure) : read_guest(handle, texts, failure);
}
