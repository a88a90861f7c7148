// SPDX-License-Identifier: GPL-2.0-or-later
// One look at one guest, in the order in which libvirt may be asked.

#include "engine/virt/look.h"

#include "engine/virt/again.h"
#include "engine/virt/failure.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/look_images.h"
#include "engine/virt/reasons.h"
#include "engine/virt/records.h"
#include "engine/xml/domain_xml.h"

#include <stdlib.h>
#include <string.h>

// A question of another client holds a guest for some milliseconds: that is no job to wait for.
#define BRIEF_MS    300
#define BRIEF_TRIES 30
#define BRIEF_PAUSE (10 * 1000) // microseconds

// The first thing that could not be read is what the operator is told.
static void note(char **incomplete, Failure *failure)
{
    if (!*incomplete)
        *incomplete = failure_text(failure);
    failure_free(failure);
}

// ---- the guest itself -------------------------------------------------------------------------

static Domain *read_state(LvDomain *handle, const char *uuid, Failure **failure)
{
    g_autoptr(Domain) domain = domain_new(virDomainGetName(handle), uuid);
    int state, reason;

    if (virDomainGetState(handle, &state, &reason, 0) < 0) {
        *failure = failure_last("Cannot read the state of %s", domain->name);
        return NULL;
    }
    domain->id = (int) virDomainGetID(handle);
    domain->state = (DomainState) state;
    domain->reason = reason;
    domain->reason_text = g_strdup(reason_word(state, reason));
    return g_steal_pointer(&domain);
}

// A guest that is off, and a driver that has no such call, hold nobody up.
static void read_control(LvDomain *handle, Domain *domain)
{
    virDomainControlInfo info;

    if (!domain_is_active(domain) || virDomainGetControlInfo(handle, &info, 0) < 0)
        return;
    if (info.state == VIR_DOMAIN_CONTROL_JOB)
        domain->control = CONTROL_JOB;
    else if (info.state == VIR_DOMAIN_CONTROL_OCCUPIED)
        domain->control = CONTROL_OCCUPIED;
    else if (info.state == VIR_DOMAIN_CONTROL_ERROR)
        domain->control = CONTROL_ERROR;
    domain->control_ms = domain->control == CONTROL_FREE ? 0 : info.stateTime;
}

static bool is_held_briefly(const Domain *domain)
{
    return (domain->control == CONTROL_JOB || domain->control == CONTROL_OCCUPIED) && domain->control_ms < BRIEF_MS;
}

static void await_control(LvDomain *handle, Domain *domain)
{
    read_control(handle, domain);
    for (int i = 0; i < BRIEF_TRIES && is_held_briefly(domain); i++) {
        g_usleep(BRIEF_PAUSE);
        domain->control = CONTROL_FREE;
        domain->control_ms = 0;
        read_control(handle, domain);
    }
}

static Definition *read_definition(LvDomain *handle, const char *name, unsigned flags,
                                   char **incomplete)
{
    char *xml = virDomainGetXMLDesc(handle, flags);
    g_autoptr(GError) error = NULL;
    Definition *definition;

    if (!xml) {
        note(incomplete, failure_last("The definition of %s cannot be read", name));
        return NULL;
    }
    definition = xml_read_domain(xml, strlen(xml), &error);
    if (!definition)
        note(incomplete, failure_unread(error, "The definition of %s cannot be understood", name));
    free(xml);
    return definition;
}

static void read_definitions(LvDomain *handle, Domain *domain, char **incomplete)
{
    if (domain_is_active(domain))
        domain->live = read_definition(handle, domain->name, 0, incomplete);
    if (domain->persistent || !domain_is_active(domain))
        domain->inactive =
            read_definition(handle, domain->name, VIR_DOMAIN_XML_INACTIVE, incomplete);
}

static void read_block_job(LvDomain *handle, Domain *domain)
{
    for (guint i = 0; domain->live && i < domain->live->disks->len && !domain->block_job; i++) {
        const Disk *disk = g_ptr_array_index(domain->live->disks, i);
        virDomainBlockJobInfo info;

        // Drivers without block jobs fail; then there is none.
        if (!disk_is_writable(disk) ||
            virDomainGetBlockJobInfo(handle, disk->target, &info, 0) <= 0)
            continue;
        domain->block_job = true;
        domain->block_job_disk = g_strdup(disk->target);
    }
}

static unsigned count_checkpoints(LvDomain *handle)
{
    virDomainCheckpointPtr *checkpoints = NULL;
    int n = virDomainListAllCheckpoints(handle, &checkpoints, 0);

    for (int i = 0; i < n; i++)
        virDomainCheckpointFree(checkpoints[i]);
    free(checkpoints);
    return n > 0 ? (unsigned) n : 0; // drivers without checkpoints fail, and have none
}

static void read_facts(LvDomain *handle, Domain *domain, char **incomplete)
{
    int persistent, saved;

    persistent = virDomainIsPersistent(handle);
    if (persistent < 0)
        note(incomplete, failure_last("Whether %s is persistent cannot be read", domain->name));
    domain->persistent = persistent > 0;
    saved = virDomainHasManagedSaveImage(handle, 0);
    if (saved < 0 && virGetLastErrorCode() != VIR_ERR_NO_SUPPORT)
        note(incomplete,
             failure_last("Whether %s has a managed save cannot be read", domain->name));
    domain->managed_save = saved > 0;
    domain->checkpoints = count_checkpoints(handle);
    read_definitions(handle, domain, incomplete);
    if (domain_is_active(domain))
        read_block_job(handle, domain);
}

// ---- the picture ------------------------------------------------------------------------------

static Picture *look_whole(LvDomain *handle, Storage *storage, Domain *domain, char **digest,
                           Failure **failure)
{
    g_autoptr(Records) records = records_list(handle, failure);
    g_autofree char *incomplete = NULL;
    GPtrArray *snapshots;
    Picture *picture;

    if (!records) {
        domain_unref(domain);
        return NULL;
    }
    read_facts(handle, domain, &incomplete);
    snapshots = records_read(records, &incomplete);
    picture = picture_new(domain, snapshots, records->current,
                          look_images(handle, domain, snapshots, storage));
    picture->details = incomplete == NULL; // half a guest is nothing to plan on
    picture->incomplete = g_steal_pointer(&incomplete);
    if (digest)
        *digest = records_digest(records);
    return picture;
}

static char *busy_sentence(const Domain *domain)
{
    if (domain->control == CONTROL_ERROR)
        return g_strdup_printf(
            "libvirt cannot talk to the QEMU process of %s; look at the guest's log on the host.",
            domain->name);
    if (domain->control_ms < 1000)
        return g_strdup_printf("A job holds %s: its details are those from before, until it has "
                               "ended.",
                               domain->name);
    return g_strdup_printf("A job has been holding %s for %" G_GUINT64_FORMAT " s: its details are "
                           "those from before, until it has ended.",
                           domain->name, domain->control_ms / 1000);
}

static bool is_broken(Connection *connection, const Failure *failure)
{
    return failure_is_gone(failure) || !connection_alive(connection);
}

Picture *look_picture(Connection *connection, Storage *storage, const char *uuid,
                      const Picture *old, LookDepth depth, char **digest, Failure **failure)
{
    g_autoptr(LvDomain) handle = virDomainLookupByUUIDString(connection_raw(connection), uuid);
    g_autofree char *why = NULL;
    Picture *picture;
    Domain *domain;

    if (!handle) {
        *failure = failure_last("Cannot find the guest %s", old ? old->domain->name : uuid);
        return NULL;
    }
    domain = read_state(handle, uuid, failure);
    if (!domain)
        return NULL;
    if (depth == LOOK_STATE)
        return picture_again(domain, old, "A job of virt-snap runs on it.");
    await_control(handle, domain);
    if (domain->control != CONTROL_FREE) {
        why = busy_sentence(domain);
        return picture_again(domain, old, why);
    }
    picture = look_whole(handle, storage, domain_ref(domain), digest, failure);
    if (!picture && !is_broken(connection, *failure)) {
        why = failure_text(*failure);
        g_clear_pointer(failure, failure_free);
        return picture_again(domain, old, why);
    }
    domain_unref(domain);
    return picture;
}
