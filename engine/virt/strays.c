// SPDX-License-Identifier: GPL-2.0-or-later
// Asking the files that nobody names.

#include "engine/virt/strays.h"

#include "engine/virt/header.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

// What a plan makes, and what it is about to remove, may stand in no record between its steps.
static GHashTable *files_of(const Plan *plan)
{
    GHashTable *files = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; plan && i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        for (guint j = 0; j < step->disks->len; j++) {
            const StepDisk *disk = step->disks->pdata[j];

            if (disk->writes)
                g_hash_table_add(files, disk->writes);
            if (disk->removes)
                g_hash_table_add(files, disk->removes);
        }
    }
    return files;
}

static bool is_known(const Picture *picture, const Neighbours *neighbours, GHashTable *own, const char *path)
{
    const GPtrArray *others = neighbours_pictures(neighbours);

    if (images_get(picture->images, path) || neighbours_holder(neighbours, path) || g_hash_table_contains(own, path))
        return true;
    for (guint i = 0; i < others->len; i++)
        if (images_get(((const Picture *) others->pdata[i])->images, path))
            return true;
    return false;
}

// Only formats with a backing image are worth starting qemu-img for; nearly all there are is qcow2.
static bool may_have_backing(const char *path)
{
    static const char magic[] = {'Q', 'F', 'I', (char) 0xfb};
    char head[sizeof(magic)];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) && memcmp(head, magic, sizeof(magic)) == 0;

    if (fd >= 0)
        close(fd);
    return is;
}

static char *backing_in_file(const char *path)
{
    g_auto(ImageFacts) facts = {.allocation = SIZE_UNKNOWN, .capacity = SIZE_UNKNOWN};

    if (!may_have_backing(path) || header_read(path, "qcow2", &facts) != PRESENCE_FOUND)
        return NULL;
    return g_strdup(facts.backing);
}

static char *backing_of(Storage *storage, const char *path)
{
    g_auto(VolumeFacts) facts = {.allocation = SIZE_UNKNOWN, .capacity = SIZE_UNKNOWN};
    bool volume = storage_volume(storage, path, &facts) == PRESENCE_FOUND && facts.path;
    g_autofree char *backing = NULL;

    if (volume)
        backing = g_strdup(facts.backing);
    else if (storage_is_local(storage))
        backing = backing_in_file(path);
    return image_absolute_backing(path, backing);
}

// It may stand there by a link.
static void add_real(Storage *storage, Neighbours *neighbours, const char *path, const char *backing)
{
    g_autofree char *real = storage_real_name(storage, backing);

    if (real)
        neighbours_add_stray(neighbours, path, real);
}

void strays_look(Storage *storage, const Picture *picture, Neighbours *neighbours, const Plan *plan)
{
    g_autoptr(GPtrArray) files = images_list_files(picture->images);
    g_autoptr(GHashTable) own = files_of(plan);

    for (guint i = 0; i < files->len; i++) {
        const char *path = g_ptr_array_index(files, i);
        g_autofree char *backing = is_known(picture, neighbours, own, path) ? NULL : backing_of(storage, path);

        if (backing)
            neighbours_add_stray(neighbours, path, backing);
        if (backing)
            add_real(storage, neighbours, path, backing);
    }
}
