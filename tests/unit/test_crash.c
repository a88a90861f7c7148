// SPDX-License-Identifier: GPL-2.0-or-later
// A crash gives the terminal back: seen from the other side of a pseudo terminal.

#include "tui/crash.h"

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char goodbye[] = "\033[?2004l\033[?1049lgoodbye";

// Some way to die. A sanitizer may answer to it with an exit status instead.
static int overflow(int depth)
{
    volatile char room[4096];

    room[0] = (char)depth;
    return depth < G_MAXINT ? overflow(depth + 1) + room[0] : 0; // the room is needed after the call
}

static void die(int number)
{
    static const struct rlimit small = {1 << 20, 1 << 20};

    if (number == 0) {
        setrlimit(RLIMIT_STACK, &small);
        exit(overflow(1));
    }
    raise(number);
}

// The child: takes the terminal, crashes.
static void crash_on(const char *path, int number, bool armed)
{
    int fd = open(path, O_RDWR | O_NOCTTY);
    struct termios before, raw;

    tcgetattr(fd, &before);
    raw = before;
    cfmakeraw(&raw);
    tcsetattr(fd, TCSANOW, &raw);
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); // a sanitizer's report
    crash_start(fd, &before, goodbye, strlen(goodbye));
    alarm(60); // rather than to hang
    crash_arm(true);
    crash_arm(armed);
    die(number);
    _exit(0);
}

static void assert_modes(int fd, bool raw)
{
    struct termios modes;

    g_assert_cmpint(tcgetattr(fd, &modes), ==, 0);
    g_assert_true(((modes.c_lflag & (ICANON | ECHO | ISIG)) == 0) == raw);
}

static void assert_crash(int number, bool armed)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    char written[128] = "";
    int line, status;
    pid_t child;

    g_assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    line = open(ptsname(terminal), O_RDWR | O_NOCTTY); // holds the modes when the child is gone
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    child = fork();
    if (child == 0) {
        crash_on(ptsname(terminal), number, armed);
    }
    waitpid(child, &status, 0);
    g_assert_true(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
    if (WIFSIGNALED(status) && number != 0) {
        g_assert_cmpint(WTERMSIG(status), ==, number);
    }
    assert_modes(line, !armed);
    g_assert_cmpint((int)read(terminal, written, sizeof written - 1), ==, armed ? (int)strlen(goodbye) : -1);
    g_assert_cmpstr(written, ==, armed ? goodbye : "");
    close(line);
    close(terminal);
}

static void test_signals(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        assert_crash(numbers[i], true);
    }
}

// While the terminal is the shell's, nobody touches it.
static void test_not_armed(void)
{
    assert_crash(SIGSEGV, false);
}

static void test_stack_overflow(void)
{
    assert_crash(0, true);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/crash/signals", test_signals);
    g_test_add_func("/crash/not-armed", test_not_armed);
    g_test_add_func("/crash/stack-overflow", test_stack_overflow);
    return g_test_run();
}
