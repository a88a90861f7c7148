// SPDX-License-Identifier: GPL-2.0-or-later
// Plans as JSON: what is written comes back equal, and what others wrote is refused with a reason.
#include "engine/json/plan_json.h"

#include <string.h>

#define UUID "e180999a-3588-5a67-b7dc-f0a8d91b7e62"
#define URI  "qemu:///system"

// ---- Plans to work with ----------------------------------------------------------------------

static Plan *sealed(Plan *plan)
{
    plan_seal(plan);
    return plan;
}

static Plan *create_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_CREATE, UUID, "web01", "s1");
    wish->kind = KIND_EXTERNAL;
    wish->memory = true;
    wish->memory_file = g_strdup("/img/web01.s1.mem");
    wish->description = g_strdup("Vor dem Umbau:\n\t\"caf\u00e9\" \U0001F40B \\");
    wish_disk(wish, "vda")->path = g_strdup("/img/web01.s1.qcow2");
    wish_disk(wish, "vdb")->include = false;
    Plan *plan = plan_new(wish);
    plan->title = g_strdup("Create snapshot s1 of web01");
    plan->after = g_strdup("running");
    plan->space_needed = 33554432;
    plan->copy_bytes = SIZE_UNKNOWN;
    plan_outcome(plan, "A point to return to.");
    plan_warn(plan, "H56", "The chain gets %d layers deep.", 7);
    Step *step = plan_add_step(plan, STEP_CREATE, "s1");
    step->effect = g_strdup("Takes snapshot s1.");
    step->undo = g_strdup("Delete snapshot s1.");
    step->description = g_strdup(wish->description);
    step->memory = MEMORY_EXTERNAL;
    step->memory_file = g_strdup(wish->memory_file);
    StepDisk *vda = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);
    vda->writes = g_strdup("/img/web01.s1.qcow2");
    vda->format = g_strdup("qcow2");
    vda->bytes = SIZE_UNKNOWN;
    step_add_disk(step, "vdb", DISK_MODE_NO);
    return sealed(plan);
}

static Plan *delete_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, UUID, "web01", "old name, made by others");
    Plan *plan = plan_new(wish);
    plan->title = g_strdup("Delete snapshot");
    plan->copy_bytes = G_MAXINT64;
    plan_add_step(plan, STEP_START_PAUSED, "web01");
    Step *step = plan_add_step(plan, STEP_DELETE, "old name, made by others");
    step->cancellable = true;
    StepDisk *vda = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);
    vda->writes = g_strdup("/img/web01.qcow2");
    vda->merges = g_strdup("/img/web01.old.qcow2");
    vda->removes = g_strdup("/img/web01.old.qcow2");
    vda->bytes = 4187593113;
    plan_add_step(plan, STEP_STOP_STARTED, "web01");
    return sealed(plan);
}

static Plan *revert_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, UUID, "web01", "s1");
    wish->now = NOW_LOSE;
    wish->after = AFTER_PAUSED;
    wish->reset_nvram = wish->force = wish->discard_children = true;
    wish->keep_name = g_strdup("before-revert-1");
    wish->memory_file = g_strdup("/img/web01.before-revert-1.mem");
    wish_disk(wish, "vda")->path = g_strdup("/img/web01.before-revert-1.qcow2");
    Plan *plan = plan_new(wish);
    plan->title = g_strdup("Revert web01 to s1");
    plan->after = g_strdup("paused");
    plan->loses_data = true;
    plan_loses(plan, LOSS_NOW, NULL);
    Step *step = plan_add_step(plan, STEP_REVERT, "s1");
    step->after = AFTER_PAUSED;
    step->reset_nvram = true;
    return sealed(plan);
}

static Plan *composed_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, UUID, "web01", "s1");
    wish->branch_name = g_strdup("after-revert-1");
    wish_disk(wish, "vda")->base = g_strdup("/img/web01.after-revert-1-base.qcow2");
    wish_disk(wish, "vda")->top = g_strdup("/img/web01.after-revert-1.qcow2");
    Plan *plan = plan_new(wish);
    plan->title = g_strdup("Revert web01 to s1");
    StepDisk *vda = step_add_disk(plan_add_step(plan, STEP_MAKE_LAYERS, "s1"), "vda", DISK_MODE_EXTERNAL);
    vda->writes = g_strdup("/img/web01.after-revert-1-base.qcow2");
    vda->format = g_strdup("qcow2");
    vda->backing = g_strdup("/img/web01.img");
    vda->backing_format = g_strdup("raw");
    Step *record = plan_add_step(plan, STEP_RECORD, "after-revert-1");
    record->origin = g_strdup("s1");
    record->description = g_strdup("Where NOW went back to s1");
    plan_add_step(plan, STEP_DEFINE, "web01")->origin = g_strdup("s1");
    plan_add_step(plan, STEP_POWER_OFF, "web01");
    plan_add_step(plan, STEP_POWER_ON, "web01")->after = AFTER_PAUSED;
    plan_add_step(plan, STEP_RESTORE, "web01")->memory_file = g_strdup("/img/web01.s1.mem");
    StepDisk *gone = step_add_disk(plan_add_step(plan, STEP_REMOVE_FILES, "web01"), "vda", DISK_MODE_EXTERNAL);
    gone->removes = g_strdup("/img/web01.s2.qcow2");
    return sealed(plan);
}

static Plan *discard_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DISCARD, UUID, "web01", "s1");
    wish->children_only = wish->force = true;
    wish->now = NOW_LOSE;
    wish->branch_name = g_strdup("after-revert-1");
    wish_disk(wish, "vda")->base = g_strdup("/img/web01.after-revert-1-base.qcow2");
    wish_disk(wish, "vda")->top = g_strdup("/img/web01.after-revert-1.qcow2");
    Plan *plan = plan_new(wish);
    plan->title = g_strdup("Discard all that hangs below snapshot s1 of web01");
    plan->loses_data = true;
    plan_loses(plan, LOSS_SNAPSHOT, "s2");
    plan_add_step(plan, STEP_DELETE, "s2")->metadata_only = true;
    Step *gone = plan_add_step(plan, STEP_REMOVE_FILES, "s2");
    gone->memory_file = g_strdup("/img/web01.s2.mem");
    step_add_disk(gone, "vda", DISK_MODE_EXTERNAL)->removes = g_strdup("/img/web01.s2.qcow2");
    return sealed(plan);
}

static Plan *refused_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, UUID, "web01", "s1");
    wish->metadata_only = true;
    Plan *plan = plan_new(wish);
    plan->title = g_strdup("Delete snapshot s1 of web01");
    plan_refuse(plan, "law 1", "Two snapshots stand on it.");
    plan_route(plan, "plan delete web01 s2", "Delete s2 first.");
    plan_route(plan, NULL, "Ask the host's admin.");
    return sealed(plan);
}

// ---- Help ------------------------------------------------------------------------------------

static Plan *read_text(const char *text, GError **error)
{
    return json_read_plan(text, strlen(text), error);
}

static void assert_refused(const char *text, gsize length, JsonFault code, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = json_read_plan(text, length, &error);
    g_assert_null(plan);
    g_assert_nonnull(error);
    if (!g_error_matches(error, JSON_FAULT, (int) code) ||
        (words && !strstr(error->message, words)))
        g_error("expected fault %d with \"%s\", got %d: %s", (int) code, words ? words : "",
                error->code, error->message);
}

static char *replaced(const char *text, const char *from, const char *to)
{
    g_autoptr(GString) copy = g_string_new(text);
    guint n = g_string_replace(copy, from, to, 1);
    if (n != 1)
        g_error("no \"%s\" in %s", from, text);
    return g_string_free(g_steal_pointer(&copy), FALSE);
}

// A written create plan in which `from` was replaced by `to` is refused.
static void assert_edit_refused(const char *from, const char *to, JsonFault code, const char *words)
{
    g_autoptr(Plan) plan = create_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    g_autofree char *edited = replaced(text, from, to);
    assert_refused(edited, strlen(edited), code, words);
}

static void assert_round_trip(Plan *plan)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = json_write_plan(plan, URI);
    g_autoptr(Plan) back = read_text(text, &error);
    g_assert_no_error(error);
    g_autofree char *again = json_write_plan(back, NULL);
    g_assert_cmpstr(again, ==, text);
    g_assert_cmpstr(back->wish->uri, ==, URI);
    g_assert_cmpstr(back->fingerprint, ==, plan->fingerprint);
    g_assert_true(plan_equal(plan, back));
    g_autofree char *said = plan_text(plan), *said_back = plan_text(back);
    g_assert_cmpstr(said_back, ==, said);
    plan_free(plan);
}

// ---- Tests -----------------------------------------------------------------------------------

static void test_round_trip(void)
{
    assert_round_trip(create_plan());
    assert_round_trip(delete_plan());
    assert_round_trip(revert_plan());
    assert_round_trip(composed_plan());
    assert_round_trip(discard_plan());
    assert_round_trip(refused_plan());
}

static void test_discards_survive(void)
{
    g_autoptr(Plan) plan = discard_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    g_autoptr(Plan) back = read_text(text, NULL);
    g_assert_true(back->wish->children_only);
    g_assert_true(back->wish->force);
    g_assert_cmpint(back->wish->now, ==, NOW_LOSE);
    g_assert_cmpstr(back->wish->branch_name, ==, "after-revert-1");
    g_assert_cmpstr(wish_find_disk(back->wish, "vda")->base, ==, "/img/web01.after-revert-1-base.qcow2");
    g_assert_nonnull(strstr(text, "\"/img/web01.s2.mem\"\n  ],")); // among the files that are removed
}

static void test_subjects_survive(void)
{
    g_autoptr(Plan) plan = refused_plan();
    g_autoptr(GError) error = NULL;
    wish_add_subject(plan->wish, "s3");
    wish_add_subject(plan->wish, "s1"); // is one already
    wish_add_subject(plan->wish, "s 2");
    plan_seal(plan);
    g_autofree char *text = json_write_plan(plan, URI);
    g_autoptr(Plan) back = read_text(text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(back->wish->snapshot, ==, "s1");
    g_assert_cmpuint(back->wish->others->len, ==, 2);
    g_autofree char *subjects = wish_subjects(back->wish), *command = wish_command(back->wish);
    g_assert_cmpstr(subjects, ==, "s1, s3 and s 2");
    g_assert_cmpstr(command, ==, "plan delete web01 s1 s3 's 2' --metadata-only");
    g_assert_true(plan_equal(plan, back));
    g_autofree char *other = replaced(text, "\"s3\"", "\"s4\"");
    assert_refused(other, strlen(other), JSON_FAULT_EDITED, "fingerprint");
    g_autofree char *twice = replaced(text, "\"s3\"", "\"s1\"");
    assert_refused(twice, strlen(twice), JSON_FAULT_CONTENT, "named twice");
    g_autofree char *number = replaced(text, "\"s3\"", "3");
    assert_refused(number, strlen(number), JSON_FAULT_CONTENT, "text is expected");
}

static void test_values_survive(void)
{
    g_autoptr(Plan) plan = create_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    g_autoptr(Plan) back = read_text(text, NULL);
    const Step *step = g_ptr_array_index(back->steps, 0);
    const StepDisk *disk = g_ptr_array_index(step->disks, 0);
    g_assert_cmpstr(back->wish->description, ==, plan->wish->description);
    g_assert_cmpint(disk->bytes, ==, SIZE_UNKNOWN);
    g_assert_cmpint(back->space_needed, ==, 33554432);
    g_assert_cmpint(back->copy_bytes, ==, SIZE_UNKNOWN);
    g_assert_cmpint(back->wish->kind, ==, KIND_EXTERNAL);
    g_assert_cmpuint(back->wish->disks->len, ==, 2);
    g_assert_false(wish_disk(back->wish, "vdb")->include);
}

static void test_unknown_sizes_are_null(void)
{
    g_autoptr(Plan) plan = create_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    g_assert_nonnull(strstr(text, "\"copy_bytes\" : null"));
    g_assert_nonnull(strstr(text, "\"space_needed\" : 33554432"));
}

// Control characters, bidi overrides and bytes that are no text leave as escapes.
static void test_written_text_is_tame(void)
{
    g_autoptr(Plan) plan = refused_plan();
    g_free(plan->title);
    plan->title = g_strdup("a\x1b[2J\x7f\xc2\x9b\u202e\xff\xfez");
    g_autofree char *text = json_write_plan(plan, URI);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_nonnull(strstr(text, "a\\u001b[2J\\u007f\\u009b\\u202e\uFFFD\uFFFDz"));
    for (const char *at = text; *at; at = g_utf8_next_char(at))
        g_assert_true(*at == '\n' || !g_unichar_iscntrl(g_utf8_get_char(at)));
}

static void test_truncated(void)
{
    g_autoptr(Plan) plan = create_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    gsize length = strlen(text) - 1; // without its newline
    for (gsize n = 0; n < length; n++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Plan) back = json_read_plan(text, n, &error);
        g_assert_null(back);
        g_assert_error(error, JSON_FAULT, JSON_FAULT_SYNTAX);
    }
}

// Each byte of a plan replaced by others: never a crash, and never a different plan that passes.
static void test_every_byte_changed(void)
{
    static const char bytes[] = "\"{}[],:0x\\ \n\x01\x80";
    g_autoptr(Plan) plan = revert_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    gsize length = strlen(text);
    for (gsize i = 0; i < length; i++) {
        for (gsize j = 0; j < sizeof(bytes); j++) {
            g_autofree char *copy = g_memdup2(text, length);
            copy[i] = bytes[j];
            g_autoptr(Plan) back = json_read_plan(copy, length, NULL);
            if (back)
                g_assert_true(plan_equal(back, plan) || strcmp(back->wish->uuid, UUID) != 0);
        }
    }
}

static void test_huge(void)
{
    gsize length = 10 * 1024 * 1024;
    g_autofree char *text = g_malloc(length);
    memset(text, '[', length);
    assert_refused(text, length, JSON_FAULT_LIMIT, "bytes");
    assert_refused(text, 4 * 1024 * 1024, JSON_FAULT_SYNTAX, "brace");
    text[0] = '{';
    assert_refused(text, 4 * 1024 * 1024, JSON_FAULT_LIMIT, "nested");
    memset(text + 1, '{', length - 1);
    assert_refused(text, 4 * 1024 * 1024, JSON_FAULT_LIMIT, "nested");
    memcpy(text, "{\"a\":[", 6);
    for (gsize i = 6; i + 1 < length; i += 2)
        memcpy(text + i, "0,", 2);
    assert_refused(text, 4 * 1024 * 1024, JSON_FAULT_LIMIT, "too many");
}

static void test_deep_but_closed(void)
{
    GString *text = g_string_new("{\"format\":");
    for (int i = 0; i < 100000; i++)
        g_string_append_c(text, '[');
    for (int i = 0; i < 100000; i++)
        g_string_append_c(text, ']');
    g_string_append_c(text, '}');
    assert_refused(text->str, text->len, JSON_FAULT_LIMIT, "nested");
    g_string_free(text, TRUE);
}

static void test_not_json(void)
{
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"", "empty"},
        {"  \n ", "empty"},
        {"null", "brace"},
        {"[]", "brace"},
        {"\"plan\"", "brace"},
        {"{} {}", "follows"},
        {"{}x", "follows"},
        {"{ /* note */ }", "not JSON"},
        {"{ // note\n }", "not JSON"},
        {"{ # note\n }", "not JSON"},
        {"{'format': 1}", "not JSON"},
        {"var plan = {}", "brace"},
        {"{\"a\": 01}", NULL},
        {"{\"a\": 1.}", "number"},
        {"{\"a\": 1e}", "number"},
        {"{\"a\": -}", "number"},
        {"{\"a\": NaN}", "not JSON"},
        {"{\"a\": nulls}", NULL},
        {"{\"a\": 0x10}", NULL},
        {"{\"a\" 1}", NULL},
        {"{\"a\": 1,}", NULL},
        {"{,}", NULL},
        {"{\"a\": [1 2]}", NULL},
        {"{\"a\": [1}", NULL},
        {"{\"a\": \"\\x41\"}", "escape"},
        {"{\"a\": \"\\u00g0\"}", "escape"},
        {"{\"a\": \"\\u0000\"}", "NUL"},
        {"{\"a\": \"tab\there\"}", "control"},
        {"{\"a\": \"line\nline\"}", "control"},
        {"{\"a\": \"open", "inside a string"},
        {"{\"a\": 1, \"a\": 1}", "twice"},
        {"{\"b\": {\"a\": 1, \"a\": 2}}", "twice"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_refused(cases[i].text, strlen(cases[i].text), JSON_FAULT_SYNTAX, cases[i].words);
    assert_refused("{\"a\": \"\0\"}", 11, JSON_FAULT_SYNTAX, "NUL");
    assert_refused("{\"a\": \"\xed\xa0\x80\"}", 12, JSON_FAULT_SYNTAX, "UTF-8");
    assert_refused("\xff\xfe{}", 4, JSON_FAULT_SYNTAX, "UTF-8");
}

static void test_versions(void)
{
    assert_refused("{}", 2, JSON_FAULT_FORMAT, "no format version");
    assert_edit_refused("\"format\" : 1", "\"format\" : 2", JSON_FAULT_FORMAT, "version 2");
    assert_edit_refused("\"format\" : 1", "\"format\" : \"1\"", JSON_FAULT_CONTENT, "whole number");
    assert_edit_refused("\"format\" : 1", "\"format\" : 1.0", JSON_FAULT_CONTENT, "whole number");
    assert_edit_refused("\"format\" : 1", "\"format\" : null", JSON_FAULT_CONTENT, "whole number");
}

static void test_members(void)
{
    assert_edit_refused("\"quiesce\" : false", "\"quiescence\" : false", JSON_FAULT_CONTENT,
                        "unknown member \"quiescence\"");
    assert_edit_refused("\"title\" :", "\"more\" : 1, \"title\" :", JSON_FAULT_CONTENT, "\"more\"");
    assert_edit_refused("\"after\" : \"running\",", "", JSON_FAULT_CONTENT, "\"after\" is missing");
    assert_edit_refused("\"format\" : 1,", "\"format\" : 1, \"format\" : 1,", JSON_FAULT_SYNTAX,
                        "twice");
}

static void test_types(void)
{
    assert_edit_refused("\"cancellable\" : false", "\"cancellable\" : 0", JSON_FAULT_CONTENT,
                        "steps[0].cancellable: true or false");
    assert_edit_refused("\"cancellable\" : false", "\"cancellable\" : \"false\"",
                        JSON_FAULT_CONTENT, "true or false");
    assert_edit_refused("\"bytes\" : null", "\"bytes\" : -5", JSON_FAULT_CONTENT,
                        "steps[0].disks[0].bytes");
    assert_edit_refused("\"bytes\" : null", "\"bytes\" : 1e3", JSON_FAULT_CONTENT, "whole number");
    assert_edit_refused("\"bytes\" : null", "\"bytes\" : \"12\"", JSON_FAULT_CONTENT,
                        "whole number");
    assert_edit_refused("\"bytes\" : null", "\"bytes\" : {}", JSON_FAULT_CONTENT, "whole number");
    assert_edit_refused("\"title\" : \"Create snapshot s1 of web01\"", "\"title\" : null",
                        JSON_FAULT_CONTENT, "title: text is expected");
    assert_edit_refused("\"lost\" : []", "\"lost\" : {}", JSON_FAULT_CONTENT, "lost: a list");
    assert_edit_refused("\"lost\" : []", "\"lost\" : [1]", JSON_FAULT_CONTENT, "lost[0]: text");
    assert_edit_refused("\"lost\" : []", "\"lost\" : [null]", JSON_FAULT_CONTENT, "lost[0]: text");
    assert_edit_refused("\"reasons\" : []", "\"reasons\" : [[]]", JSON_FAULT_CONTENT, "reasons[0]");
}

static void test_words(void)
{
    assert_edit_refused("\"verb\" : \"create\"", "\"verb\" : \"obliterate\"", JSON_FAULT_CONTENT,
                        "wish.verb");
    assert_edit_refused("\"verb\" : \"create\"", "\"verb\" : \"delete\"", JSON_FAULT_CONTENT,
                        "wish");
    assert_edit_refused("\"kind\" : \"create\"", "\"kind\" : \"shell\"", JSON_FAULT_CONTENT,
                        "steps[0].kind");
    assert_edit_refused("\"kind\" : \"external\"", "\"kind\" : \"EXTERNAL\"", JSON_FAULT_CONTENT,
                        "wish.kind");
    assert_edit_refused("\"verdict\" : \"ok\"", "\"verdict\" : \"maybe\"", JSON_FAULT_CONTENT,
                        "verdict");
}

static void test_names_and_paths(void)
{
    assert_edit_refused("\"snapshot\" : \"s1\"", "\"snapshot\" : \"../s1\"", JSON_FAULT_CONTENT,
                        "wish.snapshot");
    assert_edit_refused("\"snapshot\" : \"s1\"", "\"snapshot\" : \"-rf\"", JSON_FAULT_CONTENT,
                        "wish.snapshot");
    assert_edit_refused("\"snapshot\" : \"s1\"", "\"snapshot\" : \"\"", JSON_FAULT_CONTENT,
                        "wish.snapshot");
    assert_edit_refused("\"path\" : \"/img/web01.s1.qcow2\"", "\"path\" : \"/img/../etc/passwd\"",
                        JSON_FAULT_CONTENT, "wish.disks[0].path");
    assert_edit_refused("\"path\" : \"/img/web01.s1.qcow2\"", "\"path\" : \"web01.s1.qcow2\"",
                        JSON_FAULT_CONTENT, "absolute");
    assert_edit_refused("\"path\" : \"/img/web01.s1.qcow2\"", "\"path\" : \"/img/\"",
                        JSON_FAULT_CONTENT, "absolute");
    assert_edit_refused("\"path\" : \"/img/web01.s1.qcow2\"", "\"path\" : \"/img/a\\nb\"",
                        JSON_FAULT_CONTENT, "control characters");
    assert_edit_refused("\"memory_file\" : \"/img/web01.s1.mem\"", "\"memory_file\" : \"mem\"",
                        JSON_FAULT_CONTENT, "wish.memory_file");
    assert_edit_refused("\"name\" : \"web01\"", "\"name\" : \"web\\u009b01\"", JSON_FAULT_CONTENT,
                        "guest.name");
    assert_edit_refused("\"uuid\" : \"" UUID "\"", "\"uuid\" : \"1\"", JSON_FAULT_CONTENT, "guest");
    assert_edit_refused("\"target\" : \"vdb\"", "\"target\" : \"vda\"", JSON_FAULT_CONTENT,
                        "twice");
}

// json-glib's newer scanners refuse them themselves, older ones let them through to our check.
static void assert_composed_edit_refused(const char *from, const char *to, JsonFault code, const char *words)
{
    g_autoptr(Plan) plan = composed_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    g_autofree char *edited = replaced(text, from, to);
    assert_refused(edited, strlen(edited), code, words);
}

// The files of a composed revert are checked as any other, and part of the fingerprint.
static void test_composed(void)
{
    assert_composed_edit_refused("\"backing\" : \"/img/web01.img\"", "\"backing\" : \"/img/../etc/shadow\"",
                                 JSON_FAULT_CONTENT, "does not name an image");
    assert_composed_edit_refused("\"backing\" : \"/img/web01.img\"", "\"backing\" : \"/img/other.img\"",
                                 JSON_FAULT_EDITED, "fingerprint");
    assert_composed_edit_refused("\"backing_format\" : \"raw\"", "\"backing_format\" : \"qcow2\"", JSON_FAULT_EDITED,
                                 "fingerprint");
    assert_composed_edit_refused("\"origin\" : \"s1\",\n      \"disk_only\"", "\"origin\" : \"s2\",\n      \"disk_only\"",
                                 JSON_FAULT_EDITED, "fingerprint");
    assert_composed_edit_refused("\"branch_name\" : \"after-revert-1\"", "\"branch_name\" : \"../x\"", JSON_FAULT_CONTENT,
                                 NULL);
    assert_composed_edit_refused("\"branch_name\" : \"after-revert-1\"", "\"branch_name\" : \"other\"", JSON_FAULT_EDITED,
                                 "fingerprint");
    assert_composed_edit_refused("\"top\" : \"/img/web01", "\"top\" : \"img/web01", JSON_FAULT_CONTENT, "absolute");
}

static void test_lone_surrogates(void)
{
    g_autoptr(Plan) plan = create_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    g_autofree char *edited = replaced(text, "\"title\" : \"Create", "\"title\" : \"\\ud800");
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) read = json_read_plan(edited, strlen(edited), &error);

    g_assert_null(read);
    g_assert_true(g_error_matches(error, JSON_FAULT, JSON_FAULT_CONTENT) ||
                  g_error_matches(error, JSON_FAULT, JSON_FAULT_SYNTAX));
}

// Believable in every member, and yet not what virt-snap wrote.
static void test_edited(void)
{
    assert_edit_refused("\"quiesce\" : false", "\"quiesce\" : true", JSON_FAULT_EDITED,
                        "fingerprint");
    assert_edit_refused("\"snapshot\" : \"s1\"", "\"snapshot\" : \"s2\"", JSON_FAULT_EDITED,
                        "fingerprint");
    assert_edit_refused("\"target\" : \"vda\",\n          \"mode\"",
                        "\"target\" : \"vdc\",\n          \"mode\"", JSON_FAULT_EDITED,
                        "fingerprint");
    assert_edit_refused("\"writes\" : \"/img/web01.s1.qcow2\"", "\"writes\" : \"/etc/passwd\"",
                        JSON_FAULT_EDITED, "files");
    assert_edit_refused("\"files_removed\" : []", "\"files_removed\" : [\"/x\"]", JSON_FAULT_EDITED,
                        "files");
    assert_edit_refused("\"verdict\" : \"ok\"", "\"verdict\" : \"refused\"", JSON_FAULT_EDITED,
                        "without a reason");
    assert_edit_refused("\"reasons\" : []", "\"reasons\" : [{\"rule\":\"r\",\"text\":\"t\"}]",
                        JSON_FAULT_EDITED, "verdict");
    assert_edit_refused("\"snapshot\" : \"s1\"", "\"snapshot\" : null", JSON_FAULT_EDITED,
                        "verdict");
}

// Forecasts may differ when a plan is made again; so they may in its file.
static void test_forecast_is_not_fingerprinted(void)
{
    g_autoptr(Plan) plan = create_plan();
    g_autofree char *text = json_write_plan(plan, URI);
    g_autofree char *edited = replaced(text, "\"space_needed\" : 33554432", "\"space_needed\" : 7");
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) back = read_text(edited, &error);
    g_assert_no_error(error);
    g_assert_true(plan_equal(plan, back));
}

static void test_foreign_subject_names_pass(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, UUID, "日本", "vor dem Umbau (größer) \U0001F40B");
    g_autoptr(Plan) plan = plan_new(wish);
    plan->title = g_strdup("Delete");
    plan_add_step(plan, STEP_DELETE, wish->snapshot);
    plan_seal(plan);
    g_autofree char *text = json_write_plan(plan, URI);
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) back = read_text(text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(back->wish->snapshot, ==, wish->snapshot);
    g_assert_cmpstr(back->wish->domain, ==, "日本");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan_json/round_trip", test_round_trip);
    g_test_add_func("/plan_json/subjects_survive", test_subjects_survive);
    g_test_add_func("/plan_json/composed", test_composed);
    g_test_add_func("/plan_json/discards_survive", test_discards_survive);
    g_test_add_func("/plan_json/values_survive", test_values_survive);
    g_test_add_func("/plan_json/unknown_sizes_are_null", test_unknown_sizes_are_null);
    g_test_add_func("/plan_json/written_text_is_tame", test_written_text_is_tame);
    g_test_add_func("/plan_json/truncated", test_truncated);
    g_test_add_func("/plan_json/every_byte_changed", test_every_byte_changed);
    g_test_add_func("/plan_json/huge", test_huge);
    g_test_add_func("/plan_json/deep_but_closed", test_deep_but_closed);
    g_test_add_func("/plan_json/not_json", test_not_json);
    g_test_add_func("/plan_json/versions", test_versions);
    g_test_add_func("/plan_json/members", test_members);
    g_test_add_func("/plan_json/types", test_types);
    g_test_add_func("/plan_json/words", test_words);
    g_test_add_func("/plan_json/names_and_paths", test_names_and_paths);
    g_test_add_func("/plan_json/lone_surrogates", test_lone_surrogates);
    g_test_add_func("/plan_json/edited", test_edited);
    g_test_add_func("/plan_json/forecast_is_not_fingerprinted", test_forecast_is_not_fingerprinted);
    g_test_add_func("/plan_json/foreign_subject_names_pass", test_foreign_subject_names_pass);
    return g_test_run();
}
