// SPDX-License-Identifier: GPL-2.0-or-later
// An element that holds a domain -> Definition, for this room only: <domain> and <inactiveDomain>.
#pragma once

#include "engine/model/definition.h"

#include <libxml/tree.h>

// NULL and `error` as xml_read_domain(). The caller frees the definition.
Definition *definition_read(const xmlNode *element, GError **error);
