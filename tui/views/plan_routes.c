// SPDX-License-Identifier: GPL-2.0-or-later
// The routes of a refused plan: each that is a plan itself can be opened (cli_route.h), and is then planned and
// shown like any other.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

void plan_add_routes(Lines *lines, const Plan *plan)
{
    if (plan->routes->len == 0)
        return;
    lines_gap(lines);
    lines_add(lines, 0, ROLE_HEADING, _("What can be done instead"));
    for (guint i = 0; i < plan->routes->len; i++) {
        const Route *route = plan->routes->pdata[i];
        g_autofree char *mark = g_strdup_printf("%u", i + 1);

        lines_item(lines, mark, ROLE_DIALOG, route->text);
        if (route->command)
            lines_printf(lines, 4, ROLE_DIM, "virt-snap %s", route->command);
    }
}
