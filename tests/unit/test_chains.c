// SPDX-License-Identifier: GPL-2.0-or-later
// The images of a guest for people to read: their trees, and what plans of the rules do to them.

#include "engine/model/chains.h"
#include "tests/lib/world.h"

#include <string.h>

#define CHAIN                                                                                                \
    "guest web off\ndisk vda /i/c\n"                                                                          \
    "image /i/base base 100\nimage /i/a on:/i/base 10\nimage /i/b on:/i/a 20\nimage /i/c on:/i/b 30\n"        \
    "files /i\nspace /i 40000\n"                                                                              \
    "snapshot a 1 shutoff\next vda /i/base /i/a\n"                                                            \
    "snapshot b 2 shutoff parent=a\next vda /i/a /i/b\n"                                                      \
    "snapshot c 3 shutoff parent=b\next vda /i/b /i/c\ncurrent c\n"

static void add_names(GString *text, const char *label, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? label : ",", (const char *) names->pdata[i]);
}

static char *chains_text(const GPtrArray *chains)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < chains->len; i++) {
        const Chain *chain = chains->pdata[i];

        g_string_append_printf(text, "%s\n", chain->target);
        for (guint j = 0; j < chain->images->len; j++) {
            const ChainImage *image = chain->images->pdata[j];

            g_string_append_printf(text, "%*s%s%s%s%s%s%s%s", (int) image->depth, "", image->path,
                                   image->live ? " LIVE" : "", image->missing ? " missing" : "",
                                   image->unknown ? " ?" : "", image->made ? " made" : "",
                                   image->unnamed ? " unnamed" : "", image->rewritten ? " rewritten" : "");
            add_names(text, " frozen=", image->frozen);
            add_names(text, " tags=", image->tags);
            add_names(text, " after=", image->after);
            g_string_append_c(text, '\n');
        }
    }
    return g_string_free(text, FALSE);
}

static void assert_picture(const char *world, const char *expected)
{
    g_autoptr(Picture) picture = world_picture(world);
    g_autoptr(Reach) reach = reach_new(picture);
    g_autoptr(GPtrArray) chains = picture_chains(picture, reach);
    g_autofree char *text = chains_text(chains);

    g_assert_cmpstr(text, ==, expected);
}

static void test_pictures(void)
{
    assert_picture(CHAIN, "vda\n/i/base frozen=a\n/i/a frozen=b after=a\n/i/b frozen=c after=b\n/i/c LIVE after=c\n");
    assert_picture("guest web off\n", "");
    assert_picture("guest web off\ndisk vda /i/x\n", "vda\n/i/x LIVE ?\n");
    assert_picture("guest web off\ndisk sda /i/w\nimage /i/w base 9\nsnapshot a 1 shutoff\nint sda /i/w\ncurrent a\n",
                   "sda\n/i/w LIVE tags=a\n");
    // Two branches: what NOW writes comes last; a record's overlay that is nowhere is not listed.
    assert_picture("guest web off\ndisk vda /i/new\nimage /i/base base 9\nimage /i/a on:/i/base 1\n"
                   "image /i/new on:/i/base 1\nimage /i/gone missing ?\n"
                   "snapshot a 1 shutoff\next vda /i/base /i/gone\n"
                   "snapshot b 2 shutoff parent=a\next vda /i/a /i/nowhere\ncurrent a\n",
                   "vda\n/i/base frozen=a\n /i/a frozen=b\n /i/new LIVE\n");
    // A missing base, and a circle that foreign records draw.
    assert_picture("guest web off\ndisk vda /i/b\nimage /i/a missing ?\nimage /i/b on:/i/a 1\n",
                   "vda\n/i/a missing\n/i/b LIVE\n");
    assert_picture("guest web off\ndisk vda /i/b\nimage /i/a on:/i/b 1\nimage /i/b on:/i/a 1\n",
                   "vda\n/i/a\n/i/b LIVE\n");
}

static void assert_reached(const Chain *chain, const char *path, unsigned snapshots, bool now)
{
    g_assert_cmpuint(chain_image(chain, path)->reached, ==, snapshots);
    g_assert_cmpint(chain_image(chain, path)->reached_now, ==, now);
}

static void test_reached(void)
{
    g_autoptr(Picture) picture = world_picture(
        "guest web off\ndisk vda /i/top\nimage /i/base base 9\nimage /i/a on:/i/base 1\nimage /i/top on:/i/base 1\n"
        "snapshot a 1 shutoff\next vda /i/base /i/a\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/nowhere\n"
        "snapshot t 3 shutoff parent=a\nint vda /i/top\ncurrent t\n");
    g_autoptr(Reach) reach = reach_new(picture);
    g_autoptr(GPtrArray) chains = picture_chains(picture, reach);
    const Chain *chain = chains_find(chains, "vda");

    assert_reached(chain, "/i/base", 3, true); // a itself, b and the tag t through what stands on it
    assert_reached(chain, "/i/a", 1, false);
    assert_reached(chain, "/i/top", 0, true); // its tag is not its content
    g_assert_null(chains_find(chains, "vdb"));
    g_assert_null(chain_image(chain, "/i/other"));
}

// A plan of the rules, and what it leaves.
static GPtrArray *after_of(const char *text, const Wish *wish)
{
    g_autoptr(Picture) picture = world_picture(text);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Host) host = world_host(LIBVIRT_VERSION(11, 3, 0), NULL);
    g_autoptr(Reach) reach = reach_new(picture);
    g_autoptr(GPtrArray) before = picture_chains(picture, reach);
    g_autoptr(Plan) plan = plan_make(wish, picture, neighbours, host, 1000);

    return plan_chains(plan, before, domain_now(picture->domain));
}

static void test_merge(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "5a9a2f4e-0000-4000-8000-000000000001", "web", "b");
    g_autoptr(GPtrArray) after = after_of(CHAIN, wish);
    g_autofree char *text = chains_text(after);

    g_assert_cmpstr(text, ==, "vda\n/i/base frozen=a\n/i/a rewritten frozen=c after=a\n/i/c LIVE after=c\n");
}

static void test_revert(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, "5a9a2f4e-0000-4000-8000-000000000001", "web", "b");
    g_autoptr(GPtrArray) after = NULL;
    g_autofree char *text = NULL;

    wish->now = NOW_LOSE;
    after = after_of(CHAIN, wish);
    text = chains_text(after);
    g_assert_true(g_str_has_prefix(text, "vda\n/i/base frozen=a\n/i/a frozen=b after=a\n /i/b frozen=c after=b\n "));
    g_assert_nonnull(strstr(text, " LIVE made unnamed"));
}

static void test_revert_inside(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, "5a9a2f4e-0000-4000-8000-000000000001", "web", "a");
    g_autoptr(GPtrArray) after = NULL;
    g_autofree char *text = NULL;

    wish->now = NOW_LOSE;
    after = after_of("guest web off\ndisk sda /i/w\nimage /i/w base 9\nsnapshot a 1 shutoff\nint sda /i/w\n"
                     "current a\n", wish);
    text = chains_text(after);
    g_assert_cmpstr(text, ==, "sda\n/i/w LIVE rewritten tags=a\n");
}

static void test_refused(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "5a9a2f4e-0000-4000-8000-000000000001", "web", "nobody");

    g_assert_null(after_of(CHAIN, wish));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chains/pictures", test_pictures);
    g_test_add_func("/chains/reached", test_reached);
    g_test_add_func("/chains/merge", test_merge);
    g_test_add_func("/chains/revert", test_revert);
    g_test_add_func("/chains/revert-inside", test_revert_inside);
    g_test_add_func("/chains/refused", test_refused);
    return g_test_run();
}
