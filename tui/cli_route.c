// SPDX-License-Identifier: GPL-2.0-or-later
// The routes of a refused plan as wishes: a route is the command line that asks for it, read as the command line
// reads it.
#include "tui/cli_route.h"

#include "tui/cli_options.h"

// The wish of a route; NULL: it is no plan, or is done elsewhere.
static Wish *read_route(const Route *route)
{
    g_autofree char *line = route->command ? g_strdup_printf("virt-snap %s", route->command) : NULL;
    g_autofree char *error = NULL;
    g_auto(GStrv) words = NULL;
    g_autoptr(CliOptions) options = NULL;
    int count = 0;

    if (!line || !g_shell_parse_argv(line, &count, &words, NULL))
        return NULL;
    options = cli_options_parse(count, words, &error);
    return options && options->verb == CLI_PLAN ? g_steal_pointer(&options->wish) : NULL;
}

// A route that leads to the same target says only what is to be chosen otherwise: the other choices stay.
static void keep_choices(Wish *wish, const Wish *refused)
{
    if (wish->verb != VERB_REVERT || refused->verb != VERB_REVERT ||
        g_strcmp0(wish->snapshot, refused->snapshot) != 0)
        return;
    wish->after = wish->after == AFTER_AS_SAVED ? refused->after : wish->after;
    wish->reset_nvram |= refused->reset_nvram;
    if (wish->now == NOW_KEEP && !wish->keep_name)
        wish->keep_name = g_strdup(refused->keep_name);
}

Wish *plan_route_wish(const Plan *plan, guint index)
{
    g_autoptr(Wish) wish = index < plan->routes->len ? read_route(plan->routes->pdata[index]) : NULL;

    if (!wish || g_strcmp0(wish->domain, plan->wish->domain) != 0)
        return NULL; // of another guest: its own dialog asks more
    g_free(wish->uuid);
    wish->uuid = g_strdup(plan->wish->uuid);
    keep_choices(wish, plan->wish);
    return g_steal_pointer(&wish);
}
