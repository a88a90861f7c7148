// SPDX-License-Identifier: GPL-2.0-or-later
// Searching and filtering. What is typed acts at once: finding goes to the first match from where it
// began, filtering hides what does not match. Enter keeps that, Esc goes back to how it was.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

#include <string.h>

#define PROMPT_LIMIT 256

static bool in_guests(const App *app)
{
    return !app->page && app->focus == PANE_GUESTS;
}

static bool in_tree(const App *app)
{
    return !app->page && app->focus == PANE_TREE;
}

static AppText *text_of(App *app)
{
    return app->page ? &app->page_text : &app->texts[app->focus];
}

static Query **filter_of(App *app)
{
    AppGuest *guest = app_guest(app);

    return in_guests(app) ? &app->guest_filter : in_tree(app) && guest ? &guest->filter : NULL;
}

// ---- finding: each goes to the next match, from here or behind it, and round once; false: none

static bool find_guest(App *app, const Query *query, int by, bool from_here)
{
    int count = (int) app->guest_rows->len;

    for (int i = from_here ? 0 : 1; i <= count; i++) {
        int row = ((app->guests.cursor + by * i) % MAX(count, 1) + count) % MAX(count, 1);
        const AppGuest *guest = row < count ? g_array_index(app->guest_rows, GuestRow, row).guest : NULL;
        Subject subject;

        if (!guest)
            continue;
        subject = app_guest_subject(app, guest);
        if (query_matches(query, &subject, app->wall)) {
            app->guests.cursor = row;
            return true;
        }
    }
    return false;
}

// The nodes that can be gone to, folded away or not, in the order of the tree; *here gets the selected one.
static GPtrArray *nodes_of(const AppGuest *guest, guint *here)
{
    GPtrArray *nodes = g_ptr_array_new();
    const TreeNode *root = tree_root(guest->picture->tree);

    for (int i = 0; guest->filter && i < tree_rows_count(guest->rows); i++) // which folds nothing away
        g_ptr_array_add(nodes, (gpointer) tree_rows_get(guest->rows, i)->node);
    for (const TreeNode *node = guest->filter ? NULL : tree_next(root, root); node; node = tree_next(root, node))
        g_ptr_array_add(nodes, (gpointer) node);
    *here = 0;
    for (guint i = 0; i < nodes->len; i++) {
        const Snapshot *snapshot = ((const TreeNode *) nodes->pdata[i])->snapshot;

        if (g_strcmp0(snapshot ? snapshot->name : NULL, guest->selected) == 0)
            *here = i;
    }
    return nodes;
}

static bool find_snapshot(App *app, const Query *query, int by, bool from_here)
{
    AppGuest *guest = app_guest(app);
    g_autoptr(GPtrArray) nodes = NULL;
    guint here;

    if (!guest || !guest->rows)
        return false;
    nodes = nodes_of(guest, &here);
    for (guint i = from_here ? 0 : 1; i <= nodes->len && nodes->len > 0; i++) {
        guint at = (here + (by > 0 ? i : nodes->len - i % nodes->len)) % nodes->len;
        const TreeNode *node = nodes->pdata[at];
        Subject subject = guest_subject(guest, node->snapshot);

        if (query_matches(query, &subject, app->wall)) {
            guest_reveal(guest, node);
            app->texts[PANE_DETAILS].top = app->texts[PANE_DISKS].top = 0;
            return true;
        }
    }
    return false;
}

static bool find_line(App *app, const char *words, int by, bool from_here)
{
    AppText *text = text_of(app);
    int count = text->lines ? lines_count(text->lines) : 0;
    int start = text->found > 0 ? text->found - 1 : text->top - (from_here ? 0 : by);

    for (int i = from_here ? 0 : 1; i <= count && count > 0; i++) {
        int line = ((start + by * i) % count + count) % count;
        g_autofree char *shown = lines_text(text->lines, line);

        if (text_contains(shown, words)) {
            text->found = line + 1;
            text->top = MAX(0, line - 2); // settled later: not beyond the end
            return true;
        }
    }
    return false;
}

// What is wrong with the words, or that nothing matches, is a sentence; NULL: the cursor is there.
static char *find(App *app, const char *words, int by, bool from_here)
{
    char *fault = NULL;
    g_autoptr(Query) query = NULL;
    bool found;

    if (!in_guests(app) && !in_tree(app))
        return find_line(app, words, by, from_here) ? NULL : g_strdup_printf(_("\"%s\" is not in this text."), words);
    query = query_parse(words, &fault);
    if (!query)
        return fault;
    found = in_guests(app) ? find_guest(app, query, by, from_here) : find_snapshot(app, query, by, from_here);
    return found ? NULL : g_strdup_printf(_("Nothing here matches \"%s\"."), words);
}

void app_find_again(App *app, bool forwards)
{
    g_autofree char *fault = NULL;

    if (!app->sought) {
        g_autofree char *key = keymap_key(&app->keymap, ACTION_FIND);

        app_notice(app, true, "Nothing was searched for yet: %s asks what.", key);
        return;
    }
    fault = find(app, app->sought, forwards ? 1 : -1, false);
    if (fault)
        app_notice(app, true, "%s", fault);
}

// ---- filtering

static void set_filter(App *app, Query *filter)
{
    if (in_guests(app)) {
        query_free(app->guest_filter);
        app->guest_filter = filter;
        app_rebuild_rows(app);
    } else if (in_tree(app) && app_guest(app)) {
        guest_take_filter(app_guest(app), filter, app->wall);
    } else { // a page was opened over it
        query_free(filter);
    }
}

// A filter as typed; *fault gets why it is none.
static void filter_by(App *app, const char *words, char **fault)
{
    g_autoptr(Query) query = query_parse(words, fault);

    if (query)
        set_filter(app, query_is_empty(query) ? NULL : g_steal_pointer(&query));
}

bool app_clear_filter(App *app)
{
    Query **filter = filter_of(app);

    if (!filter || !*filter)
        return false;
    set_filter(app, NULL);
    return true;
}

// ---- the prompt

void app_prompt(App *app, PromptKind kind)
{
    const AppGuest *guest = app_guest(app);
    Query **filter = filter_of(app);
    Prompt *prompt = &app->prompt;

    if (kind == PROMPT_FILTER && (!filter || (in_tree(app) && !guest->rows)))
        return;
    app_prompt_close(app);
    prompt->kind = kind;
    prompt->chosen = -1;
    prompt->filter = filter && *filter ? g_strdup(query_text(*filter)) : NULL;
    entry_init(&prompt->entry, kind == PROMPT_FILTER && prompt->filter ? prompt->filter : "", PROMPT_LIMIT);
    entry_use(&prompt->entry, &app->memory, kind == PROMPT_COMMAND ? ":" : "/"); // both look for the same words
    prompt->cursor = in_guests(app) ? app->guests.cursor : text_of(app)->top;
    prompt->selected = guest ? g_strdup(guest->selected) : NULL;
    text_of(app)->found = 0;
    if (kind == PROMPT_COMMAND)
        app_command_offer(app);
}

void app_prompt_close(App *app)
{
    Prompt *prompt = &app->prompt;

    if (prompt->kind == PROMPT_NONE)
        return;
    entry_clear(&prompt->entry);
    g_free(prompt->fault);
    g_free(prompt->selected);
    g_free(prompt->filter);
    if (prompt->offers)
        g_ptr_array_unref(prompt->offers);
    *prompt = (Prompt) {0};
}

// Everything as it was when the prompt was opened.
static void go_back(App *app)
{
    const Prompt *prompt = &app->prompt;
    AppGuest *guest = app_guest(app);
    g_autofree char *fault = NULL;

    if (prompt->kind == PROMPT_FILTER)
        filter_by(app, prompt->filter ? prompt->filter : "", &fault);
    if (in_guests(app))
        app->guests.cursor = prompt->cursor;
    else if (in_tree(app) && guest)
        guest_select(guest, prompt->selected);
    else
        text_of(app)->top = prompt->cursor;
    text_of(app)->found = 0;
}

static void apply(App *app)
{
    Prompt *prompt = &app->prompt;
    const char *words = prompt->entry.text->str;

    g_clear_pointer(&prompt->fault, g_free);
    if (prompt->kind == PROMPT_FILTER) {
        filter_by(app, words, &prompt->fault);
        return;
    }
    go_back(app); // each letter searches from where the search began
    if (words[0])
        prompt->fault = find(app, words, 1, true);
}

static void keep(App *app)
{
    const char *words = app->prompt.entry.text->str;

    entry_keep(&app->prompt.entry);
    if (app->prompt.kind == PROMPT_FIND && words[0]) {
        g_free(app->sought);
        app->sought = g_strdup(words);
    }
    if (app->prompt.fault)
        app_notice(app, true, "%s", app->prompt.fault);
    app_prompt_close(app);
}

void app_seek(App *app, PromptKind kind, const char *words)
{
    app_prompt(app, kind);
    if (app->prompt.kind != kind)
        return;
    entry_set(&app->prompt.entry, words);
    apply(app);
    keep(app);
}

void app_prompt_key(App *app, Key key)
{
    Action action = keymap_action(&app->keymap, key, CONTEXT_FIELD);

    if (app->prompt.kind == PROMPT_COMMAND) {
        app_command_key(app, key);
    } else if (action == ACTION_BACK) {
        go_back(app);
        app_prompt_close(app);
    } else if (action == ACTION_PRESS) {
        keep(app);
    } else if (!entry_ignores(&app->prompt.entry, key) && entry_key(&app->prompt.entry, key)) {
        apply(app);
    }
}
