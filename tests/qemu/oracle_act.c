// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle acts: an operation by virt-snap's plan and apply, or by plain virsh. Main thread.
#include "tests/qemu/oracle.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void outcome_set(Operation *operation, OracleOutcome outcome, const char *rule, const char *words)
{
    operation->outcome = outcome;
    g_free(operation->rule);
    g_free(operation->words);
    operation->rule = g_strdup(rule);
    operation->words = words ? g_strstrip(g_strdup(words)) : NULL;
}

// ---- virt-snap ----------------------------------------------------------------------------------

static void plan_words(GPtrArray *words, const Stage *stage, const Seen *before, const Operation *operation)
{
    static const char *const VERBS[DO_VERBS] = {"create", "revert", "revert", "delete", "discard"};
    const char *fixed[] = {stage->program, "-c", stage->uri, "plan", VERBS[operation->verb], stage->guest,
                           operation->subject, "--json"};
    for (guint i = 0; i < G_N_ELEMENTS(fixed); i++)
        g_ptr_array_add(words, g_strdup(fixed[i]));
    if (operation->verb == DO_CREATE) {
        g_ptr_array_add(words, g_strdup_printf("--kind=%s", operation->internal ? "internal" : "external"));
        if (operation->left_out >= 0)
            g_ptr_array_add(words, g_strdup_printf("--disk=%s=no", DISK_NAMES[operation->left_out]));
        if (!operation->internal && !seen_is_off(before))
            g_ptr_array_add(words, g_strdup(operation->memory ? "--memory" : "--disk-only"));
    }
    if (operation->verb == DO_REVERT_KEEP)
        g_ptr_array_add(words, g_strdup_printf("--keep-now=%s", operation->keep));
    if (operation->verb == DO_REVERT_LOSE || operation->lose_now)
        g_ptr_array_add(words, g_strdup("--lose-now"));
}

static void plan_ask(const Stage *stage, const Seen *before, Operation *operation, bool force, Said *said)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    plan_words(words, stage, before, operation);
    if (force)
        g_ptr_array_add(words, g_strdup("--force"));
    g_ptr_array_add(words, NULL);
    command_run(said, (const char *const *) words->pdata);
    g_free(operation->plan);
    operation->plan = *said->out ? g_strdup(said->out) : NULL;
}

// The first reason of a refused plan.
static void refusal_read(Operation *operation)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    outcome_set(operation, WAS_REFUSED, "no reason", NULL);
    if (!operation->plan || !json_parser_load_from_data(parser, operation->plan, -1, NULL))
        return;
    JsonObject *plan = json_node_get_object(json_parser_get_root(parser));
    JsonArray *reasons = json_object_get_array_member(plan, "reasons");
    if (reasons && json_array_get_length(reasons) > 0) {
        JsonObject *reason = json_array_get_object_element(reasons, 0);
        outcome_set(operation, WAS_REFUSED, json_object_get_string_member(reason, "rule"),
                    json_object_get_string_member(reason, "text"));
    }
}

// Plans; true when the plan may be applied.
static bool plan_make(const Stage *stage, const Seen *before, Operation *operation, Said *said)
{
    plan_ask(stage, before, operation, false, said);
    if (said->status == 3) {
        refusal_read(operation);
        // The operator was told what it costs, and agrees.
        if (operation->verb == DO_DISCARD && g_strcmp0(operation->rule, "law 4") == 0 && !operation->lose_now) {
            operation->lose_now = true;
            plan_ask(stage, before, operation, false, said);
            refusal_read(operation);
        }
        if (said->status == 3 && g_strcmp0(operation->rule, "force") == 0) {
            plan_ask(stage, before, operation, true, said);
            refusal_read(operation);
        }
    }
    if (said->status == 2 && strstr(said->err, "not built"))
        outcome_set(operation, WAS_NOT_BUILT, "not built", said->err);
    else if (said->status != 0 && said->status != 3)
        outcome_set(operation, WAS_FAILED, "plan failed", said->err);
    return said->status == 0;
}

static void plan_apply(const Stage *stage, Operation *operation, Said *said)
{
    g_autofree char *path = g_build_filename(stage->scratch, "plan.json", NULL);
    const char *words[] = {stage->program, "-c", stage->uri, "apply", path, "--yes", NULL};
    if (!g_file_set_contents(path, operation->plan, -1, NULL))
        g_error("cannot write %s", path);
    command_run(said, words);
    if (said->status == 0)
        outcome_set(operation, WAS_DONE, NULL, NULL);
    else if (said->status == 3 || said->status == 4)
        outcome_set(operation, WAS_REFUSED, "refused by apply", said->err);
    else
        outcome_set(operation, WAS_FAILED, said->status == STATUS_HUNG ? "does not end" : "apply failed", said->err);
}

static void act_planned(const Stage *stage, const Seen *before, Operation *operation)
{
    g_auto(Said) said = {0};
    if (plan_make(stage, before, operation, &said))
        plan_apply(stage, operation, &said);
}

// ---- Plain virsh --------------------------------------------------------------------------------

// snapshot-create-as, as somebody would type it who wants what the operation says.
static char *virsh_create(const Stage *stage, const Seen *before, const Operation *operation, const char *name)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "snapshot-create-as %s %s", stage->guest, name);
    if (!operation->internal && !operation->memory)
        g_string_append(text, " --disk-only");
    for (int i = 0; i < DISKS; i++)
        if (!operation->internal || operation->left_out == i)
            g_string_append_printf(text, " --diskspec %s,snapshot=%s", DISK_NAMES[i],
                                   operation->left_out == i ? "no" : "external");
    if (operation->memory && !seen_is_off(before))
        g_string_append_printf(text, " --memspec %s/%s.%s.mem,snapshot=external", stage->images, stage->guest, name);
    return g_string_free(text, FALSE);
}

static char *virsh_commands(const Stage *stage, const Seen *before, const Operation *operation)
{
    const char *guest = stage->guest, *subject = operation->subject;
    switch (operation->verb) {
    case DO_CREATE:
        return virsh_create(stage, before, operation, subject);
    case DO_REVERT_KEEP:
    case DO_REVERT_LOSE:
        return g_strdup_printf("snapshot-revert %s %s", guest, subject);
    case DO_DELETE:
        return g_strdup_printf("snapshot-delete %s %s", guest, subject);
    case DO_DISCARD:
        return g_strdup_printf("snapshot-delete %s %s --children", guest, subject);
    case DO_START:
        return g_strdup_printf("start %s", guest);
    case DO_STOP:
    case DO_VERBS:
        break;
    }
    return g_strdup_printf("destroy %s", guest);
}

static bool virsh_run(const Stage *stage, Operation *operation, const char *commands)
{
    g_auto(Said) said = {0};
    stage_virsh(stage, &said, commands);
    outcome_set(operation, said.status == 0 ? WAS_DONE : WAS_FAILED, said.status == 0 ? NULL : "virsh failed", said.err);
    return said.status == 0;
}

static void act_plain(const Stage *stage, const Seen *before, Operation *operation)
{
    if (operation->verb == DO_REVERT_KEEP) {
        g_autofree char *keep = virsh_create(stage, before, operation, operation->keep);
        if (!virsh_run(stage, operation, keep))
            return;
    }
    g_autofree char *commands = virsh_commands(stage, before, operation);
    virsh_run(stage, operation, commands);
}

// ---- Either -------------------------------------------------------------------------------------

static void act_instead(const Stage *stage, Operation *operation)
{
    g_auto(GStrv) parts = g_strsplit(operation->instead, "{}", -1);
    g_autofree char *commands = g_strjoinv(stage->guest, parts);
    virsh_run(stage, operation, commands);
    if (operation->outcome != WAS_DONE)
        g_printerr("# %s: %s\n", commands, operation->words);
    outcome_set(operation, operation->believed, "believed", NULL);
}

void operation_run(const Stage *stage, const Seen *before, Operation *operation)
{
    g_clear_pointer(&operation->plan, g_free);
    if (operation->instead)
        act_instead(stage, operation);
    else if (stage->plain || operation->verb == DO_START || operation->verb == DO_STOP)
        act_plain(stage, before, operation);
    else
        act_planned(stage, before, operation);
}
