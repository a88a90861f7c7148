// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle's judgement: what is seen after an operation against what was believed before it. Main thread.
#include "tests/qemu/oracle.h"

#include <json-glib/json-glib.h>
#include <string.h>

typedef struct Judge {
    const Belief *belief;
    const Seen *before, *after;
    const Operation *operation;
    GPtrArray *findings;
    guint harms;
    bool done;
} Judge;

static void finding(Judge *j, Harm harm, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void finding(Judge *j, Harm harm, const char *format, ...)
{
    static const char *const CLASSES[] = {[HARM_STATE] = "damaged", [HARM_NOW] = "NOW lost", [HARM_TRACE] = "trace",
                                          [HARM_RECORDS] = "not as predicted"};
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    j->harms |= harm;
    g_ptr_array_add(j->findings, g_strdup_printf("%s: %s", CLASSES[harm], text));
}

static bool reverts(const Judge *j)
{
    return j->done && (j->operation->verb == DO_REVERT_KEEP || j->operation->verb == DO_REVERT_LOSE);
}

// ---- Snapshots ----------------------------------------------------------------------------------

// Was this snapshot given up by name?
static bool is_given_up(const Judge *j, const char *name)
{
    if (!j->done)
        return false;
    if (j->operation->verb == DO_DELETE)
        return strcmp(name, j->operation->subject) == 0;
    return j->operation->verb == DO_DISCARD && seen_below(j->before, name, j->operation->subject);
}

static void judge_disk(Judge *j, const SeenSnapshot *held, const SeenSnapshot *holds, int i)
{
    const SeenDisk *was = &held->disks[i], *is = &holds->disks[i];
    Harm harm = HARM_STATE;
    if (!seen_covers(held, i) || was->error)
        return;
    if (!seen_covers(holds, i)) {
        finding(j, harm, "snapshot %s does not hold %s any more", held->name, DISK_NAMES[i]);
    } else if (is->error) {
        finding(j, harm, "snapshot %s, %s cannot be read: %s", held->name, DISK_NAMES[i], is->error);
    } else if (!content_equal(&was->content, &is->content)) {
        g_autofree char *difference = content_difference(&was->content, &is->content);
        finding(j, harm, "snapshot %s, %s: %s", held->name, DISK_NAMES[i], difference);
    }
}

static void judge_survivors(Judge *j)
{
    for (guint i = 0; i < j->before->snapshots->len; i++) {
        const SeenSnapshot *held = g_ptr_array_index(j->before->snapshots, i);
        const SeenSnapshot *holds = seen_find(j->after, held->name);
        if (!holds && !is_given_up(j, held->name))
            finding(j, HARM_STATE, "snapshot %s is gone", held->name);
        if (!holds)
            continue;
        if (is_given_up(j, held->name)) {
            finding(j, HARM_RECORDS, "snapshot %s is still there", held->name);
            continue;
        }
        for (int d = 0; d < DISKS; d++)
            judge_disk(j, held, holds, d);
        if (held->memory_print && g_strcmp0(held->memory_print, holds->memory_print) != 0)
            finding(j, HARM_STATE, "the memory file of snapshot %s is %s, was %s", held->name,
                    holds->memory_print ? holds->memory_print : "gone", held->memory_print);
    }
}

// A new snapshot holds NOW, where it is the one that was asked for; others are announced by the plan.
static void judge_newcomers(Judge *j)
{
    const char *wished = j->operation->verb == DO_CREATE ? j->operation->subject : j->operation->keep;
    for (guint i = 0; i < j->after->snapshots->len; i++) {
        const SeenSnapshot *new = g_ptr_array_index(j->after->snapshots, i);
        g_autofree char *quoted = g_strdup_printf("\"%s\"", new->name);
        if (seen_find(j->before, new->name))
            continue;
        if (!j->done)
            finding(j, HARM_TRACE, "there is a snapshot %s", new->name);
        else if (g_strcmp0(wished, new->name) != 0 && !(j->operation->plan && strstr(j->operation->plan, quoted)))
            finding(j, HARM_RECORDS, "there is a snapshot %s, which no plan announced", new->name);
        for (int d = 0; d < DISKS; d++) {
            const SeenDisk *disk = &new->disks[d];
            if (seen_covers(new, d) && disk->error)
                finding(j, HARM_STATE, "the new snapshot %s, %s cannot be read: %s", new->name, DISK_NAMES[d], disk->error);
            else if (seen_covers(new, d) && g_strcmp0(wished, new->name) == 0 &&
                     !content_equal(&disk->content, &j->belief->now[d])) {
                g_autofree char *difference = content_difference(&j->belief->now[d], &disk->content);
                finding(j, HARM_STATE, "the new snapshot %s, %s is not NOW: %s", new->name, DISK_NAMES[d], difference);
            }
        }
    }
    if (j->done && wished && j->operation->verb == DO_CREATE && !seen_find(j->after, wished))
        finding(j, HARM_RECORDS, "snapshot %s was not made", wished);
}

// ---- NOW ----------------------------------------------------------------------------------------

// The snapshot that NOW goes to, where the operation moves it; NULL: nowhere.
static const SeenSnapshot *destination(const Judge *j)
{
    if (reverts(j))
        return seen_find(j->before, j->operation->subject);
    if (j->done && j->operation->verb == DO_DISCARD && j->operation->lose_now) {
        const SeenSnapshot *top = seen_find(j->before, j->operation->subject);
        return top && top->parent ? seen_find(j->before, top->parent) : top; // a root's content stays in NOW
    }
    return NULL;
}

static void judge_now(Judge *j)
{
    const SeenSnapshot *target = destination(j);
    bool moves = reverts(j) || (j->done && j->operation->verb == DO_DISCARD && j->operation->lose_now);
    for (int d = 0; d < DISKS; d++) {
        const SeenDisk *now = &j->after->now[d];
        bool to_target = target && seen_covers(target, d);
        const Content *wanted = to_target ? &target->disks[d].content : &j->belief->now[d];
        if (now->error) {
            finding(j, HARM_STATE, "NOW, %s cannot be read: %s", DISK_NAMES[d], now->error);
        } else if ((to_target || !moves) && !content_equal(&now->content, wanted)) {
            g_autofree char *difference = content_difference(wanted, &now->content);
            finding(j, j->done ? HARM_STATE : HARM_TRACE, "NOW, %s%s%s: %s", DISK_NAMES[d],
                    to_target ? " is not what the snapshot holds: " : "", to_target ? target->name : "", difference);
        }
    }
}

static bool holds_now(const Judge *j, const SeenSnapshot *snapshot)
{
    for (int d = 0; d < DISKS; d++) {
        bool changed = !content_equal(&j->after->now[d].content, &j->belief->now[d]);
        if (changed && (!seen_covers(snapshot, d) || snapshot->disks[d].error ||
                        !content_equal(&snapshot->disks[d].content, &j->belief->now[d])))
            return false;
    }
    return true;
}

// Whoever reverts keeping NOW finds what it held in one snapshot, on every disk that changed.
static void judge_kept(Judge *j)
{
    if (!j->done || j->operation->verb != DO_REVERT_KEEP)
        return;
    for (guint i = 0; i < j->after->snapshots->len; i++)
        if (holds_now(j, g_ptr_array_index(j->after->snapshots, i)))
            return;
    for (int d = 0; d < DISKS; d++) {
        g_autofree char *held = content_text(&j->belief->now[d]);
        if (!content_equal(&j->after->now[d].content, &j->belief->now[d]))
            finding(j, HARM_NOW, "no snapshot holds what NOW held on %s: %s", DISK_NAMES[d], held);
    }
}

// ---- Nothing was to happen ----------------------------------------------------------------------

static void judge_same(Judge *j, const char *what, const char *was, const char *is)
{
    if (g_strcmp0(was, is) != 0)
        finding(j, HARM_TRACE, "%s was %s, is %s", what, was ? was : "none", is ? is : "none");
}

// Finds what is in one list of file names and not in the other.
static void judge_files(Judge *j, const GPtrArray *have, const GPtrArray *had, const char *what)
{
    for (guint i = 0; i < have->len; i++) {
        const char *file = g_ptr_array_index((GPtrArray *) have, i);
        if (!g_ptr_array_find_with_equal_func((GPtrArray *) had, file, g_str_equal, NULL))
            finding(j, HARM_TRACE, "the file %s %s", file, what);
    }
}

static void judge_traces(Judge *j)
{
    if (j->done)
        return;
    judge_same(j, "the guest's state", j->before->state, j->after->state);
    judge_same(j, "the guest's run", j->before->id, j->after->id);
    judge_same(j, "the current snapshot", j->before->current, j->after->current);
    judge_same(j, "the disks of the guest (live, stored)", j->before->sources, j->after->sources);
    judge_files(j, j->after->files, j->before->files, "is new");
    judge_files(j, j->before->files, j->after->files, "is gone");
    for (guint i = 0; i < j->before->snapshots->len; i++) {
        const SeenSnapshot *was = g_ptr_array_index(j->before->snapshots, i);
        const SeenSnapshot *is = seen_find(j->after, was->name);
        if (is && strcmp(was->xml, is->xml) != 0)
            finding(j, HARM_TRACE, "the record of snapshot %s changed:\n%s\n-- is now\n%s", was->name, was->xml, is->xml);
    }
}

// ---- As the plan said ---------------------------------------------------------------------------

static bool announces(JsonObject *plan, const char *member, const char *file)
{
    JsonArray *files = json_object_get_array_member(plan, member);
    for (guint i = 0; files && i < json_array_get_length(files); i++)
        if (g_strcmp0(json_array_get_string_element(files, i), file) == 0)
            return true;
    return false;
}

// libvirt names the overlays of its own revert after the second in which it makes them.
static bool is_named_by_libvirt(const Judge *j, const char *file)
{
    static const char STEP[] = "\"kind\" : \"revert\"";
    bool written = false;
    for (int d = 0; d < DISKS; d++)
        written |= g_strcmp0(j->after->now[d].image, file) == 0;
    return written && strstr(j->operation->plan, STEP);
}

static void judge_plan_files(Judge *j, JsonObject *plan)
{
    for (guint i = 0; i < j->before->files->len; i++) {
        const char *file = g_ptr_array_index(j->before->files, i);
        bool gone = !seen_has_file(j->after, file), announced = announces(plan, "files_removed", file);
        if (gone != announced)
            finding(j, HARM_RECORDS, announced ? "%s was to be removed" : "%s was removed unannounced", file);
    }
    for (guint i = 0; i < j->after->files->len; i++) {
        const char *file = g_ptr_array_index(j->after->files, i);
        if (!seen_has_file(j->before, file) && !announces(plan, "files_written", file) && !is_named_by_libvirt(j, file))
            finding(j, HARM_RECORDS, "%s was made unannounced", file);
    }
}

static void judge_plan(Judge *j)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    if (!j->done || !j->operation->plan || !json_parser_load_from_data(parser, j->operation->plan, -1, NULL))
        return;
    JsonObject *plan = json_node_get_object(json_parser_get_root(parser));
    const char *after = json_object_get_string_member(plan, "after");
    const char *state = seen_is_off(j->after) ? "off" : j->after->state;
    if (g_strcmp0(after, state) != 0)
        finding(j, HARM_RECORDS, "the guest is %s, the plan said %s", state, after);
    judge_plan_files(j, plan);
}

// The picture that the plan's simulation ended with.
static void judge_foreseen(Judge *j)
{
    g_autoptr(GPtrArray) differences = g_ptr_array_new_with_free_func(g_free);
    if (!j->done || !j->operation->plan)
        return;
    if (!foreseen_compare(j->operation->plan, j->before, j->after, differences))
        finding(j, HARM_RECORDS, "the plan says nothing of the picture afterwards");
    for (guint i = 0; i < differences->len; i++)
        finding(j, HARM_RECORDS, "%s", (char *) g_ptr_array_index(differences, i));
}

static const char *parent_wanted(const Judge *j, const SeenSnapshot *was)
{
    const SeenSnapshot *parent = seen_find(j->before, was->parent);
    while (parent && is_given_up(j, parent->name))
        parent = seen_find(j->before, parent->parent);
    return parent ? parent->name : NULL;
}

static void judge_tree(Judge *j)
{
    if (!j->done)
        return;
    for (guint i = 0; i < j->before->snapshots->len; i++) {
        const SeenSnapshot *was = g_ptr_array_index(j->before->snapshots, i);
        const SeenSnapshot *is = seen_find(j->after, was->name);
        const char *wanted = parent_wanted(j, was);
        if (is && g_strcmp0(is->parent, wanted) != 0)
            finding(j, HARM_RECORDS, "the parent of %s is %s, was to be %s", was->name, is->parent ? is->parent : "none",
                    wanted ? wanted : "none");
    }
}

// ---- Law 7: no record is worse ------------------------------------------------------------------

// What NOW writes to on each disk that the current snapshot covers is what its record says.
static char *current_contradiction(const Seen *seen)
{
    const SeenSnapshot *current = seen_find(seen, seen->current);
    for (int d = 0; current && d < DISKS; d++) {
        const SeenDisk *disk = &current->disks[d];
        bool external = g_strcmp0(disk->mode, "external") == 0;
        const char *wanted = external ? disk->overlay : disk->image;
        if (seen_covers(current, d) && g_strcmp0(wanted, seen->now[d].image) != 0)
            return g_strdup_printf("by the record of the current snapshot %s NOW writes to %s, it writes to %s",
                                   current->name, wanted ? wanted : "nothing", seen->now[d].image);
    }
    return NULL;
}

static char *lacks_current(const Seen *seen)
{
    for (guint i = 0; !seen->current && i < seen->snapshots->len; i++) {
        const SeenSnapshot *snapshot = g_ptr_array_index(seen->snapshots, i);
        for (int d = 0; d < DISKS; d++)
            if (g_strcmp0(snapshot->disks[d].mode, "external") == 0)
                return g_strdup_printf("no snapshot is current, and %s is an external one", snapshot->name);
    }
    return NULL;
}

static char *shared_frozen(const Seen *seen)
{
    for (guint i = 0; i < seen->snapshots->len; i++) {
        for (guint k = i + 1; k < seen->snapshots->len; k++) {
            const SeenSnapshot *a = g_ptr_array_index(seen->snapshots, i), *b = g_ptr_array_index(seen->snapshots, k);
            for (int d = 0; d < DISKS; d++)
                if (g_strcmp0(a->disks[d].mode, "external") == 0 && g_strcmp0(b->disks[d].mode, "external") == 0 &&
                    g_strcmp0(a->disks[d].image, b->disks[d].image) == 0)
                    return g_strdup_printf("the snapshots %s and %s share the frozen image %s", a->name, b->name,
                                           a->disks[d].image);
        }
    }
    return NULL;
}

static void judge_records(Judge *j)
{
    char *(*const laws[])(const Seen *) = {current_contradiction, lacks_current, shared_frozen};
    for (guint i = 0; i < G_N_ELEMENTS(laws); i++) {
        g_autofree char *was = laws[i](j->before), *is = laws[i](j->after);
        if (is && !was)
            finding(j, HARM_RECORDS, "law 7: %s", is);
    }
}

// ---- All of it ----------------------------------------------------------------------------------

static void judge_outcome(Judge *j)
{
    const Operation *operation = j->operation;
    if (operation->outcome != WAS_FAILED)
        return;
    if (operation->verb == DO_START || operation->verb == DO_STOP)
        finding(j, HARM_STATE, "the guest does not %s: %s", verb_text(operation->verb), operation->words);
    if (g_strcmp0(operation->rule, "does not end") == 0)
        finding(j, HARM_STATE, "the operation does not end");
}

guint belief_judge(Belief *belief, const Operation *operation, Seen *after, GPtrArray *findings)
{
    Judge j = {belief, belief->seen, after, operation, findings, 0, operation->outcome == WAS_DONE};
    judge_outcome(&j);
    judge_survivors(&j);
    judge_newcomers(&j);
    judge_now(&j);
    judge_kept(&j);
    judge_traces(&j);
    judge_plan(&j);
    judge_foreseen(&j);
    judge_tree(&j);
    judge_records(&j);
    seen_free(belief->seen);
    belief->seen = after;
    for (int d = 0; d < DISKS; d++)
        belief->now[d] = after->now[d].content;
    return j.harms;
}
