// SPDX-License-Identifier: GPL-2.0-or-later
// Capabilities: two facts out of a long document.

#include "engine/xml/host_xml.h"

#include "engine/xml/document.h"
#include "engine/xml/element.h"

#include <string.h>

static bool has_external_snapshots(const xmlNode *root)
{
    for (const xmlNode *e = element_child(root, "guest"); e; e = element_next(e, "guest"))
        if (element_child(element_child(e, "features"), "externalSnapshot"))
            return true;
    return false;
}

// How much one model says about what guests may do: those that guard by label decide.
static int model_weight(const char *model)
{
    if (strcmp(model, "selinux") == 0 || strcmp(model, "apparmor") == 0)
        return 3;
    return strcmp(model, "none") == 0 ? 1 : 2;
}

static char *find_security_model(const xmlNode *root)
{
    const xmlNode *element = element_child(element_child(root, "host"), "secmodel");
    char *best = NULL;

    for (; element; element = element_next(element, "secmodel")) {
        g_autofree char *model = element_text(element_child(element, "model"));

        if (model && (!best || model_weight(model) > model_weight(best))) {
            g_free(best);
            best = g_steal_pointer(&model);
        }
    }
    return best;
}

bool xml_read_capabilities(const char *text, gsize length, Host *host, GError **error)
{
    g_autoptr(xmlDoc) doc =
        document_open(text, length, "capabilities", "The XML of a host's capabilities", error);

    if (!doc)
        return false;
    host->external_snapshots = has_external_snapshots(document_root(doc));
    g_free(host->security_model);
    host->security_model = find_security_model(document_root(doc));
    return true;
}
