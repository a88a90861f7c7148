// SPDX-License-Identifier: GPL-2.0-or-later
// Reverts in steps of our own: when, in which steps, on which files, and what is left where it is.
//
// A plan is written short: each step as "kind subject", a disk as "target:WRITES", "target:WRITES<BACKING" or
// "target:-REMOVES"; a refused one as "refused" with the rules.

#include "engine/model/plan.h"
#include "tests/lib/world.h"

#include <string.h>

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)
#define STAMP           "20231114-2213"
#define BASE            "/i/web.after-revert-" STAMP "-base.qcow2"
#define TOP             "/i/web.after-revert-" STAMP ".qcow2"
#define NEW             "after-revert-" STAMP
#define KEEP            "before-revert-" STAMP

// a - b - NOW on one disk.
#define TWO                                                                                  \
    "disk vda /i/web.b.qcow2\n"                                                              \
    "image /i/web.qcow2 base 100\n"                                                          \
    "image /i/web.a.qcow2 on:/i/web.qcow2 10\n"                                              \
    "image /i/web.b.qcow2 on:/i/web.a.qcow2 20\n"                                            \
    "snapshot a 1 shutoff\n"                                                                 \
    "ext vda /i/web.qcow2 /i/web.a.qcow2\n"                                                  \
    "snapshot b 2 shutoff parent=a\n"                                                        \
    "ext vda /i/web.a.qcow2 /i/web.b.qcow2\n"                                                \
    "space /i 1000\n"                                                                        \
    "current b\n"

#define OFF     "guest web off\n" TWO
#define RUNNING "guest web running\n" TWO "inactive vda /i/web.b.qcow2\n"

// m, with memory, and what it needs of the host.
#define MEMORY                                                                               \
    "disk vda /i/web.m.qcow2\n"                                                              \
    "image /i/web.qcow2 base 100\n"                                                          \
    "image /i/web.m.qcow2 on:/i/web.qcow2 10\n"                                              \
    "image /i/m.mem base 32\n"                                                               \
    "snapshot m 1 running memory=/i/m.mem\n"                                                 \
    "ext vda /i/web.qcow2 /i/web.m.qcow2\n"                                                  \
    "space /i 1000\n"                                                                        \
    "current m\n"

// The same with a disk of each sort besides.
#define LEAF "disk vda /i/web.a.qcow2\nimage /i/web.qcow2 base 100\nimage /i/web.a.qcow2 on:/i/web.qcow2 10\n" \
             "space /i 1000\ncurrent a\nsnapshot a 1 shutoff\next vda /i/web.qcow2 /i/web.a.qcow2\n"

#define LAYERS "make-layers a vda:" BASE "</i/web.qcow2 vda:" TOP "<" BASE "; "
#define RECORD "record " NEW " vda:" TOP "<" BASE "; "
#define DEFINE "define web vda:" TOP

#define RENEWED "make-layers a vda:" TOP "</i/web.qcow2; record a vda:" TOP "; " DEFINE

typedef struct Case {
    const char *name;
    const char *world;
    unsigned long version;
    const char *snapshot;
    const char *options; // of lose force off running paused
    const char *expected;
    const char *warned; // a rule that warns; "!RULE": one that does not; NULL: whatever
    const char *neighbours;
} Case;

static const Case cases[] = {
    {"inner/keep", OFF, V(9, 0), "a", "",
     LAYERS "create " KEEP " vda:/i/web." KEEP ".qcow2; " RECORD DEFINE "; remove-files web vda:-/i/web." KEEP ".qcow2", "H77"},
    {"inner/lose", OFF, V(9, 0), "a", "lose", LAYERS RECORD DEFINE "; remove-files web vda:-/i/web.b.qcow2 LOSES", "H77"},
    {"inner/running", RUNNING, V(9, 0), "a", "lose",
     LAYERS RECORD DEFINE "; power-off web; remove-files web vda:-/i/web.b.qcow2 LOSES", "stop"},
    {"inner/running-to-running", RUNNING, V(9, 0), "a", "lose running",
     LAYERS RECORD DEFINE "; power-off web; power-on web; remove-files web vda:-/i/web.b.qcow2 LOSES"},
    {"leaf/lose", OFF, V(9, 0), "b", "lose",
     "make-layers b vda:" TOP "</i/web.a.qcow2; record b vda:" TOP "; " DEFINE "; remove-files web vda:-/i/web.b.qcow2 LOSES",
     "!H77"},
    {"leaf/keep-makes-a-child", OFF, V(9, 0), "b", "",
     "make-layers b vda:" BASE "</i/web.a.qcow2 vda:" TOP "<" BASE "; create " KEEP " vda:/i/web." KEEP ".qcow2; " RECORD
     DEFINE "; remove-files web vda:-/i/web." KEEP ".qcow2", "H77"},
    {"leaf/elsewhere", OFF "snapshot c 3 shutoff parent=a\next vda /i/web.c0.qcow2 /i/web.c.qcow2\n"
                           "image /i/web.c0.qcow2 on:/i/web.qcow2 1\n", V(9, 0), "c", "",
     "make-layers c vda:/i/web.c0." NEW ".qcow2</i/web.c0.qcow2; create " KEEP " vda:/i/web." KEEP ".qcow2; "
     "record c vda:/i/web.c0." NEW ".qcow2; define web vda:/i/web.c0." NEW ".qcow2; remove-files web vda:-/i/web." KEEP ".qcow2",
     "H77"},
    {"memory", "guest web off\n" MEMORY, V(9, 0), "m", "lose",
     "make-layers m vda:" TOP "</i/web.qcow2; record m vda:" TOP "; " DEFINE " memory:/i/m.mem; restore web memory:/i/m.mem; "
     "remove-files web vda:-/i/web.m.qcow2 LOSES"},
    {"memory/missing", "guest web off\n" MEMORY "image /i/m.mem missing ?\n", V(9, 0), "m", "lose", "refused INV-2"},
    {"memory/off", "guest web off\n" MEMORY, V(9, 0), "m", "lose off", "refused state"},
    {"memory/not-all-disks", "guest web off\n" MEMORY "disk vdb /i/b.qcow2\nout vdb /i/b.qcow2\n", V(9, 0), "m", "lose",
     "refused memory"},
    {"memory/its-medium-is-gone", "guest web off\n" MEMORY "out sda /i/x.iso raw cdrom\nimage /i/x.iso missing ?\n", V(9, 0), "m",
     "lose", "refused INV-2"},

    // Which libvirt
    {"version/9.9-off", OFF, V(9, 9), "a", "lose", LAYERS RECORD DEFINE "; remove-files web vda:-/i/web.b.qcow2 LOSES", "H30"},
    {"version/10.0-off", OFF, V(10, 0), "a", "lose", "revert a vda:-/i/web.b.qcow2 LOSES"},
    {"version/10.0-disk-only", "guest web off\ndisk vda /i/o.qcow2\nimage /i/web.qcow2 base 1\nimage /i/o.qcow2 on:/i/web.qcow2 1\n"
                               "snapshot a 1 disk-snapshot\next vda /i/web.qcow2 /i/o.qcow2\ncurrent a\n", V(10, 0), "a", "lose",
     RENEWED "; remove-files web vda:-/i/o.qcow2 LOSES", "H29"},

    // Other disks
    {"left-out", "guest web off\n" LEAF "disk vdb /i/b.qcow2\nout vdb /i/b.qcow2\n", V(11, 3), "a", "lose",
     RENEWED "; remove-files web vda:-/i/web.a.qcow2 LOSES", "H74"},
    {"left-out/keep-off", "guest web off\n" LEAF "disk vdb /i/b.qcow2\nout vdb /i/b.qcow2\n", V(11, 3), "a", "",
     LAYERS "create " KEEP " vda:/i/web." KEEP ".qcow2 vdb:no; " RECORD DEFINE "; remove-files web vda:-/i/web." KEEP ".qcow2", "!H72"},
    {"left-out/keep-running", "guest web running\n" LEAF "disk vdb /i/b.qcow2\nout vdb /i/b.qcow2\n"
                              "inactive vda /i/web.a.qcow2\ninactive vdb /i/b.qcow2\n", V(11, 3), "a", "",
     LAYERS "create " KEEP " memory:/i/web." KEEP ".mem vda:/i/web." KEEP ".qcow2 vdb:/i/b." KEEP ".qcow2; " RECORD DEFINE
     "; power-off web; remove-files web vda:-/i/web." KEEP ".qcow2", "H72"},
    {"cdrom", "guest web off\n" LEAF "disk sda /iso/x raw cdrom\nout sda /iso/x raw cdrom\n", V(11, 3), "a", "lose",
     RENEWED "; remove-files web vda:-/i/web.a.qcow2 LOSES", "H31"},
    {"read-only", "guest web off\n" LEAF "disk vdb /i/r raw readonly\nout vdb /i/r raw readonly\n", V(12, 8), "a", "lose",
     RENEWED "; remove-files web vda:-/i/web.a.qcow2 LOSES", "H32"},
    {"added-since", "guest web off\n" LEAF "disk vdb /i/b.qcow2\n", V(11, 3), "a", "lose",
     RENEWED "; remove-files web vda:-/i/web.a.qcow2 LOSES", "disk"},
    {"plugged-in-only", "guest web running\n" LEAF "disk vdb /i/b.qcow2\ninactive vda /i/web.a.qcow2\n", V(11, 3), "a", "lose",
     "refused disk"},
    {"two-of-one-stem", "guest web off\ndisk vda /i/web.x\ndisk vdb /i/web.y\nimage /i/web.1 base 1\nimage /i/web.2 base 1\n"
                        "image /i/web.x on:/i/web.1 1\nimage /i/web.y on:/i/web.2 1\ncurrent a\n"
                        "snapshot a 1 shutoff\next vda /i/web.1 /i/web.x\next vdb /i/web.2 /i/web.y\n", V(9, 0), "a", "lose",
     "make-layers a vda:" TOP "</i/web.1 vdb:/i/web.vdb-" NEW ".qcow2</i/web.2; record a vda:" TOP " vdb:/i/web.vdb-" NEW
     ".qcow2; define web vda:" TOP " vdb:/i/web.vdb-" NEW ".qcow2; remove-files web vda:-/i/web.x vdb:-/i/web.y LOSES"},
    {"name-taken", OFF "files /i web.after-revert-" STAMP ".qcow2\n", V(9, 0), "b", "lose",
     "make-layers b vda:/i/web." NEW "-2.qcow2</i/web.a.qcow2; record b vda:/i/web." NEW "-2.qcow2; define web vda:/i/web." NEW
     "-2.qcow2; remove-files web vda:-/i/web.b.qcow2 LOSES"},

    // What is left where it is; what another state needs is not left over
    {"left/clone", OFF, V(9, 0), "a", "lose", LAYERS RECORD DEFINE " LOSES", "law 1",
     "guest clone off\ndisk vda /j/c\nimage /j/c on:/i/web.b.qcow2 1\nimage /i/web.b.qcow2 base 1\n"},
    {"left/needed-by-a-state", OFF "snapshot x 3 shutoff\next vdb /i/up /i/y\nimage /i/up on:/i/web.b.qcow2 1\n", V(9, 0), "a", "lose",
     LAYERS RECORD DEFINE " LOSES", "!law 1"},
    {"left/named-by-nobody", "guest web off\ndisk vda /i/mine.qcow2\ndisk vdb /i/b\nimage /i/mine.qcow2 on:/i/web.qcow2 1\n"
                             "image /i/web.qcow2 base 1\nimage /i/b0 base 1\nimage /i/b on:/i/b0 1\ncurrent b\n"
                             "snapshot a 1 shutoff\next vda /i/web.qcow2 /i/gone\n"
                             "snapshot b 2 shutoff parent=a\next vdb /i/b0 /i/b\nout vda /i/mine.qcow2\n", V(9, 0), "a", "lose",
     LAYERS RECORD DEFINE " LOSES", "!law 1"},

    // Refused
    {"refused/consent", "guest web running\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\n"
                        "snapshot a 1 disk-snapshot\next vda /i/web.qcow2 /i/o\ncurrent a\n", V(9, 0), "a", "lose", "refused force"},
    {"refused/missing", OFF "image /i/web.qcow2 missing ?\n", V(9, 0), "a", "lose", "refused INV-2"},
    {"refused/unseen", OFF "image /i/web.qcow2 unknown ?\n", V(9, 0), "a", "lose", "refused law 6"},
    {"refused/transient", RUNNING "flag transient\n", V(9, 0), "a", "lose", "refused H63"},
    {"refused/transient-off", "guest web running\n" MEMORY "flag transient\n", V(9, 0), "m", "lose off", "refused H63"},
    {"refused/transient-checkpoints", "guest web running\n" MEMORY "flag transient\nflag checkpoints\n", V(9, 0), "m", "lose",
     "refused H79"},
    {"transient/lose", "guest web running\n" MEMORY "flag transient\n", V(9, 0), "m", "lose",
     "make-layers m vda:" TOP "</i/web.qcow2; persist web; record m vda:" TOP "; define web vda:" TOP " memory:/i/m.mem; power-off web; "
     "restore web memory:/i/m.mem; release web; remove-files web vda:-/i/web.m.qcow2 LOSES", "H63"},
    {"transient/keep", "guest web running\n" TWO "flag transient\n", V(9, 0), "a", "running",
     LAYERS "persist web; create " KEEP " memory:/i/web." KEEP ".mem vda:/i/web." KEEP ".qcow2; " RECORD DEFINE
     "; power-off web; power-on web; release web; remove-files web vda:-/i/web." KEEP ".qcow2", "H63"},
    {"refused/mismatch", OFF "current a\n", V(9, 0), "a", "lose", "refused INV-1"},
    {"clone-on-the-base", OFF, V(9, 0), "a", "lose", // a layer more on it does not change it
     "make-layers a vda:/i/web.after-revert-20231114-2213-base.qcow2</i/web.qcow2 "
     "vda:/i/web.after-revert-20231114-2213.qcow2</i/web.after-revert-20231114-2213-base.qcow2; "
     "record after-revert-20231114-2213 vda:/i/web.after-revert-20231114-2213.qcow2</i/web.after-revert-20231114-2213-base.qcow2; "
     "define web vda:/i/web.after-revert-20231114-2213.qcow2; remove-files web vda:-/i/web.b.qcow2 LOSES",
     NULL, "guest clone off\ndisk vda /i/c\nimage /i/c on:/i/web.qcow2 1\nimage /i/web.qcow2 base 1\n"},
    {"refused/block-device", "guest web off\ndisk vda /i/o\nimage /i/o base 1\nsnapshot a 1 shutoff\nout vda /dev/x raw block\n"
                             "snapshot b 2 shutoff parent=a\next vdb /dev/y /i/p\ncurrent a\n", V(9, 0), "a", "lose", "refused disk"},
    {"refused/test-driver-like-9.0-memory-only", "guest web off\ndisk vda /i/web.qcow2\nimage /i/web.qcow2 base 1\nimage /i/m base 1\n"
                                                 "snapshot m 1 running memory=/i/m\nout vda /i/web.qcow2\ncurrent m\n", V(9, 0), "m",
     "lose", "refused disk"},
};

static Wish *read_wish(const Case *c)
{
    Wish *wish = wish_new(VERB_REVERT, "5a9a2f4e-0000-4000-8000-000000000001", "web", c->snapshot);

    wish->now = strstr(c->options, "lose") ? NOW_LOSE : NOW_KEEP;
    wish->force = strstr(c->options, "force");
    wish->after = strstr(c->options, "off")     ? AFTER_OFF :
                  strstr(c->options, "running") ? AFTER_RUNNING :
                  strstr(c->options, "paused")  ? AFTER_PAUSED : AFTER_AS_SAVED;
    return wish;
}

static void write_disk(GString *text, const StepDisk *disk)
{
    g_string_append_printf(text, " %s:", disk->target);
    if (disk->mode == DISK_MODE_NO)
        g_string_append(text, "no");
    if (disk->writes)
        g_string_append(text, disk->writes);
    if (disk->backing)
        g_string_append_printf(text, "<%s", disk->backing);
    if (disk->removes)
        g_string_append_printf(text, "-%s", disk->removes);
}

static char *write_plan(const Plan *plan)
{
    GString *text = g_string_new(plan->verdict == VERDICT_REFUSED ? "refused" : "");

    for (guint i = 0; plan->verdict == VERDICT_REFUSED && i < plan->reasons->len; i++)
        g_string_append_printf(text, " %s", ((const Reason *) plan->reasons->pdata[i])->rule);
    for (guint i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", step_kind_word(step->kind), step->subject);
        if (step->kind == STEP_CREATE && step->memory_file)
            g_string_append_printf(text, " memory:%s", step->memory_file);
        for (guint j = 0; j < step->disks->len; j++)
            write_disk(text, step->disks->pdata[j]);
        if (step->kind != STEP_CREATE && step->memory_file)
            g_string_append_printf(text, " memory:%s", step->memory_file);
        g_assert_nonnull(step->effect);
        g_assert_true(g_str_has_suffix(step->effect, "."));
    }
    if (plan->loses_data)
        g_string_append(text, " LOSES");
    return g_string_free(text, FALSE);
}

static Plan *make(const Case *c, const Wish *wish)
{
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Picture) other = c->neighbours ? world_picture(c->neighbours) : NULL;
    g_autoptr(Host) host = world_host(c->version, NULL);
    g_autoptr(Neighbours) neighbours = neighbours_new();

    if (other)
        neighbours_add(neighbours, other);
    return plan_make(wish, picture, neighbours, host, 1700000000);
}

static bool warns(const Plan *plan, const char *rule)
{
    for (guint i = 0; i < plan->warnings->len; i++)
        if (strcmp(((const Reason *) plan->warnings->pdata[i])->rule, rule) == 0)
            return true;
    return false;
}

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Wish) wish = read_wish(c);
    g_autoptr(Plan) plan = make(c, wish);
    g_autoptr(Plan) again = make(c, plan->wish);
    g_autoptr(Plan) copy = plan_copy(plan);
    g_autofree char *written = write_plan(plan);
    g_autofree char *text = plan_text(plan);

    g_assert_cmpstr(written, ==, c->expected);
    g_assert_true(plan_equal(plan, again)); // law 5: the minted wish gives the same plan
    g_assert_true(plan_equal(plan, copy));
    g_assert_null(strstr(text, "(null)"));
    if (c->warned && *c->warned == '!')
        g_assert_false(warns(plan, c->warned + 1));
    else if (c->warned)
        g_assert_true(warns(plan, c->warned));
}

// The names of the new files are the operator's too, but never those of something that exists.
static void test_given_names(void)
{
    static const Case c = {.world = OFF, .version = V(9, 0), .snapshot = "a", .options = "lose"};
    g_autoptr(Wish) wish = read_wish(&c);
    g_autoptr(Plan) plan = NULL;
    g_autoptr(Plan) taken = NULL;
    g_autoptr(Plan) twice = NULL;

    wish->branch_name = g_strdup("again");
    wish_disk(wish, "vda")->base = g_strdup("/j/frozen.qcow2");
    plan = make(&c, wish);
    g_assert_cmpint(plan->verdict, ==, VERDICT_OK);
    g_assert_cmpstr(((Step *) plan->steps->pdata[1])->subject, ==, "again");
    g_assert_cmpstr(((StepDisk *) ((Step *) plan->steps->pdata[0])->disks->pdata[0])->writes, ==, "/j/frozen.qcow2");
    g_assert_cmpstr(((StepDisk *) ((Step *) plan->steps->pdata[0])->disks->pdata[1])->writes, ==, "/i/web.again.qcow2");

    wish_disk(wish, "vda")->top = g_strdup("/i/web.a.qcow2");
    taken = make(&c, wish);
    g_assert_cmpint(taken->verdict, ==, VERDICT_REFUSED);
    g_free(wish_disk(wish, "vda")->top);
    wish_disk(wish, "vda")->top = NULL;
    g_free(wish->branch_name);
    wish->branch_name = g_strdup("b");
    twice = make(&c, wish);
    g_assert_cmpint(twice->verdict, ==, VERDICT_REFUSED);
    g_assert_cmpstr(((const Reason *) twice->reasons->pdata[0])->rule, ==, "name");
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions(); // a table: one wrong row must not hide the next
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/compose/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/compose/given-names", test_given_names);
    return g_test_run();
}
