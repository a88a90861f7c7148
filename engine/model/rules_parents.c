// SPDX-License-Identifier: GPL-2.0-or-later
// Repairing the tree itself: snapshots whose parent is gone, and parents that go round in a circle.
//
// A daemon that starts makes a root of each such snapshot, but their records go on to say what they said, and it takes
// no change of an orphan's record. Below a circle it is worse: whoever has a record written there ends the daemon's
// work for good, since it looks for the end of the circle (H81). So circles are cut before anything else is written,
// and each member is written again, since the daemon may have cut another one. Which snapshot an orphan hangs below is
// told by the images alone; where they do not tell it becomes the root that it is taken for.

#include "engine/model/rules.h"
#include "engine/model/tongue.h"

static void add_reparent(Planning *p, const Snapshot *snapshot, const char *parent)
{
    Step *step = plan_add_step(p->plan, STEP_REPARENT, snapshot->name);

    step->origin = g_strdup(parent);
    step->effect = parent ? g_strdup_printf(_("Record that snapshot %s is a child of %s."), snapshot->name, parent) :
                            g_strdup_printf(_("Record that snapshot %s has no parent."), snapshot->name);
}

static const TreeNode *node_of(const Planning *p, guint index)
{
    return tree_find(p->picture->tree, ((const Snapshot *) p->picture->snapshots->pdata[index])->name);
}

// ---- circles ----------------------------------------------------------------------------------

// From the cut downwards, against the direction in which the records name their parents: each after its parent.
static void add_members(Planning *p, const TreeNode *cut)
{
    g_autoptr(GPtrArray) members = g_ptr_array_new();
    const TreeNode *node = tree_find(p->picture->tree, cut->snapshot->parent);

    for (; node && node != cut; node = node->parent)
        g_ptr_array_insert(members, 0, (gpointer) node->snapshot);
    for (guint i = 0; i < members->len; i++)
        add_reparent(p, members->pdata[i], ((const Snapshot *) members->pdata[i])->parent);
}

static void cut_circles(Planning *p)
{
    for (guint i = 0; i < p->picture->snapshots->len; i++)
        if (node_of(p, i)->fault == TREE_CYCLE)
            add_reparent(p, p->picture->snapshots->pdata[i], NULL);
    for (guint i = 0; i < p->picture->snapshots->len; i++)
        if (node_of(p, i)->fault == TREE_CYCLE)
            add_members(p, node_of(p, i));
}

// ---- the parents that the images tell ---------------------------------------------------------

// The parent that the snapshot will have by the plan as it stands.
static const Snapshot *parent_then(const Planning *p, const Snapshot *snapshot)
{
    for (guint i = p->plan->steps->len; i > 0; i--) {
        const Step *step = p->plan->steps->pdata[i - 1];

        if (step->kind == STEP_REPARENT && g_str_equal(step->subject, snapshot->name))
            return picture_snapshot(p->picture, step->origin);
    }
    return tree_find(p->picture->tree, snapshot->name)->parent->snapshot;
}

static bool leads_back(const Planning *p, const Snapshot *from, const Snapshot *to)
{
    for (; from && from != to; from = parent_then(p, from))
        ;
    return from != NULL;
}

static void find_parents(Planning *p, TreeFault fault)
{
    for (guint i = 0; i < p->picture->snapshots->len; i++) {
        const Snapshot *snapshot = p->picture->snapshots->pdata[i];
        const Snapshot *parent = node_of(p, i)->fault == fault ? rules_find_parent(p, snapshot) : NULL;

        if (parent && leads_back(p, parent, snapshot))
            parent = NULL;
        if (parent || (node_of(p, i)->fault == fault && fault == TREE_ORPHAN))
            add_reparent(p, snapshot, parent ? parent->name : NULL);
    }
}

void rules_repair_parents(Planning *p)
{
    cut_circles(p);
    find_parents(p, TREE_CYCLE);
    find_parents(p, TREE_ORPHAN);
    if (p->plan->steps->len > 0)
        plan_outcome(p->plan, "Each snapshot's record names a parent that exists, or none. No image is touched.");
}

// ---- for the other verbs ----------------------------------------------------------------------

static const Snapshot *find_fault(const Planning *p, TreeFault fault)
{
    for (guint i = 0; i < p->picture->snapshots->len; i++)
        if (node_of(p, i)->fault == fault)
            return p->picture->snapshots->pdata[i];
    return NULL;
}

bool rules_check_parents(Planning *p)
{
    const Snapshot *cut = find_fault(p, TREE_CYCLE), *orphan = find_fault(p, TREE_ORPHAN);

    if (cut) {
        plan_refuse(p->plan, "H81", "Snapshot %s is recorded as its own ancestor. libvirt's daemon would hang for good once "
                    "a record below it is written, so that is set right first.", cut->name);
        rules_route_repair(p, PROBLEM_CYCLE);
    } else if (orphan) {
        plan_refuse(p->plan, "H46", "Snapshot %s names %s as its parent, which does not exist. libvirt takes no change of "
                    "its record until that is set right.", orphan->name, orphan->parent);
        rules_route_repair(p, PROBLEM_ORPHAN);
    }
    return !cut && !orphan;
}
