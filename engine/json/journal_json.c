// SPDX-License-Identifier: GPL-2.0-or-later
// Writing and reading entries of the journal. See journal_json.h.
#include "engine/json/journal_json.h"

#include "engine/json/json_words.h"
#include "engine/json/plan_parts.h"
#include "engine/json/wish_json.h"

// ---- Writing ---------------------------------------------------------------------------------

static void disks_write(JsonOut *out, const GPtrArray *disks)
{
    json_out_list(out, "disks");
    for (guint i = 0; i < disks->len; i++) {
        const JournalDisk *disk = g_ptr_array_index(disks, i);
        json_out_object(out, NULL);
        json_out_text(out, "target", disk->target);
        json_out_text(out, "image", disk->image);
        json_out_object_end(out);
    }
    json_out_list_end(out);
}

char *json_write_journal(const JournalEntry *entry)
{
    JsonOut *out = json_out_new();
    json_out_object(out, NULL);
    json_out_number(out, "journal", JOURNAL_FORMAT);
    json_out_text(out, "id", entry->id);
    json_out_text(out, "user", entry->user);
    json_out_number(out, "pid", entry->pid);
    json_out_number(out, "began", entry->began);
    json_out_text(out, "uri", entry->uri);
    json_out_text(out, "hostname", entry->hostname);
    plan_write(out, "plan", entry->plan, entry->uri);
    json_out_texts(out, "changes", entry->claims->changes);
    json_out_texts(out, "uses", entry->claims->uses);
    json_out_number(out, "domain_id", entry->domain_id);
    json_out_text(out, "current", entry->current);
    disks_write(out, entry->disks);
    json_out_texts(out, "saved", entry->saved);
    json_out_number(out, "begun", entry->begun);
    json_out_number(out, "done", entry->done);
    json_out_number(out, "started_id", entry->started_id);
    json_out_flag(out, "torn", entry->torn);
    json_out_text(out, "outcome", entry->outcome);
    json_out_text(out, "story", entry->story);
    json_out_object_end(out);
    return json_out_finish(out);
}

// ---- Reading ---------------------------------------------------------------------------------

typedef void (*TextCheck)(JsonIn *in, const char *name, const char *text);

static void texts_read(JsonIn *in, JsonObject *object, const char *name, TextCheck check, GPtrArray *texts)
{
    JsonArray *list = json_in_array(in, object, name);
    for (guint i = 0; list && !in->error && i < json_array_get_length(list); i++) {
        JsonNode *node = json_array_get_element(list, i);
        const char *text = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        if (text && g_utf8_validate(text, -1, NULL))
            g_ptr_array_add(texts, g_strdup(text));
        else
            json_in_fault(in, JSON_FAULT_CONTENT, "%s[%u]: text is expected", name, i);
        check(in, name, text);
    }
}

static void disks_read(JsonIn *in, JsonObject *object, JournalEntry *entry)
{
    static const char *const members[] = {"target", "image", NULL};
    JsonArray *list = json_in_array(in, object, "disks");
    for (guint i = 0; list && !in->error && i < json_array_get_length(list); i++) {
        gsize mark = json_in_enter(in, "disks", (int) i);
        JsonObject *disk = json_in_members(in, json_array_get_element(list, i), members);
        g_autofree char *target = json_in_text(in, disk, "target");
        g_autofree char *image = json_in_text(in, disk, "image");
        check_line(in, "target", target);
        check_image(in, "image", image);
        if (!in->error)
            journal_entry_add_disk(entry, target, image);
        json_in_leave(in, mark);
    }
}

// A whole number in that range.
static gint64 number_read(JsonIn *in, JsonObject *object, const char *name, gint64 least, gint64 most)
{
    gint64 number = json_in_number(in, object, name);
    if (!in->error && (number < least || number > most))
        json_in_fault(in, JSON_FAULT_CONTENT, "\"%s\" is not believable", name);
    return in->error ? least : number;
}

static char *line_read(JsonIn *in, JsonObject *object, const char *name)
{
    char *text = json_in_text_or_null(in, object, name);
    check_line(in, name, text);
    return text;
}

static void texts_of_entry_read(JsonIn *in, JsonObject *object, JournalEntry *entry)
{
    g_free(entry->uri);
    entry->uri = line_read(in, object, "uri");
    entry->id = line_read(in, object, "id");
    entry->user = line_read(in, object, "user");
    entry->hostname = line_read(in, object, "hostname");
    entry->current = line_read(in, object, "current");
    entry->outcome = line_read(in, object, "outcome");
    entry->story = json_in_text_or_null(in, object, "story");
    check_prose(in, "story", entry->story);
    texts_read(in, object, "changes", check_image, entry->claims->changes);
    texts_read(in, object, "uses", check_image, entry->claims->uses);
    texts_read(in, object, "saved", check_line, entry->saved);
}

static void numbers_read(JsonIn *in, JsonObject *object, JournalEntry *entry)
{
    unsigned steps = entry->plan->steps->len;
    entry->pid = number_read(in, object, "pid", 0, G_MAXINT);
    entry->began = number_read(in, object, "began", 0, G_MAXINT64);
    entry->domain_id = (int) number_read(in, object, "domain_id", -1, G_MAXINT);
    entry->started_id = (int) number_read(in, object, "started_id", -1, G_MAXINT);
    entry->begun = (unsigned) number_read(in, object, "begun", 0, steps);
    entry->done = (unsigned) number_read(in, object, "done", 0, steps);
    entry->torn = json_in_flag(in, object, "torn");
    if (entry->begun < entry->done || entry->begun > entry->done + 1)
        json_in_fault(in, JSON_FAULT_EDITED, "the steps begun do not fit those done");
}

static void entry_check(JsonIn *in, const JournalEntry *entry, const char *id)
{
    if (g_strcmp0(entry->id, id) != 0)
        json_in_fault(in, JSON_FAULT_EDITED, "it bears the name of another entry");
    if (entry->plan->verdict != VERDICT_OK)
        json_in_fault(in, JSON_FAULT_EDITED, "its plan is one that was refused");
    if (g_strcmp0(entry->uri, entry->plan->wish->uri) != 0)
        json_in_fault(in, JSON_FAULT_EDITED, "its plan is for another host");
}

static JournalEntry *entry_read(JsonIn *in, JsonObject *object, const char *id)
{
    gsize mark = json_in_enter(in, "plan", -1);
    g_autoptr(Plan) plan = object ? plan_read(in, json_in_node(in, object, "plan")) : NULL;
    json_in_leave(in, mark);
    if (!plan)
        return NULL;
    g_autoptr(JournalEntry) entry = journal_entry_new(plan);
    texts_of_entry_read(in, object, entry);
    numbers_read(in, object, entry);
    disks_read(in, object, entry);
    entry_check(in, entry, id);
    return in->error ? NULL : g_steal_pointer(&entry);
}

// The version first: a later one may have any other members.
static void format_check(JsonIn *in, JsonNode *root)
{
    JsonObject *object = json_node_get_object(root);
    if (!json_object_has_member(object, "journal")) {
        json_in_fault(in, JSON_FAULT_CONTENT, "this is JSON, but no entry of the journal");
        return;
    }
    gint64 format = json_in_number(in, object, "journal");
    if (!in->error && format != JOURNAL_FORMAT)
        json_in_fault(in, JSON_FAULT_FORMAT,
                      "the entry is of format version %" G_GINT64_FORMAT ", this virt-snap knows version %d only",
                      format, JOURNAL_FORMAT);
}

JournalEntry *json_read_journal(const char *text, gsize length, const char *id, GError **error)
{
    static const char *const members[] = {
        "journal", "id",   "user",      "pid",     "began", "uri",   "hostname", "plan",       "changes", "uses",
        "disks",   "domain_id", "current", "saved", "begun", "done",  "started_id", "torn",    "outcome",
        "story",   NULL};
    g_autoptr(JsonNode) root = json_in_parse(text, length, error);
    if (!root)
        return NULL;
    JsonIn in;
    json_in_init(&in);
    format_check(&in, root);
    g_autoptr(JournalEntry) entry = entry_read(&in, json_in_members(&in, root, members), id);
    return json_in_end(&in, error) ? g_steal_pointer(&entry) : NULL;
}
