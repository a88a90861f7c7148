// SPDX-License-Identifier: GPL-2.0-or-later
// What the images themselves tell: what each stands on, and which snapshots it holds inside. A file that did
// not change since (stat tells) is not asked again. Main thread.
#include "tests/qemu/oracle.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

void seen_image_free(SeenImage *image)
{
    g_free(image->path);
    g_free(image->backing);
    g_strfreev(image->tags);
    g_free(image);
}

static char *print_of(const char *path)
{
    GStatBuf s;
    if (g_stat(path, &s) != 0)
        return NULL;
    return g_strdup_printf("%s %lu %ld %ld.%09ld %ld.%09ld", path, (unsigned long) s.st_ino, (long) s.st_size,
                           (long) s.st_mtim.tv_sec, s.st_mtim.tv_nsec, (long) s.st_ctim.tv_sec, s.st_ctim.tv_nsec);
}

// qemu-img's description as JSON; NULL: it cannot be read. Kept here.
static const char *description_of(const char *path)
{
    static GHashTable *known; // print -> description
    if (!known)
        known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *print = print_of(path);
    const char *same = print ? g_hash_table_lookup(known, print) : NULL;
    if (same || !print)
        return same;
    g_auto(Said) said = {0};
    const char *words[] = {"qemu-img", "info", "-U", "--output=json", path, NULL};
    command_run(&said, words);
    if (said.status != 0)
        return NULL;
    char *text = g_steal_pointer(&said.out);
    g_hash_table_insert(known, g_steal_pointer(&print), text);
    return text;
}

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static char **tags_of(JsonObject *image)
{
    JsonArray *tags = json_object_has_member(image, "snapshots") ? json_object_get_array_member(image, "snapshots") : NULL;
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; tags && i < json_array_get_length(tags); i++)
        g_ptr_array_add(names, g_strdup(json_object_get_string_member(json_array_get_object_element(tags, i), "name")));
    g_ptr_array_sort(names, by_text);
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(names, FALSE);
}

SeenImage *seen_image_look(const char *path)
{
    SeenImage *seen = g_new0(SeenImage, 1);
    g_autoptr(JsonParser) parser = json_parser_new();
    const char *text = description_of(path);
    seen->path = g_strdup(path);
    if (!text || !json_parser_load_from_data(parser, text, -1, NULL)) {
        seen->tags = g_new0(char *, 1);
        return seen;
    }
    JsonObject *image = json_node_get_object(json_parser_get_root(parser));
    seen->backing = g_strdup(json_object_get_string_member_with_default(image, "full-backing-filename", NULL));
    seen->tags = tags_of(image);
    return seen;
}
