// SPDX-License-Identifier: GPL-2.0-or-later
// What the editing of definitions and of records share, for engine/xml/edit*.c only.
#pragma once

#include "engine/xml/document.h"
#include "engine/xml/edit_disks.h"

// Documents from texts as libvirt gives them; `what` names the text in errors. The caller frees them.
xmlDoc *edit_open_definition(const char *text, const char *what, GError **error);
xmlDoc *edit_open_snapshot(const char *text, GError **error);

// Nothing that the plan names may be altered on its way. `copy`: what the disks freeze is written as well.
bool edit_check_step(const xmlNode *root, const Step *step, bool copy, GError **error);

// A stored definition on the step's images, else as `now`, the present definition, is.
bool edit_domain(xmlNode *domain, xmlNode *now, const Step *step, Side side, GError **error);
