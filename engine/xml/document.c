// SPDX-License-Identifier: GPL-2.0-or-later
// Opens foreign XML: a tree built by libxml2, through callbacks that stop it in time.
//
// Between parser and tree stands a Guard: it refuses a DOCTYPE before anything in it is read,
// counts depth and nodes, leaves out what nobody here asks for (comments, processing instructions,
// elements of foreign namespaces), and keeps the first fatal message instead of letting it be
// printed.

#include "engine/xml/document.h"

#include "engine/xml/error.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <pthread.h>
#include <string.h>

#if LIBXML_VERSION >= 21200
typedef const xmlError *ErrorRef;
#else
typedef xmlErrorPtr ErrorRef;
#endif

typedef struct Guard {
    const char *what;
    bool whole; // keep elements of foreign namespaces
    GError *error;    // the first reason to stop
    unsigned depth;   // of open elements
    unsigned skipped; // depth at which a foreign element was opened; 0: in none
    unsigned nodes;
    unsigned names;
} Guard;

GQuark xml_error_quark(void)
{
    return g_quark_from_static_string("xml-error");
}

// libxml2's messages quote the document: one line, no control characters, not endless.
static char *quote_message(const char *message)
{
    g_autofree char *valid = g_utf8_make_valid(message ? message : "unknown error", -1);
    g_autofree char *line = g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), 200));

    for (char *c = line; *c; c++)
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    return g_strdup(g_strchomp(line));
}

static void refuse(xmlParserCtxt *parser, XmlError code, const char *reason)
{
    Guard *guard = parser->_private;

    if (!guard->error)
        g_set_error(&guard->error, XML_ERROR, code, "%s, line %d: %s.", guard->what,
                    xmlSAX2GetLineNumber(parser), reason);
    xmlStopParser(parser);
}

static void on_error(void *data, ErrorRef problem)
{
    Guard *guard = ((xmlParserCtxt *) data)->_private;

    if (problem->level == XML_ERR_FATAL && !guard->error) {
        g_autofree char *message = quote_message(problem->message);

        g_set_error(&guard->error, XML_ERROR, XML_ERROR_SYNTAX,
                    "%s is not well-formed, line %d: %s.", guard->what, problem->line, message);
    }
}

static void on_doctype(void *data, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    (void) name;
    (void) id;
    (void) system;
    refuse(data, XML_ERROR_CONTENT, "it has a DOCTYPE, which libvirt never writes");
}

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes)
{
    Guard *guard = ((xmlParserCtxt *) data)->_private;

    guard->depth++;
    guard->nodes += 1 + (unsigned) n_attributes;
    guard->names += (unsigned) n_namespaces;
    for (int i = 0; i < n_attributes; i++)
        guard->names += attributes[5 * i + 1] != NULL; // its prefix

    if (guard->depth > DOCUMENT_MAX_DEPTH)
        refuse(data, XML_ERROR_LIMIT, "its elements are nested too deep");
    else if (guard->nodes > DOCUMENT_MAX_NODES)
        refuse(data, XML_ERROR_LIMIT, "it has too many elements");
    else if (guard->names > DOCUMENT_MAX_NAMES)
        refuse(data, XML_ERROR_LIMIT, "it uses too many namespaces");
    else if (!guard->skipped && uri && !guard->whole)
        guard->skipped = guard->depth;
    else if (!guard->skipped)
        xmlSAX2StartElementNs(data, name, prefix, uri, n_namespaces, namespaces, n_attributes,
                              n_defaulted, attributes);
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    Guard *guard = ((xmlParserCtxt *) data)->_private;

    if (!guard->skipped)
        xmlSAX2EndElementNs(data, name, prefix, uri);
    else if (guard->skipped == guard->depth)
        guard->skipped = 0;
    guard->depth--;
}

// Behind an element stands no text in libvirt's XML, only the indentation of what follows: a third of all nodes.
static bool is_indentation(const xmlParserCtxt *parser, const xmlChar *text, int length)
{
    const xmlNode *before = parser->node ? parser->node->last : NULL;

    if (!before || before->type != XML_ELEMENT_NODE)
        return false;
    for (int i = 0; i < length; i++)
        if (!g_ascii_isspace(text[i]))
            return false;
    return true;
}

static void on_text(void *data, const xmlChar *text, int length)
{
    Guard *guard = ((xmlParserCtxt *) data)->_private;

    if (!guard->skipped && (guard->whole || !is_indentation(data, text, length)))
        xmlSAX2Characters(data, text, length);
}

static void init_libxml(void)
{
    xmlInitParser();
}

static xmlParserCtxt *new_parser(Guard *guard)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    xmlParserCtxt *parser;

    pthread_once(&once, init_libxml);
    parser = xmlNewParserCtxt();
    if (!parser)
        g_error("out of memory");
    parser->_private = guard;
    parser->sax->serror = on_error;
    parser->sax->internalSubset = on_doctype;
    parser->sax->startElementNs = on_start;
    parser->sax->endElementNs = on_end;
    parser->sax->characters = on_text;
    parser->sax->ignorableWhitespace = on_text;
    parser->sax->comment = NULL;
    parser->sax->processingInstruction = NULL;
    return parser;
}

// The most attributes that any one tag has, counted without parsing: libxml2 calls back only after
// it compared them all. Text that looks like a tag may be counted too, which does no harm; no quote reaches past a '<',
// which begins anew whatever stood before it.
static unsigned most_attributes(const char *text, gsize length)
{
    const char *end = text + length;
    unsigned most = 0, count = 0;
    bool inside = false;
    char quote = 0;

    for (const char *at = text; at < end; at++) {
        if (!inside && !(at = memchr(at, '<', (gsize) (end - at))))
            break;
        if (*at == '<') {
            inside = true;
            count = 0;
            quote = 0;
        } else if (quote) {
            quote = *at == quote ? 0 : quote;
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
        } else if (*at == '>') {
            inside = false;
        } else if (*at == '=' && ++count > most) {
            most = count;
        }
    }
    return most;
}

// Does the XML declaration, if there is one, name another encoding than UTF-8?
static bool claims_encoding(const char *text, gsize length)
{
    static const char start[] = "<?xml";
    const char *end = g_strstr_len(text, (gssize) MIN(length, 200), "?>");
    g_autofree char *declaration = NULL;
    const char *claim;

    if (!end || length < strlen(start) || memcmp(text, start, strlen(start)) != 0)
        return false;
    declaration = g_ascii_strdown(text, end - text);
    claim = strstr(declaration, "encoding");
    return claim && !strstr(claim, "utf-8") && !strstr(claim, "us-ascii");
}

// What can be refused before the parser sees it.
static bool check_text(const char *text, gsize length, const char *what, GError **error)
{
    const char *end = text;

    if (length == 0) {
        g_set_error(error, XML_ERROR, XML_ERROR_SYNTAX, "%s is empty.", what);
        return false;
    }
    if (length > DOCUMENT_MAX_BYTES) {
        g_set_error(error, XML_ERROR, XML_ERROR_LIMIT,
                    "%s has %" G_GSIZE_FORMAT " bytes, more than %d.", what, length,
                    DOCUMENT_MAX_BYTES);
        return false;
    }
    if (!g_utf8_validate_len(text, length, &end)) { // nor may a NUL stand in it
        g_set_error(error, XML_ERROR, XML_ERROR_SYNTAX,
                    "%s is not UTF-8 text, byte %" G_GSIZE_FORMAT ".", what, (gsize) (end - text));
        return false;
    }
    if (claims_encoding(text, length)) {
        g_set_error(error, XML_ERROR, XML_ERROR_SYNTAX,
                    "%s claims not to be UTF-8, as libvirt's is.", what);
        return false;
    }
    if (most_attributes(text, length) > DOCUMENT_MAX_ATTRIBUTES) {
        g_set_error(error, XML_ERROR, XML_ERROR_LIMIT, "%s has a tag with more than %d attributes.",
                    what, DOCUMENT_MAX_ATTRIBUTES);
        return false;
    }
    return true;
}

static xmlDoc *parse(const char *text, gsize length, const char *what, bool whole, GError **error)
{
    // HUGE lifts libxml2's limits in favour of ours. IGNORE_ENC: what was checked as UTF-8 is read
    // as UTF-8, and no converter is ever loaded because a document asks for it.
    const int options = (whole ? 0 : XML_PARSE_COMPACT) | XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOCDATA |
                        XML_PARSE_IGNORE_ENC | XML_PARSE_BIG_LINES;
    Guard guard = {.what = what, .whole = whole};
    xmlParserCtxt *parser = new_parser(&guard);
    xmlDoc *doc = xmlCtxtReadMemory(parser, text, (int) length, NULL, NULL, options);

    xmlFreeParserCtxt(parser);
    if (doc && !guard.error)
        return doc;
    if (!guard.error)
        g_set_error(&guard.error, XML_ERROR, XML_ERROR_SYNTAX, "%s is not well-formed.", what);
    g_propagate_error(error, guard.error);
    xmlFreeDoc(doc);
    return NULL;
}

static xmlDoc *open_text(const char *text, gsize length, const char *root, const char *what, bool whole,
                         GError **error)
{
    g_autoptr(xmlDoc) doc = NULL;
    const xmlNode *top;

    if (!check_text(text, length, what, error))
        return NULL;
    doc = parse(text, length, what, whole, error);
    if (!doc)
        return NULL;
    top = document_root(doc);
    if (!top || top->ns || strcmp((const char *) top->name, root) != 0) {
        g_set_error(error, XML_ERROR, XML_ERROR_CONTENT, "%s does not begin with <%s>.", what,
                    root);
        return NULL;
    }
    doc->_private = (void *) what;
    return g_steal_pointer(&doc);
}

xmlDoc *document_open(const char *text, gsize length, const char *root, const char *what, GError **error)
{
    return open_text(text, length, root, what, false, error);
}

xmlDoc *document_open_whole(const char *text, gsize length, const char *root, const char *what, GError **error)
{
    return open_text(text, length, root, what, true, error);
}

const xmlNode *document_root(const xmlDoc *doc)
{
    return xmlDocGetRootElement((xmlDoc *) doc);
}
