// SPDX-License-Identifier: GPL-2.0-or-later
// Actions on the main screen and its pages: moving, going between panes, and asking for an act, with
// the reason where an act can't be asked for now.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

#include <string.h>

// How far an action moves in a list of `count` rows; false: it does not move.
static bool step_of(Action action, int height, int count, int *by)
{
    switch ((int) action) {
    case ACTION_UP:
        *by = -1;
        return true;
    case ACTION_DOWN:
        *by = 1;
        return true;
    case ACTION_PAGE_UP:
        *by = -MAX(1, height - 1);
        return true;
    case ACTION_PAGE_DOWN:
        *by = MAX(1, height - 1);
        return true;
    case ACTION_TOP:
        *by = -count;
        return true;
    case ACTION_BOTTOM:
        *by = count;
        return true;
    default:
        return false;
    }
}

bool app_move_list(List *list, Action action, int count, int height)
{
    int by;

    if (!step_of(action, height, count, &by))
        return false;
    list_move(list, by, count, height);
    return true;
}

bool app_scroll_text(AppText *text, Action action, int height)
{
    int count = text->lines ? lines_count(text->lines) : 0;
    int by;

    if (!step_of(action, height, count, &by))
        return false;
    text->top = CLAMP(text->top + by, 0, MAX(0, count - height));
    return true;
}

static void open_page(App *app, const View *page)
{
    if (page == &view_log) { // it tells the notice whole
        app_log_notice(app);
        g_clear_pointer(&app->notice, g_free);
    }
    app_prompt_close(app);
    app->page = page;
    app->page_text.top = app->page_text.found = 0;
    app->jobs_cursor = 0;
}

static char *host_fault(const App *app, const AppHost *host)
{
    g_autofree char *key = keymap_key(&app->keymap, ACTION_CONNECT);

    if (!host || host->link == LINK_CONNECTING)
        return g_strdup(_("Not possible yet: still connecting."));
    if (app->read_only || (host->host && host->host->read_only))
        return g_strdup(_("Not possible: opened read-only (-r)."));
    if (host->link != LINK_UP)
        return g_strdup_printf(_("Not possible: not connected to %s. %s connects again."), app_host_name(host), key);
    return NULL;
}

static char *guest_fault(const App *app, const AppGuest *guest)
{
    const AppJob *job = app_job_of(app, guest->host, guest->uuid);

    if (job)
        return g_strdup_printf(_("Not possible now: \"%s\" still runs."), job->brief);
    if (!guest->picture)
        return g_strdup_printf(_("Not possible yet: %s has not been read."), guest->name);
    if (guest->incomplete)
        return g_strdup_printf(_("Not possible now: %s"), guest->incomplete);
    return NULL;
}

// libvirt's test driver keeps the records of external snapshots, and nothing to go back to.
static bool lacks_images(const AppGuest *guest)
{
    const Snapshot *snapshot = guest_snapshot(guest);

    return snapshot && snapshot_kind(snapshot) == KIND_EXTERNAL && !host_has(guest->host->host, FACT_IMAGES);
}

// Is an act about what is marked?
static bool is_about_marks(const App *app, const AppGuest *guest)
{
    return !app->named && guest_acts_on_marks(guest);
}

// What speaks against deleting or discarding the selected state.
static char *removal_fault(const App *app, const AppGuest *guest, Action action)
{
    if (is_about_marks(app, guest))
        return NULL; // the plan says what speaks against one of them
    if (action == ACTION_DELETE && !guest_snapshot(guest))
        return g_strdup(_("NOW is not a snapshot and can't be deleted: select a snapshot."));
    if (action == ACTION_DISCARD && !guest_snapshot(guest))
        return g_strdup(_("NOW is not a snapshot and can't be discarded: select a snapshot."));
    if (action == ACTION_DISCARD && lacks_images(guest))
        return g_strdup(_("Not possible: libvirt's test driver keeps no images that could be removed."));
    return NULL;
}

const Problem *app_repairable(const AppGuest *guest)
{
    const Problem *first = NULL;

    for (guint i = 0; guest->problems && i < guest->problems->len; i++) {
        const Problem *problem = guest->problems->pdata[i];

        if (!problem_is_repairable(problem->kind))
            continue;
        if (g_strcmp0(problem->snapshot, guest->selected) == 0)
            return problem;
        first = first ? first : problem;
    }
    return first;
}

static char *repair_fault(const App *app, const AppGuest *guest)
{
    if (app_repairable(guest) || app_cut_off(app, guest))
        return NULL;
    if (guest->problems && guest->problems->len > 0)
        return g_strdup(_("That can't be repaired without guessing: the details say what to do by hand."));
    return g_strdup(_("Nothing is wrong with the snapshots of this guest."));
}

char *app_act_fault(const App *app, Action action)
{
    const AppGuest *guest = app_guest(app);
    char *fault = host_fault(app, app_host(app));

    if (!fault && !guest)
        fault = g_strdup(_("Select a guest first."));
    if (!fault)
        fault = guest_fault(app, guest);
    if (!fault && action == ACTION_REVERT && !guest_snapshot(guest))
        fault = g_strdup(_("NOW is where the guest is already: select a snapshot to revert to."));
    if (!fault && action == ACTION_REVERT && lacks_images(guest))
        fault = g_strdup(_("Not possible: libvirt's test driver keeps no images to go back to."));
    if (!fault && action == ACTION_REPAIR)
        fault = repair_fault(app, guest);
    if (!fault && (action == ACTION_DELETE || action == ACTION_DISCARD))
        fault = removal_fault(app, guest, action);
    return fault;
}

static void ask_for_act(App *app, Action action)
{
    AppGuest *guest = app_guest(app);
    g_autofree char *fault = app_act_fault(app, action);
    g_autoptr(Wish) wish = NULL;

    if (fault) {
        app_notice(app, true, "%s", fault);
        return;
    }
    if (action == ACTION_CREATE) {
        open_create_dialog(app, guest, NULL);
    } else if (action == ACTION_REVERT) {
        open_revert_dialog(app, guest, guest_snapshot(guest));
    } else if (action == ACTION_DISCARD) {
        open_discard_dialog(app, guest, guest_wish(guest, VERB_DISCARD, is_about_marks(app, guest)));
    } else if (action == ACTION_REPAIR && app_cut_off(app, guest)) {
        open_remains_dialog(app, guest, app_cut_off(app, guest));
    } else if (action == ACTION_REPAIR) {
        wish = wish_new(VERB_REPAIR, guest->uuid, guest->name, NULL);
        wish->problem = g_strdup(problem_word(app_repairable(guest)->kind));
        open_planning_dialog(app, guest->host, wish);
    } else {
        wish = guest_wish(guest, VERB_DELETE, is_about_marks(app, guest));
        open_planning_dialog(app, guest->host, wish);
    }
}

void app_create(App *app, const char *name)
{
    g_autofree char *fault = app_act_fault(app, ACTION_CREATE);

    if (fault)
        app_notice(app, true, "%s", fault);
    else
        open_create_dialog(app, app_guest(app), name);
}

// Goes back one pane, or from the guest list out of the program.
static void go_back(App *app, bool may_quit)
{
    g_clear_pointer(&app->notice, g_free);
    if (app->page)
        app->page = NULL;
    else if (!may_quit && app_clear_filter(app))
        return;
    else if (app->focus == PANE_GUESTS && may_quit)
        app_quit(app);
    else
        app->focus = app->focus == PANE_GUESTS || app->focus == PANE_TREE ? PANE_GUESTS : PANE_TREE;
}

static void refresh(App *app)
{
    const AppHost *host = app_host(app);
    const AppGuest *guest = app_guest(app);
    g_autofree char *key = keymap_key(&app->keymap, ACTION_CONNECT);

    if (!host || host->link != LINK_UP) {
        app_notice(app, true, "Not connected: %s connects again.", key);
        return;
    }
    engine_refresh(host->engine, NULL);
    for (guint i = 0; i < host->guests->len; i++)
        ((AppGuest *) host->guests->pdata[i])->awaited = true;
    app_notice(app, false, guest ? N_("Reading %s and all others anew.") : N_("Reading everything anew."),
               guest ? guest->name : "");
}

static void cancel_job(App *app)
{
    const AppGuest *guest = app_guest(app);
    const AppJob *job = NULL;

    if (app->page == &view_jobs && app->jobs_cursor < (int) app->jobs->len)
        job = app->jobs->pdata[app->jobs->len - 1 - (guint) app->jobs_cursor];
    else if (guest)
        job = app_job_of(app, guest->host, guest->uuid);
    if (job && job->running)
        open_cancel_dialog(app, job);
    else
        app_notice(app, true, "No job runs here: there is nothing to cancel.");
}

static void open_xml(App *app, bool compare)
{
    AppGuest *guest = app_guest(app);
    g_autofree char *key = keymap_key(&app->keymap, ACTION_CONNECT);

    if (!guest || guest->host->link != LINK_UP) {
        app_notice(app, true, guest ? N_("Not connected: %s connects again.") : N_("Select a guest first."), key);
        return;
    }
    app_read_xml(app, guest, compare);
    if (app->xml[0].host)
        open_page(app, compare ? &view_diff : &view_xml);
}

static void copy_name(App *app)
{
    const AppGuest *guest = app_guest(app);
    const char *snapshot = guest && app->focus != PANE_GUESTS ? guest->selected : NULL;

    if (guest)
        app_copy(app, snapshot ? snapshot : guest->name, snapshot ? snapshot : guest->name);
    else
        app_notice(app, true, "Select a guest first.");
}

static bool act_common(App *app, Action action)
{
    switch ((int) action) {
    case ACTION_CREATE:
    case ACTION_REVERT:
    case ACTION_DELETE:
    case ACTION_DISCARD:
    case ACTION_REPAIR:
        ask_for_act(app, action);
        return true;
    case ACTION_NEXT_PANE:
        app->focus = (app->focus + 1) % PANE_N;
        return true;
    case ACTION_PREVIOUS_PANE:
        app->focus = (app->focus + PANE_N - 1) % PANE_N;
        return true;
    case ACTION_XML:
    case ACTION_DIFF:
        open_xml(app, action == ACTION_DIFF);
        return true;
    case ACTION_COPY_NAME:
        copy_name(app);
        return true;
    case ACTION_CHAINS:
        if (app_guest(app))
            open_page(app, &view_chains);
        else
            app_notice(app, true, "Select a guest first.");
        return true;
    case ACTION_JOBS:
        app_read_journal(app);
        open_page(app, &view_jobs);
        return true;
    case ACTION_AUDIT:
        app_read_audit(app);
        open_page(app, &view_audit);
        return true;
    case ACTION_LOG:
        open_page(app, &view_log);
        return true;
    case ACTION_HELP:
        open_page(app, &view_help);
        return true;
    case ACTION_REFRESH:
        refresh(app);
        return true;
    case ACTION_CONNECT:
        if (app_host(app))
            open_connect_dialog(app, app_host(app));
        return true;
    case ACTION_CANCEL_JOB:
        cancel_job(app);
        return true;
    case ACTION_FIND:
        app_prompt(app, PROMPT_FIND);
        return true;
    case ACTION_FILTER:
        app_prompt(app, PROMPT_FILTER);
        return true;
    case ACTION_COMMAND:
        app_prompt(app, PROMPT_COMMAND);
        return true;
    case ACTION_JUMP:
        app_prompt(app, PROMPT_COMMAND);
        entry_set(&app->prompt.entry, "jump ");
        app_command_offer(app);
        return true;
    case ACTION_THEME:
        app_next_theme(app);
        return true;
    case ACTION_FIND_NEXT:
    case ACTION_FIND_PREVIOUS:
        app_find_again(app, action == ACTION_FIND_NEXT);
        return true;
    case ACTION_RECENT:
        open_recent_dialog(app);
        return true;
    case ACTION_BACK:
    case ACTION_QUIT:
        go_back(app, action == ACTION_QUIT);
        return true;
    default:
        return false;
    }
}

bool app_act(App *app, Action action)
{
    const View *view = app->page ? app->page : view_panes[app->focus];
    AppText *text = app->page ? &app->page_text : &app->texts[app->focus];
    Rect frame = app->page ? page_area(app) : app->layout.panes[app->focus];

    if (view->act && view->act(app, action))
        return true;
    if (view->build && app_scroll_text(text, action, rect_inside(frame).rows))
        return true;
    return act_common(app, action);
}

void app_connect(App *app, AppHost *host, const char *uri)
{
    host->link = LINK_CONNECTING;
    host->told = false;
    host->retry_at = 0;
    if (host->failure) // the notice tells it; a new one brings its own
        g_clear_pointer(&app->notice, g_free);
    g_clear_pointer(&host->failure, failure_free);
    if (!host->stopped && (!uri || g_strcmp0(uri, host->uri) == 0)) {
        engine_reconnect(host->engine);
        return;
    }
    if (host->stopped) {
        engine_free(host->engine);
    } else {
        engine_stop(host->engine);
        g_ptr_array_add(app->leaving, host->engine);
    }
    if (uri) {
        g_free(host->uri);
        host->uri = g_strdup(uri);
    }
    g_clear_pointer(&host->host, host_unref);
    g_clear_pointer(&host->watched, g_free);
    app->guests.cursor = 0; // the rows below point to guests that go now
    g_array_set_size(app->guest_rows, 0);
    g_ptr_array_set_size(host->guests, 0);
    host->listed = host->stopped = false;
    host->engine = app_start_engine(app, host->uri);
    app_rehost_journal(app, host);
    app_rebuild_rows(app);
}
