// SPDX-License-Identifier: GPL-2.0-or-later
// NOW on an overlay that no snapshot records, case by case: as a repair, and as what is left of a job whose snapshot
// failed.

#include "engine/model/merge_now.h"
#include "engine/model/remains.h"
#include "tests/lib/steps.h"
#include "tests/lib/wishes.h"
#include "tests/lib/world.h"

#include <string.h>

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

// a froze the base, its record says that NOW writes to /i/a; NOW writes to /i/t on top of that.
#define GUEST(state) "guest web " state "\ndisk vda /i/t\nspace /i 1000\n"
#define BELOW                                                                         \
    "image /i/base base 9\nimage /i/a on:/i/base 1\nimage /i/t on:/i/a 1\n"           \
    "snapshot a 1 shutoff\next vda /i/base /i/a\n"
#define OVERLAY(state) GUEST(state) BELOW "current a\n"
#define MERGE "merge-now web vda:/i/t>/i/a"
#define REMOVE "remove-files web vda:-/i/t"

typedef struct Case {
    const char *name;
    const char *world;
    const char *clone;    // what another guest writes to; NULL: there is none
    const char *expected; // steps, or "refused RULE..."
} Case;

// ---- as a repair ------------------------------------------------------------------------------

static const Case repairs[] = {
    {"running", OVERLAY("running"), NULL, MERGE "; " REMOVE},
    {"off", OVERLAY("off"), NULL, "start-paused web; " MERGE "; stop-started web; " REMOVE},
    {"none-current", GUEST("running") BELOW, NULL, MERGE "; make-current a; " REMOVE},
    {"two", "guest web running\ndisk vda /i/u\nimage /i/u on:/i/t 1\nspace /i 1000\n" BELOW "current a\n", NULL,
     "merge-now web vda:/i/u>/i/t vda:/i/t>/i/a; remove-files web vda:-/i/u vda:-/i/t"},
    {"no-space", OVERLAY("running") "space /i 0\n", NULL, "refused INV-12"},
    {"saved", OVERLAY("off") "flag managed-save\n", NULL, "refused INV-7"},
    {"checkpoints", OVERLAY("running") "flag checkpoints\n", NULL, "refused H66"},
    {"not-recorded", "guest web running\ndisk vda /i/t\nimage /i/base base 9\nimage /i/x on:/i/base 1\nimage /i/t on:/i/x 1\n"
                     "snapshot a 1 shutoff\next vda /i/base /i/a\ncurrent a\n", NULL, "refused law 6"},
    {"another-on-it", OVERLAY("running") "image /i/other on:/i/a 1\n", NULL, "refused law 2"},
    {"tags-in-it", OVERLAY("running") "tags /i/t x\n", NULL, "refused law 1"},
    {"missing", OVERLAY("running") "image /i/t on:/i/a 1 gone\n", NULL, "refused INV-2"},
    {"clone", OVERLAY("running"), "/i/a", "refused law 2"},
    {"read-only", "guest web running\ndisk vda /i/t qcow2 readonly\n" BELOW "current a\n", NULL, "refused law 6"},
    {"network", "guest web running\ndisk vda /i/t qcow2 network\n" BELOW "current a\n", NULL, "refused law 6"},
};

static Neighbours *neighbours_of(const char *image)
{
    Neighbours *neighbours = neighbours_new();
    g_autofree char *text = g_strdup_printf("guest clone off\ndisk vda %s\nimage /i/base base 9\nimage /i/a on:/i/base 1\n",
                                            image ? image : "");
    g_autoptr(Picture) clone = image ? world_picture(text) : NULL;

    if (clone)
        neighbours_add(neighbours, clone);
    return neighbours;
}

// Whoever copies the image below would copy something else.
static bool warns_of_backups(const Plan *plan)
{
    for (guint i = 0; i < plan->warnings->len; i++)
        if (strcmp(((const Reason *) plan->warnings->pdata[i])->rule, "backup") == 0)
            return true;
    return false;
}

static void test_repair(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Wish) wish = wish_new(VERB_REPAIR, "5a9a2f4e-0000-4000-8000-000000000001", "web", NULL);
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Host) host = world_host(V(11, 3), NULL);
    g_autoptr(Neighbours) neighbours = neighbours_of(c->clone);
    g_autoptr(Plan) plan = plan_make(wish, picture, neighbours, host, 1700000000);
    g_autofree char *written = wishes_plan(plan);

    if (g_str_has_prefix(c->expected, "refused"))
        g_assert_true(g_str_has_prefix(written, c->expected));
    else
        g_assert_cmpstr(written, ==, c->expected);
    g_assert_cmpint(warns_of_backups(plan), ==, plan->verdict == VERDICT_OK);
    g_assert_false(plan->loses_data);
}

// ---- as what is left of a job -----------------------------------------------------------------

typedef struct Left {
    const char *name;
    const char *steps; // of the job
    const char *world;
    const char *after; // the state that the job was to leave the guest in
    unsigned begun, done;
    const char *expected; // what undoing does; NULL: there is no undo that takes steps
    const char *finish;   // what finishing does; NULL: it cannot be finished
} Left;

#define CREATE "create lost vda=/i/t"
#define CURRENT "current a\n"
#define TAKEN_BACK "merge-now web vda=/i/a, remove-files web -/i/t"
#define JOB "flag block-job\n"

static const Left left[] = {
    {"running", CREATE, OVERLAY("running"), "running", 1, 0, MERGE "; " REMOVE, NULL},
    {"off", CREATE, OVERLAY("off"), "off", 1, 0, "start-paused web; " MERGE "; stop-started web; " REMOVE, NULL},
    {"none-current", CREATE, GUEST("running") BELOW, "running", 1, 0, MERGE "; make-current a; " REMOVE, NULL},
    {"first", CREATE, GUEST("running") "image /i/a base 9\nimage /i/t on:/i/a 1\n", "running", 1, 0, MERGE "; " REMOVE, NULL},
    {"before-others", CREATE ", revert a", OVERLAY("running"), "running", 1, 0, MERGE "; " REMOVE, NULL},
    {"given-up", CREATE, OVERLAY("paused"), "running", 1, 0, NULL, NULL},
    {"was-paused", CREATE, OVERLAY("paused"), "paused", 1, 0, MERGE "; " REMOVE, NULL},
    {"more-on-top", CREATE, "guest web running\ndisk vda /i/u\nimage /i/u on:/i/t 1\nspace /i 1000\n" BELOW CURRENT, "running",
     1, 0, NULL, NULL},
    {"saved", CREATE, OVERLAY("off") "flag managed-save\n", "off", 1, 0, "refused INV-7", NULL},
    {"again", TAKEN_BACK, OVERLAY("running"), "running", 0, 0, NULL, MERGE "; " REMOVE},
    {"in-the-middle", TAKEN_BACK, OVERLAY("running"), "running", 1, 0, NULL, MERGE "; " REMOVE},
    {"went-off", TAKEN_BACK, OVERLAY("off"), "running", 1, 0, NULL, "start-paused web; " MERGE "; stop-started web; " REMOVE},
    {"was-started", "start-paused web, merge-now web vda=/i/a, stop-started web, remove-files web -/i/t", OVERLAY("running"), "off",
     1, 0, NULL, MERGE "; " REMOVE},
    {"to-be-removed", TAKEN_BACK, "guest web running\ndisk vda /i/a\n" BELOW CURRENT, "running", 2, 1, NULL, REMOVE},
};

static JournalEntry *entry_of(const Left *c)
{
    g_autoptr(Plan) plan = steps_plan(c->steps, false);
    JournalEntry *entry;

    for (guint i = 0; i < plan->steps->len; i++) {
        Step *step = plan->steps->pdata[i];

        if (step->kind == STEP_MERGE_NOW)
            ((StepDisk *) step->disks->pdata[0])->merges = g_strdup("/i/t");
        g_free(step->effect);
        step->effect = g_strdup("Done.");
    }
    plan->wish->verb = VERB_CREATE;
    g_free(plan->after);
    plan->after = g_strdup(c->after);
    entry = journal_entry_new(plan);
    journal_entry_add_disk(entry, "vda", "/i/a");
    entry->current = g_strdup("a");
    entry->domain_id = 1;
    entry->begun = c->begun;
    entry->done = c->done;
    return entry;
}

static char *rest_of(const JournalEntry *entry, const Remains *r, const Picture *picture)
{
    g_autoptr(Host) host = world_host(V(11, 3), NULL);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Plan) rest = remains_rest(r, entry, picture, neighbours, host, false);

    g_assert_false(rest->loses_data);
    g_assert_cmpstr(rest->after, ==, domain_state_word(picture->domain->state));
    return wishes_plan(rest);
}

static void test_left(gconstpointer data)
{
    const Left *c = data;
    g_autoptr(JournalEntry) entry = entry_of(c);
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Remains) r = remains_find(entry, picture);
    g_autofree char *written = r->unwinds || r->finish ? rest_of(entry, r, picture) : NULL;

    g_assert_cmpint(r->kind, ==, REMAINS_PART);
    g_assert_cmpint(r->unwinds, ==, c->expected != NULL);
    g_assert_true(r->undo != NULL || !r->unwinds);
    g_assert_cmpint(r->finish != NULL, ==, c->finish != NULL);
    if (c->expected && g_str_has_prefix(c->expected, "refused"))
        g_assert_true(g_str_has_prefix(written, c->expected));
    else
        g_assert_cmpstr(written, ==, c->expected ? c->expected : c->finish);
}

// To leave it so would leave NOW on the overlays, or libvirt without a current snapshot.
static void test_no_undo(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(left); i++) {
        g_autoptr(JournalEntry) entry = entry_of(&left[i]);
        g_autoptr(Picture) picture = world_picture(left[i].world);
        g_autoptr(Remains) r = remains_find(entry, picture);

        g_assert_cmpint(r->undo != NULL, ==, left[i].expected != NULL);
        g_assert_false(r->stays);
    }
}

// Somebody merged it by hand: nothing is left to be done, and nothing is.
static void test_by_hand(void)
{
    const char *world = "guest web running\ndisk vda /i/a\n" BELOW CURRENT;

    for (guint i = 0; i < 2; i++) {
        const Left c = {.steps = i ? TAKEN_BACK : CREATE, .after = "running", .begun = 1 - i};
        g_autoptr(JournalEntry) entry = entry_of(&c);
        g_autoptr(Picture) picture = world_picture(world);
        g_autoptr(Remains) r = remains_find(entry, picture);

        g_assert_cmpint(r->kind, ==, REMAINS_NOTHING);
    }
}

// The merge waits at its end for whoever goes on; as long as it copies, it is waited for.
static void test_waits(void)
{
    const Left c = {.steps = TAKEN_BACK, .after = "running", .begun = 1};

    for (int over = 0; over <= 1; over++) {
        g_autoptr(JournalEntry) entry = entry_of(&c);
        g_autoptr(Picture) picture = world_picture(OVERLAY("running") JOB);
        g_autoptr(Remains) r = NULL;

        ((Domain *) picture->domain)->block_job_over = over;
        r = remains_find(entry, picture);
        g_assert_cmpint(r->kind, ==, over ? REMAINS_PART : REMAINS_BUSY);
        g_assert_cmpint(r->next, ==, over ? TRACE_PART : TRACE_NONE);
        g_assert_true(over || strstr(r->story, "When all is merged it waits"));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(repairs); i++) {
        g_autofree char *path = g_strdup_printf("/overlay/repair/%s", repairs[i].name);

        g_test_add_data_func(path, &repairs[i], test_repair);
    }
    for (guint i = 0; i < G_N_ELEMENTS(left); i++) {
        g_autofree char *path = g_strdup_printf("/overlay/left/%s", left[i].name);

        g_test_add_data_func(path, &left[i], test_left);
    }
    g_test_add_func("/overlay/no-undo-that-leaves-it", test_no_undo);
    g_test_add_func("/overlay/merged-by-hand", test_by_hand);
    g_test_add_func("/overlay/waits-at-its-end", test_waits);
    return g_test_run();
}
