// SPDX-License-Identifier: GPL-2.0-or-later
// The tree of one guest in --plain: a numbered line for each state, NOW among them. Each line says by itself what it is
// based on, since indentation can't be heard.
#include "tui/plain.h"

#include "engine/model/forecast.h"
#include "engine/model/problem.h"
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"
#include "tui/format.h"

// ", based on 2 (name)"
static void add_base(GString *line, const TreeRows *rows, const TreeNode *node)
{
    const Snapshot *base = node->parent ? node->parent->snapshot : NULL;

    if (base)
        g_string_append_printf(line, _(", based on %d (%s)"), tree_rows_find(rows, base->name) + 1, base->name);
    else if (node->fault == TREE_ORPHAN)
        g_string_append(line, _(", its parent is missing"));
    else
        g_string_append(line, node->fault == TREE_CYCLE ? _(", its own ancestor") : _(", based on nothing"));
}

static void add_now(GString *line, const Picture *picture)
{
    gint64 bytes = picture_now_bytes(picture);
    g_autofree char *size = size_short(bytes);

    if (bytes != SIZE_UNKNOWN)
        g_string_append_printf(line, _("; %s in no snapshot"), size);
}

static void add_snapshot(GString *line, const Snapshot *snapshot)
{
    g_autofree char *taken = format_time(snapshot->created);
    g_autofree char *age = format_age(snapshot->created, g_get_real_time() / G_USEC_PER_SEC);
    const char *note = snapshot->description;

    g_string_append_printf(line, _("; %s, %s; taken %s, %s"), cli_kind_text(snapshot), cli_memory_text(snapshot), taken, age);
    if (note && *note)
        g_string_append_printf(line, "; %.*s", (int) strcspn(note, "\n"), note); // a list has lines
}

static void put_row(const CliPaper *paper, const Picture *picture, const TreeRows *rows, const GPtrArray *problems,
                    int index)
{
    const TreeRow *row = tree_rows_get(rows, index);
    const Snapshot *snapshot = row->node->snapshot;
    g_autoptr(GString) line = g_string_new(NULL);

    g_string_append_printf(line, "%d. %*s%s", index + 1, 2 * (int) MIN(row->depth, 8), "",
                           snapshot ? snapshot->name : "NOW");
    add_base(line, rows, row->node);
    if (snapshot)
        add_snapshot(line, snapshot);
    else
        add_now(line, picture);
    if (problems_about(problems, snapshot ? snapshot->name : NULL))
        g_string_append(line, _("; problem!"));
    cli_put(paper, stdout, line->str);
}

void plain_put_guest(const Plain *plain, const Picture *picture, const TreeRows *rows, const GPtrArray *problems)
{
    const CliPaper *paper = plain->paper;
    g_autofree char *count = g_strdup_printf(P_("%u snapshot", "%u snapshots", picture->snapshots->len),
                                             picture->snapshots->len);

    cli_printf(paper, stdout, "\n%s, %s, %s%s", picture->domain->name, domain_state_word(picture->domain->state), count,
               picture->domain->managed_save ? _(", managed save") : "");
    if (picture->incomplete)
        cli_printf(paper, stdout, "Not read whole: %s", picture->incomplete);
    for (int i = 0; i < tree_rows_count(rows); i++)
        put_row(paper, picture, rows, problems, i);
    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *text = problem_text(problems->pdata[i]);

        cli_printf(paper, stdout, "Problem: %s", text);
    }
}
