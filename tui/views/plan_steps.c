// SPDX-License-Identifier: GPL-2.0-or-later
// The steps of a plan, with every file they touch. A folder that they share is named once: the names are
// what differs, and a plan has to fit on a screen to be read.

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#include <string.h>

// A folder while the files of a step or a plan are gone through.
typedef struct Folder {
    char *path; // of the files so far; NULL: none yet
    bool mixed; // they are in several
} Folder;

static void folder_clear(Folder *folder)
{
    g_free(folder->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folder, folder_clear)

static void meet_file(Folder *folder, const char *file)
{
    g_autofree char *path = file ? g_path_get_dirname(file) : NULL;

    if (!path)
        return;
    if (!folder->path)
        folder->path = g_steal_pointer(&path);
    else
        folder->mixed |= strcmp(folder->path, path) != 0;
}

static void meet_step(Folder *folder, const Step *step)
{
    meet_file(folder, step->memory_file);
    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];

        meet_file(folder, disk->writes);
        meet_file(folder, disk->removes);
        meet_file(folder, disk->merges);
        meet_file(folder, disk->backing);
    }
}

// One folder for all; NULL: none, or several.
static const char *only_folder(const Folder *folder)
{
    return folder->mixed ? NULL : folder->path;
}

static const char *file_name(const char *path, bool short_names)
{
    return short_names ? text_base_name(path) : path;
}

static void add_writes(Lines *lines, StepKind kind, const StepDisk *disk, bool short_names)
{
    const char *file = file_name(disk->writes, short_names);

    if (kind == STEP_MAKE_LAYERS && disk->backing)
        lines_printf(lines, 4, ROLE_DIM, "%s: makes %s, empty, on %s", disk->target, file,
                     file_name(disk->backing, short_names));
    else if (kind == STEP_RECORD && disk->backing)
        lines_printf(lines, 4, ROLE_DIM, "%s: keeps %s; NOW will write %s", disk->target,
                     file_name(disk->backing, short_names), file);
    else if (kind == STEP_RECORD || kind == STEP_DEFINE)
        lines_printf(lines, 4, ROLE_DIM, "%s: NOW will write %s", disk->target, file);
    else if (kind == STEP_RENEW)
        lines_printf(lines, 4, ROLE_DIM, "%s: NOW writes %s", disk->target, file);
    else if (kind == STEP_REBASE)
        lines_printf(lines, 4, ROLE_DIM, "%s: %s stands on %s", disk->target, file,
                     file_name(disk->backing, short_names));
    else if (kind == STEP_FOLLOW)
        lines_printf(lines, 4, ROLE_DIM, "%s: what %s held is in %s", disk->target,
                     file_name(disk->backing, short_names), file);
    else
        lines_printf(lines, 4, ROLE_DIM, "%s: writes %s", disk->target, file);
}

// What a step does to one disk, in one sentence without a verb too many.
// `all`: the bytes of the whole plan, which were told: a disk that has them all need not repeat them.
static void add_disk(Lines *lines, StepKind kind, const StepDisk *disk, bool short_names, gint64 all)
{
    g_autofree char *bytes = size_short(disk->bytes);
    bool tell = disk->bytes >= 0 && disk->bytes != all;

    if (disk->merges && disk->writes)
        lines_printf(lines, 4, ROLE_DIM, tell ? N_("%s: %s is merged into %s, at most %s") : N_("%s: %s is merged into %s"),
                     disk->target, file_name(disk->merges, short_names), file_name(disk->writes, short_names), bytes);
    else if (disk->mode == DISK_MODE_NO)
        lines_printf(lines, 4, ROLE_DIM, "%s: left out", disk->target);
    else if (disk->writes)
        add_writes(lines, kind, disk, short_names);
    if (disk->removes)
        lines_printf(lines, 4, ROLE_DIM, "%s: removes %s", disk->target, file_name(disk->removes, short_names));
}

static void add_memory(Lines *lines, const Step *step, bool short_names)
{
    bool removes = step->kind == STEP_DELETE || step->kind == STEP_REMOVE_FILES;

    if (step->memory_file)
        lines_printf(lines, 4, ROLE_DIM, removes ? N_("memory: removes %s") : step->kind == STEP_CREATE
                     ? N_("memory: writes %s") : N_("memory: reads %s"), file_name(step->memory_file, short_names));
}

// `named`: the folder of all files was named already.
static void add_step(Lines *lines, const Plan *plan, guint index, bool named)
{
    const Step *step = plan->steps->pdata[index];
    g_autofree char *mark = g_strdup_printf("%u", index + 1);
    g_auto(Folder) folder = {0};
    bool short_names;

    meet_step(&folder, step);
    short_names = only_folder(&folder) != NULL;
    lines_item(lines, mark, ROLE_DIALOG, step->effect);
    if (short_names && !named)
        lines_printf(lines, 2, ROLE_DIM, "in %s", folder.path);
    for (guint i = 0; i < step->disks->len; i++)
        add_disk(lines, step->kind, step->disks->pdata[i], short_names, plan->copy_bytes);
    add_memory(lines, step, short_names);
    if (!step->cancellable)
        lines_add(lines, 2, ROLE_DIM, _("Can't be cancelled once it runs."));
}

void plan_add_steps(Lines *lines, const Plan *plan)
{
    g_auto(Folder) folder = {0};

    if (plan->steps->len == 0)
        return;
    for (guint i = 0; i < plan->steps->len; i++)
        meet_step(&folder, plan->steps->pdata[i]);
    lines_gap(lines);
    lines_add(lines, 0, ROLE_HEADING, _("Steps"));
    if (only_folder(&folder)) {
        g_autofree char *in = g_strdup_printf(_("in %s"), folder.path);

        if (lines_room(lines) > text_width(in))
            lines_put(lines, 6, ROLE_DIM, in);
        else
            lines_add(lines, 2, ROLE_DIM, in);
    }
    for (guint i = 0; i < plan->steps->len; i++)
        add_step(lines, plan, i, only_folder(&folder) != NULL);
}
