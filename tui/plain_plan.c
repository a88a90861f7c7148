// SPDX-License-Identifier: GPL-2.0-or-later
// From a wish to its job: the plan as every other part of the program prints it, the routes of a refusal by
// number, and a confirmation that is typed and was not typed before it was asked for.
#include "engine/model/tongue.h"
#include "tui/plain.h"

#include "tui/cli_ask.h"
#include "tui/cli_route.h"
#include "tui/cli_verbs.h"

#include <string.h>

// Lists the routes that are plans of their own, by the numbers that the plan's text gave them.
static Wish *choose_route(Plain *plain, const Plan *plan)
{
    Wish *wish = NULL;
    bool any = false;

    for (guint i = 0; i < plan->routes->len; i++) {
        g_autoptr(Wish) route = plan_route_wish(plan, i);

        if (route)
            cli_printf(plain->paper, stdout, "%u. %s", i + 1, ((const Route *) plan->routes->pdata[i])->text);
        any |= route != NULL;
    }
    while (any && !wish) {
        unsigned number = plain_number(plain, _("Plan one of these instead (0: none)"), plan->routes->len);

        if (number == 0)
            return NULL;
        wish = plan_route_wish(plan, number - 1);
        if (!wish)
            cli_printf(plain->paper, stdout, "%u is not a plan for this guest.", number);
    }
    return wish;
}

// Data that is lost, and a risk that was agreed to, want the guest's name, as in the dialog.
static bool confirmed(Plain *plain, const Plan *plan)
{
    const char *wanted = plan->loses_data || plan->wish->force ? plan->wish->domain : "yes";
    g_autofree char *question =
        plan->loses_data    ? g_strdup_printf(_("Data is lost. Type the guest's name, %s, to do it:"), wanted)
        : plan->wish->force ? g_strdup_printf(_("To agree to the risk, type the guest's name, %s:"), wanted)
                            : g_strdup(_("Type \"yes\" to do it:"));
    g_autofree char *answer = NULL;

    cli_ask_forget();
    answer = cli_ask(plain->paper, question, false);
    if (answer && strcmp(g_strstrip(answer), wanted) == 0)
        return true;
    cli_put(plain->paper, stdout, _("Not confirmed. Nothing was touched."));
    plain->over |= !answer;
    return false;
}

// Plans the wish and carries it out if it is wanted. What to plan next, where it was refused; else NULL.
static Wish *plan_once(Plain *plain, CliHost *host, const Wish *wish)
{
    g_autoptr(Message) message = NULL;
    g_autofree char *text = NULL;

    cli_put(plain->paper, stdout, _("Planning ..."));
    message = cli_make_plan(host, wish);
    if (!message)
        return NULL; // it was said why
    text = plan_text(message->plan.plan);
    fputc('\n', stdout);
    cli_put(plain->paper, stdout, text);
    if (message->plan.plan->verdict == VERDICT_REFUSED)
        return choose_route(plain, message->plan.plan);
    if (confirmed(plain, message->plan.plan))
        cli_run_job(host, message->plan.plan);
    return NULL;
}

void plain_plan(Plain *plain, CliHost *host, const Wish *wish)
{
    Wish *next = wish_copy(wish);

    while (next && !plain->over) {
        g_autoptr(Wish) asked = next;

        g_free(asked->uri);
        asked->uri = g_strdup(cli_host_uri(host));
        next = plan_once(plain, host, asked);
    }
    wish_free(next);
}
