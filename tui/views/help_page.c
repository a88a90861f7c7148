// SPDX-License-Identifier: GPL-2.0-or-later
// The help page, made from the keys table, and what the marks on the screen mean.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#define KEYS_COLS 14
#define EDITING_COLS 15

static char *title(const App *app)
{
    (void) app;
    return g_strdup(_("Help"));
}

typedef struct Mark {
    const char *mark;
    Role role;
    const char *meaning;
} Mark;

static const Mark marks[] = {
    {"@", ROLE_NOW, N_("NOW: what the guest writes at this moment, and what is in no snapshot")},
    {"*", ROLE_GUIDE, N_("a root: a snapshot that is based on no other")},
    {"o", ROLE_GUIDE, N_("a snapshot; those below it are based on it")},
    {"+", ROLE_GUIDE, N_("a folded branch: its snapshots are there, and not shown")},
    {"ext", ROLE_EXTERNAL, N_("external: the state lies in a file of its own")},
    {"int", ROLE_INTERNAL, N_("internal: the state lies inside the image, as a tag")},
    {"RAM", ROLE_TEXT, N_("the memory of the guest was saved too")},
    {"!", ROLE_PROBLEM, N_("a problem: the details say which")},
    {"?", ROLE_UNKNOWN, N_("could not be learnt, so it is not guessed")},
    {"m", ROLE_KEY, N_("marked, in place of * or o")},
    {"J", ROLE_JOB, N_("a job runs on this guest")},
    {"(r)", ROLE_DIM, N_("a key in brackets: not possible now; press it to hear why")},
};

// Actions offered in all of `some`, and in none of `others`.
static void add_actions(const App *app, Lines *lines, const char *heading, unsigned some, unsigned others)
{
    lines_gap(lines);
    lines_add(lines, 0, ROLE_HEADING, _(heading));
    for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
        unsigned contexts = action_contexts(action);
        g_autofree char *keys = keymap_keys(&app->keymap, (Action) action);
        g_autoptr(GPtrArray) wrapped = NULL;

        if ((contexts & some) == 0 || (contexts & others) != 0)
            continue;
        wrapped = text_wrap(action_help(action), MAX(10, lines_width(lines) - KEYS_COLS - 2));
        for (guint i = 0; i < wrapped->len; i++) {
            lines_begin(lines);
            if (i == 0)
                lines_put(lines, 1, ROLE_KEY, keys);
            lines_put(lines, KEYS_COLS + 1, ROLE_TEXT, wrapped->pdata[i]);
        }
    }
}

static void add_marks(Lines *lines)
{
    lines_gap(lines);
    lines_add(lines, 0, ROLE_HEADING, _("Marks"));
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        lines_begin(lines);
        lines_put(lines, 1, marks[i].role, marks[i].mark);
        lines_put(lines, 6, ROLE_TEXT, _(marks[i].meaning));
    }
}

static void add_editing(Lines *lines)
{
    static const struct {
        const char *keys, *help;
    } editing[] = {
#define X(keys, help) {keys, help},
        ENTRY_KEYS(X)
#undef X
    };

    lines_gap(lines);
    lines_add(lines, 0, ROLE_HEADING, _("Where text is typed"));
    for (gsize i = 0; i < G_N_ELEMENTS(editing); i++) {
        lines_begin(lines);
        lines_put(lines, 1, ROLE_KEY, editing[i].keys);
        lines_put(lines, EDITING_COLS + 1, ROLE_TEXT, _(editing[i].help));
    }
}

static void build(const App *app, Lines *lines)
{
    unsigned dialogs = CONTEXT_DIALOG | CONTEXT_FIELD;

    add_actions(app, lines, N_("Keys"), CONTEXT_LISTS, dialogs);
    add_actions(app, lines, N_("In dialogs"), dialogs, CONTEXT_LISTS);
    add_editing(lines);
    add_marks(lines);
    lines_gap(lines);
    lines_add(lines, 0, ROLE_HEADING, _("Everywhere"));
    for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
        g_autofree char *keys = keymap_keys(&app->keymap, (Action) action);

        if ((action_contexts(action) & dialogs) == 0 || (action_contexts(action) & CONTEXT_LISTS) == 0)
            continue;
        lines_begin(lines);
        lines_put(lines, 1, ROLE_KEY, keys);
        lines_put(lines, KEYS_COLS + 1, ROLE_TEXT, action_help(action));
    }
}

const View view_help = {
    .context = CONTEXT_PAGE,
    .title = title,
    .build = build,
};
