// SPDX-License-Identifier: GPL-2.0-or-later
// Signals and input behind one file descriptor: nothing is missed, nothing wakes for ever.

#include "tui/wake.h"

#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static bool awake(void)
{
    struct pollfd fd = {.fd = wake_fd(), .events = POLLIN};

    return poll(&fd, 1, 0) == 1;
}

// Puts a pipe in place of stdin; returns its other end.
static int feed_input(void)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    return ends[1];
}

static void test_signals(void)
{
    int input = feed_input();

    g_assert_true(wake_start());
    g_assert_false(awake());
    raise(SIGWINCH);
    raise(SIGTSTP);
    g_assert_true(awake());
    wake_drain();
    g_assert_false(awake());
    g_assert_true(wake_take(WAKE_RESIZED));
    g_assert_false(wake_take(WAKE_RESIZED));
    g_assert_true(wake_take(WAKE_STOP));
    g_assert_false(wake_take(WAKE_CONTINUED));
    wake_ask(WAKE_RESIZED);
    g_assert_true(awake());
    g_assert_true(wake_take(WAKE_RESIZED));
    wake_stop();
    close(input);
}

static void test_input(void)
{
    int input = feed_input();
    char byte;

    g_assert_true(wake_start());
    g_assert_cmpint((int)write(input, "x", 1), ==, 1);
    g_assert_true(awake());
    g_assert_cmpint((int)read(STDIN_FILENO, &byte, 1), ==, 1);
    g_assert_false(awake());
    close(input); // its end is readable for ever
    g_assert_true(awake());
    wake_forget_input();
    g_assert_false(awake());
    wake_stop();
    g_assert_cmpint(wake_fd(), ==, -1);
}

static void test_handlers_go(void)
{
    int input = feed_input();
    struct sigaction before, after;

    sigaction(SIGTSTP, NULL, &before);
    g_assert_true(wake_start());
    wake_stop();
    wake_stop();
    sigaction(SIGTSTP, NULL, &after);
    g_assert_true(before.sa_handler == after.sa_handler);
    close(input);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wake/signals", test_signals);
    g_test_add_func("/wake/input", test_input);
    g_test_add_func("/wake/handlers-go", test_handlers_go);
    return g_test_run();
}
