// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of the journal as text: what is written comes back, what is truncated, foreign, of another version or does
// not fit together is refused with a sentence.
#include "engine/json/audit_json.h"
#include "engine/json/journal_json.h"

#include <string.h>

#define UUID "e180999a-3588-5a67-b7dc-f0a8d91b7e62"
#define URI  "qemu:///system"
#define ID   "20261122-013000-4711-1"

static JournalEntry *make_entry(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, UUID, "web01", "s1");
    wish->uri = g_strdup(URI);
    g_autoptr(Plan) plan = plan_new(wish);
    plan->title = g_strdup("Delete snapshot s1 of web01");
    plan_add_step(plan, STEP_START_PAUSED, "web01");
    Step *step = plan_add_step(plan, STEP_DELETE, "s1");
    StepDisk *disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);
    disk->writes = g_strdup("/img/web01.qcow2");
    disk->merges = g_strdup("/img/web01.s1");
    disk->removes = g_strdup("/img/web01.s1");
    plan_add_step(plan, STEP_STOP_STARTED, "web01");
    plan_seal(plan);

    JournalEntry *entry = journal_entry_new(plan);
    entry->id = g_strdup(ID);
    entry->user = g_strdup("anna");
    entry->pid = 4711;
    entry->began = 1795310903;
    entry->hostname = g_strdup("kvm1");
    entry->current = g_strdup("s1");
    entry->started_id = 7;
    entry->torn = true;
    entry->begun = 2;
    entry->done = 1;
    journal_entry_add_disk(entry, "vda", "/img/web01.s1");
    g_ptr_array_add(entry->claims->changes, g_strdup("/img/web01.qcow2"));
    g_ptr_array_add(entry->claims->uses, g_strdup("/img/web01.s1"));
    g_ptr_array_add(entry->saved, g_strdup("s1"));
    return entry;
}

static char *make_text(void)
{
    g_autoptr(JournalEntry) entry = make_entry();
    return json_write_journal(entry);
}

static char *replaced(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    return g_strconcat(parts[0], to, parts[1], NULL);
}

static void assert_refused(const char *text, JsonFault code, const char *why)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(json_read_journal(text, strlen(text), ID, &error));
    g_assert_error(error, JSON_FAULT, (int) code);
    if (!strstr(error->message, why))
        g_error("\"%s\" does not say \"%s\"", error->message, why);
}

static void test_round_trip(void)
{
    g_autofree char *text = make_text();
    g_autoptr(GError) error = NULL;
    g_autoptr(JournalEntry) entry = json_read_journal(text, strlen(text), ID, &error);
    g_assert_no_error(error);
    g_autofree char *again = json_write_journal(entry);
    g_assert_cmpstr(again, ==, text);
    g_assert_cmpuint(entry->begun, ==, 2);
    g_assert_cmpuint(entry->done, ==, 1);
    g_assert_cmpint(entry->started_id, ==, 7);
    g_assert_true(entry->torn);
    g_assert_cmpstr(entry->plan->wish->uri, ==, URI);
    g_assert_cmpuint(journal_entry_saved(entry, "s1"), ==, 1);
    g_assert_cmpuint(journal_entry_saved(entry, "s2"), ==, 0);
}

// Power can fail at any byte of a file that was not written as ours are.
static void test_truncated(void)
{
    g_autofree char *text = make_text();
    for (gsize length = 0; length + 1 < strlen(text); length += 7) {
        g_autoptr(GError) error = NULL;
        g_autofree char *part = g_strndup(text, length);
        g_assert_null(json_read_journal(part, length, ID, &error));
        g_assert_nonnull(error);
    }
}

static void test_foreign(void)
{
    g_autofree char *text = make_text();
    g_autofree char *later = replaced(text, "\"journal\" : 1", "\"journal\" : 2");
    g_autofree char *other = replaced(text, "\"id\" : \"" ID "\"", "\"id\" : \"20261122-013000-4711-2\"");
    g_autofree char *host = replaced(text, "\"uri\" : \"" URI "\"", "\"uri\" : \"qemu+ssh://evil/system\"");
    g_autofree char *more = replaced(text, "\"begun\"", "\"run\" : \"rm -rf /\", \"begun\"");
    assert_refused(later, JSON_FAULT_FORMAT, "version 2");
    assert_refused("{}", JSON_FAULT_CONTENT, "no entry of the journal");
    assert_refused("{\"format\": 1}", JSON_FAULT_CONTENT, "no entry of the journal");
    assert_refused(other, JSON_FAULT_EDITED, "name of another entry");
    assert_refused(host, JSON_FAULT_EDITED, "another host");
    assert_refused(more, JSON_FAULT_CONTENT, "unknown member");
}

static void test_hostile(void)
{
    static const struct {
        const char *from, *to;
        JsonFault code;
        const char *why;
    } cases[] = {
        {"\"begun\" : 2", "\"begun\" : 3", JSON_FAULT_EDITED, "do not fit"},
        {"\"begun\" : 2", "\"begun\" : 0", JSON_FAULT_EDITED, "do not fit"},
        {"\"begun\" : 2", "\"begun\" : 99", JSON_FAULT_CONTENT, "not believable"},
        {"\"begun\" : 2", "\"begun\" : -1", JSON_FAULT_CONTENT, "not believable"},
        {"\"begun\" : 2", "\"begun\" : 18446744073709551615", JSON_FAULT_SYNTAX, ""},
        {"\"started_id\" : 7", "\"started_id\" : 99999999999", JSON_FAULT_CONTENT, "not believable"},
        {"\"user\" : \"anna\"", "\"user\" : \"an\\u001b[2Jna\"", JSON_FAULT_CONTENT, "control characters"},
        {"\"user\" : \"anna\"", "\"user\" : [\"anna\"]", JSON_FAULT_CONTENT, "text is expected"},
        {"\"image\" : \"/img/web01.s1\"", "\"image\" : \"/img/../etc/passwd\"", JSON_FAULT_CONTENT, "does not name"},
        {"\"removes\" : \"/img/web01.s1\"", "\"removes\" : \"/img/web01.qcow2\"", JSON_FAULT_EDITED, ""},
        {"\"verdict\" : \"ok\"", "\"verdict\" : \"refused\"", JSON_FAULT_EDITED, ""},
    };
    g_autofree char *text = make_text();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *bad = replaced(text, cases[i].from, cases[i].to);
        g_autoptr(GError) error = NULL;
        g_assert_null(json_read_journal(bad, strlen(bad), ID, &error));
        if (!error || !strstr(error->message, cases[i].why))
            g_error("%s: %s", cases[i].to, error ? error->message : "no error");
        if (cases[i].code != JSON_FAULT_SYNTAX)
            g_assert_error(error, JSON_FAULT, (int) cases[i].code);
    }
}

static void test_ids(void)
{
    g_assert_true(journal_id_is_valid(ID));
    g_assert_false(journal_id_is_valid(NULL));
    g_assert_false(journal_id_is_valid(""));
    g_assert_false(journal_id_is_valid("../../etc/passwd"));
    g_assert_false(journal_id_is_valid("-rf"));
    g_assert_false(journal_id_is_valid("a.b"));
    g_assert_false(journal_id_is_valid("a b"));
    g_assert_false(journal_id_is_valid("\303\244"));
    g_assert_false(journal_id_is_valid("0123456789012345678901234567890123456789012345678901234567890123456789"));
}

static void test_audit(void)
{
    g_autoptr(JournalEntry) entry = make_entry();
    AuditLine line = {.time = 5, .user = "an\033na", .uri = URI, .plan = entry->plan, .outcome = "done", .code = 9};
    g_autofree char *text = json_write_audit(&line);
    g_assert_true(g_str_has_suffix(text, "}\n"));
    g_assert_null(memchr(text, '\n', strlen(text) - 1));
    g_assert_null(strchr(text, '\033'));
    g_assert_nonnull(strstr(text, "\"outcome\":\"done\",\"code\":9"));
    g_assert_nonnull(strstr(text, entry->plan->fingerprint));
    {
        g_autoptr(AuditRecord) record = json_read_audit(text, strlen(text));

        g_assert_cmpint(record->time, ==, 5);
        g_assert_cmpint(record->code, ==, 9);
        g_assert_cmpstr(record->user, ==, "an\033na");
        g_assert_cmpstr(record->title, ==, entry->plan->title);
        g_assert_cmpstr(record->fingerprint, ==, entry->plan->fingerprint);
    }
    for (gsize length = 0; length < strlen(text) - 2; length++)
        g_assert_null(json_read_audit(text, length));
    g_assert_null(json_read_audit("{}", 2));
    g_assert_null(json_read_audit("[1]", 3));
}

static void test_answer(void)
{
    g_autoptr(JournalFound) found = journal_found_new(ID);
    g_autoptr(JournalFound) bad = journal_found_new("x");
    Remains remains = {.kind = REMAINS_PART, .done = 1, .story = (char *) "half", .undo = (char *) "back"};
    JobAnswer jobs[] = {{.found = found, .remains = &remains}, {.found = bad}};
    found->entry = make_entry();
    bad->fault = g_strdup("it is a link");
    g_autofree char *text = json_write_jobs(jobs, 2);
    g_assert_nonnull(strstr(text, "\"state\" : \"interrupted\""));
    g_assert_nonnull(strstr(text, "\"kind\" : \"part\""));
    g_assert_nonnull(strstr(text, "\"state\" : \"unreadable\""));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal-json/round-trip", test_round_trip);
    g_test_add_func("/journal-json/truncated", test_truncated);
    g_test_add_func("/journal-json/foreign", test_foreign);
    g_test_add_func("/journal-json/hostile", test_hostile);
    g_test_add_func("/journal-json/ids", test_ids);
    g_test_add_func("/journal-json/audit", test_audit);
    g_test_add_func("/journal-json/answer", test_answer);
    return g_test_run();
}
