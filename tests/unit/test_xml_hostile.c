// SPDX-License-Identifier: GPL-2.0-or-later
// XML written by somebody who means harm, or by a tool gone mad: read within limits, or refused
// with a sentence, soon, and without a word on standard error.

#include "engine/xml/domain_xml.h"
#include "engine/xml/snapshot_xml.h"
#include "tests/unit/xml_text.h"

#include <libxml/xmlerror.h>

#define PATIENCE (30 * G_USEC_PER_SEC) // with sanitizers, on a slow machine; an attack takes hours

// "" for text that can be read, else the error's message.
static char *try_domain(const char *text, gsize length, XmlError *code)
{
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    g_autoptr(Definition) def = xml_read_domain(text, length, &error);

    g_assert_cmpint(g_get_monotonic_time() - start, <, PATIENCE);
    g_assert_true((def == NULL) == (error != NULL));
    if (!error)
        return g_strdup("");
    *code = (XmlError) error->code;
    assert_sentence(error, *code, "The XML of a guest");
    return g_strdup(error->message);
}

static void assert_refused(const char *text, gsize length, XmlError code, const char *part)
{
    XmlError found = XML_ERROR_SYNTAX;
    g_autofree char *message = try_domain(text, length, &found);

    g_assert_cmpstr(message, !=, "");
    g_assert_nonnull(strstr(message, part));
    g_assert_cmpint(found, ==, code);
}

static void assert_string_refused(const GString *text, XmlError code, const char *part)
{
    assert_refused(text->str, text->len, code, part);
}

static void test_doctype(void)
{
    static const char *const documents[] = {
        "<!DOCTYPE domain><domain/>",
        "<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>",
        "<!DOCTYPE domain PUBLIC '-//x' 'http://127.0.0.1:1/x'><domain/>",
        "<!DOCTYPE domain [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]><domain/>",
        "<!DOCTYPE domain [<!ENTITY a 'x'>]><domain><name>&a;</name></domain>",
        "<!DOCTYPE domain [<!ATTLIST disk type CDATA 'block'>]><domain/>",
        "<?xml version='1.0' standalone='no'?><!-- --><!DOCTYPE a [ broken <<<",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(documents); i++)
        assert_refused(documents[i], strlen(documents[i]), XML_ERROR_CONTENT, "DOCTYPE");
}

static void test_entities(void)
{
    g_autoptr(GString) bomb = g_string_new("<!DOCTYPE domain [<!ENTITY a0 'laugh'>");
    const char *undefined = "<domain><name>&a;</name></domain>";
    const char *in_attribute = "<domain type='&a;'><name>a</name></domain>";

    for (int i = 1; i < 30; i++)
        g_string_append_printf(bomb, "<!ENTITY a%d '&a%d;&a%d;&a%d;'>", i, i - 1, i - 1, i - 1);
    g_string_append(bomb, "]><domain><name>&a29;</name></domain>");
    assert_string_refused(bomb, XML_ERROR_CONTENT, "DOCTYPE");
    assert_refused(undefined, strlen(undefined), XML_ERROR_SYNTAX, "line 1");
    assert_refused(in_attribute, strlen(in_attribute), XML_ERROR_SYNTAX, "line 1");
}

static void test_bytes(void)
{
    const char nul[] = "<domain><name>a\0b</name><uuid>" UUID "</uuid></domain>";
    const char tail[] = "<domain><name>a</name><uuid>" UUID "</uuid></domain>\0";
    const char *broken = "<domain><name>\xc3(</name></domain>";
    const char *control = "<domain><name>\033[2J</name></domain>";
    const char *escaped = "<domain><name>&#27;</name></domain>";
    const char *utf16 =
        "<?xml version='1.0' encoding='UTF-16'?><domain><name>\xc3\xa9</name><uuid>" UUID
        "</uuid></domain>";
    const char *claims[] = {"<?xml version='1.0' encoding='ISO-8859-1'?>",
                            "<?xml version='1.0' encoding='x'?>"};

    assert_refused("", 0, XML_ERROR_SYNTAX, "is empty");
    assert_refused(nul, sizeof(nul) - 1, XML_ERROR_SYNTAX, "byte 15");
    assert_refused(tail, sizeof(tail) - 1, XML_ERROR_SYNTAX, "not UTF-8");
    assert_refused(broken, strlen(broken), XML_ERROR_SYNTAX, "byte 14");
    assert_refused(control, strlen(control), XML_ERROR_SYNTAX, "line 1");
    assert_refused(escaped, strlen(escaped), XML_ERROR_SYNTAX, "line 1");
    assert_refused(utf16, strlen(utf16), XML_ERROR_SYNTAX, "claims not to be UTF-8");
    for (gsize i = 0; i < G_N_ELEMENTS(claims); i++)
        assert_refused(claims[i], strlen(claims[i]), XML_ERROR_SYNTAX, "claims not to be UTF-8");
}

static void test_declared(void)
{
    static const char *const declarations[] = {
        "<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone='yes'?>\n",
        "<?xml version='1.0' encoding='utf-8'?>", "\xef\xbb\xbf"};

    for (gsize i = 0; i < G_N_ELEMENTS(declarations); i++) {
        g_autofree char *text = g_strconcat(
            declarations[i], "<domain><name>\xc3\xa9</name><uuid>" UUID "</uuid></domain>", NULL);
        g_autoptr(Definition) def = xml_read_domain(text, strlen(text), NULL);

        g_assert_nonnull(def);
        g_assert_cmpstr(def->name, ==, "\xc3\xa9");
    }
}

// The text ends where it is said to end, NUL or not.
static void test_length(void)
{
    const char *text = "<domain><name>a</name><uuid>" UUID "</uuid></domain>";
    gsize length = strlen(text);

    for (gsize n = 1; n < length; n++) {
        g_autofree char *part = g_memdup2(text, n); // the sanitizer sees a byte read too far
        XmlError code = XML_ERROR_SYNTAX;
        g_autofree char *message = try_domain(part, n, &code);

        g_assert_cmpstr(message, !=, "");
        g_assert_cmpint(code, ==, XML_ERROR_SYNTAX);
    }
}

static GString *make_chain(guint layers)
{
    GString *text =
        g_string_new("<domain><name>a</name><uuid>" UUID "</uuid><devices><disk type='file'>"
                     "<source file='/top'/>");

    for (guint i = 0; i < layers; i++)
        g_string_append_printf(text,
                               "<backingStore type='file' index='%u'><format type='qcow2'/>"
                               "<source file='/layer%u'/>",
                               i + 1, i);
    g_string_append(text, "<backingStore/>");
    append_times(text, "</backingStore>", layers);
    g_string_append(text, "<target dev='vda'/></disk></devices></domain>");
    return text;
}

static void test_long_chains(void)
{
    static const guint lengths[] = {0, 1, 200, 256, 1000, 1900};

    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autoptr(GString) text = make_chain(lengths[i]);
        g_autoptr(GError) error = NULL;
        g_autoptr(Definition) def = xml_read_domain(text->str, text->len, &error);
        const Disk *disk;

        g_assert_no_error(error);
        disk = definition_disk(def, "vda");
        g_assert_cmpuint(disk->backing->len, ==, lengths[i]);
        g_assert_true(disk->chain_ends);
        if (lengths[i] > 0) {
            g_autofree char *last = g_strdup_printf("/layer%u", lengths[i] - 1);

            g_assert_cmpstr(((Layer *) g_ptr_array_index(disk->backing, lengths[i] - 1))->path, ==,
                            last);
        }
    }
}

static void test_too_deep(void)
{
    g_autoptr(GString) chain = make_chain(10000);
    g_autoptr(GString) names = g_string_new("<domain>");
    g_autoptr(GString) foreign = g_string_new("<domain xmlns:x='urn:x'>");

    append_times(names, "<name>", 10000);
    append_times(foreign, "<x:a>", 1000000);
    assert_string_refused(chain, XML_ERROR_LIMIT, "too deep");
    assert_string_refused(names, XML_ERROR_LIMIT, "too deep");
    assert_string_refused(foreign, XML_ERROR_LIMIT, "too deep");
}

static void test_too_big(void)
{
    g_autoptr(GString) nodes = g_string_new("<domain>");
    g_autofree char *text = g_malloc(64 * 1024 * 1024 + 1);

    append_times(nodes, "<a/>", 3000000);
    assert_string_refused(nodes, XML_ERROR_LIMIT, "too many elements");
    memset(text, ' ', 64 * 1024 * 1024 + 1);
    assert_refused(text, 64 * 1024 * 1024 + 1, XML_ERROR_LIMIT, "67108865 bytes");
    assert_refused(text, 64 * 1024 * 1024, XML_ERROR_SYNTAX, "not well-formed");
}

// libxml2 compares every attribute of a tag, and every namespace, with every other.
static void test_quadratic(void)
{
    g_autoptr(GString) attributes = g_string_new("<domain><disk first='>'");
    g_autoptr(GString) declared = g_string_new("<domain>");
    g_autoptr(GString) prefixed = g_string_new("<domain xmlns:x='urn:x'>");
    static const char *const quotes[] = {"<!-- it's -->", "<?p '?>", "<a><![CDATA[']]></a>", "it's", "<!-- 5\" -->"};

    for (guint i = 0; i < 2000000; i++)
        g_string_append_printf(attributes, " a%u=''", i);
    g_string_append(attributes, "/></domain>");
    for (guint i = 0; i < 1500; i++)
        g_string_append_printf(declared, "<a xmlns:x%u='urn:x'>", i);
    append_times(prefixed, "<a x:b=''/>", 200000);
    assert_string_refused(attributes, XML_ERROR_LIMIT, "more than 1024 attributes");
    for (guint i = 0; i < G_N_ELEMENTS(quotes); i++) { // one that is open in what is no tag
        g_autoptr(GString) behind = g_string_new("<domain>");

        g_string_append(behind, quotes[i]);
        g_string_append(behind, attributes->str + strlen("<domain>"));
        assert_string_refused(behind, XML_ERROR_LIMIT, "more than 1024 attributes");
    }
    assert_string_refused(declared, XML_ERROR_LIMIT, "too many namespaces");
    assert_string_refused(prefixed, XML_ERROR_LIMIT, "too many namespaces");
}

// Text that looks like a tag full of attributes, within reason, is text.
static void test_equal_signs(void)
{
    g_autoptr(GString) text = g_string_new("<domainsnapshot><name>a</name><description>");
    g_autoptr(Snapshot) s = NULL;

    append_times(text, "a = b\n", 100000);
    g_string_append(text, "</description></domainsnapshot>");
    s = xml_read_snapshot(text->str, text->len, NULL);
    g_assert_nonnull(s);
    g_assert_cmpuint(strlen(s->description), ==, 600000);
}

static void test_many_disks(void)
{
    g_autoptr(GString) text = g_string_new("<domainsnapshot><name>s</name><disks>");
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) s = NULL;

    for (guint i = 0; i < 16384; i++)
        g_string_append_printf(text, "<disk name='/i/%u'><source file='/o/%u'/></disk>", i, i);
    g_string_append(text,
                    "</disks><domain type='kvm'><name>a</name><uuid>" UUID "</uuid><devices>");
    for (guint i = 0; i < 16384; i++)
        g_string_append_printf(text,
                               "<disk type='file' device='disk'><source file='/i/%u'/>"
                               "<target dev='vd%u' bus='virtio'/></disk>",
                               i, i);
    g_string_append(text, "</devices></domain></domainsnapshot>");
    g_assert_cmpuint(text->len, >, 1024 * 1024);

    s = xml_read_snapshot(text->str, text->len, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(s->disks->len, ==, 16384);
    g_assert_cmpuint(s->definition->disks->len, ==, 16384);
    g_assert_cmpstr(snapshot_overlay(s, "vd16383"), ==, "/o/16383");
    g_assert_cmpstr(snapshot_frozen(s, "vd16383"), ==, "/i/16383");
}

static void test_big_text(void)
{
    g_autoptr(GString) text = g_string_new("<domainsnapshot><name>s</name><description>");
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) s = NULL;
    gsize size = 10 * 1024 * 1024;

    append_times(text, "<!-- x -->0123456789abcde&lt;", size / 16);
    g_string_append(text, "</description></domainsnapshot>");
    s = xml_read_snapshot(text->str, text->len, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(s->description), ==, size);
    g_assert_true(g_str_has_prefix(s->description, "0123456789abcde<0123456789abcde<"));
}

// Messages quote the document; they stay one short line of valid text.
static void test_message(void)
{
    g_autoptr(GString) text = g_string_new("<domain><n");
    g_autoptr(GError) error = NULL;

    append_times(text, "\xe6\x97\xa5\xe2\x80\xa8", 100000);
    g_string_append(text, ">\n</domain>");
    g_assert_null(xml_read_domain(text->str, text->len, &error));
    assert_sentence(error, XML_ERROR_SYNTAX, "The XML of a guest");
    g_assert_cmpuint(g_utf8_strlen(error->message, -1), <, 300);
}

static gpointer read_often(gpointer chain)
{
    const GString *text = chain;

    for (int i = 0; i < 30; i++) {
        g_autoptr(Definition) def = xml_read_domain(text->str, text->len, NULL);
        g_autoptr(Snapshot) bad = xml_read_snapshot(text->str, text->len, NULL);
        g_autoptr(Definition) cut = xml_read_domain(text->str, text->len - 9, NULL);

        if (!def || bad || cut || definition_disk(def, "vda")->backing->len != 100)
            return GINT_TO_POINTER(1);
    }
    return NULL;
}

static void test_threads(void)
{
    g_autoptr(GString) text = make_chain(100);
    GThread *threads[8];

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("reader", read_often, text);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_assert_null(g_thread_join(threads[i]));
}

// libxml2's own printer: nothing may ever reach it.
G_GNUC_PRINTF(2, 3) static void on_print(void *data, const char *format, ...)
{
    (void) data;
    g_error("libxml2 printed: %s", format);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    xmlSetGenericErrorFunc(NULL, on_print);
    g_test_add_func("/xml/hostile/doctype", test_doctype);
    g_test_add_func("/xml/hostile/entities", test_entities);
    g_test_add_func("/xml/hostile/bytes", test_bytes);
    g_test_add_func("/xml/hostile/declared", test_declared);
    g_test_add_func("/xml/hostile/length", test_length);
    g_test_add_func("/xml/hostile/long-chains", test_long_chains);
    g_test_add_func("/xml/hostile/too-deep", test_too_deep);
    g_test_add_func("/xml/hostile/too-big", test_too_big);
    g_test_add_func("/xml/hostile/quadratic", test_quadratic);
    g_test_add_func("/xml/hostile/equal-signs", test_equal_signs);
    g_test_add_func("/xml/hostile/many-disks", test_many_disks);
    g_test_add_func("/xml/hostile/big-text", test_big_text);
    g_test_add_func("/xml/hostile/message", test_message);
    g_test_add_func("/xml/hostile/threads", test_threads);
    return g_test_run();
}
