// SPDX-License-Identifier: GPL-2.0-or-later
// What the plan foresaw against what is found: what NOW and the next start write to, each record, each image
// with what it stands on and holds inside. Main thread.
//
// The foreseen picture is the plan's "afterwards", read here as plain JSON. Overlays that libvirt names itself
// stand in it under a name of their own; which one is meant is learnt from where NOW writes.
#include "tests/qemu/oracle.h"

#include <json-glib/json-glib.h>
#include <string.h>

typedef struct Foreseen {
    JsonObject *picture;
    const Seen *found;
    GHashTable *names; // placeholder -> what libvirt called it
    GPtrArray *differences;
} Foreseen;

static void differ(Foreseen *f, const char *what, const char *foreseen, const char *found)
{
    if (g_strcmp0(foreseen, found) != 0)
        g_ptr_array_add(f->differences, g_strdup_printf("%s: foreseen %s, found %s", what,
                                                        foreseen ? foreseen : "nothing", found ? found : "nothing"));
}

static const char *text_of(JsonObject *object, const char *member)
{
    return json_object_get_string_member_with_default(object, member, NULL);
}

// A path of the foreseen picture as it is called now.
static const char *path_of(const Foreseen *f, JsonObject *object, const char *member)
{
    const char *path = text_of(object, member);
    const char *name = path ? g_hash_table_lookup(f->names, path) : NULL;
    return name ? name : path;
}

static JsonObject *element(JsonArray *list, const char *key, const char *value)
{
    for (guint i = 0; i < json_array_get_length(list); i++)
        if (g_strcmp0(text_of(json_array_get_object_element(list, i), key), value) == 0)
            return json_array_get_object_element(list, i);
    return NULL;
}

static void learn_names(Foreseen *f)
{
    JsonArray *now = json_object_get_array_member(f->picture, "now");
    JsonArray *images = json_object_get_array_member(f->picture, "images");
    for (int d = 0; d < DISKS; d++) {
        JsonObject *node = element(now, "target", DISK_NAMES[d]);
        JsonObject *image = node ? element(images, "path", text_of(node, "image")) : NULL;
        if (image && json_object_get_boolean_member(image, "named_by_libvirt") && f->found->now[d].image)
            g_hash_table_insert(f->names, g_strdup(text_of(image, "path")), g_strdup(f->found->now[d].image));
    }
}

// ---- Where the guest writes ---------------------------------------------------------------------

static void compare_nodes(Foreseen *f, const char *member, const char *what)
{
    JsonArray *nodes = json_object_get_array_member(f->picture, member);
    for (int d = 0; d < DISKS; d++) {
        JsonObject *node = element(nodes, "target", DISK_NAMES[d]);
        const char *found = member[2] == 'w' ? f->found->now[d].image : f->found->next[d];
        g_autofree char *place = g_strdup_printf("%s, %s", what, DISK_NAMES[d]);
        differ(f, place, node ? path_of(f, node, "image") : NULL, found);
    }
}

// ---- Records ------------------------------------------------------------------------------------

static bool is_left_out(const char *mode)
{
    return !mode || strcmp(mode, "no") == 0;
}

static void compare_record_disk(Foreseen *f, const SeenSnapshot *found, JsonObject *disk, int d)
{
    const char *members[] = {"mode", "frozen", "overlay", "revert"};
    const SeenDisk *is = &found->disks[d];
    const char *values[] = {is->mode, is->stored, is->written, is->revert};
    // libvirt forgets the entry of a disk that is left out (H84), and who writes the record again makes it anew.
    if ((!disk || !is->mode) && is_left_out(disk ? path_of(f, disk, "mode") : NULL) && is_left_out(is->mode))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autofree char *place = g_strdup_printf("record of %s, %s, %s", found->name, DISK_NAMES[d], members[i]);
        differ(f, place, disk ? path_of(f, disk, members[i]) : NULL, values[i]);
    }
}

static void compare_record(Foreseen *f, JsonObject *record, const SeenSnapshot *found)
{
    g_autofree char *parent = g_strdup_printf("parent of %s", found->name);
    g_autofree char *memory = g_strdup_printf("memory file of %s", found->name);
    JsonArray *disks = json_object_get_array_member(record, "disks");
    differ(f, parent, text_of(record, "parent"), found->parent);
    differ(f, memory, text_of(record, "memory_file"), found->memory);
    for (int d = 0; d < DISKS; d++)
        compare_record_disk(f, found, element(disks, "target", DISK_NAMES[d]), d);
}

static void compare_records(Foreseen *f)
{
    JsonArray *records = json_object_get_array_member(f->picture, "snapshots");
    for (guint i = 0; i < json_array_get_length(records); i++) {
        JsonObject *record = json_array_get_object_element(records, i);
        const SeenSnapshot *found = seen_find(f->found, text_of(record, "name"));
        if (found)
            compare_record(f, record, found);
        else
            differ(f, "snapshots", text_of(record, "name"), NULL);
    }
    for (guint i = 0; i < f->found->snapshots->len; i++) {
        const SeenSnapshot *found = g_ptr_array_index(f->found->snapshots, i);
        if (!element(records, "name", found->name))
            differ(f, "snapshots", NULL, found->name);
    }
    differ(f, "current", text_of(f->picture, "current"), f->found->current);
}

// ---- Images -------------------------------------------------------------------------------------

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static char *tags_text(JsonObject *image)
{
    JsonArray *tags = json_object_get_array_member(image, "tags");
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < json_array_get_length(tags); i++)
        g_ptr_array_add(names, (char *) json_array_get_string_element(tags, i));
    g_ptr_array_sort(names, by_text);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **) names->pdata);
}

static void compare_image(Foreseen *f, JsonObject *image, const SeenImage *found)
{
    g_autofree char *stands = g_strdup_printf("%s stands on", found->path);
    g_autofree char *holds = g_strdup_printf("%s holds inside", found->path);
    g_autofree char *tags = tags_text(image), *found_tags = g_strjoinv(" ", found->tags);
    if (json_object_get_boolean_member(image, "backing_known"))
        differ(f, stands, path_of(f, image, "backing"), found->backing);
    differ(f, holds, tags, found_tags);
}

static bool is_memory_file(const Foreseen *f, const char *path)
{
    return element(json_object_get_array_member(f->picture, "snapshots"), "memory_file", path) != NULL;
}

static JsonObject *foreseen_image(const Foreseen *f, const char *path)
{
    JsonArray *images = json_object_get_array_member(f->picture, "images");
    for (guint i = 0; i < json_array_get_length(images); i++)
        if (g_strcmp0(path_of(f, json_array_get_object_element(images, i), "path"), path) == 0)
            return json_array_get_object_element(images, i);
    return NULL;
}

static void compare_images(Foreseen *f, const Seen *before)
{
    JsonArray *images = json_object_get_array_member(f->picture, "images");
    for (guint i = 0; i < f->found->images->len; i++) {
        const SeenImage *found = g_ptr_array_index(f->found->images, i);
        JsonObject *image = foreseen_image(f, found->path);
        if (image)
            compare_image(f, image, found);
        else if (!is_memory_file(f, found->path) && !seen_has_file(before, found->path)) // a stray of earlier times
            differ(f, "files", NULL, found->path);
    }
    for (guint i = 0; i < json_array_get_length(images); i++) {
        const char *path = path_of(f, json_array_get_object_element(images, i), "path");
        if (!seen_has_file(f->found, path))
            differ(f, "files", path, NULL);
    }
}

bool foreseen_compare(const char *plan, const Seen *before, const Seen *found, GPtrArray *differences)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!plan || !json_parser_load_from_data(parser, plan, -1, NULL))
        return false;
    JsonNode *node = json_object_get_member(json_node_get_object(json_parser_get_root(parser)), "afterwards");
    if (!node || !JSON_NODE_HOLDS_OBJECT(node))
        return false;
    Foreseen f = {json_node_get_object(node), found, names, differences};
    learn_names(&f);
    compare_nodes(&f, "now", "NOW writes to");
    compare_nodes(&f, "next_start", "the next start writes to");
    compare_records(&f);
    compare_images(&f, before);
    return true;
}
