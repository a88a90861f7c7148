// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of the journal as values.

#include "engine/model/journal_entry.h"

#include "engine/model/world.h"

#include <string.h>

#define ID_LENGTH 64

static void disk_free_entry(gpointer data)
{
    JournalDisk *disk = data;

    g_free(disk->target);
    g_free(disk->image);
    g_free(disk);
}

JournalEntry *journal_entry_new(const Plan *plan)
{
    JournalEntry *entry = g_new0(JournalEntry, 1);

    entry->plan = plan_copy(plan);
    g_clear_pointer(&entry->plan->afterwards, world_unref); // as big as the tree, and not needed here
    entry->uri = g_strdup(plan->wish->uri);
    entry->claims = claims_new();
    entry->disks = g_ptr_array_new_with_free_func(disk_free_entry);
    entry->saved = g_ptr_array_new_with_free_func(g_free);
    entry->domain_id = entry->started_id = -1;
    return entry;
}

void journal_entry_free(JournalEntry *entry)
{
    if (!entry)
        return;
    plan_free(entry->plan);
    claims_free(entry->claims);
    g_ptr_array_unref(entry->disks);
    g_ptr_array_unref(entry->saved);
    g_free(entry->id);
    g_free(entry->user);
    g_free(entry->uri);
    g_free(entry->hostname);
    g_free(entry->current);
    g_free(entry->outcome);
    g_free(entry->story);
    g_free(entry);
}

void journal_entry_add_disk(JournalEntry *entry, const char *target, const char *image)
{
    JournalDisk *disk = g_new0(JournalDisk, 1);

    disk->target = g_strdup(target);
    disk->image = g_strdup(image);
    g_ptr_array_add(entry->disks, disk);
}

void journal_entry_begin(JournalEntry *entry, const Picture *before, const Host *host)
{
    const Definition *now = domain_now(before->domain);

    entry->hostname = g_strdup(host ? host->hostname : NULL);
    entry->domain_id = before->domain->id;
    entry->current = g_strdup(before->current);
    claims_free(entry->claims);
    entry->claims = claims_make(entry->plan, before);
    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (disk_is_writable(disk) && disk->path)
            journal_entry_add_disk(entry, disk->target, disk->path);
    }
}

unsigned journal_entry_saved(const JournalEntry *entry, const char *snapshot)
{
    for (guint i = 0; i < entry->saved->len; i++)
        if (g_strcmp0(entry->saved->pdata[i], snapshot) == 0)
            return i + 1;
    return 0;
}

bool journal_id_is_valid(const char *id)
{
    gsize length = id ? strlen(id) : 0;

    if (length == 0 || length > ID_LENGTH || *id == '-')
        return false;
    for (const char *at = id; *at; at++)
        if (!g_ascii_isalnum(*at) && *at != '-')
            return false;
    return true;
}

JournalFound *journal_found_new(const char *id)
{
    JournalFound *found = g_new0(JournalFound, 1);

    found->id = g_strdup(id);
    return found;
}

void journal_found_free(JournalFound *found)
{
    if (!found)
        return;
    journal_entry_free(found->entry);
    g_free(found->id);
    g_free(found->path);
    g_free(found->fault);
    g_free(found);
}
