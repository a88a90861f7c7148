// SPDX-License-Identifier: GPL-2.0-or-later
// libvirt's block commit, one layer after the other. Below what NOW writes to it ends by itself; how it ended is told
// by the chain. What NOW writes to is merged until both are alike, and NOW is put on the image below then.

#include "engine/virt/shorten.h"

#include "engine/model/tongue.h"
#include "engine/virt/failure.h"
#include "engine/virt/record.h"
#include "engine/xml/domain_xml.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define PAUSE_FIRST (10 * G_TIME_SPAN_MILLISECOND)
#define PAUSE_MOST (250 * G_TIME_SPAN_MILLISECOND)

struct Shorten {
    atomic_uint disk;          // index into the step's disks
    atomic_uint_least64_t done; // bytes of that one
    atomic_uint_least64_t all;
};

Shorten *shorten_new(void)
{
    Shorten *shorten = g_new0(Shorten, 1);

    atomic_init(&shorten->disk, 0);
    atomic_init(&shorten->done, 0);
    atomic_init(&shorten->all, 0);
    return shorten;
}

void shorten_free(Shorten *shorten)
{
    g_free(shorten);
}

// Of those to come the plan says how much they are at most; of the present one QEMU says it.
void shorten_measure(const Shorten *shorten, const Step *step, Progress *progress)
{
    guint at = atomic_load(&shorten->disk);

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        guint64 bytes = disk->bytes > 0 ? (guint64) disk->bytes : 0;

        progress->total += i == at ? atomic_load(&shorten->all) : bytes;
        progress->done += i == at ? atomic_load(&shorten->done) : i < at ? bytes : 0;
        if (i == at)
            g_strlcpy(progress->disk, disk->target, sizeof progress->disk);
    }
}

// Puts the guest on the image below. Before both are alike libvirt does not, and says so: then `*again`.
static Failure *switch_over(LvDomain *domain, const StepDisk *disk, bool *again)
{
    *again = false;
    if (virDomainBlockJobAbort(domain, disk->target, VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0)
        return NULL;
    *again = virGetLastErrorCode() == VIR_ERR_BLOCK_COPY_ACTIVE;
    return *again ? NULL : failure_last("Putting disk %s on %s failed", disk->target, disk->writes);
}

// What NOW writes to is merged until somebody ends that; what it writes meanwhile goes to both images.
static Failure *wait_for_end(Shorten *shorten, LvDomain *domain, const StepDisk *disk, StepKind kind)
{
    gint64 pause = PAUSE_FIRST;
    virDomainBlockJobInfo info = {0};
    int found;

    while ((found = virDomainGetBlockJobInfo(domain, disk->target, &info, 0)) > 0) {
        atomic_store(&shorten->done, info.cur);
        atomic_store(&shorten->all, info.end);
        if (kind == STEP_MERGE_NOW && block_job_has_all(&info)) {
            bool again;
            Failure *failure = switch_over(domain, disk, &again);

            if (!again)
                return failure;
        }
        g_usleep((gulong) pause);
        pause = MIN(pause * 2, PAUSE_MOST);
    }
    return found < 0 ? failure_last("How far the merge of %s is could not be asked", disk->merges) : NULL;
}

static bool goes_through(const Disk *disk, const char *image)
{
    for (guint i = 0; disk && disk->backing && i < disk->backing->len; i++)
        if (g_strcmp0(((const Layer *) g_ptr_array_index(disk->backing, i))->path, image) == 0)
            return true;
    return false;
}

// libvirt tells nobody why.
static Failure *not_ended(const StepDisk *disk)
{
    g_autofree char *what = g_strdup_printf(_("QEMU did not bring the merge of %s into %s to its end. No state changed"),
                                            disk->merges, disk->writes);

    return failure_new(what, NULL, 0, _("Most often the host's storage is full or fails: free some space, look at the "
                                        "guest's log there, then try again"));
}

// Is the layer out of the chain?
static Failure *check(LvDomain *domain, const StepDisk *disk, StepKind kind)
{
    const Disk *now;
    char *xml = virDomainGetXMLDesc(domain, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(Definition) live = NULL;

    if (!xml)
        return failure_last("What became of the merge of %s could not be read", disk->merges);
    live = xml_read_domain(xml, strlen(xml), &error);
    free(xml);
    if (!live)
        return failure_unread(error, "What became of the merge of %s could not be read", disk->merges);
    now = definition_disk(live, disk->target);
    if (kind == STEP_MERGE_NOW ? !now || g_strcmp0(now->path, disk->writes) != 0 : goes_through(now, disk->merges))
        return not_ended(disk);
    return NULL;
}

static Failure *merge_layer(Shorten *shorten, LvDomain *domain, const StepDisk *disk)
{
    Failure *failure;

    if (virDomainBlockCommit(domain, disk->target, disk->writes, disk->merges, 0, VIR_DOMAIN_BLOCK_COMMIT_DELETE) < 0)
        return failure_last("Merging %s into %s failed", disk->merges, disk->writes);
    failure = wait_for_end(shorten, domain, disk, STEP_MERGE_LAYERS);
    return failure ? failure : check(domain, disk, STEP_MERGE_LAYERS);
}

// A merge that is there already was begun before the job was cut off. One into another image is somebody else's.
static bool is_merging(LvDomain *domain, const StepDisk *disk)
{
    g_autofree char *xml = record_take_text(virDomainGetXMLDesc(domain, 0));
    g_autofree char *into = xml ? xml_read_mirror(xml, strlen(xml), disk->target) : NULL;

    return g_strcmp0(into, disk->writes) == 0;
}

static Failure *merge_now(Shorten *shorten, LvDomain *domain, const StepDisk *disk)
{
    Failure *failure;

    if (!is_merging(domain, disk) &&
        virDomainBlockCommit(domain, disk->target, disk->writes, NULL, 0, VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) < 0)
        return failure_last("Merging %s into %s failed", disk->merges, disk->writes);
    failure = wait_for_end(shorten, domain, disk, STEP_MERGE_NOW);
    if (failure) // NOW stays where it is; if the merge cannot be ended either, check tells of it
        (void) virDomainBlockJobAbort(domain, disk->target, 0);
    return failure ? failure : check(domain, disk, STEP_MERGE_NOW);
}

Failure *shorten_step(Shorten *shorten, LvDomain *domain, const Step *step)
{
    Failure *failure = NULL;

    for (guint i = 0; i < step->disks->len && !failure; i++) {
        atomic_store(&shorten->done, 0);
        atomic_store(&shorten->all, 0);
        atomic_store(&shorten->disk, i);
        failure = step->kind == STEP_MERGE_NOW ? merge_now(shorten, domain, g_ptr_array_index(step->disks, i)) :
                                                 merge_layer(shorten, domain, g_ptr_array_index(step->disks, i));
    }
    return failure;
}
