// SPDX-License-Identifier: GPL-2.0-or-later
// The steps of a composed revert, and the way back.
//
// Texts that are kept here hold the guest's secrets; they are never logged nor put into a sentence.

#include "engine/virt/branch.h"

#include "engine/model/tongue.h"
#include "engine/virt/failure.h"
#include "engine/virt/layers.h"
#include "engine/virt/record.h"
#include "engine/xml/edit.h"

#include <string.h>

struct Branch {
    Connection *connection;
    LvDomain *domain;
    const char *name;
    Layers *layers;
    char *record;     // the snapshot whose record was made or renewed; NULL: none was
    Kept renewed;     // that record as it was; nothing: it is new
    Kept current;     // the record that was the current one
    char *definition; // the stored definition as it was; NULL: it is still that
    char *saved;      // the memory image's XML on the new disks
    int before;       // the id of the guest's process before it got the new definition; -1: it was off
    bool stopped;     // we stopped the guest
    bool settled;     // there is no way back any more
};

Branch *branch_new(Connection *connection, LvDomain *domain, const char *name, const char *mark)
{
    Branch *branch = g_new0(Branch, 1);

    branch->connection = connection;
    branch->domain = domain;
    branch->name = name;
    branch->layers = layers_new(connection, mark);
    return branch;
}

void branch_free(Branch *branch)
{
    if (!branch)
        return;
    layers_free(branch->layers);
    kept_clear(&branch->renewed);
    kept_clear(&branch->current);
    g_free(branch->record);
    g_free(branch->definition);
    g_free(branch->saved);
    g_free(branch);
}

// ---- records ----------------------------------------------------------------------------------

static bool keep_current(Branch *branch, Failure **failure)
{
    branch->current.name = record_current(branch->domain);
    if (!branch->current.name) {
        *failure = failure_last("Which snapshot of %s is the current one cannot be read", branch->name);
        return false;
    }
    branch->current.xml = record_read(branch->domain, branch->name, branch->current.name, failure);
    return branch->current.xml != NULL;
}

static char *read_definition(Branch *branch, Failure **failure)
{
    char *xml = virDomainGetXMLDesc(branch->domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);

    if (!xml)
        *failure = failure_last("The stored definition of %s cannot be read", branch->name);
    return record_take_text(xml);
}

static Failure *record(Branch *branch, const Step *step)
{
    bool copy = strcmp(step->subject, step->origin) != 0;
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *present = NULL;
    g_autofree char *edited = NULL;
    Failure *failure = NULL;

    if (!keep_current(branch, &failure) || !(xml = record_read(branch->domain, branch->name, step->origin, &failure)) ||
        !(present = read_definition(branch, &failure)))
        return failure;
    edited = xml_edit_record(xml, present, step, now, &error);
    if (!edited)
        return failure_unread(error, "The record of snapshot %s was not written", step->subject);
    // Even if it fails: a record whose file cannot be written is current for a moment, and then none is
    // (qemuSnapshotRedefine, tried on 9.0.0).
    branch->record = g_strdup(step->subject);
    if (!copy) {
        branch->renewed.name = g_strdup(step->origin);
        branch->renewed.xml = g_steal_pointer(&xml);
    }
    return record_write(branch->domain, step->subject, edited, true);
}

static Failure *forget_record(Branch *branch)
{
    g_autoptr(LvSnapshot) snapshot = virDomainSnapshotLookupByName(branch->domain, branch->record, 0);

    if (!snapshot && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT)
        return NULL; // it never came to be
    if (!snapshot)
        return failure_last("Cannot find the snapshot %s of %s", branch->record, branch->name);
    if (virDomainSnapshotDelete(snapshot, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY) < 0)
        return failure_last("The record of snapshot %s could not be taken back", branch->record);
    return NULL;
}

// The new record goes first: libvirt then moves its overlays into its parent's record where that has
// <revertDisks> (qemuSnapshotDeleteUpdateParent), which the old text of that puts right.
static Failure *undo_record(Branch *branch)
{
    Failure *failure = branch->renewed.xml ?
                           record_put_back(branch->domain, branch->name, &branch->renewed, false) :
                           forget_record(branch);

    if (!failure)
        failure = record_put_back(branch->domain, branch->name, &branch->current, true);
    if (!failure)
        g_clear_pointer(&branch->record, g_free);
    return failure;
}

// ---- the switch -------------------------------------------------------------------------------

// All that can be known about the memory beforehand: the guest may be running still.
static Failure *look_at_memory(Branch *branch, const Step *step)
{
    virConnectPtr raw = connection_raw(branch->connection);
    g_autoptr(GError) error = NULL;
    const unsigned flags = VIR_DOMAIN_SAVE_IMAGE_XML_SECURE;
    g_autofree char *xml = record_take_text(virDomainSaveImageGetXMLDesc(raw, step->memory_file, flags));

    if (!xml)
        return failure_last("The saved memory in %s cannot be read", step->memory_file);
    branch->saved = xml_edit_saved(xml, step, &error);
    return branch->saved ? NULL : failure_unread(error, "The saved memory in %s cannot be used", step->memory_file);
}

static Failure *define(Branch *branch, const char *xml)
{
    g_autoptr(LvDomain) defined = virDomainDefineXML(connection_raw(branch->connection), xml);

    return defined ? NULL : failure_last("Defining %s failed", branch->name);
}

#define ID_UNKNOWN (-2)

// The id of the process that runs the guest now; -1: it is off.
static int running_id(Branch *branch)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    g_autoptr(LvDomain) fresh = virDomainGetUUIDString(branch->domain, uuid) == 0 ?
                                    virDomainLookupByUUIDString(connection_raw(branch->connection), uuid) : NULL;

    return fresh ? (int) virDomainGetID(fresh) : ID_UNKNOWN;
}

static Failure *refuse_started(Branch *branch)
{
    return failure_unread(NULL, "%s was started meanwhile, so it was not given its disks on other images", branch->name);
}

// The guest's own configuration, on images that hold what its disks held: only while it is off.
static Failure *define_own(Branch *branch, const Step *step)
{
    Failure *failure = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *present = read_definition(branch, &failure);
    g_autofree char *edited = present ? xml_edit_present(present, step, &error) : NULL;

    if (failure)
        return failure;
    if (!edited)
        return failure_unread(error, "%s was not changed: its configuration cannot be used", branch->name);
    if (running_id(branch) != -1)
        return refuse_started(branch);
    failure = define(branch, edited);
    if (failure || running_id(branch) == -1)
        return failure;
    failure = define(branch, present); // it runs on the images that it had
    return failure ? failure : refuse_started(branch);
}

static Failure *define_stored(Branch *branch, const Step *step)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *snapshot = NULL;
    g_autofree char *present = NULL;
    g_autofree char *edited = NULL;
    Failure *failure = step->memory_file ? look_at_memory(branch, step) : NULL;

    if (failure || !(snapshot = record_read(branch->domain, branch->name, step->origin, &failure)) ||
        !(present = read_definition(branch, &failure)))
        return failure;
    edited = xml_edit_definition(snapshot, present, step, &error);
    if (!edited)
        return failure_unread(error, "%s was not changed: the configuration in snapshot %s cannot be used",
                              branch->name, step->origin);
    branch->before = running_id(branch);
    failure = define(branch, edited);
    if (!failure)
        branch->definition = g_steal_pointer(&present);
    return failure;
}

static Failure *power_off(Branch *branch)
{
    if (virDomainDestroy(branch->domain) < 0 && virDomainIsActive(branch->domain) != 0)
        return failure_last("Stopping %s failed", branch->name);
    branch->stopped = true;
    return NULL;
}

static Failure *power_on(Branch *branch, const Step *step)
{
    unsigned flags = step->after == AFTER_PAUSED ? VIR_DOMAIN_START_PAUSED : 0;

    if (step->reset_nvram)
        flags |= VIR_DOMAIN_START_RESET_NVRAM;
    if (virDomainCreateWithFlags(branch->domain, flags) < 0)
        return failure_last("Starting %s failed", branch->name);
    branch->settled = true;
    return NULL;
}

static Failure *restore(Branch *branch, const Step *step)
{
    unsigned flags = step->after == AFTER_PAUSED ? VIR_DOMAIN_SAVE_PAUSED : VIR_DOMAIN_SAVE_RUNNING;

    if (step->reset_nvram)
        flags |= VIR_DOMAIN_SAVE_RESET_NVRAM;
    if (!branch->saved)
        return failure_unread(NULL, "The saved memory of %s was not looked at before", branch->name);
    if (virDomainRestoreFlags(connection_raw(branch->connection), step->memory_file, branch->saved, flags) < 0)
        return failure_last("Bringing %s back with its memory failed", branch->name);
    branch->settled = true;
    return NULL;
}

// ---- the files --------------------------------------------------------------------------------

static Failure *make_layers(Branch *branch, const Step *step)
{
    Failure *failure = NULL;

    for (guint i = 0; i < step->disks->len && !failure; i++)
        failure = layers_make(branch->layers, g_ptr_array_index(step->disks, i));
    return failure;
}

// Where the line broke nothing is known of it: then it is the step's failure.
static Failure *remove_file(Branch *branch, const char *path, GString *left)
{
    g_autoptr(Failure) failure = path ? layers_remove(branch->layers, path) : NULL;
    g_autofree char *text = NULL;

    if (failure && !connection_alive(branch->connection))
        return g_steal_pointer(&failure);
    text = failure ? failure_text(failure) : NULL;
    if (text)
        g_string_append_printf(left, "%s%s", left->len > 0 ? " " : "", text);
    return NULL;
}

// The guest is where it was to go, and nobody needs these files: one that stays is worth a note, no more.
static Failure *remove_files(Branch *branch, const Step *step, char **note)
{
    g_autoptr(GString) left = g_string_new(NULL);
    Failure *failure = NULL;

    for (guint i = 0; i < step->disks->len && !failure; i++)
        failure = remove_file(branch, ((const StepDisk *) g_ptr_array_index(step->disks, i))->removes, left);
    if (!failure)
        failure = remove_file(branch, step->memory_file, left); // a volume like any other to the folder's pool
    if (failure || left->len == 0)
        return failure;
    g_string_append_printf(left, " %s", _("Nobody needs what is left: remove it by hand when that is mended."));
    *note = g_string_free(g_steal_pointer(&left), FALSE);
    return NULL;
}

Failure *branch_step(Branch *branch, const Step *step, char **note)
{
    switch (step->kind) {
    case STEP_MAKE_LAYERS:
        return make_layers(branch, step);
    case STEP_RECORD:
        return record(branch, step);
    case STEP_DEFINE:
        return step->origin ? define_stored(branch, step) : define_own(branch, step);
    case STEP_POWER_OFF:
        return power_off(branch);
    case STEP_POWER_ON:
        return power_on(branch, step);
    case STEP_RESTORE:
        return restore(branch, step);
    case STEP_REMOVE_FILES:
        branch->settled = true;
        return remove_files(branch, step, note);
    case STEP_CREATE:
    case STEP_START_PAUSED:
    case STEP_DELETE:
    case STEP_STOP_STARTED:
    case STEP_REVERT:
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
    case STEP_MAKE_CURRENT:
    case STEP_PERSIST:
    case STEP_RELEASE:
    case STEP_COMMIT:
    case STEP_REBASE:
    case STEP_MERGE_LAYERS:
    case STEP_MERGE_NOW:
        break;
    }
    return failure_unread(NULL, "The step %s is none of a composed revert", step_kind_word(step->kind));
}

// ---- after a process that was cut off ---------------------------------------------------------

// The snapshot that was current when the record was written: the one that the plan had taken before, else the old one.
static const char *current_then(const Past *past, unsigned index)
{
    for (unsigned i = index; i > 0; i--) {
        const Step *step = past->entry->plan->steps->pdata[i - 1];

        if (step->kind == STEP_CREATE)
            return step->subject;
    }
    return past->entry->current;
}

static Failure *adopt_record(Branch *branch, const Past *past, unsigned index)
{
    const Step *step = past->entry->plan->steps->pdata[index];
    const char *current = current_then(past, index);
    Failure *failure = NULL;

    branch->record = g_strdup(step->subject);
    branch->current.name = g_strdup(current);
    branch->current.xml = current ? g_strdup(g_hash_table_lookup(past->records, current)) : NULL;
    if (current && !branch->current.xml) // taken by the plan itself, so nothing has changed it since
        branch->current.xml = record_read(branch->domain, branch->name, current, &failure);
    if (failure || strcmp(step->subject, step->origin) != 0)
        return failure;
    branch->renewed.name = g_strdup(step->origin);
    branch->renewed.xml = g_strdup(g_hash_table_lookup(past->records, step->origin));
    return branch->renewed.xml ? NULL :
                                 failure_unread(NULL, "The record of snapshot %s was not saved before", step->origin);
}

static Failure *adopt_step(Branch *branch, const Past *past, unsigned index)
{
    const Step *step = past->entry->plan->steps->pdata[index];

    switch (step->kind) {
    case STEP_MAKE_LAYERS:
        for (guint i = 0; i < step->disks->len; i++)
            layers_adopt(branch->layers, step->disks->pdata[i]);
        return NULL;
    case STEP_RECORD:
        return adopt_record(branch, past, index);
    case STEP_DEFINE:
        branch->definition = index < past->done ? g_strdup(past->definition) : NULL;
        return step->memory_file ? look_at_memory(branch, step) : NULL;
    case STEP_POWER_OFF:
        branch->stopped = index < past->done;
        return NULL;
    case STEP_POWER_ON:
    case STEP_RESTORE:
    case STEP_REMOVE_FILES:
    case STEP_DELETE:
        branch->settled = true;
        return NULL;
    case STEP_CREATE:
    case STEP_START_PAUSED:
    case STEP_STOP_STARTED:
    case STEP_REVERT:
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
    case STEP_MAKE_CURRENT:
    case STEP_PERSIST:
    case STEP_RELEASE:
    case STEP_COMMIT:
    case STEP_REBASE:
    case STEP_MERGE_LAYERS:
    case STEP_MERGE_NOW:
        break;
    }
    return NULL;
}

Failure *branch_adopt(Branch *branch, const Past *past)
{
    Failure *failure = NULL;

    branch->before = past->entry->domain_id;
    for (unsigned i = 0; i < past->traced && !failure; i++)
        failure = adopt_step(branch, past, i);
    return failure;
}

// ---- the way back -----------------------------------------------------------------------------

void branch_settle(Branch *branch)
{
    branch->settled = true;
}

bool branch_is_settled(const Branch *branch)
{
    return branch->settled;
}

bool branch_can_undo(const Branch *branch)
{
    return !branch->settled && (layers_made(branch->layers) || branch->record || branch->definition);
}

// A guest that runs, and not since before it got the new definition, stands on the new layers: nothing below it is
// taken away. Nor if that cannot be told.
static Failure *undo_definition(Branch *branch)
{
    int id = running_id(branch);
    Failure *failure;

    if (id == ID_UNKNOWN || (id != -1 && id != branch->before))
        return failure_unread(NULL, "%s was started meanwhile, and may stand on the new layers", branch->name);
    failure = define(branch, branch->definition);
    if (!failure)
        g_clear_pointer(&branch->definition, g_free);
    return failure;
}

char *branch_undo(Branch *branch, bool *whole)
{
    Failure *failure = branch->definition ? undo_definition(branch) : NULL;
    g_autofree char *text = NULL;

    if (!failure && branch->record)
        failure = undo_record(branch);
    if (!failure)
        failure = layers_undo(branch->layers);
    *whole = failure == NULL;
    if (failure)
        text = failure_text(failure);
    failure_free(failure);
    if (text)
        return g_strdup_printf(_("Not everything could be taken back. %s"), text);
    return g_strdup(branch->stopped ? _("What had been begun was taken back; the guest is off, on the disks it had before.")
                                    : _("What had been begun was taken back."));
}
