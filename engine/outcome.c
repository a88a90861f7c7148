// SPDX-License-Identifier: GPL-2.0-or-later
// After all steps the picture that the plan foresaw is compared with the one that is found; after some of them, and
// for what is left of a job that was cut off, each step in simple terms: records, the current one, where NOW writes.

#include "engine/outcome.h"

#include "engine/model/deviation.h"
#include "engine/model/forecast.h"
#include "engine/model/problem.h"
#include "engine/model/remains.h"
#include "engine/model/tongue.h"

#include <string.h>

static void G_GNUC_PRINTF(2, 3) deviate(GPtrArray *deviations, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(deviations, g_strdup_vprintf(_(format), args));
    va_end(args);
}

// Does NOW, on any disk, stand on `image`?
static bool now_reaches(const Picture *picture, const char *image)
{
    const Definition *now = domain_now(picture->domain);
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(now->disks, i);

        if (disk->path)
            (void) images_chain(picture->images, disk->path, chain); // how far it is known
    }
    for (guint i = 0; i < chain->len; i++)
        if (strcmp(g_ptr_array_index(chain, i), image) == 0)
            return true;
    return false;
}

static void check_create(const Step *step, const Picture *after, bool last, GPtrArray *deviations)
{
    if (!picture_snapshot(after, step->subject))
        deviate(deviations, "The snapshot %s is not there.", step->subject);
    else if (last && g_strcmp0(after->current, step->subject) != 0)
        deviate(deviations, "The snapshot %s is not the current one.", step->subject);
    for (guint i = 0; last && i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        const char *now = picture_now(after, disk->target);

        if (disk->mode == DISK_MODE_EXTERNAL && disk->writes && g_strcmp0(now, disk->writes) != 0)
            deviate(deviations, "Disk %s writes to %s, not to its new overlay %s.", disk->target,
                    now ? now : _("an unknown image"), disk->writes);
    }
}

static void check_delete(const Step *step, const Picture *after, GPtrArray *deviations)
{
    if (picture_snapshot(after, step->subject))
        deviate(deviations, "The snapshot %s is still there.", step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);

        if (disk->removes && now_reaches(after, disk->removes))
            deviate(deviations, "Disk %s still stands on %s, which was to be merged away.",
                    disk->target, disk->removes);
    }
}

static void check_revert(const Step *step, const Picture *after, GPtrArray *deviations)
{
    if (g_strcmp0(after->current, step->subject) != 0)
        deviate(deviations, "The current snapshot is %s, not %s.",
                after->current ? after->current : "none", step->subject);
}

static void check_define(const Step *step, const Picture *after, GPtrArray *deviations)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        const char *now = picture_now(after, disk->target);

        if (disk->writes && g_strcmp0(now, disk->writes) != 0)
            deviate(deviations, "Disk %s writes to %s, not to its new layer %s.", disk->target,
                    now ? now : _("an unknown image"), disk->writes);
    }
}

static void check_renew(const Step *step, const Picture *after, GPtrArray *deviations)
{
    const Snapshot *snapshot = picture_snapshot(after, step->subject);

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        const char *said = snapshot ? snapshot_expected_now(snapshot, disk->target) : NULL;

        if (g_strcmp0(said, disk->writes) != 0)
            deviate(deviations, "The record of snapshot %s says %s of disk %s, not %s.", step->subject,
                    said ? said : "nothing", disk->target, disk->writes);
    }
}

static void check_release(const Picture *after, GPtrArray *deviations)
{
    if (after->domain->persistent)
        deviate(deviations, "The guest's configuration is still stored: it is not transient as before.");
}

static void check_removal(const Step *step, const Picture *after, GPtrArray *deviations)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);

        if (disk->removes && now_reaches(after, disk->removes))
            deviate(deviations, "Disk %s stands on %s, which was removed.", disk->target, disk->removes);
    }
}

static void check_step(const Step *step, const Picture *after, bool last, GPtrArray *deviations)
{
    switch (step->kind) {
    case STEP_CREATE:
        check_create(step, after, last, deviations);
        break;
    case STEP_DELETE:
        check_delete(step, after, deviations);
        break;
    case STEP_REVERT:
        check_revert(step, after, deviations);
        break;
    case STEP_RECORD:
    case STEP_MAKE_CURRENT:
        check_revert(step, after, deviations);
        break;
    case STEP_RENEW:
        check_renew(step, after, deviations);
        break;
    case STEP_DEFINE:
        check_define(step, after, deviations);
        break;
    case STEP_REMOVE_FILES:
        check_removal(step, after, deviations);
        break;
    case STEP_RELEASE:
        check_release(after, deviations);
        break;
    case STEP_COMMIT:
    case STEP_REBASE:
    case STEP_MERGE_LAYERS:
    case STEP_MERGE_NOW:
    case STEP_PERSIST:
    case STEP_MAKE_LAYERS:
    case STEP_POWER_OFF:
    case STEP_POWER_ON:
    case STEP_RESTORE:
    case STEP_START_PAUSED:
    case STEP_STOP_STARTED:
    case STEP_REPARENT:
    case STEP_FOLLOW:
        break; // the guest's state is compared as a whole
    }
}

GPtrArray *outcome_deviations(const Plan *plan, unsigned done, const Picture *after)
{
    GPtrArray *deviations = g_ptr_array_new_with_free_func(g_free);
    const char *state = domain_state_word(after->domain->state);

    if (plan->afterwards && done == plan->steps->len)
        deviations_find(plan->afterwards, after, deviations);
    for (unsigned i = 0; i < done && !(plan->afterwards && done == plan->steps->len); i++)
        check_step(g_ptr_array_index(plan->steps, i), after, i + 1 == done, deviations);
    if (done == plan->steps->len && plan->after && strcmp(plan->after, state) != 0)
        deviate(deviations, "The guest is %s, not %s.", state, plan->after);
    return deviations;
}

// A create that failed may have switched the disks all the same, whatever else was taken back.
static void check_unrecorded(const Plan *plan, const Picture *after, GPtrArray *deviations)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        char *text = remains_tell_unrecorded(plan, plan->steps->pdata[i], after);

        if (text)
            g_ptr_array_add(deviations, text);
    }
}

// Where several disks fail at once, libvirt 9.0 tells how it failed to cancel one of them, not what was the matter
// (tests/faults/against.t).
static void check_space(const Step *step, const Picture *after, GPtrArray *deviations)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        gint64 left = disk->merges ? images_free_space(after->images, disk->writes) : SIZE_UNKNOWN;
        g_autofree char *size = size_text(left);

        if (left == SIZE_UNKNOWN || left >= disk->bytes)
            continue;
        deviate(deviations, "No space left where %s lies (%s). Free some space there before it is finished.", disk->writes,
                size);
        return;
    }
}

// libvirt passes over that it cannot give QEMU a file on such storage: what fails then is QEMU, with "Permission
// denied", where the file is root's alone (virSecurityDACSetOwnershipInternal; tried on 11.3.0).
static void check_writable(const Picture *after, GPtrArray *deviations)
{
    const Definition *now = domain_now(after->domain);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (!disk->path || !images_read_only(after->images, disk->path))
            continue;
        deviate(deviations, "The storage of %s is mounted read-only: look for its errors in the host's log, make it writable, "
                "then try again.", disk->path);
        return;
    }
}

// A delete that failed may have merged some disks and not others (H14).
static void check_failed_delete(const Step *step, const Picture *after, GPtrArray *deviations)
{
    if (!picture_snapshot(after, step->subject)) {
        deviate(deviations, "Though it failed, the snapshot %s is gone.", step->subject);
        return;
    }
    deviate(deviations, "The snapshot %s is still there.", step->subject);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);

        if (disk->removes && !now_reaches(after, disk->removes))
            deviate(deviations, "Disk %s was merged already, and does not use %s any more.",
                    disk->target, disk->removes);
        else if (disk->merges)
            deviate(deviations, "Disk %s: %s was to go down into %s.", disk->target, disk->merges, disk->writes);
    }
    check_space(step, after, deviations);
}

static bool is_known(const GPtrArray *problems, const Problem *problem)
{
    for (guint i = 0; problems && i < problems->len; i++) {
        const Problem *known = problems->pdata[i];

        if (known->kind == problem->kind && g_strcmp0(known->image, problem->image) == 0)
            return true;
    }
    return false;
}

// Images that are gone or damaged since the job began: libvirt does not always name what it stumbled over, nor does it
// stumble over all of them.
static void check_images(const Picture *before, const Picture *after, bool failed, GPtrArray *deviations)
{
    g_autoptr(GPtrArray) known = before && before->details ? picture_problems(before) : NULL;
    g_autoptr(GPtrArray) problems = picture_problems(after);

    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];

        if (problem->kind != PROBLEM_MISSING_IMAGE && problem->kind != PROBLEM_CONFLICT &&
            !(failed && problem->kind == PROBLEM_UNKNOWN_CHAIN))
            continue;
        if (is_known(known, problem) || !problem->image)
            continue;
        g_ptr_array_add(deviations, problem_text(problem));
        return; // the gravest; check tells the others
    }
}

static void tell(GString *story, const char *sentence)
{
    if (story->len)
        g_string_append_c(story, ' ');
    g_string_append(story, sentence);
}

void outcome_compare(Job *job, const Picture *after)
{
    g_autoptr(GPtrArray) deviations = NULL;
    const Step *failed;

    if (!job->begun)
        return; // nothing was touched
    if (!after || !after->details) {
        tell(job->story, _("How the guest is now could not be read; look at it again."));
        return;
    }
    deviations = outcome_deviations(job->plan, job->done, after);
    failed = job->outcome != JOB_DONE && job->done < job->plan->steps->len ? job->plan->steps->pdata[job->done] : NULL;
    if (failed && failed->kind == STEP_DELETE)
        check_failed_delete(failed, after, deviations);
    check_unrecorded(job->plan, after, deviations);
    if (job->outcome == JOB_FAILED)
        check_writable(after, deviations);
    check_images(job->before, after, job->outcome == JOB_FAILED || job->outcome == JOB_CHANGED, deviations);
    for (guint i = 0; i < deviations->len; i++)
        tell(job->story, g_ptr_array_index(deviations, i));
    if (job->outcome == JOB_DONE && deviations->len == 0 && job->done == job->plan->steps->len)
        tell(job->story, job->noted ? _("All else is as planned.") : _("All is as planned."));
}
