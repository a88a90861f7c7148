// SPDX-License-Identifier: GPL-2.0-or-later
// Plans as values: building, comparing, freeing. What goes into them is decided in rules_*.c.

#include "engine/model/plan.h"

#include "engine/model/tongue.h"
#include "engine/model/world.h"

#include <string.h>

static void reason_free(gpointer data)
{
    Reason *reason = data;

    g_free(reason->rule);
    g_free(reason->text);
    g_free(reason);
}

static void route_free(gpointer data)
{
    Route *route = data;

    g_free(route->text);
    g_free(route->command);
    g_free(route);
}

static void step_disk_free(gpointer data)
{
    StepDisk *disk = data;

    g_free(disk->target);
    g_free(disk->writes);
    g_free(disk->format);
    g_free(disk->removes);
    g_free(disk->merges);
    g_free(disk->backing);
    g_free(disk->backing_format);
    g_free(disk);
}

void step_free(Step *step)
{
    g_free(step->subject);
    g_free(step->effect);
    g_free(step->undo);
    g_free(step->description);
    g_free(step->memory_file);
    g_free(step->origin);
    g_ptr_array_unref(step->disks);
    g_free(step);
}

static void free_step(gpointer step)
{
    step_free(step);
}

static void free_loss(gpointer loss)
{
    loss_free(loss);
}

Plan *plan_new(const Wish *wish)
{
    Plan *plan = g_new0(Plan, 1);

    plan->wish = wish_copy(wish);
    plan->outcomes = g_ptr_array_new_with_free_func(g_free);
    plan->reasons = g_ptr_array_new_with_free_func(reason_free);
    plan->warnings = g_ptr_array_new_with_free_func(reason_free);
    plan->routes = g_ptr_array_new_with_free_func(route_free);
    plan->steps = g_ptr_array_new_with_free_func(free_step);
    plan->lost = g_ptr_array_new_with_free_func(free_loss);
    plan->space_free = SIZE_UNKNOWN;
    return plan;
}

void plan_free(Plan *plan)
{
    if (!plan)
        return;
    wish_free(plan->wish);
    g_free(plan->title);
    g_ptr_array_unref(plan->outcomes);
    g_ptr_array_unref(plan->reasons);
    g_ptr_array_unref(plan->warnings);
    g_ptr_array_unref(plan->routes);
    g_ptr_array_unref(plan->steps);
    g_ptr_array_unref(plan->lost);
    g_free(plan->after);
    world_unref(plan->afterwards);
    g_free(plan->fingerprint);
    g_free(plan);
}

Step *step_new(StepKind kind, const char *subject)
{
    Step *step = g_new0(Step, 1);

    step->kind = kind;
    step->subject = g_strdup(subject);
    step->disks = g_ptr_array_new_with_free_func(step_disk_free);
    return step;
}

Step *plan_add_step(Plan *plan, StepKind kind, const char *subject)
{
    Step *step = step_new(kind, subject);

    g_ptr_array_add(plan->steps, step);
    g_clear_pointer(&plan->afterwards, world_unref); // where it led without this one
    return step;
}

StepDisk *step_add_disk(Step *step, const char *target, DiskMode mode)
{
    StepDisk *disk = g_new0(StepDisk, 1);

    disk->target = g_strdup(target);
    disk->mode = mode;
    g_ptr_array_add(step->disks, disk);
    return disk;
}

void plan_add_reason(GPtrArray *reasons, const char *rule, const char *text)
{
    Reason *reason = g_new0(Reason, 1);

    reason->rule = g_strdup(rule);
    reason->text = g_strdup(text);
    g_ptr_array_add(reasons, reason);
}

void plan_add_route(Plan *plan, const char *command, const char *text)
{
    Route *route = g_new0(Route, 1);

    route->command = g_strdup(command);
    route->text = g_strdup(text);
    g_ptr_array_add(plan->routes, route);
}

// Formats the sentence of which `format` is the last parameter, translated, into `text`.
#define FORMAT_SENTENCE(text, format)                 \
    g_autofree char *text = NULL;                     \
    do {                                              \
        va_list args;                                 \
        va_start(args, format);                       \
        text = g_strdup_vprintf(_(format), args);     \
        va_end(args);                                 \
    } while (0)

void plan_refuse(Plan *plan, const char *rule, const char *format, ...)
{
    FORMAT_SENTENCE(text, format);
    plan->verdict = VERDICT_REFUSED;
    plan_add_reason(plan->reasons, rule, text);
}

void plan_warn(Plan *plan, const char *rule, const char *format, ...)
{
    FORMAT_SENTENCE(text, format);
    plan_add_reason(plan->warnings, rule, text);
}

void plan_outcome(Plan *plan, const char *format, ...)
{
    FORMAT_SENTENCE(text, format);
    g_ptr_array_add(plan->outcomes, g_steal_pointer(&text));
}

void plan_loses(Plan *plan, LossKind kind, const char *name)
{
    g_ptr_array_add(plan->lost, loss_new(kind, name));
}

void plan_route(Plan *plan, const char *command, const char *format, ...)
{
    FORMAT_SENTENCE(text, format);
    plan_add_route(plan, command, text);
}

// What must be equal is hashed field by field, each with its length, so that no two different
// sequences of texts can look the same.
static void hash_text(GChecksum *sum, const char *text)
{
    g_autofree char *length = text ? g_strdup_printf("%" G_GSIZE_FORMAT ":", strlen(text)) : g_strdup("-");

    g_checksum_update(sum, (const guchar *) length, -1);
    if (text)
        g_checksum_update(sum, (const guchar *) text, -1);
}

static void hash_number(GChecksum *sum, int number)
{
    g_autofree char *text = g_strdup_printf("%d", number);

    hash_text(sum, text);
}

static void hash_wish(GChecksum *sum, const Wish *wish)
{
    hash_number(sum, (int) wish->verb);
    hash_text(sum, wish->uuid);
    hash_text(sum, wish->snapshot);
    hash_number(sum, (int) wish->kind);
    hash_number(sum, wish->memory);
    hash_text(sum, wish->memory_file);
    hash_number(sum, wish->quiesce);
    hash_text(sum, wish->description);
    hash_number(sum, (int) wish->now);
    hash_text(sum, wish->keep_name);
    hash_text(sum, wish->branch_name);
    hash_number(sum, (int) wish->after);
    hash_number(sum, wish->reset_nvram);
    hash_number(sum, wish->force);
    hash_number(sum, wish->discard_children);
    hash_number(sum, wish->metadata_only);
    hash_number(sum, wish->children_only);
    hash_text(sum, wish->problem);
    hash_number(sum, wish->storage_exclusive);
    for (guint i = 0; i < wish->others->len; i++)
        hash_text(sum, wish->others->pdata[i]);
}

static void hash_step(GChecksum *sum, const Step *step)
{
    hash_number(sum, (int) step->kind);
    hash_text(sum, step->subject);
    hash_text(sum, step->description);
    hash_number(sum, (int) step->memory);
    hash_text(sum, step->memory_file);
    hash_text(sum, step->origin);
    hash_number(sum, step->disk_only);
    hash_number(sum, step->quiesce);
    hash_number(sum, step->metadata_only);
    hash_number(sum, (int) step->after);
    hash_number(sum, step->reset_nvram);
    hash_number(sum, (int) step->disks->len);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        hash_text(sum, disk->target);
        hash_number(sum, (int) disk->mode);
        hash_text(sum, disk->writes);
        hash_text(sum, disk->format);
        hash_text(sum, disk->removes);
        hash_text(sum, disk->merges);
        hash_text(sum, disk->backing);
        hash_text(sum, disk->backing_format);
    }
}

static void hash_loss(GChecksum *sum, const Loss *loss)
{
    g_autofree char *words = loss_words(loss);

    hash_text(sum, words);
}

static char *fingerprint(const Plan *plan)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    hash_number(sum, PLAN_FORMAT);
    hash_wish(sum, plan->wish);
    hash_number(sum, (int) plan->verdict);
    hash_number(sum, (int) plan->steps->len);
    for (guint i = 0; i < plan->steps->len; i++)
        hash_step(sum, plan->steps->pdata[i]);
    hash_number(sum, (int) plan->lost->len);
    for (guint i = 0; i < plan->lost->len; i++)
        hash_loss(sum, plan->lost->pdata[i]);
    hash_number(sum, plan->loses_data);
    hash_text(sum, plan->after);
    return g_strdup(g_checksum_get_string(sum));
}

void plan_seal(Plan *plan)
{
    g_free(plan->fingerprint);
    plan->fingerprint = fingerprint(plan);
}

bool plan_equal(const Plan *a, const Plan *b)
{
    // Computed anew: a fingerprint that came from a file proves nothing about the rest of that file.
    g_autofree char *one = fingerprint(a);
    g_autofree char *other = fingerprint(b);

    return strcmp(one, other) == 0;
}

static const char *const step_words[] = {
    [STEP_CREATE] = "create",
    [STEP_START_PAUSED] = "start-paused",
    [STEP_DELETE] = "delete",
    [STEP_STOP_STARTED] = "stop-started",
    [STEP_REVERT] = "revert",
    [STEP_MAKE_LAYERS] = "make-layers",
    [STEP_RECORD] = "record",
    [STEP_DEFINE] = "define",
    [STEP_POWER_OFF] = "power-off",
    [STEP_POWER_ON] = "power-on",
    [STEP_RESTORE] = "restore",
    [STEP_REMOVE_FILES] = "remove-files",
    [STEP_REPARENT] = "reparent",
    [STEP_RENEW] = "renew",
    [STEP_FOLLOW] = "follow",
    [STEP_MAKE_CURRENT] = "make-current",
    [STEP_MERGE_LAYERS] = "merge-layers",
    [STEP_MERGE_NOW] = "merge-now",
    [STEP_COMMIT] = "commit",
    [STEP_REBASE] = "rebase",
    [STEP_PERSIST] = "persist",
    [STEP_RELEASE] = "release",
};

const char *step_kind_word(StepKind kind)
{
    return step_words[kind];
}

bool step_kind_parse(const char *word, StepKind *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS(step_words); i++) {
        if (g_strcmp0(word, step_words[i]) == 0) {
            *kind = (StepKind) i;
            return true;
        }
    }
    return false;
}
