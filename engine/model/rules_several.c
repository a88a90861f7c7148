// SPDX-License-Identifier: GPL-2.0-or-later
// Deleting several snapshots as one plan: each by the rules of one, from the picture that those before it leave behind.
// What is discarded needs no such thing: its branches are one list (discarded.h).
//
// Branches go leaf first, so that nothing stands on what goes. Those that NOW stands on are merged from the root up:
// what was written after each is then copied once, where from the leaf down it would be copied again by every merge.

#include "engine/model/picture_after.h"
#include "engine/model/rules.h"
#include "engine/model/tongue.h"
#include "engine/model/world.h"

#include <string.h>

static bool find_subjects(Planning *p)
{
    if (!rules_find_subject(p))
        return false;
    for (guint i = 0; i < p->wish->others->len; i++)
        if (!rules_find_snapshot(p, p->wish->others->pdata[i]))
            return false;
    return true;
}

static bool is_subject(const Wish *wish, const char *name)
{
    return strcmp(wish->snapshot, name) == 0 ||
           g_ptr_array_find_with_equal_func(wish->others, name, g_str_equal, NULL);
}

// The names in the order in which they go: what NOW does not stand on leaf first, then the rest.
static GPtrArray *order(const Planning *p, bool root_first)
{
    GPtrArray *names = g_ptr_array_new();
    const TreeNode *root = tree_root(p->picture->tree), *now = tree_now(p->picture->tree);
    guint branches = 0;

    for (const TreeNode *node = tree_next(root, root); node; node = tree_next(root, node)) {
        if (!node->snapshot || !is_subject(p->wish, node->snapshot->name))
            continue;
        if (tree_is_ancestor(node, now)) {
            g_ptr_array_insert(names, root_first ? -1 : (int) branches, node->snapshot->name);
        } else {
            g_ptr_array_insert(names, 0, node->snapshot->name);
            branches++;
        }
    }
    return names;
}

static bool has_reason(const GPtrArray *reasons, const Reason *reason)
{
    for (guint i = 0; i < reasons->len; i++)
        if (strcmp(((const Reason *) reasons->pdata[i])->text, reason->text) == 0)
            return true;
    return false;
}

static bool is_kind(const Step *step, StepKind kind)
{
    return step && step->kind == kind;
}

// A guest that was started paused for one merge stays so for the next.
static guint skip_restart(GPtrArray *steps, const Plan *part)
{
    const Step *last = steps->len > 0 ? steps->pdata[steps->len - 1] : NULL;

    if (!is_kind(last, STEP_STOP_STARTED) || part->steps->len == 0 ||
        !is_kind(part->steps->pdata[0], STEP_START_PAUSED))
        return 0;
    g_ptr_array_remove_index(steps, steps->len - 1);
    return 1;
}

static void take_steps(Plan *plan, Plan *part)
{
    guint first = skip_restart(plan->steps, part);

    while (part->steps->len > first)
        g_ptr_array_add(plan->steps, g_ptr_array_steal_index(part->steps, first));
    g_clear_pointer(&plan->afterwards, world_unref);
}

// What it says once is said once for all: the outcome of each names its snapshot, which is told of all together.
static void take_words(Plan *plan, const Plan *part)
{
    for (guint i = 1; i < part->outcomes->len; i++)
        plan_outcome(plan, "%s", (const char *) part->outcomes->pdata[i]);
    for (guint i = 0; i < part->warnings->len; i++) {
        const Reason *reason = part->warnings->pdata[i];

        if (!has_reason(plan->warnings, reason))
            plan_add_reason(plan->warnings, reason->rule, reason->text);
    }
    for (guint i = 0; i < part->lost->len; i++) {
        const Loss *loss = part->lost->pdata[i];

        plan_loses(plan, loss->kind, loss->name);
    }
}

// One after the other: the room that one needs is free again when the next begins.
static void take_costs(Plan *plan, const Plan *part)
{
    bool unknown = plan->space_needed == SIZE_UNKNOWN || part->space_needed == SIZE_UNKNOWN;

    plan->loses_data |= part->loses_data;
    plan->copy_bytes = size_add(plan->copy_bytes, part->copy_bytes);
    plan->space_needed = unknown ? SIZE_UNKNOWN : MAX(plan->space_needed, part->space_needed);
    if (plan->space_free == SIZE_UNKNOWN || (part->space_free != SIZE_UNKNOWN && part->space_free < plan->space_free))
        plan->space_free = part->space_free;
}

static char *without(const Wish *wish, const char *name)
{
    g_autoptr(Wish) rest = wish_copy(wish);
    guint at;

    if (strcmp(rest->snapshot, name) == 0) {
        g_free(rest->snapshot);
        rest->snapshot = g_ptr_array_steal_index(rest->others, 0);
    } else if (g_ptr_array_find_with_equal_func(rest->others, name, g_str_equal, &at)) {
        g_ptr_array_remove_index(rest->others, at);
    }
    return wish_command(rest);
}

static void refuse_part(Planning *p, const Plan *part)
{
    const char *name = part->wish->snapshot;
    g_autofree char *rest = without(p->wish, name);

    for (guint i = 0; i < part->reasons->len; i++) {
        const Reason *reason = part->reasons->pdata[i];

        plan_refuse(p->plan, reason->rule, "%s", reason->text);
    }
    plan_route(p->plan, rest, "Delete the others without %s.", name);
    for (guint i = 0; i < part->routes->len; i++) {
        const Route *route = part->routes->pdata[i];

        plan_add_route(p->plan, route->command, route->text);
    }
}

void rules_take_part(Planning *p, Plan *part)
{
    take_words(p->plan, part);
    take_costs(p->plan, part);
    take_steps(p->plan, part);
}

// The picture behind the part; NULL after refusing, and the one before is released in any case. `world` is that of the
// picture, before and after.
static Picture *add_part(Planning *p, Picture *picture, World **world, const char *name)
{
    g_autoptr(Picture) before = picture;
    g_autoptr(Wish) wish = wish_copy(p->wish);
    g_autoptr(Plan) part = NULL;
    Picture *after;

    g_free(wish->snapshot);
    wish->snapshot = g_strdup(name);
    g_ptr_array_set_size(wish->others, 0);
    part = rules_plan(wish, before, p->neighbours, p->host, p->time, world);
    if (part->verdict == VERDICT_REFUSED) {
        refuse_part(p, part);
        return NULL;
    }
    after = part->afterwards ? picture_after(before, part) : picture_ref(before);
    rules_take_part(p, part);
    if (part->afterwards) {
        g_clear_pointer(world, world_unref);
        *world = g_steal_pointer(&part->afterwards);
        world_go_on(*world);
    }
    return after;
}

static void describe(Planning *p)
{
    g_autofree char *names = wish_subjects(p->wish);
    g_autofree char *first = g_strdup_printf(_("Nobody can go back to %s any more. NOW and all other snapshots keep "
                                               "their data."), names);

    g_ptr_array_insert(p->plan->outcomes, 0, g_steal_pointer(&first));
    plan_warn(p->plan, "several", "The %u snapshots go one after the other. If it is cut off, those that are gone stay "
              "gone, and the others are as they were.", p->wish->others->len + 1);
}

static void delete_in_order(Planning *p, bool root_first)
{
    g_autoptr(GPtrArray) names = order(p, root_first);
    g_autoptr(World) world = NULL;
    Picture *picture = picture_ref(p->picture);

    for (guint i = 0; picture && i < names->len; i++)
        picture = add_part(p, picture, &world, names->pdata[i]);
    if (!picture)
        return;
    picture_unref(picture);
    describe(p);
    p->plan->after = g_strdup(domain_state_word(p->domain->state));
}

static void from_root(Planning *p, const Snapshot *any)
{
    (void) any;
    delete_in_order(p, true);
}

void rules_delete_several(Planning *p)
{
    g_autoptr(Plan) refused = NULL;

    if (find_subjects(p) && !rules_try(p, NULL, from_root, &refused))
        delete_in_order(p, false);
}
