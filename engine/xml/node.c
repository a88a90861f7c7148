// SPDX-License-Identifier: GPL-2.0-or-later
// A tree of libxml2, changed in place. What is foreign is copied, never pasted.

#include "engine/xml/node.h"

#include "engine/xml/document.h"

#include <string.h>

void *node_must(void *made)
{
    if (!made)
        g_error("libxml2 could not make a node: out of memory");
    return made;
}

static xmlNode *find(xmlNode *node, const char *name)
{
    for (; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && !node->ns && strcmp((const char *) node->name, name) == 0)
            return node;
    return NULL;
}

xmlNode *node_child(xmlNode *parent, const char *name)
{
    return parent ? find(parent->children, name) : NULL;
}

xmlNode *node_next(xmlNode *node, const char *name)
{
    return find(node->next, name);
}

void node_drop(xmlNode *node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

void node_drop_children(xmlNode *parent, const char *name)
{
    for (xmlNode *node = node_child(parent, name), *next; node; node = next) {
        next = node_next(node, name);
        node_drop(node);
    }
}

void node_set(xmlNode *node, const char *attribute, const char *value)
{
    node_must(xmlSetProp(node, (const xmlChar *) attribute, (const xmlChar *) value));
}

xmlNode *node_add(xmlNode *parent, const char *name, const char *text)
{
    // Escapes the text, as xmlNewChild() would not.
    return node_must(xmlNewTextChild(parent, NULL, (const xmlChar *) name, (const xmlChar *) text));
}

xmlNode *node_put(xmlNode *parent, const char *name, const char *text)
{
    node_drop_children(parent, name);
    return node_add(parent, name, text);
}

void node_add_copy(xmlNode *parent, xmlNode *node)
{
    if (node)
        node_must(xmlAddChild(parent, node_must(xmlDocCopyNode(node, parent->doc, 1))));
}

char *node_write(xmlNode *element)
{
    g_autoptr(xmlDoc) doc = node_must(xmlNewDoc((const xmlChar *) "1.0"));
    xmlBuffer *buffer = node_must(xmlBufferCreate());
    xmlNode *copy = node_must(xmlDocCopyNode(element, doc, 1));
    char *text;

    xmlDocSetRootElement(doc, copy);
    if (xmlReconciliateNs(doc, copy) < 0 || xmlNodeDump(buffer, doc, copy, 0, 0) < 0)
        g_error("libxml2 could not write XML: out of memory");
    text = g_strdup((const char *) xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}
