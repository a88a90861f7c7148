// SPDX-License-Identifier: GPL-2.0-or-later
// A snapshot that failed after its disks were switched: NOW is on the new overlays, and no record names them.
//
// libvirt leaves it so where it cannot write the record (H48), and where QEMU cannot go on after its memory was saved,
// since an image is damaged. QEMU has given that image up then: the guest cannot go on with it, its memory not be saved
// and nothing be merged or copied, also with the image mended (tried on 9.0.0 and 11.3.0). Once it was stopped it can.

#include "engine/model/naming.h"
#include "engine/model/remains_words.h"
#include "engine/model/tongue.h"

#include <string.h>

static void tell_overlays(GString *text, const Step *step, const Picture *picture)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (remains_now_reaches(picture, disk->target, disk->writes))
            remains_add_sentence(text, N_("Disk %s writes to the new overlay %s, which no snapshot records."), disk->target,
                                 disk->writes);
    }
}

static void tell_merges(GString *text, const Step *step, const Picture *picture)
{
    g_autofree char *guest = name_quote(picture->domain->name);

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        if (g_strcmp0(picture_now(picture, disk->target), disk->writes) == 0)
            remains_add_sentence(text, N_("virsh blockcommit %s %s --active --pivot --shallow, then remove %s."), guest,
                                 disk->target, disk->writes);
    }
}

char *remains_tell_unrecorded(const Step *step, const Picture *picture)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (step->kind != STEP_CREATE || picture_snapshot(picture, step->subject))
        return NULL;
    tell_overlays(text, step, picture);
    if (text->len == 0)
        return NULL;
    remains_add_sentence(text, N_("Nothing else was changed."));
    if (picture->domain->state == DOMAIN_PAUSED)
        remains_add_sentence(text, N_("The guest stands still: QEMU could not let it go on. Do not resume it, since its disks "
                                      "may fail; what only its memory holds is lost. Stop it (virsh destroy), set right what "
                                      "was the matter with its images, and start it."));
    remains_add_sentence(text, N_("While it runs, merge the overlays down:"));
    tell_merges(text, step, picture);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
