// SPDX-License-Identifier: GPL-2.0-or-later
// `plan`: what an act would do, from a fresh look. Touches nothing.
#include "engine/json/plan_json.h"
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"

Message *cli_make_plan(CliHost *host, const Wish *wish)
{
    guint64 ticket = engine_plan(host->engine, wish);
    while (!host->failure && !host->stopped) {
        g_autoptr(Message) message = cli_host_next(host, -1);
        if (!message || message->kind != MSG_PLAN || message->plan.ticket != ticket)
            continue;
        if (message->plan.plan)
            return g_steal_pointer(&message);
        g_autofree char *text = message->plan.failure ? failure_text(message->plan.failure) : NULL;
        cli_error(host->paper, "%s", text ? text : _("The plan could not be made."));
        return NULL;
    }
    cli_host_complain(host);
    return NULL;
}

// The first snapshot that the wish speaks of and that is not there; NULL: they all are.
static const char *missing_subject(const Wish *wish, const Picture *picture)
{
    if (wish->verb == VERB_CREATE || !wish->snapshot || !picture || !picture->details)
        return NULL;
    if (!picture_snapshot(picture, wish->snapshot))
        return wish->snapshot;
    for (guint i = 0; i < wish->others->len; i++)
        if (!picture_snapshot(picture, wish->others->pdata[i]))
            return wish->others->pdata[i];
    return NULL;
}

static int answer(const Message *message, const CliHost *host)
{
    const Plan *plan = message->plan.plan;
    const char *missing = missing_subject(plan->wish, message->plan.picture);
    if (missing) {
        cli_no_snapshot(host->paper, message->plan.picture, missing);
        return EXIT_FAILED;
    }
    if (host->paper->json) {
        g_autofree char *json = json_write_plan(plan, cli_host_uri(host));
        cli_put_json(json);
    } else {
        g_autofree char *text = plan_text(plan);
        cli_put(host->paper, stdout, text);
    }
    return plan->verdict == VERDICT_OK ? EXIT_DONE : EXIT_REFUSED;
}

int cli_plan(const CliOptions *options, const CliPaper *paper)
{
    if (options->uris->len > 1) {
        cli_error(paper, "A plan is for one host: give one -c.");
        return EXIT_USAGE;
    }
    g_autoptr(GPtrArray) hosts = cli_hosts_start(options, paper);
    CliHost *where = NULL;
    int status;
    const Guest *guest = cli_find_guest(hosts, options->domain, &where, &status);
    if (!guest)
        return status;
    g_autoptr(Wish) wish = wish_copy(options->wish);
    g_free(wish->domain);
    wish->domain = g_strdup(guest->name);
    wish->uuid = g_strdup(guest->uuid);
    wish->uri = g_strdup(cli_host_uri(where));
    g_autoptr(Message) message = cli_make_plan(where, wish);
    if (message)
        return answer(message, where);
    return where->failure ? EXIT_NO_HOST : EXIT_FAILED;
}
