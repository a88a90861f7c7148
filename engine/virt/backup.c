// SPDX-License-Identifier: GPL-2.0-or-later
// SECURE texts, so that what is defined from them again has its passwords.

#include "engine/virt/backup.h"

#include "engine/virt/failure.h"
#include "engine/virt/record.h"

char *backup_definition(Connection *connection, const char *uuid, Failure **failure)
{
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, failure);
    char *xml = domain ? virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE) : NULL;

    if (domain && !xml)
        *failure = failure_last("The guest's definition cannot be saved");
    return record_take_text(xml);
}

char *backup_record(Connection *connection, const char *uuid, const char *name, Failure **failure)
{
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, failure);

    return domain ? record_read(domain, virDomainGetName(domain), name, failure) : NULL;
}
