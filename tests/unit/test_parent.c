// SPDX-License-Identifier: GPL-2.0-or-later
// Two processes that look like one: seen as a shell sees them.

#include "tui/parent.h"

#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Started {
    pid_t pid; // what a shell would wait for
    int told;  // what the one that works tells
} Started;

typedef void (*Work)(int tell);

static void tell(int fd, char word)
{
    g_assert_cmpint(write(fd, &word, 1), ==, 1);
}

static char hear(const Started *started)
{
    char word = 0;

    return read(started->told, &word, 1) == 1 ? word : 0;
}

static Started start(Work work)
{
    Started started;
    int fds[2];

    g_assert_cmpint(pipe(fds), ==, 0);
    started.pid = fork();
    if (started.pid == 0) {
        setpgid(0, 0); // as a shell does; the keyboard stops no group without one
        close(fds[0]);
        alarm(60); // rather than to hang; the clock stays with the parent
        if (!parent_start())
            _exit(99);
        alarm(60);
        work(fds[1]);
        _exit(0);
    }
    close(fds[1]);
    started.told = fds[0];
    return started;
}

static int end_of(const Started *started)
{
    int status;

    g_assert_cmpint(waitpid(started->pid, &status, 0), ==, started->pid);
    close(started->told);
    return status;
}

// ---- how it ends ------------------------------------------------------------------------------

static void exits(int fd)
{
    (void) fd;
    _exit(7);
}

static void test_exit(void)
{
    Started started = start(exits);
    int status = end_of(&started);

    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 7);
}

static void dies(int fd)
{
    (void) fd;
    raise(SIGKILL);
}

static void test_killed(void)
{
    Started started = start(dies);
    int status = end_of(&started);

    g_assert_true(WIFSIGNALED(status));
    g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
}

// ---- alone ------------------------------------------------------------------------------------

static void goes_on(int fd)
{
    pid_t before = getsid(0);

    parent_release(5);
    parent_release(6); // is over
    tell(fd, getsid(0) != before && !isatty(STDIN_FILENO) ? 'y' : 'n');
    tell(fd, parent_gone() ? 'n' : 'y'); // there is none, so none is gone
}

static void test_release(void)
{
    Started started = start(goes_on);
    int status;

    g_assert_cmpint(waitpid(started.pid, &status, 0), ==, started.pid);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 5);
    g_assert_cmpint(hear(&started), ==, 'y');
    g_assert_cmpint(hear(&started), ==, 'y');
    g_assert_cmpint(hear(&started), ==, 0); // its end
    close(started.told);
}

static void waits_for_parent(int fd)
{
    struct pollfd line = {.fd = parent_fd(), .events = POLLIN};

    tell(fd, parent_gone() ? 'n' : 'y');
    poll(&line, 1, -1);
    tell(fd, parent_gone() ? 'y' : 'n');
}

static void test_parent_killed(void)
{
    Started started = start(waits_for_parent);

    g_assert_cmpint(hear(&started), ==, 'y');
    kill(started.pid, SIGKILL);
    g_assert_cmpint(hear(&started), ==, 'y');
    (void) end_of(&started);
}

// ---- signals ----------------------------------------------------------------------------------

static void on_term(int number)
{
    (void) number;
    _exit(3);
}

static void waits_for_term(int fd)
{
    signal(SIGTERM, on_term);
    tell(fd, 'y');
    for (;;)
        pause();
}

static void test_passed_on(void)
{
    Started started = start(waits_for_term);
    int status;

    g_assert_cmpint(hear(&started), ==, 'y');
    kill(started.pid, SIGTERM);
    status = end_of(&started);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 3);
}

static void stops(int fd)
{
    raise(SIGSTOP);
    tell(fd, 'y');
}

// As Ctrl-Z stops it where the terminal itself handles the key.
static void stops_by_key(int fd)
{
    raise(SIGTSTP);
    tell(fd, 'y');
}

static void stops_group(int fd)
{
    kill(0, SIGTSTP);
    tell(fd, 'y');
}

// A shell learns that it was stopped, and makes it go on.
static void test_stopped(gconstpointer how)
{
    Started started = start(*(const Work *) how);
    int status;

    g_assert_cmpint(waitpid(started.pid, &status, WUNTRACED), ==, started.pid);
    g_assert_true(WIFSTOPPED(status));
    kill(-started.pid, SIGCONT);
    g_assert_cmpint(hear(&started), ==, 'y');
    status = end_of(&started);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

int main(int argc, char **argv)
{
    static const Work by_stop = stops, by_key = stops_by_key, by_itself = stops_group;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parent/exit", test_exit);
    g_test_add_func("/parent/killed", test_killed);
    g_test_add_func("/parent/release", test_release);
    g_test_add_func("/parent/parent-killed", test_parent_killed);
    g_test_add_func("/parent/passed-on", test_passed_on);
    g_test_add_data_func("/parent/stopped", &by_stop, test_stopped);
    g_test_add_data_func("/parent/stopped-by-key", &by_key, test_stopped);
    g_test_add_data_func("/parent/stops-its-group", &by_itself, test_stopped);
    return g_test_run();
}
