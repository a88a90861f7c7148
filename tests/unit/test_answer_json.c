// SPDX-License-Identifier: GPL-2.0-or-later
// Answers as JSON: right fields, right types, unknown as null, foreign text harmless. They are read
// back with the strict reader of this room, which takes nothing that is not JSON.
#include "engine/json/answer_json.h"
#include "engine/json/json_in.h"

#include <string.h>

#define UUID "e180999a-3588-5a67-b7dc-f0a8d91b7e62"
#define URI  "qemu:///system"

// ---- A guest to tell about: base <- s1 <- s2 <- NOW, and s2b beside s2 ------------------------

static Definition *definition(const char *image)
{
    Definition *def = definition_new();
    Disk *vda = disk_new("vda"), *sda = disk_new("sda");
    vda->device = DEVICE_DISK;
    vda->type = SOURCE_FILE;
    vda->path = g_strdup(image);
    shared_text_set(&vda->format, "qcow2");
    sda->device = DEVICE_CDROM;
    sda->readonly = true;
    g_ptr_array_add(def->disks, vda);
    g_ptr_array_add(def->disks, sda);
    return def;
}

static Snapshot *snapshot(const char *name, const char *parent, gint64 created, const char *frozen,
                          const char *overlay)
{
    Snapshot *s = snapshot_new(name);
    SnapshotDisk *vda = snapshot_disk_new("vda", DISK_MODE_EXTERNAL, overlay);
    s->parent = g_strdup(parent);
    s->created = created;
    s->state = SNAPSHOT_DISK_ONLY;
    s->definition = definition(frozen);
    g_ptr_array_add(s->disks, vda);
    return s;
}

static void unref_snapshot(gpointer s)
{
    snapshot_unref(s);
}

static void tell(Images *images, const char *path, const char *backing, gint64 bytes)
{
    Image *image = images_add(images, path);
    image->type = SOURCE_FILE;
    shared_text_set(&image->format, "qcow2");
    image->presence = PRESENCE_FOUND;
    image->allocation = bytes;
    image->capacity = bytes == SIZE_UNKNOWN ? SIZE_UNKNOWN : 1 << 30;
    image_tell_backing(image, TOLD_BY_HEADER, backing, backing ? "qcow2" : NULL);
}

static Picture *picture(const char *hostile)
{
    Domain *domain = domain_new("web01", UUID);
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(unref_snapshot);
    Images *images = images_new();
    domain->state = DOMAIN_RUNNING;
    domain->id = 3;
    domain->persistent = true;
    domain->live = definition("/img/s2.qcow2");
    g_ptr_array_add(snapshots, snapshot("s1", NULL, 100, "/img/base.qcow2", "/img/s1.qcow2"));
    g_ptr_array_add(snapshots, snapshot("s2", "s1", 200, "/img/s1.qcow2", "/img/s2.qcow2"));
    g_ptr_array_add(snapshots, snapshot("s2b", "s1", 300, "/img/s1.qcow2", "/img/s2b.qcow2"));
    if (hostile)
        ((Snapshot *) g_ptr_array_index(snapshots, 0))->description = g_strdup(hostile);
    tell(images, "/img/base.qcow2", NULL, 4187593113);
    tell(images, "/img/s1.qcow2", "/img/base.qcow2", SIZE_UNKNOWN);
    tell(images, "/img/s2.qcow2", "/img/s1.qcow2", 196608);
    Picture *made = picture_new(domain, snapshots, "s2", images);
    made->details = true;
    return made;
}

// ---- Reading answers -------------------------------------------------------------------------

typedef struct Answer {
    char *text;
    JsonNode *root;
} Answer;

static void answer_clear(Answer *answer)
{
    g_free(answer->text);
    json_node_unref(answer->root);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

// Takes the text.
static Answer read_answer(char *text)
{
    g_autoptr(GError) error = NULL;
    Answer answer = {text, json_in_parse(text, strlen(text), &error)};
    g_assert_no_error(error);
    g_assert_true(g_str_has_suffix(text, "\n"));
    return answer;
}

// The values at a path ("$.state.disks[0].chain[*].path"), written as JSON.
static char *at(const Answer *answer, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) found = json_path_query(path, answer->root, &error);
    g_assert_no_error(error);
    return json_to_string(found, FALSE);
}

static void assert_at(const Answer *answer, const char *path, const char *expected)
{
    g_autofree char *found = at(answer, path);
    if (strcmp(found, expected) != 0)
        g_error("%s is %s, not %s, in\n%s", path, found, expected, answer->text);
}

// ---- Tests -----------------------------------------------------------------------------------

static void test_tree(void)
{
    g_autoptr(Picture) p = picture(NULL);
    g_auto(Answer) answer = read_answer(json_write_tree(URI, p));
    assert_at(&answer, "$.format", "[1]");
    assert_at(&answer, "$.uri", "[\"qemu:///system\"]");
    assert_at(&answer, "$.guest.name", "[\"web01\"]");
    assert_at(&answer, "$.guest.uuid", "[\"" UUID "\"]");
    assert_at(&answer, "$.guest.state", "[\"running\"]");
    assert_at(&answer, "$.incomplete", "[null]");
    assert_at(&answer, "$.snapshots[*].name", "[\"s1\",\"s2\",\"s2b\"]");
    assert_at(&answer, "$.snapshots[*].parent", "[null,\"s1\",\"s1\"]");
    assert_at(&answer, "$.snapshots[*].depth", "[0,1,1]");
    assert_at(&answer, "$.snapshots[*].created", "[100,200,300]");
    assert_at(&answer, "$.snapshots[*].children", "[2,0,0]");
    assert_at(&answer, "$.snapshots[*].current", "[false,true,false]");
    assert_at(&answer, "$.snapshots[*].state", "[\"disk-only\",\"disk-only\",\"disk-only\"]");
    assert_at(&answer, "$.snapshots[*].kind", "[\"external\",\"external\",\"external\"]");
    assert_at(&answer, "$.snapshots[1].disks[0].frozen_in", "[\"/img/s1.qcow2\"]");
    assert_at(&answer, "$.snapshots[1].disks[0].written_after", "[\"/img/s2.qcow2\"]");
    assert_at(&answer, "$.now.based_on", "[\"s2\"]");
    assert_at(&answer, "$.now.matches_current", "[true]");
    assert_at(&answer, "$.now.bytes_in_no_snapshot", "[196608]");
    assert_at(&answer, "$.now.disks[*].writes", "[\"/img/s2.qcow2\",null]");
}

static void test_state_of_a_snapshot(void)
{
    g_autoptr(Picture) p = picture(NULL);
    const Snapshot *s2 = picture_snapshot(p, "s2");
    g_auto(Answer) answer = read_answer(json_write_state(URI, p, s2));
    assert_at(&answer, "$.state.now", "[false]");
    assert_at(&answer, "$.state.name", "[\"s2\"]");
    assert_at(&answer, "$.state.disks[0].image", "[\"/img/s1.qcow2\"]");
    assert_at(&answer, "$.state.disks[0].written_after", "[\"/img/s2.qcow2\"]");
    assert_at(&answer, "$.state.disks[0].chain_end", "[\"complete\"]");
    assert_at(&answer, "$.state.disks[0].chain[*].path", "[\"/img/base.qcow2\",\"/img/s1.qcow2\"]");
    assert_at(&answer, "$.state.disks[0].chain[*].allocation", "[4187593113,null]");
    assert_at(&answer, "$.state.disks[0].chain[*].capacity", "[1073741824,null]");
    assert_at(&answer, "$.state.disks[0].chain[*].presence", "[\"found\",\"found\"]");
    assert_at(&answer, "$.state.disks[0].chain[0].frozen_by", "[[\"s1\"]]");
    assert_at(&answer, "$.state.disks[0].chain[1].frozen_by", "[[\"s2\",\"s2b\"]]");
    assert_at(&answer, "$.state.disks[0].chain[1].used_by", "[[\"s2\",\"s2b\"]]");
    assert_at(&answer, "$.state.disks[0].chain[*].used_by_now", "[true,true]");
    assert_at(&answer, "$.state.disks[0].chain[*].written_by_now", "[false,false]");
}

static void test_state_of_now(void)
{
    g_autoptr(Picture) p = picture(NULL);
    g_auto(Answer) answer = read_answer(json_write_state(URI, p, NULL));
    assert_at(&answer, "$.state.now", "[true]");
    assert_at(&answer, "$.state.name", "[null]");
    assert_at(&answer, "$.state.parent", "[\"s2\"]");
    assert_at(&answer, "$.state.disks[*].target", "[\"vda\",\"sda\"]");
    assert_at(&answer, "$.state.disks[0].chain[*].path",
              "[\"/img/base.qcow2\",\"/img/s1.qcow2\",\"/img/s2.qcow2\"]");
    assert_at(&answer, "$.state.disks[0].chain[*].written_by_now", "[false,false,true]");
    assert_at(&answer, "$.state.disks[1].chain", "[[]]");
}

static void test_problems(void)
{
    g_autoptr(Picture) p = picture(NULL);
    PictureAnswer pictures[] = {{URI, p}};
    g_auto(Answer) answer = read_answer(json_write_problems(pictures, 1));
    assert_at(&answer, "$.guests[*].guest.name", "[\"web01\"]");
    assert_at(&answer, "$.guests[*].problems[*].kind", "[\"shared-frozen\"]");
    g_auto(Answer) none = read_answer(json_write_problems(pictures, 0));
    assert_at(&none, "$.guests", "[[]]");
}

static void test_hosts(void)
{
    g_autoptr(GArray) guests = g_array_new(FALSE, FALSE, sizeof(GuestAnswer));
    GuestAnswer counted = {UUID, "web01", DOMAIN_RUNNING, true, 3};
    GuestAnswer uncounted = {UUID, "db", DOMAIN_OFF, false, -1};
    g_array_append_val(guests, counted);
    g_array_append_val(guests, uncounted);
    g_autoptr(Host) host = host_new(URI);
    host->driver = g_strdup("QEMU");
    host->daemon_version = LIBVIRT_VERSION(9, 0, 0);
    HostAnswer hosts[] = {
        {.uri = URI, .host = host, .guests = guests},
        {.uri = "qemu+ssh://hv2/system", .failure = "Cannot connect."},
    };
    g_auto(Answer) answer = read_answer(json_write_hosts(hosts, 2));
    assert_at(&answer, "$.hosts[*].uri", "[\"qemu:///system\",\"qemu+ssh://hv2/system\"]");
    assert_at(&answer, "$.hosts[*].connected", "[true,false]");
    assert_at(&answer, "$.hosts[*].failure", "[null,\"Cannot connect.\"]");
    assert_at(&answer, "$.hosts[0].daemon_version", "[\"9.0.0\"]");
    assert_at(&answer, "$.hosts[0].hypervisor_version", "[null]");
    assert_at(&answer, "$.hosts[0].guests[*].snapshots", "[3,null]");
    assert_at(&answer, "$.hosts[0].guests[*].state", "[\"running\",\"off\"]");
    assert_at(&answer, "$.hosts[1].guests", "[[]]");
}

static void test_outcome(void)
{
    OutcomeAnswer outcome = {.uri = URI,
                             .uuid = UUID,
                             .guest = "web01",
                             .title = "Create",
                             .outcome = "failed",
                             .failure = "libvirt said: no."};
    g_auto(Answer) answer = read_answer(json_write_outcome(&outcome));
    assert_at(&answer, "$.outcome", "[\"failed\"]");
    assert_at(&answer, "$.story", "[null]");
    assert_at(&answer, "$.failure", "[\"libvirt said: no.\"]");
}

// Foreign text arrives as it was, whatever is in it, and has no power on its way.
static void test_foreign_text(void)
{
    static const char *const texts[] = {
        "\x1b]0;owned\x07\x1b[2J\x7f",
        "two\nlines\tand \"quotes\" \\",
        "caf\u00e9 日本語 \U0001F5FE",
        "\u202eevil\u2066\u200b",
        ("\xc2\x9b"
         "31m"),
        "}\n], \"x\": 1",
        "",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Picture) p = picture(texts[i]);
        g_auto(Answer) answer = read_answer(json_write_tree(URI, p));
        g_autoptr(JsonNode) found =
            json_path_query("$.snapshots[0].description", answer.root, NULL);
        g_assert_cmpstr(json_array_get_string_element(json_node_get_array(found), 0), ==, texts[i]);
        for (const char *c = answer.text; *c; c = g_utf8_next_char(c))
            g_assert_true(*c == '\n' || !g_unichar_iscntrl(g_utf8_get_char(c)));
        g_assert_null(strstr(answer.text, "\u202e"));
    }
}

// Bytes that are no UTF-8 cannot stand in JSON.
static void test_not_utf8(void)
{
    g_autoptr(Picture) p = picture("a\xff\xfe"
                                   "b");
    g_auto(Answer) answer = read_answer(json_write_tree(URI, p));
    assert_at(&answer, "$.snapshots[0].description",
              "[\"a\uFFFD\uFFFD"
              "b\"]");
}

static void test_unreadable_guest(void)
{
    Domain *domain = domain_new("busy", UUID);
    g_autoptr(Picture) p =
        picture_new(domain, g_ptr_array_new_with_free_func(unref_snapshot), NULL, images_new());
    p->incomplete = g_strdup("libvirt is busy");
    g_auto(Answer) tree = read_answer(json_write_tree(URI, p));
    assert_at(&tree, "$.incomplete", "[\"libvirt is busy\"]");
    assert_at(&tree, "$.snapshots", "[[]]");
    assert_at(&tree, "$.now.based_on", "[null]");
    assert_at(&tree, "$.now.disks", "[[]]");
    g_auto(Answer) state = read_answer(json_write_state(URI, p, NULL));
    assert_at(&state, "$.state.disks", "[[]]");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/answer_json/tree", test_tree);
    g_test_add_func("/answer_json/state_of_a_snapshot", test_state_of_a_snapshot);
    g_test_add_func("/answer_json/state_of_now", test_state_of_now);
    g_test_add_func("/answer_json/problems", test_problems);
    g_test_add_func("/answer_json/hosts", test_hosts);
    g_test_add_func("/answer_json/outcome", test_outcome);
    g_test_add_func("/answer_json/foreign_text", test_foreign_text);
    g_test_add_func("/answer_json/not_utf8", test_not_utf8);
    g_test_add_func("/answer_json/unreadable_guest", test_unreadable_guest);
    return g_test_run();
}
