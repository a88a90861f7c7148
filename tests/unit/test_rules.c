// SPDX-License-Identifier: GPL-2.0-or-later
// The rules, case by case: a guest, a libvirt, a wish, and what must come of it.
//
// Wishes and what comes of them are written short: tests/lib/wishes.h.

#include "engine/model/naming.h"
#include "engine/model/plan.h"
#include "tests/lib/wishes.h"
#include "tests/lib/world.h"

#include <string.h>

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

// Three external snapshots in a row on one disk; sizes in MiB.
#define CHAIN                                                                                \
    "disk vda /i/web.c.qcow2\n"                                                              \
    "image /i/web.qcow2 base 100\n"                                                          \
    "image /i/web.a.qcow2 on:/i/web.qcow2 10\n"                                              \
    "image /i/web.b.qcow2 on:/i/web.a.qcow2 20\n"                                            \
    "image /i/web.c.qcow2 on:/i/web.b.qcow2 30\n"                                            \
    "snapshot a 1 shutoff\n"                                                                 \
    "ext vda /i/web.qcow2 /i/web.a.qcow2\n"                                                  \
    "snapshot b 2 disk-snapshot parent=a\n"                                                  \
    "ext vda /i/web.a.qcow2 /i/web.b.qcow2\n"                                                \
    "snapshot c 3 shutoff parent=b\n"                                                        \
    "ext vda /i/web.b.qcow2 /i/web.c.qcow2\n"                                                \
    "space /i 1000\n"                                                                        \
    "current c\n"

#define OFF_CHAIN "guest web off\n" CHAIN
#define RUNNING_CHAIN "guest web running\n" CHAIN

// a -> {b, NOW}: b is an unused leaf after a revert to a.
#define BRANCHED                                                                             \
    "guest web off\n"                                                                        \
    "disk vda /i/web.77.qcow2\n"                                                             \
    "image /i/web.qcow2 base 100\n"                                                          \
    "image /i/web.a.qcow2 on:/i/web.qcow2 10\n"                                              \
    "image /i/web.77.qcow2 on:/i/web.qcow2 5\n"                                              \
    "snapshot a 1 shutoff\n"                                                                 \
    "ext vda /i/web.qcow2 /i/web.a.qcow2\n"                                                  \
    "revert vda /i/web.77.qcow2\n"                                                           \
    "snapshot b 2 shutoff parent=a\n"                                                        \
    "ext vda /i/web.a.qcow2 /i/web.b.qcow2\n"                                                \
    "current a\n"

// i lies inside the image that e froze; NOW stands on f.
#define TAG_BELOW                                                                            \
    "guest web off\ndisk vda /i/f\nimage /i/base base 9\nimage /i/e on:/i/base 1\nimage /i/f on:/i/e 1\n" \
    "snapshot i 1 shutoff\nint vda /i/base\nsnapshot e 2 shutoff parent=i\next vda /i/base /i/e\n" \
    "snapshot f 3 shutoff parent=e\next vda /i/e /i/f\n"

// s1 -> s2 -> s3 -> {s4, NOW}: s4's record carries no chain, and its image has three layers below.
#define DEEP_BRANCH                                                                          \
    "guest web off\ndisk vda /i/n\nimage /i/base base 1\nimage /i/1 on:/i/base 1\n"         \
    "image /i/2 on:/i/1 1\nimage /i/3 on:/i/2 1\nimage /i/n on:/i/2 1\n"                     \
    "snapshot s1 1 shutoff\next vda /i/base /i/1\n"                                          \
    "snapshot s2 2 shutoff parent=s1\next vda /i/1 /i/2\n"                                   \
    "snapshot s3 3 shutoff parent=s2\next vda /i/2 /i/3\nrevert vda /i/n\n"                  \
    "snapshot s4 4 shutoff parent=s3\next vda /i/3 /i/gone\ncurrent s3\n"

// r -> {a -> {b, c}, NOW}: three snapshots hang below r, b with memory; NOW went back to r.
#define BRANCHES                                                                             \
    "image /i/base base 100\n"                                                               \
    "image /i/r on:/i/base 10\nimage /i/a on:/i/r 20\nimage /i/b on:/i/a 30\n"              \
    "image /i/c on:/i/r 40\nimage /i/n on:/i/base 5\nimage /i/b.mem base 2\n"               \
    "snapshot r 1 shutoff\next vda /i/base /i/r\nrevert vda /i/n\n"                         \
    "snapshot a 2 shutoff parent=r\next vda /i/r /i/a\n"                                    \
    "snapshot b 3 running parent=a memory=/i/b.mem\next vda /i/a /i/b\n"                    \
    "snapshot c 4 shutoff parent=a\next vda /i/c /i/gone\n"

#define NOW_ON_ROOT "guest web off\ndisk vda /i/n\n" BRANCHES "current r\n"
#define NOW_ON_B "guest web off\ndisk vda /i/b\n" BRANCHES "current b\n"

// The same where NOW went back to a by a composed revert: it stands on a's copy k.
#define NOW_ON_COPY                                                                          \
    "guest web off\ndisk vda /i/k2\n" BRANCHES                                              \
    "image /i/k1 on:/i/r 1\nimage /i/k2 on:/i/k1 1\n"                                       \
    "snapshot k 5 shutoff parent=a copy\next vda /i/k1 /i/k2\ncurrent k\n"

// Both froze an image of NOW's chain, and neither hangs below the other.
#define TWO_ROOTS                                                                            \
    "guest web off\ndisk vda /i/a\nimage /i/0 base 9\nimage /i/b on:/i/0 1\nimage /i/a on:/i/b 1\n" \
    "snapshot b 1 shutoff\next vda /i/0 /i/b\nsnapshot a 2 shutoff\next vda /i/b /i/a\n"

// What m, which NOW stands on, stood on is recorded nowhere.
#define BESIDE_MISSING                                                                       \
    "guest web off\ndisk vda /i/n\nimage /i/base base 9\nimage /i/a on:/i/base 1\n"           \
    "image /i/b on:/i/a 1\nimage /i/n on:/i/m 1\nsnapshot a 1 shutoff\next vda /i/base /i/a\n"  \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\nsnapshot n 3 shutoff parent=a\next vda /i/m /i/n\ncurrent n\n"

#define INTERNAL                                                                             \
    "disk vda /i/web.qcow2\n"                                                                \
    "image /i/web.qcow2 base 100\n"                                                          \
    "snapshot a 1 shutoff\n"                                                                 \
    "int vda /i/web.qcow2\n"                                                                 \
    "snapshot b 2 running parent=a memory=internal\n"                                        \
    "int vda /i/web.qcow2\n"                                                                 \
    "current b\n"

typedef struct Case {
    const char *name;
    const char *world;
    unsigned long version;
    const char *wish;
    const char *expected;
    const char *driver;     // NULL: QEMU
    const char *neighbours; // world of another guest; "-": nobody looked; "stray FILE IMAGE": a file on an image
} Case;

static Neighbours *read_neighbours(const char *world)
{
    Neighbours *neighbours = neighbours_new();
    g_autoptr(Picture) picture = NULL;
    g_auto(GStrv) words = g_strsplit(world ? world : "", " ", 3);

    if (g_strcmp0(words[0], "stray") == 0)
        neighbours_add_stray(neighbours, words[1], words[2]);
    else if (world)
        picture = world_picture(world);
    if (picture)
        neighbours_add(neighbours, picture);
    return neighbours;
}

// `seen`: the clock of the machine that looks, in seconds.
static Plan *make_at(const Case *c, const Wish *wish, gint64 seen)
{
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Host) host = world_host(c->version, c->driver);
    g_autoptr(Neighbours) neighbours = NULL;

    if (g_strcmp0(c->neighbours, "-") != 0)
        neighbours = read_neighbours(c->neighbours);
    picture->seen = seen * G_USEC_PER_SEC;
    return plan_make(wish, picture, neighbours, host, 1700000000);
}

static Plan *make(const Case *c, const Wish *wish)
{
    return make_at(c, wish, 0);
}

static void check_sentences(const GPtrArray *reasons)
{
    for (guint i = 0; i < reasons->len; i++) {
        const char *text = ((const Reason *) reasons->pdata[i])->text;

        g_assert_true(g_str_has_suffix(text, "."));
        g_assert_null(strstr(text, "(null)"));
        g_assert_null(strstr(text, ".. "));
        g_assert_false(g_str_has_suffix(text, ".."));
    }
}

// libvirt takes external disks without memory only when told DISK_ONLY, off guests on 9.0 included.
static void check_step(const Step *step)
{
    bool external = false;

    for (guint i = 0; i < step->disks->len; i++)
        external |= ((const StepDisk *) step->disks->pdata[i])->writes != NULL;
    g_assert_nonnull(step->effect);
    if (step->kind == STEP_CREATE)
        g_assert_true(step->disk_only == (external && step->memory == MEMORY_NO));
}

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Wish) wish = wishes_read(c->wish);
    g_autoptr(Plan) plan = make(c, wish);
    g_autoptr(Plan) again = make_at(c, plan->wish, 4000000000);
    g_autofree char *written = wishes_plan(plan);
    g_autofree char *text = plan_text(plan);

    g_assert_cmpstr(written, ==, c->expected);
    g_assert_true(plan_equal(plan, again)); // law 5: the minted wish gives the same plan, at any time
    g_assert_cmpstr(plan->fingerprint, ==, again->fingerprint);
    g_assert_nonnull(plan->title);
    g_assert_null(strstr(text, "(null)"));
    check_sentences(plan->reasons);
    check_sentences(plan->warnings);
    for (guint i = 0; i < plan->steps->len; i++)
        check_step(plan->steps->pdata[i]);
}

static const Case cases[] = {
    // ---- create
    {"create/first", "guest web running\ndisk vda /i/web.qcow2\nimage /i/web.qcow2 base 1\n", V(9, 0),
     "create s1", "create s1 vda:/i/web.s1.qcow2"},
    {"create/off", "guest web off\ndisk vda /i/web.qcow2\n", V(9, 0), "create s1",
     "create s1 vda:/i/web.s1.qcow2"},
    {"create/paused", "guest web paused\ndisk vda /i/web.qcow2\n", V(9, 0), "create s1",
     "create s1 vda:/i/web.s1.qcow2"},
    {"create/minted-name", "guest web off\ndisk vda /i/web.qcow2\n", V(9, 0), "create - internal",
     "create snap-20231114-2213 vda:in"},
    {"create/stem-loses-former-name", RUNNING_CHAIN, V(11, 3), "create d",
     "create d vda:/i/web.d.qcow2"},
    {"create/two-disks-one-stem", "guest web off\ndisk vda /i/web.a\ndisk vdb /i/web.b\n", V(11, 3), "create s",
     "create s vda:/i/web.s.qcow2 vdb:/i/web.vdb-s.qcow2"},
    {"create/overlay-taken", "guest web off\ndisk vda /i/web.qcow2\nimage /i/web.s.qcow2 base 1\n", V(11, 3), "create s",
     "create s vda:/i/web.s-2.qcow2"},
    {"create/internal-follows-the-tree", "guest web off\n" INTERNAL, V(11, 3), "create c", "create c vda:in"},
    {"create/internal-running", "guest web running\n" INTERNAL, V(11, 3), "create c", "create c memory vda:in"},
    {"create/memory", "guest web running\ndisk vda /i/web.qcow2\nspace /i 100\n", V(11, 3), "create s memory",
     "create s memory:/i/web.s.mem vda:/i/web.s.qcow2"},
    {"create/memory-no-room", "guest web running\ndisk vda /i/web.qcow2\nspace /i 31\n", V(11, 3), "create s memory",
     "refused INV-12"},
    {"create/read-only-storage", "guest web running\ndisk vda /i/web.qcow2\nunwritable /i\n", V(11, 3), "create s",
     "refused storage"},
    {"delete/read-only-storage", RUNNING_CHAIN "unwritable /i\n", V(11, 3), "delete c", "refused storage"},
    {"create/memory-file-exists", "guest web running\ndisk vda /i/web.qcow2\nspace /i 100\nfiles /i web.s.mem\n", V(11, 3),
     "create s memory", "create s memory:/i/web.s-2.mem vda:/i/web.s.qcow2"},
    {"create/overlay-exists", "guest web running\ndisk vda /i/web.qcow2\nfiles /i web.s.qcow2 x\n", V(11, 3),
     "create s", "create s vda:/i/web.s-2.qcow2"},
    {"create/own-path-exists", "guest web running\ndisk vda /i/web.qcow2\nfiles /j x.qcow2\n", V(11, 3),
     "create s vda=/j/x.qcow2", "refused H34"},
    {"create/removed-while-open", RUNNING_CHAIN "image /i/web.a.qcow2 on:/i/web.qcow2 10 gone\n", V(11, 3), "create s",
     "refused INV-2"},
    {"create/overwritten-while-open", RUNNING_CHAIN "image /i/web.a.qcow2 on:/i/web.qcow2 10 overwritten\n", V(11, 3),
     "create s", "refused INV-2"},
    {"create/removed-while-open-cdrom", RUNNING_CHAIN "disk sda /i/x.iso raw cdrom\nimage /i/x.iso base 1 gone\n", V(11, 3),
     "create s", "create s vda:/i/web.s.qcow2 sda:no"},
    {"create/memory-off", "guest web off\ndisk vda /i/web.qcow2\n", V(11, 3), "create s memory", "refused memory"},
    {"create/memory-immobile", "guest web running\ndisk vda /i/web.qcow2\nflag immobile\n", V(11, 3),
     "create s memory", "refused H62"},
    {"create/exclude", "guest web off\ndisk vda /i/web.qcow2\ndisk vdb /i/data.qcow2\n", V(11, 3),
     "create s vdb=no", "create s vda:/i/web.s.qcow2 vdb:no"},
    {"create/own-path", "guest web off\ndisk vda /i/web.qcow2\n", V(11, 3), "create s vda=/fast/x.qcow2",
     "create s vda:/fast/x.qcow2"},
    {"create/own-path-in-use", RUNNING_CHAIN, V(11, 3), "create s vda=/i/web.a.qcow2", "refused H34"},
    {"create/own-path-relative", RUNNING_CHAIN, V(11, 3), "create s vda=x.qcow2", "refused name"},
    {"create/own-path-dots", RUNNING_CHAIN, V(11, 3), "create s vda=/i/../x.qcow2", "refused name"},
    {"create/same-path-twice", "guest web off\ndisk vda /i/web.qcow2\ndisk vdb /i/data.qcow2\n", V(11, 3),
     "create s vda=/i/x.qcow2 vdb=/i/x.qcow2", "refused H44"},
    {"create/no-such-disk", RUNNING_CHAIN, V(11, 3), "create s vdz=no", "refused name"},
    {"create/nothing-left", RUNNING_CHAIN, V(11, 3), "create s vda=no", "refused disk"},
    {"create/cdrom-stays-out", "guest web off\ndisk vda /i/web.qcow2\ndisk sda /iso/x.iso raw cdrom readonly\n", V(11, 3),
     "create s", "create s vda:/i/web.s.qcow2 sda:no"},
    {"create/cdrom-forced", "guest web off\ndisk vda /i/web.qcow2\ndisk sda /iso/x.iso raw cdrom\n", V(11, 3),
     "create s sda=/i/x.qcow2", "refused law 3"},
    {"create/excluded-by-definition", "guest web off\ndisk vda /i/web.qcow2\ndisk vdb /i/d.raw raw excluded\n", V(11, 3),
     "create s", "create s vda:/i/web.s.qcow2 vdb:no"},
    {"create/block-needs-path", "guest web off\ndisk vda /dev/vg/web raw block\n", V(11, 3), "create s", "refused disk"},
    {"create/transient-disk", "guest web off\ndisk vda /i/web.qcow2 qcow2 transient\n", V(11, 3), "create s", "refused disk"},
    {"create/encrypted", "guest web off\ndisk vda /i/web.qcow2 qcow2 encrypted\n", V(11, 3), "create s", "refused law 6"},
    {"create/unknown-format", "guest web off\ndisk vda /i/web.img qcow2 noformat\n", V(11, 3), "create s", "refused law 6"},
    {"create/internal-raw", "guest web off\ndisk vda /i/web.img raw\n", V(11, 3), "create s internal", "refused disk"},
    {"create/internal-partial", "guest web off\ndisk vda /i/a.qcow2\ndisk vdb /i/b.qcow2\n", V(11, 3),
     "create s internal vdb=no", "refused disk"},
    {"create/name-taken", RUNNING_CHAIN, V(11, 3), "create b", "refused name"},
    {"create/name-bad", RUNNING_CHAIN, V(11, 3), "create a/b", "refused name"},
    {"create/name-dot", RUNNING_CHAIN, V(11, 3), "create .a", "refused name"},
    {"create/name-quote", RUNNING_CHAIN, V(11, 3), "create it's", "refused name"},
    {"create/managed-save", OFF_CHAIN "flag managed-save\n", V(11, 3), "create d", "refused INV-7"},
    {"create/live-differs", RUNNING_CHAIN "inactive vda /i/web.b.qcow2\n", V(11, 3), "create d", "refused INV-5"},
    {"create/quiesce", "guest web running\ndisk vda /i/web.qcow2\nflag agent\n", V(11, 3), "create s quiesce",
     "create s vda:/i/web.s.qcow2"},
    {"create/quiesce-no-agent", RUNNING_CHAIN, V(11, 3), "create d quiesce", "refused H60"},
    {"create/quiesce-off", OFF_CHAIN, V(11, 3), "create d quiesce", "refused quiesce"},
    {"create/uefi-internal-running", "guest web running\ndisk vda /i/web.qcow2\nflag uefi\n", V(9, 0),
     "create s internal", "refused H27"},
    {"create/checkpoints-off", "guest web off\ndisk vda /i/web.qcow2\nflag checkpoints\n", V(11, 3), "create s",
     "refused H66"},
    {"create/frozen-twice", "guest web off\ndisk vda /i/web.qcow2\nsnapshot a 1 shutoff\next vda /i/web.qcow2 /i/web.a.qcow2\ncurrent a\n",
     V(11, 3), "create b", "refused law 7"},
    {"create/block-job", RUNNING_CHAIN "flag block-job\n", V(11, 3), "create d", "refused INV-8"},
    {"create/busy", RUNNING_CHAIN "flag busy\n", V(11, 3), "create d", "refused busy"},
    {"create/test-driver", "guest web running\ndisk vda /i/web.qcow2\n", V(9, 0), "create s",
     "create s memory vda:in", "TEST"},
    {"create/test-driver-external", "guest web running\ndisk vda /i/web.qcow2\n", V(9, 0), "create s external",
     "refused host", "TEST"},

    // ---- delete, external
    {"delete/current-leaf-running", RUNNING_CHAIN, V(9, 0), "delete c",
     "delete c vda:/i/web.c.qcow2>/i/web.b.qcow2-/i/web.c.qcow2"},
    {"delete/left-out-image", "guest web off\ndisk vda /i/n\ndisk vdb /i/y\nspace /i 100\nimage /i/base base 1\n"
                              "image /i/a on:/i/base 1\nimage /i/n on:/i/base 1\nimage /i/w base 1\nimage /i/x on:/i/w 1\n"
                              "image /i/y on:/i/x 1\nsnapshot r 1 shutoff\next vda /i/base /i/n\next vdb /i/w /i/x\n"
                              "snapshot s 2 shutoff parent=r\nout vda /i/a\next vdb /i/x /i/y\ncurrent s\n",
     V(11, 3), "delete s", "delete s vdb:/i/y>/i/x-/i/y; remove-files s vda:-/i/a"},
    {"delete/inner", RUNNING_CHAIN, V(9, 0), "delete b",
     "delete b vda:/i/web.b.qcow2>/i/web.a.qcow2-/i/web.b.qcow2"},
    {"delete/root", RUNNING_CHAIN, V(11, 3), "delete a",
     "delete a vda:/i/web.a.qcow2>/i/web.qcow2-/i/web.a.qcow2"},
    {"delete/off-composed-on-9.0", OFF_CHAIN, V(9, 0), "delete b",
     "start-paused web; delete b vda:/i/web.b.qcow2>/i/web.a.qcow2-/i/web.b.qcow2; stop-started web"},
    {"delete/off-native-on-11.3", OFF_CHAIN, V(11, 3), "delete b",
     "delete b vda:/i/web.b.qcow2>/i/web.a.qcow2-/i/web.b.qcow2"},
    {"delete/several", RUNNING_CHAIN, V(11, 3), "delete a+c",
     "delete a vda:/i/web.a.qcow2>/i/web.qcow2-/i/web.a.qcow2; delete c vda:/i/web.c.qcow2>/i/web.b.qcow2-/i/web.c.qcow2"},
    {"delete/several-neighbours", RUNNING_CHAIN, V(11, 3), "delete b+c+a",
     "delete a vda:/i/web.a.qcow2>/i/web.qcow2-/i/web.a.qcow2; delete b vda:/i/web.b.qcow2>/i/web.qcow2-/i/web.b.qcow2; delete c vda:/i/web.c.qcow2>/i/web.qcow2-/i/web.c.qcow2"},
    {"delete/several-off-on-9.0", OFF_CHAIN, V(9, 0), "delete a+b",
     "start-paused web; delete a vda:/i/web.a.qcow2>/i/web.qcow2-/i/web.a.qcow2; delete b vda:/i/web.b.qcow2>/i/web.qcow2-/i/web.b.qcow2; stop-started web"},
    {"delete/several-branches", BRANCHED, V(11, 3), "delete a+b",
     "delete b record; remove-files b vda:-/i/web.a.qcow2; delete a vda:/i/web.77.qcow2>/i/web.qcow2-/i/web.77.qcow2 LOSES"},
    {"delete/several-inside", "guest web off\n" INTERNAL, V(11, 3), "delete a+b",
     "delete a vda:in; delete b vda:in LOSES"},
    {"delete/several-one-nobody", RUNNING_CHAIN, V(11, 3), "delete a+bb", "refused name"},
    {"delete/several-one-refused", RUNNING_CHAIN "space /i 29\n", V(11, 3), "delete b+c", "refused INV-12"},
    {"delete/several-record-only", RUNNING_CHAIN, V(11, 3), "delete a+b metadata",
     "reparent b under nobody; delete a record; reparent c under nobody; delete b record"},
    {"discard/several", NOW_ON_ROOT, V(11, 3), "discard b+c",
     "delete c record; remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a LOSES"},
    {"discard/several-roots", TWO_ROOTS "current a\n", V(11, 3), "discard a+b lose",
     "define web vda:/i/b; remove-files web vda:-/i/a; delete b record; delete a record LOSES"},
    {"discard/several-roots-other-first", TWO_ROOTS "current a\n", V(11, 3), "discard b+a lose",
     "define web vda:/i/b; remove-files web vda:-/i/a; delete b record; delete a record LOSES"},
    {"discard/several-nested", NOW_ON_ROOT, V(11, 3), "discard b+a",
     "delete c record; remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; delete a record; remove-files a vda:-/i/r LOSES"},
    {"discard/several-under-now", NOW_ON_B, V(11, 3), "discard c+b lose",
     "revert a vda:-/i/b; delete c record; remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/a LOSES"},
    {"discard/several-under-now-kept", NOW_ON_B, V(11, 3), "discard c+b", "refused law 4"},
    {"discard/several-children-only", NOW_ON_ROOT, V(11, 3), "discard b+c children-only", "refused several"},
    {"delete/nobody", RUNNING_CHAIN, V(11, 3), "delete bb", "refused name"},
    {"delete/unused-leaf", BRANCHED, V(11, 3), "delete b", "delete b record; remove-files b vda:-/i/web.a.qcow2 LOSES"},
    {"delete/unused-leaf-9.0", BRANCHED, V(9, 0), "delete b", "delete b record; remove-files b vda:-/i/web.a.qcow2 LOSES"},
    {"delete/several-children", BRANCHED, V(11, 3), "delete a", "refused H11 H47"},
    {"delete/managed-save", OFF_CHAIN "flag managed-save\n", V(11, 3), "delete c", "refused INV-7"},
    {"delete/external-8.10", RUNNING_CHAIN, V(8, 10), "delete c", "refused host"},
    {"delete/current-mismatch", "guest web off\n" CHAIN "current b\n", V(11, 3), "delete c", "refused INV-1"},
    {"delete/no-current", "guest web off\n" CHAIN "current nobody\n", V(11, 3), "delete c", "refused INV-6"},
    {"delete/missing-frozen", RUNNING_CHAIN "image /i/web.qcow2 missing ?\n", V(11, 3), "delete c", "refused INV-2"},
    {"delete/unseen-frozen", RUNNING_CHAIN "image /i/web.qcow2 unknown ?\n", V(11, 3), "delete c", "refused law 6"},
    {"delete/no-room", RUNNING_CHAIN "space /i 29\n", V(11, 3), "delete c", "refused INV-12"},
    {"delete/neighbour-holds", RUNNING_CHAIN, V(11, 3), "delete a", "reparent b under nobody; delete a record", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 on:/i/web.qcow2 1\nimage /i/web.qcow2 base 1\n"},
    {"delete/neighbour-snapshot-holds", RUNNING_CHAIN, V(11, 3), "delete a", "reparent b under nobody; delete a record", NULL,
     "guest clone off\ndisk vda /i/x.qcow2\nimage /i/x.qcow2 base 1\nsnapshot s 1 shutoff\next vda /i/web.qcow2 /i/y.qcow2\n"
     "image /i/web.qcow2 base 1\n"},
    {"delete/neighbour-elsewhere", RUNNING_CHAIN, V(11, 3), "delete c",
     "delete c vda:/i/web.c.qcow2>/i/web.b.qcow2-/i/web.c.qcow2", NULL,
     "guest clone off\ndisk vda /j/clone.qcow2\nimage /j/clone.qcow2 unknown ?\n"},
    {"delete/neighbour-unseen", RUNNING_CHAIN, V(11, 3), "delete c", "refused law 6", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 unknown ?\n"},
    {"delete/stray", RUNNING_CHAIN, V(11, 3), "delete b", "refused law 6", NULL, "stray /i/x.qcow2 /i/web.a.qcow2"},
    {"delete/stray-on-removed", RUNNING_CHAIN, V(11, 3), "delete b", "refused law 6", NULL, "stray /i/x.qcow2 /i/web.b.qcow2"},
    {"delete/stray-elsewhere", RUNNING_CHAIN, V(11, 3), "delete c",
     "delete c vda:/i/web.c.qcow2>/i/web.b.qcow2-/i/web.c.qcow2", NULL, "stray /i/x.qcow2 /i/web.qcow2"},
    {"revert/stray-on-tagged", "guest web off\n" INTERNAL, V(11, 3), "revert a lose", "refused law 6", NULL,
     "stray /i/x.qcow2 /i/web.qcow2"},
    {"revert/stray-on-now", OFF_CHAIN, V(11, 3), "revert a lose", "refused law 6", NULL, "stray /i/x.qcow2 /i/web.c.qcow2"},
    {"delete/network", RUNNING_CHAIN "shared /i nfs\n", V(11, 3), "delete c", "refused law 6"},
    {"delete/network-exclusive", RUNNING_CHAIN "shared /i nfs\n", V(11, 3), "delete c exclusive",
     "delete c vda:/i/web.c.qcow2>/i/web.b.qcow2-/i/web.c.qcow2"},
    {"create/network", RUNNING_CHAIN "shared /i nfs\n", V(11, 3), "create d", "create d vda:/i/web.d.qcow2"},
    {"revert/network-keep", OFF_CHAIN "shared /i nfs\n", V(11, 3), "revert a", // only what it made goes
     "create before-revert-20231114-2213 vda:/i/web.before-revert-20231114-2213.qcow2; "
     "revert a vda:-/i/web.before-revert-20231114-2213.qcow2"},
    {"delete/network-tag", "guest web off\n" INTERNAL "shared /i nfs\n", V(11, 3), "delete b", "refused law 6"},
    {"delete/network-tag-exclusive", "guest web off\n" INTERNAL "shared /i nfs\n", V(11, 3), "delete b exclusive",
     "delete b vda:in LOSES"},
    {"revert/network-tag", "guest web off\n" INTERNAL "shared /i nfs\n", V(11, 3), "revert a lose", "refused law 6"},
    {"delete/neighbours-not-looked-at", RUNNING_CHAIN, V(11, 3), "delete c", "refused law 6", NULL, "-"},
    {"delete/mixed", RUNNING_CHAIN "snapshot i 9 shutoff parent=c\nint vda /i/web.c.qcow2\ncurrent i\n", V(11, 3),
     "delete c", "reparent i under b; delete c record"},
    {"delete/marked", "guest web off\ndisk vda /i/a\nimage /i/web.qcow2 base 1\nimage /i/a on:/i/web.qcow2 1\n"
                      "snapshot a 1 shutoff\next vda /i/web.qcow2 /i/a marked\ncurrent a\n",
     V(11, 3), "delete a", "refused INV-9"},
    {"delete/image-moved", "guest web off\ndisk vda /i/o\nimage /i/o base 1\nimage /i/web.qcow2 base 1\n"
                           "snapshot a 1 shutoff\next vda /i/web.qcow2 /i/o\ncurrent a\n",
     V(12, 8), "delete a", "refused INV-2"},
    {"delete/shared-frozen", RUNNING_CHAIN "snapshot m 4 shutoff\nout vda /i/web.b.qcow2\n", V(11, 3), "delete c",
     "delete c record; renew b vda:/i/web.c.qcow2"},
    {"delete/leaves-record-wrong", "guest web off\ndisk vda /i/t\nimage /i/web.qcow2 base 1\nimage /i/web.a.qcow2 on:/i/web.qcow2 1\n"
                                   "image /i/77 on:/i/web.qcow2 1\nimage /i/t on:/i/77 1\n"
                                   "snapshot a 1 shutoff\next vda /i/web.qcow2 /i/web.a.qcow2\n"
                                   "snapshot b 2 shutoff parent=a\next vda /i/web.a.qcow2 /i/gone\n"
                                   "snapshot t 3 shutoff parent=a\next vda /i/77 /i/t\ncurrent t\n",
     V(11, 3), "delete t", "delete t vda:/i/t>/i/77-/i/t; renew a vda:/i/77"},
    {"delete/branches-10.0", "guest web off\ndisk vda /i/n\nimage /i/web.qcow2 base 1\nimage /i/a on:/i/web.qcow2 1\nimage /i/n on:/i/a 1\n"
                             "snapshot r 1 shutoff\next vda /i/web.qcow2 /i/a\nsnapshot s 2 shutoff parent=r\next vda /i/a /i/gone\nrevert vda /i/n\n"
                             "snapshot u 3 shutoff parent=s\next vda /i/gone /i/gone2\nimage /i/gone on:/i/a 1\ncurrent s\n",
     V(10, 0), "delete r", "reparent s under nobody; delete r record"},
    {"delete/deep-branch-11.3", DEEP_BRANCH, V(11, 3), "delete s1", "reparent s2 under nobody; delete s1 record"},
    {"delete/deep-branch-12.8", DEEP_BRANCH, V(12, 8), "delete s1", "delete s1 vda:/i/1>/i/base-/i/1"},
    {"delete/by-hand", OFF_CHAIN "image /i/web.c.qcow2 on:/i/web.a.qcow2 30\n", V(11, 3), "delete a", "refused H40"},
    {"revert/by-hand", OFF_CHAIN "image /i/web.c.qcow2 on:/i/web.a.qcow2 30\n", V(11, 3), "revert b", "refused H40"},
    {"delete/circle", RUNNING_CHAIN "snapshot x 9 shutoff parent=x\nint vda /i/web.c.qcow2\n", V(11, 3), "delete c", "refused H81"},
    {"delete/orphan", RUNNING_CHAIN "snapshot x 9 shutoff parent=gone\nint vda /i/web.c.qcow2\n", V(11, 3), "delete c", "refused H46"},
    {"revert/circle", RUNNING_CHAIN "snapshot x 9 shutoff parent=x\nint vda /i/web.c.qcow2\n", V(11, 3), "revert a lose force",
     "refused H81"},
    {"delete/internal-current-root-of-mixed", "guest web off\ndisk vda /i/web.qcow2\nimage /i/web.qcow2 base 1\nimage /i/e on:/i/web.qcow2 1\n"
     "snapshot i 1 shutoff\nint vda /i/web.qcow2\nsnapshot e 2 shutoff\next vda /i/e /i/f\ncurrent i\n", V(11, 3), "delete i", "refused H47"},
    {"delete/root-of-two", "guest web off\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\n"
                           "snapshot x 1 shutoff\nout vda /i/else\nsnapshot a 2 shutoff\next vda /i/web.qcow2 /i/o\ncurrent a\n",
     V(12, 8), "delete a", "refused H47"},
    {"delete/root-of-two-kept", // the one taken of NOW stands between, so the merge is one like any other
     "guest web off\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\n"
     "snapshot x 1 shutoff\nout vda /i/else\nsnapshot a 2 shutoff\next vda /i/web.qcow2 /i/o\ncurrent a\n",
     V(12, 8), "delete a keep-now",
     "create before-delete-20231114-2213 vda:/i/o.before-delete-20231114-2213.qcow2; delete a vda:/i/o>/i/web.qcow2-/i/o"},
    {"delete/current-root-kept", BRANCHED, V(12, 8), "delete a keep-now",
     "create before-delete-20231114-2213 vda:/i/web.77.before-delete-20231114-2213.qcow2; "
     "reparent b under nobody; reparent before-delete-20231114-2213 under nobody; delete a record"},
    {"delete/current-root-kept-9.0", BRANCHED, V(9, 0), "delete a keep-now",
     "create before-delete-20231114-2213 vda:/i/web.77.before-delete-20231114-2213.qcow2; "
     "reparent b under nobody; reparent before-delete-20231114-2213 under nobody; delete a record"},
    {"delete/current-root-kept-several", BRANCHED, V(11, 3), "delete a+b keep-now",
     "create before-delete-20231114-2213 vda:/i/web.77.before-delete-20231114-2213.qcow2; delete b record; "
     "remove-files b vda:-/i/web.a.qcow2; delete a vda:/i/web.77.qcow2>/i/web.qcow2-/i/web.77.qcow2 LOSES"},
    {"delete/current-root-not-kept", BRANCHED "files /i web.before-delete-20231114-2213.qcow2\nflag managed-save\n", V(12, 8),
     "delete a keep-now", "refused INV-7"},
    {"delete/internal-root-kept", "guest web running\n" INTERNAL, V(11, 3), "delete a keep-now",
     "create before-delete-20231114-2213 memory vda:in; delete a vda:in LOSES"},
    {"delete/only-one", "guest web off\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\n"
                        "snapshot a 2 shutoff\next vda /i/web.qcow2 /i/o\ncurrent a\n",
     V(12, 8), "delete a", "delete a vda:/i/o>/i/web.qcow2-/i/o"},
    {"delete/memory-file", "guest web running\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\n"
                           "snapshot a 2 running memory=/i/a.mem\next vda /i/web.qcow2 /i/o\ncurrent a\n",
     V(12, 8), "delete a", "delete a memory:/i/a.mem vda:/i/o>/i/web.qcow2-/i/o"},
    {"delete/memory-file-shared", "guest web running\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/m on:/i/web.qcow2 1\n"
                                        "image /i/o on:/i/m 1\nsnapshot p 0 running memory=/i/a.mem\next vda /i/web.qcow2 /i/m\n"
                                        "snapshot a 2 running parent=p memory=/i/a.mem\next vda /i/m /i/o\ncurrent a\n",
     V(12, 8), "delete a", "delete a record; renew p vda:/i/o"},
    {"delete/memory-only-9.0", "guest web running\ndisk vda /i/web.qcow2\nimage /i/web.qcow2 base 1\n"
                               "snapshot a 2 running memory=/i/a.mem\nout vda /i/web.qcow2\ncurrent a\n",
     V(9, 0), "delete a", "refused H22"},
    {"delete/metadata", RUNNING_CHAIN, V(11, 3), "delete c metadata", "delete c record; renew b vda:/i/web.c.qcow2"},
    {"delete/internal-parent", "guest web off\ndisk vda /i/c\nimage /i/web.qcow2 base 1\nimage /i/e on:/i/web.qcow2 1\n"
                               "image /i/c on:/i/e 1\nsnapshot i 1 shutoff\nint vda /i/web.qcow2\n"
                               "snapshot e 2 shutoff parent=i\next vda /i/web.qcow2 /i/e\n"
                               "snapshot c 3 shutoff parent=e\next vda /i/e /i/c\ncurrent c\n",
     V(11, 3), "delete e", "reparent c under i; delete e record"},
    {"delete/test-driver", RUNNING_CHAIN, V(9, 0), "delete c", "refused host", "TEST"},

    // ---- delete, internal
    {"delete/internal-off", "guest web off\n" INTERNAL, V(9, 0), "delete b", "delete b vda:in LOSES"},
    {"delete/internal-inner", "guest web running\n" INTERNAL, V(11, 3), "delete a", "delete a vda:in LOSES"},
    {"delete/internal-elsewhere", "guest web running\ndisk vda /i/new.qcow2\nimage /i/web.qcow2 base 1\n"
                                  "snapshot a 1 shutoff\nint vda /i/web.qcow2\n", V(11, 3), "delete a", "refused INV-2"},
    {"revert/internal-without-current", "guest web off\ndisk vda /i/web.qcow2\nimage /i/web.qcow2 base 1\n"
                                        "snapshot a 1 shutoff\nint vda /i/web.qcow2\n", V(11, 3), "revert a lose",
     "revert a vda:in/i/web.qcow2 LOSES"},
    {"delete/internal-test-driver", "guest web running\n" INTERNAL, V(9, 0), "delete a", "delete a vda:in LOSES", "TEST"},

    // ---- revert
    {"revert/keep-now-off", OFF_CHAIN, V(11, 3), "revert a",
     "create before-revert-20231114-2213 vda:/i/web.before-revert-20231114-2213.qcow2; "
     "revert a vda:-/i/web.before-revert-20231114-2213.qcow2"},
    {"revert/keep-nothing", OFF_CHAIN "image /i/web.c.qcow2 on:/i/web.b.qcow2 1 empty\n", V(11, 3), "revert a",
     "revert a vda:-/i/web.c.qcow2"},
    {"revert/keep-nothing-running", RUNNING_CHAIN "image /i/web.c.qcow2 on:/i/web.b.qcow2 1 empty\n", V(11, 3), "revert b force",
     "create before-revert-20231114-2213 memory:/i/web.before-revert-20231114-2213.mem "
     "vda:/i/web.before-revert-20231114-2213.qcow2; revert b vda:-/i/web.before-revert-20231114-2213.qcow2"},
    {"revert/keep-empty-image-with-tag", // what the tag holds may be more than the image does by now
     "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/o on:/i/base 1 empty\n"
     "snapshot a 1 shutoff\next vda /i/base /i/o\nsnapshot t 2 shutoff parent=a\nint vda /i/o\ncurrent t\n", V(11, 3), "revert a",
     "create before-revert-20231114-2213 vda:/i/o.before-revert-20231114-2213.qcow2; "
     "revert a vda:-/i/o.before-revert-20231114-2213.qcow2"},
    {"revert/lose-now-off", OFF_CHAIN, V(11, 3), "revert a lose", "revert a vda:-/i/web.c.qcow2 LOSES"},
    {"revert/9.0-composed", OFF_CHAIN, V(9, 0), "revert c lose",
     "make-layers c vda:/i/web.after-revert-20231114-2213.qcow2; record c vda:/i/web.after-revert-20231114-2213.qcow2; "
     "define web vda:/i/web.after-revert-20231114-2213.qcow2; remove-files web vda:-/i/web.c.qcow2 LOSES"},
    {"revert/9.0-test-driver", OFF_CHAIN, V(9, 0), "revert a lose", "refused host", "TEST"},
    {"revert/running-keeps-memory", "guest web running\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\n"
                                    "snapshot a 2 shutoff\next vda /i/web.qcow2 /i/o\ncurrent a\n", V(11, 3), "revert a",
     "create before-revert-20231114-2213 memory:/i/o.before-revert-20231114-2213.mem "
     "vda:/i/o.before-revert-20231114-2213.qcow2; "
     "revert a vda:-/i/o.before-revert-20231114-2213.qcow2"},
    {"revert/running-to-disk-only", RUNNING_CHAIN, V(11, 3), "revert b lose", "refused force"},
    {"revert/running-to-disk-only-forced", RUNNING_CHAIN, V(11, 3), "revert b lose force", "revert b vda:-/i/web.c.qcow2 LOSES"},
    {"revert/missing", OFF_CHAIN "image /i/web.qcow2 missing ?\n", V(11, 3), "revert a lose", "refused INV-2"},
    {"revert/missing-below", NOW_ON_ROOT "image /i/r missing ?\n", V(11, 3), "revert b lose", "refused INV-2"},
    {"revert/9.0-missing-below", NOW_ON_ROOT "image /i/r missing ?\n", V(9, 0), "revert b lose", "refused INV-2"},
    {"revert/missing-beside", NOW_ON_ROOT "image /i/b missing ?\nimage /i/b.mem missing ?\n", V(11, 3), "revert a lose",
     "revert a vda:-/i/n LOSES"},
    {"revert/missing-below-tag", "guest web off\ndisk vda /i/o\nimage /i/base missing ?\nimage /i/o on:/i/base 1\n"
                                 "snapshot a 1 shutoff\nint vda /i/o\ncurrent a\n", V(11, 3), "revert a lose", "refused INV-2"},
    {"revert/mismatch", "guest web off\n" CHAIN "current b\n", V(11, 3), "revert a", "refused INV-1"},
    {"revert/managed-save", OFF_CHAIN "flag managed-save\n", V(11, 3), "revert a", "refused INV-7"},
    {"revert/transient", RUNNING_CHAIN "flag transient\n", V(11, 3), "revert a", "refused H63"},
    {"revert/transient-paused", RUNNING_CHAIN "flag transient\n", V(11, 3), "revert a lose paused",
     "persist web; revert a vda:-/i/web.c.qcow2; release web LOSES"},
    {"revert/memory-missing", "guest web off\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\nimage /i/a.mem missing ?\n"
                              "snapshot a 2 running memory=/i/a.mem\next vda /i/web.qcow2 /i/o\ncurrent a\n",
     V(11, 3), "revert a lose", "refused INV-2"},
    {"revert/off-with-memory", "guest web off\ndisk vda /i/o\nimage /i/web.qcow2 base 1\nimage /i/o on:/i/web.qcow2 1\nimage /i/a.mem base 1\n"
                               "snapshot a 2 running memory=/i/a.mem\next vda /i/web.qcow2 /i/o\ncurrent a\n",
     V(11, 3), "revert a lose off", "refused state"},
    {"revert/internal-keep", "guest web off\n" INTERNAL, V(9, 0), "revert a",
     "create before-revert-20231114-2213 vda:in; revert a vda:in/i/web.qcow2"},
    {"revert/internal-lose", "guest web running\n" INTERNAL, V(9, 0), "revert b lose", "revert b vda:in/i/web.qcow2 LOSES"},
    {"revert/tag-under-overlays", TAG_BELOW "current f\n", V(11, 3), "revert i lose", "refused H8"},
    {"revert/tag-under-overlays-given-up", TAG_BELOW "current f\n", V(11, 3), "revert i lose discard-children",
     "revert i vda:in/i/base; remove-files web vda:-/i/f; delete f record; remove-files f vda:-/i/e; delete e record LOSES"},
    {"revert/tag-under-overlays-now-kept", TAG_BELOW "current f\n", V(11, 3), "revert i", "refused H8"},
    {"revert/tag-under-another-branch", TAG_BELOW "snapshot x 4 shutoff\next vda /i/base /i/e\ncurrent f\n", V(11, 3),
     "revert i lose discard-children", "refused H8"},
    {"revert/internal-leaves-overlay", "guest web off\ndisk vda /i/e\nimage /i/web.qcow2 base 1\nimage /i/e on:/i/web.qcow2 1\n"
                                       "snapshot i 1 shutoff\nint vda /i/web.qcow2\ncurrent i\nsnapshot x 2 shutoff parent=i\n"
                                       "ext vda /i/e /i/gone\n", V(11, 3), "revert i lose", "refused INV-1"},
    {"revert/leaves-no-hidden-layer", // a stays below what NOW writes; b's record is gone, its image is not
     "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/h on:/i/base 1\nimage /i/o on:/i/h 1\n"
     "image /i/s on:/i/base 1\nsnapshot a 1 shutoff\next vda /i/base /i/s\nrevert vda /i/o\n"
     "snapshot b 2 shutoff parent=a\next vda /i/s /i/gone\ncurrent a\n", V(11, 3), "revert b lose",
     "revert b vda:-/i/o; remove-files web vda:-/i/h LOSES"},
    {"revert/internal-transient", "guest web running\n" INTERNAL "flag transient\n", V(9, 0), "revert b lose running",
     "persist web; revert b vda:in/i/web.qcow2; release web LOSES"},
    {"revert/internal-crash", "guest web running\n" INTERNAL, V(9, 9), "revert b lose", "refused H24"},
    {"revert/internal-test-driver", "guest web running\n" INTERNAL, V(9, 0), "revert a lose", "revert a vda:in/i/web.qcow2 LOSES", "TEST"},
    {"revert/internal-base-shared", "guest web off\n" INTERNAL, V(11, 3), "revert a lose", "refused law 2", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 on:/i/web.qcow2 1\nimage /i/web.qcow2 base 1\n"},
    // ---- discard
    {"discard/leaf", NOW_ON_ROOT, V(11, 3), "discard c", "delete c record; remove-files c vda:-/i/c LOSES"},
    {"discard/beside-missing", BESIDE_MISSING "image /i/m missing ?\n", V(11, 3), "discard b", "delete b record LOSES"},
    {"discard/nothing-missing", BESIDE_MISSING "image /i/m on:/i/a 1\n", V(11, 3), "discard b",
     "delete b record; remove-files b vda:-/i/b LOSES"},
    {"discard/branch", NOW_ON_ROOT, V(11, 3), "discard a",
     "delete c record; remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; "
     "delete a record; remove-files a vda:-/i/r LOSES"},
    {"discard/branch-9.0", NOW_ON_ROOT, V(9, 0), "discard a",
     "delete c record; remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; "
     "delete a record; remove-files a vda:-/i/r LOSES"},
    {"discard/children-only", NOW_ON_ROOT, V(11, 3), "discard a children-only",
     "delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a LOSES"},
    {"discard/children-only-now-on-it", NOW_ON_ROOT, V(11, 3), "discard r children-only",
     "delete c record; remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; "
     "delete a record; remove-files a vda:-/i/r LOSES"},
    {"discard/children-only-now-on-its-copy", NOW_ON_COPY, V(9, 0), "discard a children-only",
     "delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a LOSES"},
    {"discard/nothing-below", NOW_ON_ROOT, V(11, 3), "discard c children-only", "refused tree"},
    {"discard/nobody", NOW_ON_ROOT, V(11, 3), "discard x", "refused name"},
    {"discard/now-on-it", NOW_ON_B, V(11, 3), "discard a", "refused law 4"},
    {"discard/now-on-it-lost", NOW_ON_B, V(11, 3), "discard a lose",
     "revert r vda:-/i/b; delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/a; delete a record; remove-files a vda:-/i/r LOSES"},
    {"discard/now-on-it-lost-9.0", NOW_ON_B, V(9, 0), "discard a lose",
     "make-layers r vda:/i/base.after-revert-20231114-2213-base.qcow2 vda:/i/base.after-revert-20231114-2213.qcow2; "
     "record after-revert-20231114-2213 vda:/i/base.after-revert-20231114-2213.qcow2; "
     "define web vda:/i/base.after-revert-20231114-2213.qcow2; remove-files web vda:-/i/b; delete c record; "
     "remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/a; delete a record; "
     "remove-files a vda:-/i/r LOSES"},
    {"discard/now-on-copy-lost-9.0", NOW_ON_COPY, V(9, 0), "discard a lose",
     "make-layers r vda:/i/base.after-revert-20231114-2213-base.qcow2 vda:/i/base.after-revert-20231114-2213.qcow2; "
     "record after-revert-20231114-2213 vda:/i/base.after-revert-20231114-2213.qcow2; "
     "define web vda:/i/base.after-revert-20231114-2213.qcow2; remove-files web vda:-/i/k2; delete k record; "
     "remove-files k vda:-/i/k1; delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; delete a record; remove-files a vda:-/i/r LOSES"},
    {"discard/children-only-lost-9.0", NOW_ON_B, V(9, 0), "discard a lose children-only",
     "make-layers a vda:/i/r.after-revert-20231114-2213-base.qcow2 vda:/i/r.after-revert-20231114-2213.qcow2; "
     "record after-revert-20231114-2213 vda:/i/r.after-revert-20231114-2213.qcow2; "
     "define web vda:/i/r.after-revert-20231114-2213.qcow2; remove-files web vda:-/i/b; delete c record; "
     "remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/a LOSES"},
    {"discard/now-elsewhere-not-lost", NOW_ON_B, V(11, 3), "discard c lose", "delete c record; remove-files c vda:-/i/c LOSES"},
    {"discard/root", NOW_ON_ROOT, V(11, 3), "discard r lose",
     "define web vda:/i/base; remove-files web vda:-/i/n; delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; delete a record; remove-files a vda:-/i/r; delete r record LOSES"},
    {"discard/root-cut-off", "guest web off\ndisk vda /i/base\n" BRANCHES "current r\n", V(11, 3), "discard r lose",
     "delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; delete a record; remove-files a vda:-/i/r; delete r record; "
     "remove-files r vda:-/i/n LOSES"},
    {"discard/root-neighbour", NOW_ON_ROOT, V(11, 3), "discard r lose", "refused law 2", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 on:/i/base 1\nimage /i/base base 1\n"},
    {"discard/root-unseen", NOW_ON_ROOT, V(11, 3), "discard r lose", "refused law 6", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 unknown ?\n"},
    {"discard/root-not-lost", NOW_ON_ROOT, V(11, 3), "discard r", "refused law 4"},
    {"discard/root-9.0", NOW_ON_ROOT, V(9, 0), "discard r lose",
     "define web vda:/i/base; remove-files web vda:-/i/n; delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; delete a record; remove-files a vda:-/i/r; delete r record LOSES"},
    {"discard/root-of-two", NOW_ON_ROOT "snapshot q 9 shutoff\n", V(11, 3), "discard r lose", "refused law 4"},
    {"discard/neighbour", NOW_ON_ROOT, V(11, 3), "discard a", "refused law 2", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 on:/i/b 1\nimage /i/b base 1\n"},
    {"discard/neighbour-below", NOW_ON_ROOT, V(11, 3), "discard a",
     "delete c record; remove-files c vda:-/i/c; delete b record; remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a; "
     "delete a record; remove-files a vda:-/i/r LOSES", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 on:/i/base 1\nimage /i/base base 1\n"},
    {"discard/neighbour-unseen", NOW_ON_ROOT, V(11, 3), "discard a", "refused law 6", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 unknown ?\n"},
    {"discard/neighbours-not-looked-at", NOW_ON_ROOT, V(11, 3), "discard a", "refused law 6", NULL, "-"},
    {"discard/unseen-chain", "guest web off\ndisk vda /i/n\ndisk vdb /j/x\nimage /j/x unknown ?\n" BRANCHES "current r\n", V(11, 3), "discard a",
     "refused law 6"},
    {"discard/unseen-file", NOW_ON_ROOT "image /i/b unknown ?\n", V(11, 3), "discard b",
     "delete b record; remove-files b memory:/i/b.mem vda:-/i/a LOSES"},
    {"discard/missing-file", NOW_ON_ROOT "image /i/a missing ?\nimage /i/b.mem missing ?\n", V(11, 3), "discard b",
     "delete b record; remove-files b vda:-/i/b LOSES"},
    {"discard/no-current", "guest web off\ndisk vda /i/n\n" BRANCHES, V(11, 3), "discard a", "refused INV-6"},
    {"discard/managed-save", NOW_ON_ROOT "flag managed-save\n", V(11, 3), "discard a", "refused INV-7"},
    {"discard/base-stays", "guest web off\ndisk vda /i/n\nimage /i/n base 1\nimage /i/base base 1\nimage /i/r on:/i/base 1\n"
                           "snapshot r 1 shutoff\next vda /i/base /i/r\nsnapshot s 2 shutoff\nint vda /i/n\ncurrent s\n",
     V(11, 3), "discard r", "delete r record; remove-files r vda:-/i/r LOSES"},
    {"discard/left-out-disk-shared", "guest web off\ndisk vda /i/n\ndisk vdb /i/w\nimage /i/base base 1\nimage /i/w base 1\n"
                                     "image /i/a on:/i/base 1\nimage /i/b on:/i/a 1\nimage /i/n on:/i/base 1\n"
                                     "snapshot a 1 shutoff\next vda /i/base /i/a\nrevert vda /i/n\nout vdb /i/w\n"
                                     "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\nout vdb /i/w\ncurrent a\n",
     V(11, 3), "discard b", "delete b record; remove-files b vda:-/i/b vda:-/i/a LOSES"},
    {"discard/internal", "guest web off\n" INTERNAL, V(9, 0), "discard a lose",
     "revert a vda:in/i/web.qcow2; delete b vda:in; delete a vda:in LOSES"},
    {"discard/internal-children", "guest web off\n" INTERNAL, V(9, 0), "discard a children-only lose",
     "revert a vda:in/i/web.qcow2; delete b vda:in LOSES"},
    {"discard/internal-leaf", "guest web off\n" INTERNAL "current a\n", V(9, 0), "discard b", "delete b vda:in LOSES"},
    {"discard/internal-in-a-doomed-overlay", NOW_ON_ROOT "snapshot i 6 shutoff parent=b\nint vda /i/b\n", V(11, 3), "discard b",
     "delete i vda:in; remove-files i vda:-/i/b; delete b record; remove-files b memory:/i/b.mem vda:-/i/a LOSES"},
    {"discard/internal-in-a-doomed-overlay-running", "guest web running\ndisk vda /i/n\n" BRANCHES
     "snapshot i 6 shutoff parent=b\nint vda /i/b\ncurrent r\n", V(11, 3), "discard b",
     "delete i record; remove-files i vda:-/i/b; delete b record; remove-files b memory:/i/b.mem vda:-/i/a LOSES"},
    {"discard/internal-after-a-move-to-what-runs", // the guest is off, but runs once NOW went back: b's tag is not open then
     "guest web off\ndisk vda /i/b\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\nimage /i/m base 1\n"
     "snapshot a 1 running memory=/i/m\next vda /i/base /i/a\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"
     "snapshot i 3 shutoff parent=b\nint vda /i/b\ncurrent i\n", V(11, 3), "discard b lose",
     "make-layers a vda:/i/base.after-revert-20231114-2213-base.qcow2 vda:/i/base.after-revert-20231114-2213.qcow2; "
     "record after-revert-20231114-2213 vda:/i/base.after-revert-20231114-2213.qcow2; "
     "define web memory:/i/m vda:/i/base.after-revert-20231114-2213.qcow2; restore web memory:/i/m; "
     "delete i record; remove-files i vda:-/i/b; delete b record; remove-files b vda:-/i/a LOSES"},
    {"discard/test-driver", NOW_ON_ROOT, V(9, 0), "discard c", "refused host", "TEST"},
    {"discard/internal-test-driver", "guest web off\n" INTERNAL "current a\n", V(9, 0), "discard b",
     "delete b vda:in LOSES", "TEST"},
    {"revert/discard-children", NOW_ON_ROOT, V(11, 3), "revert a lose discard-children",
     "revert a vda:-/i/n; delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a LOSES"},
    {"revert/discard-children-keep", NOW_ON_ROOT, V(9, 0), "revert a discard-children",
     "make-layers a vda:/i/r.after-revert-20231114-2213-base.qcow2 vda:/i/r.after-revert-20231114-2213.qcow2; "
     "create before-revert-20231114-2213 vda:/i/n.before-revert-20231114-2213.qcow2; "
     "record after-revert-20231114-2213 vda:/i/r.after-revert-20231114-2213.qcow2; "
     "define web vda:/i/r.after-revert-20231114-2213.qcow2; "
     "remove-files web vda:-/i/n.before-revert-20231114-2213.qcow2; delete c record; remove-files c vda:-/i/c; "
     "delete b record; remove-files b memory:/i/b.mem vda:-/i/b vda:-/i/a LOSES"},
    {"revert/discard-children-now-on-them", NOW_ON_B, V(11, 3), "revert a discard-children", "refused law 4"},
    {"revert/discard-children-now-on-them-lost", NOW_ON_B, V(11, 3), "revert a discard-children lose",
     "revert a vda:-/i/b; delete c record; remove-files c vda:-/i/c; delete b record; "
     "remove-files b memory:/i/b.mem vda:-/i/a LOSES"},
    {"revert/discard-children-of-a-leaf", NOW_ON_ROOT, V(11, 3), "revert c discard-children lose",
     "revert c vda:-/i/n LOSES"},
    {"revert/lose-now-needed-elsewhere", OFF_CHAIN, V(11, 3), "revert a lose", "refused law 2", NULL,
     "guest clone off\ndisk vda /i/clone.qcow2\nimage /i/clone.qcow2 on:/i/web.c.qcow2 1\nimage /i/web.c.qcow2 base 1\n"},
};

static void test_edited_plan_differs(void)
{
    g_autoptr(Wish) wish = wishes_read("delete c");
    const Case c = {.world = RUNNING_CHAIN, .version = V(11, 3)};
    g_autoptr(Plan) plan = make(&c, wish);
    g_autoptr(Plan) edited = make(&c, wish);
    StepDisk *disk = ((Step *) edited->steps->pdata[0])->disks->pdata[0];

    g_free(disk->removes);
    disk->removes = g_strdup("/etc/passwd");
    g_assert_cmpstr(plan->fingerprint, ==, edited->fingerprint); // as a file would still say
    g_assert_false(plan_equal(plan, edited));
}

static void test_sizes_may_differ(void)
{
    g_autoptr(Wish) wish = wishes_read("delete c");
    const Case before = {.world = RUNNING_CHAIN, .version = V(11, 3)};
    const Case after = {.world = RUNNING_CHAIN "image /i/web.c.qcow2 on:/i/web.b.qcow2 300\n", .version = V(11, 3)};
    g_autoptr(Plan) one = make(&before, wish);
    g_autoptr(Plan) other = make(&after, wish);

    g_assert_cmpint(one->copy_bytes, ==, 30 << 20);
    g_assert_cmpint(other->copy_bytes, ==, 300 << 20);
    g_assert_true(plan_equal(one, other));
}

static void test_read_only(void)
{
    g_autoptr(Wish) wish = wishes_read("create s");
    g_autoptr(Picture) picture = world_picture(RUNNING_CHAIN);
    g_autoptr(Host) host = world_host(V(11, 3), NULL);
    g_autoptr(Plan) plan = NULL;

    host->read_only = true;
    plan = plan_make(wish, picture, NULL, host, 0);
    g_assert_cmpint(plan->verdict, ==, VERDICT_REFUSED);
    g_assert_cmpstr(((const Reason *) plan->reasons->pdata[0])->rule, ==, "read-only");
}

// What becomes free: 50M of images, and the file with the memory of b.
static void test_freed(void)
{
    g_autoptr(Picture) picture = world_picture(NOW_ON_ROOT);
    g_autoptr(Host) host = world_host(V(11, 3), NULL);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Wish) wish = wishes_read("discard b");
    g_autoptr(Plan) plan = plan_make(wish, picture, neighbours, host, 0);

    g_assert_cmpstr(plan->outcomes->pdata[1], ==, "52M become free.");
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions(); // a table: one wrong row must not hide the next
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/rules/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/plan/edited-plan-differs", test_edited_plan_differs);
    g_test_add_func("/plan/sizes-may-differ", test_sizes_may_differ);
    g_test_add_func("/plan/read-only", test_read_only);
    g_test_add_func("/plan/freed", test_freed);
    return g_test_run();
}
