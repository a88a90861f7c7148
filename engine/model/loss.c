// SPDX-License-Identifier: GPL-2.0-or-later
// Losses, and their words: those that never change, and those that are shown.

#include "engine/model/loss.h"

#include "engine/model/tongue.h"

#include <string.h>

// Around the name. The longer ones first, where one begins like another.
static const struct {
    LossKind kind;
    const char *before, *after;
} words[] = {
    {LOSS_NOW_SINCE, "NOW: everything written since snapshot ", " was taken"},
    {LOSS_SNAPSHOT_DATA, "snapshot ", ", whose data no other state holds"},
    {LOSS_SNAPSHOT, "snapshot ", ""},
    {LOSS_POINT, "the point of return ", ""},
};

Loss *loss_new(LossKind kind, const char *name)
{
    Loss *loss = g_new0(Loss, 1);

    loss->kind = kind;
    loss->name = g_strdup(name);
    return loss;
}

void loss_free(Loss *loss)
{
    if (!loss)
        return;
    g_free(loss->name);
    g_free(loss);
}

Loss *loss_parse(const char *text)
{
    if (strcmp(text, "NOW") == 0)
        return loss_new(LOSS_NOW, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize before = strlen(words[i].before), after = strlen(words[i].after);
        g_autofree char *name = NULL;

        if (strlen(text) <= before + after || !g_str_has_prefix(text, words[i].before) ||
            !g_str_has_suffix(text, words[i].after))
            continue;
        name = g_strndup(text + before, strlen(text) - before - after);
        return loss_new(words[i].kind, name);
    }
    return loss_new(LOSS_OTHER, text);
}

char *loss_words(const Loss *loss)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (words[i].kind == loss->kind)
            return g_strconcat(words[i].before, loss->name, words[i].after, NULL);
    return g_strdup(loss->name ? loss->name : "NOW");
}

char *loss_item(const Loss *loss)
{
    switch (loss->kind) {
    case LOSS_NOW_SINCE:
        return g_strdup_printf(_("NOW: everything written since snapshot %s was taken"), loss->name);
    case LOSS_SNAPSHOT:
        return g_strdup_printf(_("snapshot %s"), loss->name);
    case LOSS_SNAPSHOT_DATA:
        return g_strdup_printf(_("snapshot %s, whose data no other state holds"), loss->name);
    case LOSS_POINT:
        return g_strdup_printf(_("the point of return %s"), loss->name);
    case LOSS_NOW:
    case LOSS_OTHER:
        break;
    }
    return loss_words(loss);
}

char *loss_line(const Loss *loss)
{
    switch (loss->kind) {
    case LOSS_NOW:
        return g_strdup(_("Given up: NOW"));
    case LOSS_NOW_SINCE:
        return g_strdup_printf(_("Given up: NOW: everything written since snapshot %s was taken"), loss->name);
    case LOSS_SNAPSHOT:
        return g_strdup_printf(_("Given up: snapshot %s"), loss->name);
    case LOSS_SNAPSHOT_DATA:
        return g_strdup_printf(_("Given up: snapshot %s, whose data no other state holds"), loss->name);
    case LOSS_POINT:
        return g_strdup_printf(_("Given up: the point of return %s"), loss->name);
    case LOSS_OTHER:
        break;
    }
    return g_strdup_printf(_("Given up: %s"), loss->name);
}
