// SPDX-License-Identifier: GPL-2.0-or-later
// Asking for libvirt's XML of the selected state, and of the one it is compared with. What comes for a page
// that was left or asked for something else meanwhile finds no ticket of its own.

#include "tui/app_parts.h"

#include <string.h>

static void clear(AppXml *xml)
{
    g_free(xml->uuid);
    g_free(xml->snapshot);
    g_free(xml->text);
    g_free(xml->definition);
    failure_free(xml->failure);
    *xml = (AppXml) {0};
}

void app_clear_xml(App *app)
{
    clear(&app->xml[0]);
    clear(&app->xml[1]);
}

static void ask(AppXml *xml, AppGuest *guest, const char *snapshot)
{
    xml->host = guest->host;
    xml->uuid = g_strdup(guest->uuid);
    xml->snapshot = g_strdup(snapshot);
    xml->ticket = engine_read_text(guest->host->engine, guest->uuid, snapshot);
}

// The only marked snapshot beside the selected one; NULL: there is none, or there are several.
static const char *marked_one(const AppGuest *guest)
{
    GHashTableIter iter;
    gpointer name;
    const char *found = NULL;

    g_hash_table_iter_init(&iter, guest->marked);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        if (g_strcmp0(name, guest->selected) == 0)
            continue;
        if (found)
            return NULL;
        found = name;
    }
    return found;
}

static gint64 time_of(const AppGuest *guest, const char *snapshot)
{
    const Snapshot *found = snapshot ? picture_snapshot(guest->picture, snapshot) : NULL;

    return found ? found->created : G_MAXINT64; // NOW is later than all
}

// The older of two stands first, so that what is added is what came later.
static void ask_both(App *app, AppGuest *guest)
{
    const char *one = guest->selected, *other = marked_one(guest);
    g_autofree char *mark = keymap_key(&app->keymap, ACTION_MARK);

    if (!one && !other)
        other = guest->picture->current; // NOW is selected: with what it is based on
    if (g_strcmp0(one, other) == 0) {
        app_notice(app, true, "Nothing to compare NOW with: mark a snapshot (%s), or select one.", mark);
        return;
    }
    if (time_of(guest, one) > time_of(guest, other)) {
        const char *later = one;

        one = other;
        other = later;
    }
    ask(&app->xml[0], guest, one);
    ask(&app->xml[1], guest, other);
}

void app_read_xml(App *app, AppGuest *guest, bool compare)
{
    app_clear_xml(app);
    if (!guest->picture)
        app_notice(app, true, "Not possible yet: %s has not been read.", guest->name);
    else if (compare)
        ask_both(app, guest);
    else
        ask(&app->xml[0], guest, app->focus == PANE_GUESTS ? NULL : guest->selected);
}

void app_take_text(App *app, const AppHost *host, Message *message)
{
    for (gsize i = 0; i < G_N_ELEMENTS(app->xml); i++) {
        AppXml *xml = &app->xml[i];

        if (xml->host != host || xml->answered || xml->ticket != message->text.ticket)
            continue;
        xml->answered = true;
        xml->text = g_steal_pointer(&message->text.text);
        xml->definition = g_steal_pointer(&message->text.definition);
        xml->failure = g_steal_pointer(&message->text.failure);
    }
}
