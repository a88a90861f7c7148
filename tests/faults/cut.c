// SPDX-License-Identifier: GPL-2.0-or-later
// Preloaded into virt-snap: cuts the process off (SIGKILL) at a place that is named beforehand, so that a test hits
// each step of a plan exactly, without a hook in the program.
//
//   CUT="before N"   before the journal's Nth write gets its name: what comes before it is done, but not noted
//   CUT="after N"    right after that: it is noted, and what it announces has not begun
//   CUT="call N"     after the Nth call that changes something on the host: in the middle of a step of several
//
// Preloaded into libvirtd, in the middle of a merge of several disks:
//
//   CUT="pivot N"    before QEMU is told to put the Nth disk on the merged image
//
// With CUT_DO=PROGRAM that program is run there instead, and what was cut goes on: the daemon may be away meanwhile.
// With CUT_DO=spoil the Nth pivot names a job that QEMU does not know, and so fails.
//
// With MERGE_SPEED=FILE preloaded into libvirtd: merges run at as many bytes per second as FILE says when they begin
// (tests/lib/merge.sh), unless somebody chose their speed.
//
// With NO_CURRENT=FILE virt-snap is not told which snapshot is current while FILE is there.
//
// With CONFINED=1 virt-snap is told by libvirt that the host confines its guests with AppArmor.

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPEED_MAX 40 // what a speed adds to a command

static int runs_well(char *program)
{
    char *arguments[] = {program, NULL};
    char *environment[] = {getenv("PATH") - strlen("PATH="), NULL}; // without what was preloaded
    pid_t child;
    int status;

    return posix_spawn(&child, program, NULL, NULL, arguments, environment) == 0 &&
           waitpid(child, &status, 0) == child && status == 0;
}

static int is_cut(const char *where, unsigned n)
{
    const char *cut = getenv("CUT");
    size_t length = strlen(where);

    return cut && strncmp(cut, where, length) == 0 && cut[length] == ' ' && strtoul(cut + length, NULL, 10) == n;
}

static void cut_here(void)
{
    char *program = getenv("CUT_DO");

    if (!program)
        kill(getpid(), SIGKILL);
    else if (!runs_well(program))
        abort();
}

static void cut_if(const char *where, unsigned n)
{
    if (is_cut(where, n))
        cut_here();
}

// libvirt ends the merge of each disk with one of these. The spoilt name is as long as the right one.
static void pivot_spoil(char *line, size_t size)
{
    static const char *const pivots[] = {"\"execute\":\"job-finalize\"", "\"execute\":\"job-complete\""};
    static atomic_uint seen;
    const char *cut = getenv("CUT"), *program = getenv("CUT_DO");
    char *name;
    int pivot = 0;

    for (unsigned i = 0; cut && strncmp(cut, "pivot ", 6) == 0 && i < 2; i++)
        pivot |= memmem(line, size, pivots[i], strlen(pivots[i])) != NULL;
    if (!pivot || !is_cut("pivot", atomic_fetch_add(&seen, 1) + 1))
        return;
    if (!program || strcmp(program, "spoil") != 0)
        cut_here();
    else if ((name = memmem(line, size, "commit-", 7)))
        *name = 'X';
}

static unsigned long long merge_speed(void)
{
    const char *path = getenv("MERGE_SPEED");
    FILE *file = path ? fopen(path, "re") : NULL;
    unsigned long long speed = 0;

    if (file && fscanf(file, "%llu", &speed) != 1)
        speed = 0;
    if (file)
        fclose(file);
    return speed;
}

// libvirt begins the merge of each disk with this command, and names a speed only where one was chosen.
static size_t merge_slow(char *line, size_t size)
{
    static const char begins[] = "\"execute\":\"block-commit\",\"arguments\":{";
    char speed[SPEED_MAX], *at = memmem(line, size, begins, strlen(begins));
    unsigned long long wanted = at && !memmem(line, size, "\"speed\":", 8) ? merge_speed() : 0;
    size_t length = wanted ? (size_t) snprintf(speed, sizeof speed, "\"speed\":%llu,", wanted) : 0;

    if (length) {
        at += strlen(begins);
        memmove(at + length, at, size - (size_t) (at - line));
        memcpy(at, speed, length);
    }
    return size + length;
}

static int writes_whole(ssize_t (*real)(int, const void *, size_t), int to, const char *data, size_t size)
{
    while (size) {
        ssize_t n = real(to, data, size);

        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return 0;
        if (n > 0)
            data += n, size -= (size_t) n;
    }
    return 1;
}

// libvirt writes each command for QEMU's monitor at once.
ssize_t write(int to, const void *data, size_t size)
{
    ssize_t (*real)(int, const void *, size_t);
    char *line;
    int written;

    *(void **) &real = dlsym(RTLD_NEXT, "write");
    if (!memmem(data, size, "\"execute\":", 10) || !(line = malloc(size + SPEED_MAX)))
        return real(to, data, size);
    memcpy(line, data, size);
    pivot_spoil(line, size);
    written = writes_whole(real, to, line, merge_slow(line, size));
    free(line);
    return written ? (ssize_t) size : -1;
}

static int is_entry(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot && strcmp(dot, ".json") == 0;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    static atomic_uint writes;
    int (*real)(int, const char *, int, const char *);
    unsigned n = is_entry(to) ? atomic_fetch_add(&writes, 1) + 1 : 0;
    int result;

    *(void **) &real = dlsym(RTLD_NEXT, "renameat");
    if (n)
        cut_if("before", n);
    result = real(from_folder, from, to_folder, to);
    if (n)
        cut_if("after", n);
    return result;
}

static void count_call(void)
{
    static atomic_uint calls;

    cut_if("call", atomic_fetch_add(&calls, 1) + 1);
}

// libvirt's functions by their shape; the arguments are passed on as they are.
#define POINTER(name)                                                    \
    void *name(void *object, const char *text, unsigned flags);          \
    void *name(void *object, const char *text, unsigned flags)           \
    {                                                                    \
        void *(*real)(void *, const char *, unsigned);                   \
        void *result;                                                    \
        *(void **) &real = dlsym(RTLD_NEXT, #name);                      \
        result = real(object, text, flags);                              \
        count_call();                                                    \
        return result;                                                   \
    }

#define NUMBER(name)                              \
    int name(void *object, unsigned flags);       \
    int name(void *object, unsigned flags)        \
    {                                             \
        int (*real)(void *, unsigned);            \
        int result;                               \
        *(void **) &real = dlsym(RTLD_NEXT, #name); \
        result = real(object, flags);             \
        count_call();                             \
        return result;                            \
    }

POINTER(virStorageVolCreateXML)
POINTER(virDomainSnapshotCreateXML)
NUMBER(virStorageVolDelete)
NUMBER(virDomainSnapshotDelete)
NUMBER(virDomainRevertToSnapshot)
NUMBER(virDomainCreateWithFlags)

void *virDomainSnapshotCurrent(void *domain, unsigned flags);
void *virDomainSnapshotCurrent(void *domain, unsigned flags)
{
    void *(*real)(void *, unsigned);
    void (*reset)(void);
    const char *path = getenv("NO_CURRENT");

    *(void **) &real = dlsym(RTLD_NEXT, "virDomainSnapshotCurrent");
    *(void **) &reset = dlsym(RTLD_NEXT, "virResetLastError");
    if (!path || access(path, F_OK) != 0)
        return real(domain, flags);
    reset();
    return NULL;
}

char *virConnectGetCapabilities(void *connection);
char *virConnectGetCapabilities(void *connection)
{
    static const char model[] = "<secmodel><model>apparmor</model><doi>0</doi></secmodel>";
    char *(*real)(void *);
    char *text, *host, *confined;

    *(void **) &real = dlsym(RTLD_NEXT, "virConnectGetCapabilities");
    text = real(connection);
    host = text && getenv("CONFINED") ? strstr(text, "<host>") : NULL;
    confined = host ? malloc(strlen(text) + sizeof model) : NULL;
    if (!confined)
        return text;
    host += strlen("<host>");
    sprintf(confined, "%.*s%s%s", (int) (host - text), text, model, host);
    free(text);
    return confined;
}
