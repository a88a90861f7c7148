// SPDX-License-Identifier: GPL-2.0-or-later
// A job that was cut off: what a look tells of it, and the ways on. Finishing and taking back run as jobs; what would
// cost what NOW wrote since is left to the command line, which asks for that consent by name.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

enum { BUTTON_CLOSE, BUTTON_FINISH, BUTTON_UNDO, BUTTON_FORGET };

static void add_found(Lines *lines, const Dialog *dialog)
{
    const Remains *remains = dialog->remains;

    lines_add(lines, 0, ROLE_DIALOG, remains->story);
    if (remains->finish && remains->loses_now)
        lines_printf(lines, 0, ROLE_WARNING, "Finishing it would cost what NOW wrote since: virt-snap jobs resume %s "
                     "--lose-now asks for that.", dialog->entry);
    else if (remains->finish)
        lines_item(lines, "+", ROLE_GOOD, remains->finish);
    if (remains->undo)
        lines_item(lines, "-", ROLE_WARNING, remains->undo);
    for (guint i = 0; dialog->plan && !remains->loses_now && i < dialog->plan->reasons->len; i++) {
        g_autofree char *text = g_strdup_printf(remains->unwinds ? _("As it is now, taking it back is refused: %s")
                                                                 : _("As it is now, finishing is refused: %s"),
                                                ((const Reason *) dialog->plan->reasons->pdata[i])->text);

        lines_item(lines, "!", ROLE_PROBLEM, text);
    }
}

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    (void) app;
    if (dialog->failure) {
        g_autofree char *text = failure_text(dialog->failure);

        lines_item(lines, "!", ROLE_PROBLEM, text);
    } else if (dialog->remains) {
        add_found(lines, dialog);
    } else {
        lines_add(lines, 0, ROLE_DIALOG, _("Looking at what it left. Nothing is changed."));
    }
}

// Nothing is left to do, or finishing is lawful and costs nothing.
static bool may_finish(const Dialog *dialog)
{
    const Remains *remains = dialog->remains;

    if (!remains || remains->loses_now)
        return false;
    if (remains->kind == REMAINS_NOTHING || remains->kind == REMAINS_ALL || remains->kind == REMAINS_BUSY)
        return true;
    return remains->finish && dialog->plan && dialog->plan->verdict == VERDICT_OK;
}

static bool may_undo(const Dialog *dialog)
{
    const Remains *remains = dialog->remains;

    return remains && remains->undo &&
           (!remains->unwinds || (dialog->plan && dialog->plan->verdict == VERDICT_OK));
}

static void change(App *app, Dialog *dialog)
{
    const Remains *remains = dialog->remains;
    FormItem *finish = form_item(dialog->form, BUTTON_FINISH);
    bool over = remains && (remains->kind == REMAINS_NOTHING || remains->kind == REMAINS_ALL);

    (void) app;
    g_free(finish->label);
    finish->label = g_strdup(over ? _("Close the entry") : _("Finish it"));
    finish->hidden = !may_finish(dialog);
    form_item(dialog->form, BUTTON_UNDO)->hidden = !may_undo(dialog);
    form_item(dialog->form, BUTTON_FORGET)->hidden = !remains || remains->kind != REMAINS_CHANGED;
}

static void press(App *app, Dialog *dialog, int id)
{
    Engine *engine = dialog->host->engine;

    if (id == BUTTON_FINISH || id == BUTTON_UNDO)
        engine_resume(engine, dialog->entry, id == BUTTON_UNDO, dialog->remains);
    else if (id == BUTTON_FORGET)
        engine_drop(engine, dialog->entry);
    if (id != BUTTON_CLOSE)
        app_forget_cut_off(app, dialog->entry);
    dialog_close(app, dialog);
}

const DialogView remains_dialog = {
    .cols = 70,
    .build = build,
    .change = change,
    .press = press,
};

void open_remains_dialog(App *app, const AppGuest *guest, const JournalFound *found)
{
    g_autofree char *title = g_strdup_printf(_("Cut off: %s"), found->entry->plan->title);
    Dialog *dialog = dialog_open(app, &remains_dialog, title);

    dialog->host = guest->host;
    dialog->uuid = g_strdup(guest->uuid);
    dialog->entry = g_strdup(found->id);
    dialog->ticket = engine_examine(guest->host->engine, found->id, false);
    form_add_button(dialog->form, BUTTON_CLOSE, _("Close"));
    form_add_button(dialog->form, BUTTON_FINISH, _("Finish it"));
    form_add_button(dialog->form, BUTTON_UNDO, _("Take it back"));
    form_add_button(dialog->form, BUTTON_FORGET, _("Forget it"));
    change(app, dialog);
}

void remains_take(Dialog *dialog, Message *message)
{
    dialog->remains = g_steal_pointer(&message->plan.remains);
    dialog->plan = g_steal_pointer(&message->plan.plan);
    dialog->failure = g_steal_pointer(&message->plan.failure);
}
