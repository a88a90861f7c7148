// SPDX-License-Identifier: GPL-2.0-or-later
// A form: focus, typing and pressing, the same for every dialog.

#include "tui/form.h"

#include "engine/model/tongue.h"
#include "tui/text.h"

#define FIELD_LIMIT 1024

static void item_free(gpointer data)
{
    FormItem *item = data;

    if (item->kind == FORM_FIELD) {
        if (item->secret)
            explicit_bzero(item->entry.text->str, item->entry.text->len);
        entry_clear(&item->entry);
    }
    g_strfreev(item->values);
    g_free(item->label);
    g_free(item->hint);
    g_free(item);
}

Form *form_new(const char *title)
{
    Form *form = g_new0(Form, 1);

    form->title = g_strdup(title);
    form->items = g_ptr_array_new_with_free_func(item_free);
    form->focus = -1;
    form->typing = -1;
    return form;
}

void form_free(Form *form)
{
    if (!form)
        return;
    g_ptr_array_unref(form->items);
    g_free(form->title);
    g_free(form);
}

static FormItem *add_item(Form *form, FormKind kind, int id, const char *label)
{
    FormItem *item = g_new0(FormItem, 1);

    item->kind = kind;
    item->id = id;
    item->label = g_strdup(label);
    item->hint_role = ROLE_DIM;
    g_ptr_array_add(form->items, item);
    if (form->focus < 0)
        form->focus = 0;
    return item;
}

FormItem *form_add_field(Form *form, int id, const char *label, const char *text)
{
    FormItem *item = add_item(form, FORM_FIELD, id, label);

    entry_init(&item->entry, text ? text : "", FIELD_LIMIT);
    return item;
}

FormItem *form_add_choice(Form *form, int id, const char *label, const char *const *values, int value)
{
    FormItem *item = add_item(form, FORM_CHOICE, id, label);

    item->values = g_strdupv((char **) values);
    for (char **each = item->values; *each; each++) {
        char *word = *each;

        *each = g_strdup(_(word));
        g_free(word);
    }
    item->value = value;
    return item;
}

FormItem *form_add_toggle(Form *form, int id, const char *label, bool on)
{
    FormItem *item = add_item(form, FORM_TOGGLE, id, label);

    item->value = on;
    return item;
}

FormItem *form_add_button(Form *form, int id, const char *label)
{
    return add_item(form, FORM_BUTTON, id, label);
}

FormItem *form_item(const Form *form, int id)
{
    for (guint i = 0; i < form->items->len; i++) {
        FormItem *item = form->items->pdata[i];

        if (item->id == id)
            return item;
    }
    return NULL;
}

FormItem *form_focused(const Form *form)
{
    return form->focus >= 0 ? form->items->pdata[form->focus] : NULL;
}

const char *form_text(const Form *form, int id)
{
    const FormItem *item = form_item(form, id);

    return item && item->kind == FORM_FIELD ? item->entry.text->str : "";
}

int form_value(const Form *form, int id)
{
    const FormItem *item = form_item(form, id);

    return item ? item->value : 0;
}

void form_set_hint(FormItem *item, Role role, const char *hint)
{
    g_free(item->hint);
    item->hint = g_strdup(hint);
    item->hint_role = role;
}

static bool usable(const FormItem *item)
{
    return !item->hidden && !item->disabled;
}

void form_focus(Form *form, int id)
{
    for (guint i = 0; i < form->items->len; i++) {
        const FormItem *item = form->items->pdata[i];

        if (item->id == id && usable(item))
            form->focus = (int) i;
    }
}

// Goes round: +1 forwards, -1 backwards, until a usable item is met.
static void move_focus(Form *form, int by)
{
    int n = (int) form->items->len;

    for (int i = 0, at = form->focus; i < n; i++) {
        at = (at + by + n) % n;
        if (usable(form->items->pdata[at])) {
            form->focus = at;
            return;
        }
    }
}

void form_fit(Form *form)
{
    if (form->focus >= 0 && !usable(form->items->pdata[form->focus]))
        move_focus(form, 1);
}

static FormEvent change_value(FormItem *item, int by)
{
    int n = item->kind == FORM_TOGGLE ? 2 : (int) g_strv_length(item->values);

    item->value = (item->value + by + n) % n;
    return FORM_CHANGED;
}

// Left and right: the value of a choice, else the neighbouring item.
static FormEvent move_sideways(Form *form, FormItem *item, int by)
{
    if (item->kind == FORM_CHOICE || item->kind == FORM_TOGGLE)
        return change_value(item, by);
    move_focus(form, by);
    return FORM_TAKEN;
}

static FormEvent press(Form *form, FormItem *item, int *id)
{
    *id = item->id;
    if (item->kind == FORM_BUTTON)
        return FORM_PRESSED;
    if (item->kind == FORM_FIELD)
        return FORM_ENTERED;
    move_focus(form, 1);
    return FORM_TAKEN;
}

FormEvent form_act(Form *form, Action action, int *id)
{
    FormItem *item = form_focused(form);

    if (!item)
        return FORM_IGNORED;
    switch ((int) action) {
    case ACTION_NEXT_FIELD:
        move_focus(form, 1);
        return FORM_TAKEN;
    case ACTION_PREVIOUS_FIELD:
        move_focus(form, -1);
        return FORM_TAKEN;
    case ACTION_CHOOSE_LEFT:
        return move_sideways(form, item, -1);
    case ACTION_CHOOSE_RIGHT:
        return move_sideways(form, item, 1);
    case ACTION_TOGGLE:
        if (item->kind == FORM_CHOICE || item->kind == FORM_TOGGLE)
            return change_value(item, 1);
        return FORM_TAKEN; // Space never presses a button
    case ACTION_PRESS:
        return press(form, item, id);
    default:
        return FORM_IGNORED;
    }
}

void form_reach(Form *form, Key key)
{
    const FormItem *item = form_focused(form);

    if (form->typing >= 0 && item && item->kind != FORM_FIELD && key > ' ' && key < KEY_FIRST &&
        text_drawable(key))
        form_focus(form, form->typing);
}

FormEvent form_type(Form *form, Key key)
{
    FormItem *item = form_focused(form);

    if (item && item->kind == FORM_FIELD && entry_ignores(&item->entry, key))
        return FORM_TAKEN;
    if (!item || item->kind != FORM_FIELD || !entry_key(&item->entry, key))
        return FORM_IGNORED;
    return FORM_CHANGED;
}
