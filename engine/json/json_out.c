// SPDX-License-Identifier: GPL-2.0-or-later
// A thin layer over JsonBuilder. See json_out.h.
#include "engine/json/json_out.h"

#include "engine/model/image.h"

#include <string.h>

JsonOut *json_out_new(void)
{
    return json_builder_new();
}

// Characters that act on a terminal, or on the order in which text is shown. RFC 8259 lets them
// stand; they can only be inside strings, so each may be written as an escape.
static bool is_active(gunichar c)
{
    return (c >= 0x7f && c <= 0x9f) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static char *escape_active(const char *text)
{
    GString *safe = g_string_sized_new(strlen(text) + 1);
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (is_active(c))
            g_string_append_printf(safe, "\\u%04x", c);
        else
            g_string_append_len(safe, at, g_utf8_next_char(at) - at);
    }
    g_string_append_c(safe, '\n');
    return g_string_free(safe, FALSE);
}

static char *finish(JsonOut *out, bool pretty)
{
    g_autoptr(JsonNode) root = json_builder_get_root(out);
    g_autofree char *text = json_to_string(root, pretty);
    g_object_unref(out);
    return escape_active(text);
}

char *json_out_finish(JsonOut *out)
{
    return finish(out, true);
}

char *json_out_finish_line(JsonOut *out)
{
    return finish(out, false);
}

static JsonOut *member(JsonOut *out, const char *name)
{
    return name ? json_builder_set_member_name(out, name) : out;
}

void json_out_object(JsonOut *out, const char *name)
{
    json_builder_begin_object(member(out, name));
}

void json_out_object_end(JsonOut *out)
{
    json_builder_end_object(out);
}

void json_out_list(JsonOut *out, const char *name)
{
    json_builder_begin_array(member(out, name));
}

void json_out_list_end(JsonOut *out)
{
    json_builder_end_array(out);
}

void json_out_text(JsonOut *out, const char *name, const char *text)
{
    g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;
    member(out, name);
    if (valid)
        json_builder_add_string_value(out, valid);
    else
        json_builder_add_null_value(out);
}

void json_out_number(JsonOut *out, const char *name, gint64 number)
{
    json_builder_add_int_value(member(out, name), number);
}

void json_out_size(JsonOut *out, const char *name, gint64 bytes)
{
    if (bytes == SIZE_UNKNOWN)
        json_builder_add_null_value(member(out, name));
    else
        json_out_number(out, name, bytes);
}

void json_out_flag(JsonOut *out, const char *name, bool flag)
{
    json_builder_add_boolean_value(member(out, name), flag);
}

void json_out_word(JsonOut *out, const char *name, const JsonWord *words, int value)
{
    while (words->word && words->value != value)
        words++;
    json_out_text(out, name, words->word);
}

void json_out_texts(JsonOut *out, const char *name, const GPtrArray *texts)
{
    json_out_list(out, name);
    for (guint i = 0; texts && i < texts->len; i++)
        json_out_text(out, NULL, g_ptr_array_index(texts, i));
    json_out_list_end(out);
}
