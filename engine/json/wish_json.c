// SPDX-License-Identifier: GPL-2.0-or-later
// The wish inside a plan file. Each verb has its own members, so that a choice of one verb cannot
// stand unseen in the file of another.
#include "engine/json/wish_json.h"

#include "engine/json/json_words.h"
#include "engine/model/naming.h"

#include <string.h>

#define LINE_LIMIT  4096  // bytes: names, paths
#define PROSE_LIMIT 65536 // bytes: descriptions, sentences

// ---- What may be believed --------------------------------------------------------------------

static void check_text(JsonIn *in, const char *name, const char *text, gsize limit,
                       const char *spared)
{
    gsize mark = json_in_enter(in, name, -1);
    if (text && strlen(text) > limit)
        json_in_fault(in, JSON_FAULT_CONTENT, "the text is too long");
    for (const char *at = text; at && *at; at = g_utf8_next_char(at)) {
        if (g_unichar_iscntrl(g_utf8_get_char(at)) && !strchr(spared, *at))
            json_in_fault(in, JSON_FAULT_CONTENT, "the text holds control characters");
    }
    json_in_leave(in, mark);
}

void check_line(JsonIn *in, const char *name, const char *text)
{
    check_text(in, name, text, LINE_LIMIT, "");
}

void check_prose(JsonIn *in, const char *name, const char *text)
{
    check_text(in, name, text, PROSE_LIMIT, "\n\t");
}

void check_new_name(JsonIn *in, const char *name, const char *text)
{
    g_autofree char *fault = text ? name_fault(text) : NULL;
    gsize mark = json_in_enter(in, name, -1);
    if (fault)
        json_in_fault(in, JSON_FAULT_CONTENT, "%s", fault);
    json_in_leave(in, mark);
}

static bool climbs(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    return g_strv_contains((const char *const *) parts, "..");
}

void check_image(JsonIn *in, const char *name, const char *image)
{
    check_line(in, name, image);
    gsize mark = json_in_enter(in, name, -1);
    if (image && (!*image || climbs(image)))
        json_in_fault(in, JSON_FAULT_CONTENT, "\"%s\" does not name an image", image);
    json_in_leave(in, mark);
}

void check_path(JsonIn *in, const char *name, const char *path)
{
    check_image(in, name, path);
    gsize mark = json_in_enter(in, name, -1);
    if (path && (*path != '/' || g_str_has_suffix(path, "/")))
        json_in_fault(in, JSON_FAULT_CONTENT, "\"%s\" is not the absolute name of a file", path);
    json_in_leave(in, mark);
}

// ---- Disks -----------------------------------------------------------------------------------

// The verbs that may take NOW to another snapshot, on new layers.
static bool goes_back(const Wish *wish)
{
    return wish->verb == VERB_REVERT || wish->verb == VERB_DISCARD;
}

static void layers_write(JsonOut *out, const DiskWish *disk)
{
    json_out_text(out, "base", disk->base);
    json_out_text(out, "top", disk->top);
}

static void disks_write(JsonOut *out, const Wish *wish)
{
    json_out_list(out, "disks");
    for (guint i = 0; i < wish->disks->len; i++) {
        const DiskWish *disk = g_ptr_array_index(wish->disks, i);
        json_out_object(out, NULL);
        json_out_text(out, "target", disk->target);
        json_out_flag(out, "include", disk->include);
        json_out_text(out, "path", disk->path);
        if (goes_back(wish))
            layers_write(out, disk);
        json_out_object_end(out);
    }
    json_out_list_end(out);
}

static void layers_read(JsonIn *in, JsonObject *object, DiskWish *disk)
{
    g_free(disk->base);
    g_free(disk->top);
    disk->base = json_in_text_or_null(in, object, "base");
    disk->top = json_in_text_or_null(in, object, "top");
    check_path(in, "base", disk->base);
    check_path(in, "top", disk->top);
}

static void disk_read(JsonIn *in, JsonNode *node, Wish *wish)
{
    static const char *const members[] = {"target", "include", "path", NULL};
    static const char *const revert_members[] = {"target", "include", "path", "base", "top", NULL};
    bool layers = goes_back(wish);
    JsonObject *object = json_in_members(in, node, layers ? revert_members : members);
    g_autofree char *target = json_in_text(in, object, "target");
    g_autofree char *path = json_in_text_or_null(in, object, "path");
    bool include = json_in_flag(in, object, "include");
    check_line(in, "target", target);
    check_path(in, "path", path);
    if (in->error)
        return;
    if (wish_find_disk(wish, target))
        json_in_fault(in, JSON_FAULT_CONTENT, "the disk %s is given twice", target);
    DiskWish *disk = wish_disk(wish, target);
    disk->include = include;
    g_free(disk->path);
    disk->path = g_steal_pointer(&path);
    if (layers)
        layers_read(in, object, disk);
}

static void disks_read(JsonIn *in, JsonObject *object, Wish *wish)
{
    JsonArray *disks = json_in_array(in, object, "disks");
    for (guint i = 0; disks && !in->error && i < json_array_get_length(disks); i++) {
        gsize mark = json_in_enter(in, "disks", (int) i);
        disk_read(in, json_array_get_element(disks, i), wish);
        json_in_leave(in, mark);
    }
}

// ---- Create ----------------------------------------------------------------------------------

static void create_write(JsonOut *out, const Wish *wish)
{
    json_out_word(out, "kind", KIND_WORDS, wish->kind);
    json_out_flag(out, "memory", wish->memory);
    json_out_text(out, "memory_file", wish->memory_file);
    json_out_flag(out, "quiesce", wish->quiesce);
    json_out_text(out, "description", wish->description);
    disks_write(out, wish);
}

static void create_read(JsonIn *in, JsonNode *node, Wish *wish)
{
    static const char *const members[] = {"verb",        "snapshot",    "kind",
                                          "memory",      "memory_file", "quiesce",
                                          "description", "disks",       NULL};
    JsonObject *object = json_in_members(in, node, members);
    wish->snapshot = json_in_text_or_null(in, object, "snapshot");
    wish->kind = json_in_word(in, object, "kind", KIND_WORDS);
    wish->memory = json_in_flag(in, object, "memory");
    wish->memory_file = json_in_text_or_null(in, object, "memory_file");
    wish->quiesce = json_in_flag(in, object, "quiesce");
    wish->description = json_in_text_or_null(in, object, "description");
    check_new_name(in, "snapshot", wish->snapshot);
    check_path(in, "memory_file", wish->memory_file);
    check_prose(in, "description", wish->description);
    disks_read(in, object, wish);
}

// ---- Revert, discard, delete ---------------------------------------------------------------------

// The files are those of the snapshot that keeps NOW, and the layers of a new branch.
static void going_back_write(JsonOut *out, const Wish *wish)
{
    json_out_word(out, "now", NOW_WORDS, wish->now);
    json_out_text(out, "keep_name", wish->keep_name);
    json_out_text(out, "branch_name", wish->branch_name);
    json_out_text(out, "memory_file", wish->memory_file);
    disks_write(out, wish);
    json_out_flag(out, "force", wish->force);
    json_out_flag(out, "storage_exclusive", wish->storage_exclusive);
}

static void revert_write(JsonOut *out, const Wish *wish)
{
    going_back_write(out, wish);
    json_out_word(out, "after", AFTER_WORDS, wish->after);
    json_out_flag(out, "reset_nvram", wish->reset_nvram);
    json_out_flag(out, "discard_children", wish->discard_children);
}

// The files are those of the snapshot that is taken of NOW first.
static void delete_write(JsonOut *out, const Wish *wish)
{
    json_out_flag(out, "metadata_only", wish->metadata_only);
    json_out_flag(out, "keep_now", wish->keep_now);
    json_out_text(out, "keep_name", wish->keep_name);
    disks_write(out, wish);
    json_out_flag(out, "storage_exclusive", wish->storage_exclusive);
}

static void discard_write(JsonOut *out, const Wish *wish)
{
    json_out_flag(out, "children_only", wish->children_only);
    going_back_write(out, wish);
}

static void going_back_read(JsonIn *in, JsonObject *object, Wish *wish)
{
    wish->snapshot = json_in_text(in, object, "snapshot");
    wish->now = json_in_word(in, object, "now", NOW_WORDS);
    wish->keep_name = json_in_text_or_null(in, object, "keep_name");
    wish->branch_name = json_in_text_or_null(in, object, "branch_name");
    wish->memory_file = json_in_text_or_null(in, object, "memory_file");
    wish->force = json_in_flag(in, object, "force");
    wish->storage_exclusive = json_in_flag(in, object, "storage_exclusive");
    check_line(in, "snapshot", wish->snapshot);
    check_new_name(in, "keep_name", wish->keep_name);
    check_new_name(in, "branch_name", wish->branch_name);
    check_path(in, "memory_file", wish->memory_file);
    disks_read(in, object, wish);
}

static void revert_read(JsonIn *in, JsonNode *node, Wish *wish)
{
    static const char *const members[] = {"verb",  "snapshot",    "now",   "keep_name",        "branch_name", "memory_file",
                                          "disks", "reset_nvram", "after", "discard_children", "force",       "storage_exclusive",
                                          NULL};
    JsonObject *object = json_in_members(in, node, members);
    going_back_read(in, object, wish);
    wish->after = json_in_word(in, object, "after", AFTER_WORDS);
    wish->reset_nvram = json_in_flag(in, object, "reset_nvram");
    wish->discard_children = json_in_flag(in, object, "discard_children");
}

// Further subjects: each named once.
static void others_read(JsonIn *in, JsonObject *object, Wish *wish)
{
    JsonArray *list = json_in_array(in, object, "others");

    for (guint i = 0; list && !in->error && i < json_array_get_length(list); i++) {
        JsonNode *node = json_array_get_element(list, i);
        const char *name = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        gsize mark = json_in_enter(in, "others", (int) i);
        guint before = wish->others->len;

        if (name && wish->snapshot && g_utf8_validate(name, -1, NULL))
            wish_add_subject(wish, name);
        if (wish->others->len == before)
            json_in_fault(in, JSON_FAULT_CONTENT, name ? "the snapshot is named twice" : "text is expected");
        json_in_leave(in, mark);
        check_line(in, "others", name);
    }
}

static void delete_read(JsonIn *in, JsonNode *node, Wish *wish)
{
    static const char *const members[] = {"verb",      "snapshot", "others",            "metadata_only", "keep_now",
                                          "keep_name", "disks",    "storage_exclusive", NULL};
    JsonObject *object = json_in_members(in, node, members);
    wish->snapshot = json_in_text(in, object, "snapshot");
    others_read(in, object, wish);
    wish->metadata_only = json_in_flag(in, object, "metadata_only");
    wish->keep_now = json_in_flag(in, object, "keep_now");
    wish->keep_name = json_in_text_or_null(in, object, "keep_name");
    wish->storage_exclusive = json_in_flag(in, object, "storage_exclusive");
    check_line(in, "snapshot", wish->snapshot);
    check_new_name(in, "keep_name", wish->keep_name);
    disks_read(in, object, wish);
}

static void discard_read(JsonIn *in, JsonNode *node, Wish *wish)
{
    static const char *const members[] = {"verb",        "snapshot",    "others", "children_only", "now",  "keep_name",
                                          "branch_name", "memory_file", "disks",  "force",         "storage_exclusive",
                                          NULL};
    JsonObject *object = json_in_members(in, node, members);
    going_back_read(in, object, wish);
    others_read(in, object, wish);
    wish->children_only = json_in_flag(in, object, "children_only");
}

static void repair_read(JsonIn *in, JsonNode *node, Wish *wish)
{
    static const char *const members[] = {"verb", "snapshot", "problem", NULL};
    JsonObject *object = json_in_members(in, node, members);
    wish->snapshot = json_in_text_or_null(in, object, "snapshot");
    wish->problem = json_in_text_or_null(in, object, "problem");
    check_line(in, "snapshot", wish->snapshot);
    check_line(in, "problem", wish->problem);
}

// ---- Any wish --------------------------------------------------------------------------------

void wish_write(JsonOut *out, const char *name, const Wish *wish)
{
    json_out_object(out, name);
    json_out_word(out, "verb", VERB_WORDS, wish->verb);
    json_out_text(out, "snapshot", wish->snapshot);
    if (wish->verb == VERB_DELETE || wish->verb == VERB_DISCARD)
        json_out_texts(out, "others", wish->others);
    switch (wish->verb) {
    case VERB_CREATE:
        create_write(out, wish);
        break;
    case VERB_REVERT:
        revert_write(out, wish);
        break;
    case VERB_DELETE:
        delete_write(out, wish);
        break;
    case VERB_DISCARD:
        discard_write(out, wish);
        break;
    case VERB_REPAIR:
        json_out_text(out, "problem", wish->problem);
        break;
    }
    json_out_object_end(out);
}

Wish *wish_read(JsonIn *in, JsonNode *node)
{
    JsonObject *object = node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    if (!object)
        json_in_fault(in, JSON_FAULT_CONTENT, "an object is expected");
    Verb verb = json_in_word(in, object, "verb", VERB_WORDS);
    g_autoptr(Wish) wish = wish_new(verb, NULL, NULL, NULL);
    switch (verb) {
    case VERB_CREATE:
        create_read(in, node, wish);
        break;
    case VERB_REVERT:
        revert_read(in, node, wish);
        break;
    case VERB_DELETE:
        delete_read(in, node, wish);
        break;
    case VERB_DISCARD:
        discard_read(in, node, wish);
        break;
    case VERB_REPAIR:
        repair_read(in, node, wish);
        break;
    }
    return in->error ? NULL : g_steal_pointer(&wish);
}
