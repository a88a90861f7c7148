// SPDX-License-Identifier: GPL-2.0-or-later
// `check`: what is wrong, or could not be seen, with one guest or with all of all hosts.
#include "engine/json/answer_json.h"
#include "engine/model/problem.h"
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"

// Pictures of several hosts; uris[i] is where pictures[i] was seen.
typedef struct Findings {
    GPtrArray *pictures; // of Picture *
    GPtrArray *uris;     // of const char *
    GPtrArray *journal;  // of JournalFound; NULL: it could not be read
} Findings;

static void add(Findings *findings, const CliHost *host, Picture *picture)
{
    g_ptr_array_add(findings->pictures, picture_ref(picture));
    g_ptr_array_add(findings->uris, (char *) cli_host_uri(host));
}

static int look_at_all(const GPtrArray *hosts, Findings *findings)
{
    int status = EXIT_DONE;
    for (guint i = 0; i < hosts->len; i++) {
        CliHost *host = g_ptr_array_index(hosts, i);
        if (!cli_host_listed(host)) {
            cli_host_complain(host);
            status = EXIT_NO_HOST;
            continue;
        }
        g_autoptr(GPtrArray) pictures = cli_host_look(host, NULL);
        for (guint j = 0; j < pictures->len; j++)
            add(findings, host, g_ptr_array_index(pictures, j));
        if (pictures->len < host->guests->len && status == EXIT_DONE)
            status = EXIT_FAILED; // what failed was said
    }
    return status;
}

static int look_at_one(const GPtrArray *hosts, const char *wanted, Findings *findings)
{
    CliHost *where = NULL;
    int status;
    g_autoptr(Picture) picture = cli_look_at(hosts, wanted, &where, &status);
    if (!picture)
        return status;
    add(findings, where, picture);
    return EXIT_DONE;
}

// The next job that was cut off on a guest, from `index` on, which is moved behind it; NULL: there is no more.
static const JournalFound *next_cut_off(const Findings *findings, const Picture *picture, guint *index)
{
    while (findings->journal && *index < findings->journal->len) {
        const JournalFound *found = g_ptr_array_index(findings->journal, (*index)++);
        if (found->entry && !found->running && !found->entry->outcome &&
            g_strcmp0(found->entry->plan->wish->uuid, picture->domain->uuid) == 0)
            return found;
    }
    return NULL;
}

static guint count_cut_off(const Findings *findings, const Picture *picture)
{
    guint index = 0, n = 0;
    while (next_cut_off(findings, picture, &index))
        n++;
    return n;
}

static void put_cut_off(const Findings *findings, const Picture *picture, const CliPaper *paper)
{
    guint index = 0;
    for (const JournalFound *found; (found = next_cut_off(findings, picture, &index));) {
        cli_printf(paper, stdout, "  - A job was cut off after %u of %u steps: %s.", found->entry->done,
                   found->entry->plan->steps->len, found->entry->plan->title);
        cli_printf(paper, stdout, "      virt-snap jobs show %s", found->id);
    }
}

// Prints the problems of one guest; returns their number.
static guint put_problems(const Findings *findings, const Picture *picture, const CliPaper *paper)
{
    g_autoptr(GPtrArray) problems = picture_problems(picture);
    guint cut_off = count_cut_off(findings, picture);
    bool silent = !problems->len && !picture->incomplete && !cut_off;
    if (!silent)
        cli_printf(paper, stdout, "%s", picture->domain->name);
    if (picture->incomplete)
        cli_printf(paper, stdout, "  - not read whole: %s", picture->incomplete);
    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = g_ptr_array_index(problems, i);
        g_autofree char *repair = problem_repair(problem, picture->domain->name);
        g_autofree char *text = problem_text(problem);

        cli_printf(paper, stdout, "  - %s", text);
        if (repair)
            cli_printf(paper, stdout, "      virt-snap %s", repair);
    }
    put_cut_off(findings, picture, paper);
    return problems->len + cut_off;
}

static guint put_all(const Findings *findings, const CliPaper *paper)
{
    guint problems = 0;
    for (guint i = 0; i < findings->pictures->len; i++)
        problems += put_problems(findings, g_ptr_array_index(findings->pictures, i), paper);
    g_autofree char *found = g_strdup_printf(P_("%u problem", "%u problems", problems), problems);
    cli_printf(paper, stdout, P_("%u guest looked at, %s.", "%u guests looked at, %s.", findings->pictures->len),
               findings->pictures->len, found);
    return problems;
}

// Borrows from the journal.
static GPtrArray *cut_off_ids(const Findings *findings, const Picture *picture)
{
    GPtrArray *ids = g_ptr_array_new();
    guint index = 0;
    for (const JournalFound *found; (found = next_cut_off(findings, picture, &index));)
        g_ptr_array_add(ids, found->id);
    return ids;
}

static guint put_all_json(const Findings *findings)
{
    guint n = findings->pictures->len, problems = 0;
    g_autofree PictureAnswer *answers = g_new0(PictureAnswer, n);
    for (guint i = 0; i < n; i++) {
        answers[i].uri = g_ptr_array_index(findings->uris, i);
        answers[i].picture = g_ptr_array_index(findings->pictures, i);
        g_autoptr(GPtrArray) found = picture_problems(answers[i].picture);
        answers[i].cut_off = cut_off_ids(findings, answers[i].picture);
        problems += found->len + answers[i].cut_off->len;
    }
    g_autofree char *json = json_write_problems(answers, n);
    cli_put_json(json);
    for (guint i = 0; i < n; i++)
        g_ptr_array_unref(answers[i].cut_off);
    return problems;
}

static void unref_picture(gpointer picture)
{
    picture_unref(picture);
}

int cli_check(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(GPtrArray) hosts = cli_hosts_start(options, paper);
    g_autoptr(GPtrArray) pictures = g_ptr_array_new_with_free_func(unref_picture);
    g_autoptr(GPtrArray) uris = g_ptr_array_new();
    g_autoptr(Failure) unread = NULL;
    g_autoptr(GPtrArray) journal = engine_journal(false, &unread);
    Findings findings = {pictures, uris, journal};
    int status = options->domain ? look_at_one(hosts, options->domain, &findings)
                                 : look_at_all(hosts, &findings);
    if (unread) {
        g_autofree char *text = failure_text(unread);
        cli_error(paper, "%s", text);
    }
    if (!pictures->len && status != EXIT_DONE)
        return status;
    guint problems = paper->json ? put_all_json(&findings) : put_all(&findings, paper);
    return status == EXIT_DONE && problems ? EXIT_FAILED : status;
}
