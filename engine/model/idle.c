// SPDX-License-Identifier: GPL-2.0-or-later
// What no state reads directly, and no record names but as a layer below another.

#include "engine/model/idle.h"

#include "engine/model/naming.h"

#include <string.h>

// Images that nobody reads may stand on it too; they would be left without it.
static bool carries_only(const Reach *reach, const char *image, const char *above)
{
    g_autoptr(GPtrArray) overlays = reach_overlays(reach, image);

    return overlays->len == 1 && strcmp(overlays->pdata[0], above) == 0;
}

static bool is_idle(const Picture *picture, const Reach *reach, const char *image, const char *above)
{
    const Image *known = images_get(picture->images, image);
    g_autoptr(GPtrArray) direct = reach_direct(reach, image);

    return known && known->type == SOURCE_FILE && known->presence == PRESENCE_FOUND && !known->conflict &&
           !(known->tags && known->tags->len > 0) && direct->len == 0 && carries_only(reach, image, above) &&
           !picture_records(picture, image);
}

// Images that this guest began with may be templates that others shall begin with: only what bears their names, as
// overlays do that libvirt or we put on them, goes down into them.
static bool is_own(const Picture *picture, const char *layer, const char *into)
{
    if (images_get(picture->images, into)->backing_state == BACKING_IMAGE)
        return name_is_like(layer, into);
    return name_continues(layer, into);
}

// A layer of another size would show more or less of what lies below.
static bool fits(const Picture *picture, const char *image, const char *into)
{
    gint64 a = images_get(picture->images, image)->capacity;
    gint64 b = images_get(picture->images, into)->capacity;

    return a < 0 || b < 0 || a == b;
}

void idle_find(const Picture *picture, const Reach *reach, const char *now, IdleMay may, IdleFound found,
               gpointer data)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    const char *into = NULL;

    if (images_chain(picture->images, now, chain) != CHAIN_COMPLETE)
        return;
    for (guint i = chain->len - 1; i > 0; i--) {
        const char *layer = chain->pdata[i];
        bool idle = is_idle(picture, reach, layer, chain->pdata[i - 1]) && (!may || may(layer, data));

        if (idle && into && is_own(picture, layer, into) && fits(picture, layer, into))
            found(layer, into, data);
        else
            into = idle ? layer : NULL;
    }
}

static void count(const char *layer, const char *into, gpointer data)
{
    (void) layer;
    (void) into;
    ++*(unsigned *) data;
}

unsigned idle_count(const Picture *picture, const Reach *reach)
{
    const Definition *now = domain_now(picture->domain);
    unsigned n = 0;

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (disk_is_writable(disk) && disk->path)
            idle_find(picture, reach, disk->path, NULL, count, &n);
    }
    return n;
}
