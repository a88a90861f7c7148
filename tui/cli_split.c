// SPDX-License-Identifier: GPL-2.0-or-later
// Splitting a command line into words and options, by one table.
//
// Not getopt, because it takes shortened options, and because what belongs to which verb is the
// greater part of the work.
#include "tui/cli_split.h"

#include "engine/model/naming.h"
#include "engine/model/tongue.h"

#include <string.h>

static const OptionSpec specs[] = {
    {"connect", 'c', OPTION_CONNECT, TAKES_VALUE, AT_ANY, true},
    {"readonly", 'r', OPTION_READ_ONLY, TAKES_NOTHING, AT_ANY, false},
    {"json", 0, OPTION_JSON, TAKES_NOTHING, AT_ANY & ~(unsigned) (AT_SCREEN | AT_SETTINGS), false},
    {"names", 0, OPTION_NAMES, TAKES_NOTHING, AT_LIST, false},
    {"ascii", 0, OPTION_ASCII, TAKES_NOTHING, AT_ANY, false},
    {"mouse", 0, OPTION_MOUSE, TAKES_NOTHING, AT_SCREEN, false},
    {"plain", 0, OPTION_PLAIN, TAKES_NOTHING, AT_SCREEN, false},
    {"demo", 0, OPTION_DEMO, TAKES_NOTHING, AT_ANY, false},
    {"help", 'h', OPTION_HELP, TAKES_NOTHING, AT_ANY, true},
    {"version", 'V', OPTION_VERSION, TAKES_NOTHING, AT_ANY, true},
    {"theme", 0, OPTION_THEME, TAKES_VALUE, AT_SCREEN | AT_SETTINGS, false},
    {"yes", 'y', OPTION_YES, TAKES_NOTHING, AT_APPLY | AT_RESUME | AT_UNDO, false},
    {"kind", 0, OPTION_KIND, TAKES_VALUE, AT_CREATE, false},
    {"disk-only", 0, OPTION_DISK_ONLY, TAKES_NOTHING, AT_CREATE, false},
    {"memory", 0, OPTION_MEMORY, MAY_TAKE_VALUE, AT_CREATE, false},
    {"quiesce", 0, OPTION_QUIESCE, TAKES_NOTHING, AT_CREATE, false},
    {"disk", 0, OPTION_DISK, TAKES_VALUE, AT_CREATE, true},
    {"description", 0, OPTION_DESCRIPTION, TAKES_VALUE, AT_CREATE, false},
    {"keep-now", 0, OPTION_KEEP_NOW, MAY_TAKE_VALUE, AT_REVERT | AT_DELETE, false},
    {"lose-now", 0, OPTION_LOSE_NOW, TAKES_NOTHING, AT_REVERT | AT_DISCARD | AT_JOBS | AT_RESUME, false},
    {"running", 0, OPTION_RUNNING, TAKES_NOTHING, AT_REVERT, false},
    {"paused", 0, OPTION_PAUSED, TAKES_NOTHING, AT_REVERT, false},
    {"off", 0, OPTION_OFF, TAKES_NOTHING, AT_REVERT, false},
    {"reset-nvram", 0, OPTION_RESET_NVRAM, TAKES_NOTHING, AT_REVERT, false},
    {"force", 0, OPTION_FORCE, TAKES_NOTHING, AT_REVERT | AT_DISCARD, false},
    {"metadata-only", 0, OPTION_METADATA_ONLY, TAKES_NOTHING, AT_DELETE, false},
    {"discard-children", 0, OPTION_DISCARD_CHILDREN, TAKES_NOTHING, AT_REVERT, false},
    {"children-only", 0, OPTION_CHILDREN_ONLY, TAKES_NOTHING, AT_DISCARD, false},
    {"storage-exclusive", 0, OPTION_STORAGE_EXCLUSIVE, TAKES_NOTHING, AT_DELETE | AT_REVERT | AT_DISCARD, false},
};

void split_fault(Split *split, const char *format, ...)
{
    va_list args;
    if (split->error)
        return;
    va_start(args, format);
    split->error = g_strdup_vprintf(_(format), args);
    va_end(args);
}

static const OptionSpec *find_option(const char *name, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(specs); i++) {
        if (strlen(specs[i].name) == length && strncmp(specs[i].name, name, length) == 0)
            return &specs[i];
    }
    return NULL;
}

static const OptionSpec *find_letter(char letter)
{
    for (gsize i = 0; i < G_N_ELEMENTS(specs); i++) {
        if (specs[i].letter && specs[i].letter == letter)
            return &specs[i];
    }
    return NULL;
}

static void unknown_option(Split *split, const char *argument)
{
    const char *names[G_N_ELEMENTS(specs) + 1] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(specs); i++)
        names[i] = specs[i].name;
    g_auto(GStrv) near = names_near(argument + strspn(argument, "-"), names);
    if (near[0])
        split_fault(split, "There is no option %s. Did you mean --%s?", argument, near[0]);
    else
        split_fault(split, "There is no option %s.", argument);
}

static void add_given(Split *split, const OptionSpec *spec, const char *value)
{
    for (guint i = 0; i < split->given->len && !spec->repeats; i++) {
        if (g_array_index(split->given, Given, i).spec == spec)
            split_fault(split, "The option --%s is given twice.", spec->name);
    }
    Given given = {spec, value};
    g_array_append_val(split->given, given);
}

// One option and its value, which may be the next argument: then *next is stepped over.
static void take_option(Split *split, const char *argument, const char *following, int *next)
{
    bool is_long = argument[1] == '-';
    const char *name = argument + (is_long ? 2 : 1);
    gsize length = is_long ? strcspn(name, "=") : 1;
    const OptionSpec *spec = is_long ? find_option(name, length) : find_letter(*name);
    const char *value = name[length] ? name + length + (is_long ? 1 : 0) : NULL;
    if (!spec) {
        unknown_option(split, argument);
        return;
    }
    if (spec->takes == TAKES_NOTHING && value)
        split_fault(split, "The option --%s takes no value (%s).", spec->name, argument);
    if (spec->takes == TAKES_VALUE && !value) {
        value = following;
        ++*next;
    }
    if (spec->takes == TAKES_VALUE && !value)
        split_fault(split, "The option --%s needs a value.", spec->name);
    if (value && !*value)
        split_fault(split, "The value of --%s is empty.", spec->name);
    add_given(split, spec, value);
}

void split_arguments(Split *split, int argc, char **argv)
{
    bool options_end = false;
    *split = (Split){
        .words = g_ptr_array_new(),
        .given = g_array_new(FALSE, FALSE, sizeof(Given)),
    };
    for (int i = 1; i < argc; i++) {
        bool is_option = !options_end && argv[i][0] == '-' && argv[i][1];
        if (is_option && strcmp(argv[i], "--") == 0) {
            options_end = true;
        } else if (is_option) {
            take_option(split, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &i);
        } else {
            g_ptr_array_add(split->words, argv[i]);
            split->verb_words += !options_end;
        }
    }
}

void split_clear(Split *split)
{
    g_ptr_array_unref(split->words);
    g_array_unref(split->given);
    g_free(split->error);
}

const char *split_word(const Split *split, guint index)
{
    return index < split->words->len ? g_ptr_array_index(split->words, index) : NULL;
}

bool split_has(const Split *split, Option option)
{
    for (guint i = 0; i < split->given->len; i++) {
        if (g_array_index(split->given, Given, i).spec->option == option)
            return true;
    }
    return false;
}
