// SPDX-License-Identifier: GPL-2.0-or-later
// While the engine makes a plan: says so, and can be left. The answer then finds nobody waiting.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

enum { BUTTON_CANCEL };

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    (void) app;
    lines_printf(lines, 0, ROLE_DIALOG, "Looking at %s afresh and making a plan. Nothing is changed yet.",
                 dialog->wish->domain);
}

static void press(App *app, Dialog *dialog, int id)
{
    (void) id;
    dialog_close(app, dialog); // the answer finds nobody waiting
}

const DialogView planning_dialog = {
    .cols = 60,
    .build = build,
    .press = press,
};

void open_planning_dialog(App *app, AppHost *host, const Wish *wish)
{
    Dialog *dialog = dialog_open(app, &planning_dialog, _("Planning..."));

    dialog->host = host;
    dialog->uuid = g_strdup(wish->uuid);
    dialog->wish = wish_copy(wish);
    dialog->ticket = engine_plan(host->engine, wish);
    form_add_button(dialog->form, BUTTON_CANCEL, _("Cancel"));
}
