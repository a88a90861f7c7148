// SPDX-License-Identifier: GPL-2.0-or-later
// A world in words, tables and lists as they are.

#include "tests/lib/dump.h"

#include <stdlib.h>
#include <string.h>

static void dump_nodes(GString *text, const PoolList *nodes)
{
    for (guint i = 0; i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];

        g_string_append_printf(text, " %s=%s[%s] reads %p", node->target, node->image, node->tag, (const void *) node->reads);
    }
    g_string_append_c(text, '\n');
}

static void dump_list(GString *text, const char *what, const PoolList *list)
{
    g_string_append_printf(text, " %s:", what);
    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, " %p", list->pdata[i]);
}

static void dump_image(GString *text, const WorldImage *image)
{
    g_string_append_printf(text, "image %s %d>%s %d%d%d%d holds", image->path, (int) image->backing_state, image->backing,
                           image->exists, image->made, image->unnamed, image->named);
    for (const WorldData *data = image->data; data; data = data->older)
        g_string_append_printf(text, " %u", data->id);
    for (guint i = 0; i < image->tags.len; i++) {
        const WorldTag *tag = image->tags.pdata[i];

        g_string_append_printf(text, " [%s %p]", tag->name, (const void *) tag->data);
    }
    g_string_append_c(text, '\n');
}

static void dump_state(GString *text, const WorldState *state)
{
    g_string_append_printf(text, "state %s %s %s %d%d %u:", state->guest, state->name, state->memory_file, state->given_up,
                           state->touched, state->order);
    dump_nodes(text, &state->nodes);
}

static void dump_record(GString *text, const World *world, const WorldRecord *record)
{
    const PoolList *children = world_children_of(world, record->name);

    g_string_append_printf(text, "record %s %s %s %u:", record->name, record->parent, record->memory_file, record->order);
    for (guint i = 0; i < record->disks.len; i++) {
        const WorldDisk *disk = record->disks.pdata[i];

        g_string_append_printf(text, " %s %d %s %s %s", disk->target, (int) disk->mode, disk->frozen, disk->overlay,
                               disk->revert);
    }
    if (children)
        dump_list(text, "children", children);
    g_string_append_c(text, '\n');
}

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static void dump_places(GString *text, const World *world)
{
    g_autofree gpointer *paths = g_hash_table_get_keys_as_array(world->places, NULL);
    guint n = g_hash_table_size(world->places);

    qsort(paths, n, sizeof(gpointer), by_text);
    for (guint i = 0; i < n; i++) {
        const WorldPlace *place = world_place(world, paths[i]);

        g_string_append_printf(text, "place %s %p frozen %u", (const char *) paths[i], (const void *) place->image,
                               place->frozen);
        dump_list(text, "overlays", &place->overlays);
        dump_list(text, "states", &place->states);
        g_string_append_c(text, '\n');
    }
}

static void dump_tables(GString *text, const World *world)
{
    g_string_append_printf(text, "tables %u %u %u", g_hash_table_size(world->by_name), g_hash_table_size(world->recorded),
                           g_hash_table_size(world->tags));
    for (guint i = 0; i < world->images->len; i++) {
        const WorldImage *image = world->images->pdata[i];

        for (guint j = 0; j < image->tags.len; j++)
            g_string_append_printf(text, " %p", (const void *) world_tag(world, image, ((const WorldTag *)
                                                                                       image->tags.pdata[j])->name));
    }
    for (guint i = 0; i < world->records->len; i++) {
        const char *name = ((const WorldRecord *) world->records->pdata[i])->name;

        g_string_append_printf(text, " %p %p", (const void *) world_record(world, name),
                               (const void *) world_state(world, name));
    }
    g_string_append_c(text, '\n');
}

char *dump_world(const World *world)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%s current %s active %d touched %u removed %u\n", world->guest, world->current,
                           world->active, world->touched->len, world->removed->len);
    for (guint i = 0; i < world->images->len; i++)
        dump_image(text, world->images->pdata[i]);
    for (guint i = 0; i < world->states->len; i++)
        dump_state(text, world->states->pdata[i]);
    for (guint i = 0; i < world->configs->len; i++) {
        const WorldConfig *config = world->configs->pdata[i];

        g_string_append_printf(text, "config %s %d:", config->guest, (int) config->start);
        dump_nodes(text, &config->nodes);
    }
    for (guint i = 0; i < world->records->len; i++)
        dump_record(text, world, world->records->pdata[i]);
    dump_places(text, world);
    dump_tables(text, world);
    return g_string_free(text, FALSE);
}
