// SPDX-License-Identifier: GPL-2.0-or-later
// Discarding: every snapshot that goes is listed before a plan is asked for, and NOW is given up only by a choice
// of its own. What happens then is the plan's to say, and its dialog wants the guest's name typed.

#include "engine/model/discarded.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/format.h"
#include "tui/offers.h"

enum { BUTTON_CANCEL, BUTTON_PLAN, CHOICE_WHAT, TOGGLE_NOW, TOGGLE_FORCE };

static const char *const whats[] = {N_("this and all below"), N_("only what is below"), NULL};

static const AppGuest *guest_of(const Dialog *dialog)
{
    return app_find_guest(dialog->host, dialog->uuid);
}

static const Picture *picture_of(const Dialog *dialog)
{
    const AppGuest *guest = guest_of(dialog);

    return guest && guest->picture && guest->picture->details ? guest->picture : NULL;
}

// ---- the text ---------------------------------------------------------------------------------

static void add_snapshot(Lines *lines, const Snapshot *snapshot)
{
    g_autofree char *taken = format_time(snapshot->created);

    lines_begin(lines);
    lines_put(lines, 0, ROLE_DANGER, "-");
    lines_put(lines, 2, ROLE_DANGER, snapshot->name);
    if (lines_room(lines) > 30)
        lines_put_right(lines, ROLE_DIM, taken);
}

static void add_now(Lines *lines, const Dialog *dialog, const Picture *picture, const GPtrArray *going)
{
    g_autofree char *text = offer_discard_now(dialog->wish, picture, guest_of(dialog)->now_bytes);

    lines_gap(lines);
    lines_add(lines, 0, !discarded_holds_now(going, picture)   ? ROLE_DIALOG
                        : dialog->wish->now == NOW_LOSE ? ROLE_DANGER : ROLE_WARNING, text);
}

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    const Picture *picture = picture_of(dialog);
    g_autoptr(GPtrArray) going = picture ? discarded_snapshots(dialog->wish, picture) : NULL;

    (void) app;
    if (!going || going->len == 0) {
        lines_add(lines, 0, ROLE_DIALOG, going ? _("Nothing is below it any more.") : _("The guest is being read."));
        return;
    }
    lines_printf(lines, 0, ROLE_DANGER, P_("%u snapshot goes, with all that only it holds:",
                                              "%u snapshots go, with all that only they hold:", going->len), going->len);
    for (guint i = 0; i < going->len; i++)
        add_snapshot(lines, going->pdata[i]);
    add_now(lines, dialog, picture, going);
}

// ---- the choices ------------------------------------------------------------------------------

static void change(App *app, Dialog *dialog)
{
    Form *form = dialog->form;
    FormItem *lose = form_item(form, TOGGLE_NOW), *force = form_item(form, TOGGLE_FORCE);
    const Picture *picture = picture_of(dialog);
    g_autoptr(GPtrArray) going = NULL;
    bool holds_now = false, may;

    (void) app;
    dialog->wish->children_only = form_value(form, CHOICE_WHAT) == 1;
    if (picture) {
        going = discarded_snapshots(dialog->wish, picture);
        holds_now = discarded_holds_now(going, picture);
    }
    may = going && going->len > 0 && (!holds_now || offer_refuge(dialog->wish, picture));
    lose->hidden = !holds_now || !may;
    force->hidden = lose->hidden || !offer_refuge_risk(dialog->wish, picture);
    dialog->wish->now = !lose->hidden && lose->value ? NOW_LOSE : NOW_KEEP;
    dialog->wish->force = !force->hidden && force->value;
    form_item(form, BUTTON_PLAN)->disabled = !may || (!lose->hidden && !lose->value) ||
                                             (!force->hidden && !force->value);
}

static void press(App *app, Dialog *dialog, int id)
{
    if (id == BUTTON_CANCEL)
        dialog_close(app, dialog);
    else if (id == BUTTON_PLAN && dialog->host->link != LINK_UP)
        app_notice(app, true, "The guest can't be reached any more.");
    else if (id == BUTTON_PLAN)
        open_planning_dialog(app, dialog->host, dialog->wish);
}

static const DialogView discard_dialog = {
    .cols = 66,
    .warns = true,
    .build = build,
    .change = change,
    .press = press,
};

static char *title_of(const AppGuest *guest, const Wish *wish)
{
    if (wish->others->len == 0)
        return g_strdup_printf(_("Discard %s of %s"), wish->snapshot, guest->name);
    return g_strdup_printf(_("Discard %u marked snapshots of %s"), wish->others->len + 1, guest->name);
}

// Only what is below can be asked for of one snapshot.
static bool offers_what(const AppGuest *guest, const Wish *wish)
{
    return wish->others->len == 0 && tree_snapshot_children(tree_find(guest->picture->tree, wish->snapshot)) > 0;
}

void open_discard_dialog(App *app, AppGuest *guest, Wish *wish)
{
    g_autofree char *title = title_of(guest, wish);
    Dialog *dialog = dialog_open(app, &discard_dialog, title);
    Form *form = dialog->form;

    dialog->host = guest->host;
    dialog->uuid = g_strdup(guest->uuid);
    dialog->wish = wish;
    form_add_choice(form, CHOICE_WHAT, _("discard"), whats, 0)->hidden = !offers_what(guest, wish);
    form_add_toggle(form, TOGGLE_NOW, _("NOW is given up too"), false);
    form_add_toggle(form, TOGGLE_FORCE, _("I agree: the disks will be as after a power cut"), false);
    form_add_button(form, BUTTON_CANCEL, _("Cancel"));
    form_add_button(form, BUTTON_PLAN, _("Show what it does"));
    form_focus(form, BUTTON_CANCEL);
    change(app, dialog);
}
