// SPDX-License-Identifier: GPL-2.0-or-later
// Creating a snapshot: name, note, kind, memory, disks. What is offered depends on the guest; what is
// typed is checked at once. The dialog only makes a wish; the plan comes after it.

#include "engine/model/naming.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/offers.h"

#include <string.h>

enum {
    FIELD_NAME,
    FIELD_NOTE,
    CHOICE_KIND,
    TOGGLE_MEMORY,
    TOGGLE_QUIESCE,
    BUTTON_CANCEL,
    BUTTON_PLAN,
    TOGGLE_DISK, // and the numbers after it: one per disk
};

static const char *const kinds[] = {N_("external (own file)"), N_("inside the image"), NULL};

static AppGuest *guest_of(const Dialog *dialog)
{
    return app_find_guest(dialog->host, dialog->uuid);
}

static SnapshotKind kind_of(const Dialog *dialog)
{
    return form_value(dialog->form, CHOICE_KIND) == 0 ? KIND_EXTERNAL : KIND_INTERNAL;
}

// Checks the name while it is typed.
static void check_name(Dialog *dialog, const AppGuest *guest)
{
    g_autofree char *fault = offer_name_fault(guest->picture, form_text(dialog->form, FIELD_NAME));

    form_set_hint(form_item(dialog->form, FIELD_NAME), ROLE_PROBLEM, fault);
    form_item(dialog->form, BUTTON_PLAN)->disabled = fault != NULL;
}

static void show_choice(FormItem *item, bool offered, const char *fault)
{
    item->hidden = !offered;
    item->disabled = fault != NULL;
    if (fault)
        form_set_hint(item, ROLE_DIM, fault);
}

// Is memory saved as the choices stand?
static bool with_memory(const Dialog *dialog)
{
    const FormItem *memory = form_item(dialog->form, TOGGLE_MEMORY);

    return !memory->hidden && memory->value;
}

// Memory and quiescing go only with some kinds and states.
static void check_choices(Dialog *dialog, const AppGuest *guest)
{
    const Picture *picture = guest->picture;

    show_choice(form_item(dialog->form, TOGGLE_MEMORY), offer_memory(picture, kind_of(dialog)),
                offer_memory_fault(picture));
    show_choice(form_item(dialog->form, TOGGLE_QUIESCE), offer_quiesce(picture, kind_of(dialog), with_memory(dialog)),
                offer_quiesce_fault(picture));
}

static Wish *wish_of(const Dialog *dialog, const AppGuest *guest)
{
    Wish *wish = wish_new(VERB_CREATE, guest->uuid, guest->name, form_text(dialog->form, FIELD_NAME));
    const char *note = form_text(dialog->form, FIELD_NOTE);
    const FormItem *memory = form_item(dialog->form, TOGGLE_MEMORY);
    const FormItem *quiesce = form_item(dialog->form, TOGGLE_QUIESCE);

    wish->kind = kind_of(dialog);
    wish->description = note[0] ? g_strdup(note) : NULL;
    wish->memory = memory->hidden ? wish->kind == KIND_INTERNAL && domain_is_active(guest->picture->domain)
                                  : memory->value;
    wish->quiesce = !quiesce->hidden && quiesce->value;
    for (guint i = 0; i < dialog->form->items->len; i++) {
        const FormItem *item = dialog->form->items->pdata[i];

        if (item->id >= TOGGLE_DISK) // the label is the disk's target
            wish_disk(wish, item->label)->include = item->value;
    }
    return wish;
}

// What would be planned as the choices stand, as far as this guest alone can tell: other guests are looked at when the
// plan is asked for.
static void foresee(const App *app, Dialog *dialog, const AppGuest *guest)
{
    g_autoptr(Wish) wish = wish_of(dialog, guest);
    g_autoptr(Neighbours) nobody = neighbours_new();

    g_clear_pointer(&dialog->plan, plan_free);
    if (guest->picture->details && dialog->host->host)
        dialog->plan = plan_make(wish, guest->picture, nobody, dialog->host->host, app->wall);
}

static void change(App *app, Dialog *dialog)
{
    const AppGuest *guest = guest_of(dialog);

    if (!guest || !guest->picture)
        return;
    check_name(dialog, guest);
    check_choices(dialog, guest);
    foresee(app, dialog, guest);
}

// The field of the name says itself what is wrong with it.
static void add_foreseen(Lines *lines, const Plan *plan, const Picture *picture)
{
    g_autoptr(GPtrArray) room = offer_create_room(plan, picture);

    for (guint i = 0; i < plan->reasons->len; i++) {
        const Reason *reason = plan->reasons->pdata[i];

        if (strcmp(reason->rule, "name") != 0)
            lines_item(lines, "!", ROLE_PROBLEM, reason->text);
    }
    for (guint i = 0; plan->verdict == VERDICT_OK && i < room->len; i++)
        lines_add(lines, 0, ROLE_DIM, room->pdata[i]);
}

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    const AppGuest *guest = guest_of(dialog);

    (void) app;
    if (!guest || !guest->picture)
        return;
    lines_printf(lines, 0, ROLE_DIALOG, "%s is %s. %s", guest->name, domain_state_word(guest->state),
                 offer_create_effect(guest->picture, kind_of(dialog), with_memory(dialog)));
    if (dialog->plan)
        add_foreseen(lines, dialog->plan, guest->picture);
}

static void press(App *app, Dialog *dialog, int id)
{
    const AppGuest *guest = guest_of(dialog);
    g_autoptr(Wish) wish = NULL;

    if (id == BUTTON_CANCEL) {
        dialog_close(app, dialog);
        return;
    }
    if (id != BUTTON_PLAN) { // Enter in a field: on to the button, unless the name is wrong
        form_focus(dialog->form, BUTTON_PLAN);
        return;
    }
    if (!guest || !guest->picture || dialog->host->link != LINK_UP) {
        app_notice(app, true, "The guest can't be reached any more.");
        return;
    }
    wish = wish_of(dialog, guest);
    open_planning_dialog(app, dialog->host, wish);
}

const DialogView create_dialog = {
    .cols = 66,
    .build = build,
    .change = change,
    .press = press,
};

// One toggle per disk that can take part, where there is a choice to make.
static void add_disks(Form *form, const Definition *now)
{
    if (offer_disks(now) < 2)
        return;
    for (guint i = 0; i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (!disk_is_writable(disk))
            continue;
        form_set_hint(form_add_toggle(form, TOGGLE_DISK + (int) i, disk->target, disk->mode != DISK_MODE_NO),
                      ROLE_DIM, disk->path);
    }
}

void open_create_dialog(App *app, AppGuest *guest, const char *wanted)
{
    g_autofree char *title = g_strdup_printf(_("New snapshot of %s"), guest->name);
    g_autofree char *name = wanted ? g_strdup(wanted) : name_mint(guest->picture, "snap", app->wall);
    Dialog *dialog = dialog_open(app, &create_dialog, title);
    Form *form = dialog->form;
    const char *why;
    SnapshotKind kind = offer_kind(guest->picture, guest->host->host, &why);

    dialog->host = guest->host;
    dialog->uuid = g_strdup(guest->uuid);
    form_add_field(form, FIELD_NAME, _("name"), name);
    form_add_field(form, FIELD_NOTE, _("note"), "");
    form_set_hint(form_add_choice(form, CHOICE_KIND, _("kind"), kinds, kind == KIND_INTERNAL), ROLE_DIM, why);
    form_add_toggle(form, TOGGLE_MEMORY, _("save the memory (RAM) too"), false);
    form_add_toggle(form, TOGGLE_QUIESCE, _("freeze the file systems meanwhile"), false);
    add_disks(form, domain_now(guest->picture->domain));
    form_add_button(form, BUTTON_CANCEL, _("Cancel"));
    form_add_button(form, BUTTON_PLAN, _("Show the plan"));
    change(app, dialog);
}
