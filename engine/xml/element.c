// SPDX-License-Identifier: GPL-2.0-or-later
// Questions to the elements of a document. The tree is only read, and never by recursion.

#include "engine/xml/element.h"

#include "engine/xml/error.h"

#include <string.h>

// `node` or the next sibling that is an element of that name. Elements of foreign namespaces are
// not in the tree at all.
static const xmlNode *find_element(const xmlNode *node, const char *name)
{
    for (; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *) node->name, name) == 0)
            return node;
    return NULL;
}

const xmlNode *element_child(const xmlNode *parent, const char *name)
{
    return parent ? find_element(parent->children, name) : NULL;
}

const xmlNode *element_next(const xmlNode *element, const char *name)
{
    return element ? find_element(element->next, name) : NULL;
}

const char *element_attribute(const xmlNode *element, const char *name)
{
    for (const xmlAttr *attr = element ? element->properties : NULL; attr; attr = attr->next)
        if (!attr->ns && strcmp((const char *) attr->name, name) == 0)
            // Without entities a value is one text node, or none if it is empty.
            return attr->children ? (const char *) attr->children->content : "";
    return NULL;
}

bool element_says(const xmlNode *element, const char *name, const char *value)
{
    return g_strcmp0(element_attribute(element, name), value) == 0;
}

char *element_text(const xmlNode *element)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (const xmlNode *node = element ? element->children : NULL; node; node = node->next)
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
            g_string_append(text, (const char *) node->content);
    return text->len > 0 ? g_strdup(text->str) : NULL; // a copy: without the room to grow, of which thousands are kept
}

bool element_fail(const xmlNode *element, GError **error, const char *format, ...)
{
    g_autofree char *reason = NULL;
    va_list args;

    va_start(args, format);
    reason = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, XML_ERROR, XML_ERROR_CONTENT, "%s, line %ld: %s.",
                (const char *) element->doc->_private, xmlGetLineNo(element), reason);
    return false;
}
