// SPDX-License-Identifier: GPL-2.0-or-later
// NOW on images that nothing was written to yet.

#include "tui/now.h"

// An empty overlay has tables and no data: 196 KiB, 224 for a disk of 2 TiB; a first write of 4 KiB makes it
// 324, because it adds a table and a cluster (tried with qemu-img 7.2, clusters of 64 KiB as by default).
#define FRESH_BYTES (256 * 1024)

bool now_is_fresh(const Picture *picture, gint64 bytes)
{
    const Definition *now = domain_now(picture->domain);
    gint64 room = 0;

    if (!now || picture->snapshots->len == 0 || bytes <= 0) // 0: it writes to what a snapshot froze
        return false;
    for (guint i = 0; i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];
        const Image *image = disk_is_writable(disk) ? images_get(picture->images, disk->path) : NULL;

        if (!disk_is_writable(disk))
            continue;
        // Each by itself: what one disk leaves of its room is not another's.
        if (!image || image->allocation == SIZE_UNKNOWN || image->allocation > FRESH_BYTES)
            return false;
        room += FRESH_BYTES;
    }
    return bytes <= room;
}
