// SPDX-License-Identifier: GPL-2.0-or-later
// A world remembers what images read and which states a change touched. Here it is changed at random, and what it says
// is compared with what walking every chain from the top says. All changes together can be taken back.

#include "engine/model/world_edit.h"
#include "tests/lib/dump.h"
#include "tests/lib/world.h"

#include <string.h>

enum { ROUNDS = 300, CHANGES = 40 };

static const char *const paths[] = {"/i/base", "/i/a", "/i/b", "/i/c", "/i/d", "/i/e", "/i/lost"};

static const char guest[] = "guest web off\n"
                            "disk vda /i/e\n"
                            "image /i/base base 10\n"
                            "image /i/a on:/i/base 10\n"
                            "image /i/b on:/i/a 10\n"
                            "image /i/c on:/i/a 10\n"
                            "image /i/d on:/i/c 10\n"
                            "image /i/e on:/i/d 10\n"
                            "snapshot s1 1 shutoff\n"
                            "int vda /i/base\n"
                            "snapshot s2 2 shutoff parent=s1\n"
                            "ext vda /i/a /i/b\n"
                            "snapshot s3 3 shutoff parent=s2\n"
                            "ext vda /i/b /i/lost\n"
                            "snapshot s4 4 shutoff parent=s2\n"
                            "ext vda /i/d /i/e\n"
                            "snapshot s5 5 shutoff parent=s4\n"
                            "int vda /i/e\n"
                            "current s5\n";

static void write_data(GString *text, const WorldData *data)
{
    for (; data; data = data->older)
        g_string_append_printf(text, "%u ", data->id);
}

static char *walk(const World *world, const WorldNode *node)
{
    GString *text = g_string_new(NULL);
    const WorldImage *image = world_image(world, node->image);
    const WorldTag *tag = image && node->tag ? world_tag(world, image, node->tag) : NULL;
    const char *path = node->image;

    if (node->tag && !tag) {
        g_string_append_printf(text, "missing tag %s in %s", node->tag, node->image);
        return g_string_free(text, FALSE);
    }
    for (guint depth = 0; depth <= world->images->len; depth++) {
        if (!image || !image->exists) {
            g_string_append_printf(text, "missing %s", path);
            break;
        }
        write_data(text, depth == 0 && tag ? tag->data : image->data);
        if (image->backing_state == BACKING_UNKNOWN)
            g_string_append_printf(text, "unknown below %s", image->path);
        if (image->backing_state != BACKING_IMAGE)
            break;
        path = image->backing;
        image = world_image(world, path);
    }
    return g_string_free(text, FALSE);
}

// May `image` stand on `backing`? Not if that stands on it, or will once a missing image is there.
static bool may_stand_on(const World *world, const char *image, const char *backing)
{
    for (const char *at = backing; at; at = world_image(world, at) ? world_image(world, at)->backing : NULL)
        if (strcmp(at, image) == 0)
            return false;
    return true;
}

static void change_image(World *world, GRand *rand, WorldImage *image, const char *other)
{
    WorldImage *below = world_image(world, image->backing);
    g_autofree char *name = g_strdup_printf("s%d", g_rand_int_range(rand, 1, 7));
    WorldTag *tag = world_tag(world, image, name);

    switch (g_rand_int_range(rand, 0, 6)) {
    case 0:
        world_remove(world, image);
        break;
    case 1:
        if (image->backing && may_stand_on(world, image->path, other))
            world_set_backing(world, image, other);
        break;
    case 2:
        if (below)
            world_merge_down(world, image, below);
        break;
    case 3:
        if (tag)
            world_set_data(world, image, tag->data);
        break;
    case 4:
        if (tag)
            world_drop_tag(world, image, tag);
        else
            world_add_tag(world, image, world_text(world, name), image->data);
        break;
    default:
        if (may_stand_on(world, image->path, other))
            world_make_overlay(world, image->path, other);
    }
}

static void change(World *world, GRand *rand)
{
    WorldState *state = world->states->pdata[g_rand_int_range(rand, 0, (int) world->states->len)];
    const char *path = paths[g_rand_int_range(rand, 0, G_N_ELEMENTS(paths))];
    const char *other = paths[g_rand_int_range(rand, 0, G_N_ELEMENTS(paths))];
    WorldImage *image = world_image(world, path);

    if (g_rand_int_range(rand, 0, 5) == 0)
        world_set_node(world, state, state->nodes.pdata[0], path);
    else if (image)
        change_image(world, rand, image, other);
    else if (may_stand_on(world, path, other))
        world_make_overlay(world, path, other);
}

static char *all_read(const World *world)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < world->states->len; i++) {
        g_autofree char *one = walk(world, ((const WorldState *) world->states->pdata[i])->nodes.pdata[0]);

        g_string_append_printf(text, "%s\n", one);
    }
    return g_string_free(text, FALSE);
}

// Equal texts have equal contents and different ones different, among all states of a world.
static void check_contents(World *world, char **texts)
{
    for (guint i = 0; i < world->states->len; i++)
        for (guint j = 0; j < world->states->len; j++) {
            const WorldState *a = world->states->pdata[i], *b = world->states->pdata[j];

            g_assert_cmpint(world_read(world, a->nodes.pdata[0]) == world_read(world, b->nodes.pdata[0]), ==,
                            strcmp(texts[i], texts[j]) == 0);
            g_assert_cmpint(world_content_is_missing(world_read(world, a->nodes.pdata[0])), ==,
                            strstr(texts[i], "missing") != NULL);
        }
}

static bool is_it(const WorldState *state, gpointer data)
{
    return state == data;
}

static void check_change(World *world, char **before)
{
    g_autofree char *text = all_read(world);
    g_auto(GStrv) after = g_strsplit(text, "\n", -1);

    for (guint i = 0; i < world->states->len; i++) {
        WorldState *state = world->states->pdata[i];
        const WorldNode *node = state->nodes.pdata[0];

        if (strcmp(before[i], after[i]) != 0)
            g_assert_true(state->touched);
        g_assert_cmpint(world_read(world, node) == node->reads, ==, strcmp(before[i], after[i]) == 0);
        for (size_t p = 0; p < G_N_ELEMENTS(paths); p++)
            g_assert_cmpint(world_find_reaching(world, paths[p], false, is_it, state), ==,
                            world_reaches(world, state, paths[p]));
    }
    check_contents(world, after);
}

static void test_changes(void)
{
    g_autoptr(Picture) picture = world_picture(guest);
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261122);

    for (int round = 0; round < ROUNDS; round++) {
        g_autoptr(World) world = world_new(picture, NULL);
        g_autofree char *made = dump_world(world);
        g_autofree char *back = NULL;

        for (int i = 0; i < CHANGES; i++) {
            g_autofree char *text = all_read(world);
            g_auto(GStrv) before = g_strsplit(text, "\n", -1);

            for (guint s = 0; s < world->states->len; s++)
                world_settle(world, world->states->pdata[s]);
            world_forget_changes(world);
            for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--) // nothing is read between them
                change(world, rand);
            check_change(world, before);
        }
        world_restart(world);
        back = dump_world(world);
        g_assert_cmpstr(back, ==, made);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/world/changes-reach-whoever-reads", test_changes);
    return g_test_run();
}
