// SPDX-License-Identifier: GPL-2.0-or-later
// The disks part of the details. Image files are told twice on purpose: the one a snapshot froze, and
// the one written after it (see snapshot.h).

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

// "label NAME      SIZE", the name on a line of its own where it would not fit.
static void put_image(Lines *lines, const Picture *picture, const char *label, const char *path)
{
    const Image *image = images_get(picture->images, path);
    bool missing = image && image->presence == PRESENCE_MISSING;
    g_autofree char *size = missing ? g_strdup("MISSING")
                                    : size_short(image ? image->allocation : SIZE_UNKNOWN);
    int room;

    lines_put(lines, 5, ROLE_DIM, label);
    room = lines_room(lines) - 2 - text_width(size);
    if (text_width(text_base_name(path)) > room) {
        lines_begin(lines);
        lines_put(lines, 6, missing ? ROLE_PROBLEM : ROLE_TEXT, text_base_name(path));
    } else {
        lines_put(lines, 6 + text_width(label), missing ? ROLE_PROBLEM : ROLE_TEXT, text_base_name(path));
    }
    if (lines_room(lines) <= text_width(size) && !missing) // the disks pane tells it
        return;
    lines_put_right(lines, missing ? ROLE_PROBLEM : size[0] == '?' ? ROLE_UNKNOWN : ROLE_TEXT, size);
}

void details_add_snapshot_disks(Lines *lines, const Picture *picture, const Snapshot *snapshot)
{
    if (snapshot->disks->len == 0)
        return;
    lines_add(lines, 0, ROLE_HEADING, _("disks"));
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];
        const char *frozen = snapshot_frozen(snapshot, disk->target);
        const char *overlay = snapshot_overlay(snapshot, disk->target);

        lines_begin(lines);
        lines_put(lines, 1, ROLE_TEXT, disk->target);
        if (!snapshot_covers(snapshot, disk->target)) {
            lines_put(lines, 5, ROLE_DIM, _("not in this snapshot"));
            continue;
        }
        if (frozen)
            put_image(lines, picture, disk->mode == DISK_MODE_INTERNAL ? _("inside") : _("frozen in"), frozen);
        else
            lines_put(lines, 5, ROLE_UNKNOWN, _("frozen in: unknown"));
        if (overlay) {
            lines_begin(lines);
            put_image(lines, picture, _("written after"), overlay);
        }
    }
}

void details_add_now_disks(Lines *lines, const Picture *picture)
{
    const Definition *now = domain_now(picture->domain);

    if (!now) {
        lines_field(lines, _("disks"), ROLE_UNKNOWN, _("unknown: the definition can't be read now"));
        return;
    }
    if (now->disks->len == 0) {
        lines_field(lines, _("disks"), ROLE_DIM, "none");
        return;
    }
    lines_add(lines, 0, ROLE_HEADING, _("disks"));
    for (guint i = 0; i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        lines_begin(lines);
        lines_put(lines, 1, ROLE_TEXT, disk->target);
        if (disk_is_writable(disk))
            put_image(lines, picture, "writes", disk->path);
        else
            lines_put(lines, 5, ROLE_DIM,
                      disk->device == DEVICE_CDROM ? _("CD-ROM, in no snapshot") : _("in no snapshot"));
    }
}
