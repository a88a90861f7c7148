// SPDX-License-Identifier: GPL-2.0-or-later
// qemu-img, started without a shell on one image at a time. Paths are absolute, so they are taken neither for an option
// nor for a protocol; formats are named, never guessed; and that the image's header says what the plan says is looked
// at right before.

#include "engine/virt/copy.h"

#include "engine/model/tongue.h"
#include "engine/virt/failure.h"
#include "engine/virt/header.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct Copy {
    atomic_uint disk;   // index into the step's disks
    atomic_uint done;   // of that one, in hundredths of a percent
    bool wrote;         // qemu-img had its images open and began
    GPtrArray *copied;  // Copied
};

// An overlay that was copied down whole, as it was right after that.
typedef struct Copied {
    char *overlay;
    char *into;
    struct stat then;
} Copied;

enum { ALL_DONE = 10000 };

static void copied_free(gpointer data)
{
    Copied *copied = data;

    g_free(copied->overlay);
    g_free(copied->into);
    g_free(copied);
}

Copy *copy_new(void)
{
    Copy *copy = g_new0(Copy, 1);

    atomic_init(&copy->disk, 0);
    atomic_init(&copy->done, 0);
    copy->copied = g_ptr_array_new_with_free_func(copied_free);
    return copy;
}

void copy_free(Copy *copy)
{
    g_ptr_array_unref(copy->copied);
    g_free(copy);
}

bool copy_wrote(const Copy *copy)
{
    return copy->wrote;
}

void copy_measure(const Copy *copy, const Step *step, Progress *progress)
{
    guint at = atomic_load(&copy->disk);
    guint done = atomic_load(&copy->done);

    for (guint i = 0; i < step->disks->len; i++) {
        const StepDisk *disk = step->disks->pdata[i];
        guint64 bytes = disk->bytes > 0 ? (guint64) disk->bytes : 0;

        progress->total += bytes;
        progress->done += i < at ? bytes : i == at ? bytes / ALL_DONE * done : 0;
        if (i == at)
            g_strlcpy(progress->disk, disk->target, sizeof progress->disk);
    }
}

// ---- the program ------------------------------------------------------------------------------

// Our threads have all signals blocked; what we start shall not. It ends with us, so that whoever takes the job up
// meets nobody at work. What it complains of is heard between its figures.
static void prepare(gpointer data)
{
    sigset_t none;

    (void) data;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(STDOUT_FILENO, STDERR_FILENO);
}

// "    (12.34/100%)", ended by a carriage return; anything else is a complaint.
static void hear(Copy *copy, const char *line, GString *complaint)
{
    double percent;

    if (sscanf(line, " (%lf/100%%)", &percent) == 1) {
        atomic_store(&copy->done, (guint) CLAMP(percent * 100, 0, ALL_DONE));
        copy->wrote = true;
    } else if (*line) {
        g_string_assign(complaint, line);
    }
}

static void listen_to(Copy *copy, int fd, GString *complaint)
{
    g_autoptr(GString) line = g_string_new(NULL);
    char buffer[256];
    ssize_t n;

    while ((n = read(fd, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            if (buffer[i] != '\r' && buffer[i] != '\n') {
                g_string_append_c(line, buffer[i]);
                continue;
            }
            hear(copy, line->str, complaint);
            g_string_truncate(line, 0);
        }
    }
    hear(copy, line->str, complaint);
}

static Failure *run(Copy *copy, const char *const *argv, const char *image)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) complaint = g_string_new(NULL);
    g_autofree char *text = g_strdup_printf(_("qemu-img %s of %s failed"), argv[1], image);
    int output = -1, status = -1;
    GPid child;

    if (!g_spawn_async_with_pipes("/", (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, prepare,
                                  NULL, &child, NULL, &output, NULL, &error))
        return failure_unread(error, "%s", text);
    listen_to(copy, output, complaint);
    close(output);
    if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return NULL;
    return failure_new(text, complaint->len > 0 ? complaint->str : _("it was ended"), 0, NULL);
}

// ---- the images -------------------------------------------------------------------------------

// Does the header of `image` say that it stands on `backing`, in that format?
static bool stands_on(const char *image, const char *format, const char *backing, const char *backing_format)
{
    g_auto(ImageFacts) facts = {0};
    g_autofree char *below = NULL;

    if (header_read(image, format, &facts) != PRESENCE_FOUND)
        return false;
    below = image_absolute_backing(image, facts.backing);
    return g_strcmp0(below, backing) == 0 && g_strcmp0(facts.backing_format, backing_format) == 0;
}

static bool is_absolute(const char *path)
{
    return path && *path == '/';
}

static Failure *remember(Copy *copy, const StepDisk *disk)
{
    Copied *copied = g_new0(Copied, 1);

    copied->overlay = g_strdup(disk->merges);
    copied->into = g_strdup(disk->writes);
    g_ptr_array_add(copy->copied, copied);
    if (stat(copied->overlay, &copied->then) < 0)
        return failure_unread(NULL, "%s was copied, but cannot be looked at: %s", copied->overlay, g_strerror(errno));
    return NULL;
}

static Failure *commit(Copy *copy, const StepDisk *disk)
{
    Failure *failure;
    // -d: what is copied stays, so that the image above reads the same whenever this is cut off.
    const char *argv[] = {"qemu-img", "commit", "-p", "-d", "-f", disk->format, disk->merges, NULL};

    if (!is_absolute(disk->merges) || !disk->format ||
        !stands_on(disk->merges, disk->format, disk->writes, disk->backing_format))
        return failure_unread(NULL, "%s was not merged: it does not say that it stands on %s", disk->merges, disk->writes);
    failure = run(copy, argv, disk->merges);
    return failure ? failure : remember(copy, disk);
}

static Failure *rebase(Copy *copy, const StepDisk *disk)
{
    const char *argv[] = {"qemu-img", "rebase",      "-u",          "-f", disk->format, "-F", disk->backing_format,
                          "-b",       disk->backing, disk->writes, NULL};
    Failure *failure;

    if (!is_absolute(disk->writes) || !is_absolute(disk->backing) || !disk->format || !disk->backing_format)
        return failure_unread(NULL, "A name or a format is missing in the plan");
    if (stands_on(disk->writes, disk->format, disk->backing, disk->backing_format))
        return NULL;
    failure = run(copy, argv, disk->writes);
    if (!failure && !stands_on(disk->writes, disk->format, disk->backing, disk->backing_format))
        failure = failure_unread(NULL, "qemu-img ended well, but %s does not say that it stands on %s", disk->writes,
                                 disk->backing);
    return failure;
}

Failure *copy_step(Copy *copy, LvDomain *domain, const Step *step)
{
    Failure *failure = NULL;
    int active = virDomainIsActive(domain);

    copy->wrote = false;
    if (active < 0)
        return failure_last("Whether %s is off could not be asked", virDomainGetName(domain));
    if (active > 0)
        return failure_unread(NULL, "%s was started meanwhile, and has its images open", virDomainGetName(domain));
    for (guint i = 0; i < step->disks->len && !failure; i++) {
        atomic_store(&copy->disk, i);
        atomic_store(&copy->done, 0);
        failure = step->kind == STEP_COMMIT ? commit(copy, step->disks->pdata[i]) : rebase(copy, step->disks->pdata[i]);
    }
    return failure;
}

// ---- what was copied is all there is ----------------------------------------------------------

static const Copied *find_copied(const Copy *copy, const char *into)
{
    for (guint i = copy->copied->len; i > 0; i--) {
        const Copied *copied = copy->copied->pdata[i - 1];

        if (strcmp(copied->into, into) == 0)
            return copied;
    }
    return NULL;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_untouched(const Copied *copied)
{
    struct stat now;

    return stat(copied->overlay, &now) == 0 && now.st_dev == copied->then.st_dev && now.st_ino == copied->then.st_ino &&
           now.st_size == copied->then.st_size && is_same_time(&now.st_mtim, &copied->then.st_mtim) &&
           is_same_time(&now.st_ctim, &copied->then.st_ctim);
}

Failure *copy_check(const Copy *copy, const Step *define)
{
    for (guint i = 0; i < define->disks->len; i++) {
        const StepDisk *disk = define->disks->pdata[i];
        const Copied *copied = find_copied(copy, disk->writes);

        if (!copied)
            return failure_unread(NULL, "Nothing was copied into %s by this run of the job", disk->writes);
        if (!is_untouched(copied))
            return failure_unread(NULL, "%s was written to after it had been copied, so the guest stays on it; what is "
                                  "new has to be copied as well", copied->overlay);
    }
    return NULL;
}
