// SPDX-License-Identifier: GPL-2.0-or-later
// Opening, replacing and reading files that nobody else may have touched.

#include "engine/state_folder.h"

#include "engine/json/json_guard.h"
#include "engine/model/tongue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHERS_WRITE (S_IWGRP | S_IWOTH)

char *folder_path(void)
{
    const char *base = g_getenv("XDG_STATE_HOME");

    if (base && g_path_is_absolute(base)) // as the XDG base directory specification has it
        return g_build_filename(base, "virt-snap", NULL);
    return g_build_filename(g_get_home_dir(), ".local", "state", "virt-snap", NULL);
}

static Failure *unusable(const char *path, const char *why)
{
    g_autofree char *what = g_strdup_printf(_("The journal cannot be kept in %s: %s"), path, why);

    return failure_new(what, NULL, 0, _("Correct that, or set XDG_STATE_HOME to a folder of your own"));
}

// Ours, and no other user's to write.
static const char *distrust(const struct stat *info)
{
    if (info->st_uid != geteuid())
        return _("it belongs to somebody else");
    if (info->st_mode & OTHERS_WRITE)
        return _("others may write it");
    return NULL;
}

int folder_open(Failure **failure)
{
    g_autofree char *path = folder_path();
    struct stat info;
    const char *why;
    int folder;

    if (g_mkdir_with_parents(path, 0700) < 0) {
        *failure = unusable(path, g_strerror(errno));
        return -1;
    }
    folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 || fstat(folder, &info) < 0) {
        *failure = unusable(path, g_strerror(errno));
        if (folder >= 0)
            close(folder);
        return -1;
    }
    why = distrust(&info);
    if (!why && (info.st_mode & 077) && fchmod(folder, 0700) < 0)
        why = g_strerror(errno);
    if (!why)
        return folder;
    *failure = unusable(path, why);
    close(folder);
    return -1;
}

// ---- writing ----------------------------------------------------------------------------------

static bool write_all(int fd, const char *text)
{
    gsize left = strlen(text);

    while (left > 0) {
        ssize_t n = write(fd, text, left);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        left -= (gsize) n;
    }
    return fsync(fd) == 0;
}

static int make_new(int folder, const char *name)
{
    (void) unlinkat(folder, name, 0); // left by a process that was killed while it wrote
    return openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

bool folder_put(int folder, const char *name, const char *text, int *held, Failure **failure)
{
    g_autofree char *fresh = g_strdup_printf(".%s.new", name);
    int fd = make_new(folder, fresh);
    bool good = fd >= 0 && write_all(fd, text) && (!held || flock(fd, LOCK_EX | LOCK_NB) == 0) &&
                renameat(folder, fresh, folder, name) == 0 && fsync(folder) == 0;

    if (!good) {
        g_autofree char *path = folder_path();

        *failure = unusable(path, g_strerror(errno));
        (void) unlinkat(folder, fresh, 0);
    }
    if (good && held)
        *held = fd;
    else if (fd >= 0)
        close(fd);
    return good;
}

// ---- reading ----------------------------------------------------------------------------------

int folder_open_file(int folder, const char *name, char **fault)
{
    // NONBLOCK: a FIFO must not hold us before it is seen to be one. Writable, as flock on NFS wants it.
    int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;
    const char *why = NULL;

    *fault = NULL;
    if (fd < 0 && errno == ENOENT)
        return -1;
    if (fd < 0 && errno == ELOOP)
        why = _("it is a link");
    else if (fd < 0 || fstat(fd, &info) < 0)
        why = g_strerror(errno);
    else if (!S_ISREG(info.st_mode) || info.st_nlink > 1)
        why = _("it is no plain file, or has a second name");
    else
        why = distrust(&info);
    if (!why)
        return fd;
    *fault = g_strdup(why);
    if (fd >= 0)
        close(fd);
    return -1;
}

GString *folder_read(int fd, char **fault)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char block[65536];

    while (text->len <= JSON_GUARD_BYTES) {
        ssize_t n = pread(fd, block, sizeof block, (off_t) text->len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *fault = g_strdup(g_strerror(errno));
            return NULL;
        }
        if (n == 0)
            return g_steal_pointer(&text);
        g_string_append_len(text, block, n);
    }
    *fault = g_strdup(_("it is too big"));
    return NULL;
}

bool folder_is_same(int folder, const char *name, int fd)
{
    struct stat there, ours;

    return fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && fstat(fd, &ours) == 0 &&
           there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}
