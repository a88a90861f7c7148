// SPDX-License-Identifier: GPL-2.0-or-later
// What a guest is made of, in lines for people, for this room only.
#pragma once

#include "engine/model/definition.h"

#include <libxml/tree.h>

// Fills `hardware` of `def` from the <domain>: at most HARDWARE_MAX lines, each value at most HARDWARE_VALUE
// characters, cleaned of what cannot be shown.
#define HARDWARE_MAX   128
#define HARDWARE_VALUE 64
void hardware_read(const xmlNode *domain, Definition *def);
