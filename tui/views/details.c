// SPDX-License-Identifier: GPL-2.0-or-later
// The details of the selected state: when, what it holds, what is wrong with it, what can be done.
//
// What is said about acts here is cheap and promises little (outlook.h); the true answer is a plan.

#include "engine/model/forecast.h"
#include "engine/model/outlook.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/format.h"

static char *title(const App *app)
{
    const AppGuest *guest = app_guest(app);

    if (!guest || !guest->picture)
        return g_strdup(_("Details"));
    return g_strdup(guest->selected ? guest->selected : "NOW");
}

static const char *kind_text(SnapshotKind kind)
{
    switch (kind) {
    case KIND_NONE:
        return _("no disk");
    case KIND_INTERNAL:
        return _("inside the image");
    case KIND_EXTERNAL:
        return _("external (own file)");
    case KIND_MIXED:
        return _("external and inside the image");
    }
    return "";
}

static const char *state_text(const Snapshot *snapshot)
{
    switch (snapshot->state) {
    case SNAPSHOT_RUNNING:
        return "running";
    case SNAPSHOT_PAUSED:
        return "paused";
    case SNAPSHOT_OFF:
        return "off";
    case SNAPSHOT_DISK_ONLY:
        return _("running: as after a power cut");
    case SNAPSHOT_UNKNOWN:
        return "unknown";
    case SNAPSHOT_OTHER:
        break;
    }
    return snapshot->state_text ? snapshot->state_text : "unknown";
}

static void add_memory(Lines *lines, const Picture *picture, const Snapshot *snapshot)
{
    const Image *image;
    g_autofree char *size = NULL;

    if (snapshot->memory == MEMORY_INTERNAL)
        lines_field(lines, _("RAM"), ROLE_TEXT, _("saved inside the image"));
    if (snapshot->memory != MEMORY_EXTERNAL || !snapshot->memory_file)
        return;
    image = images_get(picture->images, snapshot->memory_file);
    size = size_short(image ? image->allocation : SIZE_UNKNOWN);
    if (image && image->presence == PRESENCE_MISSING)
        lines_fieldf(lines, _("RAM"), ROLE_PROBLEM, "MISSING: %s", snapshot->memory_file);
    else
        lines_fieldf(lines, _("RAM"), ROLE_TEXT, "%s  %s", text_base_name(snapshot->memory_file), size);
}

static void add_repair(const App *app, Lines *lines)
{
    g_autofree char *key = keymap_key(&app->keymap, ACTION_REPAIR);
    g_autofree char *how = g_strdup_printf(_("%s plans it"), key);
    g_autofree char *fault = app_act_fault(app, ACTION_REPAIR);

    lines_field(lines, _("repair"), fault ? ROLE_DIM : ROLE_TEXT, fault ? fault : how);
}

static void add_problems(const App *app, Lines *lines, const AppGuest *guest)
{
    bool repairable = false;

    for (guint i = 0; guest->problems && i < guest->problems->len; i++) {
        const Problem *problem = guest->problems->pdata[i];

        if (g_strcmp0(problem->snapshot, guest->selected) == 0 ||
            (!guest->selected && problem->kind == PROBLEM_CURRENT_MISMATCH)) { // NOW's side of it
            g_autofree char *text = problem_text(problem);

            lines_item(lines, "!", ROLE_PROBLEM, text);
            repairable |= problem_is_repairable(problem->kind);
        }
    }
    if (repairable)
        add_repair(app, lines);
}

// What stands in the way, if the problems above do not say it.
static char *trouble_text(const Problem *trouble, const Snapshot *snapshot, const char *key)
{
    if (!trouble->snapshot)
        return g_strdup_printf(_("the guest has a problem: %s says what can be done"), key);
    if (g_strcmp0(trouble->snapshot, snapshot->name) == 0)
        return g_strdup_printf(_("there is a problem: %s says what can be done"), key);
    return g_strdup_printf(_("%s has a problem: %s says what can be done"), trouble->snapshot, key);
}

static void add_revert(const App *app, Lines *lines, const AppGuest *guest, const Snapshot *snapshot)
{
    const Problem *trouble;
    RevertOutlook outlook = outlook_revert(guest->picture, guest->findings, guest->host->host, snapshot, &trouble);
    g_autofree char *key = keymap_key(&app->keymap, ACTION_REVERT);
    g_autofree char *fault = app_act_fault(app, ACTION_REVERT);
    g_autofree char *how = fault ? g_strdup(fault) :
                           trouble ? trouble_text(trouble, snapshot, key) :
                           outlook == REVERT_ASKS ? g_strdup_printf(_("%s asks first what becomes of NOW"), key) :
                                                    g_strdup_printf(_("%s says what can be done"), key);

    lines_field(lines, _("revert"), fault ? ROLE_DIM : trouble ? ROLE_WARNING : ROLE_TEXT, how);
}

static char *delete_text(DeleteOutlook outlook, unsigned states, const char *key)
{
    switch (outlook) {
    case DELETE_TAKES_OUT:
        return g_strdup_printf(_("%s takes it out, with what only it holds"), key);
    case DELETE_MERGES:
        return g_strdup_printf(_("%s merges; later data stays"), key);
    case DELETE_REMOVES:
        return g_strdup_printf(_("%s removes it, with what only it holds"), key);
    case DELETE_SHARED:
        return g_strdup_printf(P_("%u state is based on it: %s says what can be done",
                                  "%u states are based on it: %s says what can be done", states), states, key);
    case DELETE_ASIDE:
        return g_strdup_printf(_("NOW does not stand on it: %s says what can be done"), key);
    case DELETE_UNABLE:
        return g_strdup_printf(_("this libvirt cannot merge: %s says what can be done"), key);
    case DELETE_TROUBLED:
    case DELETE_OPEN:
        break;
    }
    return g_strdup_printf(_("%s says what can be done"), key);
}

static void add_delete(const App *app, Lines *lines, const AppGuest *guest, const Snapshot *snapshot)
{
    const Problem *trouble;
    DeleteOutlook outlook = outlook_delete(guest->picture, guest->findings, guest->host->host, snapshot, &trouble);
    bool plain = outlook == DELETE_MERGES || outlook == DELETE_OPEN;
    g_autofree char *key = keymap_key(&app->keymap, ACTION_DELETE);
    g_autofree char *text = trouble ? trouble_text(trouble, snapshot, key) :
                             delete_text(outlook, tree_find(guest->picture->tree, snapshot->name)->children, key);

    lines_field(lines, _("delete"), plain ? ROLE_TEXT : ROLE_WARNING, text);
}

static void add_acts(const App *app, Lines *lines, const AppGuest *guest, const Snapshot *snapshot)
{
    const AppJob *job = app_job_of(app, guest->host, guest->uuid);
    g_autofree char *fault = app_act_fault(app, ACTION_DELETE);

    if (job && jobs_line_shows(app, job)) // which says it all
        return;
    if (fault) {
        lines_field(lines, _("acts"), ROLE_DIM, fault);
        return;
    }
    add_revert(app, lines, guest, snapshot);
    add_delete(app, lines, guest, snapshot);
}

static void add_snapshot(const App *app, Lines *lines, const AppGuest *guest, const Snapshot *snapshot)
{
    g_autofree char *taken = format_time(snapshot->created);
    g_autofree char *age = format_age(snapshot->created, app->wall);
    SnapshotKind kind = snapshot_kind(snapshot);

    add_problems(app, lines, guest);
    lines_fieldf(lines, _("taken"), ROLE_TEXT, "%s, %s", taken, age);
    lines_fieldf(lines, _("kind"), kind == KIND_INTERNAL ? ROLE_INTERNAL : ROLE_EXTERNAL, "%s%s", kind_text(kind),
                 snapshot->memory != MEMORY_NO ? ", disk+RAM"
                 : snapshot->state == SNAPSHOT_OFF ? "" // there was no RAM to leave out
                                                   : ", disk-only");
    lines_field(lines, _("guest"), snapshot->state == SNAPSHOT_UNKNOWN ? ROLE_UNKNOWN : ROLE_TEXT,
                state_text(snapshot));
    if (snapshot->parent)
        lines_field(lines, _("based on"), ROLE_TEXT, snapshot->parent);
    if (snapshot->description && snapshot->description[0])
        lines_field(lines, _("note"), ROLE_TEXT, snapshot->description);
    add_memory(lines, guest->picture, snapshot);
    add_acts(app, lines, guest, snapshot);
    details_add_snapshot_disks(lines, guest->picture, snapshot);
}

static void add_now_size(const App *app, Lines *lines, const AppGuest *guest)
{
    const Picture *picture = guest->picture;
    gint64 bytes = guest->now_bytes;
    bool fresh = guest->now_fresh;
    g_autofree char *create = keymap_key(&app->keymap, ACTION_CREATE);
    g_autofree char *size = size_short(bytes);

    if (picture->snapshots->len == 0 && !picture->details)
        return; // nobody knows what it holds
    if (picture->snapshots->len == 0)
        lines_fieldf(lines, _("holds"), ROLE_TEXT, N_("everything: %s creates a snapshot"), create);
    else if (bytes == SIZE_UNKNOWN)
        lines_field(lines, _("holds"), ROLE_UNKNOWN, _("data that is in no snapshot, size unknown"));
    else
        lines_fieldf(lines, _("holds"), ROLE_NOW, fresh ? N_("nothing yet (%s, as empty images take)")
                                                     : N_("%s that is in no snapshot"), size);
}

static void add_now(const App *app, Lines *lines, const AppGuest *guest)
{
    const Picture *picture = guest->picture;
    const Domain *domain = picture->domain;
    unsigned depth = picture_depth(picture);

    add_problems(app, lines, guest);
    lines_fieldf(lines, _("guest"), ROLE_TEXT, "%s%s%s%s", domain_state_word(guest->state),
                 domain->reason_text ? ", " : "", domain->reason_text ? domain->reason_text : "",
                 domain->persistent ? "" : _(", transient: gone once it is off"));
    if (picture->current)
        lines_field(lines, _("based on"), ROLE_TEXT, picture->current);
    else if (picture->snapshots->len > 0)
        lines_field(lines, _("based on"), ROLE_UNKNOWN, _("unknown: no snapshot is marked as current"));
    add_now_size(app, lines, guest);
    if (domain_is_active(domain))
        lines_field(lines, _("RAM"), ROLE_TEXT, _("in no snapshot"));
    else if (domain->managed_save)
        lines_field(lines, _("RAM"), ROLE_WARNING, _("managed save: the next start resumes it"));
    if (domain->block_job && !guest->work)
        lines_fieldf(lines, _("busy"), ROLE_JOB, "a block job runs on %s",
                     domain->block_job_disk ? domain->block_job_disk : _("a disk"));
    if (depth > 0 && picture_depth_is_known(picture))
        lines_fieldf(lines, _("chain"), ROLE_TEXT, "%u deep", depth);
    else if (depth > 0)
        lines_fieldf(lines, _("chain"), ROLE_UNKNOWN, "at least %u deep", depth);
    details_add_now_disks(lines, picture);
}

static void add_cut_off(const App *app, Lines *lines, const AppGuest *guest)
{
    const JournalFound *found = app_cut_off(app, guest);
    g_autofree char *key = keymap_key(&app->keymap, ACTION_REPAIR);
    g_autofree char *text = found ? g_strdup_printf(_("%s was cut off after %u of %u steps: %s tells what can be done."),
                                                    found->entry->plan->title, found->entry->done,
                                                    found->entry->plan->steps->len, key)
                                  : NULL;

    if (text)
        lines_item(lines, "!", ROLE_PROBLEM, text);
}

// What runs on the guest: our job, or what others do to its disks.
static void add_jobs(const App *app, Lines *lines, const AppGuest *guest)
{
    const AppJob *job = app_job_of(app, guest->host, guest->uuid);
    const char *whose = app_journal_of(app, guest) ? _("another virt-snap") : _("another program");

    if (job)
        lines_item(lines, "J", ROLE_JOB, job->brief);
    for (guint i = 0; !job && guest->work && i < guest->work->len; i++) {
        g_autofree char *text = guest_work_text(guest->work->pdata[i]);
        g_autofree char *told = g_strdup_printf(_("%s, by %s"), text, whose);

        lines_item(lines, "J", ROLE_JOB, told);
    }
    if (!job)
        add_cut_off(app, lines, guest);
}

static void build(const App *app, Lines *lines)
{
    const AppGuest *guest = app_guest(app);
    const Snapshot *snapshot;

    if (!guest || !guest->picture)
        return;
    add_jobs(app, lines, guest);
    if (guest->incomplete)
        lines_item(lines, "?", ROLE_UNKNOWN, guest->incomplete);
    snapshot = guest_snapshot(guest);
    if (snapshot && snapshot->unread)
        lines_add(lines, 0, ROLE_DIM, _("Its record has not arrived yet."));
    else if (snapshot)
        add_snapshot(app, lines, guest, snapshot);
    else
        add_now(app, lines, guest);
}

const View view_details = {
    .context = CONTEXT_DETAILS,
    .title = title,
    .build = build,
};
