// SPDX-License-Identifier: GPL-2.0-or-later
// Strict reading over json-glib. See json_in.h.
#include "engine/json/json_in.h"

#include "engine/model/image.h"

// ---- Parsing ---------------------------------------------------------------------------------

// Members seen per open object: json-glib keeps only the last of two with one name.
typedef struct Doubles {
    GHashTable *seen; // JsonObject * -> number of members
    bool found;
} Doubles;

static void member_seen(JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
    Doubles *doubles = data;
    guint members = GPOINTER_TO_UINT(g_hash_table_lookup(doubles->seen, object)) + 1;
    (void) parser;
    (void) name;
    g_hash_table_insert(doubles->seen, object, GUINT_TO_POINTER(members));
}

static void object_ended(JsonParser *parser, JsonObject *object, gpointer data)
{
    Doubles *doubles = data;
    guint members = GPOINTER_TO_UINT(g_hash_table_lookup(doubles->seen, object));
    (void) parser;
    if (members != json_object_get_size(object))
        doubles->found = true;
    g_hash_table_remove(doubles->seen, object);
}

JsonNode *json_in_parse(const char *text, gsize length, GError **error)
{
    if (!json_guard(text, length, error))
        return NULL;
    g_autoptr(GError) said = NULL;
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    Doubles doubles = {.seen = seen};
    g_signal_connect(parser, "object-member", G_CALLBACK(member_seen), &doubles);
    g_signal_connect(parser, "object-end", G_CALLBACK(object_ended), &doubles);
    if (!json_parser_load_from_data(parser, text, (gssize) length, &said)) {
        g_set_error(error, JSON_FAULT, JSON_FAULT_SYNTAX, "%s", said->message);
        return NULL;
    }
    if (doubles.found) {
        g_set_error(error, JSON_FAULT, JSON_FAULT_SYNTAX, "a member is given twice");
        return NULL;
    }
    return json_parser_steal_root(parser);
}

// ---- Faults and places -----------------------------------------------------------------------

void json_in_init(JsonIn *in)
{
    in->error = NULL;
    in->where = g_string_new(NULL);
}

bool json_in_end(JsonIn *in, GError **error)
{
    bool good = !in->error;
    g_string_free(in->where, TRUE);
    if (in->error)
        g_propagate_error(error, in->error);
    *in = (JsonIn){0};
    return good;
}

void json_in_fault(JsonIn *in, JsonFault code, const char *format, ...)
{
    if (in->error)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(&in->error, JSON_FAULT, code, "%s%s%s", in->where->str, in->where->len ? ": " : "",
                what);
}

gsize json_in_enter(JsonIn *in, const char *name, int index)
{
    gsize mark = in->where->len;
    g_string_append_printf(in->where, "%s%s", mark ? "." : "", name);
    if (index >= 0)
        g_string_append_printf(in->where, "[%d]", index);
    return mark;
}

void json_in_leave(JsonIn *in, gsize mark)
{
    g_string_truncate(in->where, mark);
}

static void expected(JsonIn *in, const char *name, const char *what)
{
    gsize mark = json_in_enter(in, name, -1);
    json_in_fault(in, JSON_FAULT_CONTENT, "%s is expected", what);
    json_in_leave(in, mark);
}

// ---- Values ----------------------------------------------------------------------------------

JsonObject *json_in_members(JsonIn *in, JsonNode *node, const char *const *names)
{
    if (in->error)
        return NULL;
    if (!node || !JSON_NODE_HOLDS_OBJECT(node)) {
        json_in_fault(in, JSON_FAULT_CONTENT, "an object is expected");
        return NULL;
    }
    JsonObject *object = json_node_get_object(node);
    JsonObjectIter iter;
    const char *name = NULL;
    json_object_iter_init(&iter, object);
    while (json_object_iter_next(&iter, &name, NULL)) {
        if (!g_strv_contains(names, name))
            json_in_fault(in, JSON_FAULT_CONTENT, "there is an unknown member \"%s\"", name);
    }
    for (unsigned i = 0; names[i]; i++) {
        if (!json_object_has_member(object, names[i]))
            json_in_fault(in, JSON_FAULT_CONTENT, "the member \"%s\" is missing", names[i]);
    }
    return in->error ? NULL : object;
}

JsonNode *json_in_node(JsonIn *in, JsonObject *object, const char *name)
{
    JsonNode *node = object && !in->error ? json_object_get_member(object, name) : NULL;
    if (object && !node)
        expected(in, name, "a value");
    return node;
}

// The member if it is a value of type `type`, else a fault.
static JsonNode *value(JsonIn *in, JsonObject *object, const char *name, GType type,
                       const char *what)
{
    JsonNode *node = json_in_node(in, object, name);
    if (node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type)
        return node;
    if (node)
        expected(in, name, what);
    return NULL;
}

static bool is_null(JsonObject *object, const char *name)
{
    return object && json_object_has_member(object, name) &&
           json_object_get_null_member(object, name);
}

char *json_in_text(JsonIn *in, JsonObject *object, const char *name)
{
    JsonNode *node = value(in, object, name, G_TYPE_STRING, "text");
    const char *text = node ? json_node_get_string(node) : NULL;
    if (text && g_utf8_validate(text, -1, NULL)) // lone surrogates come out as something else
        return g_strdup(text);
    if (text)
        expected(in, name, "text in UTF-8");
    return NULL;
}

char *json_in_text_or_null(JsonIn *in, JsonObject *object, const char *name)
{
    return is_null(object, name) ? NULL : json_in_text(in, object, name);
}

bool json_in_flag(JsonIn *in, JsonObject *object, const char *name)
{
    JsonNode *node = value(in, object, name, G_TYPE_BOOLEAN, "true or false");
    return node && json_node_get_boolean(node);
}

gint64 json_in_number(JsonIn *in, JsonObject *object, const char *name)
{
    JsonNode *node = value(in, object, name, G_TYPE_INT64, "a whole number");
    return node ? json_node_get_int(node) : 0;
}

gint64 json_in_size(JsonIn *in, JsonObject *object, const char *name)
{
    if (is_null(object, name))
        return SIZE_UNKNOWN;
    gint64 bytes = json_in_number(in, object, name);
    if (bytes >= 0)
        return bytes;
    expected(in, name, "a number of bytes, or null,");
    return SIZE_UNKNOWN;
}

int json_in_word(JsonIn *in, JsonObject *object, const char *name, const JsonWord *words)
{
    g_autofree char *text = json_in_text(in, object, name);
    for (const JsonWord *word = words; text && word->word; word++) {
        if (g_str_equal(text, word->word))
            return word->value;
    }
    if (text)
        expected(in, name, "another word");
    return words[0].value;
}

JsonArray *json_in_array(JsonIn *in, JsonObject *object, const char *name)
{
    JsonNode *node = json_in_node(in, object, name);
    if (node && JSON_NODE_HOLDS_ARRAY(node))
        return json_node_get_array(node);
    if (node)
        expected(in, name, "a list");
    return NULL;
}
