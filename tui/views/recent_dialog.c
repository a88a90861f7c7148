// SPDX-License-Identifier: GPL-2.0-or-later
// The guests that were opened lately, as a list to go back by.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

#include <string.h>

#define BUTTON_CLOSE RECENT_LIMIT

// The guest an entry speaks of; NULL: it is not on a host that is open, or gone from it.
static const AppGuest *guest_of(const App *app, const Recent *recent)
{
    for (guint i = 0; i < app->hosts->len; i++) {
        const AppHost *host = app->hosts->pdata[i];

        if (strcmp(app_host_uri(host), recent->uri) == 0)
            return app_find_guest(host, recent->uuid);
    }
    return NULL;
}

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    (void) dialog;
    if (app->recent->len == 0)
        lines_add(lines, 0, ROLE_DIALOG, _("No guest was opened yet: Enter in the list of guests opens one."));
}

// What can be gone to may change while it is open.
static void change(App *app, Dialog *dialog)
{
    for (guint i = 0; i < dialog->form->items->len; i++) {
        FormItem *item = dialog->form->items->pdata[i];

        if (item->id < (int) app->recent->len)
            item->disabled = !guest_of(app, app->recent->pdata[item->id]);
    }
}

static void press(App *app, Dialog *dialog, int id)
{
    const AppGuest *guest = id < (int) app->recent->len ? guest_of(app, app->recent->pdata[id]) : NULL;

    dialog_close(app, dialog);
    if (guest)
        app_go_to_guest(app, guest);
}

static const DialogView recent_dialog = {
    .cols = 60,
    .build = build,
    .change = change,
    .press = press,
};

void open_recent_dialog(App *app)
{
    const AppGuest *here = app_guest(app);
    Dialog *dialog = dialog_open(app, &recent_dialog, _("Guests opened lately"));
    int other = -1; // the newest that is not this one

    dialog->form->stacked = true;
    for (guint i = 0; i < app->recent->len; i++) {
        const Recent *recent = app->recent->pdata[i];
        g_autofree char *label = g_strdup_printf("%s  %s", recent->name, recent->uri);

        form_add_button(dialog->form, (int) i, label);
        if (other < 0 && (!here || strcmp(here->uuid, recent->uuid) != 0))
            other = (int) i;
    }
    form_add_button(dialog->form, BUTTON_CLOSE, _("Close"));
    change(app, dialog);
    form_focus(dialog->form, other >= 0 ? other : BUTTON_CLOSE);
}
