// SPDX-License-Identifier: GPL-2.0-or-later
// Writing and reading lines of the audit log.
#include "engine/json/audit_json.h"

#include "engine/json/json_out.h"
#include "engine/json/wish_json.h"

char *json_write_audit(const AuditLine *line)
{
    JsonOut *out = json_out_new();
    json_out_object(out, NULL);
    json_out_number(out, "time", line->time);
    json_out_text(out, "user", line->user);
    json_out_text(out, "uri", line->uri);
    json_out_text(out, "uuid", line->plan->wish->uuid);
    json_out_text(out, "guest", line->plan->wish->domain);
    json_out_text(out, "title", line->plan->title);
    wish_write(out, "wish", line->plan->wish);
    json_out_text(out, "fingerprint", line->plan->fingerprint);
    json_out_text(out, "outcome", line->outcome);
    json_out_number(out, "code", line->code);
    json_out_object_end(out);
    return json_out_finish_line(out);
}

AuditRecord *json_read_audit(const char *text, gsize length)
{
    g_autoptr(JsonNode) root = json_in_parse(text, length, NULL);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root))
        return NULL;
    JsonObject *object = json_node_get_object(root);
    g_autoptr(AuditRecord) record = g_new0(AuditRecord, 1);
    JsonIn in;
    json_in_init(&in);
    record->time = json_in_number(&in, object, "time");
    record->code = (int) json_in_number(&in, object, "code");
    record->user = json_in_text_or_null(&in, object, "user");
    record->uri = json_in_text_or_null(&in, object, "uri");
    record->uuid = json_in_text_or_null(&in, object, "uuid");
    record->guest = json_in_text_or_null(&in, object, "guest");
    record->title = json_in_text_or_null(&in, object, "title");
    record->fingerprint = json_in_text_or_null(&in, object, "fingerprint");
    record->outcome = json_in_text_or_null(&in, object, "outcome");
    return json_in_end(&in, NULL) ? g_steal_pointer(&record) : NULL;
}
