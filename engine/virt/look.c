// SPDX-License-Identifier: GPL-2.0-or-later
// One look at one guest, in the order in which libvirt may be asked.

#include "engine/virt/look.h"

#include "engine/model/tongue.h"
#include "engine/virt/again.h"
#include "engine/virt/failure.h"
#include "engine/virt/flight.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/look_images.h"
#include "engine/virt/reading.h"
#include "engine/virt/reasons.h"
#include "engine/xml/domain_xml.h"

#include <stdlib.h>
#include <string.h>

// A question of another client holds a guest for some milliseconds: that is no job to wait for.
#define BRIEF_MS    300
#define BRIEF_TRIES 30
#define BRIEF_PAUSE (10 * 1000) // microseconds

// The first thing that could not be read is what the operator is told. Takes `text`.
static void note_text(char **incomplete, char *text)
{
    if (*incomplete)
        g_free(text);
    else
        *incomplete = text;
}

static void note(char **incomplete, Failure *failure)
{
    note_text(incomplete, failure_text(failure));
    failure_free(failure);
}

// ---- the guest itself -------------------------------------------------------------------------

// The guest by its uuid, and beside it its state through the handle that is kept of it: two calls at once.
typedef struct First {
    Connection *connection;
    const char *uuid;
    LvDomain *handle; // its name and id are those of now
    int state, reason;
    Failure *failures[2];
} First;

static void ask_first(void *data, guint index)
{
    First *first = data;
    g_autoptr(LvDomain) kept = NULL;

    if (index == 0) {
        first->handle = virDomainLookupByUUIDString(connection_raw(first->connection), first->uuid);
        if (!first->handle)
            first->failures[0] = failure_last("Cannot find the guest %s", first->uuid);
        return;
    }
    kept = connection_domain(first->connection, first->uuid, &first->failures[1]);
    if (kept && virDomainGetState(kept, &first->state, &first->reason, 0) < 0)
        first->failures[1] = failure_last("Cannot read the state of the guest %s", first->uuid);
}

static Domain *read_state(const First *first)
{
    Domain *domain = domain_new(virDomainGetName(first->handle), first->uuid);

    domain->id = (int) virDomainGetID(first->handle);
    domain->state = (DomainState) first->state;
    domain->reason = first->reason;
    domain->reason_text = g_strdup(reason_word(first->state, first->reason));
    return domain;
}

// A new handle, and the guest with its state. NULL and `failure`.
static LvDomain *look_first(Connection *connection, const char *uuid, Domain **domain, Failure **failure)
{
    First first = {.connection = connection, .uuid = uuid};

    flight_run(connection, 2, ask_first, &first);
    *failure = first.failures[0] ? first.failures[0] : first.failures[1];
    if (first.failures[0])
        failure_free(first.failures[1]);
    if (!*failure) {
        *domain = read_state(&first);
        return first.handle;
    }
    lv_domain_free(first.handle);
    return NULL;
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

// As a delete of libvirt's leaves it (H17). A copy waits in the same way, for whoever began it.
static bool waits_for_end(const virDomainBlockJobInfo *info)
{
    bool merges = info->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT ||
                  info->type == VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT;

    return merges && block_job_has_all(info);
}

static void read_block_job(LvDomain *handle, Domain *domain)
{
    domain->block_job_over = true;
    for (guint i = 0; domain->live && i < domain->live->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(domain->live->disks, i);
        virDomainBlockJobInfo info;

        // Drivers without block jobs fail; then there is none.
        if (!disk_is_writable(disk) ||
            virDomainGetBlockJobInfo(handle, disk->target, &info, 0) <= 0)
            continue;
        if (!domain->block_job)
            domain->block_job_disk = g_strdup(disk->target);
        domain->block_job = true;
        domain->block_job_over &= waits_for_end(&info);
    }
    domain->block_job_over &= domain->block_job;
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

static void read_persistent(LvDomain *handle, Domain *domain, char **incomplete)
{
    int persistent = virDomainIsPersistent(handle);

    if (persistent < 0)
        note(incomplete, failure_last("Whether %s is persistent cannot be read", domain->name));
    domain->persistent = persistent > 0;
}

static void read_saved(LvDomain *handle, Domain *domain, char **incomplete)
{
    int saved = virDomainHasManagedSaveImage(handle, 0);

    if (saved < 0 && virGetLastErrorCode() != VIR_ERR_NO_SUPPORT)
        note(incomplete,
             failure_last("Whether %s has a managed save cannot be read", domain->name));
    domain->managed_save = saved > 0;
}

// ---- everything at once -----------------------------------------------------------------------

enum { ASK_RECORDS, ASK_DEFINITIONS, ASK_SAVED, ASK_CHECKPOINTS, N_QUESTIONS };

typedef struct Inquiry {
    Connection *connection;
    const Look *look;
    LvDomain *handle;
    Domain *domain; // each sets fields of its own
    Records *records;
    Failure *failure;             // why there are no records
    char *incomplete[N_QUESTIONS]; // what could not be read
} Inquiry;

static void ask_one(void *data, guint question)
{
    Inquiry *inquiry = data;
    char **incomplete = &inquiry->incomplete[question];

    switch (question) {
    case ASK_RECORDS:
        inquiry->records =
            records_list(inquiry->connection, inquiry->handle, look_shows(inquiry->look), &inquiry->failure);
        break;
    case ASK_DEFINITIONS:
        read_persistent(inquiry->handle, inquiry->domain, incomplete);
        read_definitions(inquiry->handle, inquiry->domain, incomplete);
        break;
    case ASK_SAVED:
        read_saved(inquiry->handle, inquiry->domain, incomplete);
        break;
    case ASK_CHECKPOINTS:
        inquiry->domain->checkpoints = count_checkpoints(inquiry->handle);
        break;
    }
}

// The records that there are; NULL and `failure`. `incomplete` gets a sentence if something else could not be read.
static Records *inquire(Inquiry *inquiry, char **incomplete, Failure **failure)
{
    flight_run(inquiry->connection, inquiry->look->depth == LOOK_WHOLE ? N_QUESTIONS : ASK_SAVED, ask_one, inquiry);
    for (int i = 0; i < N_QUESTIONS; i++)
        if (inquiry->incomplete[i])
            note_text(incomplete, inquiry->incomplete[i]);
    if (domain_is_active(inquiry->domain) && inquiry->look->depth == LOOK_WHOLE)
        read_block_job(inquiry->handle, inquiry->domain);
    *failure = inquiry->failure;
    return inquiry->records;
}

// ---- the picture ------------------------------------------------------------------------------

static Picture *look_whole(Connection *connection, LvDomain *handle, Storage *storage, const Look *look,
                           Domain *domain, char **digest, Failure **failure)
{
    Inquiry inquiry = {.connection = connection, .look = look, .handle = handle, .domain = domain};
    Reading reading = {.connection = connection, .look = look, .domain = domain};
    g_autofree char *incomplete = NULL;
    g_autoptr(Records) records = inquire(&inquiry, &incomplete, failure);
    GPtrArray *snapshots;
    Picture *picture;

    if (!records) {
        domain_unref(domain);
        return NULL;
    }
    snapshots = reading_run(&reading, records, &incomplete);
    picture = picture_new(domain, snapshots, records->current,
                          look_images(connection, handle, domain, snapshots, storage, look->depth));
    if (incomplete && !connection_alive(connection)) { // then what is missing says nothing about the guest
        *failure = failure_unread(NULL, "The connection was lost while %s was being read", domain->name);
        picture_unref(picture);
        return NULL;
    }
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
            _("libvirt cannot talk to the QEMU process of %s; look at the guest's log on the host."),
            domain->name);
    if (domain->control_ms < 1000)
        return g_strdup_printf(_("A job holds %s: its details are those from before, until it has "
                                 "ended."),
                               domain->name);
    return g_strdup_printf(_("A job has been holding %s for %u s: its details are those from before, until it has ended."),
                           domain->name, (unsigned) (domain->control_ms / 1000));
}

static bool is_broken(Connection *connection, const Failure *failure)
{
    return failure_is_gone(failure) || !connection_alive(connection);
}

Picture *look_picture(Connection *connection, Storage *storage, const Look *look, char **digest, Failure **failure)
{
    Domain *domain = NULL;
    g_autoptr(LvDomain) handle = look_first(connection, look->uuid, &domain, failure);
    g_autofree char *why = NULL;
    Picture *picture;

    if (!handle)
        return NULL;
    if (look->depth == LOOK_STATE)
        return picture_again(domain, look->old, _("A job of virt-snap runs on it."));
    await_control(handle, domain);
    if (domain->control != CONTROL_FREE) {
        why = busy_sentence(domain);
        return picture_again(domain, look->old, why);
    }
    picture = look_whole(connection, handle, storage, look, domain_ref(domain), digest, failure);
    if (!picture && !is_broken(connection, *failure)) {
        why = failure_text(*failure);
        g_clear_pointer(failure, failure_free);
        return picture_again(domain, look->old, why);
    }
    domain_unref(domain);
    return picture;
}
