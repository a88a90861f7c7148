// SPDX-License-Identifier: GPL-2.0-or-later
// A part of a record as a text of its own.
#include "engine/xml/show_xml.h"

#include <string.h>

#include "engine/xml/document.h"
#include "engine/xml/error.h"

#define INDENT 2 // of libvirt, for each level

static xmlNode *child_called(const xmlNode *root, const char *name)
{
    for (xmlNode *node = root->children; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && !node->ns && strcmp((const char *) node->name, name) == 0)
            return node;
    return NULL;
}

// Takes one level of indentation off each line: the definition stood within the record.
static char *outdent(const char *text)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        gsize blanks = strspn(*line, " ");

        g_string_append(out, *line + MIN(blanks, INDENT));
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

char *xml_show_definition(const char *snapshot, gsize length, GError **error)
{
    g_autoptr(xmlDoc) doc = document_open_whole(snapshot, length, "domainsnapshot", "the record of a snapshot", error);
    xmlNode *stored = NULL;
    xmlBuffer *buffer;
    char *text;

    if (!doc)
        return NULL;
    stored = child_called(document_root(doc), "inactiveDomain");
    if (!stored)
        stored = child_called(document_root(doc), "domain");
    if (!stored) {
        g_set_error(error, XML_ERROR, XML_ERROR_CONTENT, "the record of a snapshot stores no definition");
        return NULL;
    }
    xmlNodeSetName(stored, (const xmlChar *) "domain");
    buffer = xmlBufferCreate();
    xmlNodeDump(buffer, doc, stored, 0, 0);
    text = outdent((const char *) xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}
