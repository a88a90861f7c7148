// SPDX-License-Identifier: GPL-2.0-or-later
// qemu-img, started without a shell, one image at a time: a missing link of a chain is then
// attributed to the image that is missing, and no backing image is ever opened.

#include "engine/virt/header.h"

#include <errno.h>
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

Presence header_stat(const char *path, gint64 *allocation)
{
    struct stat info;

    if (stat(path, &info) < 0)
        return errno == ENOENT || errno == ENOTDIR ? PRESENCE_MISSING : PRESENCE_UNKNOWN;
    *allocation = (gint64) info.st_blocks * 512;
    return PRESENCE_FOUND;
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
    gint64 allocation;
    Presence presence;

    if (*path != '/')
        return PRESENCE_UNKNOWN;
    presence = header_stat(path, &allocation);
    if (presence != PRESENCE_FOUND)
        return presence;
    if (access(path, R_OK) != 0)
        return PRESENCE_UNKNOWN;
    output = run_info(path, format);
    if (!output || !json_read_qemu_img(output, strlen(output), facts, NULL))
        return PRESENCE_UNKNOWN;
    return PRESENCE_FOUND;
}
