// SPDX-License-Identifier: GPL-2.0-or-later
// The laws: plans that no rule would offer are refused all the same, whoever made them.
//
// Each case is a guest, a libvirt and steps written by hand; what is expected is the law that stops
// them, or nothing. The cases are the ones in which plain virsh was seen to lose data.

#include "engine/model/laws.h"
#include "tests/lib/steps.h"
#include "tests/lib/world.h"

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

#define LAYERS                                                                                     \
    "disk vda /i/c\n"                                                                              \
    "image /i/base base 100\nimage /i/a on:/i/base 10\nimage /i/b on:/i/a 20\nimage /i/c on:/i/b 30\n" \
    "snapshot a 1 shutoff\next vda /i/base /i/a\n"                                                 \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"                                           \
    "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\ncurrent c\n"

#define CHAIN         "guest web off\n" LAYERS
#define CHAIN_RUNNING "guest web running\ninactive vda /i/c\n" LAYERS

// r -> {a -> b, NOW}: NOW went back to r; b has its memory in a file.
#define BRANCH                                                                                      \
    "guest web off\ndisk vda /i/n\n"                                                               \
    "image /i/base base 100\nimage /i/r on:/i/base 10\nimage /i/a on:/i/r 20\nimage /i/b on:/i/a 30\nimage /i/n on:/i/base 1\n" \
    "snapshot r 1 shutoff\next vda /i/base /i/r\nrevert vda /i/n\n"                                \
    "snapshot a 2 shutoff parent=r\next vda /i/r /i/a\n"                                           \
    "snapshot b 3 running parent=a memory=/i/b.mem\next vda /i/a /i/b\ncurrent r\n"

typedef struct Case {
    const char *name;
    const char *world;
    unsigned long version;
    const char *steps; // tests/lib/steps.h
    const char *law;   // NULL: it stands
    bool lose_now;
    const char *neighbour; // another guest
    const char *stray;     // a file that no guest names, on this image
    const char *unseen;    // another guest, which could not be read
} Case;

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Picture) neighbour = c->neighbour ? world_picture(c->neighbour) : NULL;
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Host) host = world_host(c->version, NULL);
    g_autoptr(Plan) plan = steps_plan(c->steps, c->lose_now);

    if (neighbour)
        neighbours_add(neighbours, neighbour);
    if (c->stray)
        neighbours_add_stray(neighbours, "/i/stray", c->stray);
    if (c->unseen)
        neighbours_add_unseen(neighbours, c->unseen, "It is busy.");
    neighbours_tell_own(neighbours, picture->images);
    laws_judge(plan, NULL, picture, neighbours, host);
    for (guint i = 0; i < plan->reasons->len; i++)
        g_test_message("%s", ((const Reason *) plan->reasons->pdata[i])->text);
    g_assert_cmpstr(plan->reasons->len ? ((const Reason *) plan->reasons->pdata[0])->rule : NULL, ==, c->law);
}

static const Case cases[] = {
    {"create", CHAIN, V(11, 3), "create d vda=/i/d", NULL},
    {"create-on-itself", CHAIN, V(11, 3), "create d vda=/i/b", "law 5"},
    {"create-with-saved-memory-H35", CHAIN "flag managed-save\n", V(11, 3), "create d vda=/i/d", "law 3"},
    {"create-while-definitions-differ-H38",
     "guest web running\ndisk vda /i/b\ninactive vda /i/b\nimage /i/a base 1\nimage /i/b on:/i/a 1\nflag managed-save\n", V(11, 3),
     "create s vda=/i/s", "law 3"},
    {"delete-current-leaf", CHAIN, V(11, 3), "delete c -/i/c", NULL},
    {"delete-inner", CHAIN, V(11, 3), "delete b -/i/b", NULL},
    {"delete-root", CHAIN, V(9, 0), "delete a -/i/a", NULL},
    {"delete-unsaid-removal", CHAIN, V(11, 3), "delete c -/i/b", "law 1"},
    {"delete-tag-in-the-overlay-H9", CHAIN "snapshot t 4 shutoff parent=c\nint vda /i/c\ncurrent t\n", V(11, 3), "delete c -/i/c",
     "law 1"},
    {"delete-branch-on-9.0-H77",
     "guest web off\ndisk vda /i/n\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\nimage /i/n on:/i/a 1\n"
     "snapshot s1 1 shutoff\next vda /i/base /i/a\nsnapshot s2 2 shutoff parent=s1\next vda /i/a /i/b\n"
     "snapshot s3 3 shutoff parent=s2\next vda /i/b /i/x\nsnapshot s4 4 shutoff parent=s2\next vda /i/a /i/n\ncurrent s4\n",
     V(9, 0), "delete s1 -/i/a", "law 1"},
    {"delete-clone-below-H41", CHAIN, V(11, 3), "delete a -/i/a", "law 2", false,
     "guest clone off\ndisk vda /i/clone\nimage /i/clone on:/i/base 1\nimage /i/base base 1\n"},
    {"delete-clone-by-another-name", CHAIN, V(11, 3), "delete a -/i/a", "law 6", false,
     "guest clone off\ndisk vda /i/clone\nimage /i/clone on:/link/a 1\nimage /link/a base 1\nreal /link/a /i/a\n"},
    {"delete-clone-by-the-real-name", CHAIN "real /i/a /data/a\n", V(11, 3), "delete a -/i/a", "law 6", false,
     "guest clone off\ndisk vda /i/clone\nimage /i/clone on:/data/a 1\nimage /data/a base 1\n"},
    {"delete-below-a-stray-by-the-real-name", CHAIN "real /i/c /i/real\n", V(11, 3), "delete c -/i/c", "law 6", false, NULL, "/i/real"},
    {"delete-image-of-two-names", CHAIN "image /i/other base 1\nreal /i/other /i/a\n", V(11, 3), "delete a -/i/a", "law 6"},
    {"delete-beside-another-real-name", CHAIN "real /i/a /data/a\n", V(11, 3), "delete a -/i/a", NULL, false,
     "guest clone off\ndisk vda /i/clone\nimage /i/clone on:/x/a 1\nimage /x/a base 1\nreal /x/a /y/a\n"},
    {"delete-below-a-stray", CHAIN, V(11, 3), "delete c -/i/c", "law 6", false, NULL, "/i/c"},
    {"delete-beside-an-unseen-guest", CHAIN, V(11, 3), "delete c -/i/c", "law 6", .unseen = "db"},
    {"discard-beside-an-unseen-guest", BRANCH, V(11, 3), "discard b: delete b record-only, remove-files b -/i/b", "law 6",
     .unseen = "db"},
    {"create-beside-an-unseen-guest", CHAIN, V(11, 3), "create d vda=/i/d", NULL, .unseen = "db"},
    {"delete-beside-a-stray", CHAIN, V(11, 3), "delete c -/i/c", NULL, false, NULL, "/i/base"},
    {"delete-leaf-over-internal-H1",
     "guest web off\ndisk vda /i/base\nimage /i/base base 1\nsnapshot i 1 shutoff\nint vda /i/base\n"
     "snapshot e 2 shutoff parent=i\next vda /i/base /i/gone\ncurrent i\n",
     V(10, 0), "delete e -/i/base", "law 1"},
    {"delete-over-internal-H10",
     "guest web off\ndisk vda /i/e\nimage /i/base base 1\nimage /i/e on:/i/base 1\nsnapshot i 1 shutoff\nint vda /i/base\n"
     "snapshot e 2 shutoff parent=i\next vda /i/base /i/e\ncurrent e\n",
     V(11, 3), "delete e -/i/e", "law 5"},
    {"delete-leaf-shared-H72",
     "guest web off\ndisk vda /i/n\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/n on:/i/a 1\n"
     "snapshot s1 1 shutoff\next vda /i/base /i/a\nsnapshot m 2 running parent=s1 memory=/i/m\next vda /i/a /i/n\n"
     "snapshot s2 3 shutoff parent=m\next vda /i/a /i/gone\ncurrent m\n",
     V(11, 3), "delete s2 -/i/a", "law 1"},
    {"delete-leaves-record-wrong-H76",
     "guest web off\ndisk vda /i/t\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/77 on:/i/base 1\nimage /i/t on:/i/77 1\n"
     "snapshot a 1 shutoff\next vda /i/base /i/a\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/gone\n"
     "snapshot t 3 shutoff parent=a\next vda /i/77 /i/t\ncurrent t\n",
     V(11, 3), "delete t -/i/t", "law 7"},
    {"delete-unsaid-memory-file", "guest web off\ndisk vda /i/a\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/m base 1\n"
                                  "snapshot a 1 running memory=/i/m\next vda /i/base /i/a\ncurrent a\n", V(11, 3), "delete a -/i/a",
     "law 1"},
    {"delete-shared-with-memory-H73",
     "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/o on:/i/base 1\nimage /i/m base 1\n"
     "snapshot m 1 running memory=/i/m\next vda /i/base /i/gone\nsnapshot s 2 shutoff parent=m\next vda /i/base /i/o\ncurrent s\n",
     V(11, 3), "delete s -/i/o", "law 2"},
    {"commit", CHAIN, V(11, 3), "delete c: commit c vda=/i/b</i/c, define web vda=/i/b, delete c record-only, remove-files c -/i/c",
     NULL},
    {"commit-removes-what-NOW-is-on", CHAIN, V(11, 3), "delete c: commit c vda=/i/b</i/c, delete c record-only, remove-files c -/i/c",
     "law 1"},
    {"commit-NOW-elsewhere", CHAIN, V(11, 3), "delete c: commit c vda=/i/b</i/c, define web vda=/i/a, delete c record-only", "law 2"},
    {"commit-leaves-one-behind", CHAIN, V(11, 3), "delete b: commit b vda=/i/a</i/b, delete b record-only, remove-files b -/i/b",
     "law 1"},
    {"commit-through-another", CHAIN, V(11, 3), "delete b: commit b vda=/i/base</i/b, delete b record-only", "law 5"},
    {"commit-below-a-clone", CHAIN, V(11, 3), "delete c: commit c vda=/i/b</i/c, define web vda=/i/b, delete c record-only", "law 2",
     false, "guest clone off\ndisk vda /i/clone\nimage /i/clone on:/i/b 1\nimage /i/b base 1\n"},
    {"commit-under-a-guest-that-runs", CHAIN_RUNNING, V(11, 3),
     "delete c: commit c vda=/i/b</i/c, define web vda=/i/b, delete c record-only, remove-files c -/i/c", "law 5"},
    {"commit-below-a-stray", CHAIN, V(11, 3), "delete c: commit c vda=/i/b</i/c, define web vda=/i/b, delete c record-only", "law 6",
     false, NULL, "/i/b"},
    {"rebase-onto-another", CHAIN, V(11, 3), "delete b: rebase b vda=/i/c>/i/base, delete b record-only", "law 2"},
    {"revert-unkept-H6", CHAIN, V(11, 3), "revert a -/i/c", "law 4"},
    {"revert-given-up", CHAIN, V(11, 3), "revert a -/i/c", NULL, true},
    {"revert-kept", CHAIN, V(11, 3), "create keep vda=/i/k, revert a -/i/k", NULL},
    {"revert-removes-anothers-H5", "guest web off\ndisk vda /i/c\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\n"
     "image /i/c on:/i/b 1\nsnapshot a 1 shutoff\next vda /i/base /i/a\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"
     "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\ncurrent b\n", V(11, 3), "revert a -/i/b", "law 1", true},
    {"revert-tag-under-overlays-H8",
     "guest web off\ndisk vda /i/e\nimage /i/base base 1\nimage /i/e on:/i/base 1\nsnapshot i 1 shutoff\nint vda /i/base\n"
     "snapshot e 2 shutoff parent=i\next vda /i/base /i/e\nsnapshot f 3 shutoff parent=e\next vda /i/e /i/f\ncurrent e\n",
     V(11, 3), "revert i", "law 2", true},
    {"revert-tag", "guest web off\ndisk vda /i/base\nimage /i/base base 1\nsnapshot i 1 shutoff\nint vda /i/base\n"
                   "snapshot j 2 shutoff parent=i\nint vda /i/base\ncurrent j\n", V(11, 3), "revert i", NULL, true},
    {"delete-tag", "guest web off\ndisk vda /i/base\nimage /i/base base 1\nsnapshot i 1 shutoff\nint vda /i/base\n"
                   "snapshot j 2 shutoff parent=i\nint vda /i/base\ncurrent j\n", V(11, 3), "delete i", NULL},
    {"discard", BRANCH, V(9, 0),
     "discard a: delete b record-only, remove-files b -/i/b -/i/a ~/i/b.mem, delete a record-only, remove-files a -/i/r", NULL},
    {"discard-leaves-record-true", BRANCH, V(11, 3), "discard a: delete b record-only, delete a record-only", NULL},
    {"discard-more-than-was-given-up", BRANCH, V(11, 3), "discard b: delete b record-only, delete a record-only", "law 4"},
    {"discard-what-was-not-given-up", BRANCH, V(11, 3), "discard b: delete b record-only, remove-files b -/i/a -/i/r", "law 1"},
    {"discard-what-NOW-reads", BRANCH, V(11, 3), "discard b: delete b record-only, remove-files b -/i/n", "law 1"},
    {"discard-what-a-clone-reads", BRANCH, V(11, 3), "discard b: delete b record-only, remove-files b -/i/a", "law 1",
     .neighbour = "guest clone off\ndisk vda /i/x\nimage /i/x on:/i/a 1\nimage /i/a base 1\n"},
    {"discard-memory-of-another", BRANCH "snapshot m 4 running parent=r memory=/i/b.mem\next vda /i/base /i/gone\ncurrent r\n", V(11, 3),
     "discard b: delete b record-only, remove-files b ~/i/b.mem", "law 1"},
    {"discard-moves-NOW-unasked", BRANCH, V(11, 3), "discard a: revert r -/i/n, delete a record-only", "law 4"},
    {"discard-moves-NOW-elsewhere-on-its-own", BRANCH, V(11, 3), "discard a: revert r -/i/n, delete a record-only", "law 4", true},
    {"discard-moves-NOW", BRANCH "disk vda /i/b\ncurrent b\n", V(11, 3),
     "discard a: revert r -/i/b, delete b record-only, delete a record-only", NULL, true},
    // n was taken after the plan was made: the steps that are left say nothing of it
    {"discard-spares-what-came-since",
     BRANCH "image /i/x on:/i/b 1\nsnapshot n 4 shutoff parent=b\next vda /i/b /i/x\ndisk vda /i/x\ncurrent n\n", V(11, 3),
     "discard a: revert r -/i/x, remove-files b -/i/b, delete b record-only, delete a record-only", "law 1", true},
    {"discard-under-NOW", CHAIN, V(11, 3), "discard c: delete c record-only", "law 7"},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/laws/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
