// SPDX-License-Identifier: GPL-2.0-or-later
// Repairs, case by case: a guest whose records are wrong, what is asked for, and the steps that set it right.

#include "engine/model/plan.h"
#include "engine/model/problem.h"
#include "tests/lib/world.h"

#include <string.h>

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

// H76: a was reverted to, and its record forgot where NOW went. b hangs below a.
#define FORGOTTEN "guest web off\ndisk vda /i/77\nimage /i/77 on:/i/base 1\n" BELOW
#define BELOW                                                                         \
    "image /i/base base 9\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\n"           \
    "snapshot a 1 shutoff\next vda /i/base /i/a\n"                                    \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"

// a covers both disks, b one, c the other: NOW stands on c.
#define PARTIAL "guest web running\ndisk vda /i/b\ndisk vdb /i/c\n" SHARES
#define SHARES                                                                        \
    "image /i/0 base 9\nimage /i/1 base 9\nimage /i/a on:/i/0 1\nimage /i/a1 on:/i/1 1\n" \
    "image /i/b on:/i/a 1\nimage /i/c on:/i/a1 1\n"                                   \
    "snapshot a 1 shutoff\next vda /i/0 /i/a\next vdb /i/1 /i/a1\n"                   \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\nout vdb /i/a1\n"               \
    "snapshot c 3 shutoff parent=b\nout vda /i/b\next vdb /i/a1 /i/c\n"

#define TAGS                                                                          \
    "guest web off\ndisk vda /i/t\nimage /i/t base 9\n"                               \
    "snapshot a 1 shutoff\nint vda /i/t\nsnapshot b 2 shutoff parent=a\nint vda /i/t\n"

// The delete of b was cut off: a is marked.
#define CUT                                                                           \
    "guest web off\ndisk vda /i/c\n"                                                  \
    "image /i/0 base 9\nimage /i/a on:/i/0 1\nimage /i/b on:/i/a 1\nimage /i/c on:/i/b 1\n" \
    "snapshot a 1 shutoff\next vda /i/0 /i/a marked\n"                                \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"                              \
    "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\nspace /i 1000\ncurrent c\n"

// The delete of a came to its end on vda only, that of b on both disks: each root, without a mark.
#define HALF(a, b)                                                                    \
    "image /i/0 base 9\nimage /i/a missing ?\nimage /i/b on:/i/0 1\n"                 \
    "image /j/0 base 9\nimage /j/a " a "\nimage /j/b on:" b " 1\n"                     \
    "snapshot a 1 shutoff\next vda /i/0 /i/a\next vdb /j/0 /j/a\n"                    \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\next vdb /j/a /j/b\n"           \
    "space /i 1000\nspace /j 1000\ncurrent b\n"

#define HALF_NOW "disk vda /i/b\ndisk vdb /j/b\n"

// NOW's own layers: the second disk failed when the first was on what b froze.
#define HALF_LEAF                                                                     \
    "guest web running\ndisk vda /i/a\ndisk vdb /j/b\n"                               \
    "image /i/0 base 9\nimage /i/a on:/i/0 1\nimage /i/b missing ?\n"                 \
    "image /j/0 base 9\nimage /j/a on:/j/0 1\nimage /j/b on:/j/a 1\n"                 \
    "snapshot a 1 shutoff\next vda /i/0 /i/a\next vdb /j/0 /j/a marked\n"             \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\next vdb /j/a /j/b\n"           \
    "space /i 1000\nspace /j 1000\ncurrent b\n"

// c stands directly on a, as if b had been merged; but b is there, and no delete was marked: nobody knows who did it.
#define SKIPPED                                                                       \
    "guest web off\ndisk vda /i/c\nimage /i/0 base 9\nimage /i/a on:/i/0 1\n"          \
    "image /i/b on:/i/a 1\nimage /i/c on:/i/a 1\n"                                    \
    "snapshot a 1 shutoff\next vda /i/0 /i/a\n"                                       \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"                              \
    "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\ncurrent c\n"

// a and b name each other; c hangs below b. NOW stands on c.
#define CIRCLE                                                                        \
    "guest web off\ndisk vda /i/c\n"                                                  \
    "image /i/0 base 9\nimage /i/a on:/i/0 1\nimage /i/b on:/i/a 1\nimage /i/c on:/i/b 1\n" \
    "snapshot a 1 shutoff parent=b\next vda /i/0 /i/a\n"                             \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"                             \
    "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\n"

// b's record was lost: c, which NOW stands on, names it. a froze what c stands on; t is a tag that does not tell.
#define ORPHAN                                                                        \
    "guest web off\ndisk vda /i/c\n"                                                  \
    "image /i/0 base 9\nimage /i/a on:/i/0 1\nimage /i/b on:/i/a 1\nimage /i/c on:/i/b 1\n" \
    "snapshot a 1 shutoff\next vda /i/0 /i/a\n"                                       \
    "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\n"

// The same of NOW's own layer: NOW writes into what b froze.
#define NOW_BELOW                                                                     \
    "guest web running\ndisk vda /i/a\nimage /i/0 base 9\nimage /i/a on:/i/0 1\nimage /i/b on:/i/a 1\n" \
    "snapshot a 1 shutoff\next vda /i/0 /i/a\n"                                       \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\ncurrent b\n"

typedef struct Case {
    const char *name;
    const char *world;
    unsigned long version;
    const char *problem;  // NULL: none named
    const char *snapshot; // NULL: none named
    const char *expected; // steps, or "refused RULE"
} Case;

static const Case cases[] = {
    {"forgotten", FORGOTTEN "current a\n", V(11, 3), NULL, NULL, "renew a vda:/i/77"},
    {"forgotten-9.0", FORGOTTEN "current a\n", V(9, 0), "current-mismatch", NULL, "renew a vda:/i/77"},
    {"forgotten-and-moved", FORGOTTEN "current b\n", V(12, 8), NULL, NULL, "renew a vda:/i/77; make-current a"},
    {"read-only-storage", FORGOTTEN "current a\nunwritable /i\n", V(11, 3), NULL, NULL, "renew a vda:/i/77"},
    {"none", FORGOTTEN, V(12, 8), NULL, NULL, "renew a vda:/i/77; make-current a"},
    {"none-by-name", FORGOTTEN, V(12, 8), "no-current", NULL, "renew a vda:/i/77; make-current a"},
    {"other-problem", FORGOTTEN, V(12, 8), "current-mismatch", NULL, "refused check"},
    {"no-such-word", FORGOTTEN, V(12, 8), "currant", NULL, "refused name"},
    {"not-that-one", FORGOTTEN, V(12, 8), "no-current", "b", "refused law 6"},
    {"block-device", "guest web off\ndisk vda /i/77 raw block\nimage /i/77 on:/i/base 1\n" BELOW, V(12, 8), NULL, NULL, "refused law 6"},
    {"layer-between", "guest web off\ndisk vda /i/77\nimage /i/77 on:/i/x 1\nimage /i/x on:/i/base 1\n" BELOW "current a\n", V(12, 8), NULL, NULL,
     "refused law 6"},
    {"chain-unknown", "guest web off\ndisk vda /i/77\nimage /i/77 unknown ?\n" BELOW, V(12, 8), NULL, NULL, "refused law 6"},
    {"nearest-of-partial", PARTIAL "current a\n", V(11, 3), NULL, NULL, "make-current c"},
    {"nearest-of-partial-9.0", PARTIAL, V(9, 0), NULL, NULL, "make-current c"},
    {"sound", PARTIAL "current c\n", V(11, 3), NULL, NULL, "refused check"},
    {"tags-do-not-tell", TAGS, V(11, 3), NULL, NULL, "refused law 6"},
    {"tags-named", TAGS, V(11, 3), "no-current", "a", "make-current a"},
    {"written", "guest web off\ndisk vda /i/a\ndisk vdb /i/c\n" SHARES "current b\n", V(11, 3), "current-mismatch", NULL, "refused law 3"},
    {"written-only", "guest web off\ndisk vda /i/a\ndisk vdb /i/c\n" SHARES "current c\n", V(11, 3), "written-frozen", NULL, "refused check"},
    {"cut", CUT, V(11, 3), NULL, NULL, "delete b vda:/i/a-/i/b"},
    {"cut-half", CUT "image /i/c on:/i/a 1\nimage /i/b missing ?\n", V(11, 3), "interrupted-delete", NULL,
     "follow c vda:/i/a; delete b"},
    {"cut-layer-left", CUT "image /i/c on:/i/a 1\n", V(11, 3), NULL, NULL,
     "follow c vda:/i/a; delete b; remove-files b vda:-/i/b"},
    {"half", "guest web running\n" HALF_NOW HALF("on:/j/0 1", "/j/a"), V(11, 3), NULL, NULL,
     "follow b vda:/i/0; follow a vda:out; delete a vdb:/j/0-/j/a"},
    {"half-off-9.0", "guest web off\n" HALF_NOW HALF("on:/j/0 1", "/j/a"), V(9, 0), NULL, NULL,
     "follow b vda:/i/0; follow a vda:out; start-paused web; delete a vdb:/j/0-/j/a; stop-started web"},
    {"half-whole", "guest web off\n" HALF_NOW HALF("missing ?", "/j/0"), V(9, 0), NULL, NULL,
     "follow b vda:/i/0 vdb:/j/0; delete a"},
    {"half-leaf", HALF_LEAF, V(9, 0), "interrupted-delete", NULL, "follow b vda:out; delete b vdb:/j/a-/j/b"},
    {"circle", CIRCLE "current c\n", V(9, 0), NULL, NULL, "reparent a; reparent b under a"},
    {"circle-none-current", CIRCLE, V(11, 3), NULL, NULL, "reparent a; reparent b under a; make-current c"},
    {"circle-of-one", "guest web off\ndisk vda /i/a\nimage /i/0 base 9\nimage /i/a on:/i/0 1\n"
                      "snapshot a 1 shutoff parent=a\next vda /i/0 /i/a\ncurrent a\n", V(12, 8), "cycle", NULL, "reparent a"},
    {"circle-below-another", CIRCLE "snapshot r 0 shutoff\next vda /i/r /i/0\nimage /i/0 on:/i/r 1\nimage /i/r base 1\ncurrent c\n",
     V(12, 8), "cycle", NULL, "reparent a; reparent b under a; reparent a under r"},
    {"orphan", ORPHAN "current c\n", V(12, 8), NULL, NULL, "reparent c under a"},
    {"orphan-none-current", ORPHAN, V(9, 0), NULL, NULL, "reparent c under a; make-current c"},
    {"orphan-none-current-by-name", ORPHAN, V(9, 0), "orphan", NULL, "reparent c under a; make-current c"},
    {"orphan-of-nobody", "guest web off\ndisk vda /i/a\nimage /i/0 base 9\nimage /i/a on:/i/0 1\n"
                         "snapshot a 1 shutoff parent=gone\next vda /i/0 /i/a\ncurrent a\n", V(11, 3), NULL, NULL, "reparent a"},
    {"orphan-among-tags", TAGS "snapshot c 3 shutoff parent=gone\nint vda /i/t\ncurrent c\n", V(11, 3), NULL, NULL, "reparent c"},
    {"orphan-inside-none-current", TAGS "snapshot c 3 shutoff parent=gone\nint vda /i/t\n", V(11, 3), "orphan", NULL, "reparent c"},
    {"orphan-behind-one-tag", "guest web off\ndisk vda /i/t\nimage /i/t base 9\nsnapshot a 1 shutoff\nint vda /i/t\n"
                              "snapshot b 2 shutoff parent=gone\nint vda /i/t\ncurrent b\n", V(11, 3), NULL, NULL, "reparent b under a"},
    {"by-hand-unsaid", SKIPPED, V(11, 3), NULL, NULL, "refused law 6"},
    {"by-hand", SKIPPED, V(11, 3), "merged-by-hand", "b", "follow c vda:/i/a; delete b"},
    {"by-hand-gone-unsaid", SKIPPED "image /i/b missing ?\n", V(11, 3), NULL, NULL, "refused law 6"},
    {"by-hand-gone", SKIPPED "image /i/b missing ?\n", V(11, 3), "merged-by-hand", "b", "follow c vda:/i/a; delete b"},
    {"by-hand-gone-pulled", SKIPPED "image /i/b missing ?\n", V(11, 3), "current-mismatch", NULL, "renew b vda:/i/c; make-current b"},
    {"by-hand-9.0", SKIPPED, V(9, 0), "merged-by-hand", "b", "follow c vda:/i/a; delete b"},
    {"by-hand-pulled", SKIPPED, V(11, 3), "current-mismatch", NULL, "renew b vda:/i/c; make-current b"},
    {"by-hand-another", SKIPPED, V(11, 3), "merged-by-hand", "a", "refused name"},
    {"by-hand-now", NOW_BELOW, V(11, 3), "merged-by-hand", "b", "delete b"},
    {"by-hand-now-unsaid", NOW_BELOW, V(11, 3), NULL, NULL, "refused law 3"},
    {"layer-skipped", SKIPPED, V(11, 3), "interrupted-delete", NULL, "refused check"},
};

static char *write_plan(const Plan *plan)
{
    const Reason *reason = plan->reasons->len ? plan->reasons->pdata[0] : NULL;
    GString *text = g_string_new(NULL);

    if (plan->verdict == VERDICT_REFUSED)
        g_string_append_printf(text, "refused %s", reason->rule);
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", step_kind_word(step->kind), step->subject);
        if (step->origin)
            g_string_append_printf(text, " under %s", step->origin);
        g_assert_true(g_str_has_suffix(step->effect, "."));
        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = step->disks->pdata[j];

            g_string_append_printf(text, " %s:%s%s%s", disk->target,
                                   disk->writes ? disk->writes : disk->mode == DISK_MODE_NO ? "out" : "", disk->removes ? "-" : "",
                                   disk->removes ? disk->removes : "");
        }
    }
    return g_string_free(text, FALSE);
}

static Plan *make(const Case *c, const Wish *wish)
{
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Host) host = world_host(c->version, NULL);
    g_autoptr(Neighbours) neighbours = neighbours_new();

    return plan_make(wish, picture, neighbours, host, 1700000000);
}

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Wish) wish = wish_new(VERB_REPAIR, "5a9a2f4e-0000-4000-8000-000000000001", "web", c->snapshot);
    g_autoptr(Plan) plan = NULL;
    g_autoptr(Plan) again = NULL;
    g_autofree char *written = NULL;

    wish->problem = g_strdup(c->problem);
    plan = make(c, wish);
    again = make(c, plan->wish);
    written = write_plan(plan);
    g_assert_true(plan_equal(plan, again));
    if (!g_str_equal(c->expected, "refused"))
        g_assert_cmpstr(written, ==, c->expected);
    g_assert_true(g_str_has_prefix(written, "refused") == (plan->verdict == VERDICT_REFUSED));
    g_assert_true(g_str_has_prefix(c->expected, "refused") == (plan->verdict == VERDICT_REFUSED));
    g_assert_false(plan->loses_data);
}

// Each way out that is named leads to a plan.
static void test_routes(void)
{
    const Case c = {.world = TAGS, .version = V(11, 3)};
    g_autoptr(Wish) wish = wish_new(VERB_REPAIR, "5a9a2f4e-0000-4000-8000-000000000001", "web", NULL);
    g_autoptr(Plan) plan = make(&c, wish);
    const Route *route;

    g_assert_cmpuint(plan->routes->len, ==, 2);
    route = plan->routes->pdata[0];
    g_assert_cmpstr(route->command, ==, "plan repair web no-current a");
    g_assert_null(wish->problem); // the plan's own copy was minted
}

// Every problem has a word that is read back, and says how it is repaired or is left to the operator.
static void test_words(void)
{
    for (int i = 0; i <= PROBLEM_IDLE_LAYERS; i++) {
        const Problem problem = {.kind = (ProblemKind) i};
        g_autofree char *repair = problem_repair(&problem, "it's");
        ProblemKind kind = PROBLEM_CYCLE;

        g_assert_true(problem_parse(problem_word(problem.kind), &kind));
        g_assert_cmpint(kind, ==, problem.kind);
        g_assert_true(problem_is_repairable(kind) == (repair != NULL));
        if (repair)
            g_assert_true(g_str_has_prefix(repair, "plan repair 'it'\\''s' "));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/repair/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/repair/routes", test_routes);
    g_test_add_func("/repair/words", test_words);
    return g_test_run();
}
