// SPDX-License-Identifier: GPL-2.0-or-later
// A snapshot that failed after its disks were switched: NOW is on the new overlays, and no record names them.
//
// libvirt leaves it so where it cannot write the record (H48), and where QEMU cannot go on after its memory was saved,
// since an image is damaged. QEMU has given that image up then: the guest cannot go on with it, its memory not be saved
// and nothing be merged or copied, also with the image mended (tried on 9.0.0 and 11.3.0). Once it was stopped it can.

#include "engine/model/remains_inside.h"

#include "engine/model/merge_now.h"
#include "engine/model/remains_words.h"
#include "engine/model/tongue.h"

#include <string.h>

bool remains_is_unrecorded(const JournalEntry *entry, const Remains *r)
{
    return r->next == TRACE_PART && remains_step(entry, r->done)->kind == STEP_CREATE;
}

bool remains_takes_back(const JournalEntry *entry)
{
    return entry->plan->wish->verb != VERB_REPAIR &&
           remains_find_step(entry, entry->plan->steps->len, STEP_MERGE_NOW);
}

// ---- what is told -----------------------------------------------------------------------------

// Does the guest stand still that was to go on?
static bool is_given_up(const Plan *plan, const Picture *picture)
{
    return picture->domain->state == DOMAIN_PAUSED && g_strcmp0(plan->after, domain_state_word(DOMAIN_PAUSED)) != 0;
}

static void tell_overlays(GString *text, const Step *step, const Picture *picture)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (remains_now_reaches(picture, disk->target, disk->writes))
            remains_add_sentence(text, N_("Disk %s writes to the new overlay %s, which no snapshot records."), disk->target,
                                 disk->writes);
    }
}

char *remains_tell_unrecorded(const Plan *plan, const Step *step, const Picture *picture)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (step->kind != STEP_CREATE || picture_snapshot(picture, step->subject))
        return NULL;
    tell_overlays(text, step, picture);
    if (text->len == 0)
        return NULL;
    remains_add_sentence(text, N_("Nothing else was changed."));
    if (is_given_up(plan, picture))
        remains_add_sentence(text, N_("The guest stands still: QEMU could not let it go on. Do not resume it, since its disks "
                                      "may fail; what only its memory holds is lost. Stop it (virsh destroy), and set right "
                                      "what was the matter with its images. Then look again: the overlays can be merged "
                                      "down."));
    else
        remains_add_sentence(text, N_("To take the job back merges the overlays down."));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

// ---- the way back -----------------------------------------------------------------------------

static const char *written_before(const JournalEntry *entry, const char *target)
{
    for (guint i = 0; i < entry->disks->len; i++) {
        const JournalDisk *disk = entry->disks->pdata[i];

        if (strcmp(disk->target, target) == 0)
            return disk->image;
    }
    return NULL;
}

// NULL: this disk is where it was, or somebody put more on it since.
static const char *below_overlay(const JournalEntry *entry, const Picture *picture, const StepDisk *disk)
{
    const char *before = written_before(entry, disk->target);
    const Image *overlay = images_get(picture->images, picture_now(picture, disk->target));

    return overlay && before && g_strcmp0(overlay->path, disk->writes) == 0 && g_strcmp0(overlay->backing, before) == 0
               ? before
               : NULL;
}

bool remains_can_unwind(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    const Step *step = remains_step(entry, r->done);
    bool found = false;

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (!remains_now_reaches(picture, disk->target, disk->writes))
            continue;
        if (!below_overlay(entry, picture, disk))
            return false;
        found = true;
    }
    return found && !is_given_up(entry->plan, picture);
}

// libvirt calls no snapshot current where it could not write the record of the next one.
static void add_current(Plan *rest, const JournalEntry *entry, const Picture *picture)
{
    Step *step;

    if (!entry->current || g_strcmp0(picture->current, entry->current) == 0 ||
        !picture_snapshot(picture, entry->current))
        return;
    step = plan_add_step(rest, STEP_MAKE_CURRENT, entry->current);
    step->effect = g_strdup_printf(_("Name %s the current snapshot."), entry->current);
}

static void drop_all(Plan *rest)
{
    g_ptr_array_set_size(rest->steps, 0);
    g_ptr_array_set_size(rest->lost, 0);
    rest->loses_data = false;
    rest->copy_bytes = 0;
    g_free(rest->after);
}

void remains_unwind(Plan *rest, const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    const Step *create = remains_step(entry, r->done);
    Step *merge;

    drop_all(rest);
    rest->after = g_strdup(domain_state_word(picture->domain->state));
    merge = merge_now_begin(rest, picture);
    for (guint i = 0; i < create->disks->len; i++) {
        const StepDisk *disk = create->disks->pdata[i];
        const char *below = below_overlay(entry, picture, disk);

        if (below)
            merge_now_add(merge, picture, disk->target, disk->writes, below);
    }
    if (!merge_now_end(rest, picture, merge))
        return;
    add_current(rest, entry, picture);
    merge_now_add_removal(rest, merge);
    if (!domain_is_active(picture->domain) && picture->domain->managed_save)
        plan_refuse(rest, "INV-7", "The guest has a saved memory state. Start it, or drop that state with virsh "
                    "managedsave-remove.");
}
