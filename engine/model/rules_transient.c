// SPDX-License-Identifier: GPL-2.0-or-later
// A transient guest is there as long as its QEMU: when that ends, libvirt forgets the guest and every record of its
// snapshots (H63), and a revert ends it.
//
// So before that step the guest's configuration is stored, which makes it persistent, and once it runs again the
// stored configuration is taken away. libvirt keeps the records of a guest that runs over that (tried on 9.0, 11.3 and
// 12.8). But storing it removes their files, as if they were left over from an older guest of that name (H79), so they
// are written again in the same step. Cut off anywhere in between, the guest is persistent: nothing is lost.

#include "engine/model/rules.h"
#include "engine/model/tongue.h"

#include <string.h>

static void offer(Planning *p, const char *option, const char *text)
{
    g_autofree char *command = rules_again(p, option);

    plan_route(p->plan, command, "%s", _(text));
}

bool rules_check_transient(Planning *p, const Snapshot *snapshot)
{
    if (p->domain->persistent)
        return true;
    if (strcmp(rules_state_after(p, snapshot), "off") == 0) {
        plan_refuse(p->plan, "H63", "The guest is transient: once it is off, libvirt forgets it and every record of its "
                    "snapshots, so it cannot end off. Let it run or be paused afterwards.");
        offer(p, "--running", N_("Let it run afterwards."));
        offer(p, "--paused", N_("Let it be paused afterwards."));
        return false;
    }
    if (p->domain->checkpoints > 0) {
        plan_refuse(p->plan, "H79", "The guest is transient and has %u backup checkpoints: to outlive the stop it has to "
                    "be stored, and libvirt removes the files of its checkpoints then. Remove the checkpoints first.",
                    p->domain->checkpoints);
        return false;
    }
    return true;
}

void rules_persist(Planning *p)
{
    Step *step;

    if (p->domain->persistent)
        return;
    step = plan_add_step(p->plan, STEP_PERSIST, p->wish->domain);
    step->effect = g_strdup(_("Store the guest's configuration, so that guest and snapshot records outlive the stop, and "
                              "write the records again, whose files libvirt removes then."));
    step->undo = g_strdup(_("take the stored configuration away again, if the guest runs"));
    plan_warn(p->plan, "H63", "The guest is transient. It is stored while the plan runs, since it would be forgotten with "
              "its snapshot records when it stops; cut off in between, it stays stored, and nothing is lost.");
}

void rules_release(Planning *p)
{
    Step *step;

    if (p->domain->persistent)
        return;
    step = plan_add_step(p->plan, STEP_RELEASE, p->wish->domain);
    step->effect = g_strdup(_("Take the stored configuration away again: the guest that runs is transient as before, and "
                              "its snapshot records stay."));
}
