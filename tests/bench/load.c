// SPDX-License-Identifier: GPL-2.0-or-later
// How long the engine takes to know one guest: "load URI GUEST" watches it as the
// front end does, and prints one line of "NAME VALUE" pairs when every detail is there.
//
// connected, guests, skeleton, details: milliseconds since the start; guests: it is listed;
// skeleton: the first picture of it, which holds the names and, on a daemon that lists in topological order (all since
// 5.2), the parents of all snapshots. cpu: milliseconds of this process until then; peak:
// KiB, VmHWM of it; anon: KiB, RssAnon with one picture held.

#include "engine/engine.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define PATIENCE_MS 600000

typedef struct Load {
    Engine *engine;
    const char *guest; // its name
    char *uuid;        // NULL: not listed yet
    gint64 start;
    double connected, guests, skeleton, details; // 0: not yet
    unsigned pictures;
    Picture *picture;
} Load;

static double since(const Load *load)
{
    return (double) (g_get_monotonic_time() - load->start) / 1000;
}

static void note(const Load *load, double *when)
{
    if (*when == 0)
        *when = since(load);
}

static void find_guest(Load *load, const GPtrArray *guests)
{
    for (guint i = 0; !load->uuid && i < guests->len; i++) {
        const Guest *guest = guests->pdata[i];

        if (strcmp(guest->name, load->guest) == 0) {
            load->uuid = g_strdup(guest->uuid);
            engine_watch(load->engine, (const char *const[]) {load->uuid, NULL});
        }
    }
}

static void take_picture(Load *load, const Picture *picture)
{
    if (!load->uuid || strcmp(picture->domain->uuid, load->uuid) != 0)
        return;
    load->pictures++;
    note(load, &load->skeleton);
    if (picture->details)
        note(load, &load->details);
    picture_unref(load->picture);
    load->picture = picture_ref(picture);
}

static void take_message(Load *load, const Message *message)
{
    if (message->kind == MSG_CONNECTED)
        note(load, &load->connected);
    else if (message->kind == MSG_HOST)
        find_guest(load, message->guests);
    else if (message->kind == MSG_DOMAIN)
        take_picture(load, message->picture);
    if (load->uuid)
        note(load, &load->guests);
    if (message->kind == MSG_LOST) {
        g_autofree char *line = message_describe(message);

        g_printerr("%s\n", line);
        exit(1);
    }
}

static void hear(Load *load, int ms)
{
    struct pollfd waiting = {.fd = engine_fd(load->engine), .events = POLLIN};
    Message *message;

    poll(&waiting, 1, ms);
    while ((message = engine_next(load->engine))) {
        take_message(load, message);
        message_free(message);
    }
}

static long status_kib(const char *field)
{
    g_autofree char *text = NULL;
    const char *line;

    if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL))
        return -1;
    line = strstr(text, field);
    return line ? strtol(line + strlen(field) + 1, NULL, 10) : -1;
}

static double cpu_ms(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
           (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

int main(int argc, char **argv)
{
    Load load = {.guest = argc == 3 ? argv[2] : NULL, .start = g_get_monotonic_time()};

    if (!load.guest) {
        g_printerr("usage: load URI GUEST\n");
        return 2;
    }
    load.engine = engine_start(argv[1], ENGINE_READ_WRITE);
    while (load.details == 0 && since(&load) < PATIENCE_MS)
        hear(&load, 1000);
    g_print("connected %.0f guests %.0f skeleton %.0f details %.0f pictures %u cpu %.0f peak %ld anon %ld\n",
            load.connected, load.guests, load.skeleton, load.details, load.pictures, cpu_ms(),
            status_kib("VmHWM:"), status_kib("RssAnon:"));
    engine_stop(load.engine);
    engine_free(load.engine);
    picture_unref(load.picture);
    g_free(load.uuid);
    return load.details > 0 ? 0 : 1;
}
