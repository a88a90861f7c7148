// SPDX-License-Identifier: GPL-2.0-or-later
// Elements of a document that is edited, for this room only. libxml2 fails here when memory runs out only, and GLib's
// answer to that is to abort.
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <stdbool.h>

// What libxml2 made; never NULL.
void *node_must(void *made);

// The first child that is an element of libvirt's own with that name, and the next sibling that is; NULL: none.
xmlNode *node_child(xmlNode *parent, const char *name);
xmlNode *node_next(xmlNode *node, const char *name);

// Takes a node out of its tree and frees it, or all children of that name.
void node_drop(xmlNode *node);
void node_drop_children(xmlNode *parent, const char *name);

void node_set(xmlNode *node, const char *attribute, const char *value);

// A new last child, with `text` in it (NULL: empty); put: in place of all that had its name.
xmlNode *node_add(xmlNode *parent, const char *name, const char *text);
xmlNode *node_put(xmlNode *parent, const char *name, const char *text);

// A copy of `node` (NULL: nothing), of whatever document, as a new last child.
void node_add_copy(xmlNode *parent, xmlNode *node);

// The element alone as text, with the namespaces that it uses. The caller frees it.
char *node_write(xmlNode *element);
