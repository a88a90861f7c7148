// SPDX-License-Identifier: GPL-2.0-or-later
// The safe way into an XML document, for this room only.
//
// Everything read here was written by somebody else. A document is opened without network, DTD and
// entities, within limits of our own, and libxml2 prints nothing. What the tree does not hold:
// comments, processing instructions, and elements of a namespace, since libvirt's own have none; nor
// what indents behind an element. It is not to be changed, but for one that is opened whole.
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <stdbool.h>

// Limits. One snapshot of a guest with 1,000 disks is 1 MiB. libxml2 from 2.12 on stops at a depth
// of 2,048 whatever it is told. An element or attribute costs about 100 bytes. libxml2 2.9 compares
// each attribute of a tag, and each namespace, with each other one.
#define DOCUMENT_MAX_BYTES      (64 * 1024 * 1024)
#define DOCUMENT_MAX_DEPTH      2000
#define DOCUMENT_MAX_NODES      2000000 // elements and attributes
#define DOCUMENT_MAX_ATTRIBUTES 1024    // in one tag
#define DOCUMENT_MAX_NAMES      1024    // namespace declarations and prefixed attributes

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

// Parses `text`, whose root must be <root>. `what` names the thing in errors ("the XML of a guest")
// and must live as long as the document: a literal. The caller frees the document.
xmlDoc *document_open(const char *text, gsize length, const char *root, const char *what,
                      GError **error);

// The same with the elements of foreign namespaces in it (<qemu:commandline>, <metadata>), for a document that is
// written again: who asks for an element by name has to look at its namespace too.
xmlDoc *document_open_whole(const char *text, gsize length, const char *root, const char *what, GError **error);

const xmlNode *document_root(const xmlDoc *doc);
