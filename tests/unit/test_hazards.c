// SPDX-License-Identifier: GPL-2.0-or-later
// The hazards of docs/hazards.md that the model meets by itself: a guest, a libvirt, a wish, and what must come of
// it. One case a hazard, named after it; those that other tests hold are not repeated here.

#include "engine/model/plan.h"
#include "engine/model/problem.h"
#include "tests/lib/wishes.h"
#include "tests/lib/world.h"

#include <string.h>

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

#define ONE_DISK "disk vda /i/web.qcow2\nimage /i/web.qcow2 base 1\n"
#define OFF "guest web off\n" ONE_DISK
#define RUNNING "guest web running\n" ONE_DISK

// a -> b -> NOW
#define CHAIN                                                                                            \
    "disk vda /i/b\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\nspace /i 100\n" \
    "snapshot a 1 shutoff\next vda /i/base /i/a\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\ncurrent b\n"

// a -> {b, NOW}
#define BRANCHED                                                                                         \
    "guest web off\ndisk vda /i/n\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/n on:/i/base 1\n" \
    "snapshot a 1 shutoff\next vda /i/base /i/a\nrevert vda /i/n\n"                                      \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\ncurrent a\n"

#define INTERNAL "snapshot i 1 shutoff\nint vda /i/web.qcow2\ncurrent i\n"
#define WITH_RAM "snapshot i 1 running memory=internal\nint vda /i/web.qcow2\ncurrent i\n"
#define MEMORY                                                                                           \
    "disk vda /i/o\nimage /i/base base 1\nimage /i/o on:/i/base 1\nimage /i/m base 1\nspace /i 100\n"      \
    "snapshot m 1 running memory=/i/m\next vda /i/base /i/o\ncurrent m\n"

typedef struct Case {
    const char *name;
    const char *world;
    unsigned long version;
    const char *wish; // NULL: none, problems only
    // "refused RULE" (RULE among the reasons), "refused" (by whatever), "warns RULE", or the plan as wishes.h has it
    const char *expected;
    const char *security; // model of the host, "+root" where its files are ours; NULL: unknown
} Case;

static bool names_rule(const GPtrArray *reasons, const char *rule)
{
    for (guint i = 0; i < reasons->len; i++)
        if (strcmp(((const Reason *) reasons->pdata[i])->rule, rule) == 0)
            return true;
    return false;
}

static void check_plan(const Plan *plan, const char *expected)
{
    g_autofree char *written = wishes_plan(plan);

    g_test_message("%s", written);
    for (guint i = 0; i < plan->reasons->len; i++)
        g_test_message("%s", ((const Reason *) plan->reasons->pdata[i])->text);
    if (g_str_has_prefix(expected, "refused")) {
        g_assert_cmpint(plan->verdict, ==, VERDICT_REFUSED);
        g_assert_true(!expected[7] || names_rule(plan->reasons, expected + 8));
    } else if (g_str_has_prefix(expected, "warns ")) {
        g_assert_cmpint(plan->verdict, ==, VERDICT_OK);
        g_assert_true(names_rule(plan->warnings, expected + 6));
    } else {
        g_assert_cmpstr(written, ==, expected);
    }
}

static void test_wish(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Host) host = world_host(c->version, NULL);
    g_autoptr(Wish) wish = wishes_read(c->wish);
    g_autoptr(Plan) plan = NULL;

    host->security_model = c->security ? g_strndup(c->security, strcspn(c->security, "+")) : NULL;
    host->own_files = c->security && g_str_has_suffix(c->security, "+root");
    plan = plan_make(wish, picture, neighbours, host, 1700000000);
    check_plan(plan, c->expected);
}

static const Case wishes[] = {
    {"H2", "guest web off\ndisk vda /i/b\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\n"
           "snapshot r 1 shutoff\next vda /i/base /i/a\nsnapshot s 2 shutoff\next vda /i/a /i/b\ncurrent s\n",
     V(10, 0), "delete r", "delete r record LOSES"},
    {"H3", "guest web off\n" CHAIN "current nobody\n", V(11, 3), "revert a lose", "refused INV-6"},
    {"H4", "guest web off\n" CHAIN "current nobody\n", V(11, 3), "delete a", "refused INV-6"},
    {"H7", "guest web running\n" CHAIN "image /i/base missing ?\n", V(12, 8), "revert a lose", "refused INV-2"},
    {"H10", OFF "image /i/e on:/i/web.qcow2 1\ndisk vda /i/e\n" INTERNAL
            "snapshot e 2 shutoff parent=i\next vda /i/web.qcow2 /i/e\ncurrent e\n", V(11, 3), "delete e", "refused"},
    {"H10-inner", "guest web off\ndisk vda /i/c\nimage /i/web.qcow2 base 1\nimage /i/e on:/i/web.qcow2 1\nimage /i/c on:/i/e 1\n"
                  INTERNAL "snapshot e 2 shutoff parent=i\next vda /i/web.qcow2 /i/e\n"
                  "snapshot c 3 shutoff parent=e\next vda /i/e /i/c\ncurrent c\n", V(11, 3), "delete e", "warns H10"},
    {"H11", BRANCHED, V(11, 3), "delete a", "refused H11"},
    {"H12", BRANCHED "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\nimage /i/b on:/i/a 1\n", V(10, 0), "delete b",
     "warns H12"},
    {"H14", "guest web off\n" CHAIN "image /i/b on:/i/a 200\n", V(11, 3), "delete b", "refused INV-12"},
    {"H15", "guest web off\n" CHAIN "snapshot c 3 shutoff parent=b\next vda /i/b /i/c marked\n", V(11, 3), "delete a",
     "refused INV-9"},
    {"H16", "guest web off\n" CHAIN, V(11, 3), "delete b", "warns H16"},
    {"H19", "guest web running\n" CHAIN, V(11, 3), "delete b", "warns H19", "apparmor"},
    {"H19-off", "guest web off\n" CHAIN, V(11, 3), "delete b", "warns H19", "apparmor"},
    {"H19-inner", "guest web off\n" CHAIN, V(11, 3), "delete a",
     "commit a vda:/i/a>/i/base; rebase a vda:/i/b; follow b vda:/i/base; delete a record; remove-files a vda:-/i/a", "apparmor+root"},
    {"H19-leaf", "guest web off\n" CHAIN, V(9, 0), "delete b",
     "commit b vda:/i/b>/i/a; define web vda:/i/a; delete b record; remove-files b vda:-/i/b", "apparmor+root"},
    {"H19-allowed", "guest web off\n" CHAIN, V(12, 1), "delete b", "delete b vda:/i/b>/i/a-/i/b", "apparmor+root"},
    {"H19-unconfined", "guest web off\n" CHAIN, V(11, 3), "delete b", "delete b vda:/i/b>/i/a-/i/b", "selinux+root"},
    {"H19-running", "guest web running\n" CHAIN, V(11, 3), "delete b", "warns H19", "apparmor+root"},
    {"H19-both-branches", "guest web off\ndisk vda /i/n\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\n"
                          "image /i/n on:/i/a 1\nspace /i 100\nsnapshot a 1 shutoff\next vda /i/base /i/a\n"
                          "snapshot b 2 shutoff parent=a\next vda /i/a /i/n\nsnapshot c 3 shutoff parent=b\next vda /i/b /i/gone\n"
                          "current b\n", V(9, 0), "delete a",
     "commit a vda:/i/a>/i/base; rebase a vda:/i/b vda:/i/n; follow b vda:/i/base; delete a record; remove-files a vda:-/i/a", "apparmor+root"},
    {"H19-memory", "guest web off\n" MEMORY, V(11, 3), "delete m",
     "commit m vda:/i/o>/i/base; define web vda:/i/base; delete m record; remove-files m memory:/i/m vda:-/i/o", "apparmor+root"},
    {"H19-tag-below", "guest web off\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\nspace /i 100\n"
                      INTERNAL "snapshot e 2 shutoff parent=i\next vda /i/web.qcow2 /i/o\ncurrent e\n", V(11, 3), "delete e",
     "commit e vda:/i/o>/i/web.qcow2; define web vda:/i/web.qcow2; delete e record; remove-files e vda:-/i/o", "apparmor+root"},
    {"H19-tag-in-the-overlay", "guest web off\n" CHAIN "snapshot t 3 shutoff parent=b\nint vda /i/b\ncurrent t\n", V(11, 3),
     "delete b", "reparent t under a; delete b record", "apparmor+root"},
    {"H19-other-format", "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/o on:/i/base 1\nspace /i 100\n"
                         "snapshot a 1 shutoff\next vda /i/base /i/o\nout vdb /i/x raw\ncurrent a\n"
                         "disk vdb /i/x raw\n", V(11, 3), "delete a",
     "commit a vda:/i/o>/i/base; define web vda:/i/base; delete a record; remove-files a vda:-/i/o", "apparmor+root"},
    {"H19-before", RUNNING, V(11, 3), "create s", "warns H19", "apparmor"},
    {"H20", RUNNING, V(11, 3), "create s vda=/i/x.s1", "warns H20"},
    {"H21", OFF, V(11, 3), "create s", "warns H21"},
    {"H22", "guest web off\n" ONE_DISK "image /i/m base 1\nsnapshot m 1 running memory=/i/m\nout vda /i/web.qcow2\ncurrent m\n",
     V(9, 0), "delete m", "refused H22"},
    {"H24", RUNNING WITH_RAM, V(9, 9), "revert i lose", "refused H24"},
    {"H25", RUNNING WITH_RAM, V(11, 3), "revert i lose", "warns H25"},
    {"H26", RUNNING "flag uefi\n", V(11, 3), "create s", "warns H26"},
    {"H26-back", "guest web off\n" CHAIN "flag uefi\n", V(11, 3), "revert a lose", "warns H26"},
    {"H27", OFF "flag uefi\n", V(9, 0), "create s internal", "refused H27"},
    {"H28", RUNNING "flag uefi\n", V(10, 9), "create s internal", "refused H27"},
    {"H33", RUNNING "files /i other.mem\n", V(11, 3), "create s memory:/i/other.mem", "refused H33"},
    {"H33-unseen", RUNNING, V(11, 3), "create s memory:/elsewhere/s.mem", "warns H33"},
    {"H34", RUNNING "files /dev sdz\n", V(11, 3), "create s vda=/dev/sdz", "refused H34"},
    {"H35", "guest web off\n" CHAIN "flag managed-save\n", V(11, 3), "create s", "refused INV-7"},
    {"H83", "guest web off\n" MEMORY, V(11, 3), "revert m lose", "warns H83"},
    {"H36", "guest web off\n" MEMORY "flag managed-save\n", V(11, 3), "revert m lose", "refused INV-7"},
    {"H37", "guest web off\n" CHAIN "flag managed-save\n", V(11, 3), "revert a lose force", "refused INV-7"},
    {"H38", "guest web running\n" CHAIN "inactive vda /i/a\n", V(11, 3), "create s", "refused INV-5"},
    {"H40", "guest web off\n" CHAIN "disk vda /i/b\nimage /i/b on:/i/base 1\n", V(11, 3), "delete b", "refused H40"},
    {"H44", RUNNING "files /i web.s.qcow2\n", V(11, 3), "create s", "create s vda:/i/web.s-2.qcow2"},
    {"H45", RUNNING, V(11, 3), "create it\xc3\xa9", "refused name"},
    {"H45-delete", RUNNING "snapshot it\xc3\xa9 1 shutoff\nint vda /i/web.qcow2\ncurrent it\xc3\xa9\n", V(11, 3),
     "delete it\xc3\xa9", "refused H45"},
    {"H45-delete-before", RUNNING "snapshot it\xc3\xa9 1 shutoff\nint vda /i/web.qcow2\ncurrent it\xc3\xa9\n", V(10, 0),
     "delete it\xc3\xa9", "delete it\xc3\xa9 vda:in LOSES"},
    {"H45-revert", RUNNING "snapshot it\xc3\xa9 1 running memory=internal\nint vda /i/web.qcow2\ncurrent it\xc3\xa9\n", V(11, 4),
     "revert it\xc3\xa9 lose", "refused H45"},
    {"H45-revert-before", RUNNING "snapshot it\xc3\xa9 1 running memory=internal\nint vda /i/web.qcow2\ncurrent it\xc3\xa9\n",
     V(10, 0), "revert it\xc3\xa9 lose", "revert it\xc3\xa9 vda:in/i/web.qcow2 LOSES"},
    {"H46", RUNNING, V(11, 3), "create s description:65537", "refused H46"},
    {"H46-most", RUNNING, V(11, 3), "create s description:65536", "create s vda:/i/web.s.qcow2"},
    {"H47", "guest web off\n" CHAIN "snapshot a 1 shutoff\nsnapshot r 3 shutoff\next vda /i/b /i/r\nimage /i/r on:/i/b 1\n"
            "disk vda /i/r\ncurrent r\n", V(11, 3), "delete r", "refused H47"},
    {"H47-inside", OFF INTERNAL "snapshot j 2 shutoff parent=i\nint vda /i/web.qcow2\ncurrent i\n", V(11, 3), "delete i", "warns H47"},
    {"H49", "guest web running\n" ONE_DISK INTERNAL "snapshot j 2 shutoff parent=i\nint vda /i/web.qcow2\nint vdb /i/gone\n"
            "current i\n", V(10, 0), "delete j", "refused H49"},
    {"H50", "guest web off\n" CHAIN "snapshot x 9 shutoff parent=a\next vda /i/x /i/y\nimage /i/x missing ?\n", V(11, 3),
     "delete b", "refused INV-2"},
    {"H50-leaf", BRANCHED "image /i/a missing ?\n", V(11, 3), "delete b", "delete b record LOSES"},
    {"H52", RUNNING INTERNAL, V(10, 0), "delete i", "warns H52"},
    {"H53", OFF INTERNAL "tags /i/web.qcow2 other\n", V(11, 3), "revert i lose", "refused H53"},
    {"H54", OFF INTERNAL "tags /i/web.qcow2 other\n", V(11, 3), "delete i", "warns H54"},
    {"H54-missing", OFF INTERNAL "image /i/web.qcow2 missing ?\n", V(11, 3), "delete i", "refused INV-2"},
    {"H55", "guest web off\ndisk vda rbd:web qcow2 network\n", V(11, 3), "create s internal", "refused H55"},
    {"H55-delete", "guest web off\ndisk vda rbd:web qcow2 network\nsnapshot i 1 running memory=internal\n"
                   "int vda rbd:web qcow2 network\ncurrent i\nimage rbd:web base 1\n", V(11, 3), "delete i", "refused H55"},
    {"H58", RUNNING, V(11, 3), "create s internal", "warns H58"},
    {"H60", RUNNING, V(11, 3), "create s quiesce", "refused H60"},
    {"H60-paused", "guest web paused\n" ONE_DISK "flag agent\n", V(11, 3), "create s quiesce", "refused quiesce"},
    {"H61", "guest web running\ndisk vda /i/web.qcow2 qcow2 manual\n", V(11, 9), "create s", "create s vda:/i/web.s.qcow2"},
    {"H62", RUNNING "flag immobile\n", V(11, 3), "create s memory", "refused H62"},
    {"H62-internal", RUNNING "flag immobile\n", V(11, 3), "create s internal", "refused H62"},
    {"H63", "guest web running\n" CHAIN "flag transient\n", V(11, 3), "revert a lose", "refused H63"},
    {"H63-stored", "guest web running\n" CHAIN "flag transient\n", V(11, 3), "revert a lose running", "warns H63"},
    {"H79", "guest web running\n" CHAIN "flag transient\nflag checkpoints\n", V(11, 3), "revert a lose running", "refused H79"},
    {"H63-create", RUNNING "flag transient\n", V(11, 3), "create s", "warns H63"},
    {"H66", OFF "flag checkpoints\n", V(10, 0), "create s", "refused H66"},
    {"H66-running", RUNNING "flag checkpoints\n", V(11, 3), "create s", "warns H66"},
    {"H71", "guest web off\ndisk vda /i/e\nimage /i/web.qcow2 base 1\nimage /i/e on:/i/web.qcow2 1\n" INTERNAL
            "snapshot e 2 shutoff parent=i\next vda /i/web.qcow2 /i/e\ncurrent e\n", V(11, 3), "revert i lose", "refused"},
    {"H73", "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/o on:/i/base 1\nimage /i/m base 1\n"
            "snapshot m 1 running memory=/i/m\nout vda /i/base\nsnapshot s 2 shutoff parent=m\next vda /i/base /i/o\ncurrent s\n",
     V(11, 3), "delete s", "warns INV-13"},
};

// ---- Chains of any depth ------------------------------------------------------------------------

typedef struct Deep {
    const char *name;
    guint layers;
    bool held; // each by a snapshot; else nobody holds them, and they are merged
    unsigned long version;
    const char *expected;
} Deep;

static void test_deep(gconstpointer data)
{
    const Deep *deep = data;
    g_autoptr(GString) world = g_string_new("guest web off\n");
    Case c = {deep->name, NULL, deep->version, "create s", deep->expected, NULL};

    g_string_append_printf(world, "disk vda /i/web.%u\nimage /i/web.1 base 1\n", deep->layers);
    for (guint i = 2; i <= deep->layers; i++)
        g_string_append_printf(world, "image /i/web.%u on:/i/web.%u 1\n", i, i - 1);
    for (guint i = 1; deep->held && i < deep->layers; i++)
        g_string_append_printf(world, "snapshot s%u %u shutoff %s%.0u\next vda /i/web.%u /i/web.%u\ncurrent s%u\n", i, i,
                               i > 1 ? "parent=s" : "", i - 1, i, i + 1, i);
    c.world = world->str;
    test_wish(&c);
}

static const Deep deeps[] = {
    {"H56", 22, true, V(11, 3), "refused H56"},
    {"H56-idle", 22, false, V(11, 3), "warns merge"},
    {"H56-near", 21, true, V(11, 3), "warns depth"},
    {"H56-after", 22, true, V(12, 0), "warns depth"},
    {"H56-before", 22, true, V(10, 0), "warns depth"},
    {"H57", 200, true, V(12, 8), "refused H57"},
};

// ---- What is wrong already ----------------------------------------------------------------------

typedef struct Found {
    const char *name;
    const char *world;
    ProblemKind kind;
} Found;

static void test_found(gconstpointer data)
{
    const Found *c = data;
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(GPtrArray) problems = picture_problems(picture);
    bool found = false;

    for (guint i = 0; i < problems->len; i++)
        found |= ((const Problem *) problems->pdata[i])->kind == c->kind;
    g_assert_true(found);
}

static const Found founds[] = {
    {"H17", "guest web paused\n" CHAIN "snapshot c 3 shutoff parent=b\next vda /i/b /i/c marked\n", PROBLEM_INTERRUPTED_DELETE},
    {"H39", "guest web off\n" CHAIN "disk vda /i/a\n", PROBLEM_WRITTEN_FROZEN},
    {"H46-found", "guest web off\n" CHAIN "snapshot x 3 shutoff parent=gone\n", PROBLEM_ORPHAN},
    {"H51", BRANCHED "image /i/a missing ?\n", PROBLEM_MISSING_IMAGE},
    {"H75", "guest web off\ndisk vda /i/n\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/n on:/i/base 1\n"
            "snapshot a 1 shutoff\next vda /i/base /i/a\ncurrent a\n", PROBLEM_CURRENT_MISMATCH},
};

// H59: neither a merge nor a revert can be broken off, so no step of them offers it.
static void test_not_cancellable(void)
{
    const char *const texts[] = {"delete b", "revert a lose", "revert a"};
    g_autoptr(Picture) picture = world_picture("guest web off\n" CHAIN);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Host) host = world_host(V(11, 3), NULL);

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Wish) wish = wishes_read(texts[i]);
        g_autoptr(Plan) plan = plan_make(wish, picture, neighbours, host, 1700000000);

        g_assert_cmpint(plan->verdict, ==, VERDICT_OK);
        for (guint j = 0; j < plan->steps->len; j++)
            g_assert_false(((const Step *) plan->steps->pdata[j])->cancellable);
    }
}

// Is libvirt's own revert to b, whose record tells that /i/a stands on `layer` and that on /i/base, given up for H82?
static bool avoids_stale_chain(const char *layer)
{
    g_autoptr(Picture) picture = world_picture("guest web off\n" CHAIN);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Host) host = world_host(V(11, 3), NULL);
    g_autoptr(Wish) wish = wishes_read("revert b lose");
    g_autoptr(Plan) plan = NULL;
    Disk *disk = (Disk *) definition_disk(picture_snapshot(picture, "b")->definition, "vda");
    bool warned = false;

    if (layer)
        disk_add_layer(disk, layer_new(SOURCE_FILE, layer, "qcow2"));
    disk_add_layer(disk, layer_new(SOURCE_FILE, "/i/base", "qcow2"));
    plan = plan_make(wish, picture, neighbours, host, 1700000000);
    g_assert_cmpint(plan->verdict, ==, VERDICT_OK);
    for (guint i = 0; i < plan->warnings->len; i++)
        warned |= g_str_equal(((const Reason *) plan->warnings->pdata[i])->rule, "H82");
    g_assert_cmpint(warned, ==, ((const Step *) plan->steps->pdata[0])->kind == STEP_MAKE_LAYERS);
    return warned;
}

static void test_stale_chain(void)
{
    g_assert_true(avoids_stale_chain("/i/merged"));
    g_assert_false(avoids_stale_chain(NULL)); // all that it tells is there
}

static void add(const char *name, gconstpointer data, GTestDataFunc test)
{
    g_autofree char *path = g_strconcat("/hazards/", name, NULL);

    g_test_add_data_func(path, data, test);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions(); // a table: one wrong row must not hide the next
    for (guint i = 0; i < G_N_ELEMENTS(wishes); i++)
        add(wishes[i].name, &wishes[i], test_wish);
    for (guint i = 0; i < G_N_ELEMENTS(deeps); i++)
        add(deeps[i].name, &deeps[i], test_deep);
    for (guint i = 0; i < G_N_ELEMENTS(founds); i++)
        add(founds[i].name, &founds[i], test_found);
    g_test_add_func("/hazards/H59", test_not_cancellable);
    g_test_add_func("/hazards/H82", test_stale_chain);
    return g_test_run();
}
