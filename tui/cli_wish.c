// SPDX-License-Identifier: GPL-2.0-or-later
// From options to a wish: the choices of each `plan`.
#include "tui/cli_split.h"

#include "engine/model/tongue.h"

#include <string.h>

static void take_kind(Split *split, Wish *wish, const char *value)
{
    if (strcmp(value, "external") == 0)
        wish->kind = KIND_EXTERNAL;
    else if (strcmp(value, "internal") == 0)
        wish->kind = KIND_INTERNAL;
    else
        split_fault(split, "The kind of a snapshot is external or internal, not %s.", value);
}

// DEV=no or DEV=PATH.
static void take_disk(Split *split, Wish *wish, const char *value)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value || !equals[1]) {
        split_fault(split, "--disk wants DEV=no or DEV=PATH, for example --disk vdb=no, not %s.",
                    value);
        return;
    }
    g_autofree char *target = g_strndup(value, (gsize) (equals - value));
    if (wish_find_disk(wish, target))
        split_fault(split, "The disk %s is given twice.", target);
    DiskWish *disk = wish_disk(wish, target);
    disk->include = strcmp(equals + 1, "no") != 0;
    if (disk->include)
        disk->path = g_strdup(equals + 1);
}

static void take_create(Split *split, Wish *wish, Option option, const char *value)
{
    if (option == OPTION_KIND) {
        take_kind(split, wish, value);
    } else if (option == OPTION_MEMORY) {
        wish->memory = true;
        wish->memory_file = g_strdup(value);
    } else if (option == OPTION_QUIESCE) {
        wish->quiesce = true;
    } else if (option == OPTION_DISK) {
        take_disk(split, wish, value);
    } else if (option == OPTION_DESCRIPTION) {
        wish->description = g_strdup(value);
    }
}

static void take_revert(Wish *wish, Option option, const char *value)
{
    if (option == OPTION_KEEP_NOW)
        wish->keep_name = g_strdup(value);
    else if (option == OPTION_LOSE_NOW)
        wish->now = NOW_LOSE;
    else if (option == OPTION_RUNNING)
        wish->after = AFTER_RUNNING;
    else if (option == OPTION_PAUSED)
        wish->after = AFTER_PAUSED;
    else if (option == OPTION_OFF)
        wish->after = AFTER_OFF;
    else if (option == OPTION_RESET_NVRAM)
        wish->reset_nvram = true;
    else if (option == OPTION_DISCARD_CHILDREN)
        wish->discard_children = true;
    else if (option == OPTION_FORCE)
        wish->force = true;
}

static void take_discard(Wish *wish, Option option)
{
    if (option == OPTION_CHILDREN_ONLY)
        wish->children_only = true;
    else if (option == OPTION_LOSE_NOW)
        wish->now = NOW_LOSE;
    else if (option == OPTION_FORCE)
        wish->force = true;
}

static void take_delete(Wish *wish, Option option, const char *value)
{
    if (option == OPTION_METADATA_ONLY) {
        wish->metadata_only = true;
    } else if (option == OPTION_KEEP_NOW) {
        wish->keep_now = true;
        wish->keep_name = g_strdup(value);
    }
}

static void check_pair(Split *split, Option one, Option other, const char *fault)
{
    if (split_has(split, one) && split_has(split, other))
        split_fault(split, "%s", fault);
}

// What contradicts itself before any guest is asked. --disk-only and a memory file are things that
// external snapshots only have, so they choose that kind.
static void check_wish(Split *split, Wish *wish)
{
    bool external = split_has(split, OPTION_DISK_ONLY) || wish->memory_file;
    check_pair(split, OPTION_DISK_ONLY, OPTION_MEMORY,
               N_("--disk-only and --memory contradict each other."));
    check_pair(split, OPTION_KEEP_NOW, OPTION_LOSE_NOW,
               N_("--keep-now and --lose-now contradict each other."));
    check_pair(split, OPTION_RUNNING, OPTION_PAUSED, N_("Only one of --running, --paused and --off."));
    check_pair(split, OPTION_RUNNING, OPTION_OFF, N_("Only one of --running, --paused and --off."));
    check_pair(split, OPTION_PAUSED, OPTION_OFF, N_("Only one of --running, --paused and --off."));
    if (external && wish->kind == KIND_INTERNAL)
        split_fault(split,
                    "An internal snapshot of a running guest always holds its memory, inside "
                    "the image: --disk-only and --memory=FILE go with --kind external.");
    else if (external)
        wish->kind = KIND_EXTERNAL;
}

Wish *split_wish(Split *split)
{
    Verb verb = VERB_CREATE;
    verb_parse(split_word(split, 1), &verb);
    bool repair = verb == VERB_REPAIR; // its third word is a problem
    Wish *wish = wish_new(verb, NULL, split_word(split, 2), split_word(split, repair ? 4 : 3));
    wish->problem = repair ? g_strdup(split_word(split, 3)) : NULL;
    for (guint i = 4; !repair && i < split->words->len; i++)
        wish_add_subject(wish, split_word(split, i));
    for (guint i = 0; i < split->given->len; i++) {
        const Given *given = &g_array_index(split->given, Given, i);
        if (given->spec->option == OPTION_STORAGE_EXCLUSIVE)
            wish->storage_exclusive = true;
        else if (verb == VERB_CREATE)
            take_create(split, wish, given->spec->option, given->value);
        else if (verb == VERB_REVERT)
            take_revert(wish, given->spec->option, given->value);
        else if (verb == VERB_DISCARD)
            take_discard(wish, given->spec->option);
        else if (verb == VERB_DELETE)
            take_delete(wish, given->spec->option, given->value);
    }
    check_wish(split, wish);
    return wish;
}
