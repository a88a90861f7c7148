// SPDX-License-Identifier: GPL-2.0-or-later
// `show`: one state of a guest. For each disk the images it reads, base first, with their sizes,
// which snapshot froze which, and who else uses them.
#include "engine/json/answer_json.h"
#include "engine/model/forecast.h"
#include "engine/model/problem.h"
#include "engine/model/reach.h"
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"
#include "tui/format.h"

typedef struct Shown {
    const CliPaper *paper;
    const Picture *picture;
    const Snapshot *snapshot; // NULL: NOW
    const Reach *reach;
} Shown;

static void field(const Shown *shown, const char *label, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        cli_printf(shown->paper, stdout, "  %-12s %s", i ? "" : label, lines[i]);
}

// ---- Images ----------------------------------------------------------------------------------

static char *frozen_by(const Shown *shown, const char *target, const char *path)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < shown->picture->snapshots->len; i++) {
        const Snapshot *snapshot = g_ptr_array_index(shown->picture->snapshots, i);
        const SnapshotDisk *disk = snapshot_disk(snapshot, target);
        bool external = disk && disk->mode == DISK_MODE_EXTERNAL;
        if (external && g_strcmp0(snapshot_frozen(snapshot, target), path) == 0)
            g_ptr_array_add(names, snapshot->name);
    }
    return cli_join_names(names);
}

// NOW first: it is what one asks for.
static char *used_by(const Shown *shown, const char *path)
{
    g_autoptr(GPtrArray) states = reach_of(shown->reach, path);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < states->len; i++) {
        const State *state = g_ptr_array_index(states, i);
        g_ptr_array_insert(names, state->snapshot ? -1 : 0, (char *) state_name(state));
    }
    return cli_join_names(names);
}

static void image_cells(CliTable *table, const Shown *shown, const char *target, const char *path)
{
    const Image *image = images_get(shown->picture->images, path);
    g_autofree char *allocation = size_short(image ? image->allocation : SIZE_UNKNOWN);
    g_autofree char *capacity = size_short(image ? image->capacity : SIZE_UNKNOWN);
    g_autofree char *frozen = frozen_by(shown, target, path);
    g_autofree char *used = used_by(shown, path);
    bool missing = image && image->presence == PRESENCE_MISSING;
    bool written = g_strcmp0(picture_now(shown->picture, target), path) == 0;
    cli_table_cellf(table, "    %s", path);
    cli_table_cell(table, missing ? _("missing") : allocation);
    cli_table_cell(table, capacity);
    cli_table_cell(table, image && image->format ? image->format : "?");
    cli_table_cellf(table, "%s%s%s", frozen, *frozen && written ? ", " : "",
                    written ? _("written by NOW") : "");
    cli_table_cell(table, used);
}

static const char *end_sentence(ChainEnd end)
{
    switch (end) {
    case CHAIN_COMPLETE:
        return NULL;
    case CHAIN_UNKNOWN:
        return _("What lies below the first of these is unknown.");
    case CHAIN_MISSING:
        return _("The first of these is missing, so what lies below it is unknown.");
    case CHAIN_LOOP:
        return _("The chain bites its own tail: an image is its own ancestor.");
    case CHAIN_TOO_DEEP:
        return _("The chain is too deep to be believed.");
    }
    return NULL;
}

static void put_chain(const Shown *shown, const char *target, const char *top)
{
    static const char *const headings[] = {
        N_("    IMAGE (base first)"), N_("USED"), N_("SIZE"), N_("FORMAT"), N_("FROZEN BY"), N_("NEEDED BY"), NULL};
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_autoptr(CliTable) table = cli_table_new(shown->paper, headings);
    ChainEnd end = images_chain(shown->picture->images, top, chain);
    for (guint i = chain->len; i-- > 0;)
        image_cells(table, shown, target, g_ptr_array_index(chain, i));
    cli_table_print(table, stdout);
    if (end_sentence(end))
        cli_printf(shown->paper, stdout, "    %s", end_sentence(end));
}

// ---- Disks -----------------------------------------------------------------------------------

static void put_held_disk(const Shown *shown, const SnapshotDisk *disk)
{
    const char *frozen = snapshot_frozen(shown->snapshot, disk->target);
    const char *after = snapshot_overlay(shown->snapshot, disk->target);
    if (!snapshot_covers(shown->snapshot, disk->target)) {
        cli_printf(shown->paper, stdout, "\n%s  not in this snapshot", disk->target);
        return;
    }
    if (disk->mode == DISK_MODE_INTERNAL)
        cli_printf(shown->paper, stdout, "\n%s  kept inside %s as tag %s", disk->target,
                   frozen ? frozen : _("an image that its record does not name"),
                   shown->snapshot->name);
    else
        cli_printf(shown->paper, stdout, "\n%s  frozen in %s", disk->target,
                   frozen ? frozen : _("an image that its record does not name"));
    if (after)
        cli_printf(shown->paper, stdout, "  written after it: %s", after);
    if (frozen)
        put_chain(shown, disk->target, frozen);
}

static const char *disk_words(const Disk *disk)
{
    return disk->device == DEVICE_CDROM    ? "CD-ROM"
           : disk->device == DEVICE_FLOPPY ? _("floppy")
           : disk->readonly                ? "read-only"
           : disk->shareable               ? _("shared")
                                           : NULL;
}

static void put_now_disk(const Shown *shown, const Disk *disk)
{
    const char *words = disk_words(disk);
    const char *path = disk->path ? disk->path : _("nothing");
    fputc('\n', stdout);
    if (!words)
        cli_printf(shown->paper, stdout, "%s  writes to %s", disk->target, path);
    else if (disk->path)
        cli_printf(shown->paper, stdout, "%s  %s, %s", disk->target, words, path);
    else
        cli_printf(shown->paper, stdout, "%s  %s", disk->target, words);
    if (disk->path && !words)
        put_chain(shown, disk->target, disk->path);
}

static void put_disks(const Shown *shown)
{
    const Definition *now = domain_now(shown->picture->domain);
    for (guint i = 0; shown->snapshot && i < shown->snapshot->disks->len; i++)
        put_held_disk(shown, g_ptr_array_index(shown->snapshot->disks, i));
    for (guint i = 0; !shown->snapshot && now && i < now->disks->len; i++)
        put_now_disk(shown, g_ptr_array_index(now->disks, i));
}

// ---- The state -------------------------------------------------------------------------------

static void put_snapshot_head(const Shown *shown)
{
    const Snapshot *snapshot = shown->snapshot;
    const TreeNode *node = tree_find(shown->picture->tree, snapshot->name);
    g_autofree char *taken = format_time(snapshot->created);
    g_autofree char *age = format_age(snapshot->created, g_get_real_time() / G_USEC_PER_SEC);
    g_autofree char *when = g_strdup_printf("%s, %s", taken, age);
    g_autofree char *holds =
        g_strdup_printf("%s, %s", cli_kind_text(snapshot), cli_memory_text(snapshot));
    g_autofree char *children = g_strdup_printf("%u", node ? tree_snapshot_children(node) : 0);
    bool current = g_strcmp0(shown->picture->current, snapshot->name) == 0;
    cli_printf(shown->paper, stdout, current ? N_("%s, snapshot of %s; NOW is based on it") : N_("%s, snapshot of %s"),
               snapshot->name, shown->picture->domain->name);
    field(shown, _("taken"), when);
    field(shown, _("state"), cli_state_text(snapshot));
    field(shown, _("holds"), holds);
    field(shown, _("based on"), snapshot->parent ? snapshot->parent : _("nothing, it is a root"));
    field(shown, _("children"), children);
    if (snapshot->memory_file)
        field(shown, _("memory in"), snapshot->memory_file);
    if (snapshot->description && *snapshot->description)
        field(shown, _("description"), snapshot->description);
}

static void put_now_head(const Shown *shown)
{
    const Picture *picture = shown->picture;
    g_autofree char *size = size_short(picture_now_bytes(picture));
    cli_printf(shown->paper, stdout, "NOW of %s", picture->domain->name);
    field(shown, _("state"), domain_state_word(picture->domain->state));
    field(shown, _("based on"), picture->current ? picture->current : _("no snapshot"));
    if (picture_now_bytes(picture) != SIZE_UNKNOWN)
        field(shown, _("unsaved"), size);
    if (picture->domain->managed_save)
        field(shown, _("memory"), _("a managed save exists"));
}

static void put_problems(const Shown *shown)
{
    g_autoptr(GPtrArray) problems = picture_problems(shown->picture);
    const char *name = shown->snapshot ? shown->snapshot->name : NULL;
    bool headed = false;
    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = g_ptr_array_index(problems, i);
        g_autofree char *text = NULL;

        if (g_strcmp0(problem->snapshot, name) != 0)
            continue;
        text = problem_text(problem);
        if (!headed)
            cli_put(shown->paper, stdout, _("\nProblems"));
        headed = true;
        cli_printf(shown->paper, stdout, "  - %s", text);
    }
}

void cli_put_state(const CliPaper *paper, const Picture *picture, const Snapshot *snapshot)
{
    g_autoptr(Reach) reach = reach_new(picture);
    Shown shown = {paper, picture, snapshot, reach};
    if (snapshot)
        put_snapshot_head(&shown);
    else
        put_now_head(&shown);
    if (picture->incomplete)
        field(&shown, _("incomplete"), picture->incomplete);
    put_disks(&shown);
    put_problems(&shown);
}

int cli_show(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(GPtrArray) hosts = cli_hosts_start(options, paper);
    CliHost *where = NULL;
    int status;
    g_autoptr(Picture) picture = cli_look_at(hosts, options->domain, &where, &status);
    if (!picture)
        return status;
    const Snapshot *snapshot =
        options->snapshot ? picture_snapshot(picture, options->snapshot) : NULL;
    if (options->snapshot && !snapshot) {
        cli_no_snapshot(paper, picture, options->snapshot);
        return EXIT_FAILED;
    }
    if (paper->json) {
        g_autofree char *json = json_write_state(cli_host_uri(where), picture, snapshot);
        cli_put_json(json);
    } else {
        cli_put_state(paper, picture, snapshot);
    }
    return EXIT_DONE;
}
