// SPDX-License-Identifier: GPL-2.0-or-later
// One guest in --plain: what can be done about each state that plain_tree.c has numbered, and about what is wrong.
#include "tui/plain.h"

#include "engine/model/problem.h"
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"

#include <string.h>

// With more snapshots than that it may take a while, and is said.
#define MANY_SNAPSHOTS 100

typedef struct Shown {
    Plain *plain;
    CliHost *host;
    const Picture *picture;
    const TreeRows *rows;
    const GPtrArray *problems;
    GPtrArray *repairs; // of const Problem *: one for each kind that can be repaired
} Shown;

// ---- what can be done ---------------------------------------------------------------------------

static bool may_change(const Shown *shown)
{
    bool may = !shown->plain->options->read_only && !(shown->host->host && shown->host->host->read_only);

    if (!may)
        cli_put(shown->plain->paper, stdout, _("Not possible: opened read-only (-r)."));
    return may;
}

static void plan_and_run(const Shown *shown, Wish *wish)
{
    if (wish)
        plain_plan(shown->plain, shown->host, wish);
    wish_free(wish);
}

static Wish *wish_about(const Shown *shown, Verb verb, const char *snapshot)
{
    return wish_new(verb, shown->picture->domain->uuid, shown->picture->domain->name, snapshot);
}

static void act_on_now(const Shown *shown)
{
    static const char *const acts[] = {N_("Create a snapshot of NOW"), NULL};

    if (plain_choose(shown->plain, _("What shall be done"), acts, 0) == 1 && may_change(shown))
        plan_and_run(shown, plain_wish_create(shown->plain, shown->host, shown->picture));
}

static void act_on_snapshot(const Shown *shown, const Snapshot *snapshot)
{
    static const char *const acts[] = {N_("Revert to it"), N_("Delete it; what was written later stays (a merge)"),
                                       N_("Discard it or what is below, with the data"), NULL};
    unsigned act = plain_choose(shown->plain, _("What shall be done"), acts, 0);
    g_autoptr(Wish) subject = wish_about(shown, act == 2 ? VERB_DELETE : VERB_DISCARD, snapshot->name);

    if (act == 0 || !may_change(shown))
        return;
    plan_and_run(shown, act == 1   ? plain_wish_revert(shown->plain, shown->picture, snapshot)
                        : act == 2 ? g_steal_pointer(&subject)
                                   : plain_wish_discard(shown->plain, shown->picture, subject));
}

// The snapshots with these numbers; NULL: NOW is among them, which was said.
static Wish *wish_about_rows(const Shown *shown, const GArray *numbers)
{
    g_autoptr(Wish) wish = wish_about(shown, VERB_DELETE, NULL);

    for (guint i = 0; i < numbers->len; i++) {
        unsigned number = g_array_index(numbers, unsigned, i);
        const Snapshot *snapshot = tree_rows_get(shown->rows, (int) number - 1)->node->snapshot;

        if (!snapshot) {
            cli_printf(shown->plain->paper, stdout, "%u is NOW, which is not a snapshot: leave it out.", number);
            return NULL;
        }
        wish_add_subject(wish, snapshot->name);
    }
    return g_steal_pointer(&wish);
}

// Asks which; NULL: back, or over.
static Wish *ask_several(const Shown *shown)
{
    Wish *wish = NULL;

    while (!wish) {
        g_autoptr(GArray) numbers = plain_numbers(shown->plain, _("Their numbers, separated by blanks (0 goes back)"),
                                                  (unsigned) tree_rows_count(shown->rows));

        if (!numbers)
            return NULL;
        wish = wish_about_rows(shown, numbers);
    }
    return wish;
}

// Several are one plan, as marked ones are on the screen.
static void act_on_several(const Shown *shown)
{
    static const char *const acts[] = {N_("Delete them; what was written later stays (a merge)"),
                                       N_("Discard them and what is below, with the data"), NULL};
    g_autoptr(Wish) wish = ask_several(shown);
    g_autofree char *names = wish ? wish_subjects(wish) : NULL;
    unsigned act;

    if (!wish)
        return;
    cli_put(shown->plain->paper, stdout, names);
    act = plain_choose(shown->plain, _("What shall be done"), acts, 0);
    if (act == 0 || !may_change(shown))
        return;
    wish->verb = act == 1 ? VERB_DELETE : VERB_DISCARD;
    plan_and_run(shown, act == 1 ? g_steal_pointer(&wish) : plain_wish_discard(shown->plain, shown->picture, wish));
}

static void act_on_row(const Shown *shown, int index)
{
    const Snapshot *snapshot = tree_rows_get(shown->rows, index)->node->snapshot;

    fputc('\n', stdout);
    cli_put_state(shown->plain->paper, shown->picture, snapshot);
    fputc('\n', stdout);
    if (snapshot)
        act_on_snapshot(shown, snapshot);
    else
        act_on_now(shown);
}

static void repair(const Shown *shown, const Problem *problem)
{
    Wish *wish = wish_about(shown, VERB_REPAIR, NULL);

    wish->problem = g_strdup(problem_word(problem->kind));
    if (may_change(shown))
        plain_plan(shown->plain, shown->host, wish);
    wish_free(wish);
}

// ---- one look -----------------------------------------------------------------------------------

static GPtrArray *repairs_of(const GPtrArray *problems)
{
    GPtrArray *repairs = g_ptr_array_new();
    unsigned seen = 0; // kinds, as bits

    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];

        if (problem_is_repairable(problem->kind) && !(seen & 1U << problem->kind))
            g_ptr_array_add(repairs, (gpointer) problem);
        seen |= 1U << problem->kind;
    }
    return repairs;
}

// Prints the guest and does what is chosen. False: back to the guests.
static bool show_once(const Shown *shown)
{
    const CliPaper *paper = shown->plain->paper;
    unsigned states = (unsigned) tree_rows_count(shown->rows), most = states, several = 0, number;

    plain_put_guest(shown->plain, shown->picture, shown->rows, shown->problems);
    for (guint i = 0; i < shown->repairs->len; i++)
        cli_printf(paper, stdout, "%u. Repair: %s", ++most,
                   problem_word(((const Problem *) shown->repairs->pdata[i])->kind));
    if (shown->picture->snapshots->len > 1)
        cli_printf(paper, stdout, "%u. Delete or discard several snapshots at once", several = ++most);
    cli_printf(paper, stdout, "%u. Read it again", ++most);
    number = plain_number(shown->plain, _("Number (0 goes back)"), most);
    if (number == several && several > 0)
        act_on_several(shown);
    else if (number > states && number < most)
        repair(shown, shown->repairs->pdata[number - states - 1]);
    else if (number > 0 && number <= states)
        act_on_row(shown, (int) number - 1);
    return number != 0;
}

// What waited meanwhile is older than the look that follows.
static void forget_old_news(CliHost *host)
{
    bool empty = false;

    while (!empty && !host->stopped)
        message_free(cli_host_take(host, &empty));
}

static void say_reading(const Plain *plain, const CliHost *host, const char *uuid)
{
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = host->guests->pdata[i];

        if (guest->snapshots >= MANY_SNAPSHOTS && strcmp(guest->uuid, uuid) == 0)
            cli_printf(plain->paper, stdout, "Reading the %d snapshots of %s.", guest->snapshots, guest->name);
    }
}

void plain_guest(Plain *plain, CliHost *host, const char *uuid)
{
    bool again = true;

    while (again && !plain->over) {
        forget_old_news(host);
        say_reading(plain, host, uuid);
        g_autoptr(GPtrArray) pictures = cli_host_look(host, uuid);

        if (pictures->len == 0) {
            if (!host->failure && !host->notice)
                cli_put(plain->paper, stdout, _("The guest is gone."));
            return;
        }
        const Picture *picture = pictures->pdata[0];
        g_autoptr(TreeRows) rows = tree_rows_new(picture->tree, NULL);
        g_autoptr(GPtrArray) problems = picture_problems(picture);
        g_autoptr(GPtrArray) repairs = repairs_of(problems);
        Shown shown = {plain, host, picture, rows, problems, repairs};

        again = show_once(&shown);
    }
}
