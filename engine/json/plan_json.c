// SPDX-License-Identifier: GPL-2.0-or-later
// Writing plans. The order of members is the order in which a person asks: where, what was wished,
// may it be, why not, what happens, which files, how much, what then, what is lost.
#include "engine/json/plan_json.h"

#include "engine/json/json_words.h"
#include "engine/json/plan_parts.h"
#include "engine/json/wish_json.h"
#include "engine/json/world_json.h"

// ---- Files -----------------------------------------------------------------------------------

static void add_once(GPtrArray *files, const char *file)
{
    if (file && !g_ptr_array_find_with_equal_func(files, file, g_str_equal, NULL))
        g_ptr_array_add(files, (char *) file);
}

GPtrArray *plan_files_written(const Plan *plan)
{
    GPtrArray *files = g_ptr_array_new();
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = g_ptr_array_index(plan->steps, i);
        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = g_ptr_array_index(step->disks, j);
            if (step->kind != STEP_RENEW && step->kind != STEP_FOLLOW) // a record only
                add_once(files, disk->writes);
        }
        if (step->kind == STEP_CREATE)
            add_once(files, step->memory_file);
    }
    return files;
}

GPtrArray *plan_files_removed(const Plan *plan)
{
    GPtrArray *files = g_ptr_array_new();
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = g_ptr_array_index(plan->steps, i);
        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = g_ptr_array_index(step->disks, j);
            add_once(files, disk->removes);
        }
        if (step->kind == STEP_DELETE || step->kind == STEP_REMOVE_FILES)
            add_once(files, step->memory_file);
    }
    return files;
}

// ---- Steps -----------------------------------------------------------------------------------

static void step_disk_write(JsonOut *out, const StepDisk *disk)
{
    json_out_object(out, NULL);
    json_out_text(out, "target", disk->target);
    json_out_word(out, "mode", MODE_WORDS, disk->mode);
    json_out_text(out, "writes", disk->writes);
    json_out_text(out, "format", disk->format);
    json_out_text(out, "removes", disk->removes);
    json_out_text(out, "merges", disk->merges);
    json_out_text(out, "backing", disk->backing);
    json_out_text(out, "backing_format", disk->backing_format);
    json_out_size(out, "bytes", disk->bytes);
    json_out_object_end(out);
}

static void step_write(JsonOut *out, const Step *step)
{
    json_out_object(out, NULL);
    json_out_word(out, "kind", STEP_WORDS, step->kind);
    json_out_text(out, "subject", step->subject);
    json_out_text(out, "effect", step->effect);
    json_out_flag(out, "cancellable", step->cancellable);
    json_out_text(out, "undo", step->undo);
    json_out_text(out, "description", step->description);
    json_out_word(out, "memory", MEMORY_WORDS, step->memory);
    json_out_text(out, "memory_file", step->memory_file);
    json_out_text(out, "origin", step->origin);
    json_out_flag(out, "disk_only", step->disk_only);
    json_out_flag(out, "quiesce", step->quiesce);
    json_out_flag(out, "metadata_only", step->metadata_only);
    json_out_word(out, "after", AFTER_WORDS, step->after);
    json_out_flag(out, "reset_nvram", step->reset_nvram);
    json_out_list(out, "disks");
    for (guint i = 0; i < step->disks->len; i++)
        step_disk_write(out, g_ptr_array_index(step->disks, i));
    json_out_list_end(out);
    json_out_object_end(out);
}

static void steps_write(JsonOut *out, const Plan *plan)
{
    json_out_list(out, "steps");
    for (guint i = 0; i < plan->steps->len; i++)
        step_write(out, g_ptr_array_index(plan->steps, i));
    json_out_list_end(out);
}

// ---- The plan --------------------------------------------------------------------------------

static void reasons_write(JsonOut *out, const char *name, const GPtrArray *reasons)
{
    json_out_list(out, name);
    for (guint i = 0; i < reasons->len; i++) {
        const Reason *reason = g_ptr_array_index(reasons, i);
        json_out_object(out, NULL);
        json_out_text(out, "rule", reason->rule);
        json_out_text(out, "text", reason->text);
        json_out_object_end(out);
    }
    json_out_list_end(out);
}

static void routes_write(JsonOut *out, const GPtrArray *routes)
{
    json_out_list(out, "routes");
    for (guint i = 0; i < routes->len; i++) {
        const Route *route = g_ptr_array_index(routes, i);
        json_out_object(out, NULL);
        json_out_text(out, "text", route->text);
        json_out_text(out, "command", route->command);
        json_out_object_end(out);
    }
    json_out_list_end(out);
}

static void files_write(JsonOut *out, const Plan *plan)
{
    g_autoptr(GPtrArray) written = plan_files_written(plan);
    g_autoptr(GPtrArray) removed = plan_files_removed(plan);
    json_out_texts(out, "files_written", written);
    json_out_texts(out, "files_removed", removed);
}

static void guest_write(JsonOut *out, const Wish *wish)
{
    json_out_object(out, "guest");
    json_out_text(out, "uuid", wish->uuid);
    json_out_text(out, "name", wish->domain);
    json_out_object_end(out);
}

static void losses_write(JsonOut *out, const Plan *plan)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < plan->lost->len; i++)
        g_ptr_array_add(words, loss_words(g_ptr_array_index(plan->lost, i)));
    json_out_texts(out, "lost", words);
}

void plan_write(JsonOut *out, const char *name, const Plan *plan, const char *uri)
{
    json_out_object(out, name);
    json_out_number(out, "format", PLAN_FORMAT);
    json_out_text(out, "uri", uri ? uri : plan->wish->uri);
    guest_write(out, plan->wish);
    wish_write(out, "wish", plan->wish);
    json_out_text(out, "title", plan->title);
    json_out_word(out, "verdict", VERDICT_WORDS, plan->verdict);
    reasons_write(out, "reasons", plan->reasons);
    routes_write(out, plan->routes);
    json_out_texts(out, "outcomes", plan->outcomes);
    reasons_write(out, "warnings", plan->warnings);
    steps_write(out, plan);
    files_write(out, plan);
    json_out_size(out, "copy_bytes", plan->copy_bytes);
    json_out_size(out, "space_needed", plan->space_needed);
    json_out_size(out, "space_free", plan->space_free);
    json_out_text(out, "after", plan->after);
    world_write(out, "afterwards", plan->afterwards);
    losses_write(out, plan);
    json_out_flag(out, "loses_data", plan->loses_data);
    json_out_text(out, "fingerprint", plan->fingerprint);
    json_out_object_end(out);
}

char *json_write_plan(const Plan *plan, const char *uri)
{
    JsonOut *out = json_out_new();
    plan_write(out, NULL, plan, uri);
    return json_out_finish(out);
}
