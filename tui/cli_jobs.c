// SPDX-License-Identifier: GPL-2.0-or-later
// `jobs`: what the journal holds, what became of it, and the ways on.
#include "engine/json/journal_json.h"

#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"
#include "tui/format.h"

#include <string.h>

// ---- list ------------------------------------------------------------------------------------

static const char *state_text(const JournalFound *found)
{
    if (found->fault)
        return _("unreadable");
    return found->running ? _("running") : found->entry->outcome ? found->entry->outcome : _("cut off");
}

static void put_table(const GPtrArray *all, const CliPaper *paper)
{
    static const char *const headings[] = {N_("ID"), N_("BEGAN"), N_("STATE"), N_("STEPS"), N_("WHAT"), NULL};
    g_autoptr(CliTable) table = cli_table_new(paper, headings);
    for (guint i = 0; i < all->len; i++) {
        const JournalFound *found = g_ptr_array_index(all, i);
        const JournalEntry *entry = found->entry;
        g_autofree char *began = format_time(entry ? entry->began : 0);
        cli_table_cell(table, found->id);
        cli_table_cell(table, entry ? began : "");
        cli_table_cell(table, state_text(found));
        if (entry)
            cli_table_cellf(table, "%u of %u", entry->done, entry->plan->steps->len);
        else
            cli_table_cell(table, "");
        cli_table_cell(table, entry ? entry->plan->title : found->fault);
    }
    cli_table_print(table, stdout);
}

static bool is_cut_off(const JournalFound *found)
{
    return found->entry && !found->running && !found->entry->outcome;
}

static void put_hint(const GPtrArray *all, const CliPaper *paper)
{
    guint cut_off = 0;
    for (guint i = 0; i < all->len; i++)
        cut_off += is_cut_off(g_ptr_array_index(all, i));
    if (cut_off)
        cli_printf(paper, stdout, P_("%u job was cut off. virt-snap jobs show ID tells how far it came, and what can be done.",
                                     "%u jobs were cut off. virt-snap jobs show ID tells how far each came, and what can be "
                                     "done.", cut_off), cut_off);
}

static void put_list_json(const GPtrArray *all)
{
    g_autofree JobAnswer *answers = g_new0(JobAnswer, MAX(all->len, 1));
    for (guint i = 0; i < all->len; i++)
        answers[i].found = g_ptr_array_index(all, i);
    g_autofree char *json = json_write_jobs(answers, all->len);
    cli_put_json(json);
}

static int complain(const Failure *failure, const CliPaper *paper)
{
    g_autofree char *text = failure_text(failure);
    cli_error(paper, "%s", text);
    return EXIT_FAILED;
}

static int list(const CliPaper *paper)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(GPtrArray) all = engine_journal(true, &failure);
    if (!all)
        return complain(failure, paper);
    if (paper->json)
        put_list_json(all);
    else if (!all->len)
        cli_put(paper, stdout, _("No job runs, and none was cut off."));
    else
        put_table(all, paper);
    if (!paper->json)
        put_hint(all, paper);
    return EXIT_DONE;
}

// ---- show ------------------------------------------------------------------------------------

static const char *step_word(const JournalEntry *entry, unsigned index, const Remains *remains)
{
    unsigned done = remains ? remains->done : entry->done;
    if (index < done)
        return _("done");
    if (remains && index == done && remains->next == TRACE_PART)
        return _("half done");
    if (remains && index == done && remains->next == TRACE_UNKNOWN)
        return _("begun");
    return index < entry->begun && !remains ? _("begun") : _("not done");
}

static void put_steps(const JournalEntry *entry, const Remains *remains, const CliPaper *paper)
{
    for (guint i = 0; i < entry->plan->steps->len; i++) {
        const Step *step = g_ptr_array_index(entry->plan->steps, i);
        cli_printf(paper, stdout, "  %u %s: %s", i + 1, step_word(entry, i, remains), step->effect ? step->effect : "");
    }
}

static void put_saved(const JournalFound *found, const CliPaper *paper)
{
    const JournalEntry *entry = found->entry;
    g_autofree char *base = g_strndup(found->path, strlen(found->path) - strlen(".json"));
    g_autofree char *guest = g_shell_quote(entry->plan->wish->domain);
    if (!entry->saved->len)
        return;
    cli_put(paper, stdout, _("Saved before its first step, with the guest's secrets:"));
    cli_printf(paper, stdout, "  %s.0.xml  the guest's definition (virsh define FILE)", base);
    for (guint i = 0; i < entry->saved->len; i++)
        cli_printf(paper, stdout, "  %s.%u.xml  the record of snapshot %s (virsh snapshot-create %s FILE --redefine)",
                   base, i + 1, (const char *) g_ptr_array_index(entry->saved, i), guest);
}

// What the command above it does, if there is one.
static void put_way(const char *does, const CliPaper *paper)
{
    if (does)
        cli_printf(paper, stdout, "  %s", does);
}

static void put_ways(const JournalFound *found, const Remains *remains, const CliPaper *paper)
{
    if (remains->kind == REMAINS_NOTHING || remains->kind == REMAINS_ALL)
        cli_printf(paper, stdout, "Nothing is left to do: virt-snap jobs resume %s closes the entry.", found->id);
    else if (remains->finish)
        cli_printf(paper, stdout, remains->loses_now ? N_("To finish it: virt-snap jobs resume %s --lose-now")
                                                     : N_("To finish it: virt-snap jobs resume %s"), found->id);
    put_way(remains->finish, paper);
    if (remains->undo)
        cli_printf(paper, stdout, remains->stays ? N_("To leave it so: virt-snap jobs undo %s")
                                                 : N_("To take it back: virt-snap jobs undo %s"), found->id);
    put_way(remains->undo, paper);
    if (remains->kind == REMAINS_CHANGED)
        cli_printf(paper, stdout, "When all is well again: virt-snap jobs forget %s", found->id);
}

static void put_entry(const JournalFound *found, const Message *answer, const CliPaper *paper)
{
    const JournalEntry *entry = found->entry;
    const Remains *remains = answer ? answer->plan.remains : NULL;
    const Plan *rest = answer ? answer->plan.plan : NULL;
    g_autofree char *began = format_time(entry->began);
    cli_put(paper, stdout, entry->plan->title);
    cli_printf(paper, stdout, "  on %s, begun %s by %s, process %d: %s", entry->uri, began, entry->user, (int) entry->pid,
               state_text(found));
    put_steps(entry, remains, paper);
    if (entry->story)
        cli_put(paper, stdout, entry->story);
    if (remains) {
        cli_put(paper, stdout, remains->story);
        put_ways(found, remains, paper);
    }
    for (guint i = 0; rest && i < rest->reasons->len; i++)
        cli_printf(paper, stdout, "As it is now, finishing is refused: %s",
                   ((const Reason *) g_ptr_array_index(rest->reasons, i))->text);
    put_saved(found, paper);
}

static void put_entry_json(const JournalFound *found, const Message *answer)
{
    g_autofree char *failure =
        answer && answer->plan.failure ? failure_text(answer->plan.failure) : NULL;
    JobAnswer job = {.found = found, .remains = answer ? answer->plan.remains : NULL, .failure = failure};
    g_autofree char *json = json_write_jobs(&job, 1);
    cli_put_json(json);
}

// ---- the host of a job -----------------------------------------------------------------------

// The entry, if there is one that can be read. NULL after an error.
static JournalFound *find_job(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(GPtrArray) all = engine_journal(false, &failure);
    if (!all) {
        complain(failure, paper);
        return NULL;
    }
    for (guint i = 0; i < all->len; i++) {
        const JournalFound *found = g_ptr_array_index(all, i);
        if (strcmp(found->id, options->job) != 0)
            continue;
        if (found->entry)
            return g_ptr_array_steal_index(all, i);
        cli_error(paper, "%s", found->fault);
        return NULL;
    }
    cli_error(paper, "There is no job %s in the journal. virt-snap jobs lists those there are.", options->job);
    return NULL;
}

// Waits for the answer to engine_examine(); NULL after an error.
static Message *examine(CliHost *host, const CliOptions *options)
{
    if (!cli_host_listed(host)) {
        cli_host_complain(host);
        return NULL;
    }
    guint64 ticket = engine_examine(host->engine, options->job, options->lose_now);
    while (!host->stopped && !host->failure) {
        Message *message = cli_host_next(host, -1);
        if (message && message->kind == MSG_PLAN && message->plan.ticket == ticket)
            return message;
        message_free(message);
    }
    cli_host_complain(host);
    return NULL;
}

static CliHost *open_host(const CliOptions *options, const JournalFound *found, const CliPaper *paper)
{
    const char *given = options->uris->len ? g_ptr_array_index(options->uris, 0) : found->entry->uri;
    if (strcmp(given, found->entry->uri) == 0)
        return cli_host_start(given, options, paper);
    cli_error(paper, "The job is of %s, not of %s. Nothing was touched.", found->entry->uri, given);
    return NULL;
}

static int show(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(JournalFound) found = find_job(options, paper);
    bool looks = found && is_cut_off(found);
    CliHost *host = looks ? open_host(options, found, paper) : NULL;
    g_autoptr(Message) answer = host ? examine(host, options) : NULL;
    if (!found)
        return EXIT_FAILED;
    if (paper->json)
        put_entry_json(found, answer);
    else
        put_entry(found, answer, paper);
    int status = !looks || answer ? EXIT_DONE : host ? EXIT_NO_HOST : EXIT_REFUSED;
    if (answer && answer->plan.failure)
        status = complain(answer->plan.failure, paper);
    if (host)
        cli_host_free(host);
    return status;
}

// ---- resume, undo ----------------------------------------------------------------------------

// May it be done, and was it agreed to? EXIT_DONE: yes.
static int agree(const CliOptions *options, const JournalFound *found, const Message *answer, const CliPaper *paper)
{
    const Remains *remains = answer->plan.remains;
    const Plan *rest = answer->plan.plan;
    bool undo = options->jobs == CLI_JOBS_UNDO;
    bool steps = !undo || remains->unwinds;
    bool over = remains->kind == REMAINS_NOTHING || remains->kind == REMAINS_ALL;
    if (!paper->json)
        put_entry(found, answer, paper);
    if (over)
        return EXIT_DONE; // nothing is touched but the journal
    if ((undo && !remains->undo) || (!undo && !remains->finish) || (steps && rest && rest->verdict != VERDICT_OK)) {
        cli_error(paper, undo ? N_("It cannot be taken back. Nothing was touched.")
                              : N_("It cannot be finished like this. Nothing was touched."));
        return EXIT_REFUSED;
    }
    return cli_confirm(options, !undo && rest && rest->loses_data ? rest->wish->domain : NULL, paper);
}

static int take_up_on(const CliOptions *options, const JournalFound *found, CliHost *host)
{
    g_autoptr(Message) answer = examine(host, options);
    if (!answer)
        return EXIT_NO_HOST;
    if (!answer->plan.remains)
        return complain(answer->plan.failure, host->paper);
    int status = agree(options, found, answer, host->paper);
    if (status != EXIT_DONE)
        return status;
    return cli_run_rest(host, found->entry->plan, found->id, options->jobs == CLI_JOBS_UNDO, options->lose_now,
                        answer->plan.remains);
}

static int take_up(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(JournalFound) found = find_job(options, paper);
    if (!found)
        return EXIT_FAILED;
    if (found->running || found->entry->outcome) {
        cli_error(paper, found->running ? N_("The job runs: there is nothing to take up.")
                                        : N_("The job has ended; virt-snap jobs forget removes its entry."));
        return EXIT_REFUSED;
    }
    CliHost *host = open_host(options, found, paper);
    if (!host)
        return EXIT_REFUSED;
    int status = take_up_on(options, found, host);
    cli_host_free(host);
    return status;
}

// ---- forget ----------------------------------------------------------------------------------

static int forget(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(Failure) failure = NULL;
    cli_put(paper, stdout, _("The entry and the texts saved beside it are removed. What the job left in the guest stays "
                             "as it is."));
    int status = cli_confirm(options, NULL, paper);
    if (status == EXIT_DONE && !engine_forget(options->job, &failure))
        return complain(failure, paper);
    return status;
}

int cli_jobs(const CliOptions *options, const CliPaper *paper)
{
    switch (options->jobs) {
    case CLI_JOBS_LIST:
        return list(paper);
    case CLI_JOBS_SHOW:
        return show(options, paper);
    case CLI_JOBS_RESUME:
    case CLI_JOBS_UNDO:
        return take_up(options, paper);
    case CLI_JOBS_FORGET:
        return forget(options, paper);
    }
    return EXIT_USAGE;
}
