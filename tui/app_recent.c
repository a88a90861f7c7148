// SPDX-License-Identifier: GPL-2.0-or-later
// The guests that were opened lately, newest first, kept from one start to the next: one per line of a
// file, "uri TAB uuid TAB name". What is wrong with that file is not worth a word: it is written anew, by an engine. It
// is read once, before the first frame, as the settings are.

#include "tui/app_parts.h"

#include <string.h>

void recent_free(gpointer data)
{
    Recent *recent = data;

    g_free(recent->uri);
    g_free(recent->uuid);
    g_free(recent->name);
    g_free(recent);
}

static void read_line(GPtrArray *recent, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, "\t", 3);
    Recent *entry;

    if (g_strv_length(parts) != 3 || recent->len >= RECENT_LIMIT || !g_utf8_validate(line, -1, NULL))
        return;
    entry = g_new0(Recent, 1);
    entry->uri = g_strdup(parts[0]);
    entry->uuid = g_strdup(parts[1]);
    entry->name = g_strcompress(parts[2]);
    g_ptr_array_add(recent, entry);
}

void app_load_recent(App *app, const char *file)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    app->recent_file = g_strdup(file);
    if (!file || !g_file_get_contents(file, &text, NULL, NULL))
        return;
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++)
        read_line(app->recent, *line);
}

static void save(const App *app)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < app->recent->len; i++) {
        const Recent *recent = app->recent->pdata[i];
        g_autofree char *name = g_strescape(recent->name, NULL); // a name may hold anything

        g_string_append_printf(text, "%s\t%s\t%s\n", recent->uri, recent->uuid, name);
    }
    if (app->recent_file)
        (void) engine_keep(app_filer(app), app->recent_file, text->str);
}

void app_note_opened(App *app, const AppGuest *guest)
{
    const char *uri = app_host_uri(guest->host);
    Recent *entry = g_new0(Recent, 1);

    for (guint i = app->recent->len; i > 0; i--) {
        const Recent *recent = app->recent->pdata[i - 1];

        if (strcmp(recent->uri, uri) == 0 && strcmp(recent->uuid, guest->uuid) == 0)
            g_ptr_array_remove_index(app->recent, i - 1);
    }
    entry->uri = g_strdup(uri);
    entry->uuid = g_strdup(guest->uuid);
    entry->name = g_strdup(guest->name);
    g_ptr_array_insert(app->recent, 0, entry);
    if (app->recent->len > RECENT_LIMIT)
        g_ptr_array_set_size(app->recent, RECENT_LIMIT);
    save(app);
}

void app_go_to_guest(App *app, const AppGuest *guest)
{
    Subject subject = app_guest_subject(app, guest);

    if (app->guest_filter && !query_matches(app->guest_filter, &subject, app->wall)) {
        g_clear_pointer(&app->guest_filter, query_free); // it would hide where one is
        app_rebuild_rows(app);
    }
    for (guint i = 0; i < app->guest_rows->len; i++)
        if (g_array_index(app->guest_rows, GuestRow, i).guest == guest)
            app->guests.cursor = (int) i;
    app->focus = PANE_TREE;
    app->texts[PANE_DETAILS].top = app->texts[PANE_DISKS].top = 0;
    app_note_opened(app, guest);
}
