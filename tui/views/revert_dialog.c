// SPDX-License-Identifier: GPL-2.0-or-later
// Reverting: what becomes of NOW is asked first, as three plain choices. Each but the last leads to a
// plan, which is shown before anything happens.

#include "engine/model/changes.h"
#include "engine/model/forecast.h"
#include "engine/model/naming.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/format.h"
#include "tui/offers.h"

enum { BUTTON_KEEP, BUTTON_LOSE, BUTTON_CANCEL, FIELD_NAME, CHOICE_AFTER, TOGGLE_CHILDREN, TOGGLE_FORCE };

static const char *const afters[] = {N_("as saved"), N_("running"), N_("paused"), N_("off"), NULL};

static AppGuest *guest_of(const Dialog *dialog)
{
    return app_find_guest(dialog->host, dialog->uuid);
}

// What the guest's configuration would be besides its disks' content; the rest of a long list is for the page.
static void add_changes(const App *app, const Picture *picture, const Snapshot *snapshot, Lines *lines)
{
    enum { MOST = 4 };
    g_autofree char *key = keymap_key(&app->keymap, ACTION_DIFF);
    g_autoptr(GPtrArray) changes = changes_of_revert(picture->domain, snapshot, false);
    guint shown = changes->len > MOST ? MOST - 1 : changes->len;

    if (!snapshot->definition || changes->len == 0)
        return;
    lines_add(lines, 0, ROLE_WARNING, _("The guest's configuration changes too:"));
    for (guint i = 0; i < shown; i++)
        lines_item(lines, "-", ROLE_WARNING, changes->pdata[i]);
    if (shown < changes->len)
        lines_printf(lines, 2, ROLE_DIM, "%u more: %s in the tree lists them.", changes->len - shown, key);
}

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    const AppGuest *guest = guest_of(dialog);
    const Snapshot *snapshot = guest && guest->picture
                                   ? picture_snapshot(guest->picture, dialog->wish->snapshot) : NULL;
    g_autofree char *size = NULL, *taken = NULL, *age = NULL;
    gint64 bytes;

    if (!snapshot)
        return;
    bytes = guest->now_bytes;
    size = size_short(bytes);
    taken = format_time(snapshot->created);
    age = format_age(snapshot->created, app->wall);
    lines_printf(lines, 0, ROLE_DIALOG, "%s was taken %s, %s.", snapshot->name, taken, age);
    if (bytes == SIZE_UNKNOWN)
        lines_add(lines, 0, ROLE_WARNING, _("NOW holds data that is in no snapshot; how much is unknown."));
    else if (guest->now_fresh)
        lines_printf(lines, 0, ROLE_DIALOG, "NOW's disks hold nothing new yet (%s, as empty images take).", size);
    else
        lines_printf(lines, 0, ROLE_WARNING, "NOW holds %s that is in no snapshot.", size);
    if (domain_is_active(guest->picture->domain))
        lines_add(lines, 0, ROLE_WARNING, _("The guest runs: consoles and network connections drop."));
    add_changes(app, guest->picture, snapshot, lines);
}

// What "as saved" means here.
static void hint_after(Dialog *dialog, const Picture *picture)
{
    const Snapshot *snapshot = picture_snapshot(picture, dialog->wish->snapshot);
    FormItem *after = form_item(dialog->form, CHOICE_AFTER);
    const char *state = snapshot && snapshot->state == SNAPSHOT_RUNNING  ? "running"
                        : snapshot && snapshot->state == SNAPSHOT_PAUSED ? "paused"
                                                                         : "off";

    form_set_hint(after, ROLE_DIM, after->value == AFTER_AS_SAVED ? state : NULL);
}

static void change(App *app, Dialog *dialog)
{
    const AppGuest *guest = guest_of(dialog);
    const char *name = form_text(dialog->form, FIELD_NAME);
    g_autofree char *fault = guest && guest->picture ? offer_name_fault(guest->picture, name) : name_fault(name);

    (void) app;
    form_set_hint(form_item(dialog->form, FIELD_NAME), ROLE_PROBLEM, fault);
    form_item(dialog->form, BUTTON_KEEP)->disabled = fault != NULL;
    if (guest && guest->picture)
        hint_after(dialog, guest->picture);
}

static void press(App *app, Dialog *dialog, int id)
{
    const FormItem *children = form_item(dialog->form, TOGGLE_CHILDREN);
    const FormItem *force = form_item(dialog->form, TOGGLE_FORCE);
    g_autoptr(Wish) wish = NULL;

    if (id == BUTTON_CANCEL) {
        dialog_close(app, dialog);
        return;
    }
    if (id == FIELD_NAME) {
        form_focus(dialog->form, BUTTON_KEEP);
        return;
    }
    if (dialog->host->link != LINK_UP) {
        app_notice(app, true, "The guest can't be reached any more.");
        return;
    }
    wish = wish_copy(dialog->wish);
    wish->now = id == BUTTON_LOSE ? NOW_LOSE : NOW_KEEP;
    if (wish->now == NOW_KEEP)
        wish->keep_name = g_strdup(form_text(dialog->form, FIELD_NAME));
    wish->after = (AfterChoice) form_value(dialog->form, CHOICE_AFTER);
    wish->discard_children = children && children->value;
    wish->force = force && force->value;
    open_planning_dialog(app, dialog->host, wish);
}

const DialogView revert_dialog = {
    .cols = 66,
    .build = build,
    .change = change,
    .press = press,
};

void open_revert_dialog(App *app, AppGuest *guest, const Snapshot *snapshot)
{
    g_autofree char *title = g_strdup_printf(_("Revert %s to %s"), guest->name, snapshot->name);
    g_autofree char *name = name_mint(guest->picture, "before-revert", app->wall);
    const char *risk = offer_revert_risk(guest->picture, snapshot);
    Dialog *dialog = dialog_open(app, &revert_dialog, title);
    Form *form = dialog->form;

    dialog->host = guest->host;
    dialog->uuid = g_strdup(guest->uuid);
    dialog->wish = wish_new(VERB_REVERT, guest->uuid, guest->name, snapshot->name);
    form->stacked = true;
    form_add_field(form, FIELD_NAME, _("keep as"), name);
    form_add_choice(form, CHOICE_AFTER, _("afterwards"), afters, 0);
    if (tree_snapshot_children(tree_find(guest->picture->tree, snapshot->name)) > 0)
        form_add_toggle(form, TOGGLE_CHILDREN, _("discard all else that hangs below it"), false);
    if (risk)
        form_add_toggle(form, TOGGLE_FORCE, risk, false);
    form_add_button(form, BUTTON_KEEP, _("Keep NOW as a snapshot, then revert"));
    form_add_button(form, BUTTON_LOSE, _("Lose NOW and revert"))->danger = true;
    form_add_button(form, BUTTON_CANCEL, _("Cancel"));
    form_focus(form, BUTTON_KEEP);
    change(app, dialog);
}
