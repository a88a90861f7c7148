// SPDX-License-Identifier: GPL-2.0-or-later
// Asking each disk for its block job.

#include "engine/virt/block_jobs.h"

#include "engine/virt/libvirt.h"

static const char *kind_word(int type)
{
    switch (type) {
    case VIR_DOMAIN_BLOCK_JOB_TYPE_PULL:
        return "block pull";
    case VIR_DOMAIN_BLOCK_JOB_TYPE_COPY:
        return "block copy";
    case VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT:
    case VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT:
        return "block commit";
    case VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP:
        return "backup";
    }
    return "block job";
}

bool block_job_has_all(const virDomainBlockJobInfo *info)
{
    return info->end > 0 && info->cur + 1 >= info->end; // one less until it is ended (11.3)
}

static void free_job(gpointer job)
{
    block_job_free(job);
}

static bool is_free(LvDomain *domain)
{
    virDomainControlInfo info;

    return virDomainGetControlInfo(domain, &info, 0) == 0 && info.state == VIR_DOMAIN_CONTROL_OK;
}

GPtrArray *block_jobs_read(Connection *connection, const char *uuid, const Definition *live)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(LvDomain) domain = connection_domain(connection, uuid, &failure);
    GPtrArray *jobs;

    if (!domain || !is_free(domain))
        return NULL;
    jobs = g_ptr_array_new_with_free_func(free_job);
    for (guint i = 0; i < live->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(live->disks, i);
        virDomainBlockJobInfo info = {0};
        BlockJob *job;

        if (!disk_is_writable(disk) || virDomainGetBlockJobInfo(domain, disk->target, &info, 0) <= 0)
            continue;
        job = block_job_new(kind_word(info.type), disk->target);
        job->done = info.cur;
        job->total = info.end;
        g_ptr_array_add(jobs, job);
    }
    return jobs;
}
