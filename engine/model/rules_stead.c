// SPDX-License-Identifier: GPL-2.0-or-later
// Deleting behind a snapshot of NOW (`--keep-now`).
//
// libvirt knows what NOW is based on by its current snapshot alone, and crashes where external ones exist and none is
// current (H3, H4). So a root that is current cannot simply go while others exist (H47): nobody could be current then.
// A snapshot that is taken of NOW first is, and stands between; what follows is a delete like any other, planned on the
// picture that the snapshot leaves.

#include "engine/model/naming.h"
#include "engine/model/picture_after.h"
#include "engine/model/rules.h"

// Disks only: the snapshot is taken for what libvirt has to know, not for the guest's memory. An internal one of a
// running guest holds that in any case.
static Plan *take_now(Planning *p)
{
    g_autofree char *subjects = wish_subjects_recorded(p->wish);
    g_autoptr(Wish) wish = NULL;

    if (!p->wish->keep_name)
        p->wish->keep_name = name_mint(p->picture, "before-delete", p->time);
    wish = wish_new(VERB_CREATE, p->wish->uuid, p->wish->domain, p->wish->keep_name);
    wish->description = g_strdup_printf("NOW before deleting %s", subjects);
    for (guint i = 0; i < p->wish->disks->len; i++) {
        const DiskWish *minted = p->wish->disks->pdata[i];

        wish_disk(wish, minted->target)->path = g_strdup(minted->path);
    }
    return plan_make(wish, p->picture, p->neighbours, p->host, p->time);
}

// What was minted becomes part of the plan's wish.
static void remember_names(Planning *p, const Plan *taken)
{
    for (guint i = 0; i < taken->wish->disks->len; i++) {
        const DiskWish *disk = taken->wish->disks->pdata[i];
        DiskWish *minted = disk->path ? wish_disk(p->wish, disk->target) : NULL;

        if (!minted)
            continue;
        g_free(minted->path);
        minted->path = g_strdup(disk->path);
    }
}

static void refuse_with(Planning *p, const Plan *refused)
{
    for (guint i = 0; i < refused->reasons->len; i++) {
        const Reason *reason = refused->reasons->pdata[i];

        plan_refuse(p->plan, reason->rule, "%s", reason->text);
    }
    for (guint i = 0; i < refused->routes->len; i++) {
        const Route *route = refused->routes->pdata[i];

        plan_add_route(p->plan, route->command, route->text);
    }
}

static void take_first_outcome(Planning *p, const Plan *part)
{
    if (part->outcomes->len > 0)
        plan_outcome(p->plan, "%s", (const char *) part->outcomes->pdata[0]);
}

static void take_both(Planning *p, Plan *taken, Plan *rest)
{
    remember_names(p, taken);
    take_first_outcome(p, rest);
    take_first_outcome(p, taken);
    rules_take_part(p, taken);
    rules_take_part(p, rest);
    p->plan->after = g_strdup(domain_state_word(p->domain->state));
}

void rules_delete_kept(Planning *p)
{
    g_autoptr(Plan) taken = take_now(p);
    g_autoptr(Wish) wish = wish_copy(p->wish);
    g_autoptr(Picture) behind = NULL;
    g_autoptr(Plan) rest = NULL;

    if (taken->verdict == VERDICT_REFUSED) {
        refuse_with(p, taken);
        return;
    }
    wish->keep_now = false;
    behind = taken->afterwards ? picture_after(p->picture, taken) : picture_ref(p->picture);
    rest = plan_make(wish, behind, p->neighbours, p->host, p->time);
    if (rest->verdict == VERDICT_REFUSED)
        refuse_with(p, rest);
    else
        take_both(p, taken, rest);
}
