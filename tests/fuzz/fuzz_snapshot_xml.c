// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer: any bytes as the XML of a snapshot. What was read is asked all questions of
// snapshot.h, and its description goes through the composer and back.

#include "engine/xml/compose.h"
#include "engine/xml/snapshot_xml.h"

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

static void walk_disks(const Snapshot *snapshot, const GPtrArray *disks)
{
    for (guint i = 0; disks && i < disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(disks, i);

        if (!disk->target || (disk->path && disk->mode != DISK_MODE_EXTERNAL))
            abort();
        touch(disk->target);
        touch(disk->path);
        touch(disk->format);
        touch(snapshot_frozen(snapshot, disk->target));
        touch(snapshot_overlay(snapshot, disk->target));
        touch(snapshot_expected_now(snapshot, disk->target));
    }
}

// What libvirt said in one record may be said in the request for another.
static void compose_again(Snapshot *snapshot)
{
    Step step = {
        .kind = STEP_CREATE, .subject = snapshot->name, .description = snapshot->description};
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(Snapshot) again = NULL;
    g_autofree char *text = NULL;

    step.disks = none;
    text = xml_compose_snapshot(&step);
    if (!text)
        abort();
    again = xml_read_snapshot(text, strlen(text), NULL);
    if (!again || strcmp(again->name, snapshot->name) != 0 ||
        g_strcmp0(again->description, snapshot->description) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) snapshot = xml_read_snapshot((const char *) data, size, &error);

    if (!snapshot) {
        touch(error->message);
        return 0;
    }
    touch(snapshot->name);
    touch(snapshot->parent);
    touch(snapshot->state_text);
    touch(snapshot->memory_file);
    if (snapshot->created < 0 ||
        (snapshot->memory == MEMORY_EXTERNAL) != (snapshot->memory_file != NULL))
        abort();
    walk_disks(snapshot, snapshot->disks);
    walk_disks(snapshot, snapshot->revert_disks);
    touched += snapshot_kind(snapshot) + snapshot_delete_in_progress(snapshot);
    compose_again(snapshot);
    return 0;
}
