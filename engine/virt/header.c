// SPDX-License-Identifier: GPL-2.0-or-later
// One image at a time: a missing link of a chain is then attributed to the image that is missing, and no backing image
// is ever opened. Plain qcow2 images are read here; for the others qemu-img is started, without a shell.

#include "engine/virt/header.h"

#include "engine/model/qcow2.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Our threads have all signals blocked; what we start shall not.
static void open_signals(gpointer data)
{
    sigset_t none;

    (void) data;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static Presence find_file(const char *path, struct stat *info)
{
    if (stat(path, info) == 0)
        return PRESENCE_FOUND;
    return errno == ENOENT || errno == ENOTDIR ? PRESENCE_MISSING : PRESENCE_UNKNOWN;
}

Presence header_stat(const char *path, gint64 *allocation)
{
    struct stat info;
    Presence presence = find_file(path, &info);

    if (presence == PRESENCE_FOUND)
        *allocation = (gint64) info.st_blocks * 512;
    return presence;
}

// The file's first bytes; returns how many there are. A file that QEMU is writing may be read at any time: what is
// wanted is written once, when the image is made or rebased.
static gsize read_head(const char *path, guint8 *head, gsize size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t length = fd >= 0 ? pread(fd, head, size, 0) : -1;

    if (fd >= 0)
        close(fd);
    return length > 0 ? (gsize) length : 0;
}

bool header_is_lost(const char *path)
{
    static const guint8 magic[] = {'Q', 'F', 'I', 0xfb};
    guint8 head[sizeof magic];

    return read_head(path, head, sizeof head) == sizeof head && memcmp(head, magic, sizeof magic) != 0;
}

// False: not a file that says all of itself plainly.
static bool read_plain(const char *path, const char *format, const struct stat *info, ImageFacts *facts)
{
    guint8 head[QCOW2_HEAD];
    g_auto(Qcow2) plain = {0};

    if (!S_ISREG(info->st_mode) || (format && strcmp(format, "qcow2") != 0) ||
        !qcow2_read(head, read_head(path, head, sizeof head), &plain))
        return false;
    *facts = (ImageFacts) {
        .format = g_strdup("qcow2"),
        .backing = g_steal_pointer(&plain.backing),
        .backing_format = g_steal_pointer(&plain.backing_format),
        .allocation = (gint64) info->st_blocks * 512,
        .capacity = (gint64) plain.capacity,
        .tags = g_ptr_array_new_with_free_func(g_free),
    };
    return true;
}

static char *run(const char *const *argv)
{
    char *output = NULL;
    int status = -1;

    // Its complaints are not shown: what it cannot tell stays unknown, and the picture says so.
    if (!g_spawn_sync("/", (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                      open_signals, NULL, &output, NULL, &status, NULL) ||
        !g_spawn_check_wait_status(status, NULL))
        g_clear_pointer(&output, g_free);
    return output;
}

static char *run_info(const char *path, const char *format)
{
    // The path is absolute, so it cannot be taken for an option or a protocol.
    const char *argv[] = {"qemu-img", "info", "-U", "--output=json", path, NULL, NULL, NULL};

    if (format) {
        argv[4] = "-f";
        argv[5] = format;
        argv[6] = path;
    }
    return run(argv);
}

bool header_is_empty(const char *path)
{
    g_autofree char *layer = json_write_top_layer(path);
    const char *argv[] = {"qemu-img", "map", "-U", "--output=json", layer, NULL};
    g_autofree char *output = *path == '/' ? run(argv) : NULL;
    bool holds = true;

    return output && json_read_qemu_map(output, strlen(output), &holds, NULL) && !holds;
}

Presence header_read(const char *path, const char *format, ImageFacts *facts)
{
    g_autofree char *output = NULL;
    struct stat info;
    Presence presence;

    if (*path != '/')
        return PRESENCE_UNKNOWN;
    presence = find_file(path, &info);
    if (presence != PRESENCE_FOUND || read_plain(path, format, &info, facts))
        return presence;
    if (access(path, R_OK) != 0)
        return PRESENCE_UNKNOWN;
    output = run_info(path, format);
    if (!output || !json_read_qemu_img(output, strlen(output), facts, NULL))
        return PRESENCE_UNKNOWN;
    return PRESENCE_FOUND;
}
