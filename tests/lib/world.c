// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the little language of world.h.

#include "tests/lib/world.h"

#include <stdlib.h>
#include <string.h>

typedef struct World {
    Domain *domain;
    Definition *now;
    Definition *inactive;
    GPtrArray *snapshots;
    Snapshot *last; // the snapshot that disk lines belong to
    Images *images;
    char *current;
} World;

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

static void add_guest(World *world, char **words)
{
    world->domain = domain_new(words[1], "5a9a2f4e-0000-4000-8000-000000000001");
    world->domain->persistent = true;
    world->domain->state = g_str_equal(words[2], "running") ? DOMAIN_RUNNING :
                           g_str_equal(words[2], "paused")  ? DOMAIN_PAUSED :
                                                              DOMAIN_OFF;
    world->domain->id = world->domain->state == DOMAIN_OFF ? -1 : 1;
    world->now = definition_new();
    shared_text_set(&world->now->name, words[1]);
    world->now->memory = G_GUINT64_CONSTANT(32) << 20;
}

static void set_flag(Disk *disk, const char *flag)
{
    if (g_str_equal(flag, "readonly"))
        disk->readonly = true;
    else if (g_str_equal(flag, "shareable"))
        disk->shareable = true;
    else if (g_str_equal(flag, "cdrom"))
        disk->device = DEVICE_CDROM;
    else if (g_str_equal(flag, "transient"))
        disk->transient = true;
    else if (g_str_equal(flag, "encrypted"))
        disk->encrypted = true;
    else if (g_str_equal(flag, "excluded"))
        disk->mode = DISK_MODE_NO;
    else if (g_str_equal(flag, "manual"))
        disk->mode = DISK_MODE_MANUAL;
    else if (g_str_equal(flag, "block"))
        disk->type = SOURCE_BLOCK;
    else if (g_str_equal(flag, "network"))
        disk->type = SOURCE_NETWORK;
    else if (g_str_equal(flag, "noformat"))
        shared_text_set(&disk->format, NULL);
    else
        g_error("world: unknown disk flag %s", flag);
}

static void add_disk(Definition *def, char **words)
{
    Disk *disk = disk_new(words[1]);

    for (guint i = def->disks->len; i-- > 0;) // a second line replaces the first: cases build on each other
        if (g_str_equal(((const Disk *) def->disks->pdata[i])->target, words[1]))
            g_ptr_array_remove_index(def->disks, i);
    disk->type = SOURCE_FILE;
    disk->path = g_strdup(words[2]);
    shared_text_set(&disk->format, words[3] ? words[3] : "qcow2");
    for (char **flag = words + 4; words[3] && *flag; flag++)
        set_flag(disk, *flag);
    g_ptr_array_add(def->disks, disk);
}

static void add_image(World *world, char **words)
{
    Image *image = images_add(world->images, words[1]);

    image->presence = PRESENCE_FOUND;
    if (g_str_equal(words[2], "base"))
        image_tell_backing(image, TOLD_BY_HEADER, NULL, NULL);
    else if (g_str_has_prefix(words[2], "on:"))
        image_tell_backing(image, TOLD_BY_HEADER, words[2] + 3, "qcow2");
    else if (g_str_equal(words[2], "missing"))
        image->presence = PRESENCE_MISSING;
    else
        image->presence = PRESENCE_UNKNOWN;
    if (words[3] && !g_str_equal(words[3], "?"))
        image->allocation = (gint64) atoll(words[3]) << 20;
    image->empty = words[3] && words[4] && g_str_equal(words[4], "empty");
    if (words[3] && words[4] && g_str_equal(words[4], "gone")) { // but QEMU has it open
        image->open = true;
        image->presence = PRESENCE_MISSING;
    }
    image->damaged = words[3] && words[4] && g_str_equal(words[4], "overwritten"); // the same
    image->open |= image->damaged;
}

static void add_tags(World *world, char **words)
{
    Image *image = images_add(world->images, words[1]);

    image->tags = g_ptr_array_new_with_free_func(g_free);
    for (char **tag = words + 2; *tag; tag++)
        g_ptr_array_add(image->tags, g_strdup(*tag));
}

static SnapshotState state_of(const char *word)
{
    if (g_str_equal(word, "running"))
        return SNAPSHOT_RUNNING;
    if (g_str_equal(word, "paused"))
        return SNAPSHOT_PAUSED;
    if (g_str_equal(word, "disk-snapshot"))
        return SNAPSHOT_DISK_ONLY;
    return g_str_equal(word, "shutoff") ? SNAPSHOT_OFF : SNAPSHOT_OTHER;
}

static void add_snapshot(World *world, char **words)
{
    Snapshot *snapshot = snapshot_new(words[1]);

    snapshot->created = atoll(words[2]);
    snapshot->state = state_of(words[3]);
    shared_text_set(&snapshot->state_text, words[3]);
    snapshot->definition = definition_new();
    for (char **option = words + 4; *option; option++) {
        if (g_str_has_prefix(*option, "parent="))
            snapshot->parent = g_strdup(*option + strlen("parent="));
        else if (g_str_equal(*option, "memory=internal"))
            snapshot->memory = MEMORY_INTERNAL;
        else if (g_str_has_prefix(*option, "memory="))
            snapshot->memory_file = g_strdup(*option + strlen("memory="));
        else if (g_str_equal(*option, "copy"))
            snapshot->description = snapshot_copy_description(snapshot->parent);
        else if (g_str_equal(*option, "nodef"))
            g_clear_pointer(&snapshot->definition, definition_unref);
        else
            g_error("world: unknown snapshot option %s", *option);
    }
    if (snapshot->memory_file)
        snapshot->memory = MEMORY_EXTERNAL;
    g_ptr_array_add(world->snapshots, snapshot);
    world->last = snapshot;
}

static void add_snapshot_disk(World *world, DiskMode mode, char **words)
{
    char *as_disk[] = {words[0], words[1], words[2], NULL};
    SnapshotDisk *disk = snapshot_disk_new(words[1], mode, mode == DISK_MODE_EXTERNAL ? words[3] : NULL);

    if (mode == DISK_MODE_EXTERNAL && words[4] && g_str_equal(words[4], "marked"))
        disk->delete_in_progress = true;
    g_ptr_array_add(world->last->disks, disk);
    if (world->last->definition)
        add_disk(world->last->definition, mode == DISK_MODE_EXTERNAL ? as_disk : words);
}

static void add_flag(World *world, const char *flag)
{
    if (g_str_equal(flag, "managed-save"))
        world->domain->managed_save = true;
    else if (g_str_equal(flag, "transient"))
        world->domain->persistent = false;
    else if (g_str_equal(flag, "uefi"))
        world->now->uefi = true;
    else if (g_str_equal(flag, "block-job"))
        world->domain->block_job = true;
    else if (g_str_equal(flag, "busy"))
        world->domain->control = CONTROL_JOB;
    else if (g_str_equal(flag, "immobile"))
        g_ptr_array_add(world->now->immobile, g_strdup("hostdev pci"));
    else if (g_str_equal(flag, "agent"))
        world->now->agent = AGENT_CONNECTED;
    else if (g_str_equal(flag, "checkpoints"))
        world->domain->checkpoints = 2;
    else
        g_error("world: unknown flag %s", flag);
}

static void read_line(World *world, char **words)
{
    const char *what = words[0];

    if (g_str_equal(what, "guest"))
        add_guest(world, words);
    else if (g_str_equal(what, "disk"))
        add_disk(world->now, words);
    else if (g_str_equal(what, "inactive")) {
        if (!world->inactive)
            world->inactive = definition_new();
        add_disk(world->inactive, words);
    } else if (g_str_equal(what, "image"))
        add_image(world, words);
    else if (g_str_equal(what, "tags"))
        add_tags(world, words);
    else if (g_str_equal(what, "real"))
        images_add(world->images, words[1])->real = g_strdup(words[2]);
    else if (g_str_equal(what, "snapshot"))
        add_snapshot(world, words);
    else if (g_str_equal(what, "ext"))
        add_snapshot_disk(world, DISK_MODE_EXTERNAL, words);
    else if (g_str_equal(what, "int"))
        add_snapshot_disk(world, DISK_MODE_INTERNAL, words);
    else if (g_str_equal(what, "out"))
        add_snapshot_disk(world, DISK_MODE_NO, words);
    else if (g_str_equal(what, "revert"))
        snapshot_add_revert_disk(world->last, snapshot_disk_new(words[1], DISK_MODE_EXTERNAL, words[2]));
    else if (g_str_equal(what, "current")) {
        g_free(world->current); // a second line replaces the first: cases build on each other
        world->current = g_strdup(words[1]);
    } else if (g_str_equal(what, "flag"))
        add_flag(world, words[1]);
    else if (g_str_equal(what, "files"))
        images_tell_folder(world->images, words[1], (const char *const *) words + 2);
    else if (g_str_equal(what, "shared"))
        images_tell_shared(world->images, words[1], words[2]);
    else if (g_str_equal(what, "unwritable"))
        images_tell_read_only(world->images, words[1]);
    else if (g_str_equal(what, "space"))
        images_tell_free(world->images, words[1], (gint64) atoll(words[2]) << 20);
    else
        g_error("world: unknown line %s", what);
}

static char **split_words(const char *line)
{
    GStrvBuilder *builder = g_strv_builder_new();
    g_auto(GStrv) parts = g_strsplit_set(line, " \t", -1);
    char **words;

    for (char **part = parts; *part; part++)
        if (**part)
            g_strv_builder_add(builder, *part);
    words = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
    return words;
}

static void tell_images(World *world)
{
    images_tell_definition(world->images, world->now, TOLD_BY_RECORD);
    images_tell_definition(world->images, world->inactive, TOLD_BY_RECORD);
    for (guint i = 0; i < world->snapshots->len; i++)
        images_tell_snapshot(world->images, world->snapshots->pdata[i]);
}

Picture *world_picture(const char *text)
{
    World world = {.images = images_new()};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Picture *picture;

    world.snapshots = g_ptr_array_new_with_free_func(unref_snapshot);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) words = split_words(*line);

        if (words[0] && words[0][0] != '#')
            read_line(&world, words);
    }
    tell_images(&world);
    if (domain_is_active(world.domain)) {
        world.domain->live = world.now;
        world.domain->inactive = world.inactive;
    } else {
        world.domain->inactive = world.now;
        definition_unref(world.inactive);
    }
    picture = picture_new(world.domain, world.snapshots, world.current, world.images);
    picture->seen = 0;
    g_free(world.current);
    return picture;
}

Host *world_host(unsigned long version, const char *driver)
{
    Host *host = host_new("qemu:///system");

    host->driver = g_strdup(driver ? driver : "QEMU");
    host->daemon_version = version;
    host->library_version = version;
    return host;
}
