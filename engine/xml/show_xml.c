// SPDX-License-Identifier: GPL-2.0-or-later
// Definitions written anew, all in one hand: libvirt quotes with ', libxml2 with ".

#include "engine/xml/show_xml.h"

#include "engine/xml/document.h"
#include "engine/xml/error.h"
#include "engine/xml/node.h"

#include <string.h>

static bool is_blank(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE && node->content[strspn((const char *) node->content, " \t\r\n")] == '\0';
}

// Indentation goes where elements stand in it: it is made anew, the same for whatever it was taken from.
static void drop_blanks(xmlNode *parent)
{
    bool mixed = false;

    for (const xmlNode *node = parent->children; node; node = node->next)
        mixed |= node->type == XML_TEXT_NODE && !is_blank(node);
    for (xmlNode *node = parent->children, *next; node && !mixed; node = next) {
        next = node->next;
        if (node->type == XML_ELEMENT_NODE) {
            drop_blanks(node); // as deep as document_open() lets a text be
        } else if (is_blank(node) && (node->next || node->prev)) {
            xmlUnlinkNode(node);
            xmlFreeNode(node);
        }
    }
}

static char *write_node(xmlDoc *doc, xmlNode *node)
{
    xmlBuffer *buffer = xmlBufferCreate();
    char *text;

    drop_blanks(node);
    xmlNodeDump(buffer, doc, node, 0, 1);
    text = g_strconcat((const char *) xmlBufferContent(buffer), "\n", NULL);
    xmlBufferFree(buffer);
    return text;
}

char *xml_show_definition(const char *snapshot, gsize length, GError **error)
{
    g_autoptr(xmlDoc) doc = document_open_whole(snapshot, length, "domainsnapshot", "the record of a snapshot", error);
    xmlNode *stored = NULL;

    if (!doc)
        return NULL;
    stored = node_child(xmlDocGetRootElement(doc), "inactiveDomain");
    if (!stored)
        stored = node_child(xmlDocGetRootElement(doc), "domain");
    if (!stored) {
        g_set_error(error, XML_ERROR, XML_ERROR_CONTENT, "the record of a snapshot stores no definition");
        return NULL;
    }
    xmlNodeSetName(stored, (const xmlChar *) "domain");
    return write_node(doc, stored);
}

char *xml_show_guest(const char *guest, gsize length, GError **error)
{
    g_autoptr(xmlDoc) doc = document_open_whole(guest, length, "domain", "the XML of a guest", error);

    return doc ? write_node(doc, (xmlNode *) document_root(doc)) : NULL;
}
