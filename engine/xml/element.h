// SPDX-License-Identifier: GPL-2.0-or-later
// Questions to the elements of a document, for this room only.
//
// All accept NULL for an element that is not there, so that lookups can be nested.
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <stdbool.h>

// The first child element with that name, and the next sibling with that name; NULL: none.
const xmlNode *element_child(const xmlNode *parent, const char *name);
const xmlNode *element_next(const xmlNode *element, const char *name);

// The value of an attribute, borrowed from the document; NULL: not there.
const char *element_attribute(const xmlNode *element, const char *name);

// Is that attribute there with exactly that value?
bool element_says(const xmlNode *element, const char *name, const char *value);

// The text directly inside an element, as it stands. The caller frees it. NULL: no element, or no
// text.
char *element_text(const xmlNode *element);

// Sets an XML_ERROR_CONTENT that names the document and the line of `element`. Returns false.
bool element_fail(const xmlNode *element, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
