// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer: any bytes as the XML of a guest. What was read is walked through, so that the
// sanitizer sees every field, and the promises of definition.h are checked.

#include "engine/xml/domain_xml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t touched; // so that reading a string is not optimised away

static void touch(const char *text)
{
    if (text)
        touched += strlen(text);
    if (text && !g_utf8_validate(text, -1, NULL))
        abort();
}

static void walk_disk(const Disk *disk)
{
    if (!disk->target || !*disk->target || (disk->chain_ends && !disk->backing))
        abort();
    if (disk->type == SOURCE_NONE && disk->path)
        abort();
    touch(disk->target);
    touch(disk->bus);
    touch(disk->path);
    touch(disk->format);
    for (guint i = 0; disk->backing && i < disk->backing->len; i++) {
        const Layer *layer = g_ptr_array_index(disk->backing, i);

        touch(layer->path);
        touch(layer->format);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Definition) def = xml_read_domain((const char *) data, size, &error);

    if (!def) {
        touch(error->message);
        return 0;
    }
    if (!def->name || !def->uuid || !g_uuid_string_is_valid(def->uuid))
        abort();
    touch(def->name);
    touch(def->type);
    touch(def->nvram);
    touch(def->nvram_format);
    for (guint i = 0; i < def->disks->len; i++)
        walk_disk(g_ptr_array_index(def->disks, i));
    for (guint i = 0; i < def->immobile->len; i++)
        touch(g_ptr_array_index(def->immobile, i));
    return 0;
}
