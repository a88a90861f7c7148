// SPDX-License-Identifier: GPL-2.0-or-later
// What may stand behind the name of an action on the command line: what Tab offers there, which thing is meant, and
// the action on it. It is the rest of the line, blanks and all, so nothing needs quotes.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#include <string.h>

// ---- what there is --------------------------------------------------------------------------------

static void add_snapshots(const AppGuest *guest, GPtrArray *names)
{
    const TreeNode *root = guest && guest->picture ? tree_root(guest->picture->tree) : NULL;

    for (const TreeNode *node = root ? tree_next(root, root) : NULL; node; node = tree_next(root, node))
        if (node->snapshot)
            g_ptr_array_add(names, g_strdup(node->snapshot->name));
}

static void add_guests(const App *app, GPtrArray *names)
{
    for (guint i = 0; i < app->hosts->len; i++) {
        const AppHost *host = app->hosts->pdata[i];

        for (guint j = 0; j < host->guests->len; j++)
            g_ptr_array_add(names, g_strdup(((const AppGuest *) host->guests->pdata[j])->name));
    }
}

static void add_uris(const App *app, GPtrArray *names)
{
    for (guint i = 0; i < app->recent->len; i++) {
        const char *uri = ((const Recent *) app->recent->pdata[i])->uri;

        if (!g_ptr_array_find_with_equal_func(names, uri, g_str_equal, NULL))
            g_ptr_array_add(names, g_strdup(uri));
    }
}

static void add_themes(const App *app, GPtrArray *names)
{
    g_autoptr(GPtrArray) themes = theme_shelf_names(app->themes);

    for (guint i = 0; i < themes->len; i++)
        g_ptr_array_add(names, g_strdup(themes->pdata[i]));
}

static GPtrArray *list_all(const App *app, Operand operand)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const AppGuest *guest = app_guest(app);

    switch (operand) {
    case OPERAND_PLACE:
        if (guest && guest->picture)
            g_ptr_array_add(names, g_strdup("NOW"));
        add_snapshots(guest, names);
        add_guests(app, names);
        break;
    case OPERAND_SNAPSHOT:
        add_snapshots(guest, names);
        break;
    case OPERAND_THEME:
        add_themes(app, names);
        break;
    case OPERAND_URI:
        add_uris(app, names);
        break;
    case OPERAND_NAME:
    case OPERAND_WORDS:
    case OPERAND_NONE:
        break;
    }
    return names;
}

GPtrArray *operand_offers(const App *app, Action action, const char *typed)
{
    GPtrArray *offers = list_all(app, action_operand(action));

    for (guint i = offers->len; i > 0; i--) {
        g_autofree char *shown = text_clean(offers->pdata[i - 1], false);

        if (!g_str_has_prefix(offers->pdata[i - 1], typed) && !g_str_has_prefix(shown, typed))
            g_ptr_array_remove_index(offers, i - 1);
    }
    return offers;
}

// ---- which one is meant ---------------------------------------------------------------------------

// What the words name, in full, or the only thing that begins so; NULL and a sentence: none or several.
static char *find_meant(const App *app, Action action, const char *words, char **fault)
{
    g_autoptr(GPtrArray) offers = operand_offers(app, action, words);

    for (guint i = 0; i < offers->len; i++)
        if (strcmp(offers->pdata[i], words) == 0)
            return g_strdup(words);
    if (offers->len == 1)
        return g_strdup(offers->pdata[0]);
    if (offers->len == 0)
        *fault = g_strdup_printf(_("Nothing here is called \"%s\". Tab shows what there is."), words);
    else
        *fault = g_strdup_printf(_("\"%s\" may mean %s or %s: type more."), words, (const char *) offers->pdata[0],
                                 (const char *) offers->pdata[1]);
    return NULL;
}

static void go_to_snapshot(App *app, AppGuest *guest, const char *name)
{
    if (guest->filter && tree_rows_find(guest->rows, name) < 0)
        guest_take_filter(guest, NULL, app->wall); // it would hide where one is
    guest_reveal(guest, name ? tree_find(guest->picture->tree, name) : tree_now(guest->picture->tree));
    app->page = NULL;
    app->focus = app->focus == PANE_GUESTS ? PANE_TREE : app->focus;
    app->texts[PANE_DETAILS].top = app->texts[PANE_DISKS].top = 0;
}

static const AppGuest *find_guest(const App *app, const char *name)
{
    for (guint i = 0; i < app->hosts->len; i++) {
        const AppHost *host = app->hosts->pdata[i];

        for (guint j = 0; j < host->guests->len; j++)
            if (strcmp(((const AppGuest *) host->guests->pdata[j])->name, name) == 0)
                return host->guests->pdata[j];
    }
    return NULL;
}

// A snapshot of this guest goes before a guest of the same name.
static void go_to(App *app, const char *name)
{
    AppGuest *guest = app_guest(app);
    bool now = strcmp(name, "NOW") == 0;

    if (guest && guest->picture && (now || picture_snapshot(guest->picture, name))) {
        go_to_snapshot(app, guest, now ? NULL : name);
        return;
    }
    app->page = NULL;
    app_go_to_guest(app, find_guest(app, name));
}

// ---- the action on it -----------------------------------------------------------------------------

// An act on the snapshot that was named, whatever is marked.
static void act_on(App *app, Action action, const char *name)
{
    go_to_snapshot(app, app_guest(app), name);
    app->named = true;
    app_do(app, action);
    app->named = false;
}

bool operand_act(App *app, Action action, const char *words, char **fault)
{
    g_autofree char *meant = NULL;

    switch (action_operand(action)) {
    case OPERAND_NONE:
        *fault = g_strdup_printf(_("\"%s\" stands alone: nothing follows it."), action_name(action));
        return false;
    case OPERAND_WORDS:
        app_seek(app, action == ACTION_FILTER ? PROMPT_FILTER : PROMPT_FIND, words);
        return true;
    case OPERAND_NAME:
        app_create(app, words);
        return true;
    case OPERAND_URI:
        app_connect_to(app, app_host(app), words);
        return true;
    case OPERAND_PLACE:
    case OPERAND_SNAPSHOT:
    case OPERAND_THEME:
        break;
    }
    meant = find_meant(app, action, words, fault);
    if (!meant)
        return false;
    if (action_operand(action) == OPERAND_THEME)
        app_set_theme(app, meant);
    else if (action_operand(action) == OPERAND_PLACE)
        go_to(app, meant);
    else
        act_on(app, action, meant);
    return true;
}
