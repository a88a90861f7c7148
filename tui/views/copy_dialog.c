// SPDX-License-Identifier: GPL-2.0-or-later
// What of a plan is copied: its sentences, the command that asks for it, or the same by virsh.

#include "engine/model/plan_virsh.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"

enum { BUTTON_TEXT, BUTTON_VIRSH, BUTTON_CANCEL };

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    (void) dialog;
    lines_add(lines, 0, ROLE_DIALOG, _("It goes to the clipboard of the terminal, where that has one, and to a file:"));
    lines_add(lines, 0, ROLE_DIM, app->copy_file ? app->copy_file : _("no file: there is no folder for it"));
}

static void press(App *app, Dialog *dialog, int id)
{
    g_autofree char *text = NULL;

    if (id == BUTTON_TEXT)
        text = plan_text(dialog->plan);
    else if (id == BUTTON_VIRSH)
        text = plan_virsh(dialog->plan, app_host_uri(dialog->host));
    if (text)
        app_copy(app, id == BUTTON_TEXT ? _("the plan") : _("the commands"), text);
    dialog_close(app, dialog);
}

static const DialogView copy_dialog = {
    .cols = 66,
    .build = build,
    .press = press,
};

void open_copy_dialog(App *app, AppHost *host, const Plan *plan)
{
    Dialog *dialog = dialog_open(app, &copy_dialog, _("Copy the plan"));

    dialog->host = host;
    dialog->plan = plan_copy(plan);
    dialog->form->stacked = true;
    form_add_button(dialog->form, BUTTON_TEXT, _("The plan, in its sentences"));
    if (plan->steps->len > 0)
        form_add_button(dialog->form, BUTTON_VIRSH, _("The same as commands of virsh and qemu-img"));
    form_add_button(dialog->form, BUTTON_CANCEL, _("Cancel"));
}
