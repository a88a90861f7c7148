// SPDX-License-Identifier: GPL-2.0-or-later
// Reading plans, as strictly as they deserve. See plan_json.h.
#include "engine/json/json_words.h"
#include "engine/json/plan_json.h"
#include "engine/json/plan_parts.h"
#include "engine/json/wish_json.h"

// ---- Steps -----------------------------------------------------------------------------------

static void step_disk_read(JsonIn *in, JsonNode *node, Step *step)
{
    static const char *const members[] = {"target", "mode",    "writes",         "format", "removes",
                                          "merges", "backing", "backing_format", "bytes",  NULL};
    JsonObject *object = json_in_members(in, node, members);
    g_autofree char *target = json_in_text(in, object, "target");
    if (!target)
        return;
    StepDisk *disk = step_add_disk(step, target, json_in_word(in, object, "mode", MODE_WORDS));
    disk->writes = json_in_text_or_null(in, object, "writes");
    disk->format = json_in_text_or_null(in, object, "format");
    disk->removes = json_in_text_or_null(in, object, "removes");
    disk->merges = json_in_text_or_null(in, object, "merges");
    disk->backing = json_in_text_or_null(in, object, "backing");
    disk->backing_format = json_in_text_or_null(in, object, "backing_format");
    disk->bytes = json_in_size(in, object, "bytes");
    check_line(in, "target", target);
    check_image(in, "writes", disk->writes);
    check_line(in, "format", disk->format);
    check_image(in, "removes", disk->removes);
    check_image(in, "merges", disk->merges);
    check_image(in, "backing", disk->backing);
    check_line(in, "backing_format", disk->backing_format);
}

static void step_texts_read(JsonIn *in, JsonObject *object, Step *step)
{
    step->effect = json_in_text_or_null(in, object, "effect");
    step->undo = json_in_text_or_null(in, object, "undo");
    step->description = json_in_text_or_null(in, object, "description");
    step->memory_file = json_in_text_or_null(in, object, "memory_file");
    step->origin = json_in_text_or_null(in, object, "origin");
    check_prose(in, "effect", step->effect);
    check_prose(in, "undo", step->undo);
    check_prose(in, "description", step->description);
    check_path(in, "memory_file", step->memory_file);
    check_line(in, "origin", step->origin);
}

static void step_choices_read(JsonIn *in, JsonObject *object, Step *step)
{
    step->cancellable = json_in_flag(in, object, "cancellable");
    step->memory = json_in_word(in, object, "memory", MEMORY_WORDS);
    step->disk_only = json_in_flag(in, object, "disk_only");
    step->quiesce = json_in_flag(in, object, "quiesce");
    step->metadata_only = json_in_flag(in, object, "metadata_only");
    step->after = json_in_word(in, object, "after", AFTER_WORDS);
    step->reset_nvram = json_in_flag(in, object, "reset_nvram");
}

static void step_read(JsonIn *in, JsonNode *node, Plan *plan)
{
    static const char *const members[] = {
        "kind",          "subject", "effect",      "cancellable", "undo",
        "description",   "memory",  "memory_file", "disk_only",   "quiesce",
        "metadata_only", "after",   "reset_nvram", "origin",      "disks",
        NULL};
    JsonObject *object = json_in_members(in, node, members);
    StepKind kind = json_in_word(in, object, "kind", STEP_WORDS);
    g_autofree char *subject = json_in_text(in, object, "subject");
    check_line(in, "subject", subject);
    if (in->error)
        return;
    Step *step = plan_add_step(plan, kind, subject);
    g_clear_pointer(&step->effect, g_free);
    g_clear_pointer(&step->undo, g_free);
    step_texts_read(in, object, step);
    step_choices_read(in, object, step);
    JsonArray *disks = json_in_array(in, object, "disks");
    for (guint i = 0; disks && !in->error && i < json_array_get_length(disks); i++) {
        gsize mark = json_in_enter(in, "disks", (int) i);
        step_disk_read(in, json_array_get_element(disks, i), step);
        json_in_leave(in, mark);
    }
}

// ---- Lists -----------------------------------------------------------------------------------

typedef void (*ElementRead)(JsonIn *in, JsonNode *node, Plan *plan);

static void list_read(JsonIn *in, JsonObject *object, const char *name, ElementRead read,
                      Plan *plan)
{
    JsonArray *list = json_in_array(in, object, name);
    for (guint i = 0; list && !in->error && i < json_array_get_length(list); i++) {
        gsize mark = json_in_enter(in, name, (int) i);
        read(in, json_array_get_element(list, i), plan);
        json_in_leave(in, mark);
    }
}

static void texts_read(JsonIn *in, JsonObject *object, const char *name, GPtrArray *texts)
{
    JsonArray *list = json_in_array(in, object, name);
    for (guint i = 0; list && !in->error && i < json_array_get_length(list); i++) {
        JsonNode *node = json_array_get_element(list, i);
        const char *text = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        gsize mark = json_in_enter(in, name, (int) i);
        if (text && g_utf8_validate(text, -1, NULL))
            g_ptr_array_add(texts, g_strdup(text));
        else
            json_in_fault(in, JSON_FAULT_CONTENT, "text is expected");
        json_in_leave(in, mark);
        check_prose(in, name, text);
    }
}

// Both texts of a pair of members, the second of which may be null if `optional`.
static bool pair_read(JsonIn *in, JsonNode *node, const char *const *members, bool optional,
                      char **first, char **second)
{
    JsonObject *object = json_in_members(in, node, members);
    *first = json_in_text(in, object, members[0]);
    *second = optional ? json_in_text_or_null(in, object, members[1])
                       : json_in_text(in, object, members[1]);
    check_prose(in, members[0], *first);
    check_prose(in, members[1], *second);
    return !in->error;
}

static const char *const reason_members[] = {"rule", "text", NULL};

static void reason_read(JsonIn *in, JsonNode *node, Plan *plan)
{
    g_autofree char *rule = NULL, *text = NULL;
    if (pair_read(in, node, reason_members, false, &rule, &text))
        plan_refuse(plan, rule, "%s", text);
}

static void warning_read(JsonIn *in, JsonNode *node, Plan *plan)
{
    g_autofree char *rule = NULL, *text = NULL;
    if (pair_read(in, node, reason_members, false, &rule, &text))
        plan_warn(plan, rule, "%s", text);
}

static void route_read(JsonIn *in, JsonNode *node, Plan *plan)
{
    static const char *const members[] = {"text", "command", NULL};
    g_autofree char *text = NULL, *command = NULL;
    if (pair_read(in, node, members, true, &text, &command))
        plan_route(plan, command, "%s", text);
}

// ---- What must agree -------------------------------------------------------------------------

static bool same_texts(const GPtrArray *a, const GPtrArray *b)
{
    bool same = a->len == b->len;
    for (guint i = 0; same && i < a->len; i++)
        same = g_str_equal(g_ptr_array_index(a, i), g_ptr_array_index(b, i));
    return same;
}

static void files_check(JsonIn *in, JsonObject *object, const Plan *plan)
{
    g_autoptr(GPtrArray) written = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) removed = g_ptr_array_new_with_free_func(g_free);
    texts_read(in, object, "files_written", written);
    texts_read(in, object, "files_removed", removed);
    g_autoptr(GPtrArray) writes = plan_files_written(plan);
    g_autoptr(GPtrArray) removes = plan_files_removed(plan);
    if (!same_texts(written, writes) || !same_texts(removed, removes))
        json_in_fault(in, JSON_FAULT_EDITED, "the list of files does not fit the steps");
}

// The fingerprint covers all that has to be equal when the plan is made again, so a plan that was
// changed by hand betrays itself before any host is asked.
static void fingerprint_check(JsonIn *in, Plan *plan, const char *claimed)
{
    if (in->error)
        return;
    plan_seal(plan);
    if (claimed && g_strcmp0(claimed, plan->fingerprint) != 0)
        json_in_fault(in, JSON_FAULT_EDITED, "the fingerprint does not fit the plan");
}

static void verdict_check(JsonIn *in, const Plan *plan, Verdict verdict, const char *fingerprint)
{
    bool named = plan->wish->snapshot || plan->wish->verb == VERB_REPAIR;
    bool nothing = plan->steps->len == 0 || !fingerprint || !named;
    if (verdict == VERDICT_OK && (plan->reasons->len > 0 || nothing))
        json_in_fault(in, JSON_FAULT_EDITED, "the verdict does not fit the plan");
    if (verdict == VERDICT_REFUSED && plan->reasons->len == 0)
        json_in_fault(in, JSON_FAULT_EDITED, "the plan is refused without a reason");
}

// ---- The plan --------------------------------------------------------------------------------

static Wish *subject_read(JsonIn *in, JsonObject *object)
{
    static const char *const members[] = {"uuid", "name", NULL};
    gsize mark = json_in_enter(in, "wish", -1);
    g_autoptr(Wish) wish = object ? wish_read(in, json_in_node(in, object, "wish")) : NULL;
    json_in_leave(in, mark);
    if (!wish)
        return NULL;
    wish->uri = json_in_text(in, object, "uri");
    check_line(in, "uri", wish->uri);
    mark = json_in_enter(in, "guest", -1);
    JsonObject *guest = json_in_members(in, json_in_node(in, object, "guest"), members);
    wish->uuid = json_in_text(in, guest, "uuid");
    wish->domain = json_in_text(in, guest, "name");
    check_line(in, "name", wish->domain);
    if (wish->uuid && !g_uuid_string_is_valid(wish->uuid))
        json_in_fault(in, JSON_FAULT_CONTENT, "\"uuid\" is none");
    json_in_leave(in, mark);
    return in->error ? NULL : g_steal_pointer(&wish);
}

// What was simulated is not believed, so it is not read: making the plan again simulates it again.
static void afterwards_check(JsonIn *in, JsonObject *object)
{
    JsonNode *node = json_in_node(in, object, "afterwards");
    if (node && !JSON_NODE_HOLDS_NULL(node) && !JSON_NODE_HOLDS_OBJECT(node))
        json_in_fault(in, JSON_FAULT_CONTENT, "\"afterwards\" is neither an object nor null");
}

static void losses_read(JsonIn *in, JsonObject *object, Plan *plan)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    texts_read(in, object, "lost", words);
    for (guint i = 0; i < words->len; i++)
        g_ptr_array_add(plan->lost, loss_parse(g_ptr_array_index(words, i)));
}

static void forecast_read(JsonIn *in, JsonObject *object, Plan *plan)
{
    plan->copy_bytes = json_in_size(in, object, "copy_bytes");
    plan->space_needed = json_in_size(in, object, "space_needed");
    plan->space_free = json_in_size(in, object, "space_free");
    g_free(plan->after);
    plan->after = json_in_text_or_null(in, object, "after");
    check_prose(in, "after", plan->after);
    afterwards_check(in, object);
    losses_read(in, object, plan);
    plan->loses_data = json_in_flag(in, object, "loses_data");
}

static Plan *plan_members_read(JsonIn *in, JsonObject *object)
{
    g_autoptr(Wish) wish = subject_read(in, object);
    if (!wish)
        return NULL;
    g_autoptr(Plan) plan = plan_new(wish);
    Verdict verdict = json_in_word(in, object, "verdict", VERDICT_WORDS);
    g_autofree char *fingerprint = json_in_text_or_null(in, object, "fingerprint");
    g_free(plan->title);
    plan->title = json_in_text(in, object, "title");
    check_line(in, "title", plan->title);
    list_read(in, object, "reasons", reason_read, plan);
    list_read(in, object, "routes", route_read, plan);
    list_read(in, object, "warnings", warning_read, plan);
    list_read(in, object, "steps", step_read, plan);
    texts_read(in, object, "outcomes", plan->outcomes);
    forecast_read(in, object, plan);
    plan->verdict = verdict;
    files_check(in, object, plan);
    verdict_check(in, plan, verdict, fingerprint);
    fingerprint_check(in, plan, fingerprint);
    return in->error ? NULL : g_steal_pointer(&plan);
}

// The version first: a later one may have any other members.
static void format_check(JsonIn *in, JsonNode *node)
{
    JsonObject *object = node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    if (!object || !json_object_has_member(object, "format")) {
        json_in_fault(in, JSON_FAULT_FORMAT, "this is JSON, but no plan: it has no format version");
        return;
    }
    gint64 format = json_in_number(in, object, "format");
    if (!in->error && format != PLAN_FORMAT)
        json_in_fault(in, JSON_FAULT_FORMAT,
                      "the plan is of format version %" G_GINT64_FORMAT
                      ", this virt-snap knows version %d only",
                      format, PLAN_FORMAT);
}

Plan *plan_read(JsonIn *in, JsonNode *node)
{
    static const char *const members[] = {
        "format",     "uri",           "guest",         "wish",       "title",
        "verdict",    "reasons",       "routes",        "outcomes",   "warnings",
        "steps",      "files_written", "files_removed", "copy_bytes", "space_needed",
        "space_free", "after",         "afterwards",    "lost",       "loses_data",
        "fingerprint", NULL};
    format_check(in, node);
    return plan_members_read(in, json_in_members(in, node, members));
}

Plan *json_read_plan(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonNode) root = json_in_parse(text, length, error);
    if (!root)
        return NULL;
    JsonIn in;
    json_in_init(&in);
    g_autoptr(Plan) plan = plan_read(&in, root);
    return json_in_end(&in, error) ? g_steal_pointer(&plan) : NULL;
}
