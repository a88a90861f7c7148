// SPDX-License-Identifier: GPL-2.0-or-later
// Wishes as values.

#include "engine/model/wish.h"

#include "engine/model/naming.h"

#include <string.h>

static void disk_wish_free(gpointer data)
{
    DiskWish *disk = data;

    g_free(disk->target);
    g_free(disk->path);
    g_free(disk->base);
    g_free(disk->top);
    g_free(disk);
}

Wish *wish_new(Verb verb, const char *uuid, const char *domain, const char *snapshot)
{
    Wish *wish = g_new0(Wish, 1);

    wish->verb = verb;
    wish->uuid = g_strdup(uuid);
    wish->domain = g_strdup(domain);
    wish->snapshot = g_strdup(snapshot);
    wish->others = g_ptr_array_new_with_free_func(g_free);
    wish->disks = g_ptr_array_new_with_free_func(disk_wish_free);
    return wish;
}

Wish *wish_copy(const Wish *wish)
{
    Wish *copy = wish_new(wish->verb, wish->uuid, wish->domain, wish->snapshot);

    for (guint i = 0; i < wish->others->len; i++)
        g_ptr_array_add(copy->others, g_strdup(wish->others->pdata[i]));
    copy->uri = g_strdup(wish->uri);
    copy->kind = wish->kind;
    copy->memory = wish->memory;
    copy->memory_file = g_strdup(wish->memory_file);
    copy->quiesce = wish->quiesce;
    copy->description = g_strdup(wish->description);
    copy->now = wish->now;
    copy->keep_name = g_strdup(wish->keep_name);
    copy->branch_name = g_strdup(wish->branch_name);
    copy->after = wish->after;
    copy->reset_nvram = wish->reset_nvram;
    copy->force = wish->force;
    copy->discard_children = wish->discard_children;
    copy->metadata_only = wish->metadata_only;
    copy->keep_now = wish->keep_now;
    copy->children_only = wish->children_only;
    copy->problem = g_strdup(wish->problem);
    copy->storage_exclusive = wish->storage_exclusive;
    for (guint i = 0; i < wish->disks->len; i++) {
        const DiskWish *from = wish->disks->pdata[i];
        DiskWish *to = wish_disk(copy, from->target);

        to->include = from->include;
        to->path = g_strdup(from->path);
        to->base = g_strdup(from->base);
        to->top = g_strdup(from->top);
    }
    return copy;
}

void wish_free(Wish *wish)
{
    if (!wish)
        return;
    g_free(wish->uri);
    g_free(wish->uuid);
    g_free(wish->domain);
    g_free(wish->snapshot);
    g_free(wish->memory_file);
    g_free(wish->description);
    g_free(wish->keep_name);
    g_free(wish->branch_name);
    g_free(wish->problem);
    g_ptr_array_unref(wish->others);
    g_ptr_array_unref(wish->disks);
    g_free(wish);
}

void wish_add_subject(Wish *wish, const char *snapshot)
{
    if (!wish->snapshot)
        wish->snapshot = g_strdup(snapshot);
    else if (strcmp(wish->snapshot, snapshot) != 0 &&
             !g_ptr_array_find_with_equal_func(wish->others, snapshot, g_str_equal, NULL))
        g_ptr_array_add(wish->others, g_strdup(snapshot));
}

enum { MOST = 5 }; // besides the first

char *wish_subjects(const Wish *wish)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    if (!wish->snapshot)
        return NULL;
    g_ptr_array_add(names, wish->snapshot);
    for (guint i = 0; i < wish->others->len; i++)
        g_ptr_array_add(names, wish->others->pdata[i]);
    return names_row(names, MOST + 1);
}

char *wish_subjects_recorded(const Wish *wish)
{
    guint more = wish->others->len > MOST ? wish->others->len - (MOST - 1) : 0, shown = wish->others->len - more;
    GString *names = wish->snapshot ? g_string_new(wish->snapshot) : NULL;

    for (guint i = 0; names && i < shown; i++)
        g_string_append_printf(names, "%s%s", i + 1 == shown && more == 0 ? " and " : ", ",
                               (const char *) wish->others->pdata[i]);
    if (names && more > 0)
        g_string_append_printf(names, " and %u more", more);
    return names ? g_string_free(names, FALSE) : NULL;
}

const DiskWish *wish_find_disk(const Wish *wish, const char *target)
{
    for (guint i = 0; i < wish->disks->len; i++) {
        const DiskWish *disk = wish->disks->pdata[i];

        if (strcmp(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

DiskWish *wish_disk(Wish *wish, const char *target)
{
    DiskWish *disk = (DiskWish *) wish_find_disk(wish, target);

    if (disk)
        return disk;
    disk = g_new0(DiskWish, 1);
    disk->target = g_strdup(target);
    disk->include = true;
    g_ptr_array_add(wish->disks, disk);
    return disk;
}

static const char *const verb_words[] = {
    [VERB_CREATE] = "create",
    [VERB_DELETE] = "delete",
    [VERB_REVERT] = "revert",
    [VERB_DISCARD] = "discard",
    [VERB_REPAIR] = "repair",
};

const char *verb_word(Verb verb)
{
    return verb_words[verb];
}

bool verb_parse(const char *word, Verb *verb)
{
    for (guint i = 0; i < G_N_ELEMENTS(verb_words); i++) {
        if (g_strcmp0(word, verb_words[i]) == 0) {
            *verb = (Verb) i;
            return true;
        }
    }
    return false;
}

static void add_option(GString *command, bool given, const char *option)
{
    if (given)
        g_string_append_printf(command, " %s", option);
}

static void add_choices(GString *command, const Wish *wish)
{
    add_option(command, wish->now == NOW_LOSE, "--lose-now");
    add_option(command, wish->after == AFTER_RUNNING, "--running");
    add_option(command, wish->after == AFTER_PAUSED, "--paused");
    add_option(command, wish->after == AFTER_OFF, "--off");
    add_option(command, wish->reset_nvram, "--reset-nvram");
    add_option(command, wish->discard_children, "--discard-children");
    add_option(command, wish->children_only, "--children-only");
    add_option(command, wish->metadata_only, "--metadata-only");
    add_option(command, wish->keep_now, "--keep-now");
    add_option(command, wish->force, "--force");
    add_option(command, wish->storage_exclusive, "--storage-exclusive");
}

char *wish_command(const Wish *wish)
{
    g_autofree char *guest = name_quote(wish->domain);
    g_autofree char *subject = wish->verb == VERB_REPAIR ? g_strdup(wish->problem) :
                               wish->snapshot            ? name_quote(wish->snapshot) : NULL;
    GString *command = g_string_new("plan ");

    g_string_append_printf(command, "%s %s", verb_word(wish->verb), guest);
    add_option(command, subject != NULL, subject);
    for (guint i = 0; i < wish->others->len; i++) {
        g_autofree char *other = name_quote(wish->others->pdata[i]);

        add_option(command, true, other);
    }
    add_choices(command, wish);
    return g_string_free(command, FALSE);
}
