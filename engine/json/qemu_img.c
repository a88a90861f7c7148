// SPDX-License-Identifier: GPL-2.0-or-later
// Reading what qemu-img prints. The text describes an image that a guest may have written,
// so each member is checked for its type before it is believed.

#include "engine/json/qemu_img.h"

#include "engine/json/json_guard.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const char *text_member(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node)
                                                                   : NULL;
}

static gint64 size_member(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    gint64 size =
        node && json_node_get_value_type(node) == G_TYPE_INT64 ? json_node_get_int(node) : -1;

    return size >= 0 ? size : -1;
}

static GPtrArray *read_tags(JsonObject *object)
{
    GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
    JsonNode *node = json_object_get_member(object, "snapshots");
    JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

    for (guint i = 0; list && i < json_array_get_length(list); i++) {
        JsonNode *item = json_array_get_element(list, i);
        const char *name =
            JSON_NODE_HOLDS_OBJECT(item) ? text_member(json_node_get_object(item), "name") : NULL;

        if (name)
            g_ptr_array_add(tags, g_strdup(name));
    }
    return tags;
}

bool json_read_qemu_img(const char *text, gsize length, ImageFacts *facts, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    const char *backing;
    JsonObject *object;
    JsonNode *root;

    *facts = (ImageFacts){.allocation = -1, .capacity = -1};
    if (!json_guard(text, length, error))
        return false;
    if (!json_parser_load_from_data(parser, text, (gssize) length, error))
        return false;
    root = json_parser_get_root(parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root) ||
        !text_member(json_node_get_object(root), "format")) {
        g_set_error(error, JSON_FAULT, JSON_FAULT_CONTENT,
                    "what qemu-img printed describes no image");
        return false;
    }
    object = json_node_get_object(root);
    // The full name is the absolute one; it is left out where both are the same.
    backing = text_member(object, "full-backing-filename");
    facts->format = g_strdup(text_member(object, "format"));
    facts->backing = g_strdup(backing ? backing : text_member(object, "backing-filename"));
    facts->backing_format = g_strdup(text_member(object, "backing-filename-format"));
    facts->allocation = size_member(object, "actual-size");
    facts->capacity = size_member(object, "virtual-size");
    facts->tags = read_tags(object);
    return true;
}

static bool is_present(JsonNode *item)
{
    JsonNode *present = JSON_NODE_HOLDS_OBJECT(item) ? json_object_get_member(json_node_get_object(item), "present") : NULL;

    // A part of which nothing is said counts as held.
    return !present || json_node_get_value_type(present) != G_TYPE_BOOLEAN || json_node_get_boolean(present);
}

bool json_read_qemu_map(const char *text, gsize length, bool *holds, GError **error)
{
    // The guard knows objects only.
    g_autofree char *object = g_strdup_printf("{\"map\":%.*s}", (int) MIN(length, JSON_GUARD_BYTES), text);
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    JsonNode *map;
    JsonArray *parts;

    if (!json_guard(object, strlen(object), error) || !json_parser_load_from_data(parser, object, -1, error))
        return false;
    map = json_object_get_member(json_node_get_object(json_parser_get_root(parser)), "map");
    if (!map || !JSON_NODE_HOLDS_ARRAY(map)) {
        g_set_error(error, JSON_FAULT, JSON_FAULT_CONTENT, "what qemu-img printed is no map of an image");
        return false;
    }
    parts = json_node_get_array(map);
    *holds = json_array_get_length(parts) == 0;
    for (guint i = 0; i < json_array_get_length(parts); i++)
        *holds |= is_present(json_array_get_element(parts, i));
    return true;
}

char *json_write_top_layer(const char *path)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "driver");
    json_builder_add_string_value(builder, "qcow2");
    json_builder_set_member_name(builder, "file");
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "driver");
    json_builder_add_string_value(builder, "file");
    json_builder_set_member_name(builder, "filename");
    json_builder_add_string_value(builder, path);
    json_builder_end_object(builder);
    json_builder_set_member_name(builder, "backing");
    json_builder_add_null_value(builder);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    text = json_to_string(root, FALSE);
    return g_strconcat("json:", text, NULL);
}

void image_facts_clear(ImageFacts *facts)
{
    g_free(facts->format);
    g_free(facts->backing);
    g_free(facts->backing_format);
    if (facts->tags)
        g_ptr_array_unref(facts->tags);
    *facts = (ImageFacts){.allocation = -1, .capacity = -1};
}
