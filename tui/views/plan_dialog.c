// SPDX-License-Identifier: GPL-2.0-or-later
// The plan as the engine made it, and its confirmation: from here a job is started.
//
// Everything shown comes from the plan; nothing is described a second time. Cancel is the first
// button and has the focus. Where data is given up, the guest's name must be typed.

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/cli_route.h"

#include <string.h>

#define WIDE_COLS 104 // for the names of images, before and after, side by side
#define TIGHT_ROWS 16 // below: the form leaves a plan a few lines

enum {
    BUTTON_CANCEL,
    BUTTON_BACK,
    BUTTON_RUN,
    BUTTON_IMAGES,
    BUTTON_COPY,
    FIELD_NAME,
    BUTTON_ROUTE, // and the numbers after it: one per route
};

static void add_reasons(Lines *lines, const char *heading, const GPtrArray *reasons, const char *mark, Role role)
{
    if (reasons->len == 0)
        return;
    lines_gap(lines);
    if (heading)
        lines_add(lines, 0, ROLE_HEADING, _(heading));
    for (guint i = 0; i < reasons->len; i++) {
        const Reason *reason = reasons->pdata[i];

        lines_item(lines, mark, role, reason->text);
    }
}

// A merge gives up one thing, the snapshot that the wish names, and its first outcome says just that.
static bool outcome_tells_lost(const Plan *plan)
{
    const char *name = plan->wish->snapshot;

    if (plan->wish->verb != VERB_DELETE || plan->loses_data)
        return false;
    return plan->wish->others->len > 0 || // of several too
           (plan->lost->len == 1 && g_strcmp0(((const Loss *) plan->lost->pdata[0])->name, name) == 0 &&
            plan->outcomes->len > 0 && strstr(plan->outcomes->pdata[0], name));
}

static void add_lost(Lines *lines, const Plan *plan)
{
    Role role = plan->loses_data ? ROLE_DANGER : ROLE_WARNING;

    if (plan->lost->len == 0 || outcome_tells_lost(plan))
        return;
    lines_gap(lines);
    lines_add(lines, 0, role, plan->loses_data ? _("Lost for good:") : _("Given up (no data is lost):"));
    for (guint i = 0; i < plan->lost->len; i++) {
        g_autofree char *item = loss_item(plan->lost->pdata[i]);

        lines_item(lines, "-", role, item);
    }
}

static void add_cost(Lines *lines, const Plan *plan)
{
    g_autofree char *copy = size_short(plan->copy_bytes);
    g_autofree char *needed = size_short(plan->space_needed);
    g_autofree char *free_space = size_short(plan->space_free);
    bool same = plan->copy_bytes > 0 && plan->copy_bytes == plan->space_needed;

    lines_gap(lines);
    if (same)
        lines_fieldf(lines, _("copies"), ROLE_DIALOG, "at most %s, needs as much space, free: %s", copy, free_space);
    else if (plan->copy_bytes != 0)
        lines_fieldf(lines, _("copies"), ROLE_DIALOG, plan->copy_bytes > 0 ? N_("at most %s") : N_("%s: unknown"), copy);
    if (plan->space_needed != 0 && !same)
        lines_fieldf(lines, _("space"), ROLE_DIALOG, "needs at most %s, free: %s", needed, free_space);
    if (plan->after)
        lines_fieldf(lines, _("after"), ROLE_DIALOG, "%s", plan->after);
}

static void add_outcomes(Lines *lines, const Plan *plan)
{
    for (guint i = 0; i < plan->outcomes->len; i++)
        lines_add(lines, 0, i == 0 && outcome_tells_lost(plan) ? ROLE_WARNING : ROLE_DIALOG,
                  plan->outcomes->pdata[i]);
}

// Where a screen shows some lines of it only, those are what is lost.
static void add_outcomes_and_lost(Lines *lines, const Plan *plan, bool tight)
{
    if (!tight || !plan->loses_data) {
        add_outcomes(lines, plan);
        add_lost(lines, plan);
    } else {
        add_lost(lines, plan);
        lines_gap(lines);
        add_outcomes(lines, plan);
    }
}

static void add_plan(const Plan *plan, Lines *lines, bool tight)
{
    if (plan->verdict == VERDICT_REFUSED) {
        add_reasons(lines, N_("Not possible now:"), plan->reasons, "!", ROLE_PROBLEM);
        plan_add_routes(lines, plan);
        add_reasons(lines, N_("Also:"), plan->warnings, "-", ROLE_DIALOG);
        return;
    }
    add_outcomes_and_lost(lines, plan, tight);
    add_reasons(lines, NULL, plan->warnings, "!", ROLE_WARNING);
    add_cost(lines, plan);
    plan_add_steps(lines, plan);
}

static bool is_tight(const App *app)
{
    return app->rows < TIGHT_ROWS;
}

// A plan has to fit on the screen to be read: where the images have no room beside it they take turns.
static bool images_fit(const App *app, const Dialog *dialog)
{
    int cols = dialog_cols(app, dialog);
    g_autoptr(Lines) lines = lines_new(cols);

    add_plan(dialog->plan, lines, is_tight(app));
    plan_add_images(lines, dialog->plan, dialog->before, dialog->after);
    return lines_count(lines) + dialog_form_rows(dialog, cols) + 5 <= app->rows;
}

static void plan_build(const App *app, const Dialog *dialog, Lines *lines)
{
    bool fit = dialog->before && images_fit(app, dialog);

    if (fit || !dialog->turned)
        add_plan(dialog->plan, lines, is_tight(app));
    if (fit || dialog->turned)
        plan_add_images(lines, dialog->plan, dialog->before, dialog->after);
}

// Data is lost, or a risk was agreed to: then pressing keys is not enough.
static bool wants_name(const Plan *plan)
{
    return plan->loses_data || plan->wish->force;
}

static bool confirmed(const Dialog *dialog)
{
    return !wants_name(dialog->plan) ||
           strcmp(form_text(dialog->form, FIELD_NAME), dialog->plan->wish->domain) == 0;
}

static void plan_change(App *app, Dialog *dialog)
{
    FormItem *run = form_item(dialog->form, BUTTON_RUN);
    FormItem *images = form_item(dialog->form, BUTTON_IMAGES);

    if (run)
        run->disabled = !confirmed(dialog);
    if (images)
        images->hidden = images_fit(app, dialog);
}

static void run(App *app, Dialog *dialog)
{
    AppHost *host = dialog->host;

    if (!confirmed(dialog))
        return;
    if (host->link != LINK_UP) {
        app_notice(app, true, "Not started: the connection is lost. Nothing was changed.");
        return;
    }
    engine_run(host->engine, dialog->plan);
    app_notice(app, false, "Started: %s.", dialog->plan->title);
    dialogs_close_all(app);
}

static void take_route(App *app, const Dialog *dialog, guint index)
{
    g_autoptr(Wish) wish = plan_route_wish(dialog->plan, index);

    if (dialog->host->link != LINK_UP)
        app_notice(app, true, "The guest can't be reached any more.");
    else if (wish)
        open_planning_dialog(app, dialog->host, wish);
}

static void turn(Dialog *dialog)
{
    FormItem *button = form_item(dialog->form, BUTTON_IMAGES);

    dialog->turned = !dialog->turned;
    dialog->top = 0;
    g_free(button->label);
    button->label = g_strdup(dialog->turned ? _("Steps") : _("Images"));
}

static void plan_press(App *app, Dialog *dialog, int id)
{
    if (id == BUTTON_RUN)
        run(app, dialog);
    else if (id == BUTTON_BACK)
        dialog_close(app, dialog);
    else if (id == BUTTON_IMAGES)
        turn(dialog);
    else if (id == BUTTON_COPY)
        open_copy_dialog(app, dialog->host, dialog->plan);
    else if (id >= BUTTON_ROUTE)
        take_route(app, dialog, (guint) (id - BUTTON_ROUTE));
    else if (id == BUTTON_CANCEL)
        dialogs_close_all(app);
    else if (id == FIELD_NAME)
        form_focus(dialog->form, BUTTON_RUN); // stays where it is while the name is not right
}

static const DialogView plan_dialog = {
    .cols = 76,
    .wide_cols = WIDE_COLS,
    .build = plan_build,
    .change = plan_change,
    .press = plan_press,
};

static const DialogView loss_dialog = {
    .cols = 76,
    .wide_cols = WIDE_COLS,
    .warns = true,
    .build = plan_build,
    .change = plan_change,
    .press = plan_press,
};

static const char *run_label(const Plan *plan)
{
    switch (plan->wish->verb) {
    case VERB_CREATE:
        return _("Create it");
    case VERB_DELETE:
        return plan->wish->others->len > 0 ? _("Delete them") : _("Delete it");
    case VERB_REVERT:
        return _("Revert");
    case VERB_DISCARD:
        return _("Discard it");
    case VERB_REPAIR:
        return _("Repair it");
    }
    return _("Run");
}

static void add_confirmation(Dialog *dialog)
{
    bool loses = wants_name(dialog->plan);
    g_autofree char *hint = g_strdup_printf(dialog->plan->loses_data ? _("data is lost: type the guest's name, %s")
                                                                     : _("to agree to the risk: type the guest's name, %s"),
                                            dialog->plan->wish->domain);
    FormItem *run_button;

    if (loses) {
        form_set_hint(form_add_field(dialog->form, FIELD_NAME, _("Type name"), ""), ROLE_DANGER, hint);
        dialog->form->typing = FIELD_NAME; // Cancel has the focus; who types the name means this
    }
    form_add_button(dialog->form, BUTTON_CANCEL, _("Cancel"));
    run_button = form_add_button(dialog->form, BUTTON_RUN, run_label(dialog->plan));
    run_button->danger = loses;
    run_button->disabled = loses;
}

static void add_routes(Dialog *dialog)
{
    for (guint i = 0; i < dialog->plan->routes->len; i++) {
        g_autoptr(Wish) wish = plan_route_wish(dialog->plan, i);
        g_autofree char *label = g_strdup_printf(_("Open %u"), i + 1);

        if (wish)
            form_add_button(dialog->form, BUTTON_ROUTE + (int) i, label);
    }
}

// The App has the picture that the plan was made from by now.
static void compare_images(Dialog *dialog)
{
    AppGuest *guest = app_find_guest(dialog->host, dialog->uuid);
    const GPtrArray *before = guest ? guest_chains(guest) : NULL;

    if (before)
        dialog->after = plan_chains(dialog->plan, before, domain_now(guest->picture->domain));
    if (dialog->after)
        dialog->before = g_ptr_array_ref((GPtrArray *) before);
}

void open_plan_dialog(App *app, AppHost *host, Plan *plan)
{
    bool refused = plan->verdict == VERDICT_REFUSED;
    bool loses = !refused && wants_name(plan);
    Dialog *below = dialog_top(app);
    Dialog *dialog = dialog_open(app, loses ? &loss_dialog : &plan_dialog, plan->title);

    dialog->host = host;
    dialog->uuid = g_strdup(plan->wish->uuid);
    dialog->plan = plan;
    compare_images(dialog);
    if (refused) {
        form_add_button(dialog->form, BUTTON_CANCEL, _("Close"));
        add_routes(dialog);
    } else {
        add_confirmation(dialog);
    }
    if (dialog->before)
        form_add_button(dialog->form, BUTTON_IMAGES, _("Images"));
    form_add_button(dialog->form, BUTTON_COPY, _("Copy"));
    if (below)
        form_add_button(dialog->form, BUTTON_BACK, _("Back"));
    form_focus(dialog->form, BUTTON_CANCEL);
}
