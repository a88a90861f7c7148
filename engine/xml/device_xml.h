// SPDX-License-Identifier: GPL-2.0-or-later
// What <devices> says beside disks, for this room only: agent, TPM, what cannot be saved.
#pragma once

#include "engine/model/definition.h"

#include <libxml/tree.h>

// Fills `agent`, `tpm` and `immobile` of `def`, whose disks were read already, from the <domain>.
void devices_read(const xmlNode *domain, Definition *def);
