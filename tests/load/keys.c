// SPDX-License-Identifier: GPL-2.0-or-later
// Keys under load: keys SECONDS PROGRAM ARGUMENT... runs the program on a pseudo terminal of 80x24, moves its cursor
// up and down ten times a second, and measures how long it is from the key to the first byte of the frame that
// answers it. Prints "ready" when the first frames are there, and percentiles at the end. Exit status 0: each key was
// answered, and the program ended well at q.

#include <glib.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAUSE_MS   100
#define QUIET_MS   20          // what was drawn for other reasons has come to rest
#define ANSWER_MS  (10 * 1000) // a key that is not answered in that time never is
#define START_MS   (60 * 1000)

// True as soon as the terminal has something to read; false after `ms` without.
static bool readable(int terminal, int ms)
{
    struct pollfd fd = {.fd = terminal, .events = POLLIN};

    return poll(&fd, 1, ms) > 0 && (fd.revents & POLLIN);
}

static bool drain(int terminal)
{
    char bytes[65536];

    return read(terminal, bytes, sizeof bytes) > 0;
}

// Reads until nothing came for so long, at most `most` milliseconds.
static void settle(int terminal, int ms, int most)
{
    gint64 until = g_get_monotonic_time() + most * 1000;

    while (g_get_monotonic_time() < until && readable(terminal, ms) && drain(terminal))
        ;
}

static gint64 press(int terminal, char key)
{
    gint64 began;

    settle(terminal, QUIET_MS, PAUSE_MS);
    began = g_get_monotonic_time();
    if (write(terminal, &key, 1) != 1 || !readable(terminal, ANSWER_MS) || !drain(terminal))
        return -1;
    return g_get_monotonic_time() - began;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

    return left < right ? -1 : left > right;
}

static void print_percentiles(GArray *times)
{
    static const guint shares[] = {50, 90, 99, 100};

    g_array_sort(times, compare);
    printf("%u keys, from key to frame:", times->len);
    for (gsize i = 0; i < G_N_ELEMENTS(shares); i++) {
        guint at = (times->len - 1) * shares[i] / 100;

        printf(" p%u %.1f ms", shares[i], (double) g_array_index(times, gint64, at) / 1000);
    }
    putchar('\n');
}

static int quit(int terminal, pid_t child)
{
    int status;

    if (write(terminal, "q", 1) != 1)
        return EXIT_FAILURE;
    settle(terminal, 5000, 5000); // until the other side is closed
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    gint64 until, taken = 0;
    int terminal;
    pid_t child;

    if (argc < 3 || (child = forkpty(&terminal, NULL, NULL, &size)) < 0)
        return EXIT_FAILURE;
    if (child == 0) {
        execv(argv[2], argv + 2);
        _exit(127);
    }
    settle(terminal, 1000, START_MS); // first frames
    puts("ready");
    fflush(stdout);
    until = g_get_monotonic_time() + strtol(argv[1], NULL, 10) * G_USEC_PER_SEC;
    for (guint i = 0; g_get_monotonic_time() < until && taken >= 0; i++) {
        taken = press(terminal, i % 10 < 5 ? 'j' : 'k');
        if (taken >= 0)
            g_array_append_val(times, taken);
        g_usleep(PAUSE_MS * 1000);
    }
    if (times->len)
        print_percentiles(times);
    return taken < 0 ? EXIT_FAILURE : quit(terminal, child);
}
