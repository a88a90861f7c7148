// SPDX-License-Identifier: GPL-2.0-or-later
// A QEMU for the time of a merge.

#include "engine/model/paused.h"

#include "engine/model/tongue.h"

void paused_add_start(Plan *plan)
{
    Step *step = plan_add_step(plan, STEP_START_PAUSED, plan->wish->domain);

    step->effect = g_strdup(_("Start the guest with its CPUs stopped, since this libvirt merges only below "
                              "a QEMU that runs."));
    step->undo = g_strdup(_("stop it again"));
}

void paused_add_stop(Plan *plan)
{
    plan_add_step(plan, STEP_STOP_STARTED, plan->wish->domain)->effect =
        g_strdup(_("Stop it again, if it is still paused and nobody resumed it meanwhile."));
}
