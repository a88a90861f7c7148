// SPDX-License-Identifier: GPL-2.0-or-later
// What a job writes down: before it begins, around each step, and at its end.

#include "engine/audit.h"
#include "engine/job.h"
#include "engine/json/audit_json.h"
#include "engine/model/tongue.h"
#include "engine/virt/backup.h"
#include "engine/virt/failure.h"

#include <string.h>

// ---- before the first step --------------------------------------------------------------------

static bool save(Hold *hold, unsigned number, char *text, Failure **failure)
{
    g_autofree char *xml = text;

    return xml && journal_save(hold, number, xml, failure);
}

// The guest's definition, and every record that the plan can change.
static bool save_texts(Job *job, Connection *connection, Failure **failure)
{
    JournalEntry *entry = job->entry;
    const char *uuid = job->plan->wish->uuid;
    g_autoptr(GPtrArray) names = claims_records(job->plan, entry->claims, job->before);

    if (!save(job->hold, 0, backup_definition(connection, uuid, failure), failure))
        return false;
    for (guint i = 0; i < names->len; i++) {
        if (!save(job->hold, i + 1, backup_record(connection, uuid, names->pdata[i], failure), failure))
            return false;
        g_ptr_array_add(entry->saved, g_strdup(names->pdata[i]));
    }
    return journal_write(job->hold, entry, failure);
}

// A snapshot that is taken gives up nothing and rewrites no record but the current one's place.
static bool changes_texts(const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++)
        if (((const Step *) g_ptr_array_index(plan->steps, i))->kind != STEP_CREATE)
            return true;
    return false;
}

static void drop_entry(Job *job)
{
    g_clear_pointer(&job->hold, journal_close);
    g_clear_pointer(&job->entry, journal_entry_free);
}

static void stand_back(Job *job, const char *why)
{
    g_autofree char *text = g_strdup_printf(_("Nothing was touched. %s Wait until it has ended, then plan again."), why);

    job->outcome = JOB_REFUSED;
    job_tell(job, text);
}

bool job_begin_entry(Job *job, Connection *connection, bool *again)
{
    g_autoptr(Host) host = keeper_host(job->engine->keeper);
    Clash clash = {0};
    Failure *failure = NULL;

    *again = false;
    if (connection_is_private(connection))
        return true; // the guest ends with this process, so nobody can come back to it
    job->entry = journal_entry_new(job->plan);
    if (!job->entry->uri)
        job->entry->uri = g_strdup(host ? host->real_uri : NULL);
    journal_entry_begin(job->entry, job->before, host);
    job->hold = journal_begin(job->entry, &clash, &failure);
    if (job->hold && (!changes_texts(job->plan) || save_texts(job, connection, &failure)))
        return true;
    drop_entry(job);
    if (clash.why && clash.ours) {
        *again = jobs_wait(job->engine->jobs, job);
    } else if (clash.why) {
        stand_back(job, clash.why);
    } else {
        job_fail(job, JOB_FAILED, failure);
        job_tell(job, "Nothing was touched.");
    }
    g_free(clash.why);
    return false;
}

// ---- around a step ----------------------------------------------------------------------------

bool job_mark_begun(Job *job, Connection *connection, unsigned step, Failure **failure)
{
    const Step *begins = g_ptr_array_index(job->plan->steps, step);

    if (!job->hold)
        return true;
    // A snapshot that the plan took of NOW has changed the definition since it began.
    if (begins->kind == STEP_DEFINE &&
        !save(job->hold, 0, backup_definition(connection, job->plan->wish->uuid, failure), failure))
        return false;
    job->entry->begun = step + 1;
    job->entry->torn |= begins->kind == STEP_COMMIT;
    return journal_write(job->hold, job->entry, failure);
}

void job_mark_done(Job *job, unsigned step, int started_id)
{
    g_autoptr(Failure) failure = NULL;

    if (!job->hold)
        return;
    job->entry->done = step + 1;
    if (((const Step *) job->plan->steps->pdata[step])->kind == STEP_DELETE)
        job->entry->torn = false; // that one is whole; what comes next is another
    if (started_id != -1)
        job->entry->started_id = started_id;
    // If this fails, the step counts as begun, and its traces tell that it is done.
    (void) journal_write(job->hold, job->entry, &failure);
}

// ---- the end ----------------------------------------------------------------------------------

// Without what a URI may carry in its user part besides the name.
static char *public_uri(const char *uri)
{
    const char *user = uri ? strstr(uri, "://") : NULL;
    const char *end = user ? strpbrk(user + 3, "/?") : NULL;
    const char *at = user ? memchr(user + 3, '@', end ? (gsize) (end - user - 3) : strlen(user + 3)) : NULL;
    const char *colon = at ? memchr(user + 3, ':', (gsize) (at - user - 3)) : NULL;

    return colon ? g_strdup_printf("%.*s%s", (int) (colon - uri), uri, at) : g_strdup(uri);
}

static void audit(const Job *job)
{
    g_autoptr(Host) host = keeper_host(job->engine->keeper);
    const char *asked = job->plan->wish->uri;
    g_autofree char *uri = public_uri(asked || !host ? asked : host->real_uri);
    AuditLine line = {
        .time = g_get_real_time() / G_USEC_PER_SEC,
        .user = g_get_user_name(),
        .uri = uri,
        .plan = job->plan,
        .outcome = job_outcome_word(job->outcome),
        .code = job->failure ? job->failure->code : 0,
    };
    g_autofree char *text = json_write_audit(&line);

    audit_add(text);
}

// The image that the step's merges write into first; NULL: none.
static const char *first_merged(const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++)
        if (((const StepDisk *) step->disks->pdata[i])->merges)
            return ((const StepDisk *) step->disks->pdata[i])->writes;
    return NULL;
}

static void tell_damage(Job *job, const char *snapshot)
{
    g_autofree char *text = g_strdup_printf(_("What snapshot %s froze may be partly overwritten: do not go back to it, "
                                              "finish the merge. NOW and the other snapshots are whole."), snapshot);

    job_tell(job, text);
}

// Did the step that failed leave half of its work?
static bool is_half(Job *job, const Step *step, const Picture *after)
{
    Trace trace;

    if (!after || !after->details) {
        if (remains_merges(step))
            tell_damage(job, step->subject);
        return true;
    }
    trace = remains_trace(job->entry, job->done, after);
    if (trace == TRACE_NONE || trace == TRACE_ALL || !remains_merges(step))
        return trace == TRACE_PART;
    if (trace == TRACE_UNKNOWN && job->way == JOB_ANEW && !failure_midway(job->failure, first_merged(step)))
        return false; // libvirt refused it before it began
    tell_damage(job, step->subject);
    return true;
}

// The delete that is still to be done and is known to have begun; NULL: none.
static const Step *next_torn(const Job *job)
{
    const Step *delete = NULL;

    for (guint i = job->done; i < job->plan->steps->len && !delete; i++)
        if (((const Step *) job->plan->steps->pdata[i])->kind == STEP_DELETE)
            delete = job->plan->steps->pdata[i];
    return delete && (job->entry->torn || remains_follows(job->plan, job->done, delete->subject)) ? delete : NULL;
}

// The disks are on the overlays of a snapshot that is not recorded, whatever else was taken back: that is what is left.
static bool leave_unrecorded(Job *job, const Picture *after)
{
    for (guint i = 0; after && after->details && i < job->entry->plan->steps->len; i++) {
        g_autofree char *text = remains_tell_unrecorded(job->entry->plan, job->entry->plan->steps->pdata[i],
                                                        after);
        g_autoptr(Plan) rest = text ? plan_copy(job->entry->plan) : NULL;
        g_autoptr(Failure) unwritten = NULL;

        if (!text)
            continue;
        g_ptr_array_set_size(rest->steps, (gint) i + 1);
        g_ptr_array_remove_range(rest->steps, 0, i);
        remains_replan(job->entry->plan, 0, rest);
        job->entry->done = 0;
        job->entry->begun = 1;
        (void) journal_write(job->hold, job->entry, &unwritten); // else it tells of all its steps
        return true;
    }
    return false;
}

static bool is_left(Job *job, const Picture *after)
{
    const Step *step = job->done < job->plan->steps->len ? job->plan->steps->pdata[job->done] : NULL;
    const Step *merge = next_torn(job);

    if (leave_unrecorded(job, after))
        return true;
    if (job->outcome == JOB_DONE || !step)
        return false;
    if (remains_takes_back(job->entry))
        return true;
    if (merge) {
        tell_damage(job, merge->subject);
        return true;
    }
    return remains_must_follow(job->plan, job->done, false) || (job->begun && is_half(job, step, after));
}

// Nobody hears how it ended: the next start tells it.
static void remember_end(Job *job)
{
    g_autofree char *failure = job->failure ? failure_text(job->failure) : NULL;
    g_autoptr(Failure) unwritten = NULL;

    job->entry->outcome = g_strdup(job_outcome_word(job->outcome));
    job->entry->story = g_strdup_printf("%s%s%s", job->story->str, failure && job->story->len ? " " : "",
                                        failure ? failure : "");
    (void) journal_write(job->hold, job->entry, &unwritten);
}

void job_settle(Job *job, const Picture *after)
{
    bool left;

    if (!job->hold) {
        if (job->outcome == JOB_REFUSED || job->outcome == JOB_CHANGED)
            audit(job);
        return;
    }
    audit(job);
    left = job->left || is_left(job, after) || job->stands;
    if (left) {
        g_autofree char *hint = g_strdup_printf(_("What can be done about it: virt-snap jobs show %s."), job->entry->id);

        job_tell(job, hint);
    } else if (atomic_load(&job->engine->unattended)) {
        remember_end(job);
        left = true;
    }
    if (left)
        journal_leave(g_steal_pointer(&job->hold));
    else if (job->engine->flags & ENGINE_KEEP_TEXTS && job->entry->saved->len)
        journal_keep(g_steal_pointer(&job->hold));
    else
        journal_close(g_steal_pointer(&job->hold));
}
