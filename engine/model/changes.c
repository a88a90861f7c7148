// SPDX-License-Identifier: GPL-2.0-or-later
// Comparing two definitions line by line.

#include "engine/model/changes.h"

#include "engine/model/tongue.h"

#include <string.h>

#define NO_LINE G_MAXUINT

// Are these the same thing, whatever its value?
static bool same_thing(const char *one, const char *other)
{
    const char *end = strstr(one, ": ");
    gsize length = end ? (gsize) (end - one) + 2 : strlen(one);

    return strncmp(one, other, length) == 0;
}

static guint find_line(const GPtrArray *lines, const char *line, bool (*equal)(const char *, const char *))
{
    for (guint i = 0; i < lines->len; i++)
        if (equal(line, lines->pdata[i]))
            return i;
    return NO_LINE;
}

static bool equal_text(const char *one, const char *other)
{
    return strcmp(one, other) == 0;
}

static const char *value_of(const char *line)
{
    const char *end = strstr(line, ": ");

    return end ? end + 2 : line;
}

static int what_length(const char *line)
{
    return (int) (value_of(line) - line) - 2;
}

// Takes what both have out of both.
static void drop_common(GPtrArray *present, GPtrArray *stored)
{
    for (guint i = present->len; i-- > 0;) {
        guint same = find_line(stored, present->pdata[i], equal_text);

        if (same == NO_LINE)
            continue;
        g_ptr_array_remove_index(present, i);
        g_ptr_array_remove_index(stored, same);
    }
}

static void add(GPtrArray *changes, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add(GPtrArray *changes, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(changes, g_strdup_vprintf(_(format), args));
    va_end(args);
}

static void compare(GPtrArray *changes, GPtrArray *present, GPtrArray *stored)
{
    drop_common(present, stored);
    for (guint i = 0; i < present->len; i++) {
        const char *now = present->pdata[i];
        guint other = find_line(stored, now, same_thing);

        if (other == NO_LINE) {
            add(changes, "%.*s (%s) goes: the snapshot does not have it.", what_length(now), now, value_of(now));
            continue;
        }
        add(changes, "%.*s: %s now, %s then.", what_length(now), now, value_of(now), value_of(stored->pdata[other]));
        g_ptr_array_remove_index(stored, other);
    }
    for (guint i = 0; i < stored->len; i++) {
        const char *then = stored->pdata[i];

        add(changes, "%.*s (%s) comes back: the guest does not have it now.", what_length(then), then, value_of(then));
    }
}

// Records of very old libvirts, and of other tools, may not say.
static void take_numbers(GPtrArray *lines, const Definition *def, const Definition *other)
{
    if (def->memory > 0 && other->memory > 0)
        g_ptr_array_add(lines, g_strdup_printf("%s: %" G_GUINT64_FORMAT "M", _("Memory"), def->memory >> 20));
    if (def->vcpus > 0 && other->vcpus > 0)
        g_ptr_array_add(lines, g_strdup_printf("%s: %u", _("Processors"), def->vcpus));
}

static GStrv hardware_lines(const Definition *def)
{
    return g_strsplit(def && def->hardware ? def->hardware : "", "\n", -1);
}

static void take_lines(GPtrArray *lines, const Definition *def)
{
    g_auto(GStrv) hardware = hardware_lines(def);

    for (guint i = 0; hardware[i]; i++)
        g_ptr_array_add(lines, g_strdup(hardware[i]));
}

// What is plugged into the running guest only: the stored definition knows nothing of it.
static void take_plugged(GPtrArray *lines, const Definition *live)
{
    g_auto(GStrv) hardware = hardware_lines(live);

    for (guint i = 0; hardware[i]; i++)
        if (find_line(lines, hardware[i], same_thing) == NO_LINE)
            g_ptr_array_add(lines, g_strdup(hardware[i]));
}

static const char *device_word(const Disk *disk)
{
    switch (disk->device) {
    case DEVICE_CDROM:
        return "CD-ROM";
    case DEVICE_FLOPPY:
        return _("Floppy");
    case DEVICE_DISK:
    case DEVICE_LUN:
        break;
    }
    return _("Disk");
}

static void take_disks(GPtrArray *lines, const Definition *def, const Snapshot *snapshot, bool disks_stay)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const Disk *disk = def->disks->pdata[i];
        bool covered = snapshot_covers(snapshot, disk->target);
        const char *bus = disk->bus ? disk->bus : _("no bus");

        if (disks_stay && !covered)
            continue;
        g_ptr_array_add(lines, covered ? g_strdup_printf("%s %s: %s", device_word(disk), disk->target, bus) :
                                         g_strdup_printf("%s %s: %s, %s", device_word(disk), disk->target, bus,
                                                         disk->path ? disk->path : "empty"));
    }
}

static void bound(GPtrArray *changes)
{
    guint more = changes->len > CHANGES_MAX ? changes->len - CHANGES_MAX + 1 : 0;

    if (more == 0)
        return;
    g_ptr_array_set_size(changes, CHANGES_MAX - 1);
    add(changes, "%u more changes: compare with virsh snapshot-dumpxml.", more);
}

GPtrArray *changes_of_revert(const Domain *domain, const Snapshot *snapshot, bool disks_stay)
{
    const Definition *now = domain->inactive ? domain->inactive : domain->live;
    const Definition *then = snapshot->inactive ? snapshot->inactive : snapshot->definition;
    g_autoptr(GPtrArray) present = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) stored = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *changes = g_ptr_array_new_with_free_func(g_free);

    if (!now || !then)
        return changes;
    take_numbers(present, now, then);
    take_numbers(stored, then, now);
    take_lines(present, now);
    take_plugged(present, domain->live);
    take_lines(stored, then);
    compare(changes, present, stored);
    g_ptr_array_set_size(present, 0);
    g_ptr_array_set_size(stored, 0);
    take_disks(present, now, snapshot, disks_stay);
    take_disks(stored, then, snapshot, disks_stay);
    compare(changes, present, stored);
    bound(changes);
    return changes;
}
