// SPDX-License-Identifier: GPL-2.0-or-later
// `apply`: runs exactly the plan of a file, or nothing.
//
// The file gives the wish and the plan its reader agreed to. The plan is made anew; only if it is
// equal in every step, file and choice is it shown (the new one: nobody edited its sentences),
// confirmed and run.
#include "engine/json/plan_json.h"
#include "engine/model/tongue.h"
#include "tui/cli_ask.h"
#include "tui/cli_verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

// ---- Reading the file ------------------------------------------------------------------------

// All of a file, or one byte more than is allowed, which the reader of plans will refuse.
static GString *read_all(int fd)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char block[65536];
    while (text->len <= JSON_GUARD_BYTES) {
        ssize_t n = read(fd, block, sizeof(block));
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return NULL;
        g_string_append_len(text, block, n);
    }
    return g_steal_pointer(&text);
}

static GString *read_file(const char *name, const CliPaper *paper)
{
    bool is_stdin = strcmp(name, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    GString *text = fd < 0 ? NULL : read_all(fd);
    if (!text)
        cli_error(paper, "Cannot read the plan %s: %s.", name, g_strerror(errno));
    if (fd >= 0 && !is_stdin)
        close(fd);
    return text;
}

static Plan *read_plan(const char *name, const CliPaper *paper, int *status)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = read_file(name, paper);
    *status = EXIT_FAILED;
    if (!text)
        return NULL;
    Plan *plan = json_read_plan(text->str, text->len, &error);
    if (!plan) {
        cli_error(paper,
                  "%s is not a plan that can be run: %s. Nothing was touched; make a new plan "
                  "with virt-snap plan.",
                  strcmp(name, "-") == 0 ? _("What came from stdin") : name, error->message);
        *status = EXIT_REFUSED;
    }
    return plan;
}

// ---- Where to --------------------------------------------------------------------------------

// A URI can name a program that libvirt will start. From a file that is not taken on trust.
static bool uri_runs_programs(const char *uri)
{
    static const char *const hooks[] = {"+ext:", "command=", "netcat=", "proxy=", NULL};
    g_autofree char *plain = g_uri_unescape_string(uri, NULL);
    for (unsigned i = 0; hooks[i]; i++) {
        if (!plain || strstr(plain, hooks[i]) || strstr(uri, hooks[i]))
            return true;
    }
    return false;
}

static bool choose_uri(const CliOptions *options, const Plan *plan, const CliPaper *paper)
{
    const char *given = options->uris->len ? g_ptr_array_index(options->uris, 0) : NULL;
    if (given && strcmp(given, plan->wish->uri) != 0) {
        cli_error(paper, "The plan is for %s, not for %s. Nothing was touched.", plan->wish->uri,
                  given);
        return false;
    }
    if (!given && uri_runs_programs(plan->wish->uri)) {
        cli_error(paper,
                  "The plan's URI, %s, lets libvirt start programs. If that is meant, give "
                  "the same URI with -c.",
                  plan->wish->uri);
        return false;
    }
    return true;
}

static const Guest *find_by_uuid(const CliHost *host, const char *uuid)
{
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = g_ptr_array_index(host->guests, i);
        if (g_ascii_strcasecmp(guest->uuid, uuid) == 0)
            return guest;
    }
    return NULL;
}

// ---- Asking ----------------------------------------------------------------------------------

static bool confirmed(const char *typed, const CliPaper *paper)
{
    const char *wanted = typed ? typed : "yes";
    g_autofree char *question =
        typed
            ? g_strdup_printf(
                  _("This gives up data that is kept nowhere else. Type the guest's name, "
                  "%s, to do it:"),
                  wanted)
            : g_strdup(_("Type \"yes\" to do it:"));
    g_autofree char *answer = cli_ask(paper, question, false);
    return answer && strcmp(g_strstrip(answer), wanted) == 0;
}

int cli_confirm(const CliOptions *options, const char *typed, const CliPaper *paper)
{
    if (options->yes)
        return EXIT_DONE;
    if (!cli_can_ask()) {
        cli_error(paper, "There is no terminal to ask on; say --yes to do it. Nothing was touched.");
        return EXIT_USAGE;
    }
    if (confirmed(typed, paper))
        return EXIT_DONE;
    cli_error(paper, "Not confirmed. Nothing was touched.");
    return EXIT_CANCELLED;
}

// ---- Running ---------------------------------------------------------------------------------

static void show(const Plan *plan, const CliPaper *paper)
{
    g_autofree char *text = plan_text(plan);
    cli_put(paper, paper->json ? stderr : stdout, text);
}

// Is the plan as it comes out now the one that was agreed to?
static int compare(const Plan *agreed, const Plan *fresh, const CliPaper *paper)
{
    if (fresh->verdict == VERDICT_REFUSED) {
        show(fresh, paper);
        cli_error(paper, "The plan is refused now. Nothing was touched.");
        return EXIT_REFUSED;
    }
    if (!plan_equal(agreed, fresh)) {
        cli_error(paper, "The guest changed since the plan was made: the same wish now leads to "
                         "other steps. Nothing was touched; make a new plan and look at it.");
        return EXIT_CHANGED;
    }
    return EXIT_DONE;
}

static int run(const CliOptions *options, const Plan *agreed, CliHost *host)
{
    g_autoptr(Message) message = cli_make_plan(host, agreed->wish);
    if (!message)
        return host->failure ? EXIT_NO_HOST : EXIT_FAILED;
    const Plan *fresh = message->plan.plan;
    int status = compare(agreed, fresh, host->paper);
    if (status != EXIT_DONE)
        return status;
    show(fresh, host->paper);
    status = cli_confirm(options, fresh->loses_data ? fresh->wish->domain : NULL, host->paper);
    return status == EXIT_DONE ? cli_run_job(host, fresh) : status;
}

static int apply_on(const CliOptions *options, const Plan *plan, CliHost *host)
{
    if (!cli_host_listed(host)) {
        cli_host_complain(host);
        return EXIT_NO_HOST;
    }
    const Guest *guest = find_by_uuid(host, plan->wish->uuid);
    if (!guest) {
        cli_error(host->paper,
                  "There is no guest %s with uuid %s on %s: the plan is of another host, "
                  "or the guest is gone. Nothing was touched.",
                  plan->wish->domain, plan->wish->uuid, cli_host_uri(host));
        return EXIT_REFUSED;
    }
    if (strcmp(guest->name, plan->wish->domain) != 0) {
        cli_error(host->paper,
                  "The guest was called %s in the plan and is called %s now. Nothing was "
                  "touched; make a new plan.",
                  plan->wish->domain, guest->name);
        return EXIT_CHANGED;
    }
    return run(options, plan, host);
}

int cli_apply(const CliOptions *options, const CliPaper *paper)
{
    int status;
    if (options->uris->len > 1) {
        cli_error(paper, "A plan is for one host: give one -c, or none.");
        return EXIT_USAGE;
    }
    g_autoptr(Plan) plan = read_plan(options->file, paper, &status);
    if (!plan)
        return status;
    if (plan->verdict == VERDICT_REFUSED) {
        show(plan, paper);
        cli_error(paper, "This plan was refused when it was made. Nothing was touched.");
        return EXIT_REFUSED;
    }
    if (!choose_uri(options, plan, paper))
        return EXIT_REFUSED;
    CliHost *host = cli_host_start(plan->wish->uri, options, paper);
    status = apply_on(options, plan, host);
    cli_host_free(host);
    return status;
}
