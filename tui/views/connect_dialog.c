// SPDX-License-Identifier: GPL-2.0-or-later
// No connection: which URI was tried, what libvirt said, and four ways on. Also opened by hand to go
// to another libvirt.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

enum { BUTTON_RETRY, BUTTON_OTHER, BUTTON_DEMO, BUTTON_QUIT, FIELD_URI };

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    const AppHost *host = dialog->host;
    const Failure *failure = host->failure;

    lines_fieldf(lines, _("tried"), ROLE_DIALOG, "%s", app_host_uri(host));
    if (host->link == LINK_UP)
        lines_field(lines, _("now"), ROLE_GOOD, _("connected"));
    else if (host->link == LINK_CONNECTING)
        lines_field(lines, _("now"), ROLE_DIM, "connecting...");
    if (!failure)
        return;
    lines_gap(lines);
    lines_add(lines, 0, ROLE_DIALOG, failure->what);
    if (failure->said)
        lines_printf(lines, 0, ROLE_PROBLEM, failure->code ? N_("libvirt said: %s (code %d)") : "%s",
                     failure->said, failure->code);
    if (failure->advice)
        lines_printf(lines, 0, ROLE_DIALOG, "What to do: %s", failure->advice);
    if (host->retry_at > 0)
        lines_add(lines, 0, ROLE_DIM, _("It is tried again by itself."));
    (void) app;
}

void app_connect_to(App *app, AppHost *host, const char *uri)
{
    g_autofree char *wanted = g_strdup(uri); // the field goes with the dialog

    for (guint i = 0; uri && i < app->jobs->len; i++) {
        const AppJob *job = app->jobs->pdata[i];

        if (job->running && job->host == host) {
            app_notice(app, true, "A job still runs on %s: stay connected until it ended.", app_host_name(host));
            return;
        }
    }
    dialogs_close_all(app); // what they were about may be gone with the connection
    app_connect(app, host, wanted);
}

static void press(App *app, Dialog *dialog, int id)
{
    const char *uri = form_text(dialog->form, FIELD_URI);

    if (id == BUTTON_RETRY)
        app_connect_to(app, dialog->host, NULL);
    else if ((id == BUTTON_OTHER || id == FIELD_URI) && uri[0])
        app_connect_to(app, dialog->host, uri);
    else if (id == BUTTON_OTHER || id == FIELD_URI)
        form_focus(dialog->form, FIELD_URI);
    else if (id == BUTTON_DEMO)
        app_connect_to(app, dialog->host, app->demo);
    else
        app_quit(app);
}

const DialogView connect_dialog = {
    .cols = 72,
    .build = build,
    .press = press,
};

void open_connect_dialog(App *app, AppHost *host)
{
    Dialog *dialog = dialog_find(app, &connect_dialog, 0);
    FormItem *demo;

    if (dialog) { // it shows the newest failure by itself
        if (dialog->host == host)
            return;
        dialog_close(app, dialog);
    }
    dialog = dialog_open(app, &connect_dialog, host->failure ? _("No connection") : _("Connection"));
    dialog->host = host;
    form_set_hint(form_add_field(dialog->form, FIELD_URI, _("other URI"), ""), ROLE_DIM,
                  _("as for virsh -c: qemu:///system, qemu+ssh://root@host/system"));
    form_add_button(dialog->form, BUTTON_RETRY, _("Try again"));
    form_add_button(dialog->form, BUTTON_OTHER, _("Other URI"));
    demo = form_add_button(dialog->form, BUTTON_DEMO, _("Demo host"));
    demo->disabled = !app->demo;
    form_add_button(dialog->form, BUTTON_QUIT, _("Quit"));
    form_focus(dialog->form, BUTTON_RETRY);
}
