// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of acts before they are planned: each problem and each shape of the tree.
// That plans keep what is promised here is shown by test_property.c.

#include "engine/model/outlook.h"
#include "tests/lib/world.h"

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

#define CHAIN                                                          \
    "disk vda /i/b\n"                                                  \
    "image /i/base base 100\nimage /i/a on:/i/base 10\nimage /i/b on:/i/a 20\n" \
    "snapshot a 1 shutoff\next vda /i/base /i/a\n"                     \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"

#define OFF "guest web off\n" CHAIN "current b\n"
#define RUNNING "guest web running\n" CHAIN "current b\n"

// b and NOW stand on a; c, alone, on b.
#define BRANCHES                                                       \
    "guest web off\ndisk vda /i/n\n"                                   \
    "image /i/base base 9\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\nimage /i/n on:/i/base 1\n" \
    "snapshot a 1 shutoff\next vda /i/base /i/a\nrevert vda /i/n\n"    \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"               \
    "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\ncurrent a\n"

#define TAGS                                                           \
    "disk vda /i/t\nimage /i/t base 9\n"                               \
    "snapshot a 1 shutoff\nint vda /i/t\nsnapshot b 2 running parent=a memory=internal\nint vda /i/t\n"

typedef struct Case {
    const char *name;
    const char *world;
    unsigned long version;
    const char *snapshot;
    DeleteOutlook delete;
    RevertOutlook revert;
    const char *driver; // NULL: QEMU
} Case;

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Host) host = world_host(c->version, c->driver);
    const Findings *findings = picture_examine(picture);
    const Snapshot *snapshot = picture_snapshot(picture, c->snapshot);
    const Problem *trouble;

    g_assert_cmpint(outlook_delete(picture, findings, host, snapshot, &trouble), ==, c->delete);
    g_assert_cmpint(outlook_revert(picture, findings, host, snapshot, &trouble), ==, c->revert);
    g_assert_cmpint(trouble != NULL, ==, c->revert == REVERT_TROUBLED);
}

static const Case cases[] = {
    {"sound", OFF, V(11, 3), "a", DELETE_MERGES, REVERT_ASKS},
    {"sound-leaf", OFF, V(9, 0), "b", DELETE_MERGES, REVERT_ASKS},
    {"test-driver", OFF, V(11, 3), "b", DELETE_UNABLE, REVERT_OPEN, "TEST"},
    {"test-driver-unused-leaf", BRANCHES, V(11, 3), "c", DELETE_UNABLE, REVERT_OPEN, "TEST"},
    {"test-driver-tag", "guest web off\n" TAGS "current b\n", V(11, 3), "a", DELETE_TAKES_OUT, REVERT_ASKS, "TEST"},
    {"8.10", OFF, V(8, 10), "a", DELETE_UNABLE, REVERT_ASKS},

    // Shapes of the tree.
    {"shared", BRANCHES, V(11, 3), "a", DELETE_SHARED, REVERT_ASKS},
    {"aside", BRANCHES, V(11, 3), "b", DELETE_ASIDE, REVERT_ASKS},
    {"unused-leaf", BRANCHES, V(11, 3), "c", DELETE_REMOVES, REVERT_ASKS},
    {"8.10-unused-leaf", BRANCHES, V(8, 10), "c", DELETE_REMOVES, REVERT_ASKS},
    {"disk-left-out", "guest web off\ndisk vda /i/b\ndisk vdb /j/1\nimage /j/0 base 1\nimage /j/1 on:/j/0 1\nimage /i/base base 1\nimage /i/a on:/i/base 1\n"
                      "image /i/b on:/i/a 1\nsnapshot a 1 shutoff\next vda /i/base /i/a\next vdb /j/0 /j/1\n"
                      "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\nout vdb /j/1\n"
                      "current b\n", V(11, 3), "a", DELETE_OPEN, REVERT_ASKS},
    {"layer-between", "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/m on:/i/base 1\nimage /i/o on:/i/m 1\n"
                      "snapshot a 1 shutoff\next vda /i/base /i/o\ncurrent a\n", V(11, 3), "a", DELETE_OPEN, REVERT_ASKS},
    {"current-root", "guest web off\ndisk vda /i/b\nimage /i/base base 1\nimage /i/b on:/i/base 1\nimage /j/0 base 1\n"
                     "snapshot a 1 shutoff\next vda /j/0 /j/1\nsnapshot b 2 shutoff\next vda /i/base /i/b\ncurrent b\n", V(11, 3),
     "b", DELETE_OPEN, REVERT_ASKS},

    {"idle-layers", "guest web off\ndisk vda /i/9\nimage /i/0 base 1\nimage /i/1 on:/i/0 1\nimage /i/2 on:/i/1 1\nimage /i/3 on:/i/2 1\n"
                    "image /i/4 on:/i/3 1\nimage /i/5 on:/i/4 1\nimage /i/6 on:/i/5 1\nimage /i/7 on:/i/6 1\nimage /i/8 on:/i/7 1\n"
                    "image /i/9 on:/i/8 1\nsnapshot a 1 shutoff\next vda /i/8 /i/9\ncurrent a\n", V(11, 3), "a", DELETE_MERGES,
     REVERT_ASKS},

    // Inside the images.
    {"tag", "guest web off\n" TAGS "current b\n", V(11, 3), "a", DELETE_TAKES_OUT, REVERT_ASKS},
    {"tag-with-memory", "guest web off\n" TAGS "current b\n", V(9, 9), "b", DELETE_TAKES_OUT, REVERT_OPEN},
    {"tag-none-current", "guest web off\n" TAGS, V(11, 3), "a", DELETE_TAKES_OUT, REVERT_ASKS},
    {"tag-elsewhere", "guest web running\ndisk vda /i/o\nimage /i/t base 1\nimage /i/o on:/i/t 1\nsnapshot a 1 shutoff\nint vda /i/t\n",
     V(11, 3), "a", DELETE_OPEN, REVERT_ASKS},
    {"tag-gone", "guest web off\n" TAGS "current b\ntags /i/t b\n", V(11, 3), "a", DELETE_TAKES_OUT, REVERT_OPEN},
    {"tag-beside-layers", OFF "snapshot t 3 shutoff parent=b\nint vda /i/b\ncurrent t\n", V(11, 3), "t", DELETE_OPEN, REVERT_OPEN},

    // Problems: of the guest, or of any snapshot.
    {"mismatch", "guest web off\n" CHAIN "current a\n", V(11, 3), "b", DELETE_TROUBLED, REVERT_TROUBLED},
    {"no-current", "guest web off\n" CHAIN, V(11, 3), "a", DELETE_TROUBLED, REVERT_TROUBLED},
    {"orphan", OFF "snapshot x 3 shutoff parent=gone\n", V(11, 3), "a", DELETE_TROUBLED, REVERT_TROUBLED},
    {"cycle", OFF "snapshot x 3 shutoff parent=x\n", V(11, 3), "a", DELETE_TROUBLED, REVERT_TROUBLED},
    {"interrupted", OFF "snapshot z 9 shutoff parent=b\next vdz /i/z /i/zz marked\nimage /i/z base 1\n", V(11, 3), "a",
     DELETE_TROUBLED, REVERT_TROUBLED},
    {"by-hand", "guest web off\ndisk vda /i/b\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/base 1\n"
                "snapshot a 1 shutoff\next vda /i/base /i/a\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\ncurrent b\n", V(11, 3),
     "b", DELETE_TROUBLED, REVERT_TROUBLED},
    {"live-differs", RUNNING "inactive vda /i/a\n", V(11, 3), "a", DELETE_TROUBLED, REVERT_TROUBLED},
    {"managed-save", OFF "flag managed-save\n", V(11, 3), "a", DELETE_TROUBLED, REVERT_TROUBLED},
    {"removed-while-open", RUNNING "image /i/a on:/i/base 10 gone\n", V(11, 3), "a", DELETE_TROUBLED, REVERT_TROUBLED},
    {"overwritten-while-open", RUNNING "image /i/a on:/i/base 10 overwritten\n", V(11, 3), "a", DELETE_TROUBLED, REVERT_TROUBLED},

    // Of another snapshot, or of NOW: merges are not certain, but one may go back.
    {"missing-elsewhere", OFF "snapshot c 3 shutoff\next vda /i/lost /i/gone\nimage /i/lost missing ?\n", V(12, 8), "a",
     DELETE_TROUBLED, REVERT_ASKS},
    {"now-missing", OFF "image /i/b missing ?\n", V(11, 3), "a", DELETE_TROUBLED, REVERT_ASKS},
    {"no-definition-elsewhere", OFF "snapshot n 4 shutoff parent=b nodef\n", V(11, 3), "a", DELETE_OPEN, REVERT_ASKS},

    // Of this one.
    {"missing", OFF "snapshot c 3 shutoff parent=b\next vda /i/lost /i/gone\nimage /i/lost missing ?\n", V(11, 3), "c",
     DELETE_REMOVES, REVERT_TROUBLED},
    {"no-definition", OFF "snapshot n 4 shutoff parent=b nodef\n", V(11, 3), "n", DELETE_TROUBLED, REVERT_TROUBLED},
    {"shared-frozen", OFF "snapshot c 3 shutoff parent=b\next vda /i/base /i/c\n", V(11, 3), "c", DELETE_REMOVES, REVERT_TROUBLED},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/outlook/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
