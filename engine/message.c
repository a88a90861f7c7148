// SPDX-License-Identifier: GPL-2.0-or-later
// Messages, failures and their texts. Knows the model only, so the tests of views link it too.

#include "engine/message.h"

#include "engine/model/tongue.h"

#include <string.h>

// ---- failures ---------------------------------------------------------------------------------

Failure *failure_new(const char *what, const char *said, int code, const char *advice)
{
    Failure *failure = g_new0(Failure, 1);

    failure->what = g_strdup(what);
    failure->said = g_strdup(said);
    failure->code = code;
    failure->advice = g_strdup(advice);
    return failure;
}

Failure *failure_copy(const Failure *failure)
{
    Failure *copy;

    if (!failure)
        return NULL;
    copy = failure_new(failure->what, failure->said, failure->code, failure->advice);
    copy->domain = failure->domain;
    return copy;
}

void failure_free(Failure *failure)
{
    if (!failure)
        return;
    g_free(failure->what);
    g_free(failure->said);
    g_free(failure->advice);
    g_free(failure);
}

static void append_sentence(GString *text, const char *sentence)
{
    gsize length = strlen(sentence);

    if (text->len)
        g_string_append_c(text, ' ');
    g_string_append(text, sentence);
    if (length && !strchr(".!?", sentence[length - 1]))
        g_string_append_c(text, '.');
}

char *failure_text(const Failure *failure)
{
    GString *text = g_string_new(NULL);
    g_autofree char *other = NULL;

    if (failure->said && !failure->code)
        other = g_strdup_printf("%s: %s", failure->what, failure->said);
    append_sentence(text, other ? other : failure->what);
    if (failure->said && failure->code) {
        g_string_append_c(text, ' ');
        g_string_append_printf(text, _("libvirt said: %s (code %d)."), failure->said, failure->code);
    }
    if (failure->advice)
        append_sentence(text, failure->advice);
    return g_string_free(text, FALSE);
}

// ---- guests and credentials -------------------------------------------------------------------

Guest *guest_new(const char *uuid, const char *name)
{
    Guest *guest = g_new0(Guest, 1);

    guest->uuid = g_strdup(uuid);
    guest->name = g_strdup(name);
    guest->id = -1;
    guest->snapshots = GUEST_UNCOUNTED;
    return guest;
}

void guest_free(Guest *guest)
{
    if (!guest)
        return;
    g_free(guest->uuid);
    g_free(guest->name);
    g_free(guest);
}

BlockJob *block_job_new(const char *kind, const char *disk)
{
    BlockJob *job = g_new0(BlockJob, 1);

    job->kind = g_strdup(kind);
    job->disk = g_strdup(disk);
    return job;
}

void block_job_free(BlockJob *job)
{
    if (!job)
        return;
    g_free(job->kind);
    g_free(job->disk);
    g_free(job);
}

Credential *credential_new(const char *prompt, bool secret)
{
    Credential *credential = g_new0(Credential, 1);

    credential->prompt = g_strdup(prompt);
    credential->secret = secret;
    return credential;
}

void credential_free(Credential *credential)
{
    if (!credential)
        return;
    g_free(credential->prompt);
    g_free(credential->challenge);
    g_free(credential->preset);
    g_free(credential);
}

// ---- messages ---------------------------------------------------------------------------------

Message *message_new(MessageKind kind)
{
    Message *message = g_new0(Message, 1);

    message->kind = kind;
    return message;
}

static void clear_array(GPtrArray *array)
{
    if (array)
        g_ptr_array_unref(array);
}

static void clear_job(JobNews *job)
{
    g_free(job->uuid);
    g_free(job->title);
    plan_free(job->plan);
    failure_free(job->failure);
    g_free(job->story);
}

void message_free(Message *message)
{
    if (!message)
        return;
    switch (message->kind) {
    case MSG_CONNECTED:
        host_unref(message->host);
        break;
    case MSG_LOST:
    case MSG_NOTICE:
        failure_free(message->lost.failure);
        break;
    case MSG_ASK:
        clear_array(message->ask.credentials);
        break;
    case MSG_HOST:
        clear_array(message->guests);
        break;
    case MSG_DOMAIN:
        picture_unref(message->picture);
        break;
    case MSG_WORK:
        g_free(message->work.uuid);
        clear_array(message->work.jobs);
        break;
    case MSG_PLAN:
        plan_free(message->plan.plan);
        remains_free(message->plan.remains);
        picture_unref(message->plan.picture);
        failure_free(message->plan.failure);
        break;
    case MSG_JOURNAL:
        clear_array(message->journal.found);
        failure_free(message->journal.failure);
        break;
    case MSG_AUDIT:
        clear_array(message->audit.records);
        failure_free(message->audit.failure);
        break;
    case MSG_KEPT:
        failure_free(message->kept.failure);
        break;
    case MSG_TEXT:
        g_free(message->text.text);
        g_free(message->text.definition);
        failure_free(message->text.failure);
        break;
    case MSG_JOB_QUEUED:
    case MSG_JOB_STARTED:
    case MSG_JOB_STEP:
    case MSG_JOB_PROGRESS:
    case MSG_JOB_ENDED:
        clear_job(&message->job);
        break;
    case MSG_STOPPED:
        break;
    }
    g_free(message);
}

// ---- one line for logs and tests --------------------------------------------------------------

// clang-format off
static const char *const kind_words[] = {
    [MSG_CONNECTED] = "CONNECTED",     [MSG_LOST] = "LOST",
    [MSG_ASK] = "ASK",                 [MSG_HOST] = "HOST",
    [MSG_DOMAIN] = "DOMAIN",           [MSG_PLAN] = "PLAN",
    [MSG_JOB_QUEUED] = "JOB_QUEUED",
    [MSG_JOB_STARTED] = "JOB_STARTED", [MSG_JOB_STEP] = "JOB_STEP",
    [MSG_JOB_PROGRESS] = "JOB_PROGRESS", [MSG_JOB_ENDED] = "JOB_ENDED",
    [MSG_NOTICE] = "NOTICE",           [MSG_STOPPED] = "STOPPED",
    [MSG_TEXT] = "TEXT",               [MSG_WORK] = "WORK",
    [MSG_JOURNAL] = "JOURNAL",         [MSG_AUDIT] = "AUDIT",
    [MSG_KEPT] = "KEPT",
};
// clang-format on

const char *job_outcome_word(JobOutcome outcome)
{
    static const char *const words[] = {
        [JOB_DONE] = N_("done"),       [JOB_FAILED] = N_("failed"),       [JOB_REFUSED] = N_("refused"),
        [JOB_CHANGED] = N_("changed"), [JOB_CANCELLED] = N_("cancelled"),
    };

    return words[outcome];
}

static const char *step_state_word(StepState state)
{
    static const char *const words[] = {
        [STEP_RUNNING] = "running", [STEP_DONE] = "done", [STEP_FAILED] = "failed"};

    return words[state];
}

static void describe_failure(GString *line, const Failure *failure)
{
    g_autofree char *text = failure ? failure_text(failure) : NULL;

    if (text)
        g_string_append_printf(line, " %s", text);
}

static void describe_picture(GString *line, const Picture *picture)
{
    g_string_append_printf(line, " %s %s, %u snapshots, current %s%s", picture->domain->name,
                           domain_state_word(picture->domain->state), picture->snapshots->len,
                           picture->current ? picture->current : "none",
                           picture->details ? "" : ", no details");
}

static void describe_work(GString *line, const GPtrArray *jobs)
{
    for (guint i = 0; i < jobs->len; i++) {
        const BlockJob *job = g_ptr_array_index(jobs, i);

        g_string_append_printf(line, " %s on %s %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, job->kind, job->disk,
                               job->done, job->total);
    }
}

static void describe_plan(GString *line, const Message *message)
{
    const Plan *plan = message->plan.plan;

    g_string_append_printf(line, " %" G_GUINT64_FORMAT, message->plan.ticket);
    if (plan)
        g_string_append_printf(line, " %s, %s, %u steps", plan->title,
                               plan->verdict == VERDICT_OK ? "ok" : "refused", plan->steps->len);
    if (message->plan.remains)
        g_string_append_printf(line, " %s", remains_kind_word(message->plan.remains->kind));
    describe_failure(line, message->plan.failure);
}

static void describe_progress(GString *line, const Progress *progress)
{
    if (progress->total)
        g_string_append_printf(line, " %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " bytes",
                               progress->done, progress->total);
    g_string_append_printf(line, " %.1f s%s", (double) progress->elapsed_ms / 1000,
                           progress->finishing ? " finishing" : "");
}

static void describe_job(GString *line, const Message *message)
{
    const JobNews *job = &message->job;

    g_string_append_printf(line, " %" G_GUINT64_FORMAT, job->job);
    if (message->kind == MSG_JOB_STARTED || message->kind == MSG_JOB_QUEUED)
        g_string_append_printf(line, " %s", job->title ? job->title : "");
    else if (message->kind == MSG_JOB_ENDED)
        g_string_append_printf(line, " %s %s", job_outcome_word(job->outcome),
                               job->story ? job->story : "");
    else
        g_string_append_printf(line, " %u/%u", job->step + 1, job->steps);
    if (message->kind == MSG_JOB_STEP)
        g_string_append_printf(line, " %s", step_state_word(job->step_state));
    if (message->kind == MSG_JOB_PROGRESS)
        describe_progress(line, &job->progress);
    describe_failure(line, job->failure);
}

char *message_describe(const Message *message)
{
    GString *line = g_string_new(kind_words[message->kind]);

    switch (message->kind) {
    case MSG_CONNECTED: {
        g_autofree char *host = host_describe(message->host);

        g_string_append_printf(line, " %s", host);
        break;
    }
    case MSG_LOST:
        g_string_append_printf(line, " retry in %" G_GINT64_FORMAT " ms%s", message->lost.retry_ms,
                               message->lost.fatal ? ", never connected:" : ":");
        describe_failure(line, message->lost.failure);
        break;
    case MSG_NOTICE:
        describe_failure(line, message->lost.failure);
        break;
    case MSG_ASK:
        g_string_append_printf(line, " %" G_GUINT64_FORMAT " %u questions", message->ask.ticket,
                               message->ask.credentials->len);
        break;
    case MSG_HOST:
        g_string_append_printf(line, " %u guests", message->guests->len);
        break;
    case MSG_DOMAIN:
        describe_picture(line, message->picture);
        break;
    case MSG_WORK:
        describe_work(line, message->work.jobs);
        break;
    case MSG_PLAN:
        describe_plan(line, message);
        break;
    case MSG_TEXT:
        g_string_append_printf(line, " %" G_GUINT64_FORMAT, message->text.ticket);
        describe_failure(line, message->text.failure);
        break;
    case MSG_JOURNAL:
        g_string_append_printf(line, " %u entries", message->journal.found ? message->journal.found->len : 0);
        describe_failure(line, message->journal.failure);
        break;
    case MSG_AUDIT:
        g_string_append_printf(line, " %u acts", message->audit.records ? message->audit.records->len : 0);
        describe_failure(line, message->audit.failure);
        break;
    case MSG_KEPT:
        describe_failure(line, message->kept.failure);
        break;
    case MSG_JOB_QUEUED:
    case MSG_JOB_STARTED:
    case MSG_JOB_STEP:
    case MSG_JOB_PROGRESS:
    case MSG_JOB_ENDED:
        describe_job(line, message);
        break;
    case MSG_STOPPED:
        break;
    }
    return g_string_free(line, FALSE);
}
