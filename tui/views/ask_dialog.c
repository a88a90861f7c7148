// SPDX-License-Identifier: GPL-2.0-or-later
// Authentication: libvirt asks, the operator answers or declines. Secrets are not shown.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

enum { BUTTON_CANCEL = 1000, BUTTON_SEND };

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    (void) app;
    lines_printf(lines, 0, ROLE_DIALOG, "%s asks for credentials.", app_host_uri(dialog->host));
    if (dialog->failure) // the challenge
        lines_add(lines, 0, ROLE_DIM, dialog->failure->what);
}

static void decline(App *app, Dialog *dialog)
{
    engine_answer(dialog->host->engine, dialog->ticket, NULL);
    dialog_close(app, dialog);
}

static void send(App *app, Dialog *dialog)
{
    g_autoptr(GPtrArray) answers = g_ptr_array_new();

    for (guint i = 0; i < dialog->form->items->len; i++) {
        const FormItem *item = dialog->form->items->pdata[i];

        if (item->kind == FORM_FIELD)
            g_ptr_array_add(answers, item->entry.text->str);
    }
    g_ptr_array_add(answers, NULL);
    engine_answer(dialog->host->engine, dialog->ticket, (const char *const *) answers->pdata);
    dialog_close(app, dialog);
}

static void press(App *app, Dialog *dialog, int id)
{
    const FormItem *next = form_item(dialog->form, id + 1);

    if (id == BUTTON_CANCEL)
        decline(app, dialog);
    else if (id == BUTTON_SEND || !next)
        send(app, dialog);
    else
        form_focus(dialog->form, id + 1);
}

const DialogView ask_dialog = {
    .cols = 60,
    .build = build,
    .press = press,
    .cancel = decline,
};

void open_ask_dialog(App *app, AppHost *host, guint64 ticket, const GPtrArray *credentials)
{
    Dialog *dialog = dialog_open(app, &ask_dialog, _("Authentication"));

    dialog->host = host;
    dialog->ticket = ticket;
    for (guint i = 0; i < credentials->len; i++) {
        const Credential *credential = credentials->pdata[i];
        FormItem *item = form_add_field(dialog->form, (int) i, credential->prompt, credential->preset);

        item->secret = credential->secret;
        if (credential->challenge && !dialog->failure)
            dialog->failure = failure_new(credential->challenge, NULL, 0, NULL);
    }
    form_add_button(dialog->form, BUTTON_CANCEL, _("Cancel"));
    form_add_button(dialog->form, BUTTON_SEND, _("Send"));
}
