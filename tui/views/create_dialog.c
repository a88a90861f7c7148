// SPDX-License-Identifier: GPL-2.0-or-later
// Creating a snapshot: name, note, kind, memory, disks. What is offered depends on the guest; what is
// typed is checked at once. The dialog only makes a wish; the plan comes after it.

#include "engine/model/naming.h"
#include "tui/app_parts.h"

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

static const char *const kinds[] = {"external (own file)", "inside the image", NULL};

static AppGuest *guest_of(const Dialog *dialog)
{
    return app_find_guest(dialog->host, dialog->uuid);
}

static bool is_external(const Dialog *dialog)
{
    return form_value(dialog->form, CHOICE_KIND) == 0;
}

// The kind in use, with the reason: mixing kinds is what hurts operators most.
static int preselected(const AppGuest *guest, const char **why)
{
    switch (picture_kind(guest->picture)) {
    case KIND_EXTERNAL:
        *why = "as the others here";
        return 0;
    case KIND_INTERNAL:
        *why = "as the others here";
        return 1;
    case KIND_MIXED:
        *why = "both kinds are in use here";
        return 0;
    case KIND_NONE:
        break;
    }
    *why = NULL;
    return host_has(guest->host->host, FACT_IMAGES) ? 0 : 1;
}

// Checks the name while it is typed.
static void check_name(Dialog *dialog, const AppGuest *guest)
{
    FormItem *item = form_item(dialog->form, FIELD_NAME);
    const char *name = form_text(dialog->form, FIELD_NAME);
    g_autofree char *fault = name_fault(name);

    if (!fault && picture_snapshot(guest->picture, name))
        fault = g_strdup("This guest has a snapshot of that name already.");
    form_set_hint(item, ROLE_DANGER, fault);
    form_item(dialog->form, BUTTON_PLAN)->disabled = fault != NULL;
}

// Memory and quiescing go only with some kinds and states.
static void check_choices(Dialog *dialog, const AppGuest *guest)
{
    const Domain *domain = guest->picture->domain;
    const Definition *now = domain_now(domain);
    bool active = domain_is_active(domain);
    FormItem *memory = form_item(dialog->form, TOGGLE_MEMORY);
    FormItem *quiesce = form_item(dialog->form, TOGGLE_QUIESCE);

    memory->hidden = !active || !is_external(dialog);
    memory->disabled = now && now->immobile->len > 0;
    if (memory->disabled)
        form_set_hint(memory, ROLE_DIM, "not possible with its devices");
    quiesce->hidden = !active || !is_external(dialog) || (!memory->hidden && memory->value);
    quiesce->disabled = !now || now->agent != AGENT_CONNECTED;
    if (quiesce->disabled)
        form_set_hint(quiesce, ROLE_DIM, "needs the guest agent");
}

static void change(App *app, Dialog *dialog)
{
    const AppGuest *guest = guest_of(dialog);

    (void) app;
    if (!guest || !guest->picture)
        return;
    check_name(dialog, guest);
    check_choices(dialog, guest);
}

// What the guest feels of it.
static const char *effect_text(const Dialog *dialog, const AppGuest *guest)
{
    const FormItem *memory = form_item(dialog->form, TOGGLE_MEMORY);

    if (!domain_is_active(guest->picture->domain))
        return "The disks are kept as they are.";
    if (!is_external(dialog))
        return "Its memory is saved too; it stands still meanwhile.";
    if (!memory->hidden && memory->value)
        return "It stands still while its memory is saved.";
    return "It goes on running; its memory is not saved.";
}

static void build(const App *app, const Dialog *dialog, Lines *lines)
{
    const AppGuest *guest = guest_of(dialog);

    (void) app;
    if (guest && guest->picture)
        lines_printf(lines, 0, ROLE_DIALOG, "%s is %s. %s", guest->name, domain_state_word(guest->state),
                     effect_text(dialog, guest));
}

static Wish *wish_of(const Dialog *dialog, const AppGuest *guest)
{
    Wish *wish = wish_new(VERB_CREATE, guest->uuid, guest->name, form_text(dialog->form, FIELD_NAME));
    const char *note = form_text(dialog->form, FIELD_NOTE);
    const FormItem *memory = form_item(dialog->form, TOGGLE_MEMORY);
    const FormItem *quiesce = form_item(dialog->form, TOGGLE_QUIESCE);

    wish->kind = is_external(dialog) ? KIND_EXTERNAL : KIND_INTERNAL;
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
static void add_disks(const App *app, Form *form, const Definition *now)
{
    int writable = 0;

    for (guint i = 0; now && i < now->disks->len; i++)
        writable += disk_is_writable(now->disks->pdata[i]);
    if (writable < 2 || app->rows < 16 + writable)
        return;
    for (guint i = 0; i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (!disk_is_writable(disk))
            continue;
        form_set_hint(form_add_toggle(form, TOGGLE_DISK + (int) i, disk->target, disk->mode != DISK_MODE_NO),
                      ROLE_DIM, disk->path);
    }
}

void open_create_dialog(App *app, AppGuest *guest)
{
    g_autofree char *title = g_strdup_printf("New snapshot of %s", guest->name);
    g_autofree char *name = name_mint(guest->picture, "snap", app->wall);
    Dialog *dialog = dialog_open(app, &create_dialog, title);
    Form *form = dialog->form;
    const char *why;
    int kind = preselected(guest, &why);

    dialog->host = guest->host;
    dialog->uuid = g_strdup(guest->uuid);
    form_add_field(form, FIELD_NAME, "name", name);
    form_add_field(form, FIELD_NOTE, "note", "");
    form_set_hint(form_add_choice(form, CHOICE_KIND, "kind", kinds, kind), ROLE_DIM, why);
    form_add_toggle(form, TOGGLE_MEMORY, "save the memory (RAM) too", false);
    form_add_toggle(form, TOGGLE_QUIESCE, "freeze the file systems meanwhile", false);
    add_disks(app, form, domain_now(guest->picture->domain));
    form_add_button(form, BUTTON_CANCEL, "Cancel");
    form_add_button(form, BUTTON_PLAN, "Show the plan");
    change(app, dialog);
}
