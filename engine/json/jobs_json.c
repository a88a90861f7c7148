// SPDX-License-Identifier: GPL-2.0-or-later
// What `virt-snap jobs --json` prints. See journal_json.h.
#include "engine/json/answer_json.h"
#include "engine/json/journal_json.h"
#include "engine/json/json_out.h"
#include "engine/json/json_words.h"

static const char *state_word(const JournalFound *found)
{
    if (found->fault)
        return "unreadable";
    return found->running ? "running" : found->entry->outcome ? "ended" : "interrupted";
}

static void entry_write(JsonOut *out, const JournalEntry *entry)
{
    json_out_text(out, "title", entry->plan->title);
    json_out_text(out, "uri", entry->uri);
    json_out_text(out, "uuid", entry->plan->wish->uuid);
    json_out_text(out, "guest", entry->plan->wish->domain);
    json_out_text(out, "user", entry->user);
    json_out_number(out, "pid", entry->pid);
    json_out_number(out, "began", entry->began);
    json_out_number(out, "steps", entry->plan->steps->len);
    json_out_number(out, "begun", entry->begun);
    json_out_number(out, "done", entry->done);
    json_out_text(out, "outcome", entry->outcome);
    json_out_text(out, "story", entry->story);
}

static void remains_write(JsonOut *out, const Remains *remains)
{
    json_out_object(out, "found");
    json_out_text(out, "kind", remains_kind_word(remains->kind));
    json_out_number(out, "done", remains->done);
    json_out_text(out, "story", remains->story);
    json_out_text(out, "finish", remains->finish);
    json_out_flag(out, "loses_now", remains->loses_now);
    json_out_text(out, "undo", remains->undo);
    json_out_object_end(out);
}

static void job_write(JsonOut *out, const JobAnswer *job)
{
    const JournalFound *found = job->found;
    json_out_object(out, NULL);
    json_out_text(out, "id", found->id);
    json_out_text(out, "path", found->path);
    json_out_text(out, "state", state_word(found));
    json_out_text(out, "fault", found->fault);
    if (found->entry)
        entry_write(out, found->entry);
    if (job->remains)
        remains_write(out, job->remains);
    if (job->failure)
        json_out_text(out, "failure", job->failure);
    json_out_object_end(out);
}

char *json_write_jobs(const JobAnswer *jobs, gsize n)
{
    JsonOut *out = json_out_new();
    json_out_object(out, NULL);
    json_out_number(out, "format", ANSWER_FORMAT);
    json_out_list(out, "jobs");
    for (gsize i = 0; i < n; i++)
        job_write(out, &jobs[i]);
    json_out_list_end(out);
    json_out_object_end(out);
    return json_out_finish(out);
}
