// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log: appended line by line, read from its end.

#include "engine/audit.h"

#include "engine/json/audit_json.h"
#include "engine/model/tongue.h"
#include "engine/state_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "audit.log"
#define LAST (512 * 1024) // bytes that are read: some thousand acts

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

void audit_add(const char *line)
{
    g_autoptr(Failure) failure = NULL;
    int folder = folder_open(&failure);
    const int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int fd = folder < 0 ? -1 : openat(folder, NAME, flags, 0600);
    struct stat info;

    // One write: lines of several processes do not mix.
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() && info.st_nlink == 1 &&
        write(fd, line, strlen(line)) >= 0)
        (void) fsync(fd);
    close_fd(fd);
    close_fd(folder);
}

// The end of the file, from the beginning of a line. NULL and `why`.
static char *read_end(int fd, char **why)
{
    struct stat info;
    g_autofree char *text = g_malloc(LAST + 1);
    off_t start;
    ssize_t length;
    const char *line;

    if (fstat(fd, &info) < 0) {
        *why = g_strdup(g_strerror(errno));
        return NULL;
    }
    start = MAX(0, info.st_size - LAST);
    do
        length = pread(fd, text, LAST, start);
    while (length < 0 && errno == EINTR);
    if (length < 0) {
        *why = g_strdup(g_strerror(errno));
        return NULL;
    }
    text[length] = '\0';
    line = start > 0 ? strchr(text, '\n') : text;
    return g_strdup(!line ? "" : start > 0 ? line + 1 : line);
}

static void free_record(gpointer record)
{
    audit_record_free(record);
}

static GPtrArray *read_lines(const char *text, unsigned *unread)
{
    GPtrArray *records = g_ptr_array_new_with_free_func(free_record);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    *unread = 0;
    for (char **line = lines; *line; line++) {
        AuditRecord *record = **line ? json_read_audit(*line, strlen(*line)) : NULL;

        if (record)
            g_ptr_array_add(records, record);
        else
            *unread += **line != '\0';
    }
    return records;
}

static bool is_there(void)
{
    g_autofree char *path = folder_path();

    return g_file_test(path, G_FILE_TEST_EXISTS); // looking leaves nothing behind
}

GPtrArray *audit_read(unsigned *unread, Failure **failure)
{
    g_autofree char *why = NULL;
    g_autofree char *text = NULL;
    int folder = is_there() ? folder_open(failure) : -1;
    int fd = folder < 0 ? -1 : folder_open_file(folder, NAME, &why);

    if (fd >= 0)
        text = read_end(fd, &why);
    close_fd(fd);
    close_fd(folder);
    if (!*failure && why)
        *failure = failure_new(_("The audit log cannot be read"), why, 0, _("Look at audit.log in your state folder"));
    return *failure ? NULL : read_lines(text ? text : "", unread);
}
