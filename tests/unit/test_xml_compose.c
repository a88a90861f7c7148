// SPDX-License-Identifier: GPL-2.0-or-later
// Writing the request for a snapshot, and reading it back: what arrives is what was meant.

#include "engine/xml/compose.h"
#include "engine/xml/snapshot_xml.h"
#include "tests/unit/xml_text.h"

// The only step of a new plan.
static Step *make_step(Plan **plan, const char *name, MemoryMode memory, const char *memory_file)
{
    g_autoptr(Wish) wish = wish_new(VERB_CREATE, UUID, "web", name);
    Step *step;

    *plan = plan_new(wish);
    step = plan_add_step(*plan, STEP_CREATE, name);
    step->memory = memory;
    step->memory_file = g_strdup(memory_file);
    return step;
}

static void add_disk(Step *step, const char *target, DiskMode mode, const char *writes)
{
    StepDisk *disk = step_add_disk(step, target, mode);

    disk->writes = g_strdup(writes);
    disk->format = g_strdup(writes ? "qcow2" : NULL);
}

static Snapshot *read_back(const Step *step)
{
    g_autofree char *text = xml_compose_snapshot(step);
    g_autoptr(GError) error = NULL;
    Snapshot *snapshot;

    g_assert_nonnull(text);
    snapshot = xml_read_snapshot(text, strlen(text), &error);
    g_assert_no_error(error);
    return snapshot;
}

static void test_text(void)
{
    g_autoptr(Plan) plan = NULL;
    Step *step = make_step(&plan, "s1", MEMORY_EXTERNAL, "/m/web.mem");
    g_autofree char *text = NULL;

    step->description = g_strdup("clean & new");
    add_disk(step, "vda", DISK_MODE_EXTERNAL, "/m/web.s1.qcow2");
    add_disk(step, "sda", DISK_MODE_NO, NULL);
    text = xml_compose_snapshot(step);
    g_assert_cmpstr(text, ==,
                    "<domainsnapshot>\n"
                    " <name>s1</name>\n"
                    " <description>clean &amp; new</description>\n"
                    " <memory snapshot=\"external\" file=\"/m/web.mem\"/>\n"
                    " <disks>\n"
                    "  <disk name=\"vda\" snapshot=\"external\" type=\"file\">\n"
                    "   <driver type=\"qcow2\"/>\n"
                    "   <source file=\"/m/web.s1.qcow2\"/>\n"
                    "  </disk>\n"
                    "  <disk name=\"sda\" snapshot=\"no\"/>\n"
                    " </disks>\n"
                    "</domainsnapshot>\n");
}

static void test_internal(void)
{
    g_autoptr(Plan) plan = NULL;
    Step *step = make_step(&plan, "s1", MEMORY_INTERNAL, NULL);
    g_autoptr(Snapshot) s = NULL;

    add_disk(step, "vda", DISK_MODE_INTERNAL, NULL);
    s = read_back(step);
    g_assert_cmpint(s->memory, ==, MEMORY_INTERNAL);
    g_assert_null(s->memory_file);
    g_assert_null(s->description);
    g_assert_cmpint(snapshot_disk(s, "vda")->mode, ==, DISK_MODE_INTERNAL);
    g_assert_cmpint(snapshot_kind(s), ==, KIND_INTERNAL);
}

// What a disk writes to matters only where an overlay is made.
static void test_internal_names_no_file(void)
{
    g_autoptr(Plan) plan = NULL;
    Step *step = make_step(&plan, "s1", MEMORY_NO, "/unused");
    g_autofree char *text = NULL;

    add_disk(step, "vda", DISK_MODE_INTERNAL, "/p/web.qcow2");
    text = xml_compose_snapshot(step);
    g_assert_null(strstr(text, "source"));
    g_assert_null(strstr(text, "unused"));
}

static const char *const hostile[] = {
    "it's \"quoted\" <b> &amp; `id` $(id) ; -rf",
    "]]>",
    "<![CDATA[x]]>",
    "<!-- x --",
    "</name></domainsnapshot>",
    "../../../etc/passwd",
    "%s%n%99999d",
    "  two  blanks  ",
    "line\nline\ttab",
    "carriage\rreturn\r\nboth",
    "\xf0\x9f\xa7\xaa \xe6\x97\xa5\xe6\x9c\xac e\xcc\x81 \xe2\x80\xae rtl",
    "\xc2\x85 \xe2\x80\xa8 \x7f \xc2\x9b",
    "&#0; &#x1b; &undefined;",
    "--metadata",
};

static void test_round_trip(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_autoptr(Plan) plan = NULL;
        Step *step = make_step(&plan, hostile[i], MEMORY_EXTERNAL, hostile[i]);
        g_autoptr(Snapshot) s = NULL;

        step->description = g_strdup(hostile[i]);
        add_disk(step, hostile[i], DISK_MODE_EXTERNAL, hostile[i]);
        s = read_back(step);
        g_assert_cmpstr(s->name, ==, hostile[i]);
        g_assert_cmpstr(s->description, ==, hostile[i]);
        g_assert_cmpstr(s->memory_file, ==, hostile[i]);
        g_assert_cmpuint(s->disks->len, ==, 1);
        g_assert_cmpstr(snapshot_overlay(s, hostile[i]), ==, hostile[i]);
    }
}

static void test_clean(void)
{
    static const struct {
        const char *text, *clean;
    } cases[] = {
        {"", ""},
        {"plain \xc3\xa9\t\n\r", "plain \xc3\xa9\t\n\r"},
        {"bell\a esc\033[31m", "bell\xef\xbf\xbd esc\xef\xbf\xbd[31m"},
        {"\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd"}, // U+FFFE, U+FFFF
        {"a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b"},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                 // overlong '/'
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, // a surrogate
        {"\xf0\x9f\xa7", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, // cut off
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *clean = xml_clean_text(cases[i].text);

        g_assert_true(g_utf8_validate(clean, -1, NULL));
        g_assert_cmpstr(clean, ==, cases[i].clean);
    }
}

static void test_description_is_cleaned(void)
{
    g_autoptr(Plan) plan = NULL;
    Step *step = make_step(&plan, "s1", MEMORY_NO, NULL);
    g_autoptr(Snapshot) s = NULL;

    step->description = g_strdup("red \033[31m and \xff");
    s = read_back(step);
    g_assert_cmpstr(s->description, ==, "red \xef\xbf\xbd[31m and \xef\xbf\xbd");
}

static void test_big_description(void)
{
    g_autoptr(Plan) plan = NULL;
    Step *step = make_step(&plan, "s1", MEMORY_NO, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Snapshot) s = NULL;

    append_times(text, "a <b> & \xe6\x97\xa5\n", 100000);
    step->description = g_strdup(text->str);
    s = read_back(step);
    g_assert_cmpstr(s->description, ==, text->str);
}

// Nothing that a plan names may be altered on its way, nothing left to libvirt.
static void test_refused(void)
{
    static const struct {
        const char *name, *memory_file, *target, *writes;
    } cases[] = {
        {"s\0331", "/m", "vda", "/w"}, {"s1", "/m\001", "vda", "/w"}, {"s1", "/m", "v\xff", "/w"},
        {"s1", "/m", "vda", "/w\xfe"}, {"", "/m", "vda", "/w"},       {"s1", NULL, "vda", "/w"},
        {"s1", "/m", "", "/w"},        {"s1", "/m", "vda", NULL},     {"s1", "/m", "vda", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Plan) plan = NULL;
        Step *step = make_step(&plan, cases[i].name, MEMORY_EXTERNAL, cases[i].memory_file);

        add_disk(step, cases[i].target, DISK_MODE_EXTERNAL, cases[i].writes);
        g_assert_null(xml_compose_snapshot(step));
    }
}

static void test_refused_steps(void)
{
    g_autoptr(Plan) plan = NULL;
    Step *step = make_step(&plan, "s1", MEMORY_NO, NULL);
    Step *other = plan_add_step(plan, STEP_DELETE, "s1");

    g_assert_null(xml_compose_snapshot(other));
    add_disk(step, "vda", DISK_MODE_DEFAULT, NULL);
    g_assert_null(xml_compose_snapshot(step));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/compose/text", test_text);
    g_test_add_func("/xml/compose/internal", test_internal);
    g_test_add_func("/xml/compose/internal-names-no-file", test_internal_names_no_file);
    g_test_add_func("/xml/compose/round-trip", test_round_trip);
    g_test_add_func("/xml/compose/clean", test_clean);
    g_test_add_func("/xml/compose/description-is-cleaned", test_description_is_cleaned);
    g_test_add_func("/xml/compose/big-description", test_big_description);
    g_test_add_func("/xml/compose/refused", test_refused);
    g_test_add_func("/xml/compose/refused-steps", test_refused_steps);
    return g_test_run();
}
