// SPDX-License-Identifier: GPL-2.0-or-later
// Claims of a plan, from its steps and the chains of the picture.

#include "engine/model/claims.h"

#include <string.h>

Claims *claims_new(void)
{
    Claims *claims = g_new0(Claims, 1);

    claims->changes = g_ptr_array_new_with_free_func(g_free);
    claims->uses = g_ptr_array_new_with_free_func(g_free);
    return claims;
}

void claims_free(Claims *claims)
{
    if (!claims)
        return;
    g_ptr_array_unref(claims->changes);
    g_ptr_array_unref(claims->uses);
    g_free(claims);
}

static bool has(const GPtrArray *texts, const char *text)
{
    return text && g_ptr_array_find_with_equal_func((GPtrArray *) texts, text, g_str_equal, NULL);
}

static void add(GPtrArray *texts, const char *text)
{
    if (text && !has(texts, text))
        g_ptr_array_add(texts, g_strdup(text));
}

static void use_chain(Claims *claims, const Picture *picture, const char *image)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    add(claims->uses, image);
    if (image)
        (void) images_chain(picture->images, image, chain); // as far as it is known
    for (guint i = 0; i < chain->len; i++)
        add(claims->uses, chain->pdata[i]);
}

static void claim_step(Claims *claims, const Picture *picture, const Step *step)
{
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        add(claims->changes, disk->writes);
        add(claims->changes, disk->removes);
        use_chain(claims, picture, disk->backing);
        use_chain(claims, picture, disk->merges);
    }
    if (step->kind == STEP_CREATE || step->kind == STEP_DELETE || step->kind == STEP_REMOVE_FILES)
        add(claims->changes, step->memory_file);
    else
        add(claims->uses, step->memory_file);
}

static void use_now(Claims *claims, const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (disk_is_writable(disk))
            use_chain(claims, picture, disk->path);
    }
}

Claims *claims_make(const Plan *plan, const Picture *picture)
{
    Claims *claims = claims_new();

    for (guint i = 0; i < plan->steps->len; i++)
        claim_step(claims, picture, plan->steps->pdata[i]);
    use_now(claims, picture);
    return claims;
}

static const char *meets(const GPtrArray *changes, const Claims *other)
{
    for (guint i = 0; i < changes->len; i++)
        if (has(other->changes, changes->pdata[i]) || has(other->uses, changes->pdata[i]))
            return changes->pdata[i];
    return NULL;
}

const char *claims_clash(const Claims *a, const Claims *b)
{
    const char *image = meets(a->changes, b);

    return image ? image : meets(b->changes, a);
}

// ---- records ----------------------------------------------------------------------------------

static bool defines_changed(const Definition *definition, const Claims *claims)
{
    for (guint i = 0; definition && i < definition->disks->len; i++)
        if (has(claims->changes, ((const Disk *) definition->disks->pdata[i])->path))
            return true;
    return false;
}

static bool lists_changed(const GPtrArray *disks, const Claims *claims)
{
    for (guint i = 0; disks && i < disks->len; i++)
        if (has(claims->changes, ((const SnapshotDisk *) disks->pdata[i])->path))
            return true;
    return false;
}

static bool names_changed(const Snapshot *snapshot, const Claims *claims)
{
    return defines_changed(snapshot->definition, claims) || defines_changed(snapshot->inactive, claims) ||
           lists_changed(snapshot->disks, claims) || lists_changed(snapshot->revert_disks, claims);
}

static bool is_subject(const Plan *plan, const char *name)
{
    for (guint i = 0; name && i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        if (strcmp(step->subject, name) == 0 || g_strcmp0(step->origin, name) == 0)
            return true;
    }
    return false;
}

// Storing a guest removes the files of all its records (H79).
static bool writes_all(const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++)
        if (((const Step *) plan->steps->pdata[i])->kind == STEP_PERSIST)
            return true;
    return false;
}

static bool is_parent_of_subject(const Plan *plan, const Picture *picture, const char *name)
{
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        if (g_strcmp0(snapshot->parent, name) == 0 && is_subject(plan, snapshot->name))
            return true;
    }
    return false;
}

GPtrArray *claims_records(const Plan *plan, const Claims *claims, const Picture *picture)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    bool all = writes_all(plan);

    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        if (all || is_subject(plan, snapshot->name) || is_subject(plan, snapshot->parent) ||
            is_parent_of_subject(plan, picture, snapshot->name) ||
            g_strcmp0(picture->current, snapshot->name) == 0 || names_changed(snapshot, claims))
            add(names, snapshot->name);
    }
    return names;
}
