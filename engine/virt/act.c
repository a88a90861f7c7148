// SPDX-License-Identifier: GPL-2.0-or-later
// The calls that change something.

#include "engine/virt/act.h"

#include "engine/model/tongue.h"
#include "engine/virt/branch.h"
#include "engine/virt/copy.h"
#include "engine/virt/failure.h"
#include "engine/virt/guard.h"
#include "engine/virt/layers.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/measure.h"
#include "engine/virt/records.h"
#include "engine/virt/renew.h"
#include "engine/virt/shorten.h"
#include "engine/virt/stored.h"
#include "engine/xml/compose.h"

struct Act {
    Connection *connection;
    LvDomain *domain;
    char *name;   // of the guest, for sentences
    char *mark;   // of the job; NULL: none
    Guard *guard; // of the guest that we started paused; NULL: none is up
    Branch *branch; // of a revert in steps of our own; NULL: none began
    Copy *copy;     // what qemu-img is at
    Shorten *shorten; // what QEMU is at, of layers that nobody holds
    bool shortened; // it merged some: records that follow are not put back
    Stored *stored; // a transient guest that was stored for the time of the plan; NULL: none is
    Renewal *renewal; // of records that were corrected; NULL: none was
    bool settled;   // a step was done that has no way back
    bool taken;     // somebody took the guest that was started paused, so it was not stopped again
    char *note;
    Measure *measure; // the sampler's
};

Act *act_new(Connection *connection, const char *uuid, const char *mark, Failure **failure)
{
    LvDomain *domain = virDomainLookupByUUIDString(connection_raw(connection), uuid);
    Act *act;

    if (!domain) {
        *failure = failure_last("Cannot find the guest %s", uuid);
        return NULL;
    }
    act = g_new0(Act, 1);
    act->connection = connection_ref(connection);
    act->domain = domain;
    act->name = g_strdup(virDomainGetName(domain));
    act->mark = g_strdup(mark);
    act->measure = measure_new();
    act->copy = copy_new();
    act->shorten = shorten_new();
    return act;
}

void act_free(Act *act)
{
    if (!act)
        return;
    guard_free(act->guard);
    branch_free(act->branch);
    renewal_free(act->renewal);
    stored_free(act->stored);
    measure_free(act->measure);
    copy_free(act->copy);
    shorten_free(act->shorten);
    lv_domain_free(act->domain);
    connection_unref(act->connection);
    g_free(act->name);
    g_free(act->mark);
    g_free(act->note);
    g_free(act);
}

bool act_has_started(const Act *act)
{
    return act->guard != NULL;
}

bool act_has_copied(const Act *act)
{
    return copy_wrote(act->copy);
}

int act_started_id(const Act *act)
{
    return act->guard ? guard_id(act->guard) : -1;
}

static bool has_step(const Plan *plan, guint n, StepKind kind)
{
    for (guint i = 0; i < n; i++)
        if (((const Step *) plan->steps->pdata[i])->kind == kind)
            return true;
    return false;
}

static bool stopped_it(const Past *past)
{
    bool stopped = false;

    for (unsigned i = 0; i < past->done; i++) {
        StepKind kind = ((const Step *) past->entry->plan->steps->pdata[i])->kind;

        stopped = kind == STEP_STOP_STARTED || (stopped && kind != STEP_START_PAUSED);
    }
    return stopped;
}

// Once the records were written again, whatever is missing was deleted by somebody.
static bool wrote_records(const Past *past)
{
    for (unsigned i = 0; i < past->done; i++)
        if (((const Step *) past->entry->plan->steps->pdata[i])->kind == STEP_PERSIST)
            return true;
    return false;
}

void act_clear_left(Act *act)
{
    if (act->mark)
        layers_clear_left(act->connection, act->mark);
}

Failure *act_adopt(Act *act, const Past *past)
{
    const JournalEntry *entry = past->entry;

    if (entry->started_id != -1 && !stopped_it(past)) {
        act->guard = guard_take(act->connection, act->domain, entry->started_id);
        if (!act->guard)
            return failure_last("What others do to %s meanwhile cannot be watched", act->name);
    }
    if (past->stored)
        act->stored = stored_new(act->connection, act->domain, act->name, wrote_records(past) ? NULL : past->records,
                                 entry->current);
    act->shortened = has_step(entry->plan, past->done, STEP_MERGE_LAYERS);
    if (!has_step(entry->plan, entry->plan->steps->len, STEP_MAKE_LAYERS))
        return NULL;
    act->branch = branch_new(act->connection, act->domain, act->name, act->mark);
    return branch_adopt(act->branch, past);
}

char *act_take_note(Act *act)
{
    return g_steal_pointer(&act->note);
}

GPtrArray *act_snapshots(Act *act, Failure **failure)
{
    g_autoptr(Records) records = records_list(act->connection, act->domain, false, failure);
    GPtrArray *names = records ? g_ptr_array_new_with_free_func(g_free) : NULL;

    for (guint i = 0; records && i < records->handles->len; i++)
        g_ptr_array_add(names, g_strdup(virDomainSnapshotGetName(records->handles->pdata[i])));
    return names;
}

// ---- the steps --------------------------------------------------------------------------------

static Failure *create(Act *act, const Step *step)
{
    g_autofree char *xml = xml_compose_snapshot(step);
    g_autoptr(LvSnapshot) snapshot = NULL;
    unsigned flags = 0;

    if (!xml)
        return failure_unread(
            NULL, "The snapshot %s was not taken: a name in the plan cannot be written as XML",
            step->subject);
    // Without the flag libvirt before 10.1 wants all disks of an off guest internal
    // (virDomainSnapshotAlignDisks).
    if (step->disk_only)
        flags |= VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY;
    if (step->quiesce)
        flags |= VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE;
    snapshot = virDomainSnapshotCreateXML(act->domain, xml, flags);
    return snapshot ? NULL
                    : failure_last("Taking snapshot %s of %s failed", step->subject, act->name);
}

static LvSnapshot *find_snapshot(Act *act, const char *name, Failure **failure)
{
    LvSnapshot *snapshot = virDomainSnapshotLookupByName(act->domain, name, 0);

    if (!snapshot)
        *failure = failure_last("Cannot find the snapshot %s of %s", name, act->name);
    return snapshot;
}

static Failure *delete_snapshot(Act *act, const Step *step)
{
    Failure *failure = NULL;
    g_autoptr(LvSnapshot) snapshot = find_snapshot(act, step->subject, &failure);
    unsigned flags = step->metadata_only ? VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY : 0;

    if (!snapshot)
        return failure;
    if (act->branch)
        branch_settle(act->branch);
    measure_listen(act->measure, act->connection, act->domain);
    if (virDomainSnapshotDelete(snapshot, flags) < 0)
        failure = failure_last("Deleting snapshot %s of %s failed", step->subject, act->name);
    measure_deafen(act->measure);
    return failure;
}

static Failure *revert(Act *act, const Step *step)
{
    Failure *failure = NULL;
    g_autoptr(LvSnapshot) snapshot = find_snapshot(act, step->subject, &failure);
    unsigned flags = step->reset_nvram ? VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM : 0;

    if (!snapshot)
        return failure;
    // There is no flag for "off": a plan that ends so reverts to a snapshot that is off itself.
    if (step->after == AFTER_RUNNING)
        flags |= VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING;
    if (step->after == AFTER_PAUSED)
        flags |= VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED;
    if (virDomainRevertToSnapshot(snapshot, flags) < 0)
        return failure_last("Reverting %s to snapshot %s failed", act->name, step->subject);
    return NULL;
}

static Failure *start_paused(Act *act)
{
    Failure *failure = NULL;
    Guard *guard = guard_new(act->connection, act->domain);

    if (!guard)
        return failure_last(
            "Starting %s paused was not tried: what others do to it meanwhile cannot be watched",
            act->name);
    if (virDomainCreateWithFlags(act->domain, VIR_DOMAIN_START_PAUSED) < 0) {
        failure = failure_last("Starting %s paused failed", act->name);
        guard_free(guard);
        return failure;
    }
    if (!guard_remember(guard)) { // the step counts as begun then, and whoever looks finds the one that stands paused
        failure = failure_last("%s was started paused, but which process that is could not be asked", act->name);
        guard_free(guard);
        return failure;
    }
    act->guard = guard;
    return NULL;
}

static Failure *stop_started(Act *act)
{
    bool unreached = false;
    const char *why = act->guard ? guard_why_not_ours(act->guard, &unreached) : _("it was not started by this job");
    Failure *failure = NULL;

    if (!why && virDomainDestroy(act->domain) < 0) {
        failure = failure_last("Stopping %s, which was started paused for the merge, failed", act->name);
        why = guard_why_not_ours(act->guard, &unreached); // it may have ended right then
        if (why && !unreached)
            g_clear_pointer(&failure, failure_free);
    } else if (unreached) { // the line broke, and it is still there
        failure = failure_last("Stopping %s, which was started paused for the merge, was not tried: %s", act->name, why);
    }
    act->taken |= why && !unreached;
    if (why && !failure)
        act->note = g_strdup_printf(_("%s was left as it is: %s."), act->name, why);
    g_clear_pointer(&act->guard, guard_free);
    return failure;
}

static Failure *compose(Act *act, const Step *step)
{
    if (!act->branch)
        act->branch = branch_new(act->connection, act->domain, act->name, act->mark);
    return branch_step(act->branch, step, &act->note);
}

// Onto images of its own choice a guest is led only by what qemu-img copied.
static Failure *define(Act *act, const Step *step)
{
    Failure *failure = step->origin ? NULL : copy_check(act->copy, step);

    return failure ? failure : compose(act, step);
}

static Failure *renew(Act *act, const Step *step)
{
    if (!act->renewal)
        act->renewal = renewal_new(act->connection, act->domain, act->name);
    return renewal_step(act->renewal, step);
}

static Failure *persist(Act *act)
{
    if (!act->stored)
        act->stored = stored_new(act->connection, act->domain, act->name, NULL, NULL);
    return stored_persist(act->stored);
}

static Failure *release(Act *act)
{
    Failure *failure = stored_release(act->stored);

    if (!failure)
        g_clear_pointer(&act->stored, stored_free);
    return failure;
}

static bool can_undo_branch(const Act *act)
{
    return act->branch && !act->settled && branch_can_undo(act->branch);
}

// The guest was stored for a stop that did not come, or did not lead where it was to.
static bool can_undo_stored(const Act *act)
{
    return act->stored && !act->settled && (!act->branch || !branch_is_settled(act->branch));
}

bool act_can_undo(const Act *act)
{
    return (act->renewal && renewal_can_undo(act->renewal)) || can_undo_branch(act) || can_undo_stored(act);
}

static void add_sentence(GString *text, const char *sentence)
{
    if (sentence)
        g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", sentence);
}

char *act_undo(Act *act, bool *whole)
{
    bool renewed = act->renewal && renewal_can_undo(act->renewal);
    g_autofree char *records = renewed ? renewal_undo(act->renewal, whole) : NULL;
    g_autofree char *rest = NULL;
    g_autofree char *stored = NULL;
    GString *text = g_string_new(records);

    if (can_undo_branch(act) && (!renewed || *whole))
        rest = branch_undo(act->branch, whole);
    if (can_undo_stored(act) && ((!renewed && !rest) || *whole))
        stored = stored_undo(act->stored, whole);
    add_sentence(text, rest);
    add_sentence(text, stored);
    return g_string_free(text, FALSE);
}

// What a merge or a revert left is corrected one record at a time: a step that fails takes back its own only.
static void settle(Act *act, StepKind kind)
{
    act->settled |= kind == STEP_DELETE || kind == STEP_REVERT || kind == STEP_COMMIT ||
                    kind == STEP_MERGE_NOW;
    act->shortened |= kind == STEP_MERGE_LAYERS;
    if (act->settled || act->shortened)
        g_clear_pointer(&act->renewal, renewal_free);
}

// Is it a step with NOW, planned for a guest that is off, and the guest is not?
static bool needs_stop(const Act *act, StepKind kind)
{
    return act->taken && (kind == STEP_CREATE || kind == STEP_REVERT || kind == STEP_MAKE_LAYERS ||
                          kind == STEP_RECORD || kind == STEP_DEFINE) && virDomainIsActive(act->domain) != 0;
}

static Failure *run_step(Act *act, const Step *step)
{
    if (needs_stop(act, step->kind))
        return failure_unread(NULL, "%s is not off any more, as the rest of the plan needs it", act->name);
    switch (step->kind) {
    case STEP_CREATE:
        return create(act, step);
    case STEP_START_PAUSED:
        return start_paused(act);
    case STEP_DELETE:
        return delete_snapshot(act, step);
    case STEP_STOP_STARTED:
        return stop_started(act);
    case STEP_REVERT:
        return revert(act, step);
    case STEP_MAKE_LAYERS:
    case STEP_RECORD:
    case STEP_POWER_OFF:
    case STEP_POWER_ON:
    case STEP_RESTORE:
    case STEP_REMOVE_FILES:
        return compose(act, step);
    case STEP_DEFINE:
        return define(act, step);
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
    case STEP_MAKE_CURRENT:
        return renew(act, step);
    case STEP_COMMIT:
    case STEP_REBASE:
        return copy_step(act->copy, act->domain, step);
    case STEP_MERGE_LAYERS:
    case STEP_MERGE_NOW:
        return shorten_step(act->shorten, act->domain, step);
    case STEP_PERSIST:
        return persist(act);
    case STEP_RELEASE:
        return release(act);
    }
    return failure_new(_("The plan has a step of an unknown kind"), NULL, 0, NULL);
}

Failure *act_step(Act *act, const Step *step)
{
    Failure *failure = run_step(act, step);

    if (!failure)
        settle(act, step->kind);
    return failure;
}

// ---- for the sampler --------------------------------------------------------------------------

void act_sample(Act *act, const Step *step, Progress *progress)
{
    if (step->kind == STEP_COMMIT)
        copy_measure(act->copy, step, progress);
    else if (step->kind == STEP_MERGE_LAYERS || step->kind == STEP_MERGE_NOW)
        shorten_measure(act->shorten, step, progress);
    else
        measure_step(act->measure, act->domain, step, progress);
}

bool act_abort(Act *act, const Step *step)
{
    // Only a memory save into a file can be aborted; on deletes libvirt says yes and does nothing.
    if (!step->cancellable || step->kind != STEP_CREATE || step->memory != MEMORY_EXTERNAL)
        return false;
    return virDomainAbortJob(act->domain) == 0;
}

bool act_was_aborted(const Failure *failure)
{
    return failure_aborted(failure);
}
