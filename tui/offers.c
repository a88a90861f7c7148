// SPDX-License-Identifier: GPL-2.0-or-later
// What can be chosen for a guest as its picture shows it. See offers.h.
#include "tui/offers.h"

#include "engine/model/discarded.h"
#include "engine/model/forecast.h"
#include "engine/model/naming.h"
#include "engine/model/tongue.h"
#include "tui/now.h"

SnapshotKind offer_kind(const Picture *picture, const Host *host, const char **why)
{
    switch (picture_kind(picture)) {
    case KIND_EXTERNAL:
        *why = _("as the others here");
        return KIND_EXTERNAL;
    case KIND_INTERNAL:
        *why = _("as the others here");
        return KIND_INTERNAL;
    case KIND_MIXED:
        *why = _("both kinds are in use here");
        return KIND_EXTERNAL;
    case KIND_NONE:
        break;
    }
    *why = NULL;
    return host_has(host, FACT_IMAGES) ? KIND_EXTERNAL : KIND_INTERNAL;
}

bool offer_memory(const Picture *picture, SnapshotKind kind)
{
    return kind == KIND_EXTERNAL && domain_is_active(picture->domain);
}

bool offer_quiesce(const Picture *picture, SnapshotKind kind, bool memory)
{
    return offer_memory(picture, kind) && !memory;
}

const char *offer_memory_fault(const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);

    return now && now->immobile->len > 0 ? _("not possible with its devices") : NULL;
}

const char *offer_quiesce_fault(const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);

    return !now || now->agent != AGENT_CONNECTED ? _("needs the guest agent") : NULL;
}

const char *offer_create_effect(const Picture *picture, SnapshotKind kind, bool memory)
{
    if (!domain_is_active(picture->domain))
        return _("The disks are kept as they are.");
    if (kind != KIND_EXTERNAL)
        return _("Its memory is saved too; it stands still meanwhile.");
    if (memory)
        return _("It stands still while its memory is saved.");
    return _("It goes on running; its memory is not saved.");
}

static void add_memory_room(GPtrArray *sentences, const Plan *plan)
{
    g_autofree char *needed = size_short(plan->space_needed), *room = size_short(plan->space_free);

    if (plan->space_needed <= 0)
        return;
    if (plan->space_free == SIZE_UNKNOWN)
        g_ptr_array_add(sentences, g_strdup_printf(_("The memory needs at most %s; how much is free could not be seen."),
                                                   needed));
    else
        g_ptr_array_add(sentences, g_strdup_printf(_("The memory needs at most %s, and %s are free."), needed, room));
}

// Inside an image or in a file of its own: it grows with what the guest writes from then on.
static void add_folder_room(GPtrArray *sentences, const Picture *picture, const char *folder, const char *image)
{
    gint64 bytes = images_free_space(picture->images, image);
    g_autofree char *room = size_short(bytes);

    if (bytes == SIZE_UNKNOWN)
        g_ptr_array_add(sentences, g_strdup_printf(_("%s: how much is free could not be seen."), folder));
    else
        g_ptr_array_add(sentences, g_strdup_printf(_("%s: %s free for what the guest writes."), folder, room));
}

GPtrArray *offer_create_room(const Plan *plan, const Picture *picture)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);
    const Step *step = plan->steps->len > 0 ? plan->steps->pdata[0] : NULL;
    g_autoptr(GHashTable) folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    add_memory_room(sentences, plan);
    for (guint i = 0; step && i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        const char *image = disk->mode == DISK_MODE_INTERNAL ? picture_now(picture, disk->target) : disk->writes;
        char *folder = image && *image == '/' ? g_path_get_dirname(image) : NULL;

        if (folder && g_hash_table_add(folders, folder))
            add_folder_room(sentences, picture, folder, image);
    }
    return sentences;
}

unsigned offer_disks(const Definition *now)
{
    unsigned writable = 0;

    for (guint i = 0; now && i < now->disks->len; i++)
        writable += disk_is_writable(now->disks->pdata[i]);
    return writable;
}

char *offer_name_fault(const Picture *picture, const char *name)
{
    char *fault = name_fault(name);

    if (!fault && picture_snapshot(picture, name))
        fault = g_strdup(_("This guest has a snapshot of that name already."));
    return fault;
}

const char *offer_revert_risk(const Picture *picture, const Snapshot *snapshot)
{
    const Definition *now = domain_now(picture->domain);

    if (!domain_is_active(picture->domain))
        return NULL;
    if (snapshot->state == SNAPSHOT_DISK_ONLY)
        return _("I agree: the disks will be as after a power cut");
    if (now && now->immobile->len > 0)
        return _("I agree: the memory of the running guest is lost");
    return NULL;
}

const Snapshot *offer_refuge(const Wish *wish, const Picture *picture)
{
    g_autoptr(GPtrArray) going = discarded_snapshots(wish, picture);

    return discarded_refuge(going, picture);
}

// NOW goes back to a snapshot that stays.
static char *goes_back(const Picture *picture, const Snapshot *refuge, gint64 bytes)
{
    g_autofree char *size = size_short(bytes);

    if (now_is_fresh(picture, bytes))
        return g_strdup_printf(_("NOW stands on %s: it would go back to %s. Its disks hold nothing new yet."),
                               picture->current, refuge->name);
    if (bytes == SIZE_UNKNOWN)
        return g_strdup_printf(_("NOW stands on %s: it would go back to %s, and what it holds would be lost too."),
                               picture->current, refuge->name);
    return g_strdup_printf(_("NOW stands on %s: it would go back to %s, and the %s it holds would be lost too."),
                           picture->current, refuge->name, size);
}

// No snapshot stays: NOW goes on from what its root holds.
static char *goes_on(const Picture *picture, const Snapshot *root, gint64 bytes)
{
    g_autofree char *size = size_short(bytes);

    if (now_is_fresh(picture, bytes))
        return g_strdup_printf(_("NOW stands on %s: it would go back to what %s holds, which is in no snapshot then. Its "
                                 "disks hold nothing new yet."), picture->current, root->name);
    if (bytes == SIZE_UNKNOWN)
        return g_strdup_printf(_("NOW stands on %s: it would go back to what %s holds, which is in no snapshot then, and "
                                 "what it holds today would be lost."), picture->current, root->name);
    return g_strdup_printf(_("NOW stands on %s: it would go back to what %s holds, which is in no snapshot then, and the "
                             "%s it holds today would be lost."), picture->current, root->name, size);
}

char *offer_discard_now(const Wish *wish, const Picture *picture, gint64 bytes)
{
    g_autoptr(GPtrArray) going = discarded_snapshots(wish, picture);
    const Snapshot *refuge = discarded_refuge(going, picture);

    if (!discarded_holds_now(going, picture))
        return g_strdup(_("NOW and all other snapshots stay as they are."));
    if (refuge)
        return g_ptr_array_find(going, refuge, NULL) ? goes_on(picture, refuge, bytes)
                                                     : goes_back(picture, refuge, bytes);
    if (wish->others->len > 0)
        return g_strdup_printf(_("NOW stands on %s, and no snapshot would be left that NOW could go back to. Keep one of "
                                 "those it stands on."), picture->current);
    return g_strdup_printf(_("NOW stands on %s, and %s is a root: there is no snapshot that NOW could go back to. Only "
                             "what is below can be discarded."), picture->current, wish->snapshot);
}

const char *offer_refuge_risk(const Wish *wish, const Picture *picture)
{
    const Snapshot *refuge = offer_refuge(wish, picture);

    if (!domain_is_active(picture->domain) || !refuge || refuge->state != SNAPSHOT_DISK_ONLY)
        return NULL;
    return _("I agree: the disks will be as after a power cut");
}
