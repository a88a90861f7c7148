// SPDX-License-Identifier: GPL-2.0-or-later
// Layers that nobody holds: which ones they are, what is merged where, and when nothing is touched.

#include "engine/model/idle.h"
#include "engine/model/plan.h"
#include "engine/model/problem.h"
#include "tests/lib/wishes.h"
#include "tests/lib/world.h"

#include <string.h>

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

// base <- a <- b <- c (frozen by s) <- NOW, of whose layers the lowest three are idle
#define IMAGES "image /i/w.base base 1\nimage /i/w.a on:/i/w.base 1\nimage /i/w.b on:/i/w.a 1\nimage /i/w.c on:/i/w.b 1\n"
#define TOP "disk vda /i/w.n\nimage /i/w.n on:/i/w.c 1\nspace /i 100\nsnapshot s 1 shutoff\next vda /i/w.c /i/w.n\ncurrent s\n"
#define OFF "guest web off\n" IMAGES TOP
#define RUNNING "guest web running\n" IMAGES TOP
#define MERGES "merge-layers web vda:/i/w.a>/i/w.base-/i/w.a vda:/i/w.b>/i/w.base-/i/w.b"

typedef struct Case {
    const char *name;
    const char *world;
    const char *wish; // "idle": plan repair web idle-layers
    const char *expected;
    const char *twist; // "clone", "unread", "alone" (nobody looked), "apparmor", "exclusive"; NULL
    unsigned long version; // 0: 11.3
} Case;

static Neighbours *make_neighbours(const char *twist)
{
    Neighbours *neighbours = g_strcmp0(twist, "alone") == 0 ? NULL : neighbours_new();

    if (g_strcmp0(twist, "clone") == 0) {
        g_autoptr(Picture) clone = world_picture("guest clone off\ndisk vda /i/w.clone\nimage /i/w.base base 1\n"
                                                 "image /i/w.clone on:/i/w.base 1\n");

        neighbours_add(neighbours, clone);
    }
    if (g_strcmp0(twist, "unread") == 0)
        neighbours_add_unseen(neighbours, "db", "It is busy.");
    return neighbours;
}

static Plan *make_plan(const Case *c, const Picture *picture)
{
    g_autoptr(Neighbours) neighbours = make_neighbours(c->twist);
    g_autoptr(Host) host = world_host(c->version ? c->version : V(11, 3), NULL);
    g_autoptr(Wish) wish = wishes_read(strcmp(c->wish, "idle") == 0 ? "repair -" : c->wish);

    if (strcmp(c->wish, "idle") == 0)
        wish->problem = g_strdup("idle-layers");
    wish->storage_exclusive = g_strcmp0(c->twist, "exclusive") == 0;
    if (g_strcmp0(c->twist, "apparmor") == 0)
        host->security_model = g_strdup("apparmor");
    return plan_make(wish, picture, neighbours, host, 1700000000);
}

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Plan) plan = make_plan(c, picture);
    g_autofree char *written = wishes_plan(plan);

    for (guint i = 0; i < plan->reasons->len; i++)
        g_test_message("%s", ((const Reason *) plan->reasons->pdata[i])->text);
    g_assert_cmpstr(written, ==, c->expected);
}

static const Case cases[] = {
    {"off", OFF, "idle", "start-paused web; " MERGES "; stop-started web", NULL, 0},
    {"running", RUNNING, "idle", MERGES, NULL, 0},
    {"on-9.0", RUNNING, "idle", MERGES, NULL, V(9, 0)},
    {"before-9.0", RUNNING, "idle", "refused host", NULL, V(8, 6)},

    // who else needs one
    {"fork", RUNNING "snapshot t 2 shutoff\next vda /i/w.t /i/w.t2\nimage /i/w.t on:/i/w.a 1\nimage /i/w.t2 on:/i/w.t 1\n", "idle",
     "refused check", NULL, 0},
    {"fork-below", RUNNING "snapshot t 2 shutoff\next vda /i/w.t /i/w.t2\nimage /i/w.t on:/i/w.base 1\nimage /i/w.t2 on:/i/w.t 1\n",
     "idle", "merge-layers web vda:/i/w.b>/i/w.a-/i/w.b", NULL, 0},
    {"left-over", RUNNING "image /i/w.x on:/i/w.base 1\n", "idle", "merge-layers web vda:/i/w.b>/i/w.a-/i/w.b", NULL, 0},
    {"clone", RUNNING, "idle", "merge-layers web vda:/i/w.b>/i/w.a-/i/w.b", "clone", 0},
    {"unread", RUNNING, "idle", "refused law 6", "unread", 0},
    {"alone", RUNNING, "idle", "refused law 6", "alone", 0},
    {"left-out", RUNNING "snapshot o 2 shutoff parent=s\nout vda /i/w.a\n", "idle", "refused check", NULL, 0},
    {"named-overlay", RUNNING "snapshot o 2 shutoff\next vda /i/w.gone /i/w.b\nimage /i/w.gone missing\n", "idle",
     "merge-layers web vda:/i/w.a>/i/w.base-/i/w.a", NULL, 0},
    {"tag", RUNNING "tags /i/w.a old\n", "idle", "refused check", NULL, 0},
    {"one-alone", "guest web running\nimage /i/w.base base 1\nimage /i/w.c on:/i/w.base 1\n" TOP, "idle", "refused check", NULL, 0},

    // a template that the guest began with
    {"template", "guest web running\nimage /i/golden base 1\nimage /i/w.base on:/i/golden 1\nimage /i/w.a on:/i/w.base 1\n"
                 "image /i/w.c on:/i/w.a 1\n" TOP, "idle", "merge-layers web vda:/i/w.a>/i/w.base-/i/w.a", NULL, 0},
    {"template-near", "guest web running\nimage /i/w.golden.qcow2 base 1\nimage /i/w.a on:/i/w.golden.qcow2 1\n"
                      "image /i/w.c on:/i/w.a 1\n" TOP, "idle", "refused check", NULL, 0},
    {"template-patched", "guest web running\nimage /i/golden base 1\nimage /i/sp1 on:/i/golden 1\nimage /i/w.a on:/i/sp1 1\n"
                         "image /i/w.c on:/i/w.a 1\n" TOP, "idle", "refused check", NULL, 0},

    // what is not known, and where it lies
    {"unknown-end", "guest web running\nimage /i/w.a unknown 1\nimage /i/w.b on:/i/w.a 1\nimage /i/w.c on:/i/w.b 1\n" TOP, "idle",
     "refused check", NULL, 0},
    {"shared-storage", RUNNING "shared /i nfs\n", "idle", "refused law 6", NULL, 0},
    {"shared-storage-consent", RUNNING "shared /i nfs\n", "idle", MERGES, "exclusive", 0},
    {"no-space", "guest web running\nspace /i 1\n" IMAGES "disk vda /i/w.n\nimage /i/w.n on:/i/w.c 1\nsnapshot s 1 shutoff\n"
                 "ext vda /i/w.c /i/w.n\ncurrent s\n", "idle", "refused INV-12", NULL, 0},

    // what else the guest has
    {"apparmor", RUNNING, "idle", "refused H19", "apparmor", 0},
    {"checkpoints", RUNNING "flag checkpoints\n", "idle", "refused H66", NULL, 0},
    {"saved", OFF "flag managed-save\n", "idle", "refused INV-7", NULL, 0},
    {"stale-record", "guest web running\n" IMAGES "disk vda /i/w.n\nimage /i/w.n on:/i/w.c 1\nspace /i 100\nsnapshot s 1 shutoff\n"
                     "ext vda /i/w.c /i/w.m\nimage /i/w.m on:/i/w.c 1\ncurrent s\n", "idle", "refused INV-1", NULL, 0},
};

// ---- room for a snapshot or a revert ------------------------------------------------------------

// A chain of `layers`, of which a snapshot froze the one below NOW's.
static char *long_world(const char *state, guint layers)
{
    GString *world = g_string_new(NULL);

    g_string_append_printf(world, "guest web %s\nspace /i 1000\nimage /i/w.1 base 1\ndisk vda /i/w.%u\n", state, layers);
    for (guint i = 2; i <= layers; i++)
        g_string_append_printf(world, "image /i/w.%u on:/i/w.%u 1\n", i, i - 1);
    g_string_append_printf(world, "snapshot s 1 shutoff\next vda /i/w.%u /i/w.%u\ncurrent s\n", layers - 1, layers);
    return g_string_free(world, FALSE);
}

static Plan *plan_long(const char *wish, const char *state, guint layers, unsigned long version, const char *twist)
{
    g_autofree char *world = long_world(state, layers);
    g_autoptr(Picture) picture = world_picture(world);
    const Case c = {"long", world, wish, NULL, twist, version};

    return make_plan(&c, picture);
}

static guint steps_of(const Plan *plan, StepKind kind)
{
    guint n = 0;

    for (guint i = 0; i < plan->steps->len; i++)
        n += ((const Step *) plan->steps->pdata[i])->kind == kind;
    return n;
}

typedef struct Room {
    const char *name;
    const char *wish;
    const char *state;
    guint layers;
    unsigned long version;
    bool merges;
} Room;

static void test_room(gconstpointer data)
{
    const Room *c = data;
    g_autoptr(Plan) plan = plan_long(c->wish, c->state, c->layers, c->version, NULL);
    bool off = strcmp(c->state, "off") == 0;

    for (guint i = 0; i < plan->reasons->len; i++)
        g_test_message("%s", ((const Reason *) plan->reasons->pdata[i])->text);
    g_assert_cmpint(plan->verdict, ==, VERDICT_OK);
    g_assert_cmpuint(steps_of(plan, STEP_MERGE_LAYERS), ==, c->merges);
    g_assert_cmpuint(steps_of(plan, STEP_START_PAUSED), ==, c->merges && off);
    g_assert_cmpuint(steps_of(plan, STEP_STOP_STARTED), ==, c->merges && off);
    g_assert_true(!c->merges || ((const Step *) plan->steps->pdata[off])->kind == STEP_MERGE_LAYERS); // before all else
}

static const Room rooms[] = {
    {"create", "create t external", "off", 22, V(11, 3), true},
    {"create-running", "create t external", "running", 22, V(11, 3), true},
    {"create-in-time", "create t external", "off", 21, V(11, 3), false},
    {"create-elsewhere", "create t external", "off", 22, V(12, 0), false},
    {"create-internal", "create t internal", "off", 22, V(11, 3), false},
    {"revert", "revert s lose", "off", 23, V(11, 3), true},
    {"revert-in-time", "revert s lose", "off", 22, V(11, 3), false},
    {"revert-keeping", "revert s", "off", 22, V(11, 3), true},
    {"revert-keeping-running", "revert s", "running", 22, V(11, 3), true},
    {"compose", "revert s lose", "off", 200, V(9, 0), true},
};

// More layers than libvirt starts a guest on: no QEMU can be had that merges them.
static void test_too_late(void)
{
    g_autoptr(Plan) off = plan_long("create t external", "off", 26, V(11, 3), NULL);
    g_autoptr(Plan) running = plan_long("create t external", "running", 26, V(11, 3), NULL);

    g_assert_cmpint(off->verdict, ==, VERDICT_REFUSED);
    g_assert_cmpint(running->verdict, ==, VERDICT_OK);
}

// What stands in the way is told by the repair.
static void test_in_the_way(void)
{
    g_autoptr(Plan) plan = plan_long("create t external", "off", 22, V(11, 3), "unread");

    g_assert_cmpint(plan->verdict, ==, VERDICT_REFUSED);
    g_assert_cmpuint(plan->routes->len, ==, 1);
    g_assert_cmpstr(((const Route *) plan->routes->pdata[0])->command, ==, "plan repair web idle-layers");
}

// Other guests are looked at before a plan that may touch what they stand on, and not for every snapshot that is taken.
static void test_meets_others(void)
{
    g_autoptr(Host) shallow = world_host(V(11, 3), NULL);
    g_autoptr(Host) deep = world_host(V(12, 8), NULL);
    g_autofree char *world = long_world("off", 22);
    g_autoptr(Picture) picture = world_picture(world);
    g_autoptr(Wish) create = wishes_read("create t external");
    g_autoptr(Wish) revert = wishes_read("revert s");

    g_assert_true(plan_meets_others(create, picture, shallow));
    g_assert_false(plan_meets_others(create, picture, deep));
    g_assert_true(plan_meets_others(revert, picture, deep));
}

// ---- records that tell the chain ----------------------------------------------------------------

static void test_followers(void)
{
    const Case c = {"followers", RUNNING, "idle", NULL, NULL, 0};
    g_autoptr(Picture) picture = world_picture(RUNNING);
    const Snapshot *snapshot = picture_snapshot(picture, "s");
    Disk *disk = (Disk *) definition_disk(snapshot->definition, "vda");
    g_autoptr(Plan) plan = NULL;
    g_autofree char *written = NULL;

    disk_add_layer(disk, layer_new(SOURCE_FILE, "/i/w.b", "qcow2"));
    disk_add_layer(disk, layer_new(SOURCE_FILE, "/i/w.a", "qcow2"));
    disk_add_layer(disk, layer_new(SOURCE_FILE, "/i/w.base", "qcow2"));
    plan = make_plan(&c, picture);
    written = wishes_plan(plan);
    g_assert_cmpstr(written, ==, MERGES "; follow s vda:/i/w.base vda:/i/w.base");
}

// ---- long chains are a problem ------------------------------------------------------------------

static void test_problem(void)
{
    g_autofree char *longer = long_world("off", 9);
    g_autofree char *shorter = long_world("off", 8);
    g_autoptr(Picture) with = world_picture(longer);
    g_autoptr(Picture) without = world_picture(shorter);
    g_autoptr(GPtrArray) problems = picture_problems(with);
    g_autoptr(GPtrArray) none = picture_problems(without);
    const Problem *problem;

    g_assert_cmpuint(none->len, ==, 0);
    g_assert_cmpuint(problems->len, ==, 1);
    problem = problems->pdata[0];
    g_assert_cmpint(problem->kind, ==, PROBLEM_IDLE_LAYERS);
    g_assert_nonnull(strstr(problem->text, "9 layers"));
    g_assert_nonnull(strstr(problem->text, "6 layers"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/shorten/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
        g_autofree char *path = g_strdup_printf("/shorten/room/%s", rooms[i].name);

        g_test_add_data_func(path, &rooms[i], test_room);
    }
    g_test_add_func("/shorten/too-late", test_too_late);
    g_test_add_func("/shorten/in-the-way", test_in_the_way);
    g_test_add_func("/shorten/meets-others", test_meets_others);
    g_test_add_func("/shorten/followers", test_followers);
    g_test_add_func("/shorten/problem", test_problem);
    return g_test_run();
}
