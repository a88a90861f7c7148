// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel says of a mount.

#include "engine/virt/mount.h"

#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

// proc_pid_mountinfo(5): the third field is the device, the last one the file system's own options.
static bool says_emergency(const char *line, const char *device)
{
    g_auto(GStrv) fields = g_strsplit(line, " ", -1);
    guint n = g_strv_length(fields);
    g_auto(GStrv) options = n > 3 && strcmp(fields[2], device) == 0 ? g_strsplit(fields[n - 1], ",", -1) : NULL;

    return options && g_strv_contains((const char *const *) options, "emergency_ro");
}

// Under newer kernels ext4 refuses writes after an error without being mounted read-only (errors=remount-ro; tried on
// 6.18).
static bool is_emergency(const char *folder)
{
    struct stat st;
    g_autofree char *device = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (stat(folder, &st) < 0 || !g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL))
        return false;
    device = g_strdup_printf("%u:%u", major(st.st_dev), minor(st.st_dev));
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        if (says_emergency(lines[i], device))
            return true;
    return false;
}

bool mount_is_read_only(const char *folder)
{
    struct statvfs fs;

    return statvfs(folder, &fs) == 0 && ((fs.f_flag & ST_RDONLY) || is_emergency(folder));
}
