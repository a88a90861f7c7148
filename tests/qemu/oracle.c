// SPDX-License-Identifier: GPL-2.0-or-later
// The content oracle: random operations through virt-snap (or plain virsh) on a real guest with two disks;
// after each, every surviving snapshot and NOW are read back and compared with what they held. Prints TAP, one
// test per property of the run. One thread; the daemon is somebody else's (oracle.t starts one).
#include "tests/qemu/oracle.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

typedef struct Tally {
    guint wished, done, failed;
} Tally;

typedef struct Options {
    char *uri, *images, *scratch, *program, *seed, *tree, *with, *script, *lab, *lab_folder;
    int operations, shrink_seconds;
} Options;

// A harm to be looked into when the run is over.
typedef struct Suspect {
    GPtrArray *texts; // of char *: the operations of that guest up to it
    guint harms;
    char *signature; // what was found, without names and numbers: one of a kind is enough
} Suspect;

#define SUSPECTS_MOST 8

typedef struct Run {
    Stage stage;
    OracleTree tree;
    Dice dice, marks;
    Belief belief;
    GPtrArray *episode; // of Operation: what was done to the present guest
    guint number;       // of the operation
    Tally tallies[DO_VERBS];
    GHashTable *refusals; // "rule: words" of the first kind -> count
    GHashTable *examples; // rule -> words
    guint harms;          // all that were found
    guint counts[4];      // operations with each kind of harm
    guint harmful;        // operations that damaged, lost or left something
    GPtrArray *suspects;  // of Suspect
    gint64 shrink_until;
    const char *lab, *lab_folder; // who starts the daemon again; NULL: nobody
    bool crashed;                 // the daemon does not answer
    bool over;                    // and cannot be started again
} Run;

static void daemon_revive(Run *run)
{
    g_auto(Said) said = {.status = 1};
    if (run->lab) {
        const char *words[] = {run->lab, "up", run->lab_folder, NULL};
        command_run(&said, words);
    }
    run->over = said.status != 0;
    run->crashed = false;
}

static void episode_begin(Run *run)
{
    g_autofree char *error = NULL;
    if (run->crashed)
        daemon_revive(run);
    g_clear_pointer(&run->belief.seen, seen_free);
    g_ptr_array_set_size(run->episode, 0);
    if (stage_fresh_guest(&run->stage, &error))
        run->belief.seen = seen_look(&run->stage, &error);
    if (!run->belief.seen) {
        g_printerr("# no guest: %s\n", error);
        run->over = true;
        run->harms |= HARM_STATE;
        return;
    }
    for (int d = 0; d < DISKS; d++)
        run->belief.now[d] = run->belief.seen->now[d].content;
}

// ---- One operation ------------------------------------------------------------------------------

// Looks, and judges what is seen.
static guint look_and_judge(Run *run, const Operation *operation, GPtrArray *findings)
{
    g_autofree char *error = NULL;
    Seen *seen = seen_look(&run->stage, &error);
    if (seen)
        return belief_judge(&run->belief, operation, seen, findings);
    g_ptr_array_add(findings, g_strdup_printf("damaged: %s", error));
    run->crashed = true;
    return HARM_STATE;
}

// Marks, then the operation. What the marks alone damage is the fault of an earlier operation.
static guint operation_step(Run *run, Operation *operation, GPtrArray *findings)
{
    static const Operation WRITING = {.verb = DO_START, .outcome = WAS_DONE, .left_out = -1};
    g_autofree char *error = NULL;
    operation->outcome = WAS_NOT_BUILT;
    if (!seen_mark(&run->stage, run->belief.seen, dice_roll(&run->marks), run->belief.now, &error)) {
        g_ptr_array_add(findings, g_strdup_printf("damaged: %s", error));
        return HARM_STATE;
    }
    guint harms = look_and_judge(run, &WRITING, findings);
    if (harms) {
        g_ptr_array_insert(findings, 0, g_strdup("what the guest wrote before the last operation did this:"));
        return harms;
    }
    operation_run(&run->stage, run->belief.seen, operation);
    return look_and_judge(run, operation, findings);
}

// ---- The shortest way there ---------------------------------------------------------------------

static bool still_possible(const Run *run, const Operation *operation)
{
    const Seen *seen = run->belief.seen;
    if (operation->verb == DO_START || operation->verb == DO_STOP)
        return seen_is_off(seen) == (operation->verb == DO_START);
    if (operation->keep && seen_find(seen, operation->keep))
        return false;
    return !seen_find(seen, operation->subject) == (operation->verb == DO_CREATE);
}

// Does the list do harm of that kind? Then it is cut where it does.
static bool list_harms(Run *run, GPtrArray *texts, guint wanted)
{
    episode_begin(run);
    for (guint i = 0; !run->over && i < texts->len; i++) {
        g_autoptr(Operation) operation = operation_parse(g_ptr_array_index(texts, i));
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
        if (!still_possible(run, operation))
            continue;
        if (operation_step(run, operation, findings) & wanted) {
            g_ptr_array_set_size(texts, (int) i + 1);
            return true;
        }
    }
    return false;
}

static GPtrArray *list_without(const GPtrArray *texts, guint from, guint n)
{
    GPtrArray *rest = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < texts->len; i++)
        if (i < from || i >= from + n)
            g_ptr_array_add(rest, g_strdup(g_ptr_array_index((GPtrArray *) texts, i)));
    return rest;
}

static GPtrArray *list_shrink(Run *run, GPtrArray *texts, guint wanted)
{
    for (guint chunk = texts->len / 2; chunk >= 1; chunk /= 2) {
        for (guint from = 0; from < texts->len && g_get_monotonic_time() < run->shrink_until && !run->over;) {
            GPtrArray *rest = list_without(texts, from, chunk);
            bool harms = list_harms(run, rest, wanted);
            if (harms) {
                g_ptr_array_unref(texts);
                texts = rest;
            } else {
                g_ptr_array_unref(rest);
                from += chunk;
            }
        }
    }
    return texts;
}

static void print_block(const char *title, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text ? text : "nothing", "\n", -1);
    g_printerr("# %s\n", title);
    for (char **line = lines; *line; line++)
        if (**line)
            g_printerr("#     %s\n", *line);
}

// Runs the shortest list once more, and shows all there is to see.
static void shortest_show(Run *run, GPtrArray *texts)
{
    episode_begin(run);
    g_printerr("# the shortest way there:\n");
    for (guint i = 0; !run->over && i < texts->len; i++) {
        g_autoptr(Operation) operation = operation_parse(g_ptr_array_index(texts, i));
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *tree = seen_tree(run->belief.seen);
        if (!still_possible(run, operation))
            continue;
        guint harms = operation_step(run, operation, findings);
        g_printerr("#     %s: %s\n", (char *) g_ptr_array_index(texts, i), outcome_text(operation->outcome));
        if (!harms)
            continue;
        print_block("the tree before it:", tree);
        for (guint k = 0; k < findings->len; k++)
            print_block("found:", g_ptr_array_index(findings, k));
        if (operation->plan)
            print_block("the plan:", operation->plan);
        return;
    }
}

static void suspect_free(Suspect *suspect)
{
    g_ptr_array_unref(suspect->texts);
    g_free(suspect->signature);
    g_free(suspect);
}

static void suspects_shrink(Run *run, int seconds)
{
    for (guint i = 0; i < run->suspects->len && !run->over; i++) {
        Suspect *suspect = g_ptr_array_index(run->suspects, i);
        gint64 share = seconds * G_TIME_SPAN_SECOND / run->suspects->len;
        run->shrink_until = g_get_monotonic_time() + share;
        suspect->texts = list_shrink(run, suspect->texts, suspect->harms);
        shortest_show(run, suspect->texts);
    }
}

// "revert-lose damaged: snapshot s#, vda: block # held ..."
static char *signature_of(const Operation *operation, const GPtrArray *findings)
{
    GString *text = g_string_new(verb_text(operation->verb));
    for (const char *c = g_ptr_array_index((GPtrArray *) findings, 0); *c && text->len < 70; c++)
        if (!g_ascii_isdigit(*c))
            g_string_append_c(text, *c);
    return g_string_free(text, FALSE);
}

// Remembers the present guest's operations; false where the same was seen before.
static bool suspect_add(Run *run, const Operation *operation, const GPtrArray *findings, guint harms)
{
    g_autofree char *signature = signature_of(operation, findings);
    for (guint i = 0; i < run->suspects->len; i++)
        if (strcmp(((Suspect *) g_ptr_array_index(run->suspects, i))->signature, signature) == 0)
            return false;
    if (run->suspects->len == SUSPECTS_MOST)
        return false;
    Suspect *suspect = g_new0(Suspect, 1);
    suspect->texts = g_ptr_array_new_with_free_func(g_free);
    suspect->harms = harms;
    suspect->signature = g_steal_pointer(&signature);
    for (guint i = 0; i < run->episode->len; i++) {
        const Operation *step = g_ptr_array_index(run->episode, i);
        if (step == operation || step->outcome == WAS_DONE || step->outcome == WAS_FAILED)
            g_ptr_array_add(suspect->texts, operation_text(step));
    }
    g_ptr_array_add(run->suspects, suspect);
    return true;
}

// ---- The run ------------------------------------------------------------------------------------

static void refusal_count(Run *run, const Operation *operation)
{
    const char *rule = operation->rule ? operation->rule : "no rule";
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(run->refusals, rule));
    g_hash_table_insert(run->refusals, g_strdup(rule), GUINT_TO_POINTER(n + 1));
    if (operation->words && !g_hash_table_contains(run->examples, rule))
        g_hash_table_insert(run->examples, g_strdup(rule), g_strdup(operation->words));
}

static void operation_count(Run *run, const Operation *operation, guint harms)
{
    Tally *tally = &run->tallies[operation->verb];
    tally->wished++;
    tally->done += operation->outcome == WAS_DONE;
    tally->failed += operation->outcome == WAS_FAILED;
    if (operation->outcome != WAS_DONE)
        refusal_count(run, operation);
    for (int i = 0; i < 4; i++)
        run->counts[i] += (harms >> i) & 1;
    run->harmful += (harms & (HARM_STATE | HARM_NOW | HARM_TRACE)) != 0;
    run->harms |= harms;
}

static void harm_show(Run *run, const Operation *operation, const GPtrArray *findings, const char *tree)
{
    g_printerr("# HARM, operation %u; the steps of this guest:\n", run->number);
    for (guint i = 0; i < run->episode->len; i++) {
        const Operation *step = g_ptr_array_index(run->episode, i);
        g_autofree char *text = operation_text(step);
        g_printerr("#     %s: %s\n", text, outcome_text(step->outcome));
    }
    print_block("the tree before it:", tree);
    for (guint i = 0; i < findings->len; i++)
        print_block("found:", g_ptr_array_index((GPtrArray *) findings, i));
    g_autofree char *after = run->belief.seen ? seen_tree(run->belief.seen) : g_strdup("unknown");
    print_block("the tree after it:", after);
    if (operation->words)
        print_block("said:", operation->words);
    if (operation->plan)
        print_block("the plan:", operation->plan);
}

// Takes the operation.
static void run_operation(Run *run, Operation *operation)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *tree = seen_tree(run->belief.seen), *text = operation_text(operation);
    g_autofree char *state = g_strdup(run->belief.seen->state);
    gint64 begun = g_get_monotonic_time();
    guint harms = operation_step(run, operation, findings);
    g_ptr_array_add(run->episode, operation);
    operation_count(run, operation, harms);
    g_autofree char *layers = run->belief.seen ? seen_layers(run->belief.seen) : g_strdup("none");
    g_print("# %u %s, %u snapshots, layers %s: %s: %s%s%s (%.2f s)\n", run->number, state,
            run->belief.seen ? run->belief.seen->snapshots->len : 0, layers, text, outcome_text(operation->outcome),
            operation->rule ? ", " : "", operation->rule ? operation->rule : "",
            (double) (g_get_monotonic_time() - begun) / G_TIME_SPAN_SECOND);
    if (operation->outcome == WAS_FAILED)
        print_block(text, operation->words);
    if (!harms)
        return;
    if (suspect_add(run, operation, findings, harms))
        harm_show(run, operation, findings, tree);
    else
        g_printerr("# operation %u, once more: %s\n", run->number, (char *) g_ptr_array_index(findings, 0));
    if (!run->over && harms != HARM_RECORDS) // records that are worse are what the next operations have to live with
        episode_begin(run);
}

static void run_random(Run *run, int operations)
{
    while (!run->over && run->number < (guint) operations) {
        run->number++;
        run_operation(run, operation_draw(&run->dice, run->belief.seen, run->tree, run->number));
    }
}

static void run_script(Run *run, const char *path)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        g_error("cannot read %s", path);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line && !run->over; line++) {
        Operation *operation = **line && **line != '#' ? operation_parse(*line) : NULL;
        if (!operation && **line && **line != '#')
            g_error("not an operation: %s", *line);
        if (!operation)
            continue;
        run->number++;
        run_operation(run, operation);
    }
}

// ---- What came out ------------------------------------------------------------------------------

static guint percent(guint part, guint whole)
{
    return whole ? (100 * part + whole / 2) / whole : 0;
}

static void summary_print(const Run *run, const Options *options)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint wished = 0, done = 0, failed = 0;
    for (int verb = 0; verb < DO_VERBS; verb++) {
        const Tally *tally = &run->tallies[verb];
        g_string_append_printf(text, "%s %s %u/%u (%u %%)", verb ? "," : "", verb_text(verb), tally->done, tally->wished,
                               percent(tally->done, tally->wished));
        wished += verb < DO_START ? tally->wished : 0;
        done += verb < DO_START ? tally->done : 0;
        failed += tally->failed;
    }
    g_printerr("# oracle: %u operations by %s, tree %s, seed %s: %u harmful; %u of %u wishes carried out (%u %%), "
               "%u failed:%s\n",
               run->number, options->with, options->tree, options->seed, run->harmful, done, wished,
               percent(done, wished), failed, text->str);
}

static int by_count(gconstpointer a, gconstpointer b, gpointer counts)
{
    guint na = GPOINTER_TO_UINT(g_hash_table_lookup(counts, a)), nb = GPOINTER_TO_UINT(g_hash_table_lookup(counts, b));
    return na == nb ? strcmp(a, b) : na < nb ? 1 : -1;
}

static void refusals_print(const Run *run)
{
    g_autoptr(GList) rules = g_hash_table_get_keys(run->refusals);
    rules = g_list_sort_with_data(rules, by_count, run->refusals);
    for (GList *rule = rules; rule; rule = rule->next) {
        const char *example = g_hash_table_lookup(run->examples, rule->data);
        g_auto(GStrv) lines = g_strsplit(example ? example : "", "\n", 2);
        g_printerr("# not carried out, %s: %u, e.g.: %s\n", (char *) rule->data,
                   GPOINTER_TO_UINT(g_hash_table_lookup(run->refusals, rule->data)), lines[0] ? lines[0] : "");
    }
}

static int results_print(const Run *run, const Options *options)
{
    static const char *const PROPERTIES[] = {
        "no surviving state is damaged",
        "no NOW is lost unasked",
        "what was refused or failed leaves no trace",
        "records, files and the guest's state are as planned, and no record is worse",
    };
    summary_print(run, options);
    refusals_print(run);
    g_print("1..%u\n", (guint) G_N_ELEMENTS(PROPERTIES));
    for (guint i = 0; i < G_N_ELEMENTS(PROPERTIES); i++)
        g_print("%sok %u - %s: %s, %u operations, seed %s%s\n", (run->harms >> i) & 1 ? "not " : "", i + 1, options->tree,
                PROPERTIES[i], run->number, options->seed, options->script ? ", scripted" : "");
    return run->harms ? 1 : 0;
}

// ---- The command line ---------------------------------------------------------------------------

static bool options_parse(Options *options, int *argc, char ***argv)
{
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"connect", 'c', 0, G_OPTION_ARG_STRING, &options->uri, "the daemon; a pool \"images\" lies on the folder", "URI"},
        {"images", 0, 0, G_OPTION_ARG_FILENAME, &options->images, "folder of the guest's images; is emptied", "DIR"},
        {"scratch", 0, 0, G_OPTION_ARG_FILENAME, &options->scratch, "folder for plans and contents", "DIR"},
        {"program", 0, 0, G_OPTION_ARG_FILENAME, &options->program, "virt-snap", "FILE"},
        {"with", 0, 0, G_OPTION_ARG_STRING, &options->with, "virt-snap (the default), or virsh", "WHAT"},
        {"tree", 0, 0, G_OPTION_ARG_STRING, &options->tree, "external (the default), internal, mixed", "KIND"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &options->seed, "same seed, same operations", "TEXT"},
        {"operations", 'n', 0, G_OPTION_ARG_INT, &options->operations, "how many (40)", "N"},
        {"lab", 0, 0, G_OPTION_ARG_FILENAME, &options->lab, "tests/lab/libvirtd: starts a crashed daemon again", "FILE"},
        {"lab-folder", 0, 0, G_OPTION_ARG_FILENAME, &options->lab_folder, "the folder it lives in", "DIR"},
        {"script", 0, 0, G_OPTION_ARG_FILENAME, &options->script, "these operations instead, one a line", "FILE"},
        {"shrink", 0, 0, G_OPTION_ARG_INT, &options->shrink_seconds, "look for the shortest way to a harm", "SECONDS"},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- random operations, contents compared");
    g_option_context_add_main_entries(context, entries, NULL);
    bool known = g_option_context_parse(context, argc, argv, &error);
    if (!known)
        g_printerr("oracle: %s\n", error->message);
    else if (!options->uri || !options->images || !options->scratch || !options->program)
        g_printerr("oracle: --connect, --images, --scratch and --program are needed\n");
    return known && options->uri && options->images && options->scratch && options->program;
}

static bool tree_parse(const char *word, OracleTree *tree)
{
    static const char *const WORDS[] = {"external", "internal", "mixed"};
    for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
        if (strcmp(word, WORDS[i]) == 0) {
            *tree = (OracleTree) i;
            return true;
        }
    g_printerr("oracle: there is no tree %s\n", word);
    return false;
}

static void run_prepare(Run *run, const Options *options)
{
    g_autofree char *seed = g_strconcat(options->seed, "/", options->tree, NULL);
    run->stage = (Stage) {.uri = options->uri, .images = options->images, .scratch = options->scratch,
                          .program = options->program, .plain = strcmp(options->with, "virsh") == 0};
    run->episode = g_ptr_array_new_with_free_func((GDestroyNotify) operation_free);
    run->refusals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    run->examples = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    run->lab = options->lab;
    run->lab_folder = options->lab_folder;
    run->suspects = g_ptr_array_new_with_free_func((GDestroyNotify) suspect_free);
    dice_seed(&run->dice, seed);
    dice_seed(&run->marks, "marks");
}

int main(int argc, char **argv)
{
    Options options = {.seed = (char *) "virt-snap", .tree = (char *) "external", .with = (char *) "virt-snap",
                       .operations = 40};
    Run run = {0};
    setlocale(LC_ALL, "");
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!options_parse(&options, &argc, &argv) || !tree_parse(options.tree, &run.tree))
        return 2;
    run_prepare(&run, &options);
    episode_begin(&run);
    if (options.script)
        run_script(&run, options.script);
    else
        run_random(&run, options.operations);
    if (options.shrink_seconds > 0)
        suspects_shrink(&run, options.shrink_seconds);
    stage_end_guest(&run.stage);
    return results_print(&run, &options);
}
