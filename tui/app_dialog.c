// SPDX-License-Identifier: GPL-2.0-or-later
// The stack of dialogs: opened, fed with keys, closed. Only the one on top hears keys, and none that
// were typed within GUARD_MS after it opened: on a slow line they were meant for something else.

#include "tui/app_parts.h"

void dialog_free(gpointer data)
{
    Dialog *dialog = data;

    form_free(dialog->form);
    lines_free(dialog->body);
    g_free(dialog->uuid);
    wish_free(dialog->wish);
    plan_free(dialog->plan);
    g_clear_pointer(&dialog->before, g_ptr_array_unref);
    g_clear_pointer(&dialog->after, g_ptr_array_unref);
    failure_free(dialog->failure);
    remains_free(dialog->remains);
    g_free(dialog->entry);
    g_free(dialog);
}

Dialog *dialog_open(App *app, const DialogView *view, const char *title)
{
    Dialog *dialog = g_new0(Dialog, 1);

    dialog->view = view;
    dialog->form = form_new(title);
    dialog->opened = app->mono;
    g_ptr_array_add(app->dialogs, dialog);
    return dialog;
}

void dialog_close(App *app, Dialog *dialog)
{
    g_ptr_array_remove(app->dialogs, dialog);
    if (dialog_top(app))
        dialog_top(app)->opened = app->mono; // what comes into view is guarded like a new one
}

void dialogs_close_all(App *app)
{
    g_ptr_array_set_size(app->dialogs, 0);
}

Dialog *dialog_top(const App *app)
{
    return app->dialogs->len > 0 ? app->dialogs->pdata[app->dialogs->len - 1] : NULL;
}

Dialog *dialog_find(const App *app, const DialogView *view, guint64 ticket)
{
    for (guint i = app->dialogs->len; i > 0; i--) {
        Dialog *dialog = app->dialogs->pdata[i - 1];

        if (dialog->view == view && (ticket == 0 || dialog->ticket == ticket))
            return dialog;
    }
    return NULL;
}

// No secret, and not what one types to agree: that is typed each time.
static void use_memory(App *app, const Dialog *dialog)
{
    for (guint i = 0; i < dialog->form->items->len; i++) {
        FormItem *item = dialog->form->items->pdata[i];

        if (item->kind == FORM_FIELD && !item->secret && !item->entry.memory && item->id != dialog->form->typing)
            entry_use(&item->entry, &app->memory, item->label);
    }
}

void app_rebuild_dialog(App *app, Dialog *dialog)
{
    Rect area;

    use_memory(app, dialog);
    if (dialog->view->change)
        dialog->view->change(app, dialog);
    form_fit(dialog->form);
    lines_free(dialog->body);
    dialog->body = lines_new(dialog_cols(app, dialog));
    if (dialog->view->build)
        dialog->view->build(app, dialog, dialog->body);
    area = dialog_body_area(app, dialog);
    dialog->top = CLAMP(dialog->top, 0, MAX(0, lines_count(dialog->body) - area.rows));
}

// What was typed is remembered when it is sent off, by those that have a memory.
static void keep_texts(const Dialog *dialog)
{
    for (guint i = 0; i < dialog->form->items->len; i++) {
        FormItem *item = dialog->form->items->pdata[i];

        if (item->kind == FORM_FIELD)
            entry_keep(&item->entry);
    }
}

static void handle_event(App *app, Dialog *dialog, FormEvent event, int id)
{
    switch (event) {
    case FORM_CHANGED:
        if (dialog->view->change)
            dialog->view->change(app, dialog);
        break;
    case FORM_PRESSED:
    case FORM_ENTERED:
        keep_texts(dialog);
        dialog->view->press(app, dialog, id);
        break;
    case FORM_IGNORED:
    case FORM_TAKEN:
        break;
    }
}

void dialog_scroll(const App *app, Dialog *dialog, int rows)
{
    int height = dialog_body_area(app, dialog).rows;

    dialog->top = CLAMP(dialog->top + rows, 0, MAX(0, lines_count(dialog->body) - height));
}

static void scroll(const App *app, Dialog *dialog, int pages)
{
    dialog_scroll(app, dialog, pages * MAX(1, dialog_body_area(app, dialog).rows - 1));
}

void dialog_click(App *app, Dialog *dialog, int item)
{
    FormItem *clicked = dialog->form->items->pdata[item];
    Action action = clicked->kind == FORM_BUTTON ? ACTION_PRESS : ACTION_TOGGLE;
    int id = clicked->id;

    form_focus(dialog->form, id);
    if (form_focused(dialog->form) != clicked || clicked->danger || clicked->kind == FORM_FIELD)
        return;
    handle_event(app, dialog, form_act(dialog->form, action, &id), id);
}

void dialog_key(App *app, Dialog *dialog, Key key)
{
    int id = -1;
    FormEvent event;
    Action action = keymap_action(&app->keymap, key, app_contexts(app));

    if (app->mono - dialog->opened < GUARD_MS)
        return;
    if (action == ACTION_BACK) {
        if (dialog->view->cancel)
            dialog->view->cancel(app, dialog);
        else
            dialog_close(app, dialog);
    } else if (action == ACTION_SCROLL_UP || action == ACTION_SCROLL_DOWN ||
               key == KEY_PAGE_UP || key == KEY_PAGE_DOWN) { // from within a field too
        scroll(app, dialog, action == ACTION_SCROLL_UP || key == KEY_PAGE_UP ? -1 : 1);
    } else {
        if (action == ACTION_NONE)
            form_reach(dialog->form, key);
        event = action != ACTION_NONE ? form_act(dialog->form, action, &id)
                                      : form_type(dialog->form, key);
        handle_event(app, dialog, event, id);
    }
}
