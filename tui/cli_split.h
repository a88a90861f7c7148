// SPDX-License-Identifier: GPL-2.0-or-later
// Arguments split into words and options. Private to cli_options.c and cli_wish.c.
#pragma once

#include "engine/model/wish.h"

// Where an option belongs.
enum {
    AT_LIST = 1 << 0,
    AT_SHOW = 1 << 1,
    AT_CHECK = 1 << 2,
    AT_CREATE = 1 << 3,
    AT_DELETE = 1 << 4,
    AT_REVERT = 1 << 5,
    AT_APPLY = 1 << 6,
    AT_SCREEN = 1 << 7, // the terminal interface
    AT_REPAIR = 1 << 8,
    AT_SETTINGS = 1 << 9, // config, themes
    AT_DISCARD = 1 << 10,
    AT_PLAN = AT_CREATE | AT_DELETE | AT_REVERT | AT_DISCARD | AT_REPAIR,
    AT_JOBS = 1 << 11, // jobs list, jobs show
    AT_RESUME = 1 << 12,
    AT_UNDO = 1 << 13, // and forget
    AT_ANY = (1 << 14) - 1,
};

typedef enum Option {
    OPTION_CONNECT,
    OPTION_READ_ONLY,
    OPTION_JSON,
    OPTION_NAMES,
    OPTION_ASCII,
    OPTION_MOUSE,
    OPTION_DEMO,
    OPTION_PLAIN,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_THEME,
    OPTION_YES,
    OPTION_KIND,
    OPTION_DISK_ONLY,
    OPTION_MEMORY,
    OPTION_QUIESCE,
    OPTION_DISK,
    OPTION_DESCRIPTION,
    OPTION_KEEP_NOW,
    OPTION_LOSE_NOW,
    OPTION_RUNNING,
    OPTION_PAUSED,
    OPTION_OFF,
    OPTION_RESET_NVRAM,
    OPTION_FORCE,
    OPTION_METADATA_ONLY,
    OPTION_DISCARD_CHILDREN,
    OPTION_CHILDREN_ONLY,
    OPTION_STORAGE_EXCLUSIVE,
} Option;

typedef enum Takes {
    TAKES_NOTHING,
    TAKES_VALUE,
    MAY_TAKE_VALUE, // only as --option=VALUE
} Takes;

typedef struct OptionSpec {
    const char *name;
    char letter;
    Option option;
    Takes takes;
    unsigned places;
    bool repeats;
} OptionSpec;

typedef struct Given {
    const OptionSpec *spec;
    const char *value; // NULL: none
} Given;

typedef struct Split {
    GPtrArray *words; // of const char *
    GArray *given;    // of Given
    guint verb_words; // words that stood before "--": only they can be a verb
    char *error;      // the first thing that made no sense
} Split;

// Splits the arguments; what makes no sense is noted in `error`.
void split_arguments(Split *split, int argc, char **argv);
void split_clear(Split *split);

// Notes a fault, a sentence, unless there is one already.
void split_fault(Split *split, const char *format, ...) G_GNUC_PRINTF(2, 3);

// The word at `index`, or NULL.
const char *split_word(const Split *split, guint index);

// Is the option among the given ones?
bool split_has(const Split *split, Option option);

// What the options of `plan VERB DOMAIN [SNAPSHOT]` ask for. Faults are noted.
Wish *split_wish(Split *split);
