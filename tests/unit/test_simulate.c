// SPDX-License-Identifier: GPL-2.0-or-later
// The picture that a plan ends with, as the oracle (tests/qemu/oracle) compares it with what a daemon leaves.
//
// Each case is a guest, a libvirt, steps written by hand, and the picture after the last one. Where a real daemon
// was seen to leave something else, that became a case here.

#include "engine/model/laws.h"
#include "engine/model/world.h"
#include "tests/lib/steps.h"
#include "tests/lib/world.h"

#include <string.h>

#define V(major, minor) LIBVIRT_VERSION(major, minor, 0)

typedef struct Case {
    const char *name;
    const char *world;
    unsigned long version;
    const char *steps; // tests/lib/steps.h
    bool lose_now;
    // "current; now; a<parent disk:mode frozen overlay revert ~memory; ...; files". What is not there is "-".
    const char *after;
} Case;

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static void write_record(GString *text, const WorldRecord *record)
{
    static const char *const modes[] = {[DISK_MODE_DEFAULT] = "default", [DISK_MODE_NO] = "no",
                                        [DISK_MODE_INTERNAL] = "in", [DISK_MODE_EXTERNAL] = "ex"};

    g_string_append_printf(text, "%s<%s", record->name, record->parent ? record->parent : "");
    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];

        g_string_append_printf(text, " %s:%s %s %s %s", disk->target, modes[disk->mode], disk->frozen ? disk->frozen : "-",
                               disk->overlay ? disk->overlay : "-", disk->revert ? disk->revert : "-");
    }
    if (record->memory_file)
        g_string_append_printf(text, " ~%s", record->memory_file);
    g_string_append(text, "; ");
}

// "/i/b/base[tag]" for each image that exists, in the order of their names: what it is, on what.
static void write_files(GString *text, const World *world)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < world->images->len; i++) {
        const WorldImage *image = world->images->pdata[i];
        g_autoptr(GString) file = g_string_new(image->path);

        if (!image->exists)
            continue;
        if (image->backing)
            g_string_append_printf(file, ">%s", image->backing);
        for (guint j = 0; j < image->tags.len; j++)
            g_string_append_printf(file, "[%s]", ((const WorldTag *) image->tags.pdata[j])->name);
        g_ptr_array_add(files, g_strdup(file->str));
    }
    g_ptr_array_sort(files, by_text);
    for (guint i = 0; i < files->len; i++)
        g_string_append_printf(text, "%s%s", i ? " " : "", (const char *) files->pdata[i]);
}

static char *write_world(const World *world)
{
    GString *text = g_string_new(world->current ? world->current : "-");
    const WorldState *now = world_state(world, NULL);

    g_string_append_c(text, ';');
    for (guint i = 0; i < now->nodes.len; i++) {
        const WorldNode *node = now->nodes.pdata[i];

        g_string_append_printf(text, " %s=%s", node->target, node->image);
    }
    g_string_append(text, "; ");
    for (guint i = 0; i < world->records->len; i++)
        write_record(text, world->records->pdata[i]);
    write_files(text, world);
    return g_string_free(text, FALSE);
}

static void test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Picture) picture = world_picture(c->world);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autoptr(Host) host = world_host(c->version, NULL);
    g_autoptr(Plan) plan = steps_plan(c->steps, c->lose_now);
    g_autoptr(Plan) copy = NULL;
    g_autofree char *after = NULL;

    laws_judge(plan, NULL, picture, neighbours, host);
    for (guint i = 0; i < plan->reasons->len; i++)
        g_test_message("%s", ((const Reason *) plan->reasons->pdata[i])->text);
    g_assert_nonnull(plan->afterwards);
    copy = plan_copy(plan);
    after = write_world(copy->afterwards);
    g_assert_cmpstr(after, ==, c->after);
}

#define ONE "guest web off\ndisk vda /i/a\nimage /i/base base 1\nimage /i/a on:/i/base 1\n"
#define WITH_MEMORY ONE "image /i/m base 1\nsnapshot a 1 running memory=/i/m\next vda /i/base /i/a\ncurrent a\n"
#define LEFT_OUT ONE "disk vdb /i/q\nimage /i/p base 1\nimage /i/q on:/i/p 1\n" \
    "snapshot a 1 shutoff\next vda /i/base /i/a\nout vdb /i/p\ncurrent a\n"
#define OFF ONE "snapshot a 1 shutoff\next vda /i/base /i/a\ncurrent a\n"

static const Case cases[] = {
    {"create", OFF, V(11, 3), "create b vda=/i/b", false,
     "b; vda=/i/b; a< vda:ex /i/base /i/a -; b<a vda:ex /i/a /i/b -; /i/a>/i/base /i/b>/i/a /i/base"},
    {"create-inside", "guest web off\ndisk vda /i/base\nimage /i/base base 1\n", V(11, 3), "create t vda=in", false,
     "t; vda=/i/base; t< vda:in /i/base - -; /i/base[t]"},
    {"delete-takes-the-memory-file", WITH_MEMORY, V(11, 3), "delete a -/i/a ~/i/m", false, "-; vda=/i/base; /i/base"},
    {"delete-leaves-the-memory-file-H22", WITH_MEMORY, V(9, 0), "delete a -/i/a", false, "-; vda=/i/base; /i/base /i/m"},
    {"revert-of-a-leaf", OFF, V(11, 3), "revert a -/i/a", true,
     "a; vda=/i/base.reverted-1; a< vda:ex /i/base /i/base.reverted-1 -; /i/base /i/base.reverted-1>/i/base"},
    {"revert-under-a-child", OFF "image /i/b on:/i/a 1\ndisk vda /i/b\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\ncurrent b\n",
     V(11, 3), "revert a -/i/b", true,
     "a; vda=/i/base.reverted-1; a< vda:ex /i/base /i/a /i/base.reverted-1; b<a vda:ex /i/a /i/b -; "
     "/i/a>/i/base /i/base /i/base.reverted-1>/i/base"},
    {"copied-below-NOW", OFF, V(9, 0), "delete a: commit a vda=/i/base</i/a, define web vda=/i/base, delete a record-only, "
     "remove-files a -/i/a", false, "-; vda=/i/base; /i/base"},
    {"copied-below-others", OFF "image /i/b on:/i/a 1\ndisk vda /i/b\nsnapshot b 2 shutoff parent=a\next vda /i/a /i/b\ncurrent b\n",
     V(11, 3), "delete a: commit a vda=/i/base</i/a, rebase a vda=/i/b>/i/base, follow b vda=/i/base>/i/a, delete a record-only, "
     "remove-files a -/i/a", false,
     "b; vda=/i/b; b< vda:ex /i/base /i/b -; /i/b>/i/base /i/base"},
    {"branch-leaves-a-disk-out", LEFT_OUT, V(12, 8),
     "make-layers web vda=/i/x>/i/base, make-layers web vda=/i/y>/i/x, record n of:a vda=/i/y>/i/x, define web vda=/i/y of:a", true,
     "n; vda=/i/y vdb=/i/q; a< vda:ex /i/base /i/a - vdb:no /i/p - -; n<a vda:ex /i/x /i/y - vdb:no /i/q - -; "
     "/i/a>/i/base /i/base /i/p /i/q>/i/p /i/x>/i/base /i/y>/i/x"},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/simulate/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
