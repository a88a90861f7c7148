// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the command line: find the verb among the words, then see what belongs to it.
#include "tui/cli_options.h"

#include "engine/model/tongue.h"
#include "tui/cli_split.h"

#include <string.h>

// ---- Verbs -----------------------------------------------------------------------------------

typedef struct VerbSpec {
    const char *word;
    const char *second; // plan; NULL: none
    CliVerb verb;
    unsigned place;
    unsigned least, most; // words that follow
    const char *usage;
} VerbSpec;

static const VerbSpec verbs[] = {
    {"list", NULL, CLI_LIST, AT_LIST, 0, 1, "list [DOMAIN]"},
    {"show", NULL, CLI_SHOW, AT_SHOW, 1, 2, "show DOMAIN [SNAPSHOT]"},
    {"check", NULL, CLI_CHECK, AT_CHECK, 0, 1, "check [DOMAIN]"},
    {"plan", "create", CLI_PLAN, AT_CREATE, 1, 2, "plan create DOMAIN [NAME]"},
    {"plan", "delete", CLI_PLAN, AT_DELETE, 2, G_MAXUINT, "plan delete DOMAIN SNAPSHOT..."},
    {"plan", "revert", CLI_PLAN, AT_REVERT, 2, 2, "plan revert DOMAIN SNAPSHOT"},
    {"plan", "discard", CLI_PLAN, AT_DISCARD, 2, G_MAXUINT, "plan discard DOMAIN SNAPSHOT..."},
    {"plan", "repair", CLI_PLAN, AT_REPAIR, 1, 3, "plan repair DOMAIN [PROBLEM [SNAPSHOT]]"},
    {"apply", NULL, CLI_APPLY, AT_APPLY, 1, 1, "apply PLAN.json|-"},
    {"config", NULL, CLI_CONFIG, AT_SETTINGS, 0, 0, "config"},
    {"themes", NULL, CLI_THEMES, AT_SETTINGS, 0, 1, "themes [NAME]"},
    {"jobs", "list", CLI_JOBS, AT_JOBS, 0, 0, "jobs list"},
    {"jobs", "show", CLI_JOBS, AT_JOBS, 1, 1, "jobs show ID"},
    {"jobs", "resume", CLI_JOBS, AT_RESUME, 1, 1, "jobs resume ID"},
    {"jobs", "undo", CLI_JOBS, AT_UNDO, 1, 1, "jobs undo ID"},
    {"jobs", "forget", CLI_JOBS, AT_UNDO, 1, 1, "jobs forget ID"},
    {"jobs", NULL, CLI_JOBS, AT_JOBS, 0, 0, "jobs [list | show ID | resume ID | undo ID | forget ID]"},
};

// The first entry whose word fits; of those with a second word the one that fits too, else NULL.
static const VerbSpec *find_verb(const Split *split, bool *known)
{
    *known = false;
    for (gsize i = 0; i < G_N_ELEMENTS(verbs) && split->verb_words > 0; i++) {
        if (strcmp(verbs[i].word, split_word(split, 0)) != 0)
            continue;
        *known = true;
        if (!verbs[i].second || g_strcmp0(verbs[i].second, split_word(split, 1)) == 0)
            return &verbs[i];
    }
    return NULL;
}

CliVerb cli_options_verb(int argc, char **argv)
{
    Split split;
    bool known;
    split_arguments(&split, argc, argv);
    const VerbSpec *spec = find_verb(&split, &known);
    split_clear(&split);
    return spec ? spec->verb : known ? CLI_PLAN : CLI_NONE;
}

// ---- All together ----------------------------------------------------------------------------

static void take_common(CliOptions *options, const Given *given)
{
    if (given->spec->option == OPTION_CONNECT)
        g_ptr_array_add(options->uris, g_strdup(given->value));
    else if (given->spec->option == OPTION_READ_ONLY)
        options->read_only = true;
    else if (given->spec->option == OPTION_JSON)
        options->json = true;
    else if (given->spec->option == OPTION_NAMES)
        options->names = true;
    else if (given->spec->option == OPTION_ASCII)
        options->ascii = true;
    else if (given->spec->option == OPTION_DEMO)
        options->demo = true;
    else if (given->spec->option == OPTION_THEME && !options->theme)
        options->theme = g_strdup(given->value);
    else if (given->spec->option == OPTION_YES)
        options->yes = true;
    else if (given->spec->option == OPTION_HELP)
        options->help = true;
    else if (given->spec->option == OPTION_VERSION)
        options->version = true;
}

static void check_places(Split *split, const VerbSpec *verb)
{
    for (guint i = 0; i < split->given->len; i++) {
        const OptionSpec *spec = g_array_index(split->given, Given, i).spec;
        if (!(spec->places & verb->place))
            split_fault(split, "--%s does not belong to \"%s\".", spec->name, verb->usage);
    }
}

static void check_words(Split *split, const VerbSpec *verb)
{
    guint words = split->words->len - (verb->second ? 2 : 1);
    if (words < verb->least)
        split_fault(split, "Something is missing: virt-snap %s", verb->usage);
    else if (words > verb->most)
        split_fault(split, "\"%s\" is too much: virt-snap %s",
                    split_word(split, split->words->len - 1), verb->usage);
}

static CliJobs jobs_verb(const char *second)
{
    static const char *const words[] = {"list", "show", "resume", "undo", "forget"};

    for (unsigned i = 0; second && i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i], second) == 0)
            return (CliJobs) i;
    return CLI_JOBS_LIST;
}

static void fill(CliOptions *options, Split *split, const VerbSpec *verb)
{
    options->verb = verb->verb;
    switch (verb->verb) {
    case CLI_LIST:
    case CLI_SHOW:
    case CLI_CHECK:
        options->domain = g_strdup(split_word(split, 1));
        options->snapshot = g_strdup(split_word(split, 2));
        break;
    case CLI_PLAN:
        options->wish = split_wish(split);
        options->domain = g_strdup(split_word(split, 2));
        break;
    case CLI_APPLY:
        options->file = g_strdup(split_word(split, 1));
        break;
    case CLI_THEMES:
        g_free(options->theme);
        options->theme = g_strdup(split_word(split, 1));
        break;
    case CLI_JOBS:
        options->jobs = jobs_verb(verb->second);
        options->job = g_strdup(verb->second ? split_word(split, 2) : NULL);
        options->lose_now = split_has(split, OPTION_LOSE_NOW);
        break;
    case CLI_CONFIG:
        break;
    case CLI_NONE:
        break;
    }
}

static void read_split(CliOptions *options, Split *split)
{
    bool known;
    const VerbSpec *verb = find_verb(split, &known);
    for (guint i = 0; i < split->given->len; i++)
        take_common(options, &g_array_index(split->given, Given, i));
    if (options->help || options->version)
        g_clear_pointer(&split->error, g_free); // answered whatever else is there
    if (options->help || options->version)
        return;
    if (!verb) {
        split_fault(split, known ? N_("What shall be planned: create, delete, revert, discard or repair?")
                                 : N_("There is no verb: list, show, check, plan, apply or jobs."));
        return;
    }
    check_places(split, verb);
    check_words(split, verb);
    if (!split->error)
        fill(options, split, verb);
}

CliOptions *cli_options_parse(int argc, char **argv, char **error)
{
    g_autoptr(CliOptions) options = g_new0(CliOptions, 1);
    Split split;
    options->uris = g_ptr_array_new_with_free_func(g_free);
    split_arguments(&split, argc, argv);
    read_split(options, &split);
    *error = g_steal_pointer(&split.error);
    split_clear(&split);
    return *error ? NULL : g_steal_pointer(&options);
}

void cli_options_free(CliOptions *options)
{
    if (!options)
        return;
    g_ptr_array_unref(options->uris);
    g_free(options->theme);
    g_free(options->domain);
    g_free(options->snapshot);
    g_free(options->job);
    g_free(options->file);
    wish_free(options->wish);
    g_free(options);
}
