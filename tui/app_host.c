// SPDX-License-Identifier: GPL-2.0-or-later
// Hosts of the App and the list of their guests: what the guest list shows, which guests the engines
// are asked to watch, and how the cursor stays on its guest when the list changes.

#include "engine/model/naming.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"

#include <string.h>

Engine *app_start_engine(const App *app, const char *uri)
{
    EngineFlags flags = (app->read_only ? ENGINE_READ_ONLY : 0) | (app->keep_xml ? ENGINE_KEEP_TEXTS : 0);
    Engine *engine = engine_start(uri, flags);

    if (app->poll_ms)
        engine_poll_every(engine, app->poll_ms);
    return engine;
}

AppHost *host_entry_new(const App *app, const char *uri)
{
    AppHost *host = g_new0(AppHost, 1);

    host->uri = g_strdup(uri);
    host->guests = g_ptr_array_new_with_free_func(guest_entry_free);
    host->engine = app_start_engine(app, uri);
    return host;
}

void host_entry_free(gpointer data)
{
    AppHost *host = data;

    if (host->engine) {
        engine_stop(host->engine);
        engine_free(host->engine);
    }
    g_ptr_array_unref(host->guests);
    host_unref(host->host);
    failure_free(host->failure);
    g_free(host->uri);
    g_free(host->watched);
    g_free(host->first);
    g_free(host);
}

AppGuest *app_find_guest(const AppHost *host, const char *uuid)
{
    for (guint i = 0; uuid && i < host->guests->len; i++) {
        AppGuest *guest = host->guests->pdata[i];

        if (strcmp(guest->uuid, uuid) == 0)
            return guest;
    }
    return NULL;
}

const char *app_host_uri(const AppHost *host)
{
    if (host->host && host->host->real_uri)
        return host->host->real_uri;
    return host->uri ? host->uri : _("libvirt's default");
}

const char *app_host_name(const AppHost *host)
{
    if (host->host && g_strcmp0(host->host->driver, "TEST") == 0)
        return _("test driver");
    if (host->host && host->host->hostname)
        return host->host->hostname;
    return app_host_uri(host);
}

static int guest_compare(gconstpointer a, gconstpointer b)
{
    const AppGuest *first = *(AppGuest *const *) a;
    const AppGuest *second = *(AppGuest *const *) b;

    return strcmp(first->name, second->name);
}

// The entry that was there for this guest, taken out of the old list, or a new one.
static AppGuest *take_entry(AppHost *host, const Guest *guest)
{
    for (guint i = 0; i < host->guests->len; i++) {
        const AppGuest *entry = host->guests->pdata[i];

        if (strcmp(entry->uuid, guest->uuid) == 0)
            return g_ptr_array_steal_index_fast(host->guests, i);
    }
    return guest_entry_new(host, guest->uuid, guest->name);
}

Subject app_guest_subject(const App *app, const AppGuest *guest)
{
    unsigned traits = guest->problems && guest->problems->len > 0 ? TRAIT_PROBLEM : 0;

    if (app_job_of(app, guest->host, guest->uuid))
        traits |= TRAIT_JOB;
    if (guest->state == DOMAIN_RUNNING || guest->state == DOMAIN_BLOCKED)
        traits |= TRAIT_RUNNING;
    else if (guest->state == DOMAIN_PAUSED || guest->state == DOMAIN_SUSPENDED)
        traits |= TRAIT_PAUSED;
    else if (guest->state == DOMAIN_OFF)
        traits |= TRAIT_OFF;
    return (Subject) {.name = guest->name, .traits = traits};
}

static bool is_listed(const App *app, const AppGuest *guest)
{
    Subject subject = app_guest_subject(app, guest);

    return !app->guest_filter || query_matches(app->guest_filter, &subject, app->wall);
}

// Lists hosts and guests anew; the cursor goes to that guest, else stays at its row.
static void list_rows(App *app, const AppHost *open_host, const char *uuid)
{
    g_array_set_size(app->guest_rows, 0);
    for (guint h = 0; h < app->hosts->len; h++) {
        AppHost *host = app->hosts->pdata[h];
        GuestRow heading = {.host = host};

        if (app->hosts->len > 1)
            g_array_append_val(app->guest_rows, heading);
        for (guint i = 0; i < host->guests->len; i++) {
            GuestRow row = {.host = host, .guest = host->guests->pdata[i]};

            if (!is_listed(app, row.guest))
                continue;
            if (host == open_host && g_strcmp0(row.guest->uuid, uuid) == 0)
                app->guests.cursor = (int) app->guest_rows->len;
            g_array_append_val(app->guest_rows, row);
        }
    }
    app->guests.cursor = CLAMP(app->guests.cursor, 0, MAX(0, (int) app->guest_rows->len - 1));
}

void app_rebuild_rows(App *app)
{
    const AppGuest *open = app_guest(app);

    list_rows(app, open ? open->host : NULL, open ? open->uuid : NULL);
}

// The entries for a new list of guests; those that were known keep what was heard of them.
static GPtrArray *new_entries(AppHost *host, const GPtrArray *guests)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(guest_entry_free);

    for (guint i = 0; i < guests->len; i++) {
        const Guest *guest = guests->pdata[i];
        AppGuest *entry = take_entry(host, guest);

        g_free(entry->name);
        entry->name = g_strdup(guest->name);
        entry->state = guest->state;
        entry->persistent = guest->persistent;
        if (guest->snapshots >= 0)
            entry->snapshots = guest->snapshots;
        g_ptr_array_add(entries, entry);
    }
    g_ptr_array_sort(entries, guest_compare);
    return entries;
}

void host_take_list(App *app, AppHost *host, GPtrArray *guests)
{
    const AppGuest *open = app_guest(app);
    const AppHost *open_host = open ? open->host : NULL;
    g_autofree char *uuid = open ? g_strdup(open->uuid) : NULL;
    g_autofree char *name = open ? g_strdup(open->name) : NULL;
    GPtrArray *entries = new_entries(host, guests);

    g_ptr_array_unref(host->guests);
    host->guests = entries;
    host->listed = true;
    if (open_host == host && !app_find_guest(host, uuid)) {
        app_notice(app, false, "Guest %s is gone from this host.", name);
        app->focus = PANE_GUESTS;
        app_prompt_close(app); // what it searched is gone
    }
    list_rows(app, open_host, uuid);
    app_open_wanted(app);
}

// Says which guest was not found, and which names come near.
static void tell_unknown(App *app)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_auto(GStrv) near = NULL;
    g_autofree char *list = NULL;

    for (guint i = 0; i < app->guest_rows->len; i++) {
        const AppGuest *guest = g_array_index(app->guest_rows, GuestRow, i).guest;

        if (guest)
            g_ptr_array_add(names, guest->name);
    }
    g_ptr_array_add(names, NULL);
    near = names_near(app->wanted, (const char *const *) names->pdata);
    list = near && near[0] ? g_strjoinv(", ", near) : NULL;
    if (list)
        app_notice(app, true, "There is no guest %s. Nearest: %s.", app->wanted, list);
    else
        app_notice(app, true, "There is no guest %s.", app->wanted);
}

void app_open_wanted(App *app)
{
    bool all_listed = true;

    for (guint h = 0; app->wanted && h < app->hosts->len; h++) {
        const AppHost *host = app->hosts->pdata[h];

        all_listed &= host->listed;
        for (guint i = 0; app->wanted && i < host->guests->len; i++) {
            const AppGuest *guest = host->guests->pdata[i];

            if (strcmp(guest->name, app->wanted) == 0 || strcmp(guest->uuid, app->wanted) == 0) {
                app_go_to_guest(app, guest);
                g_clear_pointer(&app->wanted, g_free);
            }
        }
    }
    if (app->wanted && all_listed) {
        tell_unknown(app);
        g_clear_pointer(&app->wanted, g_free);
    }
}

// The guests of a host whose state is on screen, the open one first.
static GPtrArray *visible_uuids(const App *app, const AppHost *host)
{
    GPtrArray *uuids = g_ptr_array_new();
    const AppGuest *open = app_guest(app);
    int height = rect_inside(app->layout.panes[PANE_GUESTS]).rows;
    bool all = app->page == &view_jobs; // which shows what others do to running guests

    if (open && open->host == host)
        g_ptr_array_add(uuids, open->uuid);
    for (int i = 0; i < (int) app->guest_rows->len; i++) {
        const AppGuest *guest = g_array_index(app->guest_rows, GuestRow, i).guest;
        bool visible = i >= app->guests.top && i < app->guests.top + height;

        if (guest && guest != open && guest->host == host && (visible || (all && guest->state != DOMAIN_OFF)))
            g_ptr_array_add(uuids, guest->uuid);
    }
    g_ptr_array_add(uuids, NULL);
    return uuids;
}

static void add_names(GPtrArray *names, const AppGuest *guest, int from, int to)
{
    for (int i = MAX(from, 0); i < MIN(to, tree_rows_count(guest->rows)); i++) {
        const Snapshot *snapshot = tree_rows_get(guest->rows, i)->node->snapshot;

        if (snapshot && snapshot->unread)
            g_ptr_array_add(names, snapshot->name);
    }
}

// While the open guest's records arrive: those on screen are wanted first, then the page below, then the one above.
static void want_first(const App *app, AppGuest *guest)
{
    int height = rect_inside(app->layout.panes[PANE_TREE]).rows, top = guest->list.top;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *joined = NULL;

    add_names(names, guest, top, top + height);
    add_names(names, guest, top + height, top + 2 * height);
    add_names(names, guest, top - height, top);
    g_ptr_array_add(names, NULL);
    joined = g_strjoinv("\n", (char **) names->pdata);
    if (g_strcmp0(joined, guest->host->first) == 0)
        return;
    engine_first(guest->host->engine, (const char *const *) names->pdata);
    g_free(guest->host->first);
    guest->host->first = g_steal_pointer(&joined);
}

void app_watch(App *app)
{
    AppGuest *open = app_guest(app);

    if (open && open->rows && open->picture->unread)
        want_first(app, open);
    for (guint h = 0; h < app->hosts->len; h++) {
        AppHost *host = app->hosts->pdata[h];
        g_autoptr(GPtrArray) uuids = NULL;
        g_autofree char *joined = NULL;

        if (host->link != LINK_UP)
            continue;
        uuids = visible_uuids(app, host);
        joined = g_strjoinv(" ", (char **) uuids->pdata);
        if (g_strcmp0(joined, host->watched) == 0)
            continue;
        engine_watch(host->engine, (const char *const *) uuids->pdata);
        g_free(host->watched);
        host->watched = g_steal_pointer(&joined);
    }
}
