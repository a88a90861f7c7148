// SPDX-License-Identifier: GPL-2.0-or-later
// What others did between two steps, found before the next one could do harm by it.

#include "engine/job_between.h"

#include "engine/planner.h"

#include <string.h>

static const Step *step_of(const Job *job, unsigned index)
{
    return g_ptr_array_index(job->plan->steps, index);
}

// ---- names ------------------------------------------------------------------------------------

// The snapshots that are there if nobody else made or removed one. The names are borrowed.
static GHashTable *expected_names(const Job *job, unsigned done)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < job->before->snapshots->len; i++)
        g_hash_table_add(names, ((const Snapshot *) job->before->snapshots->pdata[i])->name);
    for (unsigned i = 0; i < done; i++) {
        const Step *step = step_of(job, i);

        if (step->kind == STEP_CREATE || step->kind == STEP_RECORD)
            g_hash_table_add(names, step->subject);
        else if (step->kind == STEP_DELETE)
            g_hash_table_remove(names, step->subject);
    }
    return names;
}

static bool names_fit(const Job *job, Act *act, unsigned done)
{
    g_autoptr(GHashTable) expected = expected_names(job, done);
    g_autoptr(Failure) failure = NULL;
    g_autoptr(GPtrArray) names = act_snapshots(act, &failure);

    if (!names || names->len != g_hash_table_size(expected))
        return false;
    for (guint i = 0; i < names->len; i++)
        if (!g_hash_table_contains(expected, names->pdata[i]))
            return false;
    return true;
}

// ---- the laws ---------------------------------------------------------------------------------

static bool is_first(const Job *job, unsigned index)
{
    for (unsigned i = 0; i < index; i++)
        if (step_of(job, i)->kind == step_of(job, index)->kind)
            return false;
    return true;
}

// A plan may remove hundreds of files one after the other: only before the first of them everything is looked at in any
// case.
static bool needs_look(const Job *job, Act *act, unsigned index)
{
    const Step *step = step_of(job, index);

    switch (step->kind) {
    case STEP_DEFINE:
    case STEP_REVERT:
    case STEP_MERGE_LAYERS:
    case STEP_MERGE_NOW:
        return true;
    case STEP_DELETE:
        return remains_merges(step) || !names_fit(job, act, index);
    case STEP_REMOVE_FILES:
        return is_first(job, index) || !names_fit(job, act, index);
    case STEP_CREATE:
    case STEP_START_PAUSED:
    case STEP_STOP_STARTED:
    case STEP_MAKE_LAYERS:
    case STEP_RECORD:
    case STEP_POWER_OFF:
    case STEP_POWER_ON:
    case STEP_RESTORE:
    case STEP_REPARENT:
    case STEP_RENEW:
    case STEP_FOLLOW:
    case STEP_MAKE_CURRENT:
    case STEP_PERSIST:
    case STEP_RELEASE:
    case STEP_COMMIT: // virt/copy.c asks whether the guest is off, and qemu-img takes the images' locks
    case STEP_REBASE:
        break;
    }
    return false;
}

static bool stop(Job *job, const Examined *examined)
{
    const Plan *rest = examined->rest;

    job->outcome = JOB_CHANGED;
    job_tell(job, "Somebody changed the guest between two steps, so no further step was begun.");
    for (guint i = 0; rest && i < rest->reasons->len; i++)
        job_tell(job, ((const Reason *) rest->reasons->pdata[i])->text);
    if (!rest && examined->remains)
        job_tell(job, examined->remains->story);
    return false;
}

// As long as NOW stands on what qemu-img copied, whoever takes the job up copies again, since NOW may have been written
// to in between. This process knows what it has copied, and looks whether that is all (virt/copy.h, copy_check).
static bool is_there(const Job *job, const Remains *remains, unsigned index)
{
    return remains->done == index || (remains->done < index && step_of(job, remains->done)->kind == STEP_COMMIT);
}

// What NOW wrote since is the plan's own business: it was kept in a step before, or given up.
bool job_still_fits(Job *job, Connection *connection, Act *act, unsigned index)
{
    g_auto(Examined) examined = {0};

    if (index == 0 || !job->hold || !needs_look(job, act, index))
        return true;
    planner_examine(job->engine, connection, job->entry, true, &examined);
    if (examined.failure) {
        job->lost = !connection_alive(connection);
        job_fail(job, JOB_FAILED, g_steal_pointer(&examined.failure));
        return false;
    }
    return (examined.rest && examined.rest->verdict == VERDICT_OK && is_there(job, examined.remains, index)) ||
           stop(job, &examined);
}
