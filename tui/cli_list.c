// SPDX-License-Identifier: GPL-2.0-or-later
// `list`: the guests of all hosts, or one guest's tree with NOW.
#include "engine/json/answer_json.h"
#include "engine/model/forecast.h"
#include "engine/model/problem.h"
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"
#include "tui/format.h"
#include "tui/tree_rows.h"

// ---- Guests ----------------------------------------------------------------------------------

static GArray *guest_answers(const CliHost *host)
{
    GArray *guests = g_array_new(FALSE, FALSE, sizeof(GuestAnswer));
    for (guint i = 0; host->guests && i < host->guests->len; i++) {
        const Guest *guest = g_ptr_array_index(host->guests, i);
        GuestAnswer answer = {guest->uuid, guest->name, guest->state, guest->persistent,
                              guest->snapshots};
        g_array_append_val(guests, answer);
    }
    return guests;
}

static void put_hosts_json(const GPtrArray *hosts)
{
    g_autofree HostAnswer *answers = g_new0(HostAnswer, hosts->len);
    for (guint i = 0; i < hosts->len; i++) {
        const CliHost *host = g_ptr_array_index(hosts, i);
        answers[i].uri = cli_host_uri(host);
        answers[i].host = host->host;
        answers[i].failure = host->failure ? failure_text(host->failure) : NULL;
        answers[i].guests = guest_answers(host);
    }
    g_autofree char *json = json_write_hosts(answers, hosts->len);
    cli_put_json(json);
    for (guint i = 0; i < hosts->len; i++) {
        g_free((char *) answers[i].failure);
        g_array_unref(answers[i].guests);
    }
}

static void put_guests(const CliHost *host)
{
    static const char *const headings[] = {N_("GUEST"), N_("STATE"), N_("SNAPSHOTS"), N_("UUID"), NULL};
    g_autoptr(CliTable) table = cli_table_new(host->paper, headings);
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = g_ptr_array_index(host->guests, i);
        cli_table_cell(table, guest->name);
        cli_table_cellf(table, guest->persistent ? "%s" : _("%s, transient"), domain_state_word(guest->state));
        if (guest->snapshots < 0)
            cli_table_cell(table, "?");
        else
            cli_table_cellf(table, "%d", guest->snapshots);
        cli_table_cell(table, guest->uuid);
    }
    cli_table_print(table, stdout);
}

static void put_host(const CliHost *host, bool alone, bool first)
{
    g_autofree char *libvirt = host_describe(host->host);
    if (!alone)
        cli_printf(host->paper, stdout, "%s%s  %s", first ? "" : "\n", cli_host_uri(host), libvirt);
    if (host->guests->len)
        put_guests(host);
    else
        cli_printf(host->paper, stdout, "There are no guests on %s.", cli_host_uri(host));
}

// For completion and scripts: no headings, nothing counted.
static int name_guests(const GPtrArray *hosts, const CliPaper *paper)
{
    int status = EXIT_DONE;
    for (guint i = 0; i < hosts->len; i++) {
        CliHost *host = g_ptr_array_index(hosts, i);
        if (!cli_host_listed(host)) {
            cli_host_complain(host);
            status = EXIT_NO_HOST;
            continue;
        }
        for (guint j = 0; j < host->guests->len; j++)
            cli_put(paper, stdout, ((const Guest *) host->guests->pdata[j])->name);
    }
    return status;
}

static int name_snapshots(const GPtrArray *hosts, const char *wanted, const CliPaper *paper)
{
    CliHost *where = NULL;
    int status;
    g_autoptr(Picture) picture = cli_look_at(hosts, wanted, &where, &status);
    for (guint i = 0; picture && i < picture->snapshots->len; i++)
        cli_put(paper, stdout, ((const Snapshot *) picture->snapshots->pdata[i])->name);
    return picture ? EXIT_DONE : status;
}

static int list_guests(const GPtrArray *hosts, const CliPaper *paper)
{
    int status = EXIT_DONE;
    for (guint i = 0; i < hosts->len; i++) {
        CliHost *host = g_ptr_array_index(hosts, i);
        if (cli_host_listed(host)) {
            cli_host_counted(host);
        } else {
            cli_host_complain(host);
            status = EXIT_NO_HOST;
        }
        if (!paper->json && host->guests && host->host)
            put_host(host, hosts->len == 1, i == 0);
    }
    if (paper->json)
        put_hosts_json(hosts);
    return status;
}

// ---- Tree ------------------------------------------------------------------------------------

static const char *guide_text(TreeGuide guide, bool ascii)
{
    switch (guide) {
    case GUIDE_BLANK:
        return "  ";
    case GUIDE_LINE:
        return ascii ? "| " : "│ ";
    case GUIDE_TEE:
        return ascii ? "|-" : "├─";
    case GUIDE_CORNER:
        return ascii ? "`-" : "└─";
    }
    return "";
}

// Guides, a mark and the name: '*' a root, 'o' a snapshot, '@' NOW.
static char *tree_cell(const TreeRows *rows, int index, bool ascii)
{
    const TreeRow *row = tree_rows_get(rows, index);
    const Snapshot *snapshot = row->node->snapshot;
    GString *cell = g_string_new(NULL);
    for (unsigned level = 0; level < row->depth; level++)
        g_string_append(cell, guide_text(tree_rows_guide(rows, index, level), ascii));
    g_string_append(cell, !snapshot ? "@ NOW" : row->node->depth == 0 ? "* " : "o ");
    g_string_append(cell, snapshot ? snapshot->name : "");
    return g_string_free(cell, FALSE);
}

static void put_fault_words(GString *words, const TreeNode *node, const GPtrArray *problems)
{
    if (node->fault == TREE_ORPHAN)
        g_string_append(words, _("its parent is missing; "));
    else if (node->fault == TREE_CYCLE)
        g_string_append(words, _("its own ancestor; "));
    if (problems_about(problems, node->snapshot ? node->snapshot->name : NULL))
        g_string_append(words, _("problem! "));
}

static void put_now_cells(CliTable *table, const Picture *picture, const char *fault)
{
    gint64 bytes = picture_now_bytes(picture);
    g_autofree char *size = size_short(bytes);
    g_autofree char *unsaved = g_strdup_printf(_("%s in no snapshot"), size);
    cli_table_cell(table, "");
    cli_table_cell(table, domain_state_word(picture->domain->state));
    if (bytes == SIZE_UNKNOWN)
        cli_table_cell(table, fault);
    else
        cli_table_cellf(table, "%s%s", fault, unsaved);
}

static void put_tree_row(CliTable *table, const Picture *picture, const TreeNode *node,
                         const GPtrArray *problems)
{
    const Snapshot *snapshot = node->snapshot;
    g_autoptr(GString) words = g_string_new(NULL);
    put_fault_words(words, node, problems);
    if (!snapshot) {
        put_now_cells(table, picture, words->str);
        return;
    }
    g_autofree char *taken = format_time(snapshot->created);
    cli_table_cell(table, taken);
    cli_table_cellf(table, "%s, %s", cli_kind_text(snapshot), cli_memory_text(snapshot));
    cli_table_cellf(table, "%s%s", words->str, snapshot->description ? snapshot->description : "");
}

static void put_tree(const Picture *picture, const CliPaper *paper)
{
    static const char *const headings[] = {N_("TREE"), N_("TAKEN"), N_("HOLDS"), N_("NOTE"), NULL};
    g_autoptr(TreeRows) rows = tree_rows_new(picture->tree, NULL);
    g_autoptr(GPtrArray) problems = picture_problems(picture);
    g_autoptr(CliTable) table = cli_table_new(paper, headings);
    for (int i = 0; i < tree_rows_count(rows); i++) {
        g_autofree char *cell = tree_cell(rows, i, paper->ascii_lines);
        cli_table_cell(table, cell);
        put_tree_row(table, picture, tree_rows_get(rows, i)->node, problems);
    }
    cli_table_print(table, stdout);
    if (problems->len)
        cli_printf(paper, stdout, P_("\n%u problem: virt-snap check %s", "\n%u problems: virt-snap check %s", problems->len),
                   problems->len, picture->domain->name);
}

static void put_guest(const Picture *picture, const CliPaper *paper)
{
    const Domain *domain = picture->domain;
    g_autofree char *count = g_strdup_printf(P_("%u snapshot", "%u snapshots", picture->snapshots->len),
                                             picture->snapshots->len);
    cli_printf(paper, stdout, "%s  %s%s%s%s  %s%s", domain->name,
               domain_state_word(domain->state), domain->reason_text ? " (" : "",
               domain->reason_text ? domain->reason_text : "", domain->reason_text ? ")" : "",
               count,
               domain->managed_save ? _("  managed save") : "");
    if (picture->incomplete)
        cli_printf(paper, stdout, "Not read whole: %s", picture->incomplete);
    put_tree(picture, paper);
}

static int list_guest(const GPtrArray *hosts, const char *wanted, const CliPaper *paper)
{
    CliHost *where = NULL;
    int status;
    g_autoptr(Picture) picture = cli_look_at(hosts, wanted, &where, &status);
    if (!picture)
        return status;
    if (paper->json) {
        g_autofree char *json = json_write_tree(cli_host_uri(where), picture);
        cli_put_json(json);
    } else {
        put_guest(picture, paper);
    }
    return EXIT_DONE;
}

int cli_list(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(GPtrArray) hosts = cli_hosts_start(options, paper);
    if (options->names)
        return options->domain ? name_snapshots(hosts, options->domain, paper) : name_guests(hosts, paper);
    return options->domain ? list_guest(hosts, options->domain, paper) : list_guests(hosts, paper);
}
