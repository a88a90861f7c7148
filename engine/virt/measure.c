// SPDX-License-Identifier: GPL-2.0-or-later
// Block jobs of a merge, and the statistics of a memory save. For all other steps only time runs.

#include "engine/virt/measure.h"

#include "engine/virt/loop.h"

#include <stdatomic.h>

// What is remembered of one disk's merge: a job that has vanished was there and is done.
typedef struct Merge {
    guint64 cur; // bytes, as told last
    guint64 end;
    bool seen;
} Merge;

struct Measure {
    const Step *step; // which `merges` are about
    Merge *merges;    // one for each disk of the step
    virConnectPtr raw;
    int callback;      // -1: not listening
    atomic_uint ready; // disks that wait for their pivot
};

Measure *measure_new(void)
{
    Measure *measure = g_new0(Measure, 1);

    measure->callback = -1;
    atomic_init(&measure->ready, 0);
    return measure;
}

void measure_free(Measure *measure)
{
    if (!measure)
        return;
    measure_deafen(measure);
    g_free(measure->merges);
    g_free(measure);
}

static void on_block_job(virConnectPtr raw, virDomainPtr domain, const char *disk, int type,
                         int status, void *data)
{
    Measure *measure = data;

    (void) raw;
    (void) domain;
    (void) disk;
    (void) type;
    if (status == VIR_DOMAIN_BLOCK_JOB_READY)
        atomic_fetch_add(&measure->ready, 1);
}

void measure_listen(Measure *measure, Connection *connection, LvDomain *domain)
{
    atomic_store(&measure->ready, 0);
    measure->raw = connection_raw(connection);
    measure->callback =
        virConnectDomainEventRegisterAny(measure->raw, domain, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
                                         VIR_DOMAIN_EVENT_CALLBACK(on_block_job), measure, NULL);
}

void measure_deafen(Measure *measure)
{
    if (measure->callback < 0)
        return;
    // On a broken line this fails, but it does take the callback out.
    (void) virConnectDomainEventDeregisterAny(measure->raw, measure->callback);
    measure->callback = -1;
    loop_turn();
}

// ---- merges -----------------------------------------------------------------------------------

static bool is_merge(const StepDisk *disk)
{
    return disk->mode == DISK_MODE_EXTERNAL && disk->merges;
}

// Adds what libvirt tells of one disk's merge. True: all of it is copied.
static bool measure_disk(LvDomain *domain, const char *target, Merge *merge, Progress *progress)
{
    virDomainBlockJobInfo info = {0};
    int found = virDomainGetBlockJobInfo(domain, target, &info, 0);
    bool copied = found == 0 && merge->seen;

    if (found > 0) {
        merge->seen = true;
        merge->cur = info.cur;
        merge->end = info.end;
        // Until QEMU is ready for the pivot libvirt keeps cur one below end
        // (qemuBlockJobInfoTranslate).
        copied = info.end > 0 && info.cur + 1 >= info.end;
        g_strlcpy(progress->disk, target, sizeof progress->disk);
    }
    progress->total += merge->end;
    progress->done += found == 0 && copied ? merge->end : merge->cur;
    return copied;
}

static unsigned count_merges(const Step *step)
{
    unsigned n = 0;

    for (guint i = 0; i < step->disks->len; i++)
        n += is_merge(g_ptr_array_index(step->disks, i));
    return n;
}

// The bytes of all disks are summed up. Once all is copied, libvirt pivots disk after disk; that
// takes seconds, in which it is not asked any more: the answer may come at the end only.
static void measure_merge(Measure *measure, LvDomain *domain, const Step *step, Progress *progress)
{
    unsigned disks = count_merges(step), copied = 0;
    bool pivoting = atomic_load(&measure->ready) >= disks;

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = g_ptr_array_index(step->disks, i);
        Merge *merge = &measure->merges[i];

        if (is_merge(disk) && pivoting)
            progress->done = progress->total += merge->end;
        else if (is_merge(disk))
            copied += measure_disk(domain, disk->target, merge, progress);
    }
    progress->finishing = disks > 0 && (pivoting || copied == disks);
}

// ---- memory -----------------------------------------------------------------------------------

static guint64 find_number(virTypedParameterPtr params, int n, const char *name)
{
    unsigned long long value = 0;

    // 0 when the field is missing: then there is no number to show.
    (void) virTypedParamsGetULLong(params, n, name, &value);
    return value;
}

static void measure_memory(LvDomain *domain, Progress *progress)
{
    virTypedParameterPtr params = NULL;
    int n = 0, type;

    // Fails between the phases of the save; the clock runs on.
    if (virDomainGetJobStats(domain, &type, &params, &n, 0) < 0)
        return;
    progress->done = find_number(params, n, VIR_DOMAIN_JOB_DATA_PROCESSED);
    progress->total = progress->done + find_number(params, n, VIR_DOMAIN_JOB_DATA_REMAINING);
    virTypedParamsFree(params, n);
}

void measure_step(Measure *measure, LvDomain *domain, const Step *step, Progress *progress)
{
    if (measure->step != step) {
        measure->step = step;
        g_free(measure->merges);
        measure->merges = g_new0(Merge, step->disks->len + 1);
    }
    if (step->kind == STEP_DELETE && !step->metadata_only)
        measure_merge(measure, domain, step, progress);
    else if (step->kind == STEP_CREATE && step->memory == MEMORY_EXTERNAL)
        measure_memory(domain, progress);
}
