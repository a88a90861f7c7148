// SPDX-License-Identifier: GPL-2.0-or-later
// An engine under load: jobs URI SECONDS plans and runs jobs on all guests whose name begins with "job-", a new one on
// each as soon as the last has ended (a snapshot is taken, then merged again), and reads what the engine says. So three
// run and the others wait. At the end each plan was answered once, each job has ended once and as the last news of it,
// and what was heard of each guest is what libvirt tells. Prints TAP, and the memory in use as a comment.

#include "engine/engine.h"

#include <libvirt/libvirt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define END_MS    (180 * 1000) // what runs when the time is up has so long to end
#define LATEST_MS 4000         // what was changed last is heard in that time
#define QUARTERS  4
#define FLAT_KIB  (16 * 1024)

typedef struct Target {
    char *uuid, *name;
    guint64 ticket; // of a plan that is awaited; 0: none
    guint64 job;    // that is awaited; 0: none
    bool taken;     // the snapshot is there
    guint ended, good;
} Target;

typedef struct Load {
    Engine *engine;
    GPtrArray *targets;   // of Target
    GHashTable *pictures; // uuid -> Picture: the last that was heard
    GHashTable *ends;     // number of a job -> how often it ended
    guint plans, answers, jobs, late, waited;
    bool over, stopped;
    gint64 began, until;
    long kib[QUARTERS + 1]; // memory at the beginning and after each quarter of the time
    unsigned quarters;      // that are over
} Load;

static long memory_kib(void)
{
    g_autofree char *text = NULL;
    const char *line;

    if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL) || !(line = strstr(text, "VmRSS:")))
        return 0;
    return strtol(line + strlen("VmRSS:"), NULL, 10);
}

// ---- what is asked for ------------------------------------------------------------------------

static void ask(Load *load, Target *target)
{
    g_autoptr(Wish) wish = wish_new(target->taken ? VERB_DELETE : VERB_CREATE, target->uuid, target->name, "load");

    if (!target->taken)
        wish->kind = KIND_EXTERNAL;
    target->ticket = engine_plan(load->engine, wish);
    load->plans++;
}

static void free_target(gpointer data)
{
    Target *target = data;

    g_free(target->uuid);
    g_free(target->name);
    g_free(target);
}

static void begin(Load *load, const GPtrArray *guests)
{
    g_autoptr(GPtrArray) watched = g_ptr_array_new();

    for (guint i = 0; i < guests->len; i++) {
        const Guest *guest = g_ptr_array_index(guests, i);
        Target *target;

        if (watched->len < 30)
            g_ptr_array_add(watched, guest->uuid);
        if (!g_str_has_prefix(guest->name, "job-"))
            continue;
        target = g_new0(Target, 1);
        target->uuid = g_strdup(guest->uuid);
        target->name = g_strdup(guest->name);
        g_ptr_array_add(load->targets, target);
    }
    g_ptr_array_add(watched, NULL);
    engine_watch(load->engine, (const char *const *) watched->pdata);
    for (guint i = 0; i < load->targets->len; i++)
        ask(load, load->targets->pdata[i]);
}

// ---- what is heard ----------------------------------------------------------------------------

static void take_plan(Load *load, const Message *message)
{
    for (guint i = 0; i < load->targets->len; i++) {
        Target *target = load->targets->pdata[i];

        if (target->ticket != message->plan.ticket)
            continue;
        load->answers++;
        target->ticket = 0;
        if (message->plan.plan && message->plan.plan->verdict == VERDICT_OK) {
            target->job = engine_run(load->engine, message->plan.plan);
            load->jobs++;
        } else if (!load->over) {
            ask(load, target); // somebody else's question held the guest
        }
    }
}

static void take_end(Load *load, const JobNews *news)
{
    gpointer key = GUINT_TO_POINTER((guint) news->job);

    g_hash_table_replace(load->ends, key, GUINT_TO_POINTER(1 + GPOINTER_TO_UINT(g_hash_table_lookup(load->ends, key))));
    for (guint i = 0; i < load->targets->len; i++) {
        Target *target = load->targets->pdata[i];

        if (target->job != news->job)
            continue;
        target->job = 0;
        target->ended++;
        target->good += news->outcome == JOB_DONE;
        if (news->outcome == JOB_DONE)
            target->taken = !target->taken;
        else
            printf("# %s: %s %s\n", target->name, job_outcome_word(news->outcome), news->story ? news->story : "");
        if (!load->over)
            ask(load, target);
    }
}

static void unref_picture(gpointer picture)
{
    picture_unref(picture);
}

static void take(Load *load, Message *message)
{
    bool news = message->kind == MSG_JOB_STARTED || message->kind == MSG_JOB_STEP || message->kind == MSG_JOB_PROGRESS;

    if (news && g_hash_table_contains(load->ends, GUINT_TO_POINTER((guint) message->job.job)))
        load->late++; // after its end
    if (message->kind == MSG_HOST && load->targets->len == 0)
        begin(load, message->guests);
    else if (message->kind == MSG_PLAN)
        take_plan(load, message);
    else if (message->kind == MSG_JOB_QUEUED)
        load->waited++;
    else if (message->kind == MSG_JOB_ENDED)
        take_end(load, &message->job);
    else if (message->kind == MSG_DOMAIN)
        g_hash_table_replace(load->pictures, g_strdup(message->picture->domain->uuid), picture_ref(message->picture));
    else if (message->kind == MSG_STOPPED)
        load->stopped = true;
    message_free(message);
}

static void note_memory(Load *load)
{
    gint64 quarter = (load->until - load->began) / QUARTERS;

    while (load->quarters < QUARTERS && g_get_monotonic_time() >= load->began + (load->quarters + 1) * quarter)
        load->kib[++load->quarters] = memory_kib();
}

// Reads what comes until `until`, or until `enough` says so.
static void hear(Load *load, gint64 until, bool (*enough)(const Load *load))
{
    while (g_get_monotonic_time() < until && !(enough && enough(load))) {
        struct pollfd fd = {.fd = engine_fd(load->engine), .events = POLLIN};
        Message *message;

        poll(&fd, 1, 100);
        while ((message = engine_next(load->engine)))
            take(load, message);
        note_memory(load);
    }
}

static bool all_ended(const Load *load)
{
    for (guint i = 0; i < load->targets->len; i++) {
        const Target *target = load->targets->pdata[i];

        if (target->ticket || target->job)
            return false;
    }
    return true;
}

static bool has_stopped(const Load *load)
{
    return load->stopped;
}

// ---- what is so -------------------------------------------------------------------------------

static guint tests, failures;

static void ok(bool good, const char *name)
{
    printf("%sok %u - %s\n", good ? "" : "not ", ++tests, name);
    failures += !good;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static char *names_by_libvirt(virDomainPtr domain)
{
    virDomainSnapshotPtr *snapshots = NULL;
    int n = virDomainListAllSnapshots(domain, &snapshots, 0);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (int i = 0; i < n; i++) {
        g_ptr_array_add(names, g_strdup(virDomainSnapshotGetName(snapshots[i])));
        virDomainSnapshotFree(snapshots[i]);
    }
    free(snapshots);
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **) names->pdata);
}

static char *names_heard(const Picture *picture)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < picture->snapshots->len; i++)
        g_ptr_array_add(names, ((const Snapshot *) g_ptr_array_index(picture->snapshots, i))->name);
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **) names->pdata);
}

// Guests whose last picture is not what libvirt tells.
static guint count_wrong(const Load *load, const char *uri)
{
    virConnectPtr connection = virConnectOpen(uri);
    GHashTableIter iter;
    gpointer uuid, picture;
    guint wrong = 0;

    g_hash_table_iter_init(&iter, load->pictures);
    while (g_hash_table_iter_next(&iter, &uuid, &picture)) {
        virDomainPtr domain = virDomainLookupByUUIDString(connection, uuid);
        g_autofree char *told = domain ? names_by_libvirt(domain) : g_strdup("gone");
        g_autofree char *heard = names_heard(picture);

        if (strcmp(told, heard) != 0) {
            wrong++;
            printf("# %s: heard \"%s\", libvirt tells \"%s\"\n", ((const Picture *) picture)->domain->name, heard, told);
        }
        if (domain)
            virDomainFree(domain);
    }
    virConnectClose(connection);
    return wrong;
}

static guint count_ends_but_one(const Load *load)
{
    GHashTableIter iter;
    gpointer times;
    guint wrong = 0;

    g_hash_table_iter_init(&iter, load->ends);
    while (g_hash_table_iter_next(&iter, NULL, &times))
        wrong += GPOINTER_TO_UINT(times) != 1;
    return wrong;
}

static void judge(Load *load, const char *uri, bool measured)
{
    guint good = 0;

    for (guint i = 0; i < load->targets->len; i++)
        good += ((const Target *) load->targets->pdata[i])->good;
    printf("# %u plans, %u jobs of which %u were done, %u waited for their turn; %u guests heard of\n", load->plans,
           load->jobs, good, load->waited, g_hash_table_size(load->pictures));
    ok(load->plans == load->answers, "each plan was answered");
    ok(load->jobs == g_hash_table_size(load->ends), "each job has ended");
    ok(count_ends_but_one(load) == 0, "once");
    ok(load->late == 0, "and nothing was heard of it afterwards");
    ok(load->jobs > load->targets->len && good == load->jobs, "all of them well");
    ok(load->waited > 0 || load->targets->len <= 3, "more than three waited for their turn");
    ok(count_wrong(load, uri) == 0, "what was heard of each guest is what libvirt tells");
    printf("# memory: %ld KiB after half of the time, %ld after three quarters, %ld at its end\n", load->kib[2],
           load->kib[3], load->kib[4]);
    ok(!measured || load->kib[4] < load->kib[2] + FLAT_KIB, "memory is flat");
}

int main(int argc, char **argv)
{
    bool measured = argc == 3; // a sanitizer keeps what was freed
    Load load = {
        .targets = g_ptr_array_new_with_free_func(free_target),
        .pictures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_picture),
        .ends = g_hash_table_new(NULL, NULL),
    };

    if (argc < 3)
        return EXIT_FAILURE;
    load.began = g_get_monotonic_time();
    load.until = load.began + strtol(argv[2], NULL, 10) * G_USEC_PER_SEC;
    load.engine = engine_start(argv[1], ENGINE_READ_WRITE);
    hear(&load, load.until, NULL);
    note_memory(&load);
    load.over = true;
    hear(&load, g_get_monotonic_time() + END_MS * 1000, all_ended);
    hear(&load, g_get_monotonic_time() + LATEST_MS * 1000, NULL);
    judge(&load, argv[1], measured);
    engine_stop(load.engine);
    hear(&load, g_get_monotonic_time() + END_MS * 1000, has_stopped);
    ok(load.stopped, "and it stops");
    engine_free(load.engine);
    g_ptr_array_unref(load.targets);
    g_hash_table_unref(load.pictures);
    g_hash_table_unref(load.ends);
    return failures > 0;
}
