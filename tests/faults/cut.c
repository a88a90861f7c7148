// SPDX-License-Identifier: GPL-2.0-or-later
// Preloaded into virt-snap: cuts the process off (SIGKILL) at a place that is named beforehand, so that a test hits
// each step of a plan exactly, without a hook in the program.
//
//   CUT="before N"   before the journal's Nth write gets its name: what comes before it is done, but not noted
//   CUT="after N"    right after that: it is noted, and what it announces has not begun
//   CUT="call N"     after the Nth call that changes something on the host: in the middle of a step of several
//
// With CUT_DO=PROGRAM that program is run there instead, and virt-snap goes on: the daemon may be away meanwhile.

#include <dlfcn.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int runs_well(char *program)
{
    char *arguments[] = {program, NULL};
    char *environment[] = {getenv("PATH") - strlen("PATH="), NULL}; // without what was preloaded
    pid_t child;
    int status;

    return posix_spawn(&child, program, NULL, NULL, arguments, environment) == 0 &&
           waitpid(child, &status, 0) == child && status == 0;
}

static void cut_if(const char *where, unsigned n)
{
    const char *cut = getenv("CUT");
    char *program = getenv("CUT_DO");
    size_t length = strlen(where);

    if (!cut || strncmp(cut, where, length) != 0 || cut[length] != ' ' || strtoul(cut + length, NULL, 10) != n)
        return;
    if (!program)
        kill(getpid(), SIGKILL);
    else if (!runs_well(program))
        abort();
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
