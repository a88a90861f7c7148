// SPDX-License-Identifier: GPL-2.0-or-later
// What can go wrong when XML is read. Each message is a whole sentence: what was read, what is
// wrong with it and, where one is known, in which line.
#pragma once

#include <glib.h>

#define XML_ERROR (xml_error_quark())

typedef enum XmlError {
    XML_ERROR_SYNTAX,  // not well-formed XML, or not UTF-8
    XML_ERROR_CONTENT, // not what libvirt prints: a DOCTYPE, another root, no name, a bad number
    XML_ERROR_LIMIT,   // larger or deeper than we are willing to read
} XmlError;

GQuark xml_error_quark(void);
