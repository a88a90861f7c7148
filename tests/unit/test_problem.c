// SPDX-License-Identifier: GPL-2.0-or-later
// Problems: each kind is found where it is, and a sound guest has none.

#include "engine/model/problem.h"
#include "tests/lib/world.h"

#define SOUND                                                          \
    "disk vda /i/b\n"                                                  \
    "image /i/base base 100\n"                                         \
    "image /i/a on:/i/base 10\n"                                       \
    "image /i/b on:/i/a 20\n"                                          \
    "snapshot a 1 shutoff\n"                                           \
    "ext vda /i/base /i/a\n"                                           \
    "snapshot b 2 shutoff parent=a\n"                                  \
    "ext vda /i/a /i/b\n"

typedef struct Case {
    const char *name;
    const char *world;
    const char *expected; // kinds with the snapshot concerned, gravest first
} Case;

static const char *kind_word(ProblemKind kind)
{
    switch (kind) {
    case PROBLEM_MISSING_IMAGE:
        return "missing";
    case PROBLEM_UNKNOWN_CHAIN:
        return "unknown";
    case PROBLEM_CONFLICT:
        return "conflict";
    case PROBLEM_CURRENT_MISMATCH:
        return "mismatch";
    case PROBLEM_NO_CURRENT:
        return "no-current";
    case PROBLEM_ORPHAN:
        return "orphan";
    case PROBLEM_CYCLE:
        return "cycle";
    case PROBLEM_INTERRUPTED_DELETE:
        return "interrupted";
    case PROBLEM_MERGED_BY_HAND:
        return "by-hand";
    case PROBLEM_SHARED_FROZEN:
        return "shared";
    case PROBLEM_LIVE_DIFFERS:
        return "live-differs";
    case PROBLEM_MANAGED_SAVE:
        return "managed-save";
    case PROBLEM_WRITTEN_FROZEN:
        return "written-frozen";
    case PROBLEM_NO_DEFINITION:
        return "no-definition";
    case PROBLEM_IDLE_LAYERS:
        return "idle-layers";
    }
    return "?";
}

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(GPtrArray) problems = picture_problems(picture);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];
        g_autofree char *sentence = problem_text(problem);

        g_string_append_printf(text, "%s%s:%s", i > 0 ? " " : "", kind_word(problem->kind),
                               problem->snapshot ? problem->snapshot : "-");
        g_assert_true(g_str_has_suffix(sentence, "."));
        g_assert_true(problems_about(problems, problem->snapshot));
    }
    g_assert_cmpstr(text->str, ==, c->expected);
}

static const Case cases[] = {
    {"sound", "guest web off\n" SOUND "current b\n", ""},
    {"empty", "guest web off\n", ""},
    {"missing", "guest web off\n" SOUND "current b\nimage /i/base missing ?\n", "missing:- missing:a missing:b"},
    {"removed-while-open", "guest web running\n" SOUND "current b\nimage /i/a on:/i/base 10 gone\n", "missing:- missing:b"},
    {"overwritten-while-open", "guest web running\n" SOUND "current b\nimage /i/a on:/i/base 10 overwritten\n",
     "conflict:- conflict:b"},
    {"missing-branch", "guest web off\n" SOUND "current b\nsnapshot c 3 shutoff parent=a\next vda /i/lost /i/gone\nimage /i/lost missing ?\n",
     "missing:c"},
    {"unknown", "guest web off\ndisk vda /i/b\n", "unknown:-"},
    {"cdrom-does-not-matter", "guest web off\ndisk sda /iso/x raw cdrom\n", ""},
    {"mismatch", "guest web off\n" SOUND "current a\n", "mismatch:a"},
    {"no-current", "guest web off\n" SOUND, "no-current:-"},
    {"orphan", "guest web off\n" SOUND "snapshot x 3 shutoff parent=gone\ncurrent b\n", "orphan:x"},
    {"cycle", "guest web off\n" SOUND "snapshot x 3 shutoff parent=x\ncurrent b\n", "cycle:x"},
    {"interrupted", "guest web off\n" SOUND "current b\nsnapshot z 9 shutoff parent=b\next vdz /i/z /i/zz marked\nimage /i/z base 1\n",
     "interrupted:z"},
    {"shared", "guest web off\n" SOUND "snapshot c 3 shutoff parent=b\next vda /i/base /i/c\ncurrent b\n", "shared:c"},
    {"written-frozen", "guest web off\ndisk vda /i/base\nimage /i/base base 1\nsnapshot a 1 shutoff\next vda /i/base /i/a\ncurrent a\n",
     "written-frozen:a by-hand:a"},
    {"written-below", "guest web off\ndisk vda /i/a\n" "image /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/a 1\n"
                      "snapshot b 2 shutoff\next vda /i/b /i/c\ncurrent b\n",
     "written-frozen:b mismatch:b"},
    {"tag-is-no-overlay", "guest web off\ndisk vda /i/a\nimage /i/a base 1\nsnapshot s 1 shutoff\nint vda /i/a\ncurrent s\n", ""},
    {"live-differs", "guest web running\n" SOUND "current b\ninactive vda /i/a\n", "live-differs:-"},
    {"managed-save", "guest web off\n" SOUND "current b\nflag managed-save\n", "managed-save:-"},
    {"no-definition", "guest web off\n" SOUND "current b\nsnapshot n 4 shutoff parent=b nodef\n", "no-definition:n"},
    {"overlay-higher-up", "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/m on:/i/base 1\nimage /i/o on:/i/m 1\n"
                          "snapshot a 1 shutoff\next vda /i/base /i/o\ncurrent a\n", ""},
    {"overlay-elsewhere", "guest web off\ndisk vda /i/o\nimage /i/base base 1\nimage /i/m base 1\nimage /i/o on:/i/m 1\n"
                          "snapshot a 1 shutoff\next vda /i/base /i/o\ncurrent a\n", "conflict:a"},
    {"layer-skipped", "guest web off\ndisk vda /i/b\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/base 1\n"
                      "snapshot a 1 shutoff\next vda /i/base /i/a\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\ncurrent b\n", "by-hand:a"},
    {"layer-remembered", "guest web off\ndisk vda /i/b\nimage /i/base base 1\nimage /i/a on:/i/base 1\nimage /i/b on:/i/base 1\n"
                         "snapshot a 1 shutoff\next vda /i/base /i/a\nrevert vda /i/b\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"
                         "current a\n", ""},
    {"loop", "guest web off\ndisk vda /1\nimage /1 on:/2 1\nimage /2 on:/1 1\n", "conflict:-"},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/problem/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
