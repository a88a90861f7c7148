// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes to the terminal: the front end over the fake engine, drawn by curses into a pseudo-terminal of 80x24, at whose
// other end they are counted. Prints "WHAT BYTES" per line, the most that was seen of each; tests/tui/bytes.t holds them
// to limits.

#include "tests/fake/fake_engine.h"
#include "tests/fake/pictures.h"
#include "tests/lib/world.h"
#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/term.h"

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define WEB "00000000-0000-4000-8000-000000000000"

static struct {
    App *app;
    gint64 mono;
    int master;
    atomic_ulong bytes;
    atomic_uint ends; // of frames: a NUL behind each, which curses never sends
    unsigned frames;
    FILE *out;
} bench = {.mono = 1000};

static void *count(void *unused)
{
    char bytes[65536];
    ssize_t length;

    (void) unused;
    while ((length = read(bench.master, bytes, sizeof bytes)) > 0) {
        unsigned ends = 0;

        for (ssize_t i = 0; i < length; i++)
            ends += bytes[i] == '\0';
        atomic_fetch_add(&bench.bytes, (unsigned long) length - ends);
        atomic_fetch_add(&bench.ends, ends);
    }
    return NULL;
}

static void *open_terminal(void)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    pthread_t reader;
    int slave;

    bench.out = fdopen(dup(STDOUT_FILENO), "w");
    bench.master = posix_openpt(O_RDWR | O_NOCTTY);
    if (bench.master < 0 || grantpt(bench.master) != 0 || unlockpt(bench.master) != 0)
        return NULL;
    slave = open(ptsname(bench.master), O_RDWR);
    if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size) != 0 || dup2(slave, STDIN_FILENO) < 0 ||
        dup2(slave, STDOUT_FILENO) < 0 || pthread_create(&reader, NULL, count, NULL) != 0)
        return NULL;
    return bench.out;
}

// The next frame, and the bytes that it took.
static unsigned long frame(void)
{
    unsigned long before = atomic_load(&bench.bytes);

    app_clock(bench.app, 1795271520 + bench.mono / 1000, bench.mono);
    app_settle(bench.app);
    screen_draw(bench.app);
    fputc('\0', stdout);
    fflush(stdout);
    for (bench.frames++; atomic_load(&bench.ends) < bench.frames;)
        g_usleep(100);
    return atomic_load(&bench.bytes) - before;
}

static void say(Message *message)
{
    app_message(bench.app, bench.app->hosts->pdata[0], message);
}

static void say_connected(void)
{
    Message *connected = message_new(MSG_CONNECTED);

    connected->host = world_host(LIBVIRT_VERSION(11, 3, 0), NULL);
    connected->host->real_uri = g_strdup("qemu:///system");
    say(connected);
}

static void say_guests(void)
{
    Message *list = message_new(MSG_HOST);

    list->guests = g_ptr_array_new();
    for (int i = 0; i < PICTURE_N; i++) {
        g_autoptr(Picture) picture = picture_made((PictureName) i);
        Guest *guest = guest_new(picture->domain->uuid, picture->domain->name);

        guest->state = picture->domain->state;
        guest->persistent = true;
        guest->snapshots = (int) picture->snapshots->len;
        g_ptr_array_add(list->guests, guest);
    }
    say(list);
    for (int i = 0; i < PICTURE_N; i++) {
        Message *message = message_new(MSG_DOMAIN);

        message->picture = picture_made((PictureName) i);
        say(message);
    }
}

static void press(const char *name)
{
    bench.mono += 1000;
    app_clock(bench.app, 1795271520 + bench.mono / 1000, bench.mono);
    app_key(bench.app, key_parse(name));
}

// What a key takes at once, and what follows when the cursor has rested; the most of a number of times.
static void measure_key(const char *key, const char *what, int times)
{
    unsigned long most = 0, behind = 0;

    for (int i = 0; i < times; i++) {
        unsigned long took;

        press(key);
        took = frame();
        most = MAX(most, took);
        bench.mono += REST_MS;
        took = frame();
        behind = MAX(behind, took);
    }
    fprintf(bench.out, "%s %lu\n%s-details %lu\n", what, most, what, behind);
}

// ---- a job ------------------------------------------------------------------------------------

static Message *news(MessageKind kind)
{
    Message *message = message_new(kind);

    message->job.job = 1;
    message->job.uuid = g_strdup(WEB);
    return message;
}

static void start_merge(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, WEB, "web-01", "nginx-1.28");
    Message *message = news(MSG_JOB_STARTED);
    Plan *plan = plan_new(wish);
    StepDisk *disk = step_add_disk(plan_add_step(plan, STEP_DELETE, "nginx-1.28"), "vda", DISK_MODE_EXTERNAL);

    disk->merges = g_strdup("/srv/images/web-01.nginx-1.28.qcow2");
    disk->bytes = (gint64) 100 << 30;
    message->job.steps = 1;
    message->job.plan = plan;
    say(message);
    say(news(MSG_JOB_STEP));
}

// Twice a second, as the engine's sampler does; the clock beside it runs on.
static void measure_progress(void)
{
    unsigned long most = 0, clock = 0;

    start_merge();
    frame();
    for (guint64 i = 1; i <= 200; i++) {
        Message *message = news(MSG_JOB_PROGRESS);
        unsigned long took;

        bench.mono += 500;
        message->job.progress.done = i << 28;
        message->job.progress.total = (guint64) 100 << 30;
        message->job.progress.elapsed_ms = (gint64) i * 500;
        say(message);
        took = frame();
        most = i > 20 ? MAX(most, took) : 0; // the speed is known then
    }
    for (int i = 0; i < 70; i++) {
        unsigned long took;

        bench.mono += 1000;
        took = frame();
        clock = MAX(clock, took);
    }
    fprintf(bench.out, "progress %lu\nclock %lu\n", most, clock);
}

// A second that brings nothing, and a look that finds what was known.
static void measure_idle(void)
{
    unsigned long idle;

    bench.mono += 60000;
    frame(); // ages may be older by a minute: they change with the next key or message, not by themselves
    idle = frame();
    say_guests();
    fprintf(bench.out, "idle %lu\nsame-look %lu\n", idle, frame());
}

int main(void)
{
    g_autoptr(Theme) theme = theme_builtin(false);
    AppOptions options = {.demo = NULL};
    TermOptions term = {.theme = theme};
    g_autoptr(GError) error = NULL;

    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    setlocale(LC_ALL, "");
    g_setenv("TERM", "xterm-256color", TRUE);
    g_setenv("TZ", "UTC", TRUE);
    if (!open_terminal() || !term_start(&term, &error)) {
        fprintf(stderr, "no terminal could be had: %s\n", error ? error->message : g_strerror(errno));
        return 1;
    }
    bench.app = app_new(&options);
    app_resize(bench.app, 24, 80);
    fprintf(bench.out, "first %lu\n", frame());
    say_connected();
    say_guests();
    frame();
    for (const char *const *key = (const char *const[]) {"/", "m", "e", "t", "r", "Enter", "Enter", "g", NULL}; *key; key++)
        press(*key);
    frame();
    bench.mono += REST_MS;
    frame();
    measure_key("j", "cursor", 15);
    measure_key("G", "end", 1);
    measure_key("PageUp", "page", 2);
    measure_idle();
    measure_progress();
    term_stop();
    fclose(bench.out);
    _exit(0); // not waiting for the reader
}
